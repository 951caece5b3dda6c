/** The request that the properties of an element make, whatever a page or a framework leaves in them. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { RegulensView } from "../../../pkg/src/element";
import { ASKED, requestOf } from "../../src/tasks/shared/view/request";

const of = (properties: Partial<RegulensView>) => requestOf({ device: "auto", ...properties } as RegulensView);

const SET = {
  model: "a.safetensors",
  models: [new Uint8Array(1)],
  sha256: "ab",
  data: "genes.csv",
  dataB: "b.csv",
  measured: "measured.bw",
  gene: "TP53",
  region: "chr1:1-10",
  view: "set",
  device: "webgpu",
  task: "change",
  noWhatIf: true,
  coverage: 0.95,
} as const;

test("null, undefined and empty text in any property mean what an absent property means", () => {
  const absent = of({});
  assert.deepEqual(absent, {
    ...{ models: [], hashes: [], device: "auto", noWhatIf: false },
    ...{ data: undefined, dataB: undefined, measured: undefined, gene: undefined, region: undefined },
    ...{ view: undefined, task: undefined, coverage: undefined },
  });
  for (const name of ASKED)
    for (const nothing of [null, undefined, ""]) {
      const { [name as keyof typeof SET]: _, ...others } = SET;
      const given = { ...SET, [name]: nothing } as unknown as Partial<RegulensView>;
      assert.deepEqual(of(given), of(others), `${name} is ${JSON.stringify(nothing)}`);
      assert.deepEqual(of({ [name]: nothing } as unknown as Partial<RegulensView>), absent, name);
    }
});

test("a coverage is a number, and one that is none reaches the model, which refuses it", () => {
  assert.deepEqual(
    ["0.95", 0.9, "0", 0, "most"].map((coverage) => of({ coverage }).coverage),
    [0.95, 0.9, 0, 0, NaN],
  );
});

test("models in memory stand before the addresses of the attribute, and null among them is none", () => {
  const bytes = new Uint8Array(1);
  assert.deepEqual(of({ model: " a  b\n", models: [bytes] }).models, [bytes, "a", "b"]);
  assert.deepEqual(of({ model: bytes, models: [null as unknown as Uint8Array] }).models, [bytes]);
  assert.deepEqual(of({ sha256: "1 2" }).hashes, ["1", "2"]);
});
