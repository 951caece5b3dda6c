import assert from "node:assert/strict";
import { test } from "node:test";
import { OnOffModel } from "../../../../pkg/src/models/on-off";
import type { Progress } from "../../../../pkg/src/progress";
import { columns } from "../../../src/export/columns";
import { contrastOfAll, contrastsOf } from "../../../src/explain/contrasts";
import { contributionsOf } from "../../../src/explain/result";
import { completenessSentence, marksSentence, togetherSentence } from "../../../src/explain/contributions";
import { Explanations } from "../../../src/explain/explanations";
import { Checks } from "../../../src/explain/set/explanations";
import type { Caller } from "../../../src/rpc/rpc";
import type { FinishedRun } from "../../../src/tasks/genes/result";
import { WorkerError } from "../../../src/rpc/errors";
import { type ExplainCalls, ExplainHandlers, sampleOf } from "../../../src/explain/calls";
import { BINS, card, FakePlatform, MARKS, readFake } from "../../fakes/engine";

async function open(): Promise<OnOffModel> {
  const platform = new FakePlatform({ reason: "none" });
  return OnOffModel.open(platform, await platform.cpu("tables"), new Uint8Array([1]), "fake.safetensors", {});
}

test("saliency is that of the chosen genes, in their order", async () => {
  const heard: Progress[] = [];
  const { genes, values, bins, marks } = await (
    await open()
  ).saliency(readFake(200), { genes: [150, 3], onProgress: (progress) => heard.push(progress) });
  assert.deepEqual([genes, bins, marks], [[150, 3], BINS, MARKS]);
  assert.deepEqual([values.length, values[0]], [2 * BINS * MARKS.length, 1]);
  assert.deepEqual(
    heard.map(({ stage, done, total }) => [stage, done, total]),
    [
      ["explain", 0, 2],
      ["explain", 2, 2],
    ],
  );
});

test("contributions are those of the chosen genes, add up, and say so in words", async () => {
  const runner = await open();
  const found = await runner.attributions(readFake(200), { genes: [150, 3] });
  assert.deepEqual([found.method, found.baseline, found.values.length], ["integrated-gradients", "zero", 16]);
  const sum = found.values.slice(0, 8).reduce((total, value) => total + value, 0);
  assert.equal(sum, found.score[0]! - found.baselineScore[0]!);
  const byMark = await runner.attributions(readFake(200), { genes: [3], method: "shapley", baseline: "zero" });
  assert.deepEqual([byMark.values.length, byMark.baseline], [MARKS.length, "zero"]);
  const contributions = contributionsOf(found, byMark);
  assert.match(completenessSentence(contributions), /account for the difference, \+4; their sum is off by 0\./);
  assert.match(
    completenessSentence({ ...contributions, error: -0.25, isComplete: false }, "Log2 fold change"),
    /^Log2 fold change: .*their sum is off by 0\.25: not converged\./,
  );
  assert.match(completenessSentence(contributions), /without any signal/);
  const against = (baseline: "zero" | "training-mean" | "other") =>
    completenessSentence({ ...contributions, baseline });
  assert.match(against("zero"), /^Log-odds of on: [^;]+; without any signal [+−0]/);
  assert.match(against("training-mean"), /with each mark at its mean in the training data/);
  assert.match(against("other"), /with the cell types swapped/);
  assert.equal(togetherSentence(contributions, MARKS), "");
  const [first, ...others] = contributions.marks!;
  const turned = { ...contributions, marks: Float32Array.of(-first!, ...others) };
  assert.match(
    togetherSentence(turned, MARKS),
    /^Marks interact: H3K\w+ contributes \+\S+ bin by bin and −\S+ as a whole/,
  );
  const outside = " (outside the range of the training genes)";
  const said = completenessSentence({ ...contributions, isOutside: true, isBaselineOutside: false });
  assert.equal(said.indexOf(outside), said.indexOf("; without any signal") - outside.length);
  assert.equal(completenessSentence(contributions).split(outside).length, 2, "no gene is without signal");
  const inside = { ...contributions, isOutside: false, isBaselineOutside: false };
  assert.doesNotMatch(completenessSentence(inside), /outside/);
  assert.match(marksSentence(contributions, MARKS), /over all 4 subsets\): H3K\w+ [+0]/);
  assert.equal(marksSentence({ ...contributions, marks: undefined }, MARKS), "");
});

