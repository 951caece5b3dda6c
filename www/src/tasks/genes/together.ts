/**
 * Summary over a run's genes. A run that repeats a part of another has the summary of the whole run; a selected part
 * says nothing about its whole.
 */

import { formatCount } from "../../plots/core/format";
import type { AttentionMeans, LevelScore, WeightsByDirection } from "../../../../pkg/src/index";
import type { DirectionWeights, MeasuredWhole } from "../../standalone/format";
import type { Whole } from "../../standalone/whole";
import { counted } from "../../ui/words";
import { partIn, partInWords, wholeOf } from "../shared/tables/part";
import type { MeasuredLevels } from "./level/measured";
import { type ChangeRun, type FinishedRun, type GenesRun, type Grouping, type LevelRun, predictedOf } from "./result";
import type { MeasuredGenes } from "./on-off/measured/measured";
import { isOn } from "./on-off/on";

/** All genes of a run. N genes. */
export interface OnTogether {
  readonly genes: number;
  readonly on: number;
  /** With the table's labels; undefined without labels, and for a part of an unknown whole. */
  readonly auroc: number | undefined;
  readonly summary: AttentionMeans | undefined;
  readonly labels: Uint8Array | undefined;
}

const runs = new WeakMap<FinishedRun, OnTogether>();

/** Returns the summary over a run's genes. */
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

/** Agreement of predictions with measured expression, for the whole run if this repeats a part. */
export function measuredTogether(
  run: FinishedRun,
  { file, known, on, auroc }: Pick<MeasuredGenes, "file" | "known" | "on" | "auroc">,
): MeasuredWhole {
  const { part, whole } = together(run);
  const measured = whole?.said.measured;
  if (measured?.file === file) return measured;
  // For genes selected by their prediction, it would reflect the selection.
  return { file, genes: known.length, on, ...(part || auroc === undefined ? {} : { auroc }) };
}

/** All genes of a run. N genes. */
export interface Together {
  readonly genes: number;
  /** P(on), levels or log2 fold changes, [N]. */
  readonly predicted: Float32Array;
  /** Description of a part: "100 of 400 genes, those with the highest P(on)"; undefined for a whole run. */
  readonly part: string | undefined;
  /** True if these numbers are of the whole run, not of a part. */
  readonly isWhole: boolean;
  /** Findings of the whole run, if this repeats a part. */
  readonly whole: Whole | undefined;
}

/** Returns the summary over a run's genes. */
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

/** Facts for figures of all genes: empty for a whole run. */
export function factsOfAll(run: GenesRun): string[] {
  const { part, isWhole, genes } = together(run);
  return part ? [isWhole ? `all ${counted(genes, "gene")} of the run` : part] : [];
}

/** Facts for figures of the present genes. */
export function factsOfPart(run: GenesRun): string[] {
  const { part } = together(run);
  return part ? [part] : [];
}

/** Extent of a summary: ", of all 400 genes". */
export function ofAll(run: GenesRun): string {
  const { part, isWhole, genes } = together(run);
  return part && isWhole ? `, of all ${formatCount(genes)} genes` : "";
}

/** Measured values of chosen genes; JSON has no NaN. */
export function valuesOfChosen(values: Float32Array, chosen: readonly number[]): (number | null)[] {
  return chosen.map((gene) => (Number.isFinite(values[gene]) ? values[gene]! : null));
}

/** Weights of the whole run, and the change by which its genes were grouped; undefined if they do not fit the run. */
export function weightsOfWhole(
  run: ChangeRun,
): { readonly found: WeightsByDirection; readonly by: Grouping } | undefined {
  const weights = together(run).whole?.said.weights;
  if (weights?.columns.length !== run.columns.length) return undefined;
  const { by_measured, threshold, up, down, columns } = weights;
  const found = { threshold, up, down, columns: columns.map((column) => ({ ...column })) };
  return { found, by: by_measured ? "measured" : "predicted" };
}

/** The weights as stored in a single-file page. */
export function storedWeights({ threshold, up, down, columns }: WeightsByDirection, by: Grouping): DirectionWeights {
  return { by_measured: by === "measured", threshold, up, down, columns };
}

/** Agreement of all predictions of a run with measured levels; undefined unless it covers all of them. */
export function scoreTogether(run: LevelRun, measured: MeasuredLevels | undefined): LevelScore | undefined {
  if (!measured) return undefined;
  const { part, whole } = together(run);
  // A correlation over genes selected by their prediction would reflect the selection.
  if (part) return measured.isSaved ? whole?.said.levels : undefined;
  return measured.score && { n: measured.known.length, ...measured.score };
}
