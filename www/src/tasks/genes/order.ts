/** Filters and sorts a table of genes. Pure; 20,000 genes take a few milliseconds. */

import { type MarkShare, strongestIn } from "../../explain/answer-words";
import { type BinAxis, binCentre, formatPosition, isEvenWeight } from "../../plots";
import { type Sort as SortBy, turned } from "../../ui/sorting";
import type { ChangeFilter, OnOffFilter } from "../../workspace/format";
import type { ModelCard } from "../../../../pkg/src/index";
import { firstOf } from "../shared/explanation-choice";
import { type GeneNames, geneNames, searchOf } from "../shared/genes/names";
import type { Along, TableRun } from "./result";
import { isLeftOut, isSure, type Sets } from "./sure/sets";

/** Sort order, filter and search of a table. */
export interface ListingBy<Key extends string, Filter extends string> {
  readonly sort: SortBy<Key> | undefined;
  readonly filter: Filter;
  /** Part of a gene's symbol or id; case is ignored. */
  readonly search: string;
}

/** Any listing of genes. */
export type AnyListing = ListingBy<string, string>;

/** Contributions of the marks of genes, by index. */
export type KnownShares = ReadonlyMap<number, readonly MarkShare[]>;

/** Facts about a run's genes in addition to the run. */
export interface Beside<Measured extends object = object> {
  /** Change of each prediction after an edit of all signals, [N]. */
  readonly moved?: Float32Array | undefined;
  /** Measured values of the genes. */
  readonly measured?: Measured | undefined;
  /** Prediction sets: classes, or signs with intervals, that cannot be excluded. */
  readonly sets?: Sets | undefined;
  /** Contributions of the marks of explained genes. */
  readonly shares?: KnownShares | undefined;
}

/** A number for each gene, if known. */
type ValueOf<Run, Measured extends object> = (run: Run, beside: Beside<Measured>) => (gene: number) => number;

/** Description of the genes that come first in a sorted list: the name of the sort key, or a phrase. */
type First = string | ((descending: boolean) => string);

/** Sort keys and filters of an outcome's lists. */
interface ListsOf<Run, Measured extends object> {
  /** The initial sort column, in descending order. */
  readonly first: string;
  /** Columns in addition to those of all outcomes. */
  readonly keys: Readonly<Record<string, readonly [First, ValueOf<Run, Measured>]>>;
  /** Filters in addition to "all": description of the genes, and the test. */
  readonly filters?: Readonly<
    Record<string, readonly [string, (run: Run, beside: Beside<Measured>) => (gene: number) => boolean]>
  >;
  /** Descriptions of genes whose predictions move up and down: "that rise". */
  readonly moving?: readonly [string, string];
}

/** A run whose genes are listed. */
type Genes = Pick<TableRun, "genes">;

/** Lists of the genes of runs of an outcome. */
export interface Lists<Run extends Genes = Genes, Measured extends object = object> {
  /** The listing of a new run. */
  readonly first: AnyListing;
  /** Indices of the listed genes of a run, in order. */
  list(run: Run, listing: AnyListing, beside?: Beside<Measured>, names?: GeneNames): Uint32Array;
  /**
   * Describes the genes that come first in a list: "those with the highest P(on), of those predicted on"; `isAll` if
   * all listed genes are taken.
   */
  rule(listing: AnyListing, marks: readonly string[], isAll: boolean): string;
}

/** Columns of models of one table: the peak of attention; genes with even attention come last. */
export const PEAK = [
  (descending: boolean) => `those with the ${descending ? "last" : "first"} bins looked at`,
  (run: TableRun) => (gene: number) => (isEvenWeight(run.topAlpha[gene]!, run.bins) ? run.bins : run.topBin[gene]!),
] as const;

/** The measured value of each gene; NaN if unknown. */
export function knownIn(measured: Float32Array | undefined): (gene: number) => number {
  return (gene) => measured?.[gene] ?? Number.NaN;
}

/** A column that separates confident predictions. */
export const SURE: ValueOf<object, object> =
  (_, { sets }) =>
  (gene) =>
    Number(sets !== undefined && isSure(sets, gene));

/** Filters by prediction sets. */
export const JUDGED = {
  sure:
    (_: object, { sets }: Beside) =>
    (gene: number) =>
      !isLeftOut("sure", sets, gene),
  unsure:
    (_: object, { sets }: Beside) =>
    (gene: number) =>
      !isLeftOut("unsure", sets, gene),
} as const;

