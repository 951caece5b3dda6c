import assert from "node:assert/strict";
import { test } from "node:test";

import { markdown } from "../report.mjs";
import { MULTIPLY_ADDS, targets } from "../targets.mjs";

const file = (path, gzipped) => ({ path, gzipped, bytes: 3 * gzipped });

/** A measurement of two rounds, the second on a machine that is twice as slow. */
function measurement() {
  return {
    date: "2026-01-02T03:04:05.678Z",
    command: "node benches/browser.mjs",
    commit: "0123abc",
    machine: { processor: "A processor", cores: 2, memory: 8 * 2 ** 30, system: "linux x64" },
    chromium: "1.2.3",
    adapter: { name: "a GPU", software: true },
    peers: [{ name: "onnxruntime-web", used: "1.0.0", newest: "1.1.0" }],
    genes: 6600,
    rounds: 2,
    threads: 2,
    runtimes: [
      { id: "regulens-cpu", name: "Regulens, values in", peer: false, device: "cpu", threads: 1 },
      { id: "regulens-1", name: "Regulens, 1 worker", peer: false, device: "cpu", threads: 1 },
      { id: "regulens-n", name: "Regulens, 2 workers", peer: false, device: "cpu", threads: 2 },
      { id: "regulens-webgpu", name: "Regulens WebGPU", peer: false, device: "webgpu", threads: 1 },
      { id: "ort-1", name: "onnxruntime-web", peer: true, device: "cpu", threads: 1 },
      { id: "ort-jsep", name: "onnxruntime-web WebGPU", peer: true, device: "webgpu", threads: 1 },
      { id: "tf-webgpu", name: "TensorFlow.js WebGPU", peer: true, device: "webgpu", threads: 1 },
    ],
    agreement: [
      {
        id: "ort-1",
        name: "onnxruntime-web",
        files: ["ort/ort.mjs", "ort/ort.wasm"],
        difference: 2e-7,
        error: 1e-7,
        agrees: true,
      },
    ],
    loads: [0.1, 0.2],
    peaks: [
      { plain: MULTIPLY_ADDS * 10, relaxed: null },
      { plain: MULTIPLY_ADDS * 5, relaxed: null },
    ],
    times: {
      "regulens-cpu": { 1: [0.5, 1], 64: [20, 40], 6600: [1320, 2640] },
      "regulens-1": { 6600: [1400, 2800] },
      "regulens-n": { 6600: [800, 1750] },
      "regulens-webgpu": { 64: [100, 200] },
      "ort-1": { 1: [0.7, 1.4], 64: [30, 60], 6600: [4200, 8400], "6600/64": [3960, 7920] },
      "ort-jsep": { 64: [500, 1000] },
      "tf-webgpu": { 64: [400, 1200] },
    },
    cold: {
      "regulens-page": {
        name: "Regulens, page",
        ms: [100, 200],
        steps: [[{ file: "index.js", asked: 10, came: 20.4 }], [{ file: "index.js", asked: 11, came: 30 }]],
        files: [file("a/engine.wasm", 400_000), file("models/model.safetensors", 205_000)],
      },
      "regulens-shipped": {
        name: "Regulens, shipped",
        ms: [100, 200],
        steps: [[], []],
        files: [file("a/engine.wasm", 300_000), file("models/model.safetensors", 105_000)],
      },
      "ort-1": { name: "onnxruntime-web", ms: [300, 500], steps: [[], []], files: [file("ort.wasm", 3_700_000)] },
      "tf-webgpu": { name: "TensorFlow.js WebGPU", ms: [3000, 300], steps: [[], []], files: [file("tf.js", 300_000)] },
    },
    memory: [
      {
        id: "regulens-1",
        name: "Regulens, 1 worker",
        genes: 6600,
        key: "6600",
        idle: 2 ** 20,
        after: 41 * 2 ** 20,
        workers: 0,
        silent: 0,
      },
    ],
    left: [{ id: "ort-jsep", name: "onnxruntime-web WebGPU", case: "6600/64", reason: "it would take too long" }],
  };
}

const found = (rows, where) => {
  const row = rows.find((each) => each.where.startsWith(where));
  assert.ok(row, `no row begins with "${where}"`);
  return row;
};

