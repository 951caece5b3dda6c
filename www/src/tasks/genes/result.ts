/** Runs of models of genes, on one table or on two. */

import type { OpenedModel } from "../../session/opened";
import { preparationInWords } from "../../session/preparation";
import { modelName } from "../../session/state";
import type { ChangeRun } from "./change/result";
import type { FinishedRun } from "./on-off/result";

/** A run of either task. */
export type GenesRun = FinishedRun | ChangeRun;

/** P(on), or the log2 fold change, [N]. */
export function predictedOf(run: GenesRun): Float32Array {
  return "probability" in run ? run.probability : run.foldChange;
}

/** "LSTM-α,β, K562 on my.csv", "Raw: d, K562 → H1 on a.csv and b.csv": a run for a person. */
export function runName(run: {
  readonly model: OpenedModel;
  readonly tables: readonly { readonly file: string }[];
}): string {
  return `${modelName(run.model)} on ${run.tables.map(({ file }) => file).join(" and ")}`;
}

/** "a.csv (bins 51–150 of each gene) and b.csv": what a run is on. */
export function tablesInWords({ tables, preparations }: Pick<GenesRun, "tables" | "preparations">): string {
  const said = tables.map(({ file }, i) => {
    const prepared = preparationInWords(preparations[i]!);
    return `${file}${prepared.length > 0 ? ` (${prepared.join("; ")})` : ""}`;
  });
  return said.join(" and ");
}