test("a gene that the table has not is refused with what it has", async () => {
  await assert.rejects((await open()).saliency(readFake(5), { genes: [1, 5] }), {
    name: "InputError",
    code: "no-such-gene",
    message: /found the gene position 5; expected whole numbers from 0 up to 4/,
  });
});

test("class optimisation goes the published way unless it is told another", async () => {
  const runner = await open();
  const published = await runner.classOptimisation();
  assert.deepEqual(
    [published.class, published.lambda, published.losses.length, published.map.length],
    ["on", 0.009, 1000, BINS * MARKS.length],
  );
  const own = await runner.classOptimisation({ class: "off", lambda: 1, steps: 30, seed: 2 });
  assert.deepEqual([own.class, own.losses.length, own.losses[0], own.losses[29]], ["off", 30, 30, 1]);
});

test("an explanation is cancelled between two pieces of work", async () => {
  const runner = await open();
  const stopAt = (done: number) => {
    const controller = new AbortController();
    return {
      signal: controller.signal,
      onProgress: (progress: Progress) => progress.done >= done && controller.abort(),
    };
  };
  await assert.rejects(runner.classOptimisation(stopAt(100)), { name: "AbortError", code: "cancelled" });
  await assert.rejects(runner.deletion(readFake(100), stopAt(8)), { name: "AbortError", code: "cancelled" });
  await assert.rejects(runner.saliency(readFake(100), stopAt(64)), { name: "AbortError", code: "cancelled" });
});

test("a deletion test follows the predicted class in the order of every explanation that there is", async () => {
  const runner = await open();
  const { curves, steps, probability } = await runner.deletion(readFake(2));
  assert.deepEqual(
    curves.map(({ explanation }) => explanation),
    ["alpha", "saliency", "signal", "random"],
    "without maps there is no class optimisation",
  );
  assert.deepEqual(steps, [0, 1, 2, 3, 4]);
  for (const { change, area } of curves) {
    // Whatever the order, all bins are gone at the end: P(on) = σ(−3).
    const left = 1 / (1 + Math.exp(3));
    assert.deepEqual([change[0], change[5]], [0, 0]);
    for (const gene of [0, 1]) assert(Math.abs(change[gene * 5 + 4]! - (probability[gene]! - left)) < 1e-6);
    assert.equal(area.length, 2);
  }
});

test("a deletion test takes the map of the class that each gene is predicted", async () => {
  const runner = await open();
  const maps = {
    on: await runner.classOptimisation({ class: "on", steps: 1 }),
    off: await runner.classOptimisation({ class: "off", steps: 1 }),
  };
  const { curves } = await runner.deletion(readFake(3), { maps, explanations: ["class-optimisation"] });
  assert.deepEqual(
    curves.map(({ explanation, area }) => [explanation, area.length]),
    [["class-optimisation", 3]],
  );
});

test("several random orders give their mean and their range, the same for a gene in any choice of genes", async () => {
  const runner = await open();
  const options = { explanations: ["random"], randomOrders: 5 } as const;
  const [random] = (await runner.deletion(readFake(20), { ...options, genes: [7, 8] })).curves;
  const [alone] = (await runner.deletion(readFake(20), { ...options, genes: [8] })).curves;
  assert.deepEqual([...alone!.change], [...random!.change.slice(5)]);
  random!.change.forEach((value, i) =>
    assert(random!.least![i]! <= value + 1e-6 && value <= random!.greatest![i]! + 1e-6),
  );
  const [one] = (await runner.deletion(readFake(20), { explanations: ["random"] })).curves;
  assert.equal(one!.least, undefined);
});

test("a sample is drawn without repeats, settled by its seed, and is all there are where more are asked for", () => {
  const sample = sampleOf(1000, 50, 1);
  assert.deepEqual([sample.length, new Set(sample).size], [50, 50]);
  assert.deepEqual(
    [...sample].sort((a, b) => a - b),
    sample,
  );
  assert.deepEqual(sampleOf(1000, 50, 1), sample);
  assert.notDeepEqual(sampleOf(1000, 50, 2), sample);
  assert.deepEqual(sampleOf(3, 50, 1), [0, 1, 2]);
  const often = new Uint32Array(10);
  for (let seed = 0; seed < 2000; seed++) for (const i of sampleOf(10, 3, seed)) often[i]!++;
  assert(
    often.every((count) => count > 500 && count < 700),
    `each of ten about 600 times: ${often}`,
  );
});

