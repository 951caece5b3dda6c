/** Confidence in the prediction of one gene, in a few words. */

import { percent } from "../../ui/words";
import { rangeInWords, type Spreads } from "./spread";
import { type Sets, sureInWords } from "./sureness";

/** What is known of the confidence in a run's predictions, but for the spread, which the run has. */
export interface Confidence {
  readonly sets?: Sets | undefined;
  /** Number of seeds of which the run's model is one. */
  readonly seeds?: number | undefined;
}

/**
 * "sure, 0.88–0.96 in 5 seeds", "one of 5 seeds", "cannot say the sign, 90 % interval −0.40 to +1.20": the confidence
 * in one gene's prediction; undefined where nothing is known.
 */
export function confidenceInWords(
  run: Spreads,
  gene: number,
  { sets, seeds }: Confidence,
  format: (value: number) => string,
): string | undefined {
  const spread = rangeInWords(run, gene, format) ?? (seeds === undefined ? undefined : seedsInWords(seeds));
  const said = [sets && sureInWords(sets, gene), sets && intervalInWords(sets, gene, format), spread];
  return said.filter((each) => each !== undefined).join(", ") || undefined;
}

/** "one of 5 seeds": a single model of which there are several. */
export function seedsInWords(seeds: number): string {
  return `one of ${seeds} seeds`;
}

/** "90 % interval −0.40 to +1.20"; undefined for classes. */
function intervalInWords(
  { coverage, intervals }: Sets,
  gene: number,
  format: (value: number) => string,
): string | undefined {
  if (!intervals) return undefined;
  return `${percent(coverage)} interval ${format(intervals.low[gene]!)} to ${format(intervals.high[gene]!)}`;
}
