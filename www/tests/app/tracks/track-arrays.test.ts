// Arrays of a record that was run, for Python.

import assert from "node:assert/strict";
import { test } from "node:test";
import { arraysFile, type NamedArray } from "../../../src/export/arrays";
import { trackArrays } from "../../../src/tasks/tracks/exports";

type Known = Parameters<typeof trackArrays>[0];

const RUN = {
  ...{ record: { name: "chrIV", length: 900 }, bins: 2, origin: 300, bin: 128, peaks: Float32Array.of(3, 4) },
  model: { card: { tracks: [{ name: "ATAC" }, { name: "MNase" }] } },
} as unknown as Known["run"];

function byName(arrays: readonly NamedArray[]): Map<string, NamedArray> {
  return new Map(arrays.map((array) => [array.name, array]));
}

test("tracks have a row each, and each bin its first base, with no array of what is not there", () => {
  const values = [Float32Array.of(1, 3), Float32Array.of(4, 2)];
  const arrays = byName(trackArrays({ run: RUN, overlays: [] }, { values, spreads: [], intervals: [] }));
  assert.deepEqual([...arrays.keys()], ["record", "track", "start", "bin_size", "predicted"]);
  assert.deepEqual(arrays.get("track")!.values, ["ATAC", "MNase"]);
  assert.deepEqual(arrays.get("start")!.values, Int32Array.of(300, 428));
  assert.deepEqual(arrays.get("predicted")!.shape, [2, 2]);
  assert.deepEqual(arrays.get("predicted")!.values, Float32Array.of(1, 3, 4, 2));
});

test("spread, intervals, measured values, attention and contributions stand beside them", () => {
  const two = Float32Array.of(0, 1);
  const known = {
    run: RUN,
    overlays: [{ values: Float32Array.of(7, 8), source: { file: "atac.bw" } }],
    attention: { bin: 1, windowBin: 3, start: 44, bins: 4, heads: 1, layers: [Float32Array.of(0.1, 0.2, 0.3, 0.4)] },
    contributions: {
      ...{ contributions: Float32Array.of(0.5, -0.5), codes: Uint8Array.of(0, 4), start: 310, end: 312 },
      ...{ track: 1, bins: [300, 556] },
    },
  } as unknown as Known;
  const found = {
    values: [two, two],
    spreads: [
      { sd: two, low: two, high: two },
      { sd: two, low: two, high: two },
    ],
    intervals: [
      { low: two, high: Float32Array.of(5, 6) },
      { low: two, high: two },
    ],
  };
  const arrays = byName(trackArrays(known, found));
  for (const name of ["predicted_sd", "predicted_low", "predicted_high", "interval_low", "interval_high"])
    assert.deepEqual(arrays.get(name)!.shape, [2, 2], name);
  assert.deepEqual(arrays.get("interval_high")!.values, Float32Array.of(5, 6, 0, 1));
  assert.deepEqual(arrays.get("measured")!.shape, [1, 2]);
  assert.deepEqual(arrays.get("measured_file")!.values, ["atac.bw"]);
  assert.deepEqual(arrays.get("attention")!.shape, [1, 1, 4]);
  assert.deepEqual(arrays.get("contributions")!.values, Float32Array.of(0.5, -0.5));
  assert.deepEqual(arrays.get("contributions_of")!.values, Int32Array.of(300, 556));
  assert.deepEqual(arrays.get("contributions_track")!.values, ["MNase"]);
  assert.deepEqual(arrays.get("bases")!.values, ["A", "N"]);
  assert.ok(arraysFile([...arrays.values()], "npz").size > 0);
});
