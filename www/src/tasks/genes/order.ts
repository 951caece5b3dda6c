/** Which genes a table lists, and in which order. Pure; 20,000 genes take some milliseconds. */

import { type MarkShare, strongestIn } from "../../explain/answer-words";
import { type BinAxis, binCentre, formatPosition, isEvenWeight } from "../../plots";
import { type Sort as SortBy, turned } from "../../ui/sorting";
import type { ChangeFilter, OnOffFilter as Filter } from "../../workspace/format";
import type { ModelCard } from "../../../../pkg/src/index";
import { firstOf } from "../shared/explanation-choice";
import { type GeneNames, geneNames, searchOf } from "../shared/genes/names";
import { isMissed, type MeasuredGenes } from "./on-off/measured/measured";
import { isOn } from "./on-off/on";
import type { Along } from "./outcome";
import type { ChangeRun, FinishedRun, TableRun } from "./result";
import { isLeftOut, isSure, type Sets } from "./sure/sets";
import { TWOFOLD } from "./twofold";

/** Sort order, filter and search of a table. */
export interface ListingBy<Key extends string, Filter extends string> {
  readonly sort: SortBy<Key> | undefined;
  readonly filter: Filter;
  /** Part of a gene's symbol or id, in any case. */
  readonly search: string;
}

/** Contributions of the marks of genes, by their positions. */
export type KnownShares = ReadonlyMap<number, readonly MarkShare[]>;

/** Key of the column of names, which every table has. */
export type Name = "gene";

/**
 * Positions of the genes that a filter passes and a search finds, in order; what is not a number comes last. Genes that
 * are equal by the column keep the table's order.
 */
export function listBy<Key extends string>(
  { texts, keys }: GeneNames,
  { sort, search }: ListingBy<Key, string>,
  passes: (gene: number) => boolean,
  valueBy: (key: Exclude<Key, Name>) => (gene: number) => number,
): Uint32Array {
  const isWanted = searchOf(search);
  const listed: number[] = [];
  for (let gene = 0; gene < texts.length; gene++)
    if (passes(gene) && (!isWanted || isWanted(texts[gene]!))) listed.push(gene);
  if (sort) {
    const { key, descending } = sort;
    const order = <Value extends string | number>(a: Value, b: Value): number =>
      (descending ? -1 : 1) * (a < b ? -1 : a > b ? 1 : 0);
    if (key === "gene") listed.sort((a, b) => order(keys[a]!, keys[b]!) || a - b);
    else {
      const value = valueBy(key as Exclude<Key, Name>);
      listed.sort(
        (a, b) => Number(Number.isNaN(value(a))) - Number(Number.isNaN(value(b))) || order(value(a), value(b)) || a - b,
      );
    }
  }
  return Uint32Array.from(listed);
}

/** "those with the highest P(on), of those predicted on"; `isAll` where all that are listed are taken. */
export function ruleBy(of: readonly string[], search: string, first: string, isAll: boolean): string {
  const all = [...of, ...(search.trim() ? [`with “${search.trim()}” in their names`] : [])].join(", ");
  if (isAll) return all && `those ${all}`;
  return `${first}${all ? `, of those ${all}` : ""}`;
}

/** Sort order after a click on a column's head: the useful direction comes first. */
export function nextSort<Key extends string>(current: SortBy<Key> | undefined, key: Key): SortBy<Key> | undefined {
  return turned(current, key, key !== "gene" && key !== "top");
}

/**
 * Sort key of a column: `beta:2` is β of the third mark; `top` the position of the most attended bin; `moved` how much
 * P(on) moves where the signal of all genes is changed; `sure` whether one class can be excluded; `shares` the size of
 * the contribution of the mark that contributes most.
 */
export type SortKey =
  Name | "probability" | "sure" | "moved" | "label" | "measured" | "shares" | "top" | `beta:${number}`;

/** A column and a direction. */
export type Sort = SortBy<SortKey>;

export type { ChangeFilter, Filter };

/** Listing of genes that are on or off. */
export type Listing = ListingBy<SortKey, Filter>;

/** Genes from the most to the least likely. */
export const FIRST_LISTING: Listing = { sort: { key: "probability", descending: true }, filter: "all", search: "" };

