/**
 * Prints the types of the model card, made from `models/card.schema.json`, which `regulens inspect --schema` makes from
 * the Rust types: `npm run card-types` writes `pkg/src/card-types.ts`.
 */

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compile } from "json-schema-to-typescript";
import { format, resolveConfig } from "prettier";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Where the types stand. */
const CARD_TYPES = join(root, "pkg/src/card-types.ts");

const BANNER =
  "The types of the model card, made from its JSON Schema: `npm run card-types` in `www`. Not to be edited.";

/** Letters in a line of the code, as its formatter has it. */
const WIDTH = 120;

/** The types of the card, as they stand in the file. */
async function cardTypes() {
  const schema = JSON.parse(readFileSync(join(root, "models/card.schema.json"), "utf8"));
  // What no version knows is kept in files; in the types it would let a misspelt name pass.
  const types = await compile(named({ ...schema, additionalProperties: false }), "ModelCard", {
    additionalProperties: false,
    bannerComment: `/**\n * ${BANNER}\n */\n`,
    format: false,
    ignoreMinAndMaxItems: true,
  });
  const apart = types.replace(/^\}\n(?=\/\*\*)/gm, "}\n\n");
  const formatted = await format(apart, { ...(await resolveConfig(CARD_TYPES)), filepath: CARD_TYPES });
  return formatted.replace(/^( *)\/\*\*\n((?: *\*.*\n)+?) *\*\/$/gm, (_, indent, lines) => comment(indent, lines));
}

/**
 * The schema with each reference by itself: beside a description its type would be written out in place of its name.
 */
function named(schema) {
  if (Array.isArray(schema)) return schema.map(named);
  if (typeof schema !== "object" || schema === null) return schema;
  const { $ref, ...rest } = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, named(value)]));
  return $ref === undefined ? rest : { ...rest, allOf: [{ $ref }] };
}

/** A comment in lines that are no longer than those of code, or in one. */
function comment(indent, lines) {
  const paragraphs = lines
    .split("\n")
    .map((line) => line.replace(/^ *\* ?/, ""))
    // The lengths of lists are the schema's, not the types'.
    .filter((line) => !/^@(min|max)Items/.test(line))
    .join("\n")
    .trim()
    .split("\n\n");
  const whole = `${indent}/** ${paragraphs[0]} */`;
  if (paragraphs.length === 1 && whole.length <= WIDTH) return whole;
  const wrapped = paragraphs.map((text) => wrap(text, `${indent} * `)).join(`\n${indent} *\n`);
  return `${indent}/**\n${wrapped}\n${indent} */`;
}

function wrap(text, before) {
  const lines = [before.slice(0, -1)];
  for (const word of text.split(/\s+/)) {
    if (lines.at(-1).length + 1 + word.length > WIDTH) lines.push(before.slice(0, -1));
    lines.push(`${lines.pop()} ${word}`);
  }
  return lines.join("\n");
}

process.stdout.write(await cardTypes());
