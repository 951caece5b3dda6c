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
