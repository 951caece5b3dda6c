import assert from "node:assert/strict";
import { test } from "node:test";
import { generator } from "../../plots/inputs";
import { SAMPLED } from "../../../src/tasks/genes/samples/sampled";
import { geneNames } from "../../../src/tasks/shared/genes/names";
import {
  differenceIn,
  FIRST_SAMPLES,
  leafOrder,
  listSamples,
  matrixOf,
  MOST_CLUSTERED,
  orderSamples,
  type PredictedSample,
  type SampleListing,
  valueIn,
} from "../../../src/tasks/genes/samples/matrix";
import { sampleNames } from "../../../src/tasks/genes/samples/pairs";
import { resultInWords, samplesTsv } from "../../../src/tasks/genes/samples/tsv";

const { level: LEVEL, "on-off": ON_OFF } = SAMPLED;

/** Predictions by their log-odds. */
function predicted(logits: Readonly<Record<string, number>>): PredictedSample {
  const scores = Float32Array.from(Object.values(logits));
  return { genes: Object.keys(logits), scores, values: scores.map((value) => 1 / (1 + Math.exp(-value))) };
}

const LIVER = predicted({ a: 2, b: -1, c: 0.5, d: 3 });
const HEART = predicted({ d: 3, c: -2.5, b: 1, e: 4 });
const BRAIN = predicted({ a: 2, b: -1, c: 0.4, d: 2.9, e: -4 });
const matrix = matrixOf([
  { name: "liver", of: LIVER },
  { name: "heart", of: HEART },
  { name: "brain", of: BRAIN },
]);

function listed(change: Partial<SampleListing>): string {
  return [...listSamples(matrix, { ...FIRST_SAMPLES, ...change }, geneNames(matrix.genes), ON_OFF.call)]
    .map((gene) => matrix.genes[gene])
    .join("");
}

test("samples are named by what tells their files apart", () => {
  assert.deepEqual(sampleNames(["liver.csv", "heart.tsv.gz"]), ["liver", "heart"]);
  assert.deepEqual(sampleNames(["run1_liver_signal.csv", "run1_heart_signal.csv", "run1_brain_signal.csv"]), [
    "liver",
    "heart",
    "brain",
  ]);
  assert.deepEqual(sampleNames(["liver_1.csv", "liver_2.csv", "heart_1.csv"]), ["liver_1", "liver_2", "heart_1"]);
  assert.deepEqual(sampleNames(["liver.csv"]), ["liver"]);
  assert.deepEqual(sampleNames(["a.csv", "a.tsv", "a.csv.gz"]), ["a", "a (2)", "a (3)"], "no two have one name");
  assert.deepEqual(sampleNames(["x.csv", "x.rep2.csv"]), ["x", "x.rep2"]);
});

test("genes are matched by name; what a sample lacks is no number", () => {
  assert.deepEqual(matrix.genes, ["a", "b", "c", "d", "e"]);
  assert.equal(valueIn(matrix, 3, 1), HEART.values[0]);
  assert(Number.isNaN(valueIn(matrix, 0, 1)) && Number.isNaN(differenceIn(matrix, 0, [0, 1])));
  const twice = matrixOf([{ name: "x", of: { ...LIVER, genes: ["a", "a", "c", "d"] } }]);
  assert.equal(valueIn(twice, 0, 0), LIVER.values[0], "the first of a name counts");
});

test("a difference is that of log-odds with its sign, and equal samples have none", () => {
  assert.equal(differenceIn(matrix, 2, [0, 1]), -3);
  assert.equal(differenceIn(matrix, 2, [1, 0]), 3);
  const same = matrixOf([
    { name: "one", of: LIVER },
    { name: "two", of: LIVER },
  ]);
  assert(same.genes.every((_, gene) => differenceIn(same, gene, [0, 1]) === 0));
  assert.deepEqual([...same.range], [0, 0, 0, 0]);
});

test("genes are ranked by the size of the difference, a sample, the range or the name; missing values come last", () => {
  assert.equal(listed({}), "cbdae");
  assert.equal(listed({ sort: { key: "difference", descending: false } }), "dbcae");
  assert.equal(listed({ sort: { key: "sample:1", descending: true } }), "edbca");
  assert.equal(listed({ sort: { key: "sample:1", descending: false } }), "cbdea");
  assert.equal(listed({ sort: { key: "range", descending: true } })[0], "e");
  assert.equal(listed({ sort: { key: "gene", descending: true } }), "edcba");
});

test("genes are filtered by their calls, by the sign of the difference, and by a list of names", () => {
  const sort = { key: "gene", descending: false } as const;
  assert.equal(listed({ sort, filter: "differ" }), "bce");
  assert.equal(listed({ sort, filter: "high" }), "ad");
  assert.equal(listed({ sort, filter: "low" }), "");
  assert.equal(listed({ sort, filter: "up" }), "b");
  assert.equal(listed({ sort, filter: "down" }), "c");
  assert.equal(listed({ sort, filter: "down", pair: [1, 0] }), "b", "the pair turned round");
  assert.equal(listed({ sort, search: "d, a" }), "ad");
});

