/** Models of level in `<regulens-view>`. */

import type { LevelModel } from "../../../../../pkg/src/index";
import { loaded } from "../../shared/view/job";
import { type GeneDetail, type LevelRun, tableRun } from "../result";
import { levelsTsv } from "../saved/tsv";
import { madeInTable, type SceneOf, scenesOf } from "../scene";
import type { SetOf } from "../set";
import { histogramDrawing, LEVEL_GENE } from "./drawings";
import { LEVEL_TABLE } from "./table";

const SET: SetOf<LevelRun> = {
  table: LEVEL_TABLE,
  predictions: (run, sets, [notes]) => levelsTsv({ ...run, intervals: sets?.intervals, notes: notes! }),
  figures: (run) => [["distribution of levels", histogramDrawing(run)]],
  result: ({ model, device, genes, marks, level, beta }) => ({
    ...{ kind: "levels", model: loaded(model), device, genes, marks, level, beta },
  }),
};

const OF: SceneOf<LevelRun, GeneDetail, LevelModel> = {
  task: "level",
  about: "expression levels",
  reads: [["data", "the address of a table of signal"]],
  gene: LEVEL_GENE,
  prepare: (runner, [table]) => runner.prepare(table!),
  async one(fitting, _, __, { level, alpha }, made) {
    const { model, tables, program } = fitting;
    const run = tableRun(model, tables[0]!, {}, { ...madeInTable(fitting, made), level: level! }, program);
    return { run: { ...run, tables: [{ ...run.tables[0], genes: made.genes }] }, alpha };
  },
  async all({ runner, model, tables: [table], program }, options) {
    const result = await runner.predict(table!, options);
    return { run: tableRun(model, table!, {}, result, program), alpha: result.alpha };
  },
  detail: (index, signal, { alpha }) => ({ index, signal, alpha }),
  result: ({ model, device, genes, marks, bins, level, rows, beta }, { index, signal, alpha }) => ({
    ...{ kind: "level", model: loaded(model), device, gene: genes[index]!, marks, bins, signal },
    ...{ level: level[index]!, rows, alpha, beta },
  }),
  answer: async () => (await Promise.all([import("./answer"), import("../answered")]))[0].LEVEL_ANSWER,
  set: async () => (await import("../set")).setScene.bind(undefined, SET),
};

export const { scene, read } = scenesOf(OF);
