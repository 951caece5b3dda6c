/** The answer of a gene in words: its call, and the marks that contribute most. Pure. */

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
  /** Lowest and highest value over ensemble members. */
  readonly range?: readonly [low: number, high: number] | undefined;
}

/** A contribution whose mark is known from its position. */
export type Share = Omit<MarkShare, "mark">;

/** Contributions of the marks of a gene, and their baseline. */
export interface Contributed {
  readonly values: readonly MarkShare[];
  readonly baseline: Compared;
}

/** Number of marks that the line names. */
const NAMED = 2;

/** Fraction of all contributions from which a mark is named. */
const LEAST = 0.05;

/** Short name of a mark, without its histone: "K4me3". */
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

/** Magnitude of the largest contribution, including the ends of ranges; above 0. */
export function largestOf(shares: readonly MarkShare[]): number {
  return Math.max(...shares.flatMap(({ value, range = [] }) => [value, ...range].map(Math.abs)), Number.MIN_VALUE);
}

/** Marks named in an answer: those that contribute most, except negligible ones. */
export function mostOf(shares: readonly MarkShare[]): MarkShare[] {
  const all = shares.reduce((sum, { value }) => sum + Math.abs(value), 0);
  return shares
    .filter(({ value }) => Math.abs(value) > LEAST * all)
    .sort((a, b) => Math.abs(b.value) - Math.abs(a.value))
    .slice(0, NAMED);
}

/** True if the contribution is positive in one member and negative in another. */
export function isMixed(range: MarkShare["range"]): boolean {
  return range !== undefined && range[0] < 0 && range[1] > 0;
}

/** A contribution, with its range if there is one: "+0.10 (−0.02 to +0.20, sign not the same in all)". */
export function signedWith(value: number, range: MarkShare["range"]): string {
  if (!range) return formatSigned(value);
  const sign = isMixed(range) ? ", sign not the same in all" : "";
  return `${formatSigned(value)} (${formatSigned(range[0])} to ${formatSigned(range[1])}${sign})`;
}

/** Ranges in words: "H3K4me3 +2.4 (+1.8 to +2.9), H3K9me3 −0.3 (−0.5 to −0.1)"; undefined without ranges. */
export function rangesInWords(shares: readonly MarkShare[]): string | undefined {
  if (shares.every(({ range }) => range === undefined)) return undefined;
  return shares.map(({ mark, value, range }) => `${mark} ${signedWith(value, range)}`).join(", ");
}

/** Row of a readout with a mark's signal in a bin and a signed value. */
export function signedRow({ mark, signal, gradient, range }: SaliencyReading): ReadingRow {
  if (signal === undefined) return markRow(mark, "not measured", "–");
  return markRow(mark, formatValue(signal), gradient === undefined ? "…" : signedWith(gradient, range));
}

/** Explains the lines over the bars, and lists marks whose sign differs between members; undefined without a spread. */
export function spreadInWords(shares: readonly MarkShare[], members: string | undefined): string | undefined {
  if (members === undefined || shares.every(({ range }) => range === undefined)) return undefined;
  const mixed = shares.filter(({ range }) => isMixed(range)).map(({ mark }) => mark);
  const signs =
    mixed.length === 0
      ? `Signs are the same in all ${members}.`
      : `The sign of ${listed(mixed)} is not the same in all.`;
  return `Bars: mean of ${members}; lines: lowest to highest. ${signs}`;
}

/** Magnitude of the largest contribution for each known gene; NaN for others. */
export function strongestIn(known: ReadonlyMap<number, readonly MarkShare[]> | undefined): (gene: number) => number {
  return (gene) => {
    const shares = known?.get(gene);
    return shares ? Math.max(...shares.map(({ value }) => Math.abs(value))) : Number.NaN;
  };
}

/** The answer: "On (P 0.93, sure): H3K4me3 +2.4 and H3K36me3 +1.5, against a gene without signal." */
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
