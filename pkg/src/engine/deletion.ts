/** What deletion tests of bins and of bases give alike. */

/** What removing bins in the order of one explanation did on average over genes, or bases over windows. */
export interface MeanDeletion {
  /** [steps] */
  change: Float32Array;
  area: number;
  /** Half the 95 % confidence interval of the area; of several genes. */
  error?: number | undefined;
  /**
   * How much more than the random order of the same gene, and half the 95 % confidence interval of that, [steps]; of
   * several genes, where random orders were tested.
   */
  ahead?: { mean: Float32Array; error: Float32Array } | undefined;
}
