import assert from "node:assert/strict";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import type { Understanding } from "../../../../pkg/src/index";
import { WorkerError } from "../../../src/rpc/errors";
import type { Block, Exported } from "../../../src/standalone/format";
import { type MadePage, packSamples } from "../../../src/standalone/save-page";
import { wholeText } from "../../../src/standalone/whole";
import { makeBlock } from "../../../src/standalone/write";
import { Session } from "../../../src/session/session";
import { acceptAlike, alikeOf } from "../../../src/tasks/genes/samples/alike";
import { differenceIn, type SampleListing, valueIn } from "../../../src/tasks/genes/samples/matrix";
import { openExported, exportable } from "../../../src/tasks/genes/saved/page";
import type { OnOffWork } from "../../../src/tasks/genes/on-off/session";
import type { PageCalls } from "../../../src/worker/calls";
import { capture, type Snapshot, withHashes } from "../../../src/workspace/capture";
import { restore } from "../../../src/workspace/workspaces";
import { readWorkspace, writeWorkspace } from "../../../src/workspace/workspace";
import { DESCRIPTION } from "../../fakes/descriptions";
import { card } from "../../fakes/engine";
import { type Answers, FakeWorker } from "../../fakes/worker";

const TABLE = `gene,bin,${card.marks.join()}\na,1${",0".repeat(card.marks.length)}\n`;
const file = (name: string): File => new File([TABLE], name);
const model = { card, file: "k562", sha256: "a".repeat(64), verified: true, description: DESCRIPTION };
const device = { kind: "cpu", software: false, reason: "" } as const;

/** P(on) of genes a and b by file: what a worker finds, however it is asked. */
const FOUND: Readonly<Record<string, readonly [number, number]>> = {
  "liver.csv": [0.5, 0.25],
  "heart.csv": [0.75, 0.25],
  "brain.csv": [0.25, 0.5],
};
const logOdds = (values: readonly number[]): Float32Array => Float32Array.from(values, (p) => Math.log(p / (1 - p)));

/** Deviations of a table that can be rescaled. */
const deviations = (...named: [string, string | null][]) =>
  named.map(([code, mark]) => ({ code, mark, message: "", factor: 2 })) as unknown as Understanding["deviations"];

/** A page with the three samples; those whose name begins with "bad" cannot be read. Liver's values can be rescaled. */
async function started(files: readonly string[], own: Answers<PageCalls> = {}) {
  let read = "";
  const understanding = (): Understanding => ({
    ...{ genes: 2, marks: card.marks.map((mark, i) => ({ mark, column: i + 1 })), extraMarks: [] },
    ...{ bins: { table: 4, model: 4, selectable: null }, layout: "headed", notes: [] },
    ...{ deviations: read === "liver.csv" ? deviations(["not-counts", null]) : [], distribution: [], runs: true },
  });
  const refused = (name: string) =>
    new WorkerError({
      name: "InputError",
      code: "column-count",
      message: `${name}, line 3: bad`,
      remedy: "Correct it.",
    });
  const worker = new FakeWorker<PageCalls>({
    catalogue: () => ({ format_version: 1, models: [], examples: [] }),
    openModel: () => model,
    useDevice: () => device,
    readTable: ({ table: { file: name } }) => {
      if (name.startsWith("bad")) throw refused(name);
      read = name;
      return { file: name, layout: "headed", genes: ["a", "b"], marks: card.marks, bins: 4, notes: [] };
    },
    understand: understanding,
    predict: ({ preparations: [preparation = {}] }) => ({
      ...{ model, device, date: "2026-11-30", preparations: [preparation] as const, genes: ["a", "b"] },
      ...{ probability: Float32Array.from(FOUND[read]!), logit: logOdds(FOUND[read]!) },
    }),
    predictSample: ({ tables: [{ file: name } = { file: "" }] }) => {
      if (name.startsWith("bad")) throw refused(name);
      const values = Float32Array.from(FOUND[name]!);
      return {
        ...{ genes: ["a", "b"], values, scores: logOdds(FOUND[name]!) },
        ...{ accepted: [{ selectBins: false, rescale: new Set<number>() }], offScale: [], notes: [] },
        shapes: [{ marks: card.marks, bins: 4 }],
      };
    },
    gene: ({ index }) => ({ index, signal: new Float32Array(), alpha: new Float32Array() }),
    ...own,
  });
  const session = new Session(worker, "https://host.test/models/catalogue.json");
  await session.start();
  await session.openModelFile(new Blob(), { name: "k562", task: "on-off" });
  const work = (await session.task("on-off")) as unknown as OnOffWork;
  await session.openFiles(files.map(file));
  return { session, worker, work };
}

