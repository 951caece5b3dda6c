/**
 * How much each bin counts by an explanation, in whose order a deletion test removes bins. N genes, T bins, M marks,
 * row-major.
 */

/**
 * A way to say which bins a prediction depends on. `signal` and `random` explain nothing: an explanation that means
 * something must do better than the size of the signal itself, and than chance.
 */
export type Explanation = "alpha" | "saliency" | "class-optimisation" | "signal" | "random";

/**
 * Signal of each bin summed over the marks, [N, T], each mark in units of `means` [M], of values [N, T, M]. A mark
 * whose mean is 0 counts nothing.
 *
 * The engine's own takes the mean over the genes that it is given; here they come batch by batch, and the table's mean
 * is meant.
 */
export function signalImportance(values: Float32Array, means: Float32Array): Float32Array {
  const marks = means.length;
  const importance = new Float32Array(values.length / marks);
  values.forEach((value, i) => {
    const mean = means[i % marks]!;
    if (mean > 0) importance[Math.floor(i / marks)]! += value / mean;
  });
  return importance;
}

/** One seed of 32 bits from several (FNV-1a over them). */
export function mixedSeed(...seeds: readonly number[]): number {
  return seeds.reduce((hash, seed) => Math.imul(hash ^ seed, 0x01000193) >>> 0, 0x811c9dc5);
}
