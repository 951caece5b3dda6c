/** Results shared by deletion tests of bins and of bases. */

/** Mean effect of removing the bins of genes, or the bases of windows, in the order of one explanation. */
export interface MeanDeletion {
  /** Mean change after each step, [steps]. */
  change: Float32Array;
  area: number;
  /** Half-width of the 95 % confidence interval of the area; only with several genes. */
  error?: number | undefined;
  /**
   * Mean excess over random orders of the same gene, and half-width of its 95 % confidence interval, [steps]; only with
   * several genes, if random orders were tested.
   */
  ahead?: { mean: Float32Array; error: Float32Array } | undefined;
  /**
   * Mean excess of the area over that of ranking by signal, and over that of random orders of the same gene, each with
   * the half-width of its 95 % confidence interval; only with several genes.
   */
  againstSignal?: { mean: number; error: number } | undefined;
  againstChance?: { mean: number; error: number } | undefined;
  /** Verdict from these intervals, against ranking by signal first, then against chance; only with several genes. */
  verdict?: DeletionVerdict | undefined;
}

/**
 * Verdict of a deletion test over genes or windows: the explanation's area is larger than those of ranking by signal
 * and of chance; larger than chance only; not distinguishable from chance; or smaller than chance.
 */
export type DeletionVerdict = "ahead-of-signal" | "ahead-of-chance" | "like-chance" | "behind-chance";

/**
 * Recall of planted elements in simulated genes: the fraction of bins with a planted mark among equally many top-ranked
 * bins, and the fraction of planted marks in equally many top-ranked bins.
 */
export interface PlantedShares {
  /** Recall of bins, [N]; NaN for a gene in which nothing, or everything, is planted. */
  bins: Float32Array;
  places: Float32Array;
  /** Means over genes with planted marks, with half-widths of 95 % confidence intervals; only with several genes. */
  mean: {
    genes: number;
    bins?: number | undefined;
    binsError?: number | undefined;
    places?: number | undefined;
    placesError?: number | undefined;
  };
}
