// Numbers that the arrays of a run, its table and the page have alike, whatever is predicted.

import assert from "node:assert/strict";
import { test } from "node:test";
import { readNpz } from "../../../tests/browser/support/npz";
import { ChangeModel } from "../../../pkg/src/models/change";
import { LevelModel } from "../../../pkg/src/models/level";
import { OnOffModel } from "../../../pkg/src/models/on-off";
import { Table } from "../../../pkg/src/io/table";
import type { Batch } from "../../../pkg/src/engine/engine";
import type { Understanding } from "../../../pkg/src/engine/engine-types";
import { arraysFile } from "../../src/export/arrays";
import { openedModel } from "../../src/session/opened";
import { predictedOf } from "../../src/tasks/genes/result";
import { finish } from "../../src/tasks/genes/worker/held";
import {
  type FakeCpu,
  fakeChangeCpu,
  fakeCpu,
  fakeFull,
  fakeLevelCpu,
  FakePlatform,
  fakeTable,
  HARDWARE,
  MARKS,
} from "../fakes/engine";

const GENES = 5;

/** An engine whose outputs are all there, and no two of them alike. */
function withAll(engine: FakeCpu, own: readonly (keyof Batch)[]): FakeCpu {
  const { Model, Preparer } = engine;
  return {
    ...engine,
    Preparer: class extends Preparer {
      override understand = () =>
        ({ marks: MARKS.map((mark, at) => ({ mark, column: at + 1 })) }) as unknown as Understanding;
    },
    Model: class extends Model {
      override async predict(values: Float32Array, genes: number): Promise<Batch> {
        const batch = await super.predict(values, genes);
        let next = 0;
        const distinct = (length: number): Float32Array => Float32Array.from({ length }, () => ++next / 512);
        const spread = { sd: distinct(genes), low: distinct(genes), high: distinct(genes) };
        const made = [...own, "alpha", "beta"].map((name) => {
          const values = batch[name as keyof Batch] as Float32Array | undefined;
          return [name, distinct(values?.length || (name === "expression" ? 2 * genes : genes))];
        });
        return { ...batch, ...spread, ...Object.fromEntries(made) };
      }
    } as FakeCpu["Model"],
  };
}

const OUTCOMES = {
  "on or off": {
    ...{ engine: withAll(fakeCpu, ["probability", "logit", "probabilityRaw"]), open: OnOffModel, tables: 1 },
    ...{ of: "probability", more: ["logit", "probability_raw"] },
  },
  level: { engine: withAll(fakeLevelCpu, ["level"]), open: LevelModel, tables: 1, of: "level", more: [] },
  change: {
    ...{ engine: withAll(fakeChangeCpu, ["foldChange", "expression"]), open: ChangeModel, tables: 2 },
    ...{ of: "log2_fold_change", more: ["log2_count"] },
  },
} as const;

for (const [outcome, { engine, open, tables, of, more }] of Object.entries(OUTCOMES))
  test(`arrays, table and page have the same numbers of each gene: ${outcome}`, async () => {
    const platform = new FakePlatform(HARDWARE);
    platform.engine = engine;
    const running = { engine: fakeFull(engine), name: "full", simd: "plain", module: {} };
    const runner = open.open(platform, running as never, new Uint8Array(), "m.safetensors", { workers: 1 });
    const notes = [`${MARKS[1]}: not measured; 2.5 stands in for it in all bins: its mean`];
    const given = Array.from(
      { length: tables },
      (_, cell) => new Table(engine, { ...fakeTable(GENES), notes: cell === tables - 1 ? notes : [] }),
    );
    const { run, held } = await finish({ runner, model: openedModel(runner, "m.safetensors") }, given, [{}, {}], {});
    const arrays = readNpz(new Uint8Array(await arraysFile(held.arrays(), "npz").arrayBuffer()));
    const [head = [], ...rows] = held
      .tsv()
      .trimEnd()
      .split("\n")
      .map((line) => line.split("\t"));

    assert.deepEqual(
      arrays.get("genes")!.values,
      rows.map(([gene]) => gene),
    );
    const names = [of, `${of}_sd`, `${of}_low`, `${of}_high`, ...more];
    for (const name of names) assert.ok(arrays.has(name), `no array ${name}`);
    assert.deepEqual(arrays.get(of)!.values, [...predictedOf(run)], "the page");
    assert.deepEqual(arrays.get("not_measured")!.values, [tables === 1 ? MARKS[1] : `B_${MARKS[1]}`]);
    const columns = arrays.get(tables === 1 ? "marks" : "columns")!.values;
    for (const [at, column] of head.entries()) {
      if (column === "gene" || column === "not_measured") continue;
      const [, named, part] = /^(beta|log2_count)_(.*)$/.exec(column) ?? [undefined, column, ""];
      const { shape, values } = arrays.get(named!)!;
      assert.equal(shape[0], GENES, column);
      const place = Math.max(0, named === "beta" ? columns.indexOf(part!) : ["A", "B"].indexOf(part!));
      for (const [gene, row] of rows.entries()) {
        // A mark that was not measured has no weight in the table; the arrays have the model's own, and name the mark.
        if (row[at] === "") continue;
        assert.equal(Math.fround(Number(row[at])), values[gene * (shape[1] ?? 1) + place], `${column} of gene ${gene}`);
      }
    }
    for (const gene of rows.keys()) {
      const { alpha } = held.detail(gene);
      const { values } = arrays.get("alpha")!;
      assert.deepEqual(values.slice(gene * alpha.length, (gene + 1) * alpha.length), [...alpha], `α of gene ${gene}`);
    }
  });
