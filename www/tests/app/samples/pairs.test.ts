import assert from "node:assert/strict";
import { test } from "node:test";
import type { Understanding } from "../../../../pkg/src/index";
import { WorkerError } from "../../../src/rpc/errors";
import { Session } from "../../../src/session/session";
import { taskOfFiles } from "../../../src/session/intake";
import type { Identified } from "../../../src/session/files";
import type { ChangeWork } from "../../../src/tasks/genes/change/session";
import { SAMPLED as SAMPLES } from "../../../src/tasks/genes/samples/sampled";
import { differenceIn, FIRST_SAMPLES, listSamples, valueIn } from "../../../src/tasks/genes/samples/matrix";
import { areTold, exchanged, pairsOf, placesOf, setName } from "../../../src/tasks/genes/samples/pairs";
import { geneNames } from "../../../src/tasks/shared/genes/names";
import type { PageCalls } from "../../../src/worker/calls";
import { capture, type Snapshot, withHashes } from "../../../src/workspace/capture";
import { restore } from "../../../src/workspace/workspaces";
import { CHANGE_DESCRIPTION } from "../../fakes/descriptions";
import { card } from "../../fakes/engine";
import { FakeWorker } from "../../fakes/worker";

const SAMPLED = SAMPLES.change;

const CELLS = { cell_type: { id: "E123", name: "K562" }, cell_type_b: { id: "E003", name: "H1" } };
const paired = (names: readonly string[], cells: Parameters<typeof pairsOf>[0] = CELLS) => {
  const { pairs, left, isTold } = pairsOf(
    cells,
    names.map((name) => ({ name })),
  );
  return { pairs: pairs.map((pair) => pair.map(({ name }) => name).join()), left: left.length, isTold };
};

test("tables of samples are paired by the model's cell types, by common words, by how their names end", () => {
  const told = { left: 0, isTold: true };
  assert.deepEqual(paired(["r1_H1.csv", "r2_K562.csv", "r2_H1.csv", "r1_K562.csv"]), {
    ...{ pairs: ["r1_K562.csv,r1_H1.csv", "r2_K562.csv,r2_H1.csv"], ...told },
  });
  assert.deepEqual(paired(["liver.after.csv", "liver.before.csv", "heart.before.csv", "heart.after.csv"]), {
    ...{ pairs: ["liver.before.csv,liver.after.csv", "heart.before.csv,heart.after.csv"], ...told },
  });
  assert.deepEqual(paired(["B_heart.csv", "A_heart.csv", "A_liver.csv", "B_liver.csv"]), {
    ...{ pairs: ["A_heart.csv,B_heart.csv", "A_liver.csv,B_liver.csv"], ...told },
  });
  assert.deepEqual(paired(["p1_skin.csv", "p1_lung.csv", "p2_skin.csv", "p2_lung.csv"]), {
    ...{ pairs: ["p1_skin.csv,p1_lung.csv", "p2_skin.csv,p2_lung.csv"], ...told },
  });
});

test("tables whose names tell no pairs are paired by their order, and what is left over is said", () => {
  assert.deepEqual(paired(["liver.csv", "heart.csv", "skin.csv", "lung.csv", "brain.csv"]), {
    ...{ pairs: ["liver.csv,heart.csv", "skin.csv,lung.csv"], left: 1, isTold: false },
  });
  const sets = (...names: [string, string][]) => names.map((pair) => pair.map((file) => ({ file })));
  assert(areTold(CELLS, sets(["x_A.csv", "x_B.csv"], ["y_A.csv", "y_B.csv"])));
  assert(!areTold(CELLS, sets(["x_A.csv", "y_B.csv"], ["y_A.csv", "x_B.csv"])), "other pairs than names tell");
  assert(!areTold(CELLS, sets(["liver.csv", "heart.csv"], ["skin.csv", "lung.csv"])));
});

