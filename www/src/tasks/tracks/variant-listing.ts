/** Which variants of a file are listed, and in which order. Pure. */

import type { VariantRow } from "../../../../pkg/src/index";
import { formatCount } from "../../plots/core/format";
import { nameKeys, type Sort, turned } from "../../ui/sorting";
import type { TrackColumn, VariantScores } from "./variant-scores";

/** What a column sorts by. */
export type VariantKey = "position" | "id" | "sad" | "total" | "log2" | "percentile" | "activity";

/** What kind of change a variant is. */
export type VariantKind = "base" | "insertion" | "deletion" | "other";

/** Which kinds are listed. */
export type KindFilter = VariantKind | "all" | "unscored";

/** What the list has. */
export interface VariantListing {
  /** The order of the file where there is none. */
  readonly sort: Sort<VariantKey> | undefined;
  /** Part of a place, a change or an id, in any case. */
  readonly search: string;
  readonly kind: KindFilter;
  /** The least size of the score, and the least percentile. */
  readonly leastScore: number | undefined;
  readonly leastPercentile: number | undefined;
}

/** All variants, as they stand in their file. */
export const FIRST_VARIANTS: VariantListing = {
  sort: undefined,
  search: "",
  kind: "all",
  leastScore: undefined,
  leastPercentile: undefined,
};

/** The largest change first, of either sign. */
export const RANKED: Sort<VariantKey> = { key: "sad", descending: true };

/** `chrI:1,042 A>G` */
export function placeText({ chromosome, position, reference, alternative }: VariantRow): string {
  return `${chromosome}:${formatCount(position + 1)} ${reference}>${alternative}`;
}

/** What kind of change a row is, without the bases that both alleles share. */
export function kindOf({ reference, alternative }: Pick<VariantRow, "reference" | "alternative">): VariantKind {
  if (!/^[ACGTN]+$/i.test(alternative)) return "other";
  const [longer, shorter] =
    reference.length >= alternative.length ? [reference, alternative] : [alternative, reference];
  let behind = 0;
  while (behind < shorter.length && longer.at(-1 - behind) === shorter.at(-1 - behind)) behind++;
  let before = 0;
  while (before < shorter.length - behind && longer[before] === shorter[before]) before++;
  const [from, to] = [reference.length - behind - before, alternative.length - behind - before];
  if (from === 1 && to === 1) return "base";
  if (from === 0 && to > 0) return "insertion";
  return to === 0 && from > 0 ? "deletion" : "other";
}

/** The numbers of a file's rows that are listed, in order. Rows without a number come last; equal ones as in the file. */
export function listVariants(
  rows: readonly VariantRow[],
  listing: VariantListing,
  scores: VariantScores | undefined,
  track: number,
): Uint32Array {
  const listed = filtered(rows, listing, scores, track);
  const { sort } = listing;
  if (!sort) return listed;
  const keys = keysOf(rows, sort.key, scores, track);
  const sign = sort.descending ? -1 : 1;
  return listed.sort((a, b) => {
    const [one, other] = [keys[a]!, keys[b]!];
    if (one === other) return a - b;
    // Not a number is last in both directions.
    if (one !== one || other !== other) return Number(one !== one) - Number(other !== other) || a - b;
    return one < other ? -sign : sign;
  });
}

/** What a click on a column's head does: the largest number comes first, but the first place and the first name. */
export function nextVariantSort(current: Sort<VariantKey> | undefined, key: VariantKey): Sort<VariantKey> | undefined {
  return turned(current, key, key !== "position" && key !== "id");
}

function filtered(
  rows: readonly VariantRow[],
  { search, kind, leastScore, leastPercentile }: VariantListing,
  scores: VariantScores | undefined,
  track: number,
): Uint32Array {
  const wanted = search
    .trim()
    .replace(/(\d),(?=\d)/g, "$1")
    .toLowerCase();
  const texts = wanted === "" ? undefined : textsOf(rows);
  // Scores are float32: a number that is written in a saved table means the score that it was written for.
  const isLeast = (row: number, column: TrackColumn, least: number | undefined): boolean =>
    least === undefined || Math.abs(scores?.value(row, track, column) ?? NaN) >= Math.fround(least);
  const isOfKind = (row: number): boolean =>
    kind === "all" || (kind === "unscored" ? !scores?.has(row) : kindOf(rows[row]!) === kind);
  const listed = new Uint32Array(rows.length);
  let count = 0;
  for (let row = 0; row < rows.length; row++)
    if (
      (!texts || texts[row]!.includes(wanted)) &&
      isOfKind(row) &&
      isLeast(row, "sad", leastScore) &&
      isLeast(row, "percentile", leastPercentile)
    )
      listed[count++] = row;
  return listed.subarray(0, count);
}

const texts = new WeakMap<readonly VariantRow[], readonly string[]>();

/** What a search looks in, for each row; made once for a file. */
function textsOf(rows: readonly VariantRow[]): readonly string[] {
  const made =
    texts.get(rows) ??
    rows.map(({ chromosome, position, reference, alternative, id }) =>
      `${chromosome}:${position + 1} ${reference}>${alternative} ${id}`.toLowerCase(),
    );
  texts.set(rows, made);
  return made;
}

/** What each row is sorted by. */
function keysOf(
  rows: readonly VariantRow[],
  key: VariantKey,
  scores: VariantScores | undefined,
  track: number,
): Float64Array | readonly string[] {
  if (key === "id") return nameKeys(rows.map(({ id }) => id));
  if (key === "position") {
    const names = nameKeys(rows.map(({ chromosome }) => chromosome));
    return rows.map(({ position }, row) => `${names[row]}\n${String(position + 1).padStart(12, "0")}`);
  }
  const numbers = Float64Array.from(rows, (_, row) => scores?.value(row, track, key) ?? NaN);
  // A change counts by its size; a percentile and an activity have no sign.
  return numbers.map(Math.abs);
}
