import assert from "node:assert/strict";
import { test } from "node:test";
import { ChangeModel } from "../../../pkg/src/models/change";
import { OnOffModel } from "../../../pkg/src/models/on-off";
import { changesTsv } from "../../src/tasks/genes/saved/tsv";
import { briefCell, cellInName, cellName, cellTitle, letteredCell, pairNames } from "../../src/tasks/shared/cells";
import { otherPair } from "../../src/tasks/genes/facts";
import { CHANGE_LISTS, topColumn } from "../../src/tasks/genes/change/table";
import { type ChangeListing, nextSort } from "../../src/tasks/genes/order";
import {
  changeCard,
  computeChange,
  fakeChangeCpu,
  fakeCpu,
  fakeFull,
  fakeTable,
  FakePlatform,
  HARDWARE,
  readFake,
} from "../fakes/engine";
import { CHANGE_ATTENDS, CHANGE_DESCRIPTION } from "../fakes/descriptions";
import { Table } from "../../../pkg/src/io/table";
import { light } from "../../src/plots";
import { drivingDrawing, histogramDrawing } from "../../src/tasks/genes/change/drawings";
import type { ChangeRun } from "../../src/tasks/genes/result";
import type { Sets } from "../../src/tasks/genes/sure/sets";
import { predictionInWords, WORTH_TELLING } from "../../src/tasks/genes/what-if";
import { identityOf } from "../../src/session/identity";
import { askedForm, type OpenedModel, openedModel } from "../../src/session/opened";
import { modelName } from "../../src/session/state";
import type { ModelCard } from "../../../pkg/src/card";

function openChange(
  platform = new FakePlatform(HARDWARE, async (_, values, genes) => computeChange(values, genes)),
  symmetric?: boolean,
): ChangeModel {
  platform.engine = fakeChangeCpu;
  return ChangeModel.open(
    platform,
    { engine: fakeFull(fakeChangeCpu), name: "full", simd: "plain", module: {} as WebAssembly.Module },
    new Uint8Array(),
    "change.safetensors",
    { workers: 1, symmetric },
  );
}

/** A table of these genes; `shift` makes its values others. */
function tableOf(genes: string[], shift = 0): Table {
  const table = fakeTable(genes.length);
  return new Table(fakeChangeCpu, {
    ...table,
    genes,
    values: (start, end) => table.values(start + shift, end + shift),
  });
}

test("a model of a change runs on the genes that both tables have, and lists the others", async () => {
  const [a, b] = [tableOf(["x", "y", "z"]), tableOf(["z", "x", "w"], 1)];
  const heard: string[] = [];
  const result = await openChange().predict(a, b, {
    onProgress: ({ done, total, unit }) => heard.push(`${done}/${total} ${unit}`),
  });
  assert.deepEqual(result.genes, ["x", "z"]);
  assert.deepEqual(result.unmatched, [["y"], ["w"]]);
  assert.deepEqual(result.rows, ["A_H3K4me3", "A_H3K27me3", "B_H3K4me3", "B_H3K27me3"]);
  assert.deepEqual(result.columns, result.rows);
  assert.deepEqual(
    [result.foldChange.length, result.beta.length, result.alpha.length, result.expression.length],
    [2, 8, 32, 0],
  );
  assert.deepEqual(heard, ["0/2 genes", "2/2 genes"]);
});

test("a GPU's changes are compared with the CPU's, and the CPU takes over from zeros", async () => {
  const genes = Array.from({ length: 3 }, (_, i) => `g${i}`);
  const tables = [tableOf(genes), tableOf(genes, 1)] as const;
  const good = openChange();
  assert.equal((await good.useDevice("webgpu")).kind, "webgpu");
  assert.equal((await good.predict(...tables)).genesOnGpu, 3);
  const zeros = openChange(
    new FakePlatform(HARDWARE, async (call, values, genes) =>
      call === 1
        ? computeChange(values, genes)
        : { ...computeChange(values, genes), alpha: new Float32Array(genes * 16), beta: new Float32Array(genes * 4) },
    ),
  );
  await zeros.useDevice("webgpu");
  const result = await zeros.predict(...tables);
  assert.deepEqual([result.genesOnGpu, result.device.kind], [0, "cpu"]);
  assert.match(result.device.reason, /sums to 0 instead of 1/);
});