test("a pair has the name that its tables share, else both", () => {
  assert.equal(setName(["liver_A.csv", "liver_B.csv"]), "liver");
  assert.equal(setName(["A.run1.liver.csv", "B.run1.liver.csv"]), "run1_liver");
  assert.equal(setName(["liver.csv", "heart.csv"]), "liver → heart");
  assert.equal(setName(["liver.csv"]), "liver.csv");
});

const TABLE = `gene,bin,${card.marks.join()}\na,1${",0".repeat(card.marks.length)}\n`;
const file = (name: string): File => new File([TABLE], name);
const identified = (name: string): Identified => ({ file: file(name), name, kind: "table" });
const model = { card: { ...card, ...CELLS }, file: "m", sha256: "m", verified: true, description: CHANGE_DESCRIPTION };
const device = { kind: "cpu", software: false, reason: "" } as const;
/** Log2 fold change of genes a, b and c by A's file. */
const FOUND: Readonly<Record<string, readonly number[]>> = {
  "liver_A.csv": [0.5, -2, 3],
  "heart_A.csv": [0.75, 4, 2],
  "z_A.csv": [1, 1, 1],
  "z.csv": [1, 1, 1],
};

async function started(clear?: () => Promise<unknown>) {
  /** Files of the tables that the worker has, and of those that it put aside. */
  const read: string[] = [];
  const aside = new Map<number, string[]>();
  const unreadable = new Set<string>();
  const understanding: Understanding = {
    ...{ genes: 3, marks: card.marks.map((mark, i) => ({ mark, column: i + 1 })), extraMarks: [] },
    ...{ bins: { table: 4, model: 4, selectable: null }, layout: "headed", notes: [] },
    ...{ deviations: [], distribution: [], runs: true },
  };
  const genes = ["a", "b", "c"];
  const worker = new FakeWorker<PageCalls>({
    catalogue: () => ({ format_version: 1, models: [], examples: [] }),
    openModel: () => model,
    useDevice: () => device,
    readTable: ({ table: { file: name }, cell, reading }) => {
      if (unreadable.has(name))
        throw new WorkerError({ name: "InputError", code: "column-count", message: `${name}, line 3: bad` });
      const place = reading === undefined ? read : (aside.get(reading) ?? []);
      place[cell === "b" ? 1 : 0] = name;
      if (reading !== undefined) aside.set(reading, place);
      return { file: name, layout: "headed", genes, marks: card.marks, bins: 4, notes: [] };
    },
    endReading: async ({ reading, isTaken }) => {
      await clear?.();
      if (isTaken) read.splice(0, 2, ...aside.get(reading)!);
      aside.delete(reading);
      return {};
    },
    understand: () => understanding,
    predict: ({ preparations }) => ({
      ...{ model, device, preparations: [preparations[0]!, preparations[1]!] as const, genes, columns: [] },
      foldChange: Float32Array.from(FOUND[read[0]!]!),
    }),
    predictSample: ({ tables }) => ({
      ...{
        genes,
        values: Float32Array.from(FOUND[tables[0]!.file]!),
        scores: Float32Array.from(FOUND[tables[0]!.file]!),
      },
      ...{ accepted: tables.map(() => ({ selectBins: false, rescale: new Set<number>() })), offScale: [], notes: [] },
    }),
    gene: ({ index }) => ({ index, values: new Float32Array(), alpha: new Float32Array() }),
  });
  const session = new Session(worker, "https://host.test/models/catalogue.json");
  await session.start();
  await session.openModelFile(new Blob(), { name: "m", task: "change" });
  const work = (await session.task("change")) as unknown as ChangeWork;
  return { session, worker, work, read, unreadable };
}

test("tables that are cleared while they are put in their places do not come back", async () => {
  const of: { clear?: () => Promise<unknown> } = {};
  const { session, work } = await started(async () => of.clear?.());
  of.clear = () => work.clear();
  await session.openFiles(["heart_A.csv", "heart_B.csv", "liver_A.csv", "liver_B.csv"].map(file));
  const { a, b } = work.tables.state;
  assert.deepEqual([a.table, b.table, work.state.samples, work.hasData], [undefined, undefined, undefined, false]);
});

