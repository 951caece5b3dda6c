/** Numbers of variants beyond a percentile of random ones, and what chance gives. Pure. */

import { formatCount } from "../../../plots/core/format";
import { counted } from "../../../ui/words";
import type { VariantScores } from "./scores";

/** Percentile of random variants beyond which a variant counts. */
export const PERCENTILE = 95;

/** Variants with a percentile, those above {@link PERCENTILE}, and the test of that number against chance. */
export interface Beyond {
  readonly above: number;
  readonly of: number;
  readonly expected: number;
  /** Probability of that many or more in a binomial distribution of independent variants. */
  readonly p: number;
}

/** Probability of `least` or more of `n` independent events, each with the probability `share` (0 to 1, exclusive). */
export function upperTail(least: number, n: number, share: number): number {
  if (least <= 0) return 1;
  // Terms from 0 on in logarithms, since the first ones of a long list are below the smallest number.
  let log = n * Math.log1p(-share);
  const odds = Math.log(share) - Math.log1p(-share);
  let tail = 0;
  for (let i = 0; i <= n; i++) {
    if (i >= least) tail += Math.exp(log);
    log += Math.log(n - i) - Math.log(i + 1) + odds;
  }
  return Math.min(1, tail);
}

const counts = new WeakMap<VariantScores, Map<number, Beyond | undefined>>();

/** The count of a track, by its place among those that were scored; undefined where no variant has a percentile. */
export function beyondOf(scores: VariantScores, track: number): Beyond | undefined {
  const known = counts.get(scores) ?? new Map<number, Beyond | undefined>();
  counts.set(scores, known);
  if (!known.has(track)) known.set(track, count(scores, track));
  return known.get(track);
}

function count(scores: VariantScores, track: number): Beyond | undefined {
  let [above, of] = [0, 0];
  for (const row of scores.rows.keys()) {
    const percentile = scores.value(row, track, "percentile");
    if (Number.isNaN(percentile)) continue;
    of++;
    if (percentile > PERCENTILE) above++;
  }
  if (of === 0) return undefined;
  const share = 1 - PERCENTILE / 100;
  return { above, of, expected: share * of, p: upperTail(above, of, share) };
}

/** "2 of 63 above the 95th percentile of random variants; 3.2 expected by chance": the result, then its test. */
export function beyondInWords({ above, of, expected, p }: Beyond): readonly [result: string, test: string] {
  const by = expected < 10 ? String(Number(expected.toFixed(1))) : formatCount(Math.round(expected));
  return [
    `${formatCount(above)} of ${counted(of, "variant")} above the ${PERCENTILE}th percentile of random variants; ` +
      `${by} expected by chance`,
    `One-sided binomial test, p ${p < 0.001 ? "< 0.001" : `= ${Number(p.toPrecision(2))}`}; variants are taken as ` +
      "independent.",
  ];
}
