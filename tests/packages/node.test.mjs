// Under Node: the CPU engine, from a fresh install.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { assertSame, underNode } from "./support/expect.mjs";
import { addData, app, ROOT } from "./support/package.mjs";

test("Node loads a model by its path, reads a table, and predicts on the CPU", () => {
  const outcome = underNode();
  assertSame(outcome);
  assert.equal(outcome.genes.length, 400);
  assert.equal(outcome.device.kind, "cpu");
  // The simulated table has the marks' rules planted in it.
  assert.ok(outcome.auroc > 0.7, `AUROC ${outcome.auroc}`);
});

test("Node resolves every entry, and gives engines and package.json by their paths", () => {
  const folder = app("entries", []);
  const script = `
    import { createRequire } from "node:module";
    const names = async (entry) => Object.keys(await import(entry)).length;
    const { version } = createRequire(import.meta.url)("regulens/package.json");
    const { VERSION } = await import("regulens");
    console.log(JSON.stringify([await names("regulens"), await names("regulens/plots"), await names("regulens/parsers"), version === VERSION, import.meta.resolve("regulens/wasm/cpu/regulens_cpu_bg.wasm")]));`;
  const [engine, plots, parsers, sameVersion, wasm] = JSON.parse(
    execFileSync(process.execPath, ["--input-type=module", "-e", script], { cwd: folder, encoding: "utf8" }),
  );
  assert.ok(engine > 15 && plots > 30 && parsers > 15, `${engine}, ${plots}, ${parsers}`);
  assert.ok(sameVersion, "VERSION is that of package.json");
  assert.equal(readFileSync(new URL(wasm)).subarray(0, 4).toString("latin1"), "\0asm");
});

test("a server imports the element without a DOM: the class is there, and nothing is defined or left behind", () => {
  const folder = app("element-under-node", []);
  const script = `
    const before = Object.getOwnPropertyNames(globalThis);
    const { RegulensView } = await import("regulens/element");
    const left = Object.getOwnPropertyNames(globalThis).filter((name) => !before.includes(name));
    console.log(JSON.stringify([typeof RegulensView, RegulensView.observedAttributes, left]));`;
  const [kind, attributes, left] = JSON.parse(
    execFileSync(process.execPath, ["--input-type=module", "-e", script], { cwd: folder, encoding: "utf8" }),
  );
  assert.equal(kind, "function");
  assert.ok(attributes.includes("model") && attributes.includes("data-b"), `${attributes}`);
  assert.deepEqual(left, []);
});

test("under Node the parsers read files by their paths, and what is prepared is what a model reads", () => {
  const folder = app("parsers-under-node", []);
  addData(folder);
  const script = `
    import { readFileSync, writeFileSync } from "node:fs";
    import { pathToFileURL } from "node:url";
    import { InputError, Regulens } from "regulens";
    import * as parsers from "regulens/parsers";
    const at = (name) => pathToFileURL("data/" + name);
    const bytes = await parsers.writeBigWig({ chromosome: "chr1", length: 100000, start: 0, binSize: 100 }, Float32Array.from({ length: 1000 }, (_, i) => i % 7));
    writeFileSync("data/signal.bw", bytes);
    const signal = await parsers.openSignal(at("signal.bw"));
    const annotation = await parsers.readAnnotation("chr1\\t30000\\t30001\\ta\\t0\\t+\\nchr1\\t60000\\t60001\\tb\\t0\\t-\\n", { name: "tss.bed" });
    const marks = ["H3K4me3", "H3K4me1", "H3K36me3", "H3K9me3", "H3K27me3"];
    const prepared = await parsers.prepareTable(annotation, Object.fromEntries(marks.map((mark) => [mark, signal])));
    const loaded = await Regulens.load("data/model.safetensors", { device: "cpu" });
    const table = await loaded.readTable(prepared.file());
    const { probability } = await loaded.predict(table);
    const refused = await loaded.predict(prepared.table()).catch((error) => error);
    const place = { chromosome: "chr1", length: 100000, start: 0, binSize: 100 };
    const places = [{ ...place, binSize: 0 }, { ...place, start: 4294967000 }];
    const unplaced = await Promise.all(places.map((at) => parsers.writeBigWig(at, new Float32Array(3)).catch(({ name }) => name)));
    console.log(JSON.stringify({ genes: table.genes, marks: table.marks, probability: [...probability], refused: [refused instanceof InputError, refused.code, refused.remedy], unplaced }));`;
  const { genes, marks, probability, refused, unplaced } = JSON.parse(
    execFileSync(process.execPath, ["--input-type=module", "-e", script], { cwd: folder, encoding: "utf8" }),
  );
  // The program's own test of its writer holds it to the same file.
  const written = readFileSync(join(folder, "data/signal.bw"));
  assert.ok(
    written.equals(readFileSync(join(ROOT, "tests/files/prepare/written.bw"))),
    "other bytes than the program's",
  );
  assert.deepEqual(unplaced, ["RangeError", "RangeError"]);
  assert.deepEqual(genes, ["a", "b"]);
  assert.equal(marks.length, 5);
  assert.ok(probability.every((p) => p > 0 && p < 1));
  assert.deepEqual(refused.slice(0, 2), [true, "two-engines"]);
  assert.ok(refused[2].includes("readTable"));
});
