/** The members of an ensemble and their spread, in words and as plots take them, whatever is predicted. */

import type { MembersSpread, ModelCard } from "../../../../pkg/src/index";
import type { MembersBand } from "../../plots";

/** "5 seeds", or "2 models" where variants differ: the members of an ensemble; undefined for a single model. */
export function membersOf({ members = [] }: Pick<ModelCard, "members">): string | undefined {
  if (members.length === 0) return undefined;
  const isOne = members.every(({ variant }) => variant === members[0]!.variant);
  return `${members.length} ${isOne ? "seeds" : "models"}`;
}

/** The ends of a spread, as plots take them; undefined where there are none. */
export function bandOf(spread: MembersSpread | undefined, card: Pick<ModelCard, "members">): MembersBand | undefined {
  const of = membersOf(card);
  if (!spread || !of || spread.low.length === 0) return undefined;
  return { low: spread.low, high: spread.high, of };
}

/** Standard deviation, lowest and highest of one value, in the order of {@link SPREAD}. */
export function spreadAt({ sd, low, high }: MembersSpread, at: number): readonly number[] {
  return [sd, low, high].map((of) => of[at]!);
}

/** Endings of the names of the columns and arrays of a spread. */
export const SPREAD = ["sd", "low", "high"] as const;
export type SpreadPart = (typeof SPREAD)[number];

/** "(0.010–0.020)", "(−0.10 to +0.20)": a range behind its mean. */
export function behindMean(range: readonly [number, number] | undefined, format: (value: number) => string): string {
  if (!range) return "";
  const [low, high] = range.map(format) as [string, string];
  return ` (${/^[+−]/.test(low) || /^[+−]/.test(high) ? `${low} to ${high}` : `${low}–${high}`})`;
}
