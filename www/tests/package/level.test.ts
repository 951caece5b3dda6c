// Models of level in the package: predictions, one gene, intervals, and results that cannot be.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Batch } from "../../../pkg/src/engine/engine";
import { LevelModel } from "../../../pkg/src/models/level";
import { taskIn } from "../../../pkg/src/models/open";
import { genesOf, requireSound } from "../../../pkg/src/run/tables";
import { Table } from "../../../pkg/src/io/table";
import { BINS, compute, fakeFull, fakeLevelCpu, FakePlatform, fakeTable, HARDWARE, MARKS } from "../fakes/engine";

function openLevel(gpu = new FakePlatform(HARDWARE)): LevelModel {
  gpu.engine = fakeLevelCpu;
  const running = { engine: fakeFull(fakeLevelCpu), name: "full", simd: "plain", module: {} } as const;
  return LevelModel.open(gpu, running as never, new Uint8Array(), "level.safetensors", { workers: 1 });
}

const readLevel = (genes: number): Table => new Table(fakeLevelCpu, fakeTable(genes));

test("a model of level predicts levels alone, with the attention to each mark", async () => {
  const result = await openLevel().predict(readLevel(3));
  // Each gene's sum of values, less 3.
  assert.deepEqual([...result.level], [1, 1, 1]);
  assert.deepEqual([result.rows, result.bins, result.alpha.length, result.beta.length], [MARKS, BINS, 24, 6]);
  assert.deepEqual(
    ["probability", "logit", "labels", "auroc", "summary"].filter((name) => name in result),
    [],
  );
});

test("a view of one gene has its level and its marks, and no class", async () => {
  const model = openLevel();
  const table = readLevel(2);
  const view = model.gene(table, await model.predict(table), "gene1");
  assert.equal(view.level, 1);
  assert.deepEqual([...view.of("H3K4me3").signal], [1, 1, 1, 1]);
  assert.ok(!("probability" in view) && !("label" in view));
});

test("intervals of levels are as wide as the coverage asks", async () => {
  const { low, high } = await openLevel().intervals({ level: Float32Array.of(1, 5) }, { coverage: 0.5 });
  assert.deepEqual(
    [[...low], [...high]],
    [
      [0.5, 4.5],
      [1.5, 5.5],
    ],
  );
  await assert.rejects(openLevel().intervals({ level: Float32Array.of(1) }, { coverage: 2 }), { code: "bad-coverage" });
});

test("the classes of a level are high and low", async () => {
  assert.equal((await openLevel().classOptimisation({ steps: 2 })).class, "high");
  assert.equal((await openLevel().classOptimisation({ steps: 2, class: "low" })).class, "low");
  // @ts-expect-error: on is of another task.
  await assert.rejects(openLevel().classOptimisation({ class: "on" }), { code: "no-such-class" });
});

test("a GPU's levels are held to be numbers, one a gene", () => {
  const { logit, ...batch } = compute(new Float32Array(2 * BINS * MARKS.length), 2);
  const none = new Float32Array(0);
  const levels = (level: Float32Array): Batch => ({ ...batch, probability: none, logit: none, level });
  assert.equal(genesOf(levels(logit)), 2);
  requireSound(levels(logit), 2, { bins: BINS });
  assert.throws(() => requireSound(levels(Float32Array.of(1, Number.NaN)), 2, { bins: BINS }), /a level/);
  assert.throws(() => requireSound(levels(Float32Array.of(1)), 2, { bins: BINS }), /wrong number of values/);
});

test("a model of level where another is wanted is refused with what it does", () => {
  assert.throws(() => taskIn({ modelTask: () => "level" }, new Uint8Array(8), "l.safetensors", "on-off"), {
    code: "another-task",
    message: /^l\.safetensors predicts gene expression levels, from a table of histone marks; expected/,
  });
});
