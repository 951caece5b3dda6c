/** Agreement of probabilities with labels, and calibrations of one's own, as engines compute them. */

import type { Calibration, ReliabilityBin } from "../card-types.js";

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

/** A model that was calibrated on one half of some labelled genes, and its probabilities on the other half. */
export interface Recalibration {
  /** The model file, with another `calibration` and `conformal` in its card. */
  weights: Uint8Array;
  /** Genes that it was fitted to. */
  fitted: number;
  /** Genes that it was compared on. */
  tested: number;
  /** The share of on that the new probabilities assume, from 0 to 1. */
  on: number;
  /** The map that was chosen. */
  method: Calibration["method"];
  /** On the tested genes, with the model's calibration of before. */
  before: Reliability;
  /** The same with the new one. */
  after: Reliability;
}
