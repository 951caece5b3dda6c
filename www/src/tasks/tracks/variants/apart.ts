/** Spread of a variant's effect over ensemble members, in numbers and in words. */

import type { VariantTrackScore } from "../../../../../pkg/src/index";
import { formatCount, formatSigned, formatValue } from "../../../plots/core/format";
import { counted } from "../../../ui/words";
import { behindMean } from "../../shared/members";
import type { VariantScores } from "./scores";

/** Spread of a change over ensemble members. */
export interface ChangeSpread {
  /** Sample standard deviation. */
  readonly sd: number;
  /** Lowest and highest value. */
  readonly low: number;
  readonly high: number;
}

/** The spread of a row's `sad`; undefined for a single model. */
export function apartOf(score: Partial<Pick<VariantTrackScore, "sad_sd" | "sad_low" | "sad_high">>) {
  const { sad_sd: sd, sad_low: low, sad_high: high } = score;
  return sd === undefined || low === undefined || high === undefined ? undefined : { sd, low, high };
}

/** The spread of a scored variant for one of the scored tracks, by index. */
export function apartIn(scores: VariantScores, row: number, track: number): ChangeSpread | undefined {
  if (!scores.isOfMembers) return undefined;
  const [sd, low, high] = (["sad_sd", "sad_low", "sad_high"] as const).map((column) =>
    scores.value(row, track, column),
  );
  return Number.isNaN(low) ? undefined : { sd: sd!, low: low!, high: high! };
}

/** Returns true if some members raise the prediction, and others lower it. */
export function isDisputed({ low, high }: ChangeSpread): boolean {
  return low < 0 && high > 0;
}

/** Disagreement: "the seeds do not agree on the direction", for "5 seeds". */
export function disputeInWords(of: string): string {
  return `the ${of.replace(/^\d+ /, "")} do not agree on the direction`;
}

/** Spread in words, after a change: "± 0.2 (+0.9 to +1.4 in 5 seeds)". */
export function apartInWords({ sd, low, high }: ChangeSpread, of: string): string {
  return `± ${formatValue(sd)}${behindMean([low, high], formatSigned).replace(/\)$/, ` in ${of})`)}`;
}

/** Sentence: "In 2 of 63 variants the seeds do not agree on the direction."; undefined if they always agree. */
export function disputesInWords(scores: VariantScores, track: number, of: string): string | undefined {
  const spreads = [...scores.rows.keys()].flatMap((row) => apartIn(scores, row, track) ?? []);
  const disputed = spreads.filter(isDisputed).length;
  return disputed === 0
    ? undefined
    : `In ${formatCount(disputed)} of ${counted(spreads.length, "variant")} ${disputeInWords(of)}.`;
}
