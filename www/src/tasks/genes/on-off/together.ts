/** Summary of the genes of a run together: how many are on, how well that is told, what they attend to. */

import type { AttentionMeans } from "../../../../../pkg/src/index";
import type { MeasuredWhole } from "../../../standalone/format";
import { together } from "../together";
import type { MeasuredGenes } from "./measured/measured";
import { isOn } from "./on";
import type { FinishedRun } from "../result";

/** All genes of a run. N genes. */
export interface OnTogether {
  readonly genes: number;
  readonly on: number;
  /** Against labels of the table; absent without, and of a part of an unknown whole. */
  readonly auroc: number | undefined;
  readonly summary: AttentionMeans | undefined;
  readonly labels: Uint8Array | undefined;
}

const runs = new WeakMap<FinishedRun, OnTogether>();

/** Returns the summary of a run's genes together. */
export function onTogether(run: FinishedRun): OnTogether {
  const known = runs.get(run) ?? found(run);
  runs.set(run, known);
  return known;
}

function found(run: FinishedRun): OnTogether {
  const { genesOn, auroc, summary } = run;
  const { genes, part, predicted, whole } = together(run);
  if (!whole) return { genes, on: genesOn, auroc: part ? undefined : auroc, summary, labels: run.tables[0].labels };
  const { attention, ...said } = whole.said;
  const size = run.rows.length * run.bins;
  const mean = (values: readonly number[] | undefined): Float32Array | undefined =>
    values?.length === size ? Float32Array.from(values) : undefined;
  return {
    ...{ genes, labels: whole.labels, auroc: said.auroc },
    on: predicted.reduce((on, value) => on + (isOn(value) ? 1 : 0), 0),
    summary: attention &&
      summary && {
        ...{ on: mean(attention.on), off: mean(attention.off) },
        ...{ genesOn: attention.genes_on, genesOff: attention.genes_off },
      },
  };
}

/** Agreement of the predictions with measured expression, of the whole run where a part is repeated. */
export function measuredTogether(
  run: FinishedRun,
  { file, known, on, auroc }: Pick<MeasuredGenes, "file" | "known" | "on" | "auroc">,
): MeasuredWhole {
  const { part, whole } = together(run);
  const measured = whole?.said.measured;
  if (measured?.file === file) return measured;
  // For genes that were chosen by their prediction, it would be of the choice.
  return { file, genes: known.length, on, ...(part || auroc === undefined ? {} : { auroc }) };
}
