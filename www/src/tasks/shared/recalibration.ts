/** A calibration of one's own: what the worker that makes model files is asked for, and its answer. */

import type { ModelCard, Reliability } from "../../../../pkg/src/index";

/** A model that was calibrated on one half of some labelled genes, and its probabilities on the other half. */
export interface Recalibration {
  /** The model file, with another `calibration` and `conformal` in its card. */
  weights: Uint8Array;
  /** Its name: that of before, and the file of the genes. */
  name: string;
  /** Genes that it was fitted to. */
  fitted: number;
  /** Genes that it was compared on. */
  tested: number;
  /** The share of on that the new probabilities assume, from 0 to 1. */
  on: number;
  /** The map that was chosen. */
  method: NonNullable<ModelCard["calibration"]>["method"];
  /** On the tested genes, with the model's calibration of before. */
  before: Reliability;
  /** The same with the new one. */
  after: Reliability;
}

/** A model file, and what it predicted of genes that have labels. */
export interface Labelled {
  /** Name of the model's file. */
  readonly name: string;
  readonly weights: Uint8Array;
  /** Log-odds before any calibration, [N]. */
  readonly logit: Float32Array;
  /** 1 for on, 0 for off; a gene with any other number is left out. [N] */
  readonly labels: Uint8Array;
}

/** The call of that worker. */
export interface RecalibrationCalls {
  readonly recalibrate: { readonly request: Labelled & { readonly of: string }; readonly reply: Recalibration };
}
