import assert from "node:assert/strict";
import { test } from "node:test";

import { markdown, targets } from "../sequence/report.mjs";

/** A measurement of two rounds, the second on a machine that is twice as slow; one peer failed in it. */
function measurement() {
  return {
    date: "2026-01-02T03:04:05.678Z",
    command: "node benches/sequences.mjs",
    commit: "0123abc",
    machine: { processor: "A processor", cores: 2, memory: 8 * 2 ** 30, system: "linux x64" },
    chromium: "1.2.3",
    adapter: { name: "a GPU", software: true },
    peers: [{ name: "onnxruntime-web", used: "1.0.0", newest: "1.1.0" }],
    rounds: 2,
    loads: [1, 2],
    runtimes: [
      { id: "regulens-cpu", name: "Regulens wasm" },
      { id: "regulens-webgpu", name: "Regulens WebGPU" },
      { id: "ort-1", name: "onnxruntime-web wasm" },
      { id: "tf-1", name: "TensorFlow.js wasm" },
      { id: "tf-webgpu", name: "TensorFlow.js WebGPU" },
    ],
    agreement: [{ id: "regulens-cpu", name: "Regulens wasm", error: 1e-7 }],
    times: {
      "regulens-cpu": [8, 16],
      "regulens-webgpu": [100, 200],
      "ort-1": [30, 60],
      "tf-1": [20, undefined],
      "tf-webgpu": [150, 300],
    },
    left: [],
  };
}

test("the head names the newest release of each peer", () => {
  assert.match(markdown(measurement()), /\| onnxruntime-web \| 1\.0\.0 \| 1\.1\.0 \| \*\*differs\*\* \|/);
});

test("the faster peer of each round counts, and one that failed does not", () => {
  const [plain, relaxed, webgpu] = targets(measurement());
  assert.deepEqual([plain.found.minimum, plain.found.maximum], [2.5, 3.75]);
  assert.equal(relaxed.found, undefined);
  assert.equal(webgpu.found.median, 1.5);
});

test("a target is judged by the median, and what was not measured is not called reached", () => {
  const text = markdown(measurement());
  assert.match(text, /plain SIMD \| ≥ 3x \| 2.50 \| 3.13 \| 3.75 \| yes/);
  assert.match(text, /relaxed SIMD \| ≥ 3x \| – \| – \| – \| not measured/);
  assert.match(text, /WebGPU \| ≥ 2x \| 1.50 \| 1.50 \| 1.50 \| \*\*no\*\*/);
});

test("tables that nothing was measured for are not there", () => {
  const text = markdown({ ...measurement(), times: undefined, memory: [], full: [] });
  assert.doesNotMatch(text, /Times|Memory|Published/);
});

test("published sizes say seconds and memory", () => {
  const full = [
    {
      name: "Regulens WebGPU",
      variant: "basenji",
      seconds: 12.3,
      again: undefined,
      wasm: 2 ** 20,
      renderer: 2 ** 28,
      gpu: 2 ** 29,
    },
  ];
  assert.match(markdown({ ...measurement(), full }), /basenji \| Regulens WebGPU \| 12.3 \|  \| 1.00 \| 256 \| 512/);
});

test("workers on one window are held against one worker's second call", () => {
  const row = (id, seconds, again) => ({ id, name: id, variant: "basenji", seconds, again, wasm: 2 ** 20 });
  const full = [row("workers-1", 9, 4), row("workers-2", 5, 2), row("regulens-cpu", 4, 4)];
  const text = markdown({ ...measurement(), full });
  assert.match(text, /basenji: 2 workers on one window are 2.00 times as fast as one; target ≥ 1.7x, reached\./);
  const rounds = [
    full,
    [row("workers-2", 5, 4), row("workers-1", 9, 4)],
    [row("workers-1", 9, 6), row("workers-2", 5, 4)],
  ];
  const median = markdown({ ...measurement(), full: rounds.flat() });
  assert.match(
    median,
    /are 1\.50 times as fast as one \(1\.00 to 2\.00 in 3 rounds\); target ≥ 1.7x, \*\*not reached\*\*/,
  );
  assert.match(median, /basenji \| workers-1 \| 9\.00 \| 4\.00 \|/);
  const slow = markdown({ ...measurement(), full: [row("workers-1", 4, 4), row("workers-2", 4, 4)] });
  assert.match(slow, /target ≥ 1.7x, \*\*not reached\*\*/);
});
