/** The answer of a gene in words: its call, and the marks that make it. Pure. */

import { formatSigned, formatValue } from "../plots/core/format";
import { markRow, type ReadingRow } from "../plots/core/hover";
import type { SaliencyReading } from "../plots/explain/saliency";
import { listed } from "../session/preparation";
import { type Compared, comparedWith } from "./contrasts";
import type { Contributions } from "./result";

/** A mark and its contribution to a score. */
export interface MarkShare {
  readonly mark: string;
  readonly value: number;
  /** The lowest and the highest in the members of an ensemble. */
  readonly range?: readonly [low: number, high: number] | undefined;
}

/** A contribution, whose mark its place tells. */
export type Share = Omit<MarkShare, "mark">;

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
  {
    marks: whole,
    values,
    spread,
  }: Pick<Contributions, "marks" | "values"> & {
    readonly spread?: Pick<NonNullable<Contributions["spread"]>, "marks"> | undefined;
  },
): MarkShare[] {
  const ends = spread?.marks;
  const n = marks.length;
  const sum = (column: number): number =>
    whole?.[column] ?? values.reduce((total, value, i) => (i % n === column ? total + value : total), 0);
  return marks.map((mark, column) => ({
    ...{ mark, value: sum(column) },
    ...(ends && { range: [ends.low[column]!, ends.high[column]!] as const }),
  }));
}

/** The size of the largest contribution, or of the end of its range; above 0. */
export function largestOf(shares: readonly MarkShare[]): number {
  return Math.max(...shares.flatMap(({ value, range = [] }) => [value, ...range].map(Math.abs)), Number.MIN_VALUE);
}

/** The marks that an answer names: those that contribute most, but for any that hardly contribute. */
export function mostOf(shares: readonly MarkShare[]): MarkShare[] {
  const all = shares.reduce((sum, { value }) => sum + Math.abs(value), 0);
  return shares
    .filter(({ value }) => Math.abs(value) > LEAST * all)
    .sort((a, b) => Math.abs(b.value) - Math.abs(a.value))
    .slice(0, NAMED);
}

/** True of a contribution above 0 in one member and below it in another. */
export function isMixed(range: MarkShare["range"]): boolean {
  return range !== undefined && range[0] < 0 && range[1] > 0;
}

/** "+0.10 (−0.02 to +0.20, sign not the same in all)": a contribution, with its range where there is one. */
export function signedWith(value: number, range: MarkShare["range"]): string {
  if (!range) return formatSigned(value);
  const sign = isMixed(range) ? ", sign differs" : "";
  return `${formatSigned(value)} (${formatSigned(range[0])} to ${formatSigned(range[1])}${sign})`;
}

/** "H3K4me3 +2.4 (+1.8 to +2.9), H3K9me3 −0.3 (−0.5 to −0.1)"; undefined where there are no ranges. */
export function rangesInWords(shares: readonly MarkShare[]): string | undefined {
  if (shares.every(({ range }) => range === undefined)) return undefined;
  return shares.map(({ mark, value, range }) => `${mark} ${signedWith(value, range)}`).join(", ");
}

/** Signal of a mark in a bin and a signed value, as a figure of both reads it out. */
export function signedRow({ mark, signal, gradient, range }: SaliencyReading): ReadingRow {
  if (signal === undefined) return markRow(mark, "not measured", "–");
  return markRow(mark, formatValue(signal), gradient === undefined ? "…" : signedWith(gradient, range));
}

/** The meaning of the lines over the bars, and marks with other signs in some members; undefined without a spread. */
export function spreadInWords(shares: readonly MarkShare[], members: string | undefined): string | undefined {
  if (members === undefined || shares.every(({ range }) => range === undefined)) return undefined;
  const mixed = shares.filter(({ range }) => isMixed(range)).map(({ mark }) => mark);
  const signs =
    mixed.length === 0 ? `Signs agree in all ${members}.` : `The sign of ${listed(mixed)} differs between them.`;
  return `Bars: mean of ${members}; lines: lowest to highest. ${signs}`;
}

/** Size of the contribution of the mark that contributes most to each gene that is known; NaN of another. */
export function strongestIn(known: ReadonlyMap<number, readonly MarkShare[]> | undefined): (gene: number) => number {
  return (gene) => {
    const shares = known?.get(gene);
    return shares ? Math.max(...shares.map(({ value }) => Math.abs(value))) : Number.NaN;
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
