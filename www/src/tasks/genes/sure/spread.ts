/** The spread over ensemble members, in tables and in words; the engine computes the numbers. */

import type { ModelCard } from "../../../../../pkg/src/index";
import { membersOf } from "../../shared/members";

export { bandOf, behindMean, membersOf, SPREAD, spreadAt } from "../../shared/members";

/** Spread of predictions, [N] each; undefined for a single model. */
export interface SpreadToWrite {
  readonly sd?: ArrayLike<number> | undefined;
  readonly low?: ArrayLike<number> | undefined;
  readonly high?: ArrayLike<number> | undefined;
}

/** A run's spread, and its model. */
export interface Spreads extends SpreadToWrite {
  readonly model: { readonly card: Pick<ModelCard, "members"> };
}

/** The spread of attention, if it belongs to this gene. */
export function spreadIn<Of extends { readonly index: number }>(spread: Of | undefined, gene: number): Of | undefined {
  return spread?.index === gene ? spread : undefined;
}

/** Columns of the spread of predictions, named as in `regulens predict`. */
export function spreadColumns(
  of: "probability" | "level" | "log2_fold_change",
  { sd, low, high }: SpreadToWrite,
): { readonly name: string; readonly values: ArrayLike<number> }[] {
  if (!sd || !low || !high) return [];
  return [
    { name: `${of}_sd`, values: sd },
    { name: `${of}_low`, values: low },
    { name: `${of}_high`, values: high },
  ];
}

/** The ends of one gene's error bar; empty for a single model. */
export function rangeOf({ low, high }: SpreadToWrite, gene: number) {
  return { low: low?.[gene], high: high?.[gene] };
}

/** Range of one gene's predictions: "0.88–0.96 in 5 seeds"; undefined for a single model. */
export function rangeInWords(
  { low, high, model }: Spreads,
  gene: number,
  format: (value: number) => string,
): string | undefined {
  const of = membersOf(model.card);
  if (!low || !high || of === undefined) return undefined;
  const [from, to] = [format(low[gene]!), format(high[gene]!)];
  // A dash would collide with a minus.
  const range = /^[+−]/.test(from) ? `${from} to ${to}` : `${from}–${to}`;
  return `${range} in ${of}`;
}