/** A run of four genes, of which the model predicts two on, with a third track that follows the bin. */
async function run() {
  const third = (start: number, end: number) =>
    Float32Array.from({ length: (end - start) * BINS * 3 }, (_, i) => {
      const [gene, bin, column] = [start + Math.floor(i / (3 * BINS)), Math.floor(i / 3) % BINS, i % 3];
      return column === 2 ? bin * (gene + 1) : column === 0 ? bin : 1;
    });
  const table = readFake(4, { marks: [...MARKS, "H3K27ac"], values: third, labels: Uint8Array.of(0, 1, 1, 1) });
  return {
    runner: await open(),
    tables: [table] as const,
    preparations: [{}] as const,
    genes: table.genes,
    predicted: Float32Array.of(0.9, 0.1, 0.8, 0.2),
  };
}

test("a held-out track is averaged over the genes that are asked for, and correlated with every explanation and with what explains nothing", async () => {
  const of = await run();
  const handlers = new ExplainHandlers(() => of);
  const labelled = await handlers.holdOut.run(
    { mark: "H3K4me3", track: "H3K27ac", second: false, over: "labelled", class: "on" },
    {},
  );
  assert.deepEqual(
    [labelled.signalGenes, labelled.genes, [...labelled.signal]],
    [3, 2, [0, 3, 6, 9]],
    "genes 2, 3 and 4 are labelled on",
  );
  assert.deepEqual(
    labelled.profiles.map(({ kind }) => kind),
    ["alpha", "saliency", "absolute-saliency", "signal", "tss-distance", "uniform"],
  );
  const r = Object.fromEntries(labelled.profiles.map(({ kind, r }) => [kind, r]));
  assert.deepEqual([r["alpha"], r["signal"], r["uniform"]], [undefined, 1, undefined]);
  const predicted = await handlers.holdOut.run(
    { mark: "H3K4me3", track: "H3K27ac", second: false, over: "predicted", class: "on" },
    {},
  );
  assert.deepEqual([predicted.signalGenes, [...predicted.signal]], [2, [0, 2, 4, 6]], "genes 1 and 3 are predicted on");
});

test("class optimisation takes part once it is done, for a gene, a set and a held-out track", async () => {
  const of = await run();
  const handlers = new ExplainHandlers(() => of);
  const kinds = async () =>
    (await handlers.explainGene.run({ index: 1, baseline: "gene-mean" }, {})).deletion.curves.map(
      ({ explanation }) => explanation,
    );
  assert(!(await kinds()).includes("class-optimisation"));
  const steps: number[] = [];
  await handlers.optimiseClasses.run(
    { lambda: 0.009, steps: 40, seed: 1 },
    { onProgress: ({ done, total }) => steps.push(done / total) },
  );
  assert.deepEqual(
    steps,
    [...steps].sort((a, b) => a - b),
  );
  assert.equal(steps.at(-1), 1);
  assert((await kinds()).includes("class-optimisation"));
  const set = await handlers.testDeletion.run({ sample: 3, seed: 5 }, {});
  assert.deepEqual([set.genes, set.of, set.seed], [3, 4, 5]);
  assert(set.curves.every(({ error, least }) => error !== undefined && least === undefined));
  assert(set.curves.some(({ explanation }) => explanation === "class-optimisation"));
  const [saliency, random] = ["saliency", "random"].map((each) =>
    set.curves.find(({ explanation }) => explanation === each),
  );
  assert.equal(random?.ahead, undefined, "chance is not compared with itself");
  saliency!.change.forEach((value, step) =>
    assert(Math.abs(value - random!.change[step]! - saliency!.ahead!.mean[step]!) < 1e-6),
  );
  const { profiles } = await handlers.holdOut.run(
    { mark: "H3K4me3", track: "H3K27ac", second: false, over: "labelled", class: "on" },
    {},
  );
  assert(profiles.some(({ kind }) => kind === "class-optimisation"));
});

test("one gene has the range of its random orders, and no interval", async () => {
  const of = await run();
  const { called, saliency, deletion } = await new ExplainHandlers(() => of).explainGene.run(
    { index: 1, baseline: "gene-mean" },
    {},
  );
  assert.deepEqual([called, saliency.length, deletion.orders], ["off", BINS * MARKS.length, 8]);
  const random = deletion.curves.find(({ explanation }) => explanation === "random");
  assert(random?.least && random.greatest && random.error === undefined);
});

