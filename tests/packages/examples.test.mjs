// The examples of the public functions: there is one for each, its types are right, and those of plots draw.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { app } from "./support/package.mjs";

const TSC = fileURLToPath(new URL("node_modules/typescript/bin/tsc", import.meta.url));
const SOURCES = fileURLToPath(new URL("../../pkg/src/", import.meta.url));
const PLOTS = fileURLToPath(new URL("../../www/src/plots/", import.meta.url));

/** Files with public functions, and the model that examples of each name. */
const FILES = {
  "parsers.ts": "OnOffModel",
  "regulens.ts": "OnOffModel",
  "models/on-off.ts": "OnOffModel",
  "models/change.ts": "ChangeModel",
  "models/tracks.ts": "TracksModel",
};

/** Functions of which the words say all, and those of `Regulens` that parsers and models have under the same name. */
const PLAIN = new RegExp(
  "^(predicted|preparePair|positionFunctions|preload|readTable|readSequences|readGenes|readRegions|readMeasured|" +
    "readVariants|readPlantedSites|readMotifs)$",
);

/** An exported function, or a method of a class, behind its comment. */
const FUNCTION = new RegExp(
  String.raw`(?<doc>/\*\*(?:(?!\*/)[\s\S])*?\*/)\n` +
    String.raw`(?:export (?:async )?function|  (?:static |async |override )*)\s*(?<name>\w+)(?:<[^(]*>)?\(`,
  "g",
);

/** The public functions of a file with their comments. */
function functions(file, folder = SOURCES) {
  const found = [...readFileSync(join(folder, file), "utf8").matchAll(FUNCTION)].map(({ groups }) => groups);
  return found.filter(({ doc, name }) => !doc.includes("@internal") && name !== "constructor");
}

/** The examples in a comment, as code. */
const examples = (doc) =>
  [...doc.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code]) =>
    code.replace(/^ *\* ?/gm, "").replace(/^import .*$/gm, ""),
  );

test("each public function has an example", () => {
  for (const file of Object.keys(FILES)) {
    const found = functions(file);
    assert.ok(found.length > 3, file);
    const without = found.filter(({ doc, name }) => !PLAIN.test(name) && examples(doc).length === 0);
    assert.deepEqual(
      without.map(({ name }) => name),
      [],
      file,
    );
  }
});

/** The sources of plots: those of `regulens/plots` and what the page alone draws. */
const sources = () => readdirSync(PLOTS, { recursive: true }).filter((file) => file.endsWith(".ts"));

/** Each function of plots that has an example, with its comment. */
const plotted = () =>
  sources()
    .flatMap((file) => functions(file, PLOTS))
    .filter(({ doc }) => examples(doc).length > 0);

test("each function of plots has an example, which calls it", async () => {
  const plots = await import(new URL("../../pkg/dist/plots.js", import.meta.url));
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
  const plots = await import(new URL("../../pkg/dist/plots.js", import.meta.url));
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
  const files = Object.entries(FILES).map(([file, model]) => {
    const found = [...readFileSync(join(SOURCES, file), "utf8").matchAll(/\/\*\*[\s\S]*?\*\//g)].flatMap(([doc]) =>
      examples(doc),
    );
    assert.ok(found.length > 1, file);
    const blocks = found.map((code, i) => `async function example${i}() {\n${code}}\n`).join("\n");
    const name = `${file.replaceAll(/\W/g, "-")}.ts`;
    writeFileSync(join(folder, name), `${PRELUDE.replace("MODEL", model)}\n${blocks}`);
    return name;
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
import type { ChangeModel, ChangeResult, Counts, Motifs, OnOffModel, OnOffResult, Sequences } from "regulens";
import type { Table, TracksModel, Variant, VariantRow } from "regulens";
import { Regulens } from "regulens";
import { configure, openSignal, prepareTable, preload, readAnnotation, readGenes } from "regulens/parsers";
import { readMeasured, readRegions, readSequences, readTable, readVariants, writeBigWig } from "regulens/parsers";
import * as plots from "regulens/plots";
import { geneTracks } from "regulens/plots";
declare const model: MODEL;
declare const table: Table, tableA: Table, tableB: Table, a: Table, b: Table, other: Table;
declare const result: OnOffResult & ChangeResult;
declare const file: File, gtf: File, bam: File, bai: File, bigWig: File, fasta: File, vcf: File, meme: File;
declare const sequences: Sequences, motifs: Motifs, variant: Variant, variants: VariantRow[];
declare const probability: Float32Array, foldChange: Float32Array, countsA: Counts, countsB: Counts;
declare const k562: File, h1: File;
declare const bytes: Uint8Array, gene: number, signal: AbortSignal;
`;
