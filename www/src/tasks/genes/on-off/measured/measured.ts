/** Measured expression of a run's genes, and the labels derived from it. Pure. N genes. */

import type { Reliability } from "../../../../../../pkg/src/index";
import { isOn } from "../on";

/** The label of a gene that was not measured. */
export const UNKNOWN = 255;

/** Measured expression, to compare with predictions. */
export interface MeasuredGenes {
  /** The file's name. */
  readonly file: string;
  /** Measured values, [N]; NaN if unknown. */
  readonly values: Float32Array;
  /** Labels, [N]: 1 for on, 0 for off, 255 for unknown. */
  readonly labels: Uint8Array;
  /** Indices of the measured genes, and the number of them that are on. */
  readonly known: Uint32Array;
  readonly on: number;
  /** The file's median, at or above which a gene is on; undefined if the file has 0/1 labels instead. */
  readonly median: number | undefined;
  /** Area under the ROC curve of the probabilities; undefined if all labels are equal. */
  readonly auroc: number | undefined;
}

/** Labels of a run's genes from measurements, and `auroc` of the predictions for labelled genes. */
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

/** Scores in words: "Brier score 0.071, calibration error 0.050". */
export function scoresInWords({ brier, calibrationError }: Pick<Reliability, "brier" | "calibrationError">): string {
  return `Brier score ${brier.toFixed(3)}, calibration error ${calibrationError.toFixed(3)}`;
}

/** Definition of on: "on at or above 4.2, the median of the file". */
export function rule({ median }: Pick<MeasuredGenes, "median">, format: (value: number) => string): string {
  return median === undefined
    ? "on and off as the file says"
    : `on at or above ${format(median)}, the median of the file`;
}

/** Returns true if a prediction differs from the measurement or, without one, from the table's label. */
export function isMissed(
  gene: number,
  probability: Float32Array,
  labels: ArrayLike<number> | undefined,
  measured: Pick<MeasuredGenes, "labels"> | undefined,
): boolean {
  const label = measured ? measured.labels[gene] : labels?.[gene];
  return label !== undefined && label !== UNKNOWN && (label === 1) !== isOn(probability[gene]);
}