test("each sample is predicted by one run, and the map has the run's own numbers", async () => {
  const { worker, work } = await started(["liver.csv", "heart.csv", "brain.csv"]);
  await work.run();
  const { matrix, samples } = work.state.samples!;
  assert(matrix);
  assert.deepEqual(matrix.samples, ["liver", "heart", "brain"]);
  for (const { shapes } of samples) assert.deepEqual(shapes, [{ marks: card.marks, bins: 4 }]);
  for (const gene of [0, 1]) assert.equal(valueIn(matrix, gene, 0), work.state.run!.probability[gene]);
  assert.equal(differenceIn(matrix, 0, [0, 1]).toFixed(4), Math.log(3).toFixed(4), "heart has three times the odds");
  assert.equal(differenceIn(matrix, 1, [0, 1]), 0);
  assert(work.isCurrent);
  await work.run();
  assert.equal(worker.calls.filter((each) => each === "predictSample").length, 2, "what is known is not done again");
});

test("a gene is opened in a sample with the number that the map has, and nothing else is predicted again", async () => {
  const { worker, work } = await started(["liver.csv", "heart.csv"]);
  await work.run();
  const { samples, matrix } = work.state.samples!;
  await work.openSample(samples[1]!, "b");
  assert.equal(work.state.run?.tables[0].file, "heart.csv");
  assert.equal(work.state.run?.genes[work.state.selected!], "b");
  assert.equal(work.state.run?.probability[1], valueIn(matrix!, 1, 1));
  assert.equal(worker.calls.filter((each) => each === "predictSample").length, 1);
  assert(work.isCurrent);
});

test("measured expression of a sample does not stand over another one, and is back with its own", async () => {
  const { work } = await started(["liver.csv", "heart.csv"], {
    readExpression: ({ source: { file: name } }) =>
      ({ file: name, known: 2, values: new Float32Array(2), labels: new Uint8Array(2) }) as never,
  });
  await work.run();
  const { samples } = work.state.samples!;
  const measured = () => [work.state.measured?.file, work.measuredFrom("a")?.file];
  await work.readMeasured({ file: "liver.expression.csv", blob: new Blob() });
  await work.openSample(samples[1]!);
  assert.deepEqual(measured(), [undefined, undefined]);
  await work.openSample(samples[0]!);
  assert.deepEqual(measured(), ["liver.expression.csv", "liver.expression.csv"]);
});

test("a table that cannot be read leaves the others, whether it is the first or not, and says why", async () => {
  for (const names of [
    ["bad.csv", "liver.csv", "heart.csv"],
    ["liver.csv", "bad.csv", "heart.csv"],
  ]) {
    const { work } = await started(names);
    await work.run();
    const { samples, matrix, shown } = work.state.samples!;
    assert.deepEqual(matrix?.samples, ["liver", "heart"], names.join());
    const bad = samples[names.indexOf("bad.csv")]!;
    assert.deepEqual([bad.problem?.message, bad.problem?.remedy], ["bad.csv, line 3: bad", "Correct it."]);
    assert.equal(work.tables.state.problems.a, undefined, "nothing else is called bad");
    work.removeSample(bad);
    assert.deepEqual(work.state.samples?.names, ["liver", "heart"]);
    assert.equal(shown.length, 2);
  }
});

test("cancelling keeps what was predicted, and the next run goes on from there", async () => {
  let isSlow = true;
  const asked: string[] = [];
  const { worker, work } = await started(["liver.csv", "heart.csv", "brain.csv"]);
  const { predictSample } = worker.answers;
  worker.answers.predictSample = (request, options) => {
    const { file: name } = request.tables[0]!;
    asked.push(name);
    if (!isSlow || name !== "brain.csv") return predictSample!(request, options);
    return new Promise((_, reject) =>
      options.signal?.addEventListener("abort", () =>
        reject(new WorkerError({ name: "CancelledError", code: "cancelled", message: "cancelled" })),
      ),
    );
  };
  const running = work.run();
  while (!asked.includes("brain.csv")) await new Promise((resolve) => setTimeout(resolve, 1));
  assert.match(work.state.doing.run?.name ?? "", /^brain\.csv, sample 3 of 3$/);
  work.cancel("run");
  await running;
  assert.deepEqual(work.state.samples?.matrix?.samples, ["liver", "heart"]);
  assert(!work.isCurrent && !work.isRunning);
  isSlow = false;
  await work.run();
  assert.deepEqual(asked, ["heart.csv", "brain.csv", "brain.csv"]);
  assert(work.isCurrent);
});

