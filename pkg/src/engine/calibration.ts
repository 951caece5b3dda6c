/** Calibration of probabilities, and prediction intervals, as engines compute them. */

import type { ReliabilityBin } from "../card-types.js";

/** Predicted probabilities compared with the fraction of genes that are on. */
export interface Reliability {
  /** Number of labelled genes. */
  n: number;
  /** Brier score: mean squared difference between P(on) and the label (1 for on, 0 for off). */
  brier: number;
  /** Brier score before the model's calibration. */
  brierRaw: number;
  /**
   * Expected calibration error: the mean over genes of |fraction on − mean P(on)| in the gene's tenth of P(on).
   */
  calibrationError: number;
  /** Expected calibration error before the model's calibration. */
  calibrationErrorRaw: number;
  /** Tenths of P(on) that contain genes. */
  bins: ReliabilityBin[];
}

/** Lower and upper ends of each prediction's interval: [N] for genes, [bins, tracks] for tracks. */
export interface Intervals {
  low: Float32Array;
  high: Float32Array;
}
