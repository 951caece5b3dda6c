import assert from "node:assert/strict";
import { test } from "node:test";
import type { WorkOptions } from "../../../../pkg/src/index";
import { ChangeModel } from "../../../../pkg/src/models/change";
import { OnOffModel } from "../../../../pkg/src/models/on-off";
import { ExplainHandlers } from "../../../src/explain/calls";
import { meansDrawing } from "../../../src/explain/set/means";
import { expectation, meansSentence } from "../../../src/explain/set/means-words";
import type { MeansRequest, SetDeletion, SetMeans, SetRequest } from "../../../src/explain/result";
import type { ExplainedSet } from "../../../src/explain/set/set";
import { SetExplanations } from "../../../src/explain/set/explanations";
import { WorkerError } from "../../../src/rpc/errors";
import {
  BINS,
  changeCard,
  clock,
  diligent,
  fakeChangeCpu,
  fakeCpu,
  FakePlatform,
  fakeTable,
  MARKS,
  readFake,
  type WorkerBehaviour,
} from "../../fakes/engine";
import { Table } from "../../../../pkg/src/io/table";

/** A model on the CPU with a worker for each behaviour. */
async function open(...behaviours: WorkerBehaviour[]) {
  const platform = new FakePlatform({ reason: "none" });
  platform.workerBehaviours = behaviours;
  const file = [new Uint8Array([1]), "fake.safetensors"] as const;
  const runner = OnOffModel.open(platform, await platform.cpu("tables"), ...file, { workers: behaviours.length });
  return { runner, platform };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

/** So many genes, of which those that are odd are predicted on. */
const predictedOf = (genes: number) => Float32Array.from({ length: genes }, (_, gene) => gene % 2);

test("means are those of the maps of either class, and of their sizes", async () => {
  const { runner } = await open();
  const size = BINS * MARKS.length;
  // Value k of gene g is g, and below 0 in every other place.
  const values = (start: number, end: number) =>
    Float32Array.from({ length: (end - start) * size }, (_, i) => (start + Math.floor(i / size)) * (i % 2 ? -1 : 1));
  const table = readFake(7, { values });
  const predicted = Float32Array.of(0.9, 0.1, 0.5, 0.2, 0.3, 0.6, Number.NaN);
  const { high, low, completeness, ...rest } = await runner.explanationMeans(table, {
    predicted,
    genes: [0, 1, 2, 3, 5],
  });
  assert.deepEqual([high.genes, low.genes, rest.genes, rest.bins], [3, 2, 5, BINS]);
  assert.deepEqual(
    [...high.mean!.slice(0, 2), ...high.size!.slice(0, 2)].map((each) => each.toFixed(4)),
    [...["2.3333", "-2.3333"], ...["2.3333", "2.3333"]],
  );
  assert.deepEqual(
    [...low.mean!],
    Array.from({ length: size }, (_, i) => (i % 2 ? -2 : 2)),
  );
  assert.deepEqual(completeness, { largest: 0, gene: 0, incomplete: 0 });
  assert.deepEqual([rest.method, rest.baseline], ["integrated-gradients", "zero"]);
  const saliency = await runner.explanationMeans(table, { predicted, method: "saliency" });
  assert.deepEqual([saliency.completeness, saliency.baseline, saliency.genes], [undefined, undefined, 7]);
  await assert.rejects(runner.explanationMeans(table, { predicted: predicted.slice(1) }), { code: "value-count" });
});

test("a class without genes has no mean, and the largest error is told with its gene", async () => {
  const { runner } = await open();
  const model = await runner.explanationMeans(readFake(3), { predicted: new Float32Array(3) });
  assert.deepEqual([model.high, model.low.genes], [{ genes: 0, mean: undefined, size: undefined }, 3]);
});

test("bins are explained with all marks together, one value for each", async () => {
  const { runner } = await open();
  const size = BINS * MARKS.length;
  const values = (start: number, end: number) =>
    Float32Array.from({ length: (end - start) * size }, (_, i) => i % size);
  const table = readFake(4, { values });
  const { high, low, window } = await runner.explanationMeans(table, {
    ...{ predicted: predictedOf(4), method: "occlusion-of-bins" },
  });
  const sums = Array.from({ length: BINS }, (_, bin) =>
    MARKS.reduce((sum, _, mark) => sum + bin * MARKS.length + mark, 0),
  );
  assert.deepEqual([[...high.mean!], [...low.size!], window], [sums, sums, 1]);
});

test("workers share what explains genes, and give what one thread gives", async () => {
  const alone = await open();
  const shared = await open(diligent, diligent, diligent);
  const predicted = predictedOf(2000);
  for (const method of ["integrated-gradients", "gradient-x-input", "saliency", "occlusion-of-bins"] as const) {
    const of = (runner: OnOffModel) => runner.explanationMeans(readFake(2000), { predicted, method });
    assert.deepEqual(await of(shared.runner), await of(alone.runner));
  }
  const options = { genes: [150, 3, 7, 8, 9], explanations: ["saliency", "signal", "random"] } as const;
  assert.deepEqual(
    await shared.runner.deletion(readFake(200), options),
    await alone.runner.deletion(readFake(200), options),
  );
  assert.deepEqual(
    (await shared.runner.saliency(readFake(300))).values.length,
    (await alone.runner.saliency(readFake(300))).values.length,
  );
  assert.deepEqual(await shared.runner.attributions(readFake(90)), await alone.runner.attributions(readFake(90)));
  assert.equal(shared.platform.workers.length, 3);
  for (const { heard } of shared.platform.workers)
    assert(heard.filter(({ kind }) => kind === "attribution").length > 50, "each takes its part");
});

test("what is wrong with all genes ends no worker", async () => {
  const platform = new FakePlatform({ reason: "none" });
  platform.workerBehaviours = [diligent];
  platform.engine = {
    ...fakeCpu,
    Model: class extends fakeCpu.Model {
      override attribute(): never {
        throw new Error("found no means of the training data");
      }
    } as typeof fakeCpu.Model,
  };
  const file = [new Uint8Array([1]), "fake.safetensors"] as const;
  const runner = OnOffModel.open(platform, await platform.cpu("tables"), ...file, { workers: 2 });
  await assert.rejects(
    runner.explanationMeans(new Table(platform.engine, fakeTable(100)), { predicted: predictedOf(100) }),
    /no means of the training/,
  );
  assert.equal(platform.workers.length, 0);
});

test("of a set of any size no more maps are held than workers are busy with, however late one of them is", async () => {
  const { runner } = await open(
    diligent,
    // Holds its first batch back until all others stand still.
    (message, worker) => {
      if (message.kind === "attribution" && message.id === 0) held.push(() => diligent(message, worker));
      else diligent(message, worker);
    },
  );
  const held: (() => void)[] = [];
  let read = 0;
  const size = BINS * MARKS.length;
  const values = (start: number, end: number) => {
    read += end - start;
    return new Float32Array((end - start) * size);
  };
  let [put, most] = [0, 0];
  const genes = 20_000;
  const going = runner.explanationMeans(readFake(genes, { values }), {
    predicted: new Float32Array(genes),
    onProgress: ({ done }) => {
      [put, most] = [done, Math.max(most, read - done)];
    },
  });
  for (let calm = 0, before = -1; calm < 50; calm = read === before ? calm + 1 : 0) {
    before = read;
    await settle();
  }
  assert(held.length === 1 && put < genes, "it waits for the batch that is held back");
  assert(read - put <= 1024 + 4 * 4, `${read - put} genes`);
  held[0]!();
  const means = await going;
  assert.equal(means.low.genes, genes);
  assert(most <= 1024 + 4 * 4, `${most} genes at once`);
  // The result is four rows of numbers, whatever the number of genes.
  assert.deepEqual([means.low.mean!.length, means.low.size!.length, means.high.mean], [size, size, undefined]);
});

test("means and tests of a set are cancelled, and workers go on with what comes next", async () => {
  const { runner } = await open(diligent, diligent);
  const controller = new AbortController();
  const stop = {
    signal: controller.signal,
    onProgress: ({ done }: { done: number }) => done > 40 && controller.abort(),
  };
  const predicted = predictedOf(5000);
  await assert.rejects(runner.explanationMeans(readFake(5000), { predicted, ...stop }), {
    ...{ name: "AbortError", code: "cancelled", message: /The attributions/ },
  });
  const means = await runner.explanationMeans(readFake(5000), { predicted });
  assert.deepEqual([means.high.genes, means.low.genes], [2500, 2500]);
});

test("genes of a change are averaged apart by whether they rise, in both cell types", async () => {
  const platform = new FakePlatform({ reason: "none" });
  platform.engine = fakeChangeCpu;
  const running = await platform.cpu("full");
  const runner = ChangeModel.open(platform, running, new Uint8Array(), "change.safetensors", { workers: 1 });
  const [a, b] = [0, 1].map((shift) => {
    const table = fakeTable(4);
    return new Table(fakeChangeCpu, { ...table, values: (start, end) => table.values(start + shift, end + shift) });
  });
  const found = await runner.explanationMeans(a!, b!, { predicted: Float32Array.of(1, -1, 0, -0.1) });
  assert.deepEqual([found.high.genes, found.low.genes, found.marks], [2, 2, changeCard.marks]);
  assert.equal(found.high.mean!.length, BINS * 2 * MARKS.length);
});

test("the page asks for a sample or for all genes, and says which", async () => {
  const { runner } = await open();
  const table = readFake(5);
  const of = { runner, tables: [table], preparations: [{}], genes: table.genes } as const;
  const handlers = new ExplainHandlers(() => ({ ...of, predicted: predictedOf(5) }));
  const some = await handlers.explainSet.run({ method: "saliency", sample: 3, seed: 2 }, {});
  assert.deepEqual([some.genes, some.of, some.seed, some.high.genes + some.low.genes], [3, 5, 2, 3]);
  const all = await handlers.explainSet.run({ method: "occlusion", sample: undefined, seed: 2 }, {});
  assert.deepEqual([all.genes, all.of, all.seed, all.method], [5, 5, undefined, "occlusion"]);
});

/** Calls whose answers a test gives when it likes. */
class Slow {
  readonly waiting: {
    request: SetRequest | MeansRequest;
    options: WorkOptions;
    resolve: (value: never) => void;
    reject: (error: Error) => void;
  }[] = [];
  readonly #ask = (request: SetRequest | MeansRequest, options: WorkOptions): Promise<never> =>
    new Promise((resolve, reject) => void this.waiting.push({ request, options, resolve, reject }));
  readonly deletion = (request: SetRequest, options: WorkOptions): Promise<SetDeletion> => this.#ask(request, options);
  readonly means = (request: MeansRequest, options: WorkOptions): Promise<SetMeans> => this.#ask(request, options);
}

test("another run forgets what was known of the one before, and keeps what was chosen", async () => {
  const calls = new Slow();
  const set = new SetExplanations(calls);
  set.follow({}, "a.csv");
  set.choose("deletion", undefined);
  set.choose("means", 50);
  set.by("saliency");
  void set.test();
  void set.explain();
  assert.deepEqual(
    calls.waiting.map(({ request }) => request),
    [
      { sample: undefined, seed: 1 },
      { method: "saliency", sample: 50, seed: 1 },
    ],
  );
  assert.equal(set.state.doing.deletion?.name, "a.csv");
  set.follow({}, "b.csv");
  assert(calls.waiting.every(({ options }) => options.signal?.aborted));
  for (const { resolve } of calls.waiting) resolve({} as never);
  await settle();
  const { deletion, means, sample, method, doing } = set.state;
  assert.deepEqual([deletion, means, method, doing], [undefined, undefined, "saliency", {}]);
  assert.deepEqual(sample, { deletion: undefined, means: 50 });
});

test("what fails is shown where it failed, and a cancel is no failure", async () => {
  const calls = new Slow();
  const set = new SetExplanations(calls);
  set.follow({}, "a.csv");
  void set.test();
  calls.waiting[0]!.reject(
    new WorkerError({ name: "InputError", code: "another-model", message: "Another model is open." }),
  );
  await settle();
  assert.deepEqual([set.state.problems.deletion?.code, set.state.problems.means], ["another-model", undefined]);
  void set.test();
  assert.equal(set.state.problems.deletion, undefined);
  set.cancel("deletion");
  assert.equal(calls.waiting[1]!.options.signal?.aborted, true);
  calls.waiting[1]!.reject(new WorkerError({ name: "AbortError", code: "cancelled", message: "It was cancelled." }));
  await settle();
  assert.deepEqual([set.state.problems.deletion, set.state.doing.deletion], [undefined, undefined]);
});

test("how long all genes may take is told from the first batch on, for what was measured", async (t) => {
  t.mock.method(performance, "now", () => clock.now);
  const calls = new Slow();
  const set = new SetExplanations(calls);
  set.follow({}, "a.csv");
  assert.match(expectation(set.state, "deletion", 20_000), /estimated from the first genes/);
  void set.test();
  clock.now += 2000;
  calls.waiting[0]!.options.onProgress?.({ stage: "explain", done: 4, total: 200, unit: "genes" });
  assert.equal(set.state.pace.deletion, 0.5);
  assert.equal(expectation(set.state, "deletion", 20_000), "About 2.8 h, as measured on this run: 2 genes a second.");
  assert.match(expectation(set.state, "saliency", 20_000), /estimated from the first genes/);
  set.cancel("deletion");
  clock.now += 60_000;
  calls.waiting[0]!.options.onProgress?.({ stage: "explain", done: 5, total: 200, unit: "genes" });
  assert.equal(set.state.pace.deletion, 0.5, "what was cancelled measures nothing");
});

const set: ExplainedSet = {
  ...{ run: {}, file: "t.csv", genes: ["a", "b", "c"], bins: 2, binSize: 100 },
  ...{ rows: MARKS, coloursOf: MARKS, columns: MARKS, marks: MARKS },
  tables: [{ name: "t.csv", file: "t.csv", unseen: [] }],
  together: { rows: ["all marks"], columns: ["all_marks"] },
  window: { anchor: "TSS", upstream: 100, downstream: 100 },
  standIns: { H3K27me3: "1.5" },
  ...{ score: "log-odds of “on”", replacement: "its mean", baseline: "each mark’s mean over the gene" },
  classes: [
    { name: "on", called: "predicted on", purest: "that the model is most confident is on" },
    { name: "off", called: "predicted off", purest: "that the model is most confident is off" },
  ],
  methods: ["saliency"],
};

const means: SetMeans = {
  ...{ method: "integrated-gradients", baseline: "gene-mean", marks: MARKS, bins: 2, window: 1 },
  ...{ genes: 2, of: 3, seed: 1 },
  high: { genes: 2, mean: Float32Array.of(1, 2, -3, 4), size: Float32Array.of(1, 2, 3, 4) },
  low: { genes: 0, mean: undefined, size: undefined },
  completeness: { largest: 0.0123, gene: 2, incomplete: 1 },
};

test("a sentence says of which genes the means are, by what, against what, and how well they add up", () => {
  assert.equal(
    meansSentence(means, set),
    "2 of 3 genes, drawn at random (seed 1): 2 predicted on, 0 predicted off. Method: integrated gradients, " +
      "against each " +
      "mark’s mean over the gene. Completeness: each gene’s bins sum to within 0.012 " +
      "of the difference of its scores (largest: c); " +
      "1 of 2 genes did not converge.",
  );
  const all = { ...means, seed: undefined };
  assert.match(
    meansSentence({ ...all, method: "occlusion" }, set),
    /^All 2 genes: .* The sum need not be exact: each gene’s bins/,
  );
  assert.match(
    meansSentence({ ...all, method: "occlusion-of-bins", window: 4 }, set),
    /Method: occlusion of bins, all marks together, 4 bins at once, against .* Single-bin occlusions need not sum/,
  );
  assert.match(
    meansSentence({ ...all, method: "saliency", completeness: undefined }, set),
    /Method: saliency, the gradient alone\. Gradients do not sum to a score/,
  );
});

test("means are saved bin by bin, without a class that has no genes or a mark that nobody measured", () => {
  const { tsv, places } = meansDrawing(set, means);
  assert.deepEqual(tsv!().split("\n"), [
    "bin\tmean_on_H3K4me3\tmean_on_H3K27me3_not_measured\tmean_size_on_H3K4me3\tmean_size_on_H3K27me3_not_measured",
    "1\t1\tNaN\t1\tNaN",
    "2\t-3\tNaN\t3\tNaN",
    "",
  ]);
  assert.equal(places!.count, 2);
});

test("of bins with all marks together there is one row, whichever mark nobody measured", () => {
  const [mean, size] = [Float32Array.of(1, -2), Float32Array.of(1, 2)];
  const together: SetMeans = { ...means, method: "occlusion-of-bins", high: { genes: 2, mean, size } };
  const { tsv } = meansDrawing(set, together);
  assert.deepEqual(tsv!().split("\n"), ["bin\tmean_on_all_marks\tmean_size_on_all_marks", "1\t1\t1", "2\t-2\t2", ""]);
});
