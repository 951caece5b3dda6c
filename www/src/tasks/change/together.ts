/**
 * Summary of the genes of a run together: how many go up and down, how well that is told, how marks are weighed.
 * Of a run that repeats a part of another, it is what was found of that whole run.
 */

import type { WeightsByDirection } from "../../../../pkg/src/index";
import { formatCount } from "../../plots/core/format";
import { counted } from "../../ui/words";
import type { DirectionWeights, WholeRun } from "../../standalone/format";
import { partIn, partInWords, wholeOf } from "../shared/tables/part";
import type { ChangeRun, Grouping } from "./result";

/** All genes of a run. N genes. */
export interface TogetherChanged {
  readonly genes: number;
  /** log2 fold changes, [N]. */
  readonly foldChange: Float32Array;
  /** Description of a part: "100 of 400 genes, those with the highest log2 fold change". */
  readonly part: string | undefined;
  /** True if these numbers are of the whole run, and not of a part. */
  readonly isWhole: boolean;
  /** Findings of the whole run, where a part is repeated. */
  readonly said: WholeRun | undefined;
}

const runs = new WeakMap<ChangeRun, TogetherChanged>();

/** Returns the summary of a run's genes together. */
export function together(run: ChangeRun): TogetherChanged {
  const known = runs.get(run) ?? found(run);
  runs.set(run, known);
  return known;
}

function found({ model, tables, preparations, genes, foldChange }: ChangeRun): TogetherChanged {
  const part = partIn(tables[0]) ?? partIn(tables[1]);
  const words = part && partInWords(genes.length, part);
  const whole = part && wholeOf({ model, table: tables[0], preparations });
  return whole
    ? { genes: whole.said.genes, foldChange: whole.predicted, part: words, isWhole: true, said: whole.said }
    : { genes: genes.length, foldChange, part: words, isWhole: !part, said: undefined };
}

/** Weights of the whole run, and by which change its genes were grouped; undefined where they do not fit the run. */
export function weightsOfWhole(
  run: ChangeRun,
): { readonly found: WeightsByDirection; readonly by: Grouping } | undefined {
  const weights = together(run).said?.weights;
  if (weights?.columns.length !== run.columns.length) return undefined;
  const { by_measured, threshold, up, down, columns } = weights;
  const found = { threshold, up, down, columns: columns.map((column) => ({ ...column })) };
  return { found, by: by_measured ? "measured" : "predicted" };
}

/** As a page of one file has them. */
export function storedWeights({ threshold, up, down, columns }: WeightsByDirection, by: Grouping): DirectionWeights {
  return { by_measured: by === "measured", threshold, up, down, columns };
}

/** Facts for figures of all genes: none where the run is whole. */
export function factsOfAll(run: ChangeRun): string[] {
  const { part, isWhole, genes } = together(run);
  return part ? [isWhole ? `all ${counted(genes, "gene")} of the run` : part] : [];
}

/** Facts for figures of the genes that are here. */
export function factsOfPart(run: ChangeRun): string[] {
  const { part } = together(run);
  return part ? [part] : [];
}

/** ", of all 400 genes" */
export function ofAll(run: ChangeRun): string {
  const { part, isWhole, genes } = together(run);
  return part && isWhole ? `, of all ${formatCount(genes)} genes` : "";
}
