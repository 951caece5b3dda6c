// The examples of the public functions: there is one for each, its types are right, and those of plots draw.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { app } from "./support/package.mjs";

const TSC = fileURLToPath(new URL("node_modules/typescript/bin/tsc", import.meta.url));
const SOURCES = fileURLToPath(new URL("../../pkg/src/", import.meta.url));
const PLOTS = fileURLToPath(new URL("../../www/src/plots/", import.meta.url));

/** The entries of the package that have functions, but for plots. */
const ENTRIES = ["index", "parsers"];

/** The model that the examples of a file name, where that is not the one that says which genes are on. */
const MODELS = {
  "models/change.ts": "ChangeModel",
  "models/level.ts": "LevelModel",
  "models/tracks.ts": "TracksModel",
  "io/sequences.ts": "TracksModel",
};

/** A function, or a method of a class or an object, with its comment. */
const FUNCTION = new RegExp(
  String.raw`(?:/\*\*(?<doc>(?:(?!\*/)[\s\S])*)\*/\n)?^` +
    String.raw`(?:(?<isOwn>export (?:async )?function )|  (?<kinds>(?![gs]et )(?:[a-z]+ )*))` +
    String.raw`(?<name>\w+)(?:(?:<[^(]*>)?\(|,$)`,
  "gm",
);

/** A class or an object that a file exports, with its name and its members. */
const HOLDER = /^export (?:(?:abstract )?class|const) (?<holder>\w+)\b.*\{\n(?<members>[\s\S]*?)^\};?$/gm;

/** The functions of a text with their comments, which are empty where there is none. */
const inside = (text) => [...text.matchAll(FUNCTION)].map(({ groups: { doc = "", ...rest } }) => ({ doc, ...rest }));

/** True of what those who use the package see. */
const isPublic = ({ doc, kinds, name }) =>
  !doc.includes("@internal") && !/protected|private/.test(kinds) && name !== "constructor";

/** The public functions of a file of plots with their comments. */
const functions = (file) => inside(readFileSync(join(PLOTS, file), "utf8")).filter(isPublic);

/** The file of each value that a file exports: the file itself, or the one that it has it from. */
function exported(file) {
  const text = readFileSync(join(SOURCES, file), "utf8");
  const own = [...text.matchAll(/^export (?:(?:abstract |async )*(?:function|class)|const) (\w+)/gm)];
  const passed = [...text.matchAll(/^export \{([^}]*)\} from "(.*)\.js";/gm)].flatMap(([, names, from]) => {
    const there = exported(join(dirname(file), `${from}.ts`));
    const values = names.split(",").map((name) => name.trim());
    return values.filter((name) => /^\w+$/.test(name)).map((name) => [name, there.get(name)]);
  });
  return new Map([...own.map(([, name]) => [name, file]), ...passed]);
}

/** Each file that has something of the package's entries, and the names of that. */
function filesOfEntries() {
  const names = new Map();
  for (const entry of ENTRIES)
    for (const [name, file] of exported(`${entry}.ts`)) names.set(file, (names.get(file) ?? new Set()).add(name));
  return names;
}

/** The functions among what a file has of an entry: those of the file, and those of each class or object. */
function members(file, names) {
  const text = readFileSync(join(SOURCES, file), "utf8");
  const holders = [...text.matchAll(HOLDER)].map(({ groups }) => groups).filter(({ holder }) => names.has(holder));
  return [
    ...inside(text.replaceAll(HOLDER, "")).filter(({ isOwn, name }) => isOwn && names.has(name)),
    ...holders.flatMap(({ holder, members }) => inside(members).map((each) => ({ ...each, holder }))),
  ];
}

/** The examples in a comment, as code. */
const examples = (doc) =>
  [...doc.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code]) =>
    code.replace(/^ *\* ?/gm, "").replace(/^import .*$/gm, ""),
  );

/** Exports of an entry of the built package. */
const built = (entry) => import(new URL(`../../pkg/dist/${entry}.js`, import.meta.url));

/** All functions of the package but those of plots. */
const all = () =>
  [...filesOfEntries()].flatMap(([file, names]) => members(file, names).map((each) => ({ file, ...each })));

test("no function that the built package has is overlooked", async () => {
  const read = all().map(({ holder, name }) => (holder ? `${holder}.${name}` : name));
  for (const entry of ENTRIES) {
    const has = Object.entries(await built(entry));
    assert.deepEqual([...exported(`${entry}.ts`).keys()].sort(), has.map(([key]) => key).sort());
    const functions = has.flatMap(([key, value]) => {
      if (typeof value === "function" && !/^class\b/.test(value)) return [key];
      const holder = Object.getOwnPropertyDescriptors(value.prototype ?? value);
      const methods = Object.keys(holder).filter((name) => typeof holder[name].value === "function");
      return methods.filter((name) => name !== "constructor").map((name) => `${key}.${name}`);
    });
    assert.ok(functions.length > 0, entry);
    assert.deepEqual(
      functions.filter((name) => !read.includes(name)),
      [],
    );
  }
});

test("each public function has an example, which calls it", () => {
  const without = all()
    .filter(isPublic)
    .filter(({ doc, name }) => !examples(doc).some((code) => new RegExp(`\\b${name}\\(`).test(code)));
  assert.deepEqual(
    without.map(({ file, holder, name }) => [file, holder, name].filter(Boolean).join(" ")),
    [],
  );
});