test("the head names the newest release of each peer", () => {
  assert.match(markdown(measurement()), /\| onnxruntime-web \| 1\.0\.0 \| 1\.1\.0 \| \*\*differs\*\* \|/);
});

test("a target compares round by round with the faster way in which the peer takes all genes", () => {
  const row = found(targets(measurement()), "wasm CPU, 1 thread, plain SIMD, 6,600 genes");
  assert.deepEqual(row.found, { minimum: 3, median: 3, maximum: 3, rounds: 2 });
  assert.equal(row.reached, true);
});

test("against several peers, the fastest of each round counts", () => {
  const row = found(targets(measurement()), "WebGPU, software adapter, 64 genes");
  assert.deepEqual([row.found.minimum, row.found.maximum], [4, 5]);
  const cold = found(targets(measurement()), "cold load");
  assert.deepEqual([cold.found.minimum, cold.found.maximum], [1.5, 3]);
});

test("what was not measured is neither reached nor missed", () => {
  const rows = targets(measurement());
  for (const where of [
    "WebGPU, software adapter, 6,600 genes",
    "wasm CPU, 1 thread, relaxed SIMD, 64 genes",
    "one core, relaxed SIMD",
  ]) {
    assert.equal(found(rows, where).found, undefined);
    assert.equal(found(rows, where).reached, undefined);
  }
});

test("the number of workers sets what they have to reach", () => {
  const row = found(targets(measurement()), "wasm CPU, 2 workers");
  assert.deepEqual(row.bound, { atLeast: 1.6 });
  assert.deepEqual([row.found.minimum, row.found.maximum], [1.6, 1.75]);
});

test("the share of the arithmetic limit is of the limit of the same round", () => {
  const row = found(targets(measurement()), "one core, plain SIMD, 6,600 genes");
  assert.deepEqual(row.found, { minimum: 50, median: 50, maximum: 50, rounds: 2 });
});

test("a bound from above is reached below it", () => {
  const rows = targets(measurement());
  assert.deepEqual(
    [
      found(rows, "transfer, CPU engine and the weights that ship").found,
      found(rows, "transfer, CPU engine and the weights that ship").reached,
    ],
    [0.405, true],
  );
  assert.equal(found(rows, "transfer, CPU engine and the peers' weights").reached, false);
  assert.equal(found(rows, "wasm memory above the idle engine, 6,600 genes, table in, 1 worker").found, 40);
});

test("one gene takes 4.34 million multiply-adds", () => {
  assert.equal((MULTIPLY_ADDS / 1e6).toFixed(2), "4.34");
});

test("the report states ratios, what was left out and why, and the files that were loaded", () => {
  const text = markdown(measurement());
  assert.match(text, /^# Regulens and its peers in the browser, 2026-01-02\n/);
  assert.match(
    text,
    /\| onnxruntime-web \| 6,600, 64 at a time \| 3,960 \| 5,940 \| 7,920 \| 0\.900 \| 3\.00 \| 3\.00 \| 3\.00 \|/,
  );
  assert.match(text, /- onnxruntime-web WebGPU, 6,600 genes, 64 at a time: it would take too long\./);
  assert.match(text, /\| onnxruntime-web \| ort\.wasm \| 2\.0e-7 \| 1\.0e-7 \| yes \|/);
  assert.match(text, /engine\.wasm 400,000; model\.safetensors 205,000/);
  assert.match(text, /- Regulens, page: index\.js 10 to 20; first outputs 100\n/);
  assert.match(
    text,
    /\| wasm CPU, 2 workers, 6,600 genes \| itself with 1 \| ≥ 1\.60x \| 1\.60 \| 1\.68 \| 1\.75 \| yes \|/,
  );
  assert.doesNotMatch(text, /NaN|undefined|null/);
});

test("the report of a part says nothing of the rest", () => {
  const { times, peaks, loads, cold, memory, ...rest } = measurement();
  const text = markdown(rest);
  assert.match(text, /not measured/);
  assert.doesNotMatch(text, /## (Times|Memory|Cold)|NaN|undefined/);
});
