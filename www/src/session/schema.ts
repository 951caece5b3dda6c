/**
 * Checks parsed JSON against a schema generated from Rust: each part has the expected type, or the error names its
 * location. Hand-written: ajv compiles schemas to code, which the page's policy forbids.
 */

/** Throws the error for a damaged file: location, expected and found value. */
export type Damaged = (where: string, expected: string, found: unknown) => never;

/** The keywords of JSON Schema that Rust uses, and two more. */
export interface Schema {
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema;
  readonly items?: Schema;
  readonly prefixItems?: readonly Schema[];
  readonly minItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  /** The list that numbers index, or whose ids strings name: `view.samples.tables`. */
  readonly "x-of"?: string;
  /** Description of the pattern. */
  readonly "x-expected"?: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** Returns the value if it conforms to the schema. */
export function checked<T>(schema: Schema, whole: unknown, damaged: Damaged): T {
  /** Checks of indices and ids, which run last, when lists are known to be lists. */
  const places: (() => void)[] = [];

  const resolved = ({ $ref, ...own }: Schema): Schema => {
    if ($ref === undefined) return own;
    const named = resolved(schema.$defs![$ref.slice("#/$defs/".length)]!);
    // One kind of a tagged object adds the tag to its own fields.
    const properties = named.properties && { ...named.properties, ...own.properties };
    return { ...named, ...own, properties, required: [...(named.required ?? []), ...(own.required ?? [])] };
  };

  const fields = (value: unknown, where: string): Fields =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Fields)
      : damaged(where, "an object", value);

  const place = (path: string, value: unknown, where: string): void => {
    const list = path.split(".").reduce<unknown>((of, name) => (of as Fields | undefined)?.[name], whole);
    const all: readonly { readonly id?: unknown }[] = Array.isArray(list) ? list : [];
    if (typeof value === "string") {
      if (!all.some(({ id }) => id === value)) damaged(where, `the id of one of ${path}`, value);
    } else if ((value as number) >= all.length) damaged(where, `a place from 0 to ${all.length - 1}`, value);
  };

  const visit = (given: Schema, value: unknown, where: string, isOptional = false): void => {
    const rule = resolved(given);
    const wrong = (expected: string): never => damaged(where, expected, value);
    const types = [rule.type ?? []].flat();
    const options = (rule.oneOf ?? rule.anyOf ?? []).map(resolved);
    const kinds = options.filter(({ type }) => type !== "null");
    // An optional field is omitted rather than null.
    if (value === null && !isOptional && (types.includes("null") || kinds.length < options.length)) return;
    const allowed = rule.enum ?? [rule, ...kinds].flatMap(({ const: one }) => (one === undefined ? [] : [one]));
    if (allowed.length > 0) return allowed.includes(value) ? undefined : wrong(`one of ${allowed.join(", ")}`);
    if (kinds.length > 0) return visit(kinds.length === 1 ? kinds[0]! : kindOf(kinds, value, where), value, where);
    const of = rule["x-of"];
    const { minimum = -Infinity, maximum = Infinity, minItems = 0, prefixItems } = rule;
    switch (types.find((type) => type !== "null")) {
      case "object": {
        const { properties = {}, required = [], additionalProperties } = rule;
        const found = fields(value, where);
        const at = (name: string): string => (where ? `${where}.${name}` : name);
        for (const [name, each] of Object.entries(properties))
          if (found[name] !== undefined || required.includes(name))
            visit(each, found[name], at(name), !required.includes(name));
        if (additionalProperties)
          for (const [name, each] of Object.entries(found)) visit(additionalProperties, each, at(name));
        return;
      }
      case "array":
        if (!Array.isArray(value)) return wrong("a list");
        if (prefixItems && value.length !== prefixItems.length)
          return wrong(`two ${resolved(prefixItems[0]!).type === "string" ? "texts" : "numbers"}`);
        if (value.length < minItems) return wrong(`at least ${minItems}`);
        value.forEach((each, i) => {
          const item = prefixItems?.[i] ?? rule.items!;
          visit(of ? { ...item, "x-of": of } : item, each, `${where}[${i}]`);
        });
        return;
      case "number":
        if (typeof value !== "number" || value < minimum || value > maximum)
          return wrong(`a number${rule.maximum === undefined ? "" : ` from ${minimum} to ${maximum}`}`);
        break;
      case "integer":
        if (typeof value !== "number") return wrong("a number");
        if (!Number.isSafeInteger(value) || value < minimum || value > maximum)
          return wrong(`a whole number from ${minimum}${rule.maximum === undefined ? "" : ` to ${maximum}`}`);
        break;
      case "string":
        if (typeof value !== "string") return wrong("text");
        if (rule.pattern && !new RegExp(rule.pattern).test(value)) return wrong(rule["x-expected"] ?? rule.pattern);
        if (value.length > (rule.maxLength ?? Infinity)) return wrong(`at most ${rule.maxLength} letters`);
        break;
      default:
        if (typeof value !== "boolean") return wrong("true or false");
    }
    if (of) places.push(() => place(of, value, where));
  };

  /** The kind of a tagged object. */
  const kindOf = (kinds: readonly Schema[], value: unknown, where: string): Schema => {
    const [tag] = Object.entries(kinds[0]!.properties!).find(([, { const: one }]) => one !== undefined)!;
    const named = ({ properties }: Schema): unknown => properties![tag]!.const;
    const found = fields(value, where)[tag];
    const kind = kinds.find((each) => named(each) === found);
    return kind ?? damaged(`${where}.${tag}`, `one of ${kinds.map(named).join(", ")}`, found);
  };

  visit(schema, whole, "");
  for (const each of places) each();
  return whole as T;
}
