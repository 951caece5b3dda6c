/** Agreement of probabilities with labels, and intervals of predictions, as engines compute them. */

import type { ReliabilityBin } from "../card-types.js";

/** Probabilities beside the shares of genes that are on. */
export interface Reliability {
  /** Number of labelled genes. */
  n: number;
  /** Brier score: mean squared difference of P(on) from 1 of genes that are on, and from 0 of the others. */
  brier: number;
  /** The same before the model's calibration. */
  brierRaw: number;
  /**
   * Expected calibration error: the mean over genes of how far the share of on in their tenth lies from its mean P(on).
   */
  calibrationError: number;
  /** The same before the model's calibration. */
  calibrationErrorRaw: number;
  /** Tenths of P(on) that have genes. */
  bins: ReliabilityBin[];
}

/** Probabilities that assume another share of on than the calibration's: of one model without a spread. */
export interface Assumed {
  /** [N] */
  probability: Float32Array;
  sd?: Float32Array | undefined;
  low?: Float32Array | undefined;
  high?: Float32Array | undefined;
}

/** The ends of an interval of each prediction: [N] each of genes, [bins, tracks] of tracks. */
export interface Intervals {
  low: Float32Array;
  high: Float32Array;
}