test("samples that are closed while they are predicted do not come back, and no other one is predicted", async () => {
  const { worker, work } = await started(["liver.csv", "heart.csv", "brain.csv"]);
  const { predictSample } = worker.answers;
  let go = (): void => {};
  worker.answers.predictSample = async (request, options) => {
    await new Promise<void>((resolve) => (go = resolve));
    return predictSample!(request, options);
  };
  const running = work.run();
  while (!worker.calls.includes("predictSample")) await new Promise((resolve) => setTimeout(resolve, 1));
  work.forgetSamples();
  go();
  await running;
  assert.deepEqual([work.samples, work.state.samples], [undefined, undefined]);
  assert.equal(worker.calls.filter((each) => each === "predictSample").length, 1);
  assert(work.isCurrent, "the table that is looked at stays");
});

test("who cancels the run of the first sample cancels the others too", async () => {
  const { session, worker, work } = await started(["liver.csv", "heart.csv"]);
  await work.run();
  await session.openFiles([file("brain.csv")]);
  const cancelled = new WorkerError({ name: "CancelledError", code: "cancelled", message: "cancelled" });
  worker.answers.predict = () => Promise.reject(cancelled);
  await work.run();
  assert.equal(worker.calls.filter((each) => each === "predictSample").length, 1, "brain was not begun");
});

test("what was accepted of the first table is accepted of the same deviations of another", () => {
  const alike = alikeOf(
    { deviations: deviations(["depth", null], ["scale", "H3K4me3"], ["scale", "H3K9me3"]) },
    { selectBins: true, rescale: new Set([0, 2]) },
  );
  const other = { deviations: deviations(["scale", "H3K9me3"], ["scale", "H3K4me3"]) };
  assert.deepEqual(acceptAlike(other, alike), { selectBins: true, rescale: new Set([0]) });
});

test("a workspace has all samples: files, preparation, what is listed, and the one that is open", async () => {
  const { session, work } = await started(["liver.csv", "heart.csv", "bad.csv", "brain.csv"]);
  work.tables.acceptRescale(0, true);
  await work.run();
  const { samples } = work.state.samples!;
  const listing: SampleListing = {
    ...{ sort: { key: "sample:2", descending: false }, filter: "up", search: "a", pair: [2, 0] },
    isClustered: true,
  };
  work.samples!.list(listing);
  // Heart has nothing to be rescaled, and is what is looked at.
  await work.openSample(samples[1]!, "b");
  const snapshot = await capture(session);
  const written = await readWorkspace(writeWorkspace(await withHashes(snapshot)), "w.regulens.json");
  const asked: unknown[] = [];
  const again = await started([]);
  const { predictSample } = again.worker.answers;
  again.worker.answers.predictSample = (request, options) => {
    asked.push([request.tables[0]!.file, request.alike]);
    return predictSample!(request, options);
  };
  const bring = (inputs: Snapshot["inputs"]) => restore(again.session, { ...snapshot, workspace: written, inputs });
  assert.deepEqual(await bring(snapshot.inputs), []);
  const found = again.work.state.samples!;
  assert.deepEqual(found.names, ["liver", "heart", "bad", "brain"]);
  assert.deepEqual(found.matrix, work.state.samples!.matrix);
  assert.deepEqual(found.listing, listing);
  assert.equal(again.work.state.run?.tables[0].file, "heart.csv");
  assert.equal(again.work.state.run?.genes[again.work.state.selected!], "b");
  const alike = [{ selectBins: false, rescale: ["not-counts "] }];
  const others = ["liver.csv", "bad.csv", "brain.csv"];
  assert.deepEqual(
    asked,
    others.map((name) => [name, alike]),
  );
  await test("without the file of one, the others are there", async () => {
    const isHere = snapshot.workspace.inputs.map(({ name }) => name !== "heart.csv");
    const missing = await bring(snapshot.inputs.map((each, i) => (isHere[i] ? each : undefined)));
    assert.deepEqual(missing, ["heart.csv was not given."]);
    const { matrix, listing: now } = again.work.state.samples!;
    assert.deepEqual(matrix?.samples, ["liver", "brain"]);
    assert.deepEqual([now.pair, now.sort], [[1, 0], { key: "sample:1", descending: false }]);
    assert.equal(again.work.state.run?.tables[0].file, "liver.csv");
    assert.deepEqual([...again.work.tables.state.a.accepted.rescale], [0], "prepared as it was");
  });
});