test("four tables dropped on a model of a change are two samples, each with its log2 fold change", async () => {
  const { session, worker, work } = await started();
  await session.openFiles(["heart_A.csv", "liver_B.csv", "heart_B.csv", "liver_A.csv"].map(file));
  assert.equal(work.given, "2 samples: heart, liver");
  assert.match(session.state.intake?.files[0]?.as ?? "", /^A of a sample, with heart_B\.csv$/);
  await work.run();
  const { matrix, samples } = work.state.samples!;
  assert(matrix);
  assert.deepEqual([valueIn(matrix, 1, 0), valueIn(matrix, 1, 1)], [4, -2]);
  assert.equal(valueIn(matrix, 1, 0), work.state.run!.foldChange[1], "the run's own number");
  assert.equal(differenceIn(matrix, 1, [1, 0]), 6);
  const listed = (filter: (typeof FIRST_SAMPLES)["filter"]) =>
    [...listSamples(matrix, { ...FIRST_SAMPLES, filter }, geneNames(matrix.genes), SAMPLED.call)].join();
  assert.equal(listed("differ"), "1", "up by more than twofold in one, down in the other");
  assert.equal(listed("high"), "2");
  assert.equal(listed("low"), "");
  await work.openSample(samples[1]!, "c");
  assert.deepEqual(
    work.state.run?.tables.map(({ file }) => file),
    ["liver_A.csv", "liver_B.csv"],
  );
  assert.equal(worker.calls.filter((each) => each === "predictSample").length, 1);
  assert(work.isCurrent);
});

const PAIRS = ["heart_A.csv", "heart_B.csv", "liver_A.csv", "liver_B.csv"];

test("a sample whose second table cannot be read is not opened by half: what was there stays, and the error is shown", async () => {
  const { session, work, read, unreadable } = await started();
  await session.openFiles(PAIRS.map(file));
  await work.run();
  const { run } = work.state;
  for (const name of ["liver_B.csv", "liver_A.csv"]) {
    unreadable.clear();
    unreadable.add(name);
    await work.openSample(work.state.samples!.samples[1]!, "c");
    assert.equal(work.failure?.message, `${name}, line 3: bad`);
    const { a, b } = work.tables.state;
    assert.deepEqual([a.table?.file, b.table?.file], ["heart_A.csv", "heart_B.csv"]);
    assert.deepEqual(read, ["heart_A.csv", "heart_B.csv"], "the worker has the same");
    assert.equal(work.state.run, run);
    assert(work.isCurrent);
  }
});

test("of a first sample that cannot be read no table is left beside one of the next", async () => {
  const { session, work, read, unreadable } = await started();
  unreadable.add("heart_B.csv");
  await session.openFiles(PAIRS.map(file));
  assert.deepEqual(read, ["liver_A.csv", "liver_B.csv"]);
  assert.match(work.state.samples?.samples[0]?.problem?.message ?? "", /^heart_B/);
  assert.equal(work.failure, undefined, "it is said of the sample");
});

test("tables that were paired by order can be exchanged: none is lost, and what they change is predicted again", async () => {
  const { session, worker, work, read } = await started();
  const files = ["liver_A.csv", "x.csv", "heart_A.csv", "y.csv", "z_A.csv", "z.csv"];
  await session.openFiles(files.map(file));
  const tables = (): string[] =>
    work.state.samples!.samples.map(({ sources }) => sources.map(({ file: name }) => name).join());
  await work.run();
  const asked = (): number => worker.calls.filter((each) => each === "predictSample").length;
  assert.equal(asked(), 2);
  await work.samples!.exchange([
    { sample: 0, cell: 1 },
    { sample: 1, cell: 1 },
  ]);
  assert.deepEqual(tables(), ["liver_A.csv,y.csv", "heart_A.csv,x.csv", "z_A.csv,z.csv"]);
  assert.deepEqual(read, ["liver_A.csv", "y.csv"], "the sample that is looked at has its new tables");
  assert.deepEqual(
    work.state.samples!.samples.map(({ predicted }) => predicted !== undefined),
    [false, false, true],
  );
  assert(!work.isCurrent);
  await work.run();
  assert.equal(asked(), 3, "the sample that was not touched is not predicted again");
  assert(work.isCurrent && work.state.samples!.matrix?.samples.length === 3);
  await work.samples!.exchange([
    { sample: 2, cell: 0 },
    { sample: 2, cell: 1 },
  ]);
  assert.equal(tables()[2], "z.csv,z_A.csv", "A and B of one sample");
  assert.deepEqual(tables().join().split(",").toSorted(), files.toSorted());
  const again = await started();
  await restore(again.session, await capture(session));
  assert.deepEqual(
    again.work.state.samples!.samples.map(({ sources }) => sources.map(({ file: name }) => name).join()),
    tables(),
    "a workspace has the pairs as they were chosen",
  );
});

