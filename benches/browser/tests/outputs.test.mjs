import assert from "node:assert/strict";
import { test } from "node:test";

import { inPieces, joined, largestDifference, OUTPUTS, parted, VALUES, WIDTH } from "../pages/outputs.mjs";

/** Outputs that tell which gene they are of, from a signal whose values are the gene's number. */
async function run(values, genes) {
  const outputs = {};
  for (const name of OUTPUTS) {
    outputs[name] = new Float32Array(genes * WIDTH[name]);
    for (let i = 0; i < outputs[name].length; i++) outputs[name][i] = values[Math.floor(i / WIDTH[name]) * VALUES];
  }
  return outputs;
}

const signalOf = (genes) => Float32Array.from({ length: genes * VALUES }, (_, i) => Math.floor(i / VALUES));

test("genes given a few at a time give what one call gives, in the same order", async () => {
  const signal = signalOf(7);
  const calls = [];
  const pieces = await inPieces(signal, 7, 3, (values, genes) => {
    calls.push(genes);
    return run(values, genes);
  });
  assert.deepEqual(calls, [3, 3, 1]);
  assert.deepEqual(pieces, await run(signal, 7));
});

test("outputs that were joined come apart again", async () => {
  const outputs = await run(signalOf(3), 3);
  assert.deepEqual(parted(joined(outputs), 3), outputs);
  assert.throws(() => parted(joined(outputs), 2), /expected/);
});

test("the largest difference is that of the output which differs most", async () => {
  const signal = signalOf(3);
  const outputs = await run(signal, 3);
  assert.equal(largestDifference(outputs, await run(signal, 3)), 0);
  outputs.beta[4] += 0.25;
  outputs.alpha[700] -= 0.5;
  assert.equal(largestDifference(outputs, await run(signal, 3)), 0.5);
});

test("fewer genes than expected are compared with the first", async () => {
  assert.equal(largestDifference(await run(signalOf(2), 2), await run(signalOf(3), 3)), 0);
  const expected = await run(signalOf(2), 2);
  await assert.rejects(async () => largestDifference(await run(signalOf(3), 3), expected), /at most/);
});

test("an output that is not a number agrees with nothing", async () => {
  const outputs = await run(signalOf(2), 2);
  outputs.logit[1] = NaN;
  assert.ok(Number.isNaN(largestDifference(outputs, await run(signalOf(2), 2))));
});
