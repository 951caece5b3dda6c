/** The answer of a gene in words: its call, and the marks that make it. Pure. */

import { formatSigned } from "../plots/core/format";
import { listed } from "../session/preparation";
import { type Compared, comparedWith } from "./contrasts";

/** A mark and its contribution to a score. */
export interface MarkShare {
  readonly mark: string;
  readonly value: number;
}

/** Contributions of the marks of a gene, and what it is compared with. */
export interface Contributed {
  readonly values: readonly MarkShare[];
  readonly baseline: Compared;
}

/** Marks that the line names. */
const NAMED = 2;

/** The share of all contributions from which a mark is named. */
const LEAST = 0.05;

/** "K4me3": histone 3 goes without saying where there is little room. */
export function briefName(mark: string): string {
  return mark.replace(/^H3(?=K)/i, "");
}

/** Contributions of marks, as whole marks or as the sums of their bins, [columns] or [T, columns]. */
export function sharesOf(
  marks: readonly string[],
  { marks: whole, values }: { readonly marks?: Float32Array | undefined; readonly values: Float32Array },
): MarkShare[] {
  const n = marks.length;
  const sum = (column: number): number =>
    whole?.[column] ?? values.reduce((total, value, i) => (i % n === column ? total + value : total), 0);
  return marks.map((mark, column) => ({ mark, value: sum(column) }));
}

/** The size of the largest contribution; above 0. */
export function largestOf(shares: readonly MarkShare[]): number {
  return Math.max(...shares.map(({ value }) => Math.abs(value)), Number.MIN_VALUE);
}

/** The marks that an answer names: those that contribute most, but for any that hardly contribute. */
export function mostOf(shares: readonly MarkShare[]): MarkShare[] {
  const all = shares.reduce((sum, { value }) => sum + Math.abs(value), 0);
  return shares
    .filter(({ value }) => Math.abs(value) > LEAST * all)
    .sort((a, b) => Math.abs(b.value) - Math.abs(a.value))
    .slice(0, NAMED);
}

/** Size of the mark that contributes most to each gene that is known; NaN of another. */
export function strongestIn(known: ReadonlyMap<number, readonly MarkShare[]> | undefined): (gene: number) => number {
  return (gene) => {
    const shares = known?.get(gene);
    return shares ? largestOf(shares) : Number.NaN;
  };
}

/** "On (P 0.93, sure): H3K4me3 +2.4 and H3K36me3 +1.5, against a gene without signal." */
export function answerInWords(
  call: string,
  about: readonly (string | undefined)[],
  shares: readonly MarkShare[] = [],
  baseline?: Compared,
): string {
  const known = about.filter((each) => each !== undefined);
  const head = `${call}${known.length > 0 ? ` (${known.join(", ")})` : ""}`;
  const most = mostOf(shares).map(({ mark, value }) => `${mark} ${formatSigned(value)}`);
  if (most.length === 0 || baseline === undefined) return `${head}.`;
  return `${head}: ${listed(most)}, against ${comparedWith(baseline)}.`;
}
