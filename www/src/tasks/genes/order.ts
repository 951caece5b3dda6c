/** Which genes a table lists, and in which order. Pure; 20,000 genes take some milliseconds. */

import { type MarkShare, strongestIn } from "../../explain/answer-words";
import { type BinAxis, binCentre, formatPosition, isEvenWeight } from "../../plots";
import { type Sort as SortBy, turned } from "../../ui/sorting";
import type { ChangeFilter, OnOffFilter } from "../../session/workspace-types";
import type { ModelCard } from "../../../../pkg/src/index";
import { firstOf } from "../shared/explanation-choice";
import { type GeneNames, geneNames, searchOf } from "../shared/genes/names";
import type { Along, TableRun } from "./result";
import { isLeftOut, isSure, type Sets } from "./sure/sets";

/** Sort order, filter and search of a table. */
export interface ListingBy<Key extends string, Filter extends string> {
  readonly sort: SortBy<Key> | undefined;
  readonly filter: Filter;
  /** Part of a gene's symbol or id, in any case. */
  readonly search: string;
}

/** Any listing of genes. */
export type AnyListing = ListingBy<string, string>;

/** Contributions of the marks of genes, by their positions. */
export type KnownShares = ReadonlyMap<number, readonly MarkShare[]>;

/** Facts about the genes of a run besides it. */
export interface Beside<Measured extends object = object> {
  /** Change of the prediction where the signal of all genes is changed, [N]. */
  readonly moved?: Float32Array | undefined;
  /** Measured values of the genes. */
  readonly measured?: Measured | undefined;
  /** Classes, or signs with intervals, that cannot be excluded. */
  readonly sets?: Sets | undefined;
  /** Contributions of the marks of the genes that were explained. */
  readonly shares?: KnownShares | undefined;
}

/** A number of each gene, as far as it is known. */
type ValueOf<Run, Measured extends object> = (run: Run, beside: Beside<Measured>) => (gene: number) => number;

/** The genes that come first where a list is sorted: by the name of what it is sorted by, or in words of their own. */
type First = string | ((descending: boolean) => string);

/** An outcome's lists: what they are sorted and narrowed by. */
interface ListsOf<Run, Measured extends object> {
  /** The column that is sorted by at first, from its highest value. */
  readonly first: string;
  /** Columns besides those of all outcomes. */
  readonly keys: Readonly<Record<string, readonly [First, ValueOf<Run, Measured>]>>;
  /** Filters besides that of all genes: the genes in words, and whether one passes. */
  readonly filters?: Readonly<
    Record<string, readonly [string, (run: Run, beside: Beside<Measured>) => (gene: number) => boolean]>
  >;
  /** Genes whose predictions move up and down: "that rise". */
  readonly moving?: readonly [string, string];
}

/** Run whose genes are listed. */
type Genes = Pick<TableRun, "genes">;

/** Lists of the genes of runs of an outcome. */
export interface Lists<Run extends Genes = Genes, Measured extends object = object> {
  /** The listing of a new run. */
  readonly first: AnyListing;
  /** Positions of the listed genes of a run, in order. */
  list(run: Run, listing: AnyListing, beside?: Beside<Measured>, names?: GeneNames): Uint32Array;
  /**
   * Which genes come first in a list: "those with the highest P(on), of those predicted on"; `isAll` where all that
   * are listed are taken.
   */
  rule(listing: AnyListing, marks: readonly string[], isAll: boolean): string;
}

/** Columns of models of one table: the place of attention, of which even attention has none, after all others. */
export const PEAK = [
  (descending: boolean) => `those with the ${descending ? "last" : "first"} peak bins`,
  (run: TableRun) => (gene: number) => (isEvenWeight(run.topAlpha[gene]!, run.bins) ? run.bins : run.topBin[gene]!),
] as const;

/** The measured value of each gene; NaN where there is none. */
export function knownIn(measured: Float32Array | undefined): (gene: number) => number {
  return (gene) => measured?.[gene] ?? Number.NaN;
}

/** A column of the genes that are sure. */
export const SURE: ValueOf<object, object> =
  (_, { sets }) =>
  (gene) =>
    Number(sets !== undefined && isSure(sets, gene));

/** Filters by what sets leave. */
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
      (descending) => `those ${descending ? rise : fall} most when all are changed in the same way`,
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
      // Genes that are equal by the column keep the table's order; what is not a number comes last.
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

/** Sort order after a click on a column's head: the useful direction comes first. */
export function nextSort<Key extends string>(current: SortBy<Key> | undefined, key: Key): SortBy<Key> | undefined {
  return turned(current, key, key !== "gene" && key !== "top");
}

/** "+250 bp": where a model looked at a gene, or "even" where α peaks nowhere. */
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
 * Sort key of a column: `beta:2` is β of the third mark; `top` the position of the most attended bin; `moved` how much
 * P(on) moves where the signal of all genes is changed; `sure` whether one class can be excluded; `shares` the size of
 * the contribution of the mark that contributes most.
 */
export type SortKey =
  Name | "probability" | "sure" | "moved" | "label" | "measured" | "shares" | "top" | `beta:${number}`;

/** Listing of genes that are on or off. */
export type Listing = ListingBy<SortKey, OnOffFilter>;

/** Sort key of a column of changes. */
export type ChangeKey = Name | "change" | "moved" | "measured" | "error" | "sure" | "shares" | "a" | "b" | "top";

/** Listing of changes. */
export type ChangeListing = ListingBy<ChangeKey, ChangeFilter>;

/** View along a gene of a change: where the model looked, or what the fold change rests on. */
export const SHOWN = ["alpha", "integrated-gradients"] as const;

export type Shown = (typeof SHOWN)[number];

/** Returns the user's choice, or else the winner of the deletion test, by the card of the run's model. */
export function shownOf({ model }: { readonly model: { readonly card: ModelCard } }, chosen: Shown | undefined): Shown {
  return chosen ?? firstOf(model.card, SHOWN);
}

/** The explanation along genes where attention or contributions can be chosen. */
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
