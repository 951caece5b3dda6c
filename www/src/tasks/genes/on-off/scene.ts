/** Models of histone marks in one cell type in `<regulens-view>`. */

import type { OnOffModel } from "../../../../../pkg/src/index";
import type { RegulensGeneResult } from "../../../../../pkg/src/element";
import { loaded } from "../../shared/view/job";
import { finishedRun, type FinishedRun, type GeneDetail } from "../result";
import { madeInTable, type SceneOf, scenesOf } from "../scene";
import { ON_OFF_GENE } from "./drawings";

/** One gene of a run, in the form of events. */
export function geneResult(run: FinishedRun, { index, signal, alpha }: GeneDetail): RegulensGeneResult {
  const { model, marks, rows, bins, beta, device } = run;
  return {
    ...{ kind: "gene", model: loaded(model), device, gene: run.genes[index]!, marks, bins, signal },
    ...{ probability: run.probability[index]!, rows, alpha },
    beta: beta.slice(index * marks.length, (index + 1) * marks.length),
  };
}

const OF: SceneOf<FinishedRun, GeneDetail, OnOffModel> = {
  task: "on-off",
  about: "histone marks in one cell type",
  reads: [["data", "the address of a table of signal"]],
  gene: ON_OFF_GENE,
  prepare: (runner, [table]) => runner.prepare(table!),
  async one(fitting, index, _, { probability, logit, alpha }, made) {
    const { model, tables, program } = fitting;
    const [table] = tables;
    const labels = table!.labels?.slice(index, index + 1);
    const judged = { labels, auroc: undefined, summary: undefined };
    const run = finishedRun(
      model,
      table!,
      {},
      { ...madeInTable(fitting, made), probability, logit, ...judged },
      program,
    );
    return { run: { ...run, tables: [{ ...run.tables[0], genes: made.genes, labels }] }, alpha };
  },
  async all({ runner, model, tables: [table], program }, options) {
    const result = await runner.predict(table!, options);
    return { run: finishedRun(model, table!, {}, result, program), alpha: result.alpha };
  },
  detail: (index, signal, { alpha }) => ({ index, signal, alpha }),
  result: geneResult,
  answer: async () => (await Promise.all([import("./answer"), import("../answered")]))[0].ON_OFF_ANSWER,
  set: async () => (await import("./set")).scene,
  compare: async () => (await import("./comparing")).comparingScene,
};

const views = scenesOf(OF);
export const { scene, read, fit } = views;

/** One gene, run by itself on the CPU. */
export const runGene = views.run as (
  ...args: Parameters<typeof views.run>
) => Promise<{ readonly run: FinishedRun; readonly gene: GeneDetail }>;