/** The lists of an outcome. */
export function listsOf<Run extends Genes, Measured extends object>(of: ListsOf<Run, Measured>): Lists<Run, Measured> {
  const [rise, fall] = of.moving ?? ["that rise", "that fall"];
  const keys: ListsOf<Run, Measured>["keys"] = {
    ...of.keys,
    moved: [
      (descending) => `those ${descending ? rise : fall} most where all are changed alike`,
      (_, { moved }) =>
        (gene) =>
          moved?.[gene] ?? Number.NaN,
    ],
    shares: [
      (descending) => `those whose strongest mark contributes ${descending ? "most" : "least"}`,
      (_, { shares }) => strongestIn(shares),
    ],
  };
  // `beta:2` is β of the third mark.
  const markOf = (key: string): number => Number(key.slice("beta:".length));
  return {
    first: { sort: { key: of.first, descending: true }, filter: "all", search: "" },
    list(run, { sort, filter, search }, beside = {}, names = geneNames(run.genes)) {
      const passes = of.filters?.[filter]?.[1](run, beside);
      const isWanted = searchOf(search);
      const { texts, keys: byName } = names;
      const listed: number[] = [];
      for (let gene = 0; gene < texts.length; gene++)
        if ((!passes || passes(gene)) && (!isWanted || isWanted(texts[gene]!))) listed.push(gene);
      if (!sort) return Uint32Array.from(listed);
      const { key, descending } = sort;
      const order = <Value extends string | number>(a: Value, b: Value): number =>
        (descending ? -1 : 1) * (a < b ? -1 : a > b ? 1 : 0);
      // Ties keep the table's order; NaN comes last.
      if (key === "gene") listed.sort((a, b) => order(byName[a]!, byName[b]!) || a - b);
      else {
        const { beta, marks } = run as unknown as TableRun;
        const value = keys[key]?.[1](run, beside) ?? ((gene) => beta[gene * marks.length + markOf(key)]!);
        const isUnknown = (gene: number): number => Number(Number.isNaN(value(gene)));
        listed.sort((a, b) => isUnknown(a) - isUnknown(b) || order(value(a), value(b)) || a - b);
      }
      return Uint32Array.from(listed);
    },
    rule({ sort, filter, search }, marks, isAll) {
      const narrowed = of.filters?.[filter]?.[0];
      const all = [
        ...(narrowed === undefined ? [] : [narrowed]),
        ...(search.trim() ? [`with “${search.trim()}” in their names`] : []),
      ].join(", ");
      if (isAll) return all && `those ${all}`;
      return `${first(sort, marks)}${all ? `, of those ${all}` : ""}`;
    },
  };

  function first(sort: SortBy<string> | undefined, marks: readonly string[]): string {
    if (!sort) return "the first in the table";
    const { key, descending } = sort;
    if (key === "gene") return `the ${descending ? "last" : "first"} by name`;
    const name = keys[key]?.[0] ?? `β of ${marks[markOf(key)] ?? "a mark"}`;
    return typeof name === "string" ? `those with the ${descending ? "highest" : "lowest"} ${name}` : name(descending);
  }
}

/** Sort order after a click on a column's heading: the more useful direction comes first. */
export function nextSort<Key extends string>(current: SortBy<Key> | undefined, key: Key): SortBy<Key> | undefined {
  return turned(current, key, key !== "gene" && key !== "top");
}

/** Peak of attention: "+250 bp", or "even" if α has no peak. */
export function lookedAt(
  { topAlpha, topBin, bins }: Pick<TableRun, "topAlpha" | "topBin" | "bins">,
  axis: BinAxis,
  gene: number,
): string {
  return isEvenWeight(topAlpha[gene]!, bins) ? "even" : formatPosition(binCentre(axis, topBin[gene]! + 1));
}

/** Key of the column of names, which every table has. */
type Name = "gene";

/**
 * Sort key of a column: `beta:2` is β of the third mark; `top` the position of the most attended bin; `moved` the
 * change of P(on) after an edit of all signals; `sure` confident predictions; `shares` the magnitude of the largest
 * contribution of a mark.
 */
export type SortKey =
  Name | "probability" | "sure" | "moved" | "label" | "measured" | "shares" | "top" | `beta:${number}`;

/** Listing of genes that are on or off. */
export type Listing = ListingBy<SortKey, OnOffFilter>;

/** Sort key of a column of changes. */
export type ChangeKey = Name | "change" | "moved" | "measured" | "error" | "sure" | "shares" | "a" | "b" | "top";

/** Listing of changes. */
export type ChangeListing = ListingBy<ChangeKey, ChangeFilter>;

/** View along a gene of a change: attention, or contributions to the fold change. */
export const SHOWN = ["alpha", "integrated-gradients"] as const;

export type Shown = (typeof SHOWN)[number];

/** Returns the user's choice, or else the winner of the deletion test on the model's card. */
export function shownOf({ model }: { readonly model: { readonly card: ModelCard } }, chosen: Shown | undefined): Shown {
  return chosen ?? firstOf(model.card, SHOWN);
}

/** The explanation shown along genes, if attention or contributions can be chosen. */
export function alongOf(work: {
  readonly state: { readonly run?: Parameters<typeof shownOf>[0] | undefined; readonly shown?: Shown | undefined };
  set(change: { readonly shown: Shown }): void;
}) {
  return {
    along: (): Along => (work.state.run ? shownOf(work.state.run, work.state.shown) : "alpha"),
    showAlong(along: Along): void {
      const shown = SHOWN.find((each) => each === along);
      if (shown) work.set({ shown });
    },
  };
}
