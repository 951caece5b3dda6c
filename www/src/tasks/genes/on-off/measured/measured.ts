/** Measured expression of a run's genes, and which of them are on by it. Pure. N genes. */

import type { Reliability } from "../../../../../../pkg/src/index";
import { isOn } from "../on";

/** The label of a gene of which nothing was measured. */
export const UNKNOWN = 255;

/** Measured expression, beside the predictions. */
export interface MeasuredGenes {
  /** The file's name. */
  readonly file: string;
  /** One value per gene, NaN where there is none, [N]. */
  readonly values: Float32Array;
  /** 1 where the gene is on by it, 0 where it is off, 255 where nothing was measured, [N]. */
  readonly labels: Uint8Array;
  /** The genes of which something was measured, and how many of them are on. */
  readonly known: Uint32Array;
  readonly on: number;
  /** The median of the file, at or above which a gene is on; absent where the file says which are on, by 0 and 1. */
  readonly median: number | undefined;
  /** Area under the ROC curve of the probabilities; absent where all of these genes are on, or all are off. */
  readonly auroc: number | undefined;
}

/** Labels of a run's genes by what was measured, and how well they were predicted: `auroc` of those that have one. */
export function measuredGenes(
  { file, median }: { readonly file: string; readonly median: number | undefined },
  values: Float32Array,
  labels: Uint8Array,
  probability: Float32Array,
  auroc: (probability: Float32Array, labels: Uint8Array) => number | undefined,
): MeasuredGenes {
  const known = Uint32Array.from(labels.keys()).filter((gene) => labels[gene] !== UNKNOWN);
  const [chosen, theirs] = [new Float32Array(known.length), new Uint8Array(known.length)];
  known.forEach((gene, i) => ([chosen[i], theirs[i]] = [probability[gene]!, labels[gene]!]));
  const on = theirs.reduce((sum, label) => sum + label, 0);
  return { file, values, labels, known, on, median, auroc: auroc(chosen, theirs) };
}

/** "Brier score 0.071, calibration error 0.050" */
export function scoresInWords({ brier, calibrationError }: Pick<Reliability, "brier" | "calibrationError">): string {
  return `Brier score ${brier.toFixed(3)}, calibration error ${calibrationError.toFixed(3)}`;
}

/** "on at or above 4.2, the median of the file" */
export function rule({ median }: Pick<MeasuredGenes, "median">, format: (value: number) => string): string {
  return median === undefined
    ? "on and off as in the file"
    : `on at or above ${format(median)}, the median of the file`;
}

/** Returns true if a gene was predicted otherwise than measured or, without measurements, than the table labels it. */
export function isMissed(
  gene: number,
  probability: Float32Array,
  labels: ArrayLike<number> | undefined,
  measured: Pick<MeasuredGenes, "labels"> | undefined,
): boolean {
  const label = measured ? measured.labels[gene] : labels?.[gene];
  return label !== undefined && label !== UNKNOWN && (label === 1) !== isOn(probability[gene]);
}