test("genes that a second table lacks count neither for the track nor for explanations", async () => {
  const of = await run();
  const runner = await open();
  const second = readFake(3, {
    marks: ["H3K27ac"],
    values: (start, end) => new Float32Array((end - start) * BINS).fill(start),
  });
  const track = { table: second, column: "H3K27ac" };
  const found = await runner.heldOut(of.tables[0], { mark: "H3K4me3", on: [0, 2, 3], over: [1, 3], track });
  assert.deepEqual([found.genes, found.trackGenes, [...found.track]], [2, 1, [1, 1, 1, 1]]);
  await assert.rejects(runner.heldOut(of.tables[0], { mark: "H3K9ac", on: [0], track }), { code: "no-such-mark" });
  await assert.rejects(runner.heldOut(of.tables[0], { mark: "H3K4me3", on: [0], track: { ...track, column: "x" } }), {
    code: "no-such-track",
    message: /found H3K27ac; expected x among them/,
  });
});

test("stopping ends what is going on before it resolves", async () => {
  const of = await run();
  const handlers = new ExplainHandlers(() => of);
  const going = handlers.optimiseClasses.run({ lambda: 0.009, steps: 1e6, seed: 1 }, {});
  const ended = assert.rejects(going, { code: "cancelled" });
  await handlers.stop();
  await ended;
});

test("a table is written with a header, whole numbers as such and others as float32", () => {
  assert.equal(
    columns(
      ["bin", "a\tb"],
      [
        [1, Math.fround(0.1)],
        ["area", 2],
      ],
    ),
    "bin\ta b\n1\t0.1\narea\t2\n",
  );
});

/** A worker whose answers a test gives when it likes. */
class Slow implements Caller<ExplainCalls> {
  readonly waiting: {
    name: string;
    request: unknown;
    resolve: (value: never) => void;
    reject: (error: Error) => void;
    signal: AbortSignal | undefined;
  }[] = [];
  call: Caller<ExplainCalls>["call"] = (name, request, options) =>
    new Promise(
      (resolve, reject) =>
        void this.waiting.push({
          name,
          request,
          resolve: resolve as (value: never) => void,
          reject,
          signal: options?.signal,
        }),
    );
}

const finished = (rows: string[] = MARKS, best?: string) =>
  ({
    rows,
    ...{ tables: [{ file: "t.csv" }], genes: ["a", "b", "c"] },
    model: { card: best === undefined ? card : { ...card, explanation: { best } } },
  }) as unknown as FinishedRun;
const settle = () => new Promise((resolve) => setImmediate(resolve));

test("of two genes chosen one after the other the later is explained, whichever is answered first", async () => {
  const worker = new Slow();
  const explanations = new Explanations(worker, new Checks(worker));
  explanations.follow(finished());
  void explanations.explain(0);
  void explanations.explain(1);
  void explanations.explain(1);
  assert.equal(worker.waiting.length, 2, "what goes on is not asked for again");
  assert.equal(worker.waiting[0]!.signal?.aborted, true);
  worker.waiting[1]!.resolve({ index: 1 } as never);
  worker.waiting[0]!.resolve({ index: 0 } as never);
  await settle();
  assert.equal(explanations.state.gene?.index, 1);
  assert.equal(explanations.state.doing.gene, undefined);
});

test("a gene is explained again when it is compared with something else, and another run begins with its model’s contrast", async () => {
  const worker = new Slow();
  const explanations = new Explanations(worker, new Checks(worker));
  explanations.follow(finished());
  assert.equal(explanations.state.baseline, "zero");
  await explanations.compareWith("gene-mean");
  assert.equal(worker.waiting.length, 0, "there is no gene yet");
  void explanations.explain(1);
  void explanations.compareWith("training-mean");
  void explanations.compareWith("training-mean");
  assert.equal(worker.waiting.length, 2);
  assert.equal(worker.waiting[0]!.signal?.aborted, true, "what is no longer asked for ends");
  worker.waiting[1]!.resolve({ index: 1 } as never);
  await settle();
  assert.equal(explanations.state.gene?.index, 1);
  explanations.follow(finished([]));
  assert.equal(explanations.state.baseline, "zero");
  void explanations.compareWith("gene-mean");
  assert.equal(worker.waiting.length, 2, "a gene of another run is none of this one");
});

