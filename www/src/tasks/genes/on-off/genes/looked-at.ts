/** Where a model looked at a gene, in a list. */

import { type BinAxis, binCentre, formatPosition, isEvenWeight } from "../../../../plots";
import type { FinishedRun } from "../result";

/** "+250 bp", or "even" where α peaks nowhere. */
export function lookedAt(
  { topAlpha, topBin, bins }: Pick<FinishedRun, "topAlpha" | "topBin" | "bins">,
  axis: BinAxis,
  gene: number,
): string {
  return isEvenWeight(topAlpha[gene], bins) ? "even" : formatPosition(binCentre(axis, topBin[gene] + 1));
}
