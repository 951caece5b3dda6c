// Arguments that name nothing are errors of the argument, which say what may be given, before
// any work. `node --test tests/analyses/arguments.test.mjs` after `cargo xtask build`.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const entry = join(root, "pkg/dist/index.js");
assert(existsSync(entry) || !process.env.CI, `${entry} is not built`);
const options = { skip: existsSync(entry) ? false : `${entry} is not built` };

const bytes = (name) => new Uint8Array(readFileSync(join(root, "models", name)));
const example = (name) => new Blob([readFileSync(join(root, "models/examples", name))]);

let Regulens, InputError;
const load = (name, how) => Regulens.load(bytes(name), { device: "cpu", ...how });
before(async () => {
  if (options.skip) return;
  ({ Regulens, InputError } = await import(pathToFileURL(entry).href));
});

/** Asserts that each call is refused with its code, as an error of the argument. */
async function refuses(calls) {
  for (const [code, call, says = /found .+; expected /i] of calls) {
    const thrown = await (async () => call())().then(
      (value) => assert.fail(`${call} gave ${JSON.stringify(value)?.slice(0, 80)}`),
      (thrown) => thrown,
    );
    assert(thrown instanceof InputError, `${call}: ${thrown.name} ${thrown.message}`);
    assert.equal(thrown.code, code, `${call}: ${thrown.message}`);
    assert.match(thrown.message, says, String(call));
    assert.doesNotMatch(thrown.message, /engine stopped|undefined/i, String(call));
  }
}

/** A record of one window. */
function record({ length }) {
  let state = 7;
  const draw = () => (state = (state * 1103515245 + 12345) % 2147483648) >> 29;
  return Array.from({ length }, () => "ACGT"[draw() & 3]).join("");
}

test("a track is named or numbered, and the score is that of this track", options, async () => {
  const model = await load("basenji-yeast-mnase-polii.safetensors");
  const sequences = await model.readSequences(`>r\n${record(model.shape)}\n`, { name: "r.fa" });
  const how = { method: "gradient" };
  const [first, second, named] = await Promise.all(
    [0, 1, "PolII"].map((track) => model.contributions(sequences, 0, track, how)),
  );
  assert.equal(named.score, second.score);
  assert.deepEqual(named.contributions, second.contributions);
  assert.equal(named.track, 1);
  assert(Math.abs(first.score - second.score) > 1, "the tracks differ");
  const names = /MNase \(0\), PolII \(1\)/;
  const motifs = await model.readMotifs(
    "MEME version 4\n\nALPHABET= ACGT\n\nMOTIF A\nletter-probability matrix: alength= 4 w= 4\n" +
      "1 0 0 0\n0 1 0 0\n0 0 1 0\n0 0 0 1\n",
  );
  const asks = [
    (track) => model.contributions(sequences, 0, track, how),
    (track) => model.motifs(sequences, 0, track, motifs, how),
    (track) => model.deletion(sequences, 0, track, { explanations: ["random"] }),
  ];
  for (const ask of asks) {
    await refuses([["no-track", () => ask(undefined), names]]);
    for (const track of ["nope", "1", null, -1, 2, 0.5, Number.NaN])
      await refuses([["no-such-track", () => ask(track), names]]);
  }
  const deleted = await model.deletion(sequences, 0, "PolII", { explanations: ["random"], shuffles: 1 });
  assert.deepEqual([deleted.track, Math.round(deleted.scores[0])], [1, Math.round(second.score)]);
});

test("arguments of models of sequences that name nothing are errors with what there is", options, async () => {
  const model = await load("basenji-attention-two-sided-simulated.safetensors");
  const bases = record(model.shape);
  const sequences = await model.readSequences(`>r\n${bases}\n`, { name: "r.fa" });
  const of = (options) => () => model.contributions(sequences, 0, 0, options);
  const tests = (options) => () => model.deletion(sequences, 0, 0, { explanations: ["random"], ...options });
  const variant = (change) => () =>
    model.variant(sequences, 0, { position: 9, reference: bases[9], alternative: "N", ...change });
  await refuses([
    ["no-such-method", of({ method: "saliency" }), /"saliency"; expected one of gradient, integrated-gradients/],
    ["bad-strands", of({ strands: "up" })],
    ...[0, -1, 1.5, Number.NaN, "x"].map((shuffles) => ["bad-shuffles", of({ shuffles })]),
    ...[-1, 1.5, Number.NaN, "x"].map((seed) => ["bad-seed", of({ seed })]),
    ["beyond-sequence", of({ region: { start: 1.5, end: 1000 } })],
    ...[undefined, 1, -1, "r", Number.NaN].map((record) => [
      "no-record",
      () => model.contributions(sequences, record, 0),
      /0 \(r\)/,
    ]),
    ["no-record", () => model.predict(sequences, undefined)],
    ...[undefined, Number.NaN, -1, 1e9, 1.5, "x"].map((bin) => [
      "no-such-bin",
      () => model.attention(sequences, 0, bin),
    ]),
    ["no-such-explanation", tests({ explanations: ["nope"] }), /gradient, integrated-gradients, attention/],
    ["no-such-explanation", tests({ explanations: [] })],
    ["bad-strands", tests({ strands: "x" })],
    ["bad-shuffles", tests({ shuffles: Number.NaN })],
    ["bad-variant", variant({ position: 1.5 })],
    [
      "bad-around",
      () => model.variant(sequences, 0, { position: 9, reference: bases[9], alternative: "N" }, { around: NaN }),
    ],
    ["bad-stretch", () => model.mutagenesis(sequences, 0, 1.5, 3.5)],
    ["no-motifs", () => model.motifs(sequences, 0, 0, undefined)],
    ["beyond-sequence", () => sequences.codes(0, -5, 10)],
    ["beyond-sequence", () => sequences.codes(0, Number.NaN, 10)],
    ["no-record", () => sequences.codes(7, 0, 5)],
    ["no-such-device", () => model.useDevice("gpu"), /auto, webgpu, cpu/],
    ["no-such-device", () => model.useDevice()],
    ["bad-bins", () => model.writeBigWig("c", Number.NaN, 0, new Float32Array(3))],
  ]);
});

