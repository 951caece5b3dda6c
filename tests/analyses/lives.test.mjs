// Lives of models and of what is read: freeing twice, while something runs, and use after that.
// `node --test tests/analyses/lives.test.mjs` after `cargo xtask build`.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const entry = join(root, "pkg/dist/index.js");
assert(existsSync(entry) || !process.env.CI, `${entry} is not built`);
const options = { skip: existsSync(entry) ? false : `${entry} is not built` };

const load = (name, how) =>
  Regulens.load(new Uint8Array(readFileSync(join(root, "models", name))), { device: "cpu", ...how });
const example = (name) => new Blob([readFileSync(join(root, "models/examples", name))]);
const ON_OFF = "attentive-chrome-k562.safetensors";
const TRACKS = "basenji-attention-two-sided-simulated.safetensors";
const GTF = "chr1\t5\t9\ta\t0\t+\n";
const MEME =
  "MEME version 4\n\nALPHABET= ACGT\n\nMOTIF A\nletter-probability matrix: alength= 4 w= 2\n1 0 0 0\n0 1 0 0\n";

let Regulens, parsers;
before(async () => {
  if (options.skip) return;
  ({ Regulens } = await import(pathToFileURL(entry).href));
  parsers = await import(pathToFileURL(join(root, "pkg/dist/parsers.js")).href);
});

/** Asserts that each use is an error of its own. */
async function disposed(uses) {
  for (const use of uses)
    await assert.rejects(
      async () => use(),
      (thrown) => assert.equal(thrown.code, "disposed", `${use}: ${thrown}`) ?? true,
    );
}

/** Frees twice, and once more as `using` does. */
function freed(...all) {
  for (const each of all) {
    each.free();
    each.free();
    each[Symbol.dispose]();
  }
}

test("what was freed, twice or by using, is an error with the code disposed", options, async () => {
  const model = await load(ON_OFF);
  const table = await model.readTable(example("simulated.csv.gz"));
  const other = await model.readTable(example("simulated.csv.gz"));
  const prepared = model.prepare(other);
  const counts = await model.readCounts("gene,count\na,1\nb,2\n");
  const live = model.prepare(other);
  freed(table, prepared, counts);
  await disposed([
    () => table.values(0, 1),
    () => model.predict(table),
    () => model.understand(table),
    () => model.prepare(table),
    () => prepared.values(0, 1),
    () => counts.of(live),
    () => counts.median,
  ]);
  freed(model);
  await disposed([
    () => model.predict(other),
    () => model.prepare(other),
    () => model.saliency(other),
    () => model.readTable(example("simulated.csv.gz")),
    () => model.useDevice("cpu"),
  ]);
  const r = model.pearson(Float32Array.of(1, 2), Float32Array.of(2, 4));
  assert(Math.abs(r - 1) < 1e-6, "needs nothing of the model");
  assert.equal(other.values(0, 1).length, other.bins * other.marks.length, "tables live on");
  assert.equal(live.values(0, 1).length, other.bins * other.marks.length);

  const tracks = await load(TRACKS);
  const sequences = await tracks.readSequences(">r\nACGT\n");
  const motifs = await tracks.readMotifs(MEME);
  const measured = await tracks.readMeasured("chr1\t0\t5\t2\n", { name: "a.bedgraph" });
  const [genes, annotation] = [await Regulens.readGenes(GTF), await parsers.readAnnotation(GTF)];
  const signal = await parsers.openSignal("chr1\t0\t50\t2\n", { name: "a.bedgraph" });
  const made = await parsers.prepareTable(annotation, { a: signal }, { bins: 2, binSize: 2, missingAsZero: true });
  freed(motifs, measured, genes, annotation, signal, made);
  await disposed([
    () => tracks.motifs(sequences, 0, 0, motifs, { method: "gradient" }),
    () => measured.bins("chr1", 0, 1, 5, "mean"),
    () => genes.find("a"),
    () => annotation.choose({ genes: ["a"] }),
    () => parsers.prepareTable(annotation, { a: signal }),
    () => made.file(),
    () => made.write("gzip", "a.csv.gz"),
  ]);
  freed(sequences);
  await disposed([() => sequences.codes(0), () => tracks.predict(sequences, 0)]);
  freed(tracks);
  await disposed([() => tracks.predict(sequences, 0), () => tracks.positionFunctions()]);
});