test("genes can be compared with the means of the training data where the card has all, and cell types with each other", () => {
  const mean = (mark: string) => ({ mark, mean: 1, quantiles: [] });
  const recorded = { ...card, input_distribution: MARKS.map(mean) } as unknown as typeof card;
  assert.deepEqual(contrastsOf(card), ["zero", "gene-mean"]);
  assert.deepEqual(contrastsOf(recorded), ["zero", "gene-mean", "training-mean"]);
  const profiles = { ...recorded, class_means: { on: "", off: "" }, explanation: { contrast: "class-mean" } };
  assert.deepEqual(contrastsOf(profiles as unknown as typeof card), [
    ...["class-mean", "zero", "gene-mean", "training-mean"],
  ]);
  const change = { ...recorded, task: "change" } as unknown as typeof card;
  assert.deepEqual(contrastsOf(change), ["midpoint", "other", "zero", "gene-mean"]);
  const both = { ...change, input_distribution_b: MARKS.map(mean) };
  assert.deepEqual(contrastsOf(both as unknown as typeof card), [
    "midpoint",
    "other",
    "zero",
    "gene-mean",
    "training-mean",
  ]);
  const classes = profiles as unknown as typeof card;
  assert.equal(contrastOfAll([classes]), "class-mean");
  assert.equal(contrastOfAll([classes, card]), "zero", "several models are explained alike");
  assert.equal(contrastOfAll([card, classes]), "zero");
});

test("another run forgets what was known of the one before, and keeps what was chosen", async () => {
  const worker = new Slow();
  const explanations = new Explanations(worker, new Checks(worker));
  explanations.follow(finished());
  explanations.checks.adjust({ lambda: 0.1, steps: 5, seed: 9 });
  void explanations.checks.optimise();
  worker.waiting[0]!.resolve({ on: 1, off: 2 } as never);
  await settle();
  assert(explanations.checks.state.maps);
  void explanations.explain(1);
  explanations.follow(finished([]));
  const { maps, settings } = explanations.checks.state;
  const { shown, doing } = explanations.state;
  assert.deepEqual(
    [maps, settings.steps, shown, doing],
    [undefined, 5, "integrated-gradients", {}],
    "without α integrated gradients are shown",
  );
  assert.equal(worker.waiting[1]!.signal?.aborted, true);
  worker.waiting[1]!.resolve({} as never);
  await settle();
  assert.equal(explanations.state.gene, undefined);
});

test("a run opens with what its model’s card chose, until another view is asked for", () => {
  const explanations = new Explanations(new Slow(), new Checks(new Slow()));
  const shownOf = (run: FinishedRun): string => {
    explanations.follow(run);
    return explanations.state.shown;
  };
  assert.equal(shownOf(finished()), "alpha");
  assert.equal(shownOf(finished(MARKS, "integrated-gradients")), "integrated-gradients");
  assert.equal(shownOf(finished(MARKS, "saliency")), "saliency");
  assert.equal(shownOf(finished([], "attention")), "integrated-gradients");
  explanations.show("alpha");
  assert.equal(explanations.state.shown, "integrated-gradients", "there is no α to show");
  assert.equal(shownOf(finished(MARKS, "integrated-gradients")), "alpha", "what was asked for stays");
});

test("what fails is shown where it failed, and a cancel is no failure", async () => {
  const worker = new Slow();
  const checks = new Checks(worker);
  void checks.optimise();
  worker.waiting[0]!.reject(
    new WorkerError({ name: "InputError", code: "another-model", message: "Another model is open." }),
  );
  await settle();
  assert.equal(checks.state.problems.classes?.code, "another-model");
  void checks.optimise();
  assert.equal(checks.state.problems.classes, undefined);
  checks.cancel("classes");
  assert.equal(worker.waiting[1]!.signal?.aborted, true);
  worker.waiting[1]!.reject(new WorkerError({ name: "AbortError", code: "cancelled", message: "It was cancelled." }));
  await settle();
  assert.deepEqual([checks.state.problems.classes, checks.state.doing.classes], [undefined, undefined]);
});

test("inputs that are found are put to the test of the gene that is looked at", async () => {
  const worker = new Slow();
  const explanations = new Explanations(worker, new Checks(worker));
  explanations.follow(finished());
  void explanations.explain(2);
  worker.waiting[0]!.resolve({ index: 2 } as never);
  await settle();
  void explanations.checks.optimise();
  worker.waiting[1]!.resolve({ on: 1, off: 2 } as never);
  await settle();
  assert.deepEqual(
    [worker.waiting[2]!.name, worker.waiting[2]!.request],
    ["explainGene", { index: 2, baseline: "zero" }],
  );
});
