/**
 * Summary of the genes of a run together: how many are on, how well that is told, what they attend to. Of a run
 * that repeats a part of another, it is what was found of that whole run; a part that was chosen tells nothing of it.
 */

import type { AttentionMeans } from "../../../../pkg/src/index";
import type { MeasuredWhole } from "../../standalone/format";
import { formatCount } from "../../plots/core/format";
import { counted } from "../../ui/words";
import { partIn, partInWords, wholeOf } from "../shared/tables/part";
import type { MeasuredGenes } from "./measured/measured";
import { isOn } from "./on";
import type { FinishedRun } from "./result";

/** All genes of a run. N genes. */
export interface Together {
  readonly genes: number;
  readonly on: number;
  /** Against labels of the table; absent without, and of a part of an unknown whole. */
  readonly auroc: number | undefined;
  readonly summary: AttentionMeans | undefined;
  /** [N] */
  readonly probability: Float32Array;
  readonly labels: Uint8Array | undefined;
  /** Description of a part: "100 of 400 genes, those with the highest P(on)"; undefined where the run is none. */
  readonly part: string | undefined;
  /** True if these numbers are of the whole run, and not of a part. */
  readonly isWhole: boolean;
}

const runs = new WeakMap<FinishedRun, Together>();

/** Returns the summary of a run's genes together. */
export function together(run: FinishedRun): Together {
  const known = runs.get(run) ?? found(run);
  runs.set(run, known);
  return known;
}

function found(run: FinishedRun): Together {
  const { model, table, preparation, probability, genesOn, auroc, summary } = run;
  const part = partIn(table);
  const here = probability.length;
  const whole = wholeOf({ model, table, preparations: [preparation] });
  const words = part && partInWords(here, part);
  if (!part || !whole)
    return {
      ...{ genes: here, on: genesOn, auroc: part ? undefined : auroc, summary, probability, labels: table.labels },
      ...{ part: words, isWhole: !part },
    };
  const { said, predicted, labels } = whole;
  const { attention } = said;
  const size = run.rows.length * run.bins;
  const mean = (values: readonly number[] | undefined): Float32Array | undefined =>
    values?.length === size ? Float32Array.from(values) : undefined;
  return {
    genes: said.genes,
    on: predicted.reduce((on, value) => on + (isOn(value) ? 1 : 0), 0),
    auroc: said.auroc,
    summary: attention &&
      summary && {
        ...{ on: mean(attention.on), off: mean(attention.off) },
        ...{ genesOn: attention.genes_on, genesOff: attention.genes_off },
      },
    ...{ probability: predicted, labels, part: words, isWhole: true },
  };
}

/** Agreement of the predictions with measured expression, of the whole run where a part is repeated. */
export function measuredTogether(
  run: FinishedRun,
  { file, known, on, auroc }: Pick<MeasuredGenes, "file" | "known" | "on" | "auroc">,
): MeasuredWhole {
  const { part } = together(run);
  const whole = wholeOf({ ...run, preparations: [run.preparation] })?.said.measured;
  if (whole?.file === file) return whole;
  // For genes that were chosen by their prediction, it would be of the choice.
  return { file, genes: known.length, on, ...(part || auroc === undefined ? {} : { auroc }) };
}

/** Facts for figures of all genes: none where the run is whole. */
export function factsOfAll(run: FinishedRun): string[] {
  const { part, isWhole, genes } = together(run);
  return part ? [isWhole ? `all ${counted(genes, "gene")} of the run` : part] : [];
}

/** Facts for figures of the genes that are here. */
export function factsOfPart(run: FinishedRun): string[] {
  const { part } = together(run);
  return part ? [part] : [];
}

/** ", of all 400 genes" */
export function ofAll(run: FinishedRun): string {
  const { part, isWhole, genes } = together(run);
  return part && isWhole ? `, of all ${formatCount(genes)} genes` : "";
}
