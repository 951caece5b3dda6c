/**
 * Summary of the genes of a run together. Of a run that repeats a part of another, it is what was found of that whole
 * run; a part that was chosen tells nothing of it.
 */

import { formatCount } from "../../plots/core/format";
import type { WeightsByDirection } from "../../../../pkg/src/index";
import type { DirectionWeights } from "../../standalone/format";
import type { Whole } from "../../standalone/whole";
import { counted } from "../../ui/words";
import { partIn, partInWords, wholeOf } from "../shared/tables/part";
import { type ChangeRun, type GenesRun, type Grouping, predictedOf } from "./result";

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
