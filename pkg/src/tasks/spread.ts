/** Agreement of the members of an ensemble, a model file that predicts the mean of several. */

/** Predictions of the members of an ensemble, `model.card.members`, in their order. N genes; none of a single model. */
export interface Spread {
  /** The log-odds of each, [N, members]; of a model of a change the log2 fold changes. `logit` has their mean. */
  members?: Float32Array | undefined;
  /**
   * Sample standard deviation of the members' P(on), each calibrated where the model is; of a change of their log2 fold
   * changes, [N].
   */
  sd?: Float32Array | undefined;
  /** The lowest of the members' P(on) or log2 fold changes, [N]. */
  low?: Float32Array | undefined;
  /** The highest of them, [N]. */
  high?: Float32Array | undefined;
}

/** The same of one gene. */
export interface SpreadOfGene {
  /** [members] */
  readonly members?: Float32Array | undefined;
  readonly sd?: number | undefined;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
}
