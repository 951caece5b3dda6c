import assert from "node:assert/strict";
import { test } from "node:test";
import { gpuBatch, identify } from "../../../pkg/src/engine/device";
import type { Batch } from "../../../pkg/src/engine/engine";
import { largestDifference, requireAgreement } from "../../../pkg/src/engine/trust";
import { requireSound } from "../../../pkg/src/run/tables";

function batch(change: Partial<Record<keyof Batch, number[]>> = {}): Batch {
  const values = {
    probability: [0.5],
    logit: [0],
    alpha: [0.25, 0.75],
    beta: [1],
    foldChange: [],
    expression: [],
    auxiliaryAlpha: [],
    auxiliaryBeta: [],
    ...change,
  };
  return Object.fromEntries(
    Object.entries(values).map(([name, numbers]) => [name, Float32Array.from(numbers)]),
  ) as unknown as Batch;
}

test("equal batches do not differ", () => assert.equal(largestDifference(batch(), batch()), 0));

test("the largest difference of any output counts", () => {
  assert.equal(largestDifference(batch(), batch({ beta: [0.5] })), 0.5);
});

test("beyond 1 the difference is relative", () => {
  assert.equal(largestDifference(batch({ logit: [100] }), batch({ logit: [101] })).toFixed(4), (1 / 101).toFixed(4));
});

test("what is not a number, and another length, are never agreement", () => {
  for (const other of [batch({ logit: [NaN] }), batch({ alpha: [1] })]) {
    assert(Number.isNaN(largestDifference(batch(), other)));
    assert.throws(() => requireAgreement(other, batch(), "a test"), { code: "gpu-disagrees" });
  }
});

test("outputs that only one device gives are never agreement", () => {
  const { beta: _, ...without } = batch();
  assert(Number.isNaN(largestDifference(batch(), without)));
  assert(Number.isNaN(largestDifference(without, batch())));
});

test("a batch must hold to what is true of any input", () => {
  requireSound(batch(), 1, { bins: 2 });
  const wrong = { probability: [0.9], logit: [NaN], alpha: [0.25, 0.5], beta: [0] };
  for (const [output, values] of Object.entries(wrong)) {
    assert.throws(() => requireSound(batch({ [output]: values }), 1, { bins: 2 }), { code: "gpu-unsound" }, output);
  }
  requireSound(batch({ beta: [] }), 1, { bins: 2 });
  requireSound(batch({ alpha: [], beta: [] }), 1, { bins: 2 });
});

test("a batch of changes has no probability, and its attention sums to 1 over each softmax", () => {
  const change = {
    probability: [],
    logit: [],
    foldChange: [-3.5],
    expression: [2, 0.1],
    alpha: [0.25, 0.75, 0.5, 0.5],
    beta: [0.5, 0.5, 0.1, 0.9],
    auxiliaryAlpha: [1, 0, 0, 1],
    auxiliaryBeta: [1, 1],
  };
  requireSound(batch(change), 1, { bins: 2, weighings: 2 });
  assert.throws(
    () => requireSound(batch(change), 1, { bins: 2 }),
    { code: "gpu-unsound" },
    "one softmax over both cell types",
  );
  requireSound(batch({ ...change, beta: [0.25, 0.25, 0.25, 0.25] }), 1, { bins: 2 });
  const wrong = { foldChange: [NaN], expression: [Infinity, 0], auxiliaryAlpha: [1, 1, 0, 0], auxiliaryBeta: [0, 2] };
  for (const [output, values] of Object.entries(wrong)) {
    assert.throws(
      () => requireSound(batch({ ...change, [output]: values }), 1, { bins: 2, weighings: 2 }),
      { code: "gpu-unsound" },
      output,
    );
  }
  assert.equal(
    largestDifference(batch(change), batch({ ...change, foldChange: [-7] })),
    0.5,
    "the predicted change is compared too",
  );
});

test("software adapters are known by any of their names", () => {
  const software = (info: object) => identify({ info }).software;
  assert(software({ vendor: "google", architecture: "swiftshader" }));
  assert(software({ description: "llvmpipe (LLVM 15.0.6, 256 bits)" }));
  assert(software({ description: "Microsoft Basic Render Driver" }));
  assert(software({ vendor: "acme", isFallbackAdapter: true }));
  assert(!software({ vendor: "apple", architecture: "metal-3" }));
  assert(!software({ vendor: "nvidia", architecture: "ampere", description: "Warpdrive 3000" }));
});

test("an adapter is called by the best of its names", () => {
  const name = (info: object) => identify({ info }).name;
  assert.equal(name({ vendor: "apple", architecture: "metal-3", description: "Apple M2" }), "Apple M2");
  assert.equal(name({ vendor: "apple", architecture: "metal-3" }), "apple metal-3");
  assert.equal(name({}), "unnamed adapter");
});

test("a GPU's batch fits one binding of its memory", () => {
  const gene = 5 * 100 * 64 * 4;
  assert.equal(gpuBatch(false, 128 << 20, gene), 256);
  assert.equal(gpuBatch(false, 16 << 20, gene), 131);
  assert.equal(gpuBatch(false, 1, gene), 1);
  assert.equal(gpuBatch(false, 16 << 20, Infinity), 1, "one at a time where it is not known");
  assert.equal(gpuBatch(true, 128 << 20, gene), 64);
});

test("what one engine leaves out and another gives empty is agreement", () => {
  assert.equal(largestDifference(batch(), { ...batch(), probabilityRaw: new Float32Array(0) }), 0);
  assert(Number.isNaN(largestDifference(batch(), { ...batch(), members: Float32Array.of(1, 2) })));
});

test("a calibrated probability need not belong to its logit, but the raw one must, and a spread is of all genes", () => {
  const some = (change: Record<string, number[]>): Batch => ({
    ...batch({ probability: [0.4] }),
    ...Object.fromEntries(
      Object.entries({ probabilityRaw: [0.5], members: [-1, 1], sd: [0.1], low: [0.3], high: [0.5], ...change }).map(
        ([name, numbers]) => [name, Float32Array.from(numbers)],
      ),
    ),
  });
  requireSound(some({}), 1, { bins: 2 });
  const wrong = { probability: [NaN], probabilityRaw: [0.4], members: [], sd: [NaN], low: [], high: [Infinity] };
  for (const [output, values] of Object.entries(wrong))
    assert.throws(() => requireSound(some({ [output]: values }), 1, { bins: 2 }), { code: "gpu-unsound" }, output);
});
