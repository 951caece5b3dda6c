/** Which variants of a file are listed, and in which order. Pure. */

import type { NearGenes, VariantRow } from "../../../../../pkg/src/index";
import { formatCount } from "../../../plots/core/format";
import { nameKeys, type Sort, turned } from "../../../ui/sorting";
import { toTss } from "../genes/near-text";
import type { TrackColumn, VariantScores } from "./scores";
import { foundBy } from "./search";

/** Sort key of a column. */
export type VariantKey =
  "position" | "id" | "sad" | "relative" | "total" | "log2" | "percentile" | "activity" | "gene" | "tss";

/** Kind of change that a variant is. */
export type VariantKind = "base" | "insertion" | "deletion" | "other";

/** Which kinds are listed. */
export type KindFilter = VariantKind | "all" | "unscored";

/** Where of genes a variant lies. */
export type GenePart = "exon" | "intron" | "between";

/** The genes near by each row; undefined of one on a chromosome without any. */
export type NearRows = readonly (NearGenes | undefined)[];

/** Sort order, search and filters of the list. */
export interface VariantListing {
  /** The order of the file where there is none. */
  readonly sort: Sort<VariantKey> | undefined;
  /** Part of a place, a change, an id or the name of a gene near by, or a list of these, in any case. */
  readonly search: string;
  readonly kind: KindFilter;
  /** The least size of the score, and the least percentile. */
  readonly leastScore: number | undefined;
  readonly leastPercentile: number | undefined;
  /** Where they lie, and the most bases from there to a TSS: both where genes are known. */
  readonly part: GenePart | "all";
  readonly mostToTss: number | undefined;
}

/** All variants, as they stand in their file. */
export const FIRST_VARIANTS: VariantListing = {
  sort: undefined,
  search: "",
  kind: "all",
  leastScore: undefined,
  leastPercentile: undefined,
  part: "all",
  mostToTss: undefined,
};

/** The least usual variant first where random ones are known, else the largest change, of either sign. */
export function ranked({ isRated }: Pick<VariantScores, "isRated">): Sort<VariantKey> {
  return { key: isRated ? "percentile" : "sad", descending: true };
}

/** `chrI:1,042 A>G` */
export function placeText({ chromosome, position, reference, alternative }: VariantRow): string {
  return `${chromosome}:${formatCount(position + 1)} ${reference}>${alternative}`;
}

type Alleles = Pick<VariantRow, "reference" | "alternative">;

/** Bases of both alleles without those that they share. */
function changeOf({ reference, alternative }: Alleles): { from: number; to: number } {
  const [longer, shorter] =
    reference.length >= alternative.length ? [reference, alternative] : [alternative, reference];
  let behind = 0;
  while (behind < shorter.length && longer.at(-1 - behind) === shorter.at(-1 - behind)) behind++;
  let before = 0;
  while (before < shorter.length - behind && longer[before] === shorter[before]) before++;
  return { from: reference.length - behind - before, to: alternative.length - behind - before };
}

/** Returns true if the alternative is written as bases. */
function hasBases({ alternative }: Alleles): boolean {
  return /^[ACGTN]+$/i.test(alternative);
}

/** Kind of change that a row is, without the bases that both alleles share. */
export function kindOf(row: Alleles): VariantKind {
  if (!hasBases(row)) return "other";
  const { from, to } = changeOf(row);
  if (from === 1 && to === 1) return "base";
  if (from === 0 && to > 0) return "insertion";
  return to === 0 && from > 0 ? "deletion" : "other";
}

/** Where of genes a row lies: in an exon where it changes a base of any. */
export function partOf({ here }: NearGenes): GenePart {
  return here[0]?.part ?? "between";
}

/**
 * The numbers of a file's rows that are listed, in order. Rows without a number come last. Of equal percentiles the
 * larger change comes first; other equal rows stand as in the file.
 */
