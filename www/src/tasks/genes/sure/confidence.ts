/** Confidence in the prediction of one gene, in a few words. */

import type { EngineAttentionSpread } from "../../../../../pkg/src/index";
import { percent } from "../../../ui/words";
import { oneOf } from "../../shared/seeds";
import { rangeInWords, type Spreads } from "./spread";
import { isOfLevels, type Sets, sureInWords } from "./sets";

/** Confidence in a run's predictions, except for the spread, which the run has. */
export interface Confidence {
  readonly sets?: Sets | undefined;
  /** Number of seeds, of which the run's model is one. */
  readonly seeds?: number | undefined;
  /** Spread of the gene's attention over ensemble members. */
  readonly spread?: EngineAttentionSpread | undefined;
}

/**
 * The confidence in one gene's prediction: "sure, 0.88–0.96 in 5 seeds", "one of 5 seeds", "cannot say the sign, 90 %
 * interval −0.40 to +1.20"; undefined if unknown.
 */
export function confidenceInWords(
  run: Spreads,
  gene: number,
  { sets, seeds }: Confidence,
  format: (value: number) => string,
): string | undefined {
  const spread = rangeInWords(run, gene, format) ?? (seeds === undefined ? undefined : oneOf(seeds));
  const interval = intervalOf(sets, gene);
  const said = [
    sets && !isOfLevels(sets) ? sureInWords(sets, gene) : undefined,
    interval && `${percent(interval.coverage)} interval ${format(interval.low)} to ${format(interval.high)}`,
    spread,
  ];
  return said.filter((each) => each !== undefined).join(", ") || undefined;
}

/** The interval of a gene; undefined for classes, and without sets. */
export function intervalOf(sets: Sets | undefined, gene: number) {
  if (!sets?.intervals) return undefined;
  const { coverage, intervals } = sets;
  return { coverage, low: intervals.low[gene]!, high: intervals.high[gene]! };
}
