/** Checks of a caller's arguments: each error names the argument, the value found, and the values allowed. */

import { InputError } from "./errors.js";
import { finder } from "./io/names.js";

/** Names listed in a message before the rest are only counted. */
const LISTED = 8;

/** The largest seed: the generators take 32 bits. */
const MOST_SEED = 2 ** 32 - 1;

/** A value as messages show it. */
export function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "string") return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  if (Array.isArray(value)) return `[${value.slice(0, LISTED).map(shown).join(", ")}]`;
  if (typeof value === "function") return "a function";
  return typeof value === "object" && value !== null ? `an object` : String(value);
}

/** The first names, and the number of the rest. */
export function listed(names: readonly string[], most = LISTED): string {
  const more = names.length - most;
  return `${names.slice(0, most).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function refuse(what: string, value: unknown, expected: string, code: string, remedy: string): never {
  const found = value === undefined ? `no ${what}` : `the ${what} ${shown(value)}`;
  throw new InputError(`found ${found}; expected ${expected}.`, { code, remedy });
}

/** Requires one of the given names. */
export function oneOf<Name extends string>(what: string, value: unknown, names: readonly Name[], code: string): Name {
  const known = names.find((name) => name === value);
  return known ?? refuse(what, value, `one of ${names.join(", ")}`, code, "Give one of these names.");
}

/** As {@link oneOf}, for an optional argument. */
export function oneOfOr<Name extends string>(
  what: string,
  value: unknown,
  names: readonly Name[],
  code: string,
): Name | undefined {
  return value === undefined ? undefined : oneOf(what, value, names, code);
}

/** Requires a non-empty list of the given names, if a list is given. */
export function someOf<Name extends string>(
  what: string,
  values: unknown,
  names: readonly Name[],
  code: string,
): readonly Name[] | undefined {
  if (values === undefined) return undefined;
  if (!Array.isArray(values) || values.length === 0)
    return refuse(`${what}s`, values, `a list of some of ${names.join(", ")}`, code, "Leave it out to take all.");
  return values.map((value) => oneOf(what, value, names, code));
}

/** Requires a whole number between `least` and `most`. */
export function wholeNumber(what: string, value: unknown, least: number, most: number, code: string): number {
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) return value as number;
  const limits = most >= Number.MAX_SAFE_INTEGER ? `, ${least} or more` : `, from ${least} to ${most}`;
  const any = least <= Number.MIN_SAFE_INTEGER;
  return refuse(what, value, `a whole number${any ? "" : limits}`, code, "Give such a number.");
}

/** As {@link wholeNumber}, for an optional argument. */
export function wholeNumberOr(
  what: string,
  value: unknown,
  least: number,
  most: number,
  code: string,
): number | undefined {
  return value === undefined ? undefined : wholeNumber(what, value, least, most, code);
}

/** Requires a number within limits, if one is given. */
export function numberOr(what: string, value: unknown, least: number, most: number, code: string): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "number" && value >= least && value <= most && Number.isFinite(value)) return value;
  const limits = most === Infinity ? `${least} or more` : `from ${least} to ${most}`;
  return refuse(what, value, `a number, ${limits}`, code, "Give such a number, or leave it out.");
}

/** Checks the seed of random numbers, if one is given. */
export function seedOr(seed: unknown): number | undefined {
  return wholeNumberOr("seed", seed, 0, MOST_SEED, "bad-seed");
}

/** Checks the choice of strands, if one is given. */
export function strandsOr(strands: unknown): "both" | "forward" | undefined {
  return oneOfOr("strands", strands, ["both", "forward"], "bad-strands");
}

/** Checks the number of shuffles, if one is given. */
export function shufflesOr(shuffles: unknown): number | undefined {
  return wholeNumberOr("number of shuffles", shuffles, 1, MOST_SEED, "bad-shuffles");
}

/** The options that have a value: an engine has its own defaults for the others. */
export function given<Options extends object>(
  options: Options,
): { [Name in keyof Options]?: Exclude<Options[Name], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Options;
}

/** The index of a track given by its index, from 0, or by its name. */
export function trackNumber(track: unknown, tracks: readonly { readonly name: string }[]): number {
  if (Number.isInteger(track) && (track as number) >= 0 && (track as number) < tracks.length) return track as number;
  const found = tracks.flatMap(({ name }, number) => (name === track ? [number] : []));
  if (found.length === 1) return found[0]!;
  const names = listed(tracks.map(({ name }, number) => `${name} (${number})`));
  const isTwice = found.length > 1;
  return refuse(
    "track",
    track,
    isTwice ? `its number, one of ${found.join(", ")}: several have this name` : `a name or a number of ${names}`,
    track === undefined ? "no-track" : "no-such-track",
    "Name a track of the model, or give its number from 0.",
  );
}

/** The index of a record given by its index, from 0, or by its name, with or without `chr`. */
export function recordNumber(record: unknown, records: readonly { readonly name: string }[], file: string): number {
  if (Number.isInteger(record) && (record as number) >= 0 && (record as number) < records.length)
    return record as number;
  if (typeof record === "string") {
    const named = finder(records.map(({ name }) => name))(record);
    if (named >= 0) return named;
  }
  const names = listed(records.map(({ name }, number) => `${number} (${name})`));
  const found = record === undefined ? "no record" : `the record ${shown(record)}`;
  throw new InputError(
    `${file}: found ${found}; expected ${records.length === 0 ? "one, and there is none" : `one of ${names}`}.`,
    { code: "no-record", file, remedy: "Give the position of a record, from 0, or its name." },
  );
}

/** Returns true if `start` and `end` are whole numbers that bound a non-empty stretch within `length`. */
export function isStretch(start: unknown, end: unknown, length: number): boolean {
  const whole = Number.isInteger(start) && Number.isInteger(end);
  return whole && (start as number) >= 0 && (end as number) > (start as number) && (end as number) <= length;
}

/** The index of a gene given by its index, from 0, or by its name, with or without its version. */
export function geneNumber(gene: unknown, genes: readonly string[]): number {
  if (Number.isInteger(gene) && (gene as number) >= 0 && (gene as number) < genes.length) return gene as number;
  const bare = (name: string): string => name.replace(/\.\d+$/, "");
  const exact = typeof gene === "string" ? genes.indexOf(gene) : -1;
  const found = exact < 0 && typeof gene === "string" ? genes.findIndex((name) => bare(name) === bare(gene)) : exact;
  if (found >= 0) return found;
  return refuse("gene", gene, `a position or a name of ${listed(genes)}`, "no-such-gene", "Give one of the run's.");
}

/** Requires that genes exist at these positions. */
export function genePositions(what: string, genes: unknown, count: number, file: string): readonly number[] {
  const isList = Array.isArray(genes) || (ArrayBuffer.isView(genes) && "length" in genes);
  const expected = `whole numbers from 0 up to ${count - 1}`;
  const details = { code: "no-such-gene", file, remedy: "Give positions in the table, counted from 0." };
  if (!isList)
    throw new InputError(`${file}: found ${shown(genes)} for ${what}; expected a list of ${expected}.`, details);
  const positions = genes as readonly number[];
  const wrong = positions.findIndex((gene) => !(Number.isInteger(gene) && gene >= 0 && gene < count));
  if (wrong >= 0)
    throw new InputError(
      `${file}: found the gene position ${String(positions[wrong])}${what === "genes" ? "" : ` for ${what}`}; ` +
        `expected ${expected}.`,
      details,
    );
  return positions;
}

/** Requires a valid range of bins (from 1, inclusive), if one is given. */
export function requireBins(selectBins: unknown): void {
  if (selectBins === undefined) return;
  if (Array.isArray(selectBins) && selectBins.length === 2 && selectBins.every(Number.isInteger)) return;
  refuse(
    "choice of bins",
    selectBins,
    "two whole numbers, from 1: the first bin and the last",
    "bin-range",
    "Give both.",
  );
}

/** Requires one number for each gene. */
export function requireLength(what: string, values: { readonly length: number } | undefined, expected: number): void {
  if (values?.length !== expected)
    throw new InputError(`Found ${values?.length ?? 0} ${what}; expected ${expected}.`, { code: "value-count" });
}
