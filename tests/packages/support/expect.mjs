/** Results that every app must give, and that all give the same. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { addData, app } from "./package.mjs";

let reference;

/** Results of the package under Node, to which the others are held. */
export function underNode() {
  if (!reference) {
    const folder = app("node", ["node", "predict.js"]);
    addData(folder);
    reference = JSON.parse(
      execFileSync(process.execPath, ["main.mjs"], { cwd: folder, encoding: "utf8", maxBuffer: 64 << 20 }),
    );
  }
  return reference;
}

/** Holds an outcome to that under Node. */
export function assertSame(outcome) {
  const expected = underNode();
  assert.deepEqual(outcome.genes, expected.genes);
  for (const name of ["probability", "alpha", "beta"]) {
    assert.equal(outcome[name].length, expected[name].length, name);
    const furthest = outcome[name].reduce(
      (worst, value, at) => Math.max(worst, Math.abs(value - expected[name][at])),
      0,
    );
    assert.ok(furthest <= 1e-6, `${name} differs by ${furthest}`);
  }
  assert.ok(Math.abs(outcome.auroc - expected.auroc) <= 1e-6, "AUROC");
  assert.match(outcome.picture, /^<svg/);
}

/** Holds what the element says of the first gene to what came under Node. */
export function assertSameGene({ gene, probability, alpha }) {
  const expected = underNode();
  assert.equal(gene, expected.genes[0]);
  assert.ok(
    Math.abs(probability - expected.probability[0]) <= 1e-6,
    `P(on) ${probability}, expected ${expected.probability[0]}`,
  );
  assert.ok(alpha.length > 0 && alpha.every((value, at) => Math.abs(value - expected.alpha[at]) <= 1e-6), "α");
}

/** A page that is well: no error, no other host, and two workers that computed. */
export function assertWell({ outcome, errors, elsewhere, requests }) {
  assert.deepEqual(errors, []);
  assert.deepEqual(elsewhere, []);
  assert.equal(outcome.device?.workers, 2, outcome.device?.reason);
  assert.ok(
    requests.some((url) => /worker/.test(url)),
    "a worker's script is loaded",
  );
  assert.ok(!requests.some((url) => /webgpu|regulens_files/.test(url)), "only the CPU engine is loaded");
}
