/** Models of a change in `<regulens-view>`, on two tables. */

import type { ChangeModel, ChangeResult } from "../../../../../pkg/src/index";
import { encoderNames } from "../../../../../pkg/src/tasks/change";
import { loaded } from "../../shared/view/job";
import { formatCount } from "../../../plots/core/format";
import { type ChangedGene, changeRun, type ChangeRun } from "../result";
import { changesTsv } from "../saved/tsv";
import { type SceneOf, scenesOf } from "../scene";
import type { SetOf } from "../set";
import { TWOFOLD } from "../what-if";
import { CHANGE_GENE, drivingDrawing, histogramDrawing } from "./drawings";
import { CHANGE_TABLE } from "./table";

const SET: SetOf<ChangeRun, ChangeModel> = {
  table: CHANGE_TABLE,
  predictions: (run, sets, [a, b]) => changesTsv({ ...run, intervals: sets?.intervals }, [a!, b!]),
  figures: (run, runner) => [
    ["distribution of the predicted changes", histogramDrawing(run)],
    [
      "marks of genes that go up and down",
      run.columns.length > 0
        ? drivingDrawing(run, runner.weightsByDirection(run, { threshold: TWOFOLD }), "predicted")
        : undefined,
    ],
  ],
  result: ({ model, device, genes, foldChange, columns, beta }) => ({
    ...{ kind: "changes", model: loaded(model), device, genes, foldChange, columns, beta },
  }),
};

const OF: SceneOf<ChangeRun, ChangedGene, ChangeModel> = {
  task: "change",
  about: "how genes change between two cell types",
  reads: [
    ["data", "the address of the table of the first cell type, A"],
    ["data-b", "the address of the table of the second cell type, B: this model says how genes change from A to B"],
  ],
  gene: CHANGE_GENE,
  prepare: (runner, [a, b]) => runner.preparePair(a!, b!),
  note({ unmatched }) {
    const [a, b] = unmatched.map(({ length }) => length) as [number, number];
    if (a + b === 0) return [];
    const text = `${formatCount(a)} of A and ${formatCount(b)} of B are left out; genes are matched by name.`;
    return [{ heading: "Not all genes are in both tables", text }];
  },
  async one({ runner, model, tables, prepared, program }, index, _, batch, made) {
    const [a, b] = [tables[0]!, tables[1]!];
    const { foldChange, expression, auxiliaryAlpha, auxiliaryBeta } = batch;
    const { symmetric } = runner;
    const [noChange] = symmetric ? [] : await runner.noChange(a, b, { prepared, genes: [index] });
    const { encoders } = runner.attends;
    const result: ChangeResult = {
      ...{ ...made, foldChange, expression, auxiliaryAlpha, auxiliaryBeta, symmetric, unmatched: [[], []] },
      rows: encoderNames(encoders?.bins ?? [], made.marks),
      columns: encoderNames(encoders?.marks ?? [], made.marks),
      auxiliary: encoderNames(encoders?.auxiliary ?? [], made.marks),
      input: [{ file: a.file }, { file: b.file }],
    };
    return { run: changeRun(model, [a, b], [{}, {}], result, program), alpha: batch.alpha, auxiliaryAlpha, noChange };
  },
  async all({ runner, model, tables, prepared, program }, options) {
    const [a, b] = [tables[0]!, tables[1]!];
    const result = await runner.predict(a, b, { ...options, prepared });
    const { alpha, auxiliaryAlpha } = result;
    return { run: changeRun(model, [a, b], [{}, {}], result, program), alpha, auxiliaryAlpha };
  },
  detail: (index, values, { alpha, auxiliaryAlpha, noChange }) => ({
    ...{ index, values, alpha, auxiliaryAlpha: auxiliaryAlpha!, noChange },
  }),
  result: ({ model, device, genes, marks, bins, foldChange, rows, columns, beta }, { index, values, alpha }) => ({
    ...{ kind: "changed-gene", model: loaded(model), device, gene: genes[index]!, marks, bins, signal: values },
    ...{ foldChange: foldChange[index]!, rows, alpha, columns, beta },
  }),
  answer: async () => (await Promise.all([import("./answer"), import("../answered")]))[0].CHANGE_ANSWER,
  set: async () => (await import("../set")).setScene.bind(undefined, SET),
};

export const { scene, read } = scenesOf(OF);