export function listVariants(
  rows: readonly VariantRow[],
  listing: VariantListing,
  scores: VariantScores | undefined,
  track: number,
  near?: NearRows,
): Uint32Array {
  const listed = filtered(rows, listing, scores, track, near);
  const { sort } = listing;
  if (!sort) return listed;
  const keys = keysOf(rows, sort.key, scores, track, near);
  const sizes = sort.key === "percentile" ? keysOf(rows, "sad", scores, track, near) : undefined;
  const sign = sort.descending ? -1 : 1;
  const bySize = (a: number, b: number): number => {
    const [one, other] = [Number(sizes?.[a] ?? 0), Number(sizes?.[b] ?? 0)];
    return Number(one !== one) - Number(other !== other) || other - one || a - b;
  };
  return listed.sort((a, b) => {
    const [one, other] = [keys[a]!, keys[b]!];
    if (one === other) return bySize(a, b);
    // Not a number is last in both directions.
    if (one !== one || other !== other) return Number(one !== one) - Number(other !== other) || bySize(a, b);
    return one < other ? -sign : sign;
  });
}

/** Keys of which the least comes first: names, places, and how far a TSS is. */
const LEAST_FIRST: readonly VariantKey[] = ["position", "id", "gene", "tss"];

/**
 * Sort order after a click on a column's head: the largest number comes first, but the first place and the first name.
 */
export function nextVariantSort(current: Sort<VariantKey> | undefined, key: VariantKey): Sort<VariantKey> | undefined {
  return turned(current, key, !LEAST_FIRST.includes(key));
}

function filtered(
  rows: readonly VariantRow[],
  { search, kind, leastScore, leastPercentile, part, mostToTss }: VariantListing,
  scores: VariantScores | undefined,
  track: number,
  near: NearRows | undefined,
): Uint32Array {
  const isFound = foundBy(search, rows, near);
  // Scores are float32: a number that is written in a saved table means the score that it was written for.
  const isLeast = (row: number, column: TrackColumn, least: number | undefined): boolean =>
    least === undefined || Math.abs(scores?.value(row, track, column) ?? NaN) >= Math.fround(least);
  const isOfKind = (row: number): boolean =>
    kind === "all" || (kind === "unscored" ? !scores?.has(row) : kindOf(rows[row]!) === kind);
  const isNear = (genes: NearGenes | undefined): boolean =>
    (part === "all" || (genes !== undefined && partOf(genes) === part)) &&
    (mostToTss === undefined || (genes !== undefined && toTss(genes) <= mostToTss));
  const listed = new Uint32Array(rows.length);
  let count = 0;
  for (let row = 0; row < rows.length; row++)
    if (
      (!isFound || isFound(row)) &&
      isOfKind(row) &&
      (!near || isNear(near[row])) &&
      isLeast(row, "sad", leastScore) &&
      isLeast(row, "percentile", leastPercentile)
    )
      listed[count++] = row;
  return listed.subarray(0, count);
}

/** Sort keys of the rows. */
function keysOf(
  rows: readonly VariantRow[],
  key: VariantKey,
  scores: VariantScores | undefined,
  track: number,
  near: NearRows | undefined,
): Float64Array | readonly (string | number)[] {
  if (key === "tss") return Float64Array.from(rows, (_, row) => (near?.[row] ? toTss(near[row]) : NaN));
  if (key === "gene") {
    const names = rows.map((_, row) => (near?.[row]?.here[0] ?? near?.[row]?.nearest[0])?.name);
    const keys = nameKeys(names.map((name) => name ?? ""));
    return names.map((name, row) => (name === undefined ? NaN : keys[row]!));
  }
  if (key === "id") return nameKeys(rows.map(({ id }) => id));
  if (key === "position") {
    const names = nameKeys(rows.map(({ chromosome }) => chromosome));
    return rows.map(({ position }, row) => `${names[row]}\n${String(position + 1).padStart(12, "0")}`);
  }
  const value = (row: number, column: TrackColumn): number => scores?.value(row, track, column) ?? NaN;
  const numbers = Float64Array.from(rows, (_, row) =>
    // No change of nothing is no change.
    key === "relative" ? value(row, "sad") / (value(row, "reference_sum") || Number.MIN_VALUE) : value(row, key),
  );
  // A change counts by its size; a percentile and an activity have no sign.
  return numbers.map(Math.abs);
}
