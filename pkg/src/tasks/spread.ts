/** Agreement of the members of an ensemble, a model file that predicts the mean of several. */

import { InputError } from "../errors.js";
import type { WorkOptions } from "../progress.js";

/** Predictions of the members of an ensemble, `model.card.members`, in their order. N genes; none of a single model. */
export interface Spread {
  /** The log-odds of each, [N, members]; of other models the log2 fold changes or levels. `logit` has their mean. */
  members?: Float32Array | undefined;
  /**
   * Sample standard deviation of the members' P(on), each calibrated where the model is; else of their log2 fold
   * changes or levels, [N].
   */
  sd?: Float32Array | undefined;
  /** The lowest of the members' P(on), log2 fold changes or levels, [N]. */
  low?: Float32Array | undefined;
  /** The highest of them, [N]. */
  high?: Float32Array | undefined;
}

/** Classes of a gene that cannot be excluded: `on|off` where it cannot be said. */
export type ClassSet = "on" | "off" | "on|off";

/** Options of sets and intervals. */
export interface CoverageOptions extends WorkOptions {
  /** Share of genes, or of bins, between 0 and 1, whose set or interval holds what is measured; 0.9 by default. */
  coverage?: number | undefined;
}

/** @internal The coverage that is asked for. @throws InputError where it is no share. */
export function coverageOf({ coverage = 0.9 }: CoverageOptions): number {
  if (coverage > 0 && coverage < 1) return coverage;
  throw new InputError(`Found the coverage ${coverage}; expected a share between 0 and 1.`, {
    code: "bad-coverage",
    remedy: "Give `coverage` as a share, such as 0.9.",
  });
}

/** The same of one gene. */
export interface SpreadOfGene {
  /** [members] */
  readonly members?: Float32Array | undefined;
  readonly sd?: number | undefined;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
}
