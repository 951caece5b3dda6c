/** Which genes a table of levels lists, and in which order. Pure. */

import { strongestIn } from "../../../explain/answer-words";
import type { Sort } from "../../../ui/sorting";
import { type GeneNames, geneNames } from "../../shared/genes/names";
import { betaBy, byShares, type KnownShares, listBy, type ListingBy, type Name, ruleBy, topOf } from "../order";
import type { LevelRun } from "../result";
import type { Sets } from "../sure/sets";

/** Sort key of a column of levels; `interval` sorts by the width of intervals. */
export type LevelKey =
  Name | "level" | "interval" | "moved" | "measured" | "error" | "shares" | "top" | `beta:${number}`;

/** Listing of levels, of which none is called high or low. */
export type LevelListing = ListingBy<LevelKey, "all">;

/** From the highest level to the lowest. */
export const FIRST_LEVELS: LevelListing = { sort: { key: "level", descending: true }, filter: "all", search: "" };

/** Facts about the genes of a run of levels besides it. */
export interface BesideLevels {
  /** Measured levels, NaN where there is none, [N]. */
  readonly measured?: Float32Array | undefined;
  readonly moved?: Float32Array | undefined;
  readonly sets?: Sets | undefined;
  readonly shares?: KnownShares | undefined;
}

/** Positions of the listed genes of a run of levels, in order. */
export function listLevels(
  run: LevelRun,
  listing: LevelListing,
  { measured, moved, sets, shares }: BesideLevels = {},
  names: GeneNames = geneNames(run.genes),
): Uint32Array {
  const { level } = run;
  const { low, high } = sets?.intervals ?? {};
  const known = (gene: number): number => measured?.[gene] ?? Number.NaN;
  const values: Readonly<Record<string, (gene: number) => number>> = {
    level: (gene) => level[gene]!,
    interval: (gene) => (low && high ? high[gene]! - low[gene]! : Number.NaN),
    moved: (gene) => moved?.[gene] ?? Number.NaN,
    measured: known,
    error: (gene) => Math.abs(level[gene]! - known(gene)),
    shares: strongestIn(shares),
    top: topOf(run),
  };
  return listBy(
    names,
    listing,
    () => true,
    (key) => values[key] ?? betaBy(run, key),
  );
}

/** Which genes come first in a list: "those with the highest level". */
export function levelRuleInWords({ sort, search }: LevelListing, marks: readonly string[], isAll: boolean): string {
  return ruleBy([], search, firstLevelsInWords(sort, marks), isAll);
}

function firstLevelsInWords(sort: Sort<LevelKey> | undefined, marks: readonly string[]): string {
  if (!sort) return "the first in the table";
  const { key, descending } = sort;
  if (key === "gene") return `the ${descending ? "last" : "first"} by name`;
  if (key === "top") return `those with the ${descending ? "last" : "first"} bins looked at`;
  if (key === "shares") return byShares(descending);
  if (key === "moved") return `those that ${descending ? "rise" : "fall"} most where all are changed alike`;
  if (key === "interval") return `those with the ${descending ? "widest" : "narrowest"} intervals`;
  const names = { level: "level", measured: "measured level", error: "error" } as const;
  const name = key in names ? names[key as keyof typeof names] : `β of ${marks[Number(key.slice(5))] ?? "a mark"}`;
  return `those with the ${descending ? "highest" : "lowest"} ${name}`;
}
