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

let Regulens, InputError, ArgumentError;
const load = (name, how) => Regulens.load(bytes(name), { device: "cpu", ...how });
before(async () => {
  if (options.skip) return;
  ({ Regulens, InputError, ArgumentError } = await import(pathToFileURL(entry).href));
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

/** Asserts that each call is refused for the kind of an argument, which is named as `method argument`. */
async function mistakes(calls) {
  for (const [named, call, wanted, code = "wrong-type"] of calls) {
    const thrown = await (async () => call())().then(
      (value) => assert.fail(`${call} gave ${JSON.stringify(value)?.slice(0, 80)}`),
      (thrown) => thrown,
    );
    assert(thrown instanceof TypeError && thrown instanceof ArgumentError, `${call}: ${thrown.name} ${thrown.message}`);
    assert.equal(`${thrown.method} ${thrown.argument}`, named);
    assert.match(thrown.wanted, wanted, named);
    assert.equal(thrown.code, code, named);
    for (const part of [thrown.method, thrown.argument, thrown.given, thrown.wanted])
      assert(thrown.message.includes(part), `${thrown.message} has ${part}`);
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
    ...[0, -1, 1.5, Number.NaN].map((shuffles) => ["bad-shuffles", of({ shuffles })]),
    ...[-1, 1.5, Number.NaN].map((seed) => ["bad-seed", of({ seed })]),
    ["beyond-sequence", of({ region: { start: 1.5, end: 1000 } })],
    ...[undefined, 1, -1, "nope", null, Number.NaN].map((record) => [
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
    ["bad-bins", () => model.writeBigWig({ chromosome: "c", length: Number.NaN, start: 0 }, new Float32Array(3))],
    ["no-such-option", () => model.writeBigWig({ chromosome: "c", length: 9, start: 0, size: 3 }, new Float32Array(3))],
    ["no-such-option", of({ strand: "both" }), /option "strand"; expected some of signal, onProgress, region, method/],
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
    ["no-such-baseline", () => model.attributions(table, { baseline: "x" }), /zero, class-mean/],
    ["no-such-gene", () => model.attributions(table, { genes: [table.genes[0]] })],
    ["no-such-option", () => model.predict(table, { selectBin: [1, 5] }), /"selectBin".+ selectBins, scale/],
    ["no-such-option", () => model.readTable("gene,bin\n", { onprogress() {} })],
    ["no-such-option", () => load("attentive-chrome-k562.safetensors", { threads: 2 }), /workers/],
    ["no-such-method", () => model.explanationMeans(table, { predicted, method: "shapley" })],
    ["value-count", () => model.explanationMeans(table)],
    ...[Number.NaN, -1].map((lambda) => ["bad-lambda", () => model.classOptimisation({ lambda })]),
    ...[Number.NaN, 0, 1.5, "x"].map((steps) => ["bad-steps", () => model.classOptimisation({ steps })]),
    ...[Number.NaN, -1, 1.5].map((seed) => ["bad-seed", () => model.classOptimisation({ seed })]),
    ["no-such-explanation", tests({ explanations: ["nope"] }), /alpha, saliency/],
    ["no-such-class", () => model.classOptimisation({ class: "high" }), /on, off/],
    ["no-such-contrast", tests({ contrast: "x" }), /zero, class-mean/],
    ...[Number.NaN, 0, 1.5].map((randomOrders) => ["bad-orders", tests({ randomOrders })]),
    ["bad-seed", tests({ seed: -1 })],
    ["bad-steps", tests({ steps: [Number.NaN] })],
    ["bin-range", () => model.predict(table, { selectBins: [Number.NaN, 5] })],
    ["mark-unknown", () => model.predict(table, { scale: { Foo: 2 } })],
    ["no-such-mark", () => model.heldOut(table, { mark: "Foo", on: [0], track }), /found the mark "Foo"/],
    ["no-such-mark", () => model.heldOut(table, { on: [0], track })],
    ["no-such-track", () => model.heldOut(table, { mark, on: [0] })],
    ["no-such-track", () => model.heldOut(table, { mark, on: [0], track: { table, column: "Foo" } })],
    ["no-such-gene", () => model.heldOut(table, { mark, on: [-1], track })],
    ["no-such-gene", () => model.heldOut(table, { mark, on: [0], over: [1e6], track })],
    ["bin-range", () => model.heldOut(table, { mark, on: [0], track: { ...track, selectBins: [90, 300] } })],
    ["no-such-gene", () => table.values(0, 1e6)],
    ["no-such-gene", () => table.values(Number.NaN, 1)],
    ["value-count", () => model.predictValues(new Float32Array(5), Number.NaN)],
    ["value-count", () => model.auroc(new Float32Array(3), new Uint8Array(2))],
    [
      "no-such-task",
      () => load("attentive-chrome-k562.safetensors", { task: "onoff" }),
      /on-off, level, change, tracks/,
    ],
    ["no-such-simd", () => load("attentive-chrome-k562.safetensors", { simd: "fast" })],
    ["no-such-device", () => load("attentive-chrome-k562.safetensors", { device: "gpu" })],
    ["bad-workers", () => load("attentive-chrome-k562.safetensors", { workers: Number.NaN })],
    ["no-such-form", () => load("attentive-chrome-k562.safetensors", { symmetric: true })],
    ["no-such-task", () => Regulens.preload({ task: "nope" })],
    ["text-not-address", () => Regulens.readTable("genes.csv"), /"genes\.csv".+string is read as the contents/],
    ["text-not-address", () => model.readTable("https://example.org/genes.csv")],
    ["text-not-address", () => Regulens.readSequences("../data/my genome.fa")],
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
  ]);
});

test(
  "arguments of the wrong kind are TypeErrors that name method, argument, what was given and wanted",
  options,
  async () => {
    const model = await load("attentive-chrome-k562.safetensors");
    const change = await load("deep-diff-raw-k562-h1.safetensors");
    const tracks = await load("basenji-yeast-mnase-polii.safetensors");
    const table = await model.readTable(example("simulated.csv.gz"), { name: "genes.csv" });
    const sequences = await tracks.readSequences(">r\nACGT\n", { name: "r.fa" });
    const aTable = /a table, as `readTable`/;
    await mistakes([
      ["Regulens.load source", () => Regulens.load(undefined), /address/, "no-source"],
      ["Regulens.load source", () => Regulens.load({}), /address/, "no-source"],
      ["Regulens.load options", () => Regulens.load(bytes("attentive-chrome-k562.safetensors"), null), /an object/],
      ["Regulens.load options.workers", () => load("attentive-chrome-k562.safetensors", { workers: "2" }), /a number/],
      ["Regulens.readTable source", () => Regulens.readTable(42), /`File`/, "no-source"],
      ["model.readTable source", () => model.readTable(undefined), /`File`/, "no-source"],
      ["model.predict table", () => model.predict(undefined), aTable, "no-table"],
      ["model.predict table", () => model.predict("genes.csv"), aTable, "no-table"],
      ["model.predict options", () => model.predict(table, null), /an object/],
      ["model.predict options.signal", () => model.predict(table, { signal: true }), /`AbortSignal`/],
      ["model.predict options.onProgress", () => model.predict(table, { onProgress: "log" }), /a function/],
      ["model.understand table", () => model.understand({}), aTable, "no-table"],
      ["model.attributions options.method", () => model.attributions(table, { method: null }), /a text/],
      ["model.saliency options.genes", () => model.saliency(table, { genes: "all" }), /a list/],
      ["model.deletion options.explanations", () => model.deletion(table, { explanations: "alpha" }), /a list/],
      ["model.classOptimisation options.seed", () => model.classOptimisation({ seed: "x" }), /a number/],
      ["model.predictValues values", () => model.predictValues([1, 2]), /`Float32Array`/],
      ["table.values start", () => table.values("0", 1), /a number/],
      ["model.predict a", () => change.predict(undefined, table), aTable, "no-table"],
      ["model.predict b", () => change.predict(table, "b.csv"), aTable, "no-table"],
      ["model.predict sequences", () => tracks.predict(">r\nACGT\n", 0), /`readSequences`/],
      ["model.variant variant", () => tracks.variant(sequences, 0, "chr1:5A>G"), /an object/],
      ["model.scoreVariants variants", () => tracks.scoreVariants(sequences, {}), /a list/],
      [
        "model.contributions options.shuffles",
        () => tracks.contributions(sequences, 0, 0, { shuffles: "x" }),
        /a number/,
      ],
      [
        "model.writeBigWig bins",
        () => tracks.writeBigWig("chr1", 9, 0, new Float32Array(3)),
        /chromosome, length, start/,
      ],
    ]);
  },
);

test("a record is named or numbered, with or without chr", options, async () => {
  const model = await load("basenji-yeast-mnase-polii.safetensors");
  const sequences = await model.readSequences(`>chr1\nACGTA\n>chr2\n${record(model.shape)}\n`, { name: "r.fa" });
  const { values, record: name } = await model.predict(sequences, 1);
  for (const record of ["chr2", "2"]) {
    const named = await model.predict(sequences, record);
    assert.equal(named.record, name);
    assert.deepEqual(named.values, values);
    assert.deepEqual(sequences.codes(record, 0, 9), sequences.codes(1, 0, 9));
  }
  await refuses([["no-record", () => model.predict(sequences, "chr3"), /"chr3".+0 \(chr1\), 1 \(chr2\)/]]);
});

test("what a caller's own function throws comes back as thrown, whatever the work makes of it", options, async () => {
  const own = new RangeError("mine");
  const onProgress = () => {
    throw own;
  };
  const model = await load("attentive-chrome-k562.safetensors");
  const table = await model.readTable(example("simulated.csv.gz"));
  const tracks = await load("basenji-yeast-mnase-polii.safetensors");
  const bases = record(tracks.shape);
  const sequences = await tracks.readSequences(`>r\n${bases}\n`);
  const variant = { position: 9, reference: bases[9], alternative: "N" };
  const calls = [
    () => Regulens.load(pathToFileURL(join(root, "models/attentive-chrome-k562.safetensors")), { onProgress }),
    () => model.readTable(example("simulated.csv.gz"), { onProgress }),
    () => model.predict(table, { onProgress }),
    () => model.predict(table, { onProgress: async () => onProgress() }),
    () => model.saliency(table, { onProgress }),
    () => model.classOptimisation({ onProgress }),
    () => tracks.predict(sequences, 0, { onProgress }),
    () => tracks.contributions(sequences, 0, 0, { onProgress }),
    () => tracks.scoreVariants(sequences, [variant], { onScored: onProgress }),
    () => Regulens.readGenes("chr1\t5\t9\ta\t0\t+\n", { onProgress }),
  ];
  for (const call of calls)
    await assert.rejects(call, (thrown) => assert.equal(thrown, own, `${call}: ${thrown}`) ?? true);
});

test("the reason of a signal is kept", options, async () => {
  const model = await load("attentive-chrome-k562.safetensors");
  const table = await model.readTable(example("simulated.csv.gz"));
  const reason = { why: "another tab" };
  const during = new AbortController();
  const calls = [
    () => model.predict(table, { signal: AbortSignal.abort(reason) }),
    () => model.predict(table, { signal: during.signal, onProgress: () => during.abort(reason) }),
    () => model.readTable(example("simulated.csv.gz"), { signal: AbortSignal.abort(reason) }),
    () => load("attentive-chrome-k562.safetensors", { signal: AbortSignal.abort(reason) }),
    () => model.classOptimisation({ signal: AbortSignal.abort(reason) }),
  ];
  for (const call of calls)
    await assert.rejects(call, (thrown) => {
      assert.equal(thrown.name, "AbortError");
      assert.equal(thrown.code, "cancelled");
      assert.deepEqual([thrown.cause, thrown.reason], [reason, reason], String(call));
      return true;
    });
});

test("one gene of a run is its part of every array, by position or name", options, async () => {
  const model = await load("attentive-chrome-k562.safetensors");
  const table = await model.readTable(example("simulated.csv.gz"));
  const result = await model.predict(table);
  const attributions = await model.attributions(table, { genes: [3, 5], method: "gradient-x-input" });
  const view = model.gene(table, result, table.genes[5], { attributions });
  const [marks, bins] = [model.card.marks.length, model.card.bins];
  const prepared = model.prepare(table);
  assert.deepEqual(view.signal, prepared.values(5, 6));
  assert.deepEqual(view.alpha, result.alpha.slice(5 * marks * bins, 6 * marks * bins));
  assert.deepEqual(view.beta, result.beta.slice(5 * marks, 6 * marks));
  assert.deepEqual(view.contributions, attributions.values.slice(marks * bins));
  assert.deepEqual(
    [view.gene, view.position, view.probability, view.binSize, view.window.anchor],
    [table.genes[5], 5, result.probability[5], 100, "TSS"],
  );
  const of = view.of(model.card.marks[1]);
  assert.deepEqual(
    of.signal,
    view.signal.filter((_, i) => i % marks === 1),
  );
  assert.deepEqual(of.alpha, view.alpha.slice(bins, 2 * bins));
  assert.equal(of.beta, view.beta[1]);
  assert.deepEqual(
    of.contributions,
    view.contributions.filter((_, i) => i % marks === 1),
  );
  assert.deepEqual(model.gene(table, result, 5).signal, view.signal);
  await refuses([
    ["no-such-gene", () => model.gene(table, result, "TP53"), new RegExp(table.genes[0])],
    ["no-such-gene", () => model.gene(table, result, 1e6)],
    ["no-such-gene", () => model.gene(table, result, 4, { attributions })],
    ["no-such-mark", () => view.of("Foo"), /H3K4me3/],
  ]);

  const change = await load("deep-diff-raw-k562-h1.safetensors", { task: "change" });
  const [a, b] = await Promise.all(["a", "b"].map((cell) => change.readTable(example(`change.${cell}.csv.gz`))));
  const changed = await change.predict(a, b);
  const seen = change.gene(a, b, changed, changed.genes[2]);
  const [mark] = change.card.marks;
  assert.equal(seen.foldChange, changed.foldChange[2]);
  assert.deepEqual(
    seen.of(mark, "b").signal,
    seen.signal.filter((_, i) => i % (2 * change.card.marks.length) === change.card.marks.length),
  );
  assert.equal(seen.of(mark, "b").beta, seen.beta[changed.columns.indexOf(`B_${mark}`)]);
});
