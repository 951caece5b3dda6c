/** Filters and sorts the variants of a file. Pure. */

import type { NearGenes, VariantRow } from "../../../../../pkg/src/index";
import { formatCount } from "../../../plots/core/format";
import { nameKeys, type Sort, turned } from "../../../ui/sorting";
import { toTss } from "../genes/near-text";
import type { TrackColumn, VariantScores } from "./scores";
import { foundBy } from "./search";

/** Sort key of a column. */
export type VariantKey =
  "position" | "id" | "sad" | "relative" | "total" | "log2" | "percentile" | "activity" | "gene" | "tss";

/** Kind of change of a variant. */
export type VariantKind = "base" | "insertion" | "deletion" | "other";

/** Filter by kind. */
export type KindFilter = VariantKind | "all" | "unscored";

/** Position of a variant relative to genes. */
export type GenePart = "exon" | "intron" | "between";

/** The genes near each row; undefined on a chromosome without genes. */
export type NearRows = readonly (NearGenes | undefined)[];

/** Sort order, search and filters of the list. */
export interface VariantListing {
  /** Sort order; undefined for that of the file. */
  readonly sort: Sort<VariantKey> | undefined;
  /** Part of a position, a change, an id or the name of a nearby gene, or a list of these; case is ignored. */
  readonly search: string;
  readonly kind: KindFilter;
  /** Minimum magnitude of the score, and minimum percentile. */
  readonly leastScore: number | undefined;
  readonly leastPercentile: number | undefined;
  /** Position relative to genes, and maximum distance to a TSS in bases: both need genes. */
  readonly part: GenePart | "all";
  readonly mostToTss: number | undefined;
}

/** All variants, in the order of their file. */
export const FIRST_VARIANTS: VariantListing = {
  sort: undefined,
  search: "",
  kind: "all",
  leastScore: undefined,
  leastPercentile: undefined,
  part: "all",
  mostToTss: undefined,
};

/** Most unusual variants first if random ones are known, otherwise the largest change, of either sign. */
export function ranked({ isRated }: Pick<VariantScores, "isRated">): Sort<VariantKey> {
  return { key: isRated ? "percentile" : "sad", descending: true };
}

/** A variant in words: `chrI:1,042 A>G`. */
export function placeText({ chromosome, position, reference, alternative }: VariantRow): string {
  return `${chromosome}:${formatCount(position + 1)} ${reference}>${alternative}`;
}

type Alleles = Pick<VariantRow, "reference" | "alternative">;

/** Bases of both alleles without their common bases. */
function changeOf({ reference, alternative }: Alleles): { from: number; to: number } {
  const [longer, shorter] =
    reference.length >= alternative.length ? [reference, alternative] : [alternative, reference];
  let behind = 0;
  while (behind < shorter.length && longer.at(-1 - behind) === shorter.at(-1 - behind)) behind++;
  let before = 0;
  while (before < shorter.length - behind && longer[before] === shorter[before]) before++;
  return { from: reference.length - behind - before, to: alternative.length - behind - before };
}

/** Returns true if the alternative consists of bases. */
function hasBases({ alternative }: Alleles): boolean {
  return /^[ACGTN]+$/i.test(alternative);
}

/** Kind of change of a row, without the common bases of its alleles. */
export function kindOf(row: Alleles): VariantKind {
  if (!hasBases(row)) return "other";
  const { from, to } = changeOf(row);
  if (from === 1 && to === 1) return "base";
  if (from === 0 && to > 0) return "insertion";
  return to === 0 && from > 0 ? "deletion" : "other";
}

/** Position of a row relative to genes: in an exon if it changes a base of any exon. */
export function partOf({ here }: NearGenes): GenePart {
  return here[0]?.part ?? "between";
}

/**
 * Numbers of the listed rows of a file, in order. Rows without a number come last. With equal percentiles the larger
 * change comes first; other ties keep the file's order.
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
    // NaN is last in both directions.
    if (one !== one || other !== other) return Number(one !== one) - Number(other !== other) || bySize(a, b);
    return one < other ? -sign : sign;
  });
}

/** Keys sorted in ascending order first: names, positions, and distances to a TSS. */
const LEAST_FIRST: readonly VariantKey[] = ["position", "id", "gene", "tss"];

/**
 * Sort order after a click on a column's heading: largest numbers, but first positions and names, come first.
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
  // Scores are float32: a threshold copied from a saved table must match the score it was written for.
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
    // Without a change, the relative change is 0 even if the sum is 0.
    key === "relative" ? value(row, "sad") / (value(row, "reference_sum") || Number.MIN_VALUE) : value(row, key),
  );
  // Changes are sorted by magnitude; percentiles and activities have no sign.
  return numbers.map(Math.abs);
}
