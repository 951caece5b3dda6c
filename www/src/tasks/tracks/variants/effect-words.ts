/** Effect of a variant on a track in words. Pure. */

/** Changes of that many per cent and more are said as a factor. */
const FOLD = 1000;

/**
 * "lowers by 25 %", "raises 20-fold": the direction of a change of the prediction, and its size beside the reference.
 *
 * @param change Alternative less reference, summed over the bins around the variant.
 * @param reference Sum of the same bins with the reference; without any, the direction alone is said.
 */
export function effectInWords(change: number, reference: number): string {
  if (change === 0) return "no change";
  const verb = change > 0 ? "raises" : "lowers";
  const share = (100 * Math.abs(change)) / Math.abs(reference);
  if (!Number.isFinite(share)) return verb;
  if (share >= FOLD) return `${verb} ${Math.round(1 + share / 100)}-fold`;
  if (share < 0.1) return `${verb} by < 0.1 %`;
  return `${verb} by ${share < 9.95 ? share.toFixed(1) : share.toFixed(0)} %`;
}