/** Positions of the listed genes of a run on one table, in order. */
export function listGenes(
  run: FinishedRun,
  listing: Listing,
  moved?: Float32Array,
  names: GeneNames = geneNames(run.genes),
  measured?: MeasuredGenes,
  sets?: Sets,
  shares?: KnownShares,
): Uint32Array {
  const { labels } = run.tables[0];
  const passes: Readonly<Record<Filter, (gene: number) => boolean>> = {
    all: () => true,
    on: (gene) => isOn(run.probability[gene]!),
    off: (gene) => !isOn(run.probability[gene]!),
    missed: (gene) => isMissed(gene, run.probability, labels, measured),
    sure: (gene) => !isLeftOut("sure", sets, gene),
    unsure: (gene) => !isLeftOut("unsure", sets, gene),
  };
  const valueBy = (key: Exclude<SortKey, Name>): ((gene: number) => number) => {
    switch (key) {
      // The logit orders as the probability does, and still tells apart what float32 rounds to 1.
      case "probability":
        return (gene) => run.logit[gene]!;
      case "sure":
        return (gene) => Number(sets !== undefined && isSure(sets, gene));
      case "moved":
        return (gene) => moved?.[gene] ?? 0;
      case "label":
        return (gene) => labels?.[gene] ?? 0;
      // Genes of which nothing was measured stand below all others.
      case "measured":
        return (gene) => (Number.isNaN(measured?.values[gene] ?? Number.NaN) ? -1 : measured!.values[gene]!);
      case "shares":
        return strongestIn(shares);
      case "top":
        return topOf(run);
      default:
        return betaBy(run, key);
    }
  };
  return listBy(names, listing, passes[listing.filter], valueBy);
}

const OF_FILTER: Readonly<Record<Filter, readonly string[]>> = {
  all: [],
  on: ["predicted on"],
  off: ["predicted off"],
  missed: ["unlike their label"],
  sure: ["that are sure"],
  unsure: ["of which the class cannot be said"],
};

/** Which genes come first in a list: "those with the highest P(on)". */
export function ruleInWords({ sort, filter, search }: Listing, marks: readonly string[], isAll: boolean): string {
  return ruleBy(OF_FILTER[filter], search, firstInWords(sort, marks), isAll);
}

function firstInWords(sort: Sort | undefined, marks: readonly string[]): string {
  if (!sort) return "the first in the table";
  const { key, descending } = sort;
  const most = descending ? "highest" : "lowest";
  if (key === "gene") return `the ${descending ? "last" : "first"} by name`;
  if (key === "label") return `those labelled ${descending ? "on" : "off"} first`;
  if (key === "top") return `those with the ${descending ? "last" : "first"} bins looked at`;
  if (key === "sure") return `${descending ? "those that are sure" : "those whose class cannot be said"} first`;
  if (key === "probability") return `those with the ${most} P(on)`;
  if (key === "measured") return `those with the ${most} measured expression`;
  if (key === "shares") return byShares(descending);
  if (key === "moved") return `those whose P(on) ${descending ? "rises" : "falls"} most where all are changed alike`;
  return `those with the ${most} β of ${marks[Number(key.slice("beta:".length))] ?? "a mark"}`;
}

/** Words for a list by contributions. */
export function byShares(descending: boolean): string {
  return `those whose strongest mark contributes ${descending ? "most" : "least"}`;
}

/** "+250 bp": where a model looked at a gene, or "even" where α peaks nowhere. */
export function lookedAt(
  { topAlpha, topBin, bins }: Pick<TableRun, "topAlpha" | "topBin" | "bins">,
  axis: BinAxis,
  gene: number,
): string {
  return isEvenWeight(topAlpha[gene]!, bins) ? "even" : formatPosition(binCentre(axis, topBin[gene]! + 1));
}

/** Attention that is even has no place; such genes stand together, after all others. */
export function topOf(run: TableRun): (gene: number) => number {
  return (gene) => (isEvenWeight(run.topAlpha[gene]!, run.bins) ? run.bins : run.topBin[gene]!);
}

/** β of the mark that a key names. */
export function betaBy(run: TableRun, key: string): (gene: number) => number {
  const mark = Number(key.slice("beta:".length));
  return (gene) => run.beta[gene * run.marks.length + mark]!;
}

/** Sort key of a column of changes. */
export type ChangeKey = Name | "change" | "moved" | "measured" | "error" | "sure" | "shares" | "a" | "b" | "top";

