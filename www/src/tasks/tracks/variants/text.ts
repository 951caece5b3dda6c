/** Variants as text. */

import type { Variant } from "../../../../../pkg/src/index";
import { percent } from "../../../ui/words";
import { type ChangeSpread, disputeInWords, isDisputed } from "./apart";

/**
 * Parses a typed variant: `chr4:1203 A>G`, `1,203 A>G`, `chr4-1203-A-G`, `chr4 1203 A G`. Positions are counted from 1.
 * Undefined if it is invalid.
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

/** Changes of at least this many per cent are given as a factor. */
const FOLD = 1000;

/**
 * Direction and relative size of a change: "lowers by 25 %", "raises 20-fold".
 *
 * @param change Alternative minus reference, summed over the bins around the variant.
 * @param reference Sum of the same bins with the reference; if it is 0, only the direction is stated.
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

/** The change of a track. */
interface Change {
  readonly name: string;
  readonly sad: number;
  /** Change relative to the sum with the reference. */
  readonly relative: number;
  readonly unusual?: { readonly percentile: number; readonly low: number; readonly high: number } | undefined;
  /** Spread over ensemble members. */
  readonly apart?: ChangeSpread | undefined;
}

/** Maximum number of tracks in the line. */
const MOST_NAMED = 3;

/**
 * The line for the first tracks: "ATAC: raises by 1.7 % (percentile 84.1); MNase: lowers by 0.1 % (percentile 69.2)";
 * for an ensemble, of "5 seeds", including those that they disagree on.
 */
export function effectLine(changes: readonly Change[], of?: string): string {
  const said = changes.slice(0, MOST_NAMED).map(({ name, sad, relative, unusual, apart }) => {
    const about = [
      ...(unusual ? [percentileText(unusual)] : []),
      ...(of !== undefined && apart && isDisputed(apart) ? [disputeInWords(of)] : []),
    ];
    const effect = effectInWords(sad, relative === 0 ? 0 : sad / relative);
    return `${name}: ${effect}${about.length > 0 ? ` (${about.join(", ")})` : ""}`;
  });
  const others = changes.length - said.length;
  return `${said.join("; ")}${others > 0 ? `; ${others} more under Scores` : ""}`;
}

function percentileText({ percentile, low, high }: NonNullable<Change["unusual"]>): string {
  return `percentile ${high >= 100 ? `above ${low.toFixed(1)}` : percentile.toFixed(1)}`;
}

/** Change relative to the sum with the reference: "+1.7 %". */
export function relativeText({ sad, relative }: Change): string {
  return `${sad === 0 ? "" : relative < 0 ? "−" : "+"}${percent(Math.abs(relative))}`;
}
