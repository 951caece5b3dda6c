import assert from "node:assert/strict";
import { test } from "node:test";
import type { CatalogueModel } from "../../../pkg/src/index";
import {
  cellsOf,
  modelsOf,
  recommendedOf,
  scoreInWords,
  scoreOf,
  simplestOf,
  tasksOf,
} from "../../src/session/catalogue";
import { recommended } from "../../src/tasks/known";
import {
  compareRuns,
  comparisonTsv,
  type ComparisonListing,
  FIRST_COMPARISON,
  listComparison,
  unsharedTsv,
} from "../../src/tasks/genes/compare/comparison";
import { runBytes } from "../../src/tasks/genes/result";
import { Keeper, refuseOverLimit } from "../../src/tasks/genes/compare/keeper";
import { geneNames } from "../../src/tasks/shared/genes/names";
import { CHANGE_DESCRIPTION, DESCRIPTION, TRACK_DESCRIPTION } from "../fakes/descriptions";

const run = (genes: string[], ...values: number[]) => ({ genes, values: Float32Array.from(values) });
const isOn = (probability: number) => probability >= 0.5;
const one = run(["a", "b", "c", "d"], 0.9, 0.2, 0.6, 0.1);
const other = run(["d", "c", "x", "a"], 0.3, 0.4, 0.5, 0.8);
const runs = [one, other];
const comparison = compareRuns(runs, isOn);

test("genes are matched by name, in the first run's order, with their place in each run", () => {
  assert.deepEqual(comparison.genes, ["a", "c", "d"]);
  assert.deepEqual(
    comparison.positions.map((places) => [...places]),
    [
      [0, 2, 3],
      [3, 1, 0],
    ],
  );
  assert.deepEqual(
    [...comparison.difference].map((value) => value.toFixed(2)),
    ["0.10", "0.20", "0.20"],
  );
  assert.deepEqual([...comparison.runsHigh], [2, 1, 0]);
  assert.deepEqual(comparison.unshared, [1, 1]);
});

test("of a name that stands twice the first counts, and how often that is so is told", () => {
  const { genes, positions, repeated } = compareRuns([run(["a", "b", "a"], 0.1, 0.2, 0.9), run(["a"], 0.1)], isOn);
  assert.deepEqual([genes, [...positions[0]], repeated], [["a"], [0], 1]);
});

test("runs without a common gene share none", () => {
  const { genes, unshared } = compareRuns([run(["a"], 0.1), run(["b", "c"], 0.2, 0.3)], isOn);
  assert.deepEqual([genes, unshared], [[], [1, 2]]);
});

test("shared genes are listed by difference, by any run, by name, and by how they are called", () => {
  const list = (change: Partial<ComparisonListing>) =>
    [...listComparison(comparison, { ...FIRST_COMPARISON, ...change })].map((gene) => comparison.genes[gene]).join("");
  assert.equal(list({}), "cda", "the largest difference first; equal ones as in the first run");
  assert.equal(list({ sort: { key: "run:1", descending: false } }), "dca");
  assert.equal(list({ sort: { key: "gene", descending: true } }), "dca");
  assert.equal(list({ sort: undefined }), "acd");
  assert.deepEqual(
    [list({ filter: "differ" }), list({ filter: "high" }), list({ filter: "low" }), list({ search: "C" })],
    ["c", "a", "d", "c"],
  );
});

test("shared genes are saved with P(on) of each run, and the others with the runs that have them", () => {
  const names = ["A: one\ton my.csv", "B: other"];
  assert.equal(
    comparisonTsv(comparison, names, "probability").split("\n").slice(0, 4).join("\n"),
    "# probability_1: A: one on my.csv\n# probability_2: B: " +
      "other\ngene\tprobability_1\tprobability_2\tdifference\na\t0.9\t0.8\t0.099999964",
  );
  assert.equal(
    unsharedTsv(runs, names),
    "# in_1: A: one on my.csv\n# in_2: B: other\ngene\tin_1\tin_2\nb\t1\t0\nx\t0\t1\n",
  );
});

test("memory of a kept run follows its rows of attention, and is refused beyond the limit with what to do", () => {
  const card = { marks: ["a", "b", "c", "d", "e"], bins: 100 };
  assert.deepEqual(
    (["each-mark", "all-marks", "none"] as const).map((bins) => runBytes(6600, { bins, marks: false }, card)),
    [13_200_000, 2_640_000, 0],
  );
  refuseOverLimit(50, 50, 100);
  assert.throws(() => refuseOverLimit(60e6, 350e6, 400e6), {
    code: "kept-memory",
    message: "Keeping this run takes 60 MB, and kept runs hold 350 MB of at most 400 MB.",
    remedy: "Remove a kept run first.",
  });
  assert.throws(() => refuseOverLimit(500e6, 0, 400e6), { remedy: "Compare on fewer genes." });
});

