/** Variants as they are written. */

import type { Variant } from "../../../../../pkg/src/index";

/**
 * A variant as typed: `chr4:1203 A>G`, `1,203 A>G`, `chr4-1203-A-G`, `chr4 1203 A G`. Positions are counted from 1.
 * Undefined where it is none.
 */
export function parseVariant(text: string): (Variant & { readonly name?: string | undefined }) | undefined {
  const found = /^\s*(?:(\S+?)[:\s-]+)?([\d,]+)[:\s-]*([ACGTNacgtn]+)\s*[>/:\s-]\s*([ACGTNacgtn]+)\s*$/.exec(text);
  if (!found) return undefined;
  const [, name, position, reference, alternative] = found;
  return {
    name,
    position: Number(position.replace(/,/g, "")) - 1,
    reference: reference.toUpperCase(),
    alternative: alternative.toUpperCase(),
  };
}

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
