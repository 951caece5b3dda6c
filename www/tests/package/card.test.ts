/** The types of the model card against its JSON Schema, which is made from the Rust types. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

interface Field {
  readonly $ref?: string;
  readonly anyOf?: readonly Field[];
  readonly type?: string | readonly string[];
}

interface Described extends Field {
  readonly properties: Readonly<Record<string, Field>>;
  readonly required?: readonly string[];
}

// Tests run in the folder www.
const schema = JSON.parse(readFileSync("../models/card.schema.json", "utf8")) as Described & {
  readonly $defs: Readonly<Record<string, Described>>;
};
const source = readFileSync("../pkg/src/card.ts", "utf8");

/** The interfaces of `pkg/src/card.ts`, and what the schema calls them. */
const INTERFACES: Readonly<Record<string, string>> = {
  ModelCard: "",
  Score: "OnOffScore",
  SeedScore: "OnOffScoreSeed",
  Baseline: "NamedOnOffScore",
  ChangeScore: "ChangeScore",
  TrackCard: "Track",
  TrackScore: "TrackScore",
  ChangeMetrics: "ChangeScoreReport",
  TrackMetrics: "TrackScoreReport",
  MarkDistribution: "MarkDistribution",
  TrainingRecord: "TrainingRecord",
  ExplanationChoice: "ExplanationChoice",
};

/** Fields that the types have and the schema calls optional, because only cards of other tasks leave them out. */
const ALWAYS: Readonly<Record<string, readonly string[]>> = { ModelCard: ["window"], Score: ["n"] };

/** Fields that the schema allows and no card has there: ceilings are of tracks, baselines keep no count. */
const NEVER: Readonly<Record<string, readonly string[]>> = { ChangeMetrics: ["ceilings"], Baseline: ["n"] };

/** A field that the program keeps as it keeps unknown ones: `regulens export` adds it. */
const ADDED = ["tested_as"];

/** The fields of an interface: name, whether it may be left out, and its type. The source is formatted. */
function fieldsOf(name: string): { name: string; optional: boolean; type: string }[] {
  const body = new RegExp(`^export interface ${name} \\{\n([^]*?)^\\}`, "m").exec(source)?.[1];
  assert(body, `pkg/src/card.ts has an interface ${name}`);
  return Array.from(body.matchAll(/^ {2}(\w+)(\??): ([^]*?);$/gm), ([, name = "", optional, type = ""]) => ({
    name,
    optional: optional === "?",
    type,
  }));
}

/** What a field is in the schema: a kind of JSON, or the name of a definition. */
function kindOf({ $ref, anyOf, type }: Field): string {
  if ($ref) return $ref.slice("#/$defs/".length);
  if (anyOf) return kindOf(anyOf[0] ?? {});
  const one = typeof type === "string" ? type : (type?.[0] ?? "");
  return one === "integer" ? "number" : one;
}

/** Whether a type of TypeScript can be what the schema says. */
function fits(type: string, kind: string): boolean {
  const plain = type.replace(" | null", "");
  if (kind === "array") return plain.endsWith("[]");
  if (kind === "object") return plain.startsWith("Record<");
  if (["string", "number", "boolean"].includes(kind)) return plain === kind;
  // A definition: an interface, an object in place, or words.
  return plain === kind || INTERFACES[plain] === kind || plain.startsWith("{") || plain === "string";
}

for (const [name, definition] of Object.entries(INTERFACES)) {
  test(`${name} has the fields of the card's schema`, () => {
    const described = definition === "" ? schema : schema.$defs[definition];
    assert(described, `the schema has ${definition}`);
    const fields = fieldsOf(name).filter((field) => !ADDED.includes(field.name));
    assert.deepEqual(
      fields.map((field) => field.name).sort(),
      Object.keys(described.properties)
        .filter((field) => !NEVER[name]?.includes(field))
        .sort(),
      "the same fields in both",
    );
    for (const { name: field, optional, type } of fields) {
      const kind = kindOf(described.properties[field] ?? {});
      assert(fits(type, kind), `${field}: ${type} in TypeScript, ${kind} in the schema`);
      const always = described.required?.includes(field) || ALWAYS[name]?.includes(field);
      assert(optional || always, `${field} may be left out`);
    }
  });
}
