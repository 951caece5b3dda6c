/** The spread of an ensemble's members, in tables and in words; the numbers are the engine's. */

import type { MembersSpread, ModelCard } from "../../../../../pkg/src/index";
import type { MembersBand } from "../../../plots";

/** Spread of predictions, [N] each; undefined for a single model. */
export interface SpreadToWrite {
  readonly sd?: ArrayLike<number> | undefined;
  readonly low?: ArrayLike<number> | undefined;
  readonly high?: ArrayLike<number> | undefined;
}

/** A run's spread, and the model whose members it is of. */
export interface Spreads extends SpreadToWrite {
  readonly model: { readonly card: Pick<ModelCard, "members"> };
}

/** The spread of a gene's attention, where it is that of this gene. */
export function spreadIn<Of extends { readonly index: number }>(spread: Of | undefined, gene: number): Of | undefined {
  return spread?.index === gene ? spread : undefined;
}

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

/** "(0.010–0.020)", "(−0.10 to +0.20)": a range behind its mean. */
export function behindMean(range: readonly [number, number] | undefined, format: (value: number) => string): string {
  if (!range) return "";
  const [low, high] = range.map(format) as [string, string];
  return ` (${/^[+−]/.test(low) || /^[+−]/.test(high) ? `${low} to ${high}` : `${low}–${high}`})`;
}

/** Columns of the spread of what is predicted, named as `regulens predict` names them. */
export function spreadColumns(
  of: "probability" | "log2_fold_change",
  { sd, low, high }: SpreadToWrite,
): { readonly name: string; readonly values: ArrayLike<number> }[] {
  if (!sd || !low || !high) return [];
  return [
    { name: `${of}_sd`, values: sd },
    { name: `${of}_low`, values: low },
    { name: `${of}_high`, values: high },
  ];
}

/** The ends of one gene's error bar, without anything for a single model. */
export function rangeOf({ low, high }: SpreadToWrite, gene: number) {
  return { low: low?.[gene], high: high?.[gene] };
}

/** "0.88–0.96 in 5 seeds": the range of one gene's predictions; undefined for a single model. */
export function rangeInWords(
  { low, high, model }: Spreads,
  gene: number,
  format: (value: number) => string,
): string | undefined {
  const of = membersOf(model.card);
  if (!low || !high || of === undefined) return undefined;
  const [from, to] = [format(low[gene]!), format(high[gene]!)];
  // A dash would stand beside a minus.
  const range = /^[+−]/.test(from) ? `${from} to ${to}` : `${from}–${to}`;
  return `${range} in ${of}`;
}