test("a run over two tables can be cancelled", async () => {
  const table = tableOf(["x"]);
  await assert.rejects(openChange().predict(table, table, { signal: AbortSignal.abort() }), { code: "cancelled" });
});

test("two tables for a model of one cell type, one for two, and tables of two engines, are refused", async () => {
  const one = OnOffModel.open(
    new FakePlatform(HARDWARE),
    { engine: fakeCpu, name: "tables", simd: "plain", module: {} as WebAssembly.Module },
    new Uint8Array(),
    "m",
    { workers: 1 },
  );
  // @ts-expect-error: what is not typed may hand over a second table.
  await assert.rejects(one.predict(readFake(2), readFake(2)), { code: "two-tables", name: "InputError" });
  // @ts-expect-error: the same of one table.
  await assert.rejects(openChange().predict(tableOf(["x"])), { code: "one-table", name: "InputError" });
  assert.throws(() => openChange().preparePair(tableOf(["x"]), readFake(2)), { code: "two-engines" });
});

test("one gene's changed values are run as they are given, and another number of them is refused", async () => {
  const loaded = openChange();
  const values = new Float32Array(16).map((_, i) => (i % 4 < 2 ? 1 : 3));
  assert.equal((await loaded.predictValues(values)).foldChange[0], 16);
  await assert.rejects(loaded.predictValues(values.slice(1)), { code: "value-count" });
});

test("what β adds up to is as the engine describes the model, whatever the variant is called", () => {
  const columns = ["A_H3K4me3", "B_H3K4me3"];
  const foldChange = Float32Array.of(2);
  const found = { threshold: 1, up: 1, down: 0, columns: columns.map(() => ({ up: { mean: 0.5 } })) };
  const saidOf = (weighings: number): string => {
    const encoders = { ...CHANGE_ATTENDS.encoders!, weighings };
    const description = { ...CHANGE_DESCRIPTION, attends: { ...CHANGE_ATTENDS, encoders } };
    const table = { file: "a.csv", marks: ["H3K4me3"], notes: [] };
    const run = { foldChange, columns, beta: Float32Array.of(0.5, 0.5), tables: [table, table] };
    const made = { ...run, model: { card: changeCard, description } } as unknown as ChangeRun;
    return drivingDrawing(made, found, "predicted").draw({ width: 480, theme: light });
  };
  assert.match(saidOf(1), /β adds up to 1 over all 2 bars/);
  assert.match(saidOf(2), /β adds up to 1 over the marks of A, and to 1 over those of B/);
});

