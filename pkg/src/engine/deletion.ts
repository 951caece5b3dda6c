/** Results that deletion tests of bins and of bases share. */

/** Mean effect, over genes, of removing bins in the order of one explanation, or, over windows, of removing bases. */
export interface MeanDeletion {
  /** [steps] */
  change: Float32Array;
  area: number;
  /** Half the 95 % confidence interval of the area; of several genes. */
  error?: number | undefined;
  /**
   * Mean excess over the random order of the same gene, and half the 95 % confidence interval of that, [steps]; of
   * several genes, where random orders were tested.
   */
  ahead?: { mean: Float32Array; error: Float32Array } | undefined;
  /**
   * By how much more the area is than that of the signal's own size, and than that of random orders of the same gene,
   * on average, with half the 95 % confidence interval; of several genes.
   */
  againstSignal?: { mean: number; error: number } | undefined;
  againstChance?: { mean: number; error: number } | undefined;
  /** The conclusion from these intervals: against the signal's own size, then against chance; of several genes. */
  verdict?: DeletionVerdict | undefined;
}

/**
 * The conclusion of a deletion test over genes or windows: an explanation's area is larger than that of the signal's
 * own size and of chance; than that of chance alone; it cannot be told from chance; or it is smaller than by chance.
 */
export type DeletionVerdict = "ahead-of-signal" | "ahead-of-chance" | "like-chance" | "behind-chance";

/**
 * The share of what was planted in simulated genes that goes first: of the bins in which any mark is planted among as
 * many first bins, and of the planted marks in bins among as many first ones.
 */
export interface PlantedShares {
  /** [N]; NaN of a gene in which nothing is planted, or everything. */
  bins: Float32Array;
  places: Float32Array;
  /** Over the genes in which something is planted, with halves of 95 % confidence intervals; of several genes. */
  mean: {
    genes: number;
    bins?: number | undefined;
    binsError?: number | undefined;
    places?: number | undefined;
    placesError?: number | undefined;
  };
}
