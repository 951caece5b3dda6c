/**
 * Summary of the genes of a run together. Of a run that repeats a part of another, it is what was found of that whole
 * run; a part that was chosen tells nothing of it.
 */

import { formatCount } from "../../plots/core/format";
import type { Whole } from "../../standalone/whole";
import { counted } from "../../ui/words";
import { partIn, partInWords, wholeOf } from "../shared/tables/part";
import { type GenesRun, predictedOf } from "./result";

/** All genes of a run. N genes. */
export interface Together {
  readonly genes: number;
  /** P(on), or log2 fold changes, [N]. */
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
