// Measured expression beside the predictions of a run: which genes are on by it, and how well that was predicted.

import assert from "node:assert/strict";
import { test } from "node:test";
import { type MeasuredGenes, measuredGenes } from "../../src/tasks/on-off/measured";
import { FIRST_LISTING, listGenes } from "../../src/tasks/on-off/gene-order";
import type { FinishedRun } from "../../src/tasks/on-off/result";

const of = (values: number[], probability: number[]): MeasuredGenes =>
  measuredGenes("tpm.tsv", Float32Array.from(values), Float32Array.from(probability));

test("a gene is on at or above the median of those of which something was measured", () => {
  const { labels, median, on, known } = of([3, Number.NaN, 0, 8, 5], [0.9, 0.9, 0.1, 0.8, 0.7]);
  assert.equal(median, 4);
  assert.deepEqual([...labels], [0, 255, 0, 1, 1]);
  assert.deepEqual([on, known.length], [2, 4]);
});

test("a file of 0 and 1 says itself which genes are on", () => {
  const { labels, median } = of([0, 0, 0, 1, Number.NaN], [0.1, 0.2, 0.3, 0.9, 0.5]);
  assert.equal(median, undefined);
  assert.deepEqual([...labels], [0, 0, 0, 1, 255]);
});

test("AUROC is over the measured genes alone, ties count half, and there is none where all are alike", () => {
  assert.equal(of([0, 1, Number.NaN], [0.2, 0.8, 0.1]).auroc, 1);
  assert.equal(of([1, 0], [0.2, 0.8]).auroc, 0);
  assert.equal(of([1, 0, 1, 0], [0.5, 0.5, 0.9, 0.1]).auroc, 0.875);
  assert.equal(of([1, 1], [0.2, 0.8]).auroc, undefined);
  assert.equal(of([0, 0, 0], [0.2, 0.8, 0.5]).auroc, undefined);
});

test("genes are sorted by what was measured, and those measured otherwise than predicted can be listed", () => {
  const probability = Float32Array.of(0.9, 0.1, 0.8);
  const run = { probability, table: { genes: ["a", "b", "c"], labels: Uint8Array.of(1, 0, 0) } } as unknown;
  const measured = of([1, 7, Number.NaN], [...probability]);
  const list = (listing: object): number[] => [
    ...listGenes(run as FinishedRun, { ...FIRST_LISTING, ...listing }, undefined, undefined, measured),
  ];
  assert.deepEqual(list({ sort: { key: "measured", descending: true } }), [1, 0, 2], "unknown last");
  // What was measured goes before the labels of the table, by which c is missed.
  assert.deepEqual(list({ sort: undefined, filter: "missed" }), [0, 1]);
});