test("the user's cell types have the names of their files, everywhere, and another pair than the model's is said", () => {
  const named = (a: string, b: string) => pairNames(changeCard, [a, b]);
  assert.deepEqual(named("liver.prepared.csv", "heart.prepared.csv"), ["liver", "heart"]);
  assert.deepEqual(named("hg19_liver_200bins.csv.gz", "hg19_heart_200bins.csv.gz"), ["liver", "heart"]);
  assert.deepEqual(named("0.tsv", "12.tsv"), ["K562", "H1"], "numbers alone tell nothing");
  assert.deepEqual(named("day 0.tsv", "day 12.tsv"), ["day 0", "day 12"]);
  assert.deepEqual(named("liver_A.csv", "liver_B.csv"), ["liver A", "liver B"], "a pair of one sample");
  assert.deepEqual(named("b.rat heart.tsv", "a.rat heart.tsv"), ["rat heart b", "rat heart a"], "as files have them");
  assert.deepEqual(named("before.liver.csv", "after.liver.csv"), ["liver before", "liver after"]);
  assert.equal(cellTitle(changeCard, "b", ["liver_A.csv", "liver_B.csv"]), "B: liver B");
  assert.deepEqual(
    (["liver A", "liver B", "K562"] as const).map((name) => letteredCell("a", name)),
    ["liver A", "A, liver B", "A, K562"],
  );
  for (const [a, b] of [
    ["a.csv", "b.csv"],
    ["change.a.csv.gz", "change.b.csv.gz"],
    ["Cell1.test.csv", "Cell2.test.csv"],
    ["pasted table", "pasted table"],
    ["my_K562.csv", "liver.csv"],
  ] as const)
    assert.deepEqual(named(a, b), ["K562", "H1"], a);
  const foldChange = Float32Array.of(1);
  const tables = [{ file: "liver.csv" }, { file: "heart.csv" }];
  const run = { foldChange, tables, model: { card: changeCard } } as unknown as ChangeRun;
  assert.match(histogramDrawing(run).draw({ width: 480, theme: light }), /heart/);
  assert.doesNotMatch(histogramDrawing(run).draw({ width: 480, theme: light }), /K562|H1/);
  assert.match(otherPair(changeCard, ["liver.csv", "heart.csv"])!, /from K562 to H1;.* from liver to heart was not/);
  assert.match(otherPair(changeCard, ["liver_A.csv", "liver_B.csv"])!, /from K562 to H1;.* one in liver was not/);
  assert.match(otherPair(changeCard, ["liver 1.csv", "liver 2.csv"])!, / that from liver 1 to liver 2 was not/);
  assert.match(otherPair(changeCard, ["A.rat heart.tsv.gz", "B.rat heart.tsv.gz"])!, /one in rat heart was/);
  for (const files of [
    ["a.csv", "b.csv"],
    ["change.a.csv.gz", "change.b.csv.gz"],
    ["Cell1.test.csv", "Cell2.test.csv"],
    ["hg19_200bins_A.csv", "hg19_200bins_B.csv"],
    ["pasted table", "pasted table"],
    ["liver_K562.csv", "liver_H1.csv"],
  ] as const)
    assert.equal(otherPair(changeCard, files), undefined, files.join());
});

test("a cell type is named by the card, and by a file's name where that speaks of one", () => {
  assert.deepEqual([cellName(changeCard, "a"), briefCell(changeCard, "b"), cellName({}, "b")], ["A: K562", "H1", "B"]);
  assert.deepEqual(
    ["my-h1.csv.gz", "E123_test.csv", "counts.csv", "h1-and-k562.csv", "h1b.csv"].map((file) =>
      cellInName(changeCard, file),
    ),
    ["b", "a", undefined, undefined, undefined],
  );
});

const run = {
  genes: ["g10", "g2", "g3", "g4"],
  foldChange: Float32Array.of(2, -3, 0.5, -9),
  expression: new Float32Array(0),
  columns: ["A_m", "B_m"],
  beta: Float32Array.of(0.9, 0.1, 0.2, 0.8, 0.5, 0.5, 0.4, 0.6),
  measured: Float32Array.of(-2, -4, NaN, -8),
};
const listed = (listing: Partial<ChangeListing>, sets?: Sets) => [
  ...CHANGE_LISTS.list(run, { ...CHANGE_LISTS.first, ...listing }, { measured: run.measured, sets }),
];

