/** Genes that are on in one cell type: predictions from a table of histone marks. */

import type { DeviceReport } from "../engine/device.js";
import type { AttentionMeans, PrepareOptions } from "../engine/engine.js";
import type { Attends } from "../description.js";
import type { Spread } from "./spread.js";

/** The name of α's row in variants with one α for all marks. */
export const ALL_MARKS = "all marks";

/** The names of α's rows. */
export function attendedRows({ bins }: Attends, marks: readonly string[]): readonly string[] {
  return bins === "each-mark" ? marks : bins === "all-marks" ? [ALL_MARKS] : [];
}

/** Result of a model of one table, for any prediction. N genes, M marks in the model's order, T bins. */
export interface TableResult extends Spread {
  /** Gene names, [N]. */
  genes: readonly string[];
  /** The model's marks, [M]. */
  marks: readonly string[];
  /** Names of α's rows: the marks, only {@link ALL_MARKS}, or none for a variant that does not attend to bins. */
  rows: readonly string[];
  /** Number of bins, T. */
  bins: number;
  /** Attention over bins, [N, rows, T]; empty if there are no rows. */
  alpha: Float32Array;
  /** Attention over marks, [N, M]; empty for a variant that does not weight marks. */
  beta: Float32Array;
  /** The device that ran the last batch, and why. */
  device: DeviceReport;
  /** Number of genes run on WebGPU; the others ran on the CPU. */
  genesOnGpu: number;
  /** Seconds from the first batch to the last. */
  seconds: number;
  /** The model that ran: its name and the SHA-256 of its file. */
  model: { name: string; sha256: string };
  /** The table, and its preparation. */
  input: { file: string } & PrepareOptions;
}

/** Predictions of a model for a table. N genes, M marks in the model's order, T bins; arrays are row-major. */
export interface OnOffResult extends TableResult {
  /** P(gene on), [N]; calibrated if the model has `card.calibration`. */
  probability: Float32Array;
  /** σ(logit), [N]: P(on) before calibration; undefined without a calibration. */
  probabilityRaw?: Float32Array | undefined;
  /** Logit, the value before the sigmoid, [N]. */
  logit: Float32Array;
  /** The table's labels, 1 = on, [N]; undefined if it has none. */
  labels: Uint8Array | undefined;
  /** Area under the ROC curve of the probabilities; undefined without labels, or if all labels are equal. */
  auroc: number | undefined;
  /** Mean α over the genes predicted on and off (figure 2a of the paper); undefined if there is no α. */
  summary: AttentionMeans | undefined;
}