test("free cancels what runs, and what is asked for by another model goes on", options, async () => {
  for (const ask of [
    (model, table, onProgress) => model.predict(table, { onProgress }),
    (model, table, onProgress) => model.saliency(table, { onProgress }),
    (model, table, onProgress) => model.attributions(table, { onProgress, genes: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] }),
    (model, table, onProgress) => model.classOptimisation({ onProgress }),
  ]) {
    const [model, other] = [await load(ON_OFF), await load(ON_OFF)];
    const table = await model.readTable(example("simulated.csv.gz"));
    const whole = other.predict(table);
    const run = ask(model, table, ({ done }) => done > 0 && model.free());
    await assert.rejects(run, (thrown) => {
      assert.deepEqual([thrown.name, thrown.code, thrown.reason.code], ["AbortError", "cancelled", "disposed"], ask);
      return true;
    });
    await model[Symbol.asyncDispose]();
    assert.equal((await whole).probability.length, table.genes.length);
  }
  const tracks = await load(TRACKS);
  const { length } = tracks.shape;
  const sequences = await tracks.readSequences(`>r\n${"ACGT".repeat((3 * length) / 4)}\n`);
  const run = tracks.predict(sequences, 0, { onProgress: ({ done }) => done > 0 && tracks.free() });
  await assert.rejects(run, { code: "cancelled" });
  // A table that is freed while it is used ends what needs it with that error, and no engine.
  const again = await load(TRACKS);
  const gone = again.predict(sequences, 0, { onProgress: ({ done }) => done > 0 && sequences.free() });
  await assert.rejects(gone, { code: "disposed" });
  const [after] = [await again.readSequences(`>r\n${"ACGT".repeat(length / 4)}\n`)];
  assert.equal((await again.predict(after, 0)).windows.length, 1, "the engine goes on");
});

test("nothing that is freed or fails ends Node by a rejection that nobody handles", options, () => {
  const script = `
    import { readFileSync } from "node:fs";
    import { Regulens } from ${JSON.stringify(pathToFileURL(entry).href)};
    const bytes = readFileSync(${JSON.stringify(join(root, "models", ON_OFF))});
    const file = readFileSync(${JSON.stringify(join(root, "models/examples/simulated.csv.gz"))});
    const throwing = { onProgress: () => { throw new Error("own"); } };
    const model = await Regulens.load(bytes);
    const table = await model.readTable(file);
    const all = [
      model.predict(table), model.saliency(table), model.useDevice("auto"), model.predict(table, throwing),
      model.predict(table, { onProgress: async () => { throw new Error("own"); } }),
      model.readTable(file, throwing), model.predict(undefined), model.readTable("genes.csv"),
      Regulens.load("no/such/file.safetensors"), Regulens.load(bytes, { device: "gpu" }),
    ];
    model.free();
    table.free();
    const settled = await Promise.allSettled([...all, model.predict(table)]);
    await new Promise((resolve) => setTimeout(resolve, 50));
    console.log(JSON.stringify(settled.map(({ reason }) => reason?.code ?? reason?.message ?? "done")));`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    cwd: root,
    encoding: "utf8",
  });
  assert.equal(status, 0, stderr);
  const codes = JSON.parse(stdout);
  assert.ok(!codes.includes("engine-stopped"), stdout);
  assert.deepEqual([codes[6], codes[7], codes.at(-1)], ["no-table", "text-not-address", "disposed"]);
});
