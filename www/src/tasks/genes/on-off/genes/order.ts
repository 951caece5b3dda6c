/** Which genes the table lists, and in which order. Pure; 20,000 genes take some milliseconds. */

import { isEvenWeight } from "../../../../plots";
import { type Sort as SortBy, turned } from "../../../../ui/sorting";
import { type GeneNames, geneNames, searchOf } from "../../../shared/genes/names";
import { isMissed, type MeasuredGenes } from "../measured/measured";
import { isLeftOut, isSure, type Sets } from "../../sureness";
import { isOn } from "../on";
import type { FinishedRun } from "../result";

/**
 * Sort key of a column: `beta:2` is β of the third mark; `top` the position of the most attended bin; `moved` how much
 * P(on) moves where the signal of all genes is changed; `sure` whether one class can be excluded.
 */
export type SortKey = "gene" | "probability" | "sure" | "moved" | "label" | "measured" | "top" | `beta:${number}`;

/** A column and a direction. */
export type Sort = SortBy<SortKey>;

/**
 * Which genes are listed; `missed` are those that were labelled or measured otherwise than predicted, `sure` those of
 * which one class can be excluded, `unsure` the others.
 */
export const FILTERS = ["all", "on", "off", "missed", "sure", "unsure"] as const;
export type Filter = (typeof FILTERS)[number];

/** Sort order, filter and search of the table. */
export interface Listing {
  readonly sort: Sort | undefined;
  readonly filter: Filter;
  /** Part of a gene's symbol or id, in any case. */
  readonly search: string;
}

/** Genes from the most to the least likely. */
export const FIRST_LISTING: Listing = { sort: { key: "probability", descending: true }, filter: "all", search: "" };

/** Positions of the listed genes, in order. Genes that are equal by the column keep the table's order. */
export function listGenes(
  run: FinishedRun,
  { sort, filter, search }: Listing,
  moved?: Float32Array,
  names: GeneNames = geneNames(run.genes),
  measured?: MeasuredGenes,
  sets?: Sets,
): Uint32Array {
  const { genes } = run;
  const { labels } = run.tables[0];
  const isWanted = searchOf(search);
  const listed: number[] = [];
  for (let gene = 0; gene < genes.length; gene++) {
    const on = isOn(run.probability[gene]);
    if (filter === "on" && !on) continue;
    if (filter === "off" && on) continue;
    if (filter === "missed" && !isMissed(gene, run.probability, labels, measured)) continue;
    if (isLeftOut(filter, sets, gene)) continue;
    if (isWanted && !isWanted(names.texts[gene])) continue;
    listed.push(gene);
  }
  if (sort) {
    const compare =
      sort.key === "moved"
        ? (a: number, b: number) => (moved?.[a] ?? 0) - (moved?.[b] ?? 0)
        : sort.key === "sure"
          ? (a: number, b: number) => Number(sets && isSure(sets, a)) - Number(sets && isSure(sets, b))
          : comparison(run, sort.key, names, measured);
    listed.sort(sort.descending ? (a, b) => compare(b, a) || a - b : (a, b) => compare(a, b) || a - b);
  }
  return Uint32Array.from(listed);
}

const OF_FILTER: Readonly<Record<Filter, readonly string[]>> = {
  all: [],
  on: ["predicted on"],
  off: ["predicted off"],
  missed: ["unlike their label"],
  sure: ["that are sure"],
  unsure: ["of which the class cannot be said"],
};

/** Which genes come first in a list: "those with the highest P(on)"; `isAll` where all that are listed are taken. */
export function ruleInWords({ sort, filter, search }: Listing, marks: readonly string[], isAll: boolean): string {
  const of = [...OF_FILTER[filter], ...(search.trim() ? [`with “${search.trim()}” in their names`] : [])].join(", ");
  if (isAll) return of && `those ${of}`;
  return `${firstInWords(sort, marks)}${of ? `, of those ${of}` : ""}`;
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
  if (key === "moved") return `those whose P(on) ${descending ? "rises" : "falls"} most where all are changed alike`;
  return `those with the ${most} β of ${marks[Number(key.slice("beta:".length))] ?? "a mark"}`;
}

function comparison(
  run: FinishedRun,
  key: Exclude<SortKey, "moved" | "sure">,
  { keys }: GeneNames,
  measured: MeasuredGenes | undefined,
): (a: number, b: number) => number {
  const { labels } = run.tables[0];
  if (key === "gene") {
    return (a, b) => (keys[a] < keys[b] ? -1 : keys[a] > keys[b] ? 1 : 0);
  }
  if (key === "top") {
    // Attention that is even has no place; such genes stand together, after all others.
    const place = (gene: number): number => (isEvenWeight(run.topAlpha[gene], run.bins) ? run.bins : run.topBin[gene]);
    return (a, b) => place(a) - place(b);
  }
  if (key === "measured") {
    // Genes of which nothing was measured stand below all others.
    const value = (gene: number): number => {
      const known = measured?.values[gene] ?? Number.NaN;
      return Number.isNaN(known) ? -1 : known;
    };
    return (a, b) => value(a) - value(b);
  }
  const values = key === "probability" ? run.logit : key === "label" ? labels : undefined;
  // The logit orders as the probability does, and still tells apart what float32 rounds to 1.
  if (values) return (a, b) => values[a] - values[b];
  const marks = run.marks.length;
  const mark = Number(key.slice("beta:".length));
  return (a, b) => run.beta[a * marks + mark] - run.beta[b * marks + mark];
}

/** Sort order after a click on a column's head: the useful direction comes first. */
export function nextSort(current: Sort | undefined, key: SortKey): Sort | undefined {
  return turned(current, key, key !== "gene" && key !== "top");
}