test("arguments of models of tables that name nothing are errors with what there is", options, async () => {
  const model = await load("attentive-chrome-k562.safetensors");
  const table = await model.readTable(example("simulated.csv.gz"), { name: "genes.csv" });
  const predicted = new Float32Array(table.genes.length);
  const [mark] = model.card.marks;
  const tests = (options) => () => model.deletion(table, { genes: [0], explanations: ["random"], ...options });
  const track = { table, column: table.marks[0] };
  await refuses([
    [
      "no-such-method",
      () => model.attributions(table, { method: "saliency" }),
      /gradient-x-input, integrated-gradients/,
    ],
    ["no-such-method", () => model.attributions(table, { method: null })],
    ["no-such-baseline", () => model.attributions(table, { baseline: "x" }), /zero, class-mean/],
    ["no-such-gene", () => model.attributions(table, { genes: [table.genes[0]] })],
    ["no-such-gene", () => model.saliency(table, { genes: "all" })],
    ["no-such-method", () => model.explanationMeans(table, { predicted, method: "shapley" })],
    ["value-count", () => model.explanationMeans(table)],
    ...[Number.NaN, -1, "x"].map((lambda) => ["bad-lambda", () => model.classOptimisation({ lambda })]),
    ...[Number.NaN, 0, 1.5, "x"].map((steps) => ["bad-steps", () => model.classOptimisation({ steps })]),
    ...[Number.NaN, -1, 1.5, "x"].map((seed) => ["bad-seed", () => model.classOptimisation({ seed })]),
    ["no-such-explanation", tests({ explanations: ["nope"] }), /alpha, saliency/],
    ["no-such-explanation", tests({ explanations: "alpha" })],
    ["no-such-contrast", tests({ contrast: "x" }), /zero, class-mean/],
    ...[Number.NaN, 0, 1.5].map((randomOrders) => ["bad-orders", tests({ randomOrders })]),
    ["bad-seed", tests({ seed: -1 })],
    ["bad-steps", tests({ steps: [Number.NaN] })],
    ["bin-range", () => model.predict(table, { selectBins: [Number.NaN, 5] })],
    ["mark-unknown", () => model.predict(table, { scale: { Foo: 2 } })],
    ["no-table", () => model.predict(undefined)],
    ["no-table", () => model.understand(undefined)],
    ["no-such-mark", () => model.heldOut(table, { mark: "Foo", on: [0], track }), /found the mark Foo/],
    ["no-such-track", () => model.heldOut(table, { mark, on: [0], track: { table, column: "Foo" } })],
    ["no-such-gene", () => model.heldOut(table, { mark, on: [-1], track })],
    ["no-such-gene", () => model.heldOut(table, { mark, on: [0], over: [1e6], track })],
    ["bin-range", () => model.heldOut(table, { mark, on: [0], track: { ...track, selectBins: [90, 300] } })],
    ["no-such-gene", () => table.values(0, 1e6)],
    ["no-such-gene", () => table.values(Number.NaN, 1)],
    ["value-count", () => model.predictValues(new Float32Array(5), Number.NaN)],
    ["value-count", () => model.auroc(new Float32Array(3), new Uint8Array(2))],
    ["no-such-task", () => load("attentive-chrome-k562.safetensors", { task: "onoff" }), /on-off, change, tracks/],
    ["no-such-simd", () => load("attentive-chrome-k562.safetensors", { simd: "fast" })],
    ["no-such-device", () => load("attentive-chrome-k562.safetensors", { device: "gpu" })],
    ["bad-workers", () => load("attentive-chrome-k562.safetensors", { workers: Number.NaN })],
    ["no-such-form", () => load("attentive-chrome-k562.safetensors", { symmetric: true })],
    ["no-such-task", () => Regulens.preload({ task: "nope" })],
    ["no-source", () => Regulens.load(undefined)],
    ["no-source", () => model.readTable(undefined)],
  ]);
});

test("of two tables it is said which one an option is about, and cell types are a and b", options, async () => {
  const model = await load("deep-diff-raw-k562-h1.safetensors", { task: "change" });
  const [a, b] = await Promise.all(["a", "b"].map((cell) => model.readTable(example(`change.${cell}.csv.gz`))));
  const track = { table: a, column: a.marks[0], selectBins: [1, model.card.bins] };
  const [mark] = model.card.marks;
  await refuses([
    ["no-such-cell", () => model.understand(a, "c"), /a, b/],
    ["no-such-method", () => model.attributions(a, b, { method: "saliency" })],
    ["which-table", () => model.predict(a, b, { selectBins: [1, 5] })],
    ["which-table", () => model.attributions(a, b, { scale: { [mark]: 2 } })],
    ["no-such-cell", () => model.heldOut(a, b, { mark, cell: "c", genes: [0], track })],
    ["no-such-gene", () => model.heldOut(a, b, { mark, genes: [1e6], track })],
    [
      "bad-threshold",
      () =>
        model.weightsByDirection(
          { foldChange: new Float32Array(0), beta: new Float32Array(0), columns: [] },
          { threshold: NaN },
        ),
    ],
    ["no-table", () => model.predict(undefined, b)],
  ]);
});
