/**
 * Prints types that are made from a JSON Schema, which `regulens inspect --schema` makes from the Rust types:
 * `node write-types.mjs card` those of the model card, `engine` those of the plain objects that engines give, `page`
 * those of the manifest of a one-file page. `npm run schema-types` writes all.
 */

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compile } from "json-schema-to-typescript";
import { format, resolveConfig } from "prettier";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Each schema, and what is made of it; `but` are types that another file has. */
const SCHEMAS = {
  card: {
    schema: "models/card.schema.json",
    what: "The types of the model card, made from its JSON Schema",
    name: "ModelCard",
    but: [],
    begin: "",
    isFixed: false,
  },
  engine: {
    schema: "pkg/engine.schema.json",
    what: "Plain objects that engines give, made from their JSON Schema",
    name: "EngineObjects",
    but: ["EngineObjects", "MarkDistribution", "Task"],
    begin: 'import type { Task } from "../card.js";\nimport type { MarkDistribution } from "../card-types.js";',
    isFixed: true,
  },
  page: {
    schema: "www/src/standalone/manifest.schema.json",
    what: "The manifest of a one-file page, made from its JSON Schema",
    name: "Manifest",
    but: ["Looked", "View", "ValueOfBin", "Task", "LevelScore"],
    begin:
      'import type { LevelScore, Task } from "../../../pkg/src/card-types";\n' +
      'import type { Looked, ValueOfBin, View } from "../session/workspace-types";\n\nexport type { Looked, View };',
    isFixed: true,
  },
  workspace: {
    schema: "www/src/session/workspace.schema.json",
    what: "Workspaces, made from their JSON Schema",
    name: "Workspace",
    but: [],
    begin: "",
    isFixed: true,
  },
};

/** Letters in a line of the code, as its formatter has it. */
const WIDTH = 120;

/** The types of a schema, as they stand in their file. */
async function typesOf({ schema: path, what, name, but, begin, isFixed }) {
  const schema = JSON.parse(readFileSync(join(root, path), "utf8"));
  // Fields that no version knows are kept in files; in the types they would let a misspelt name pass.
  const types = await compile(named({ ...schema, additionalProperties: false }), name, {
    additionalProperties: false,
    bannerComment: `/** ${what}: \`npm run schema-types\` in \`www\`. Not to be edited. */\n\n${begin}\n`,
    format: false,
  });
  const apart = types.replace(/^\}\n(?=\/\*\*)/gm, "}\n\n");
  const options = { ...(await resolveConfig(join(root, "pkg/src/index.ts"))), parser: "typescript" };
  const lines = await format(apart, options);
  const wrapped = lines.replace(/^( *)\/\*\*\n((?: *\*.*\n)+?) *\*\/$/gm, (_, indent, text) => comment(indent, text));
  const without = but.reduce((text, name) => text.replace(declaration(name), ""), wrapped);
  return format(isFixed ? fixed(without) : without, options);
}

/** The same of objects that nobody changes. */
function fixed(types) {
  const lists = (type) =>
    type
      .replace(/\[([^[\]]+)\]/g, "(readonly [$1])")
      .replace(/(\w+|\([^()]*\))((?:\[\])+)/g, (_, one, many) =>
        many.match(/\[\]/g).reduce((inner) => `readonly ${inner.includes(" ") ? `(${inner})` : inner}[]`, one),
      );
  // Optional fields are left out, rather than null, where there is no value.
  const never = (key, type) => (key.endsWith("?") ? type.replace(/ \| null$/, "") : type);
  return types.replace(/^ {2}(\w+\??): (.*);$/gm, (_, key, type) => `  readonly ${key}: ${lists(never(key, type))};`);
}

/** Finds a declaration with the comment before it. */
function declaration(name) {
  const body = `(?:interface ${name} \\{[^]*?\\n\\}|type ${name} =[^;]*;)`;
  return new RegExp(`(?:/\\*\\*(?:(?!\\*/)[^])*\\*/\\n)?export ${body}\\n`);
}

/**
 * The schema with each reference by itself: beside a description its type would be written out in place of its name.
 */
function named(schema) {
  if (Array.isArray(schema)) return schema.map(named);
  if (typeof schema !== "object" || schema === null) return schema;
  const { $ref, prefixItems, minItems, maxItems, ...rest } = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, named(value)]),
  );
  // A tuple, as drafts before 2020 write it.
  const tuple = prefixItems && { items: prefixItems, additionalItems: false, minItems, maxItems };
  return { ...rest, ...tuple, ...($ref && { allOf: [{ $ref }] }) };
}

/** A comment in lines that are no longer than those of code, or in one. */
function comment(indent, lines) {
  const paragraphs = lines
    .split("\n")
    .map((line) => line.replace(/^ *\* ?/, ""))
    // The type of a tuple says how long it is.
    .filter((line) => !/^@(min|max)Items/.test(line))
    .join("\n")
    .trim()
    .split("\n\n");
  if (paragraphs[0] === "") return "";
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

process.stdout.write(await typesOf(SCHEMAS[process.argv[2]]));