test("genes are ranked from the one that rises most, and sort by each column with unknown values last", () => {
  assert.deepEqual(listed({}), [0, 2, 1, 3]);
  assert.deepEqual(listed({ sort: { key: "gene", descending: false } }), [1, 2, 3, 0]);
  assert.deepEqual(listed({ sort: { key: "measured", descending: true } }), [0, 1, 3, 2]);
  assert.deepEqual(listed({ sort: { key: "measured", descending: false } }), [3, 1, 0, 2]);
  assert.deepEqual(listed({ sort: { key: "error", descending: true } }), [0, 1, 3, 2]);
  assert.deepEqual(listed({ sort: undefined }), [0, 1, 2, 3]);
  const shares = new Map([
    // Members of an ensemble may lie far apart: what is listed is their mean.
    [1, [{ mark: "m, A", value: -0.5, range: [-9, 1] as const }]],
    [2, [{ mark: "m, B", value: 2 }]],
  ]);
  const byMarks = { ...CHANGE_LISTS.first, sort: { key: "shares", descending: true } } as const;
  assert.deepEqual([...CHANGE_LISTS.list(run, byMarks, { shares })], [2, 1, 0, 3]);
  assert.deepEqual(nextSort(nextSort(undefined, "change"), "change"), { key: "change", descending: false });
});

test("genes are filtered by direction, size and whether the direction is missed, and searched", () => {
  assert.deepEqual(listed({ filter: "up" }), [0]);
  assert.deepEqual(listed({ filter: "down" }), [1, 3]);
  assert.deepEqual(listed({ filter: "little" }), [2]);
  assert.deepEqual(listed({ filter: "missed" }), [0]);
  const sets: Sets = { coverage: 0.9, of: ["up", "up|down", "up|down", "down"] };
  assert.deepEqual(listed({ filter: "sure" }, sets), [0, 3]);
  assert.deepEqual(listed({ filter: "unsure" }, sets), [2, 1]);
  assert.deepEqual(listed({ sort: { key: "sure", descending: true } }, sets), [0, 3, 1, 2]);
  assert.deepEqual(listed({ search: "G1" }), [0]);
  assert.equal(topColumn(run.beta, 2, 1), 1);
});

test("weights are averaged over genes by their predicted change, or by another; what does not fit is refused", () => {
  const change = openChange();
  const { up, down, columns } = change.weightsByDirection(run);
  assert.deepEqual([up, down, columns.length], [1, 2, 2]);
  const measured = change.weightsByDirection(run, { change: run.measured, threshold: 3 });
  assert.deepEqual([measured.threshold, measured.up, measured.down], [3, 0, 2]);
  assert.equal(change.weightsByDirection(run, { threshold: 0 }).up, 2);
  for (const [options, code] of [
    [{ change: new Float32Array(3) }, "value-count"],
    [{ threshold: -1 }, "bad-threshold"],
    [{ threshold: Infinity }, "bad-threshold"],
    [{ threshold: NaN }, "bad-threshold"],
  ] as const)
    assert.throws(() => change.weightsByDirection(run, options), { name: "InputError", code });
  assert.throws(() => change.weightsByDirection({ ...run, columns: ["A_m"] }), { code: "value-count" });
});

test("counts of as many genes in A and in B have fold changes, also once the model is given back", () => {
  const change = openChange();
  change.free();
  assert.deepEqual([...change.measuredFoldChange(Float32Array.of(0, 3), Float32Array.of(3, 1))], [3, -2]);
  assert.throws(() => change.measuredFoldChange(new Float32Array(2), new Float32Array(3)), {
    name: "InputError",
    code: "value-count",
  });
});

test("a table of weights has a row for each column, without numbers of a group that has no genes", () => {
  const tables = [0, 1].map(() => ({ file: "a.csv", marks: ["m"], notes: [] }));
  const made = { ...run, tables, model: { card: changeCard, description: CHANGE_DESCRIPTION } } as unknown as ChangeRun;
  const columns = [{ down: { mean: 0.4 } }, { down: { mean: 0.5, deviation: 0.1 } }];
  const saved = drivingDrawing(made, { threshold: 2.99, up: 0, down: 2, columns }, "measured");
  assert.deepEqual(saved.tsv!().trimEnd().split("\n").slice(1), [
    "A_m\t0\tNaN\tNaN\t2\t0.4\tNaN",
    "B_m\t0\tNaN\tNaN\t2\t0.5\t0.1",
  ]);
});