test("what several kept runs share counts once, and goes with the last of them", async () => {
  const keeper = new Keeper();
  const table = {};
  const gone: number[] = [];
  const keep = (bytes: number) => keeper.keep({ bytes, shared: new Map([[table, 300e6]]) }, (id) => void gone.push(id));
  assert.deepEqual([keep(40e6).memory, keep(40e6).memory], [340e6, 380e6]);
  assert.throws(() => keep(40e6), { code: "kept-memory", message: /takes 40 MB, and kept runs hold 380 MB/ });
  assert.deepEqual(await keeper.release.run({ id: 1 }, {}), { memory: 340e6 });
  assert.deepEqual(await keeper.release.run({ id: 2 }, {}), { memory: 0 });
  assert.deepEqual(gone, [1, 2]);
});

const entry = (id: string, cell: string, test_auroc: number | null, auroc = 0.9): CatalogueModel => ({
  id,
  file: "",
  name: id,
  description: DESCRIPTION,
  family: "attentive-chrome",
  variant: "lstm",
  cell_type: { id: cell, name: cell },
  bytes: 1,
  sha256: id,
  test_auroc,
  best_simple: { name: "logistic regression", auroc },
});

test("shared genes are searched and sorted by the symbols that an annotation gives them", () => {
  const names = geneNames(
    comparison.genes,
    new Map([
      ["a", "TP53"],
      ["d", "GATA1"],
    ]),
  );
  const list = (change: Partial<ComparisonListing>) =>
    [...listComparison(comparison, { ...FIRST_COMPARISON, ...change }, names)].map((gene) => comparison.genes[gene]);
  assert.deepEqual(list({ search: "tp5" }), ["a"]);
  assert.deepEqual(list({ search: "d" }), ["d"], "by its id too");
  assert.deepEqual(list({ sort: { key: "gene", descending: false } }), ["c", "d", "a"]);
});

test("models are grouped by cell type in the catalogue's order, by variant, and one is recommended", () => {
  const models = [entry("1", "K562", 0.95), entry("2", "H1", 0.8), entry("3", "K562", 0.9)];
  assert.deepEqual(
    cellsOf(models).map(({ name }) => name),
    ["K562 (K562)", "H1 (H1)"],
  );
  const ranked = [6, 2, 6, 0].map((rank, i) => ({ ...models[0], id: `${i}`, description: { ...DESCRIPTION, rank } }));
  assert.deepEqual(
    modelsOf(ranked, "K562").map(({ id }) => id),
    ["3", "1", "0", "2"],
  );
  assert.equal(recommendedOf(models)?.id, "1");
  const said = [models[0]!, { ...models[1]!, recommended: true }, { ...models[2]!, recommended: true }];
  assert.equal(recommendedOf(said)?.id, "3", "of the cell type with which the catalogue begins");
  assert.equal(recommendedOf(said.slice(1, 2))?.id, "2");
  assert.equal(recommendedOf(models.map((each) => ({ ...each, simulated: true }))), undefined);
});

test("models of a change are a group of their own, measured by Pearson's r, and validation data recommend one", () => {
  const change = {
    ...entry("c", "K562", null),
    description: CHANGE_DESCRIPTION,
    family: "deep-diff",
    best_simple: null,
    cell_type_b: { id: "H1", name: "H1" },
    test_pearson: 0.65,
    validation_pearson: 0.71,
    best_simple_pearson: { name: "ridge", pearson: 0.671 },
  };
  assert.deepEqual(
    cellsOf([entry("1", "K562", 0.95), change]).map(({ name }) => name),
    ["K562 (K562)", "K562 → H1"],
  );
  assert.deepEqual(scoreOf(change), { name: "Pearson’s r", value: 0.65 });
  assert.deepEqual(
    tasksOf([entry("1", "K562", 0.95), change]).map(({ task, models }) => [task, models.length]),
    [
      ["on-off", 1],
      ["change", 1],
    ],
  );
  assert.equal(recommendedOf([{ ...change, id: "d", test_pearson: 0.9, validation_pearson: 0.6 }, change])?.id, "c");
});

test("the recommended model of tracks is the best by validation, in whatever order models are listed", () => {
  const tracks = (id: string, validation: number, rank: number) => ({
    ...entry(id, "yeast", null),
    description: { ...TRACK_DESCRIPTION, rank },
    best_simple: null,
    validation_pearson: validation,
    best_simple_pearson: { name: "ridge on 4-mers and GC", pearson: 0.6238 },
  });
  const models = [tracks("attention", 0.69, 1), tracks("plain", 0.75, 0)];
  assert.equal(recommendedOf(models)?.id, "plain");
  assert.equal(recommendedOf(models.toReversed())?.id, "plain");
  assert.equal(recommended(models, "tracks")?.id, "plain", "for data that are dropped, too");
  assert.deepEqual(simplestOf(models[0]!), { name: "ridge on 4-mers and GC", value: 0.6238 });
  assert.equal(scoreInWords({ name: "AUROC", value: 0.9454 }), "AUROC 0.945");
});
