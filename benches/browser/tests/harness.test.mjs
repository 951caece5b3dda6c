import assert from "node:assert/strict";
import { test } from "node:test";

import { chosenOf } from "../harness.mjs";

const ALL = [
  { id: "ours", peer: false, device: "cpu" },
  { id: "peer", peer: true, device: "cpu" },
  { id: "gpu", peer: false, device: "webgpu" },
];
const chosen = (options, adapter) => chosenOf(ALL, options, adapter).map(({ id }) => id);

test("runtimes are those that are named, without peers or an adapter where there are none", () => {
  assert.deepEqual(chosen({}, "an adapter"), ["ours", "peer", "gpu"]);
  assert.deepEqual(chosen({}, undefined), ["ours", "peer"]);
  assert.deepEqual(chosen({ "skip-peers": true }, undefined), ["ours"]);
  assert.deepEqual(chosen({ only: "peer,gpu" }, "an adapter"), ["peer", "gpu"]);
});

test("a runtime that there is not is named beside those that there are", () => {
  assert.throws(() => chosen({ only: "other" }), /--only names other; the runtimes are ours, peer, gpu/);
});
