/** Spread over the members of an ensemble, a model file that predicts the mean of several models. */

import { InputError } from "../errors.js";
import type { WorkOptions } from "../progress.js";

/** Predictions of ensemble members, in the order of `model.card.members`. N genes; undefined for a single model. */
export interface Spread {
  /** Log-odds of each member, [N, members], or fold changes or levels. `logit` is the mean of the log-odds. */
  members?: Float32Array | undefined;
  /**
   * Sample standard deviation over members, [N]: of P(on), each calibrated if the model is, or of log2 fold changes or
   * levels.
   */
  sd?: Float32Array | undefined;
  /** Lowest of the members' P(on), log2 fold changes or levels, [N]. */
  low?: Float32Array | undefined;
  /** Highest of them, [N]. */
  high?: Float32Array | undefined;
}

/** Prediction set of a gene, the classes that cannot be excluded; `on|off` if the gene is undecided. */
export type ClassSet = "on" | "off" | "on|off";

/** Options of sets and intervals. */
export interface CoverageOptions extends WorkOptions {
  /** Fraction of genes or bins, between 0 and 1, whose set or interval contains the measured value; default 0.9. */
  coverage?: number | undefined;
}

/** @internal The requested coverage. @throws InputError if it is not a valid fraction. */
export function coverageOf({ coverage = 0.9 }: CoverageOptions): number {
  if (coverage > 0 && coverage < 1) return coverage;
  throw new InputError(`Found the coverage ${coverage}; expected a share between 0 and 1.`, {
    code: "bad-coverage",
    remedy: "Give `coverage` as a share, such as 0.9.",
  });
}

/** Spread of one gene's predictions over ensemble members. */
export interface SpreadOfGene {
  /** Predictions of the members, [members]. */
  readonly members?: Float32Array | undefined;
  readonly sd?: number | undefined;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
}