/** Listing of changes. */
export type ChangeListing = ListingBy<ChangeKey, ChangeFilter>;

/** From the gene that rises most to the one that falls most. */
export const FIRST_CHANGES: ChangeListing = { sort: { key: "change", descending: true }, filter: "all", search: "" };

/** Values of a run that are listed. */
export interface Listed extends Pick<ChangeRun, "genes" | "foldChange" | "expression" | "beta" | "columns"> {
  /** Measured log2 fold change, NaN where there is none, [N]. */
  readonly measured?: Float32Array | undefined;
  /** Change of the prediction where the signal of all genes is changed, [N]. */
  readonly moved?: Float32Array | undefined;
  /** Intervals of the changes, and the signs that they leave. */
  readonly sets?: Sets | undefined;
  /** Contributions of the marks of the genes that were explained. */
  readonly shares?: KnownShares | undefined;
}

/** Positions of the listed genes of a run on two tables, in order. */
export function listChanges(run: Listed, listing: ChangeListing, names: GeneNames = geneNames(run.genes)): Uint32Array {
  const { foldChange, expression, measured, moved, sets, shares, beta, columns } = run;
  const known = (gene: number): number => measured?.[gene] ?? Number.NaN;
  const passes: Readonly<Record<ChangeFilter, (gene: number) => boolean>> = {
    all: () => true,
    up: (gene) => foldChange[gene]! > TWOFOLD,
    down: (gene) => foldChange[gene]! < -TWOFOLD,
    little: (gene) => Math.abs(foldChange[gene]!) <= TWOFOLD,
    missed: (gene) => Math.abs(known(gene)) > TWOFOLD && Math.sign(known(gene)) !== Math.sign(foldChange[gene]!),
    sure: (gene) => !isLeftOut("sure", sets, gene),
    unsure: (gene) => !isLeftOut("unsure", sets, gene),
  };
  const values: Readonly<Record<Exclude<ChangeKey, Name>, (gene: number) => number>> = {
    change: (gene) => foldChange[gene]!,
    moved: (gene) => moved?.[gene] ?? Number.NaN,
    measured: known,
    error: (gene) => Math.abs(foldChange[gene]! - known(gene)),
    sure: (gene) => Number(sets !== undefined && isSure(sets, gene)),
    shares: strongestIn(shares),
    a: (gene) => expression[2 * gene]!,
    b: (gene) => expression[2 * gene + 1]!,
    top: (gene) => topColumn(beta, columns.length, gene),
  };
  return listBy(names, listing, passes[listing.filter], (key) => values[key]);
}

const OF_CHANGE_FILTER: Readonly<Record<ChangeFilter, readonly string[]>> = {
  all: [],
  up: ["predicted higher in B by more than twofold"],
  down: ["predicted higher in A by more than twofold"],
  little: ["predicted to change less than twofold"],
  missed: ["whose direction is missed"],
  sure: ["of which the sign is sure"],
  unsure: ["of which the sign cannot be said"],
};

/** Which genes come first in a list: "those with the highest log2 fold change". */
export function changeRuleInWords({ sort, filter, search }: ChangeListing, isAll: boolean): string {
  return ruleBy(OF_CHANGE_FILTER[filter], search, firstChangesInWords(sort), isAll);
}

function firstChangesInWords(sort: SortBy<ChangeKey> | undefined): string {
  if (!sort) return "the first in the table";
  const { key, descending } = sort;
  if (key === "gene") return `the ${descending ? "last" : "first"} by name`;
  if (key === "sure") return `those ${descending ? "of which the sign is sure" : "whose sign cannot be said"} first`;
  if (key === "top") return "those sorted by the mark with the highest β";
  if (key === "shares") return byShares(descending);
  if (key === "moved") return `those that ${descending ? "rise" : "fall"} most where all are changed alike`;
  const names = {
    ...{ change: "log2 fold change", measured: "measured log2 fold change", error: "error" },
    ...{ a: "prediction in A", b: "prediction in B" },
  } as const;
  return `those with the ${descending ? "highest" : "lowest"} ${names[key]}`;
}

/** The column of β with the highest weight in a gene. */
export function topColumn(beta: Float32Array, columns: number, gene: number): number {
  let best = 0;
  for (let column = 1; column < columns; column++)
    if (beta[gene * columns + column]! > beta[gene * columns + best]!) best = column;
  return best;
}

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
