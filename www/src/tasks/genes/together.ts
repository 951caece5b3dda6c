/**
 * Summary of the genes of a run together. Of a run that repeats a part of another, it is what was found of that whole
 * run; a part that was chosen tells nothing of it.
 */

import { formatCount } from "../../plots/core/format";
import type { AttentionMeans, LevelScore, WeightsByDirection } from "../../../../pkg/src/index";
import type { DirectionWeights, MeasuredWhole } from "../../standalone/format";
import type { Whole } from "../../standalone/whole";
import { counted } from "../../ui/words";
import { partIn, partInWords, wholeOf } from "./tables/part";
import type { MeasuredLevels } from "./level/measured";
import { type ChangeRun, type FinishedRun, type GenesRun, type Grouping, type LevelRun, predictedOf } from "./result";
import type { MeasuredGenes } from "./on-off/measured/measured";
import { isOn } from "./on-off/on";

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

/** All genes of a run. N genes. */
export interface Together {
  readonly genes: number;
  /** P(on), levels or log2 fold changes, [N]. */
  readonly predicted: Float32Array;
  /** Description of a part: "100 of 400 genes, those with the highest P(on)"; undefined where the run is none. */
  readonly part: string | undefined;
  /** True if these numbers are of the whole run, and not of a part. */
  readonly isWhole: boolean;
  /** Findings of the whole run, where a part is repeated. */
  readonly whole: Whole | undefined;
}

/** Returns the summary of a run's genes together. */
export function together(run: GenesRun): Together {
  const part = run.tables.map(partIn).find(Boolean);
  const whole = part && wholeOf(run);
  return {
    genes: whole?.said.genes ?? run.genes.length,
    predicted: whole?.predicted ?? predictedOf(run),
    part: part && partInWords(run.genes.length, part),
    isWhole: !part || whole !== undefined,
    whole,
  };
}

/** Facts for figures of all genes: none where the run is whole. */
export function factsOfAll(run: GenesRun): string[] {
  const { part, isWhole, genes } = together(run);
  return part ? [isWhole ? `all ${counted(genes, "gene")} of the run` : part] : [];
}

/** Facts for figures of the genes that are here. */
export function factsOfPart(run: GenesRun): string[] {
  const { part } = together(run);
  return part ? [part] : [];
}

/** ", of all 400 genes" */
export function ofAll(run: GenesRun): string {
  const { part, isWhole, genes } = together(run);
  return part && isWhole ? `, of all ${formatCount(genes)} genes` : "";
}

/** Measured values of chosen genes; JSON has no NaN. */
export function valuesOfChosen(values: Float32Array, chosen: readonly number[]): (number | null)[] {
  return chosen.map((gene) => (Number.isFinite(values[gene]) ? values[gene]! : null));
}

/** Weights of the whole run, and by which change its genes were grouped; undefined where they do not fit the run. */
export function weightsOfWhole(
  run: ChangeRun,
): { readonly found: WeightsByDirection; readonly by: Grouping } | undefined {
  const weights = together(run).whole?.said.weights;
  if (weights?.columns.length !== run.columns.length) return undefined;
  const { by_measured, threshold, up, down, columns } = weights;
  const found = { threshold, up, down, columns: columns.map((column) => ({ ...column })) };
  return { found, by: by_measured ? "measured" : "predicted" };
}

/** As a page of one file has them. */
export function storedWeights({ threshold, up, down, columns }: WeightsByDirection, by: Grouping): DirectionWeights {
  return { by_measured: by === "measured", threshold, up, down, columns };
}

/** Agreement of all predictions of a run with measured levels; undefined where it is not known of all of them. */
export function scoreTogether(run: LevelRun, measured: MeasuredLevels | undefined): LevelScore | undefined {
  if (!measured) return undefined;
  const { part, whole } = together(run);
  // A correlation over genes that were chosen by their prediction would be that of the choice.
  if (part) return measured.isSaved ? whole?.said.levels : undefined;
  return measured.score && { n: measured.known.length, ...measured.score };
}
