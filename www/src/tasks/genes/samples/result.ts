/** The result of samples in a sentence. Pure. */

import { formatSigned } from "../../../explain/everywhere/everywhere";
import { formatCount } from "../../../plots/core/format";
import type { GeneNames } from "../../shared/genes/names";
import { differenceIn, type Pair, type SampleMatrix, valueIn } from "./matrix";
import type { Sampled } from "./sampled";

/** The difference of two samples in a sentence: how many genes, and which one differs most. */
export function resultInWords(
  matrix: SampleMatrix,
  pair: Pair,
  { call, high, score }: Pick<Sampled, "call" | "high" | "score">,
  { names }: GeneNames,
): string {
  const [from, to] = pair;
  let [up, down, shared, most] = [0, 0, 0, -1];
  for (let gene = 0; gene < matrix.genes.length; gene++) {
    const difference = differenceIn(matrix, gene, pair);
    if (Number.isNaN(difference)) continue;
    shared += 1;
    const isHigh = (sample: number): boolean => call(valueIn(matrix, gene, sample)) === 1;
    if (high === undefined ? difference > 0 : isHigh(to) && !isHigh(from)) up += 1;
    if (high === undefined ? difference < 0 : isHigh(from) && !isHigh(to)) down += 1;
    if (most < 0 || Math.abs(difference) > Math.abs(differenceIn(matrix, most, pair))) most = gene;
  }
  const [before, after] = [matrix.samples[from]!, matrix.samples[to]!];
  if (shared === 0) return `${before} and ${after} have no gene in common.`;
  const of = `${formatCount(up)} of ${formatCount(shared)} genes`;
  const counts =
    high === undefined
      ? `${of} are higher in ${after}, ${formatCount(down)} in ${before}`
      : `${of} are ${high} in ${after} alone, ${formatCount(down)} in ${before} alone`;
  const { symbol, id } = names[most]!;
  const largest = differenceIn(matrix, most, pair);
  return largest === 0
    ? `${counts}; none differs.`
    : `${counts}; ${symbol ?? id} differs most, by ${formatSigned(largest, 2)} (${score}).`;
}