/** The sources of plots: those of `regulens/plots` and what the page alone draws. */
const sources = () => readdirSync(PLOTS, { recursive: true }).filter((file) => file.endsWith(".ts"));

/** Each function of plots that has an example, with its comment. */
const plotted = () =>
  sources()
    .flatMap(functions)
    .filter(({ doc }) => examples(doc).length > 0);

test("each function of plots has an example, which calls it", async () => {
  const plots = await built("plots");
  const published = Object.keys(plots).filter((name) => typeof plots[name] === "function");
  assert.deepEqual(
    plotted()
      .filter(({ doc, name }) => examples(doc).some((code) => code.includes(`${name}(`)))
      .map(({ name }) => name)
      .sort(),
    published.sort(),
  );
});

/** Results that the examples state. */
const SAID = { mapTop: { top: 0.7 }, markColour: { line: "#bf3c10" } };

test("the examples of plots run as they stand, and what they draw is a picture of what they give", async () => {
  const plots = await built("plots");
  const types = sources().map((file) => readFileSync(join(PLOTS, file), "utf8"));
  for (const { doc, name } of plotted())
    for (const code of examples(doc)) {
      const made = [...code.matchAll(/^const (?:(\w+)|\{(.*?)\}) =/gm)].map(([, one, several]) => one ?? several);
      const run = new Function(...Object.keys(plots), `"use strict";\n${code}\nreturn { ${made.join()} };`);
      const values = run(...Object.values(plots));
      for (const value of Object.values(values)) assert.notEqual(value, undefined, name);
      for (const [key, value] of Object.entries(SAID[name] ?? {})) assert.equal(values[key], value, name);
      if (!types.some((text) => new RegExp(`function ${name}\\([^;{]*\\): string {`).test(text))) continue;
      assert.match(values.svg, /^<svg [^>]*width="640"[^>]*>/, name);
      assert.match(values.svg, /<title[^>]*>[^<]+<\/title>/, name);
      assert.doesNotMatch(values.svg, /NaN|undefined|Infinity/, name);
      const given = [...code.matchAll(/"([^"]+)"/g)].map(([, text]) => text);
      const isDrawn = given.length === 0 || given.some((text) => values.svg.includes(text));
      assert.ok(isDrawn, `${name} draws none of ${given}`);
    }
});

test("the examples have the types of the package", () => {
  const folder = app("examples", []);
  const files = [...filesOfEntries().keys()].flatMap((file) => {
    const blocks = [...readFileSync(join(SOURCES, file), "utf8").matchAll(/\/\*\*[\s\S]*?\*\//g)]
      .flatMap(([doc]) => examples(doc))
      .map((code, i) => `async function example${i}() {\n${code}}\n`);
    if (blocks.length === 0) return [];
    const name = `${file.replaceAll(/\W/g, "-")}.ts`;
    const prelude = PRELUDE.replace("MODEL", MODELS[file] ?? "OnOffModel");
    writeFileSync(join(folder, name), `${prelude}\n${blocks.join("\n")}`);
    return [name];
  });
  const drawn = plotted();
  const blocks = drawn.map(({ doc, name }) => `function of_${name}() {\n${examples(doc).join("\n")}}\n`).join("\n");
  const names = `${drawn.map(({ name }) => name).join(", ")}, dark, light`;
  writeFileSync(join(folder, "plots.ts"), `import { ${names} } from "regulens/plots";\n${blocks}`);
  const compilerOptions = {
    ...{ target: "esnext", module: "esnext", moduleResolution: "bundler", lib: ["esnext", "dom", "dom.iterable"] },
    ...{ types: [], strict: true, noEmit: true },
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: [...files, "plots.ts"] }));
  const { stdout, status } = spawnSync(process.execPath, [TSC, "--project", "."], { cwd: folder, encoding: "utf8" });
  assert.equal(stdout, "");
  assert.equal(status, 0);
});

const PRELUDE = `
import type { ChangeModel, ChangeResult, Counts, Genes, Measured, Motifs, OnOffModel, OnOffResult } from "regulens";
import type { LevelModel, Sequences, Table, TracksModel, Variant, VariantRow } from "regulens";
import { contrastOf, decode, encode, readCatalogue, Regulens, taskOf } from "regulens";
import type { Annotation, PreparedTable, SignalFile } from "regulens/parsers";
import { configure, openSignal, prepareTable, preload, readAnnotation, readGenes } from "regulens/parsers";
import { readMeasured, readRegions, readSequences, readTable, readVariants, writeBigWig } from "regulens/parsers";
import * as plots from "regulens/plots";
import { geneTracks } from "regulens/plots";
declare const model: MODEL;
declare const table: Table, tableA: Table, tableB: Table, a: Table, b: Table, other: Table;
declare const result: OnOffResult & ChangeResult;
declare const file: File, gtf: File, bed: File, bam: File, bai: File, bigWig: File, fasta: File, fai: File;
declare const vcf: File, meme: File, sites: File, k562: File, h1: File, counted: File;
declare const sequences: Sequences, motifs: Motifs, variant: Variant, variants: VariantRow[];
declare const genes: Genes, measured: Measured, counts: Counts, annotation: Annotation;
declare const signalFile: SignalFile, prepared: PreparedTable;
declare const probability: Float32Array, foldChange: Float32Array, countsA: Counts, countsB: Counts;
declare const bytes: Uint8Array, gene: number, signal: AbortSignal;
`;