test("a sample that joins later is prepared as the others were, whichever is open by then", async () => {
  const { session, worker, work } = await started(["liver.csv", "heart.csv"]);
  work.tables.acceptRescale(0, true);
  await work.run();
  await work.openSample(work.state.samples!.samples[1]!, "a");
  const asked: unknown[] = [];
  const { predictSample } = worker.answers;
  worker.answers.predictSample = (request, options) => {
    asked.push([request.tables[0]!.file, request.alike[0]!.rescale]);
    return predictSample!(request, options);
  };
  await session.openFiles([file("brain.csv")]);
  await work.run();
  assert.deepEqual(asked, [["brain.csv", ["not-counts "]]], "and the first is not predicted again");
});

const packed = (id: string, text: string): Promise<Block> => makeBlock(id, new TextEncoder().encode(text));

/** A page of one file of three samples: with the signal of liver, which is open, and of heart, not of brain. */
async function saved() {
  const asked: unknown[] = [];
  const { worker, work } = await started(["liver.csv", "heart.csv", "brain.csv"], {
    packSample: async ({ tables: [{ file: name } = { file: "" }], genes, place }) => {
      asked.push([name, genes, place]);
      const block = await packed(`table-${place + 1}`, TABLE);
      return [
        { role: "table", block, file: name, items: name === "brain.csv" ? 0 : genes.length, of: 4, sample: place },
      ];
    },
  });
  await work.run();
  work.samples!.list({ pair: [2, 0] });
  const { samples } = exportable(work.state.run!, work);
  const made = {
    data: { weights: await packed("weights", "w"), inputs: [{ role: "table", block: await packed("table", TABLE) }] },
    ...{ parts: {} as never, whole: undefined },
  } as const;
  const make = (isWithSignal: boolean | undefined, size = 0, more = 0) => {
    const sizeOf = ({ samples }: MadePage) => size + (samples?.signal.length ? more : 0);
    return packSamples(samples!, made, { chosen: [1, 0], isWithSignal }, sizeOf, {});
  };
  return { asked, make, worker, work };
}

test("a drafted caption names the sample that is open beside all of them", async () => {
  const { work } = await started(["liver.csv", "heart.csv"]);
  await work.run();
  const caption = () => exportable(work.state.run!, work).caption!(true);
  assert.match(await caption(), /These are of liver, beside the same genes in 2 samples: liver and heart\./);
  await work.openSample(work.state.samples!.samples[1]!);
  assert.match(await caption(), /These are of heart, beside the same genes in 2 samples: liver and heart\./);
});

test("the signal of other samples goes into a small page, or where it is asked for", async () => {
  const { asked, make } = await saved();
  assert.deepEqual((await make(undefined, 2e6)).samples?.signal, []);
  assert.deepEqual((await make(false)).samples?.signal, []);
  assert.deepEqual(asked, []);
  const { count, others, more, packed, signal } = (await make(undefined)).samples!;
  assert.deepEqual([count, others], [3, 2]);
  assert.ok(more > 100 && more < 1000, "twice the table of the open one");
  assert.deepEqual(asked, [
    ["heart.csv", ["b", "a"], 1],
    ["brain.csv", ["b", "a"], 2],
  ]);
  assert.deepEqual(
    signal.map(({ file: name }) => name),
    ["heart.csv"],
    "brain has none of the genes",
  );
  assert.equal((await make(true, 2e6)).samples?.signal.length, 1);
  assert.deepEqual((await make(undefined, 1e6, 1.1e6)).samples?.signal, [], "more than was estimated");
  assert.deepEqual(packed.samples, {
    ...{ block: "samples", open: 0, pair: [2, 0] },
    list: ["liver", "heart", "brain"].map((name) => ({ name, files: [`${name}.csv`] })),
  });
  const [head, ...rows] = gunzipSync(packed.block.packed).toString().trim().split("\n");
  assert.equal(head, "probability_1,score_1,probability_2,score_2,probability_3,score_3");
  assert.deepEqual(
    rows.map((row) => row.split(",").filter((_, i) => i % 2 === 0)),
    [
      ["0.25", "0.25", "0.5"],
      ["0.5", "0.75", "0.25"],
    ],
  );
});

