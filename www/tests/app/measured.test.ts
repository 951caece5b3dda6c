// Measured expression beside the predictions of a run: which genes are on by it, and how well that was predicted.

import assert from "node:assert/strict";
import { test } from "node:test";
import { type MeasuredGenes, measuredGenes } from "../../src/tasks/genes/on-off/measured/measured";
import { ON_OFF_LISTS } from "../../src/tasks/genes/on-off/table";
import type { FinishedRun } from "../../src/tasks/genes/result";

const of = (labels: number[], probability: number[], values = labels): MeasuredGenes =>
  measuredGenes(
    { file: "tpm.tsv", median: 4 },
    Float32Array.from(values),
    Uint8Array.from(labels),
    Float32Array.from(probability),
    (chosen, theirs) => Number(`${chosen.length}.${theirs.join("")}`),
  );

test("the area under the curve is asked for of the genes of which something was measured", () => {
  const { auroc, known, on, median } = of([0, 255, 0, 1, 1], [0.9, 0.9, 0.1, 0.8, 0.7]);
  assert.equal(auroc, 4.0011);
  assert.deepEqual([...known], [0, 2, 3, 4]);
  assert.deepEqual([on, median], [2, 4]);
});

test("genes are sorted by what was measured, and those measured otherwise than predicted can be listed", () => {
  const probability = Float32Array.of(0.9, 0.1, 0.8);
  const run = { probability, genes: ["a", "b", "c"], tables: [{ labels: Uint8Array.of(1, 0, 0) }] } as unknown;
  const measured = of([0, 1, 255], [...probability], [1, 7, Number.NaN]);
  const list = (listing: object): number[] => [
    ...ON_OFF_LISTS.list(run as FinishedRun, { ...ON_OFF_LISTS.first, ...listing }, { measured }),
  ];
  assert.deepEqual(list({ sort: { key: "measured", descending: true } }), [1, 0, 2], "unknown last");
  // Measured labels go before the labels of the table, by which c is missed.
  assert.deepEqual(list({ sort: undefined, filter: "missed" }), [0, 1]);
});
