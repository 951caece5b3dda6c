import assert from "node:assert/strict";
import { test } from "node:test";

import { assemble, peak } from "../pages/arithmetic.mjs";

test("the kernel does as many multiply-adds as it is counted for", () => {
  for (const [weights, standing] of [
    [4, 2],
    [3, 4],
  ]) {
    const { memory, run } = new WebAssembly.Instance(new WebAssembly.Module(assemble(weights, standing, false)))
      .exports;
    new Float32Array(memory.buffer).fill(0.5);
    const steps = 10;
    run(steps);
    const sums = new Float32Array(memory.buffer, 32768, weights * standing * 4);
    // Four copies of the loop's body; every product is 0.5 × 0.5.
    assert.deepEqual(sums, new Float32Array(sums.length).fill(steps * 4 * 0.25));
    const after = new Float32Array(memory.buffer, 32768 + 4 * sums.length, 4);
    assert.deepEqual(after, new Float32Array(4).fill(0.5));
  }
});

test("a browser without relaxed SIMD has no limit for it", () => {
  const relaxed = WebAssembly.validate(assemble(4, 2, true));
  assert.ok(peak(false) > 0);
  assert.equal(peak(true) !== undefined, relaxed);
});