test("a page of one file shows its samples with their numbers, and opens genes where their signal is", async () => {
  const page = await saved();
  const { packed: predictions, signal } = (await page.make(true)).samples!;
  const unpacked = ({ packed }: Block) => new Uint8Array(gunzipSync(packed));
  const exported = {
    manifest: {
      looked: {},
      model: { sha256: model.sha256 },
      inputs: [
        { role: "table", block: "table", file: "liver.csv", items: 2, of: 4 },
        ...signal.map(({ block, ...input }) => ({ ...input, block: block.id })),
      ],
      run: { genes: 4, chosen: "those with the highest P(on)", block: "run" },
      samples: predictions.samples,
    },
    blocks: new Map([
      ["table", new TextEncoder().encode(TABLE)],
      ["run", new TextEncoder().encode(wholeText("probability", Float32Array.of(0.5, 0.25, 0.1, 0.1)))],
      ["samples", unpacked(predictions.block)],
      ...signal.map(({ block }) => [block.id, unpacked(block)] as const),
    ]),
  } as unknown as Exported;
  const read: string[] = [];
  const { session, worker, work } = await started([]);
  // Rows of the page are in the order of its genes.
  worker.answers.predict = (request) => {
    const name = work.tables.state.a.table!.file;
    const probability = Float32Array.from(FOUND[name]!.toReversed());
    return {
      ...{ model, device, preparations: [request.preparations[0] ?? {}] as const, genes: ["b", "a"] },
      ...{ probability, logit: logOdds([...probability]) },
    };
  };
  const { readTable } = worker.answers;
  worker.answers.readTable = async (request, options) => {
    if ("blob" in request.table) read.push((await request.table.blob.text()).split("\n")[0]!);
    return { ...(await readTable!(request, options)), genes: ["b", "a"] };
  };
  await openExported(work, exported, async () => {});
  const { samples, matrix, names, listing } = work.state.samples!;
  assert.deepEqual(names, ["liver", "heart", "brain"]);
  assert.deepEqual(matrix!.genes, ["b", "a"]);
  const before = page.work.state.samples!.matrix!;
  for (const sample of [0, 1, 2])
    for (const gene of ["a", "b"])
      assert.equal(
        valueIn(matrix!, matrix!.genes.indexOf(gene), sample),
        valueIn(before, before.genes.indexOf(gene), sample),
      );
  assert.equal(differenceIn(matrix!, 1, listing.pair).toFixed(4), Math.log(3).toFixed(4), "liver less brain");
  assert.deepEqual(
    samples.map(({ isAbsent }) => isAbsent),
    [undefined, undefined, true],
  );
  assert.ok(work.state.run!.tables[0].whole, "of the open one the whole run is known");
  await work.openSample(samples[1]!, "a");
  assert.deepEqual([work.state.run!.tables[0].file, work.state.run!.tables[0].whole], ["heart.csv", undefined]);
  await work.openSample(work.state.samples!.samples[0]!, "a");
  assert.ok(work.state.run!.tables[0].whole, "and is again once it is open again");
  assert.deepEqual(read, [
    "# part of a run: 2 of 4 genes, those with the highest P(on)",
    "# part of a run: 2 of 4 genes, those of liver",
    "# part of a run: 2 of 4 genes, those with the highest P(on)",
  ]);
  assert.ok(work.isCurrent && !worker.calls.includes("predictSample"), "nothing else is predicted");
  await test("a workspace has the samples that can be predicted again", async () => {
    const { view } = (await capture(session)).workspace;
    const { samples: stored } = view as { samples?: { tables: unknown[]; listing: SampleListing } };
    assert.deepEqual([stored?.tables.length, stored?.listing.pair], [2, [0, 1]]);
  });
  await test("prepared otherwise, one without signal says why it is not predicted", async () => {
    work.tables.acceptRescale(0, true);
    await work.run();
    const [, heart, brain] = work.state.samples!.samples;
    assert.ok(heart!.predicted && !brain!.predicted);
    assert.match(brain!.problem!.message, /^brain\.csv: this one-file page has no signal for it/);
  });
});