test("the tables to choose from keep their order, whichever pairs they are in", () => {
  const samples = [
    ["b.csv", "d.csv"],
    ["a.csv", "c.csv"],
  ].map((names) => ({
    sources: names.map((name) => ({ blob: new Blob(), file: name })),
  }));
  const names = (of: typeof samples): string =>
    placesOf(of)
      .map((place) => place.file)
      .join();
  assert.equal(names(samples), "a.csv,b.csv,c.csv,d.csv");
  const after = exchanged(samples, [
    { sample: 0, cell: 0 },
    { sample: 1, cell: 1 },
  ]).map((sources) => ({ sources: [...sources] }) as (typeof samples)[number]);
  assert.equal(names(after), names(samples));
  assert.deepEqual(placesOf(after)[1], { file: "b.csv", sample: 1, cell: 1 });
});

test("a workspace brings pairs back, each table as A or B, and the pair that is open", async () => {
  const { session, work } = await started();
  await session.openFiles(["heart_A.csv", "liver_B.csv", "heart_B.csv", "liver_A.csv"].map(file));
  await work.run();
  await work.openSample(work.state.samples!.samples[1]!, "c");
  work.samples!.list({ sort: { key: "sample:1", descending: true }, filter: "differ", pair: [1, 0] });
  work.set({ threshold: 3, shown: "alpha", listing: { ...work.state.listing, search: "c" } });
  session.note("heart and liver");
  const again = await started();
  const before = await capture(session);
  assert.deepEqual(await restore(again.session, before), []);
  const saved = async (snapshot: Snapshot) => ({ ...(await withHashes(snapshot)), date: "" });
  assert.deepEqual(await saved(await capture(again.session)), await saved(before), "saved again it is the same");
  const { samples, matrix } = again.work.state.samples!;
  assert.deepEqual(matrix, work.state.samples!.matrix);
  assert.deepEqual(
    samples.map(({ sources }) => sources.map(({ file: name }) => name).join()),
    ["heart_A.csv,heart_B.csv", "liver_A.csv,liver_B.csv"],
  );
  assert.equal(again.work.state.run?.tables[1].file, "liver_B.csv");
});

test("samples of a change are not samples of a model of one, unless a table is left over", () => {
  const four = ["x_A.csv", "x_B.csv", "y_A.csv", "y_B.csv"].map(identified);
  assert.equal(taskOfFiles(four, "change", false), "change");
  assert.equal(taskOfFiles(four, "on-off", false), "on-off");
  assert.equal(taskOfFiles(four.slice(1), "change", false), "on-off");
  assert.equal(taskOfFiles(four.slice(2), "change", true, true), "change", "they join samples that are there");
});

test("colours of a change are symmetric about none, and a few extreme values do not make the others pale", () => {
  const values = Float32Array.from({ length: 1000 }, (_, i) => (i === 0 ? -40 : i % 2 ? 2.5 : -3.5));
  const { low, high, ends } = SAMPLED.scale(values);
  assert.deepEqual([low, high, ...ends], [-4, 4, "≤ −4", "≥ +4"]);
  assert.equal(SAMPLED.scale(new Float32Array([NaN])).high, 1);
});