test("things that are alike stand beside each other, whatever their order was", () => {
  const at = [0, 10, 1, 11, 0.5, 30];
  const order = leafOrder(at.length, (a, b) => Math.abs(at[a]! - at[b]!));
  assert.deepEqual(order, [0, 4, 2, 1, 3, 5]);
  assert.deepEqual(leafOrder(4, () => 1).toSorted(), [0, 1, 2, 3], "all as far apart");
  assert.deepEqual(orderSamples(matrix, { ...FIRST_SAMPLES, isClustered: true }, Uint32Array.of(1, 2, 3)), [0, 2, 1]);
  assert.deepEqual(orderSamples(matrix, FIRST_SAMPLES, Uint32Array.of(1, 2, 3)), [0, 1, 2]);
  const clustered = listed({ sort: { key: "cluster", descending: false } });
  assert.deepEqual([...clustered].toSorted().join(""), "abcde", "none is lost");
});

/** The order by joining the closest two clusters again and again, by the mean distance of their members. */
function closestFirst(count: number, distance: (a: number, b: number) => number): number[] {
  const clusters = Array.from({ length: count }, (_, i) => [i]);
  const between = (a: number[], b: number[]): number =>
    a.reduce((sum, x) => b.reduce((all, y) => all + distance(x, y), sum), 0) / (a.length * b.length);
  while (clusters.length > 1) {
    let [one, other, least] = [0, 1, Infinity];
    for (let a = 0; a < clusters.length; a++)
      for (let b = a + 1; b < clusters.length; b++)
        if (between(clusters[a]!, clusters[b]!) < least)
          [one, other, least] = [a, b, between(clusters[a]!, clusters[b]!)];
    const joined = [clusters[one]!, clusters[other]!].sort((a, b) => Math.min(...a) - Math.min(...b)).flat();
    clusters.splice(other, 1);
    clusters.splice(one, 1, joined);
  }
  return clusters[0]!;
}

test("the order is that of a tree which joins the closest two again and again, by their mean distance", () => {
  const random = generator(7);
  for (let times = 0; times < 5; times++) {
    const points = Array.from({ length: 24 }, () => [random(), random(), random()] as const);
    const distance = (a: number, b: number): number => Math.hypot(...points[a]!.map((x, i) => x - points[b]![i]!));
    assert.deepEqual(leafOrder(points.length, distance), closestFirst(points.length, distance));
  }
});

test("more genes than are clustered keep their order", () => {
  const many = Array.from({ length: MOST_CLUSTERED + 1 }, (_, i) => `g${i}`);
  const values = new Float32Array(many.length).map((_, i) => i % 7);
  const large = matrixOf([{ name: "x", of: { genes: many, values, scores: values } }]);
  const order = listSamples(
    large,
    { ...FIRST_SAMPLES, sort: { key: "cluster", descending: false }, pair: [0, 0] },
    geneNames(many),
    ON_OFF.call,
  );
  assert.deepEqual([...order], [...many.keys()]);
});

test("a saved table has the listed genes in their order, each sample under its name, with the numbers of the map", () => {
  const about = {
    model: "LSTM, SHA-256 00ff",
    program: "Regulens 1",
    date: "2026-01-01",
    files: ["liver.csv", "heart.csv", "=brain.csv"],
    of: ON_OFF,
  };
  const symbols = new Map([["c", "GENEC"]]);
  const names = geneNames(matrix.genes, symbols);
  const rows = samplesTsv(matrix, { listed: Uint32Array.of(2, 0), order: [2, 0, 1], pair: [0, 1] }, about, names)
    .slice(0, -1)
    .split("\n");
  assert.deepEqual(rows.slice(0, 4), [
    "# P(on) by LSTM, SHA-256 00ff; Regulens 1, 2026-01-01",
    "# brain: '=brain.csv",
    "# liver: liver.csv",
    "# heart: heart.csv",
  ]);
  const table = rows.filter((row) => !row.startsWith("#")).map((row) => row.split("\t"));
  assert.deepEqual(table[0], [
    ...["gene", "brain", "liver", "heart", "range", "log_odds_difference heart - liver", "symbol"],
  ]);
  assert.deepEqual(table[1]!.slice(5), ["-3", "GENEC"]);
  [2, 0, 1].forEach((sample, column) =>
    assert.equal(Math.fround(Number(table[1]![1 + column])), valueIn(matrix, 2, sample)),
  );
  assert.deepEqual([table[2]![0], table[2]![3], table[2]![5]], ["a", "", ""], "what heart lacks is empty");
});

test("the result of two samples is a sentence: how many differ, and which most", () => {
  const names = geneNames(matrix.genes);
  assert.equal(
    resultInWords(matrix, [0, 1], ON_OFF, names),
    "1 of 3 genes are on in heart alone, 1 in liver alone; c differs most, by −3.00 (log-odds).",
  );
  assert.equal(
    resultInWords(matrix, [1, 0], LEVEL, names),
    "1 of 3 genes are higher in liver, 1 in heart; c differs most, by +3.00 (level).",
  );
  assert.equal(
    resultInWords(matrix, [0, 0], ON_OFF, names),
    "0 of 4 genes are on in liver alone, 0 in liver alone; none differs.",
  );
  const apart = matrixOf([
    { name: "x", of: predicted({ a: 1 }) },
    { name: "y", of: predicted({ b: 1 }) },
  ]);
  assert.equal(resultInWords(apart, [0, 1], ON_OFF, geneNames(apart.genes)), "x and y have no gene in common.");
});