test("predicted changes are written as the command line writes them", () => {
  const changes = { genes: ["x"], columns: ["A_m", "B_m"], foldChange: [0.5], beta: [0.25, 0.75], expression: [1, 2] };
  const measured = [[], []] as const;
  const text = changesTsv(changes, measured);
  assert.equal(
    text,
    "gene\tlog2_fold_change\tbeta_A_m\tbeta_B_m\tlog2_count_A\tlog2_count_B\nx\t0.5\t0.25\t0.75\t1\t2\n",
  );
  assert.equal(
    changesTsv({ genes: ["x"], columns: [], foldChange: [-1], beta: [], expression: [] }, measured),
    "gene\tlog2_fold_change\nx\t-1\n",
  );
  const intervals = { low: Float32Array.of(-0.5), high: Float32Array.of(1.5) };
  assert.equal(
    changesTsv({ ...changes, expression: [], sd: [0.1], low: [0.25], high: [0.75], intervals }, measured),
    "gene\tlog2_fold_change\tlog2_fold_change_sd\tlog2_fold_change_low\tlog2_fold_change_high\tinterval_low\t" +
      "interval_high\tbeta_A_m\tbeta_B_m\nx\t0.5\t0.1\t0.25\t0.75\t-0.5\t1.5\t0.25\t0.75\n",
  );
});

test("a mark that was not measured in one cell type has no weight there, nor where the two are compared", () => {
  const columns = ["A_m", "B_m", "diff_m"];
  const changes = { genes: ["x"], columns, foldChange: [0.5], beta: [0.25, 0.5, 0.75], expression: [] };
  const notes = [[], ["m: not measured; 2.5 stands in for it in all bins: its mean"]] as const;
  assert.equal(
    changesTsv(changes, notes),
    "gene\tlog2_fold_change\tbeta_A_m\tbeta_B_m\tbeta_diff_m\tnot_measured\n" +
      "x\t0.5\t0.25\t\t\tm in B (2.5 stands in)\n",
  );
});

test("what a model says of no change is told where it is not small, whatever the prediction, and Methods say when", () => {
  assert.equal(
    predictionInWords(2, -0.71),
    "Predicted log2 fold change: +2.00. With no change (both cell types at their midpoint) this model predicts −0.71.",
  );
  assert.match(predictionInWords(-8, 0.1)!, /predicts \+0\.10/);
  assert.equal(predictionInWords(0, -0.099), undefined, "small, and beside no prediction otherwise");
  assert.equal(predictionInWords(1, undefined), undefined, "the symmetric form says 0");
  assert.equal(predictionInWords(1, 0, "sure of the sign"), "Predicted log2 fold change: +1.00 (sure of the sign).");
  assert.match(predictionInWords(1, 1, "sure of the sign")!, /\+1\.00 \(sure of the sign\)\. With no change/);
  assert.equal(WORTH_TELLING, 0.1);
});

test("the form of a change is the card’s unless another is asked for, which its name says", () => {
  const [own, asked] = [undefined, true].map((form) => openedModel(openChange(undefined, form), "f")) as [
    OpenedModel,
    OpenedModel,
  ];
  assert.deepEqual([own.symmetric, askedForm(own), askedForm(asked)], [false, undefined, true]);
  assert.match(modelName(asked), / \(symmetric form\)$/);
  assert.doesNotMatch(modelName(own), /form/);
  assert.notEqual(identityOf(own), identityOf(asked));
  const found = { default: true } as NonNullable<ModelCard["symmetric"]>;
  assert.match(modelName({ ...own, card: { ...own.card, symmetric: found } }), / \(published form\)$/);
  assert.match(modelName({ ...own, card: { ...own.card, dtype: "i8" } }), / \(int8\)$/, "weights of a user's own");
});
