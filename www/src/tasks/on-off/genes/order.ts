/** Which genes the table lists, and in which order. Pure; 20,000 genes take some milliseconds. */

import { isEvenWeight } from "../../../plots";
import { type Sort as SortBy, turned } from "../../../ui/sorting";
import { type GeneNames, geneNames } from "../../shared/genes/names";
import { isMissed, type MeasuredGenes } from "../measured/measured";
import { isOn } from "../on";
import type { FinishedRun } from "../result";

/**
 * What a column sorts by: `beta:2` is β of the third mark; `top` the position of the most attended bin; `moved` how
 * much P(on) moves where the signal of all genes is changed.
 */
export type SortKey = "gene" | "probability" | "moved" | "label" | "measured" | "top" | `beta:${number}`;

/** A column and a direction. */
export type Sort = SortBy<SortKey>;

/** Which genes are listed; `missed` are those that were labelled or measured otherwise than predicted. */
export type Filter = "all" | "on" | "off" | "missed";

/** What the table lists. */
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
  names: GeneNames = geneNames(run.table.genes),
  measured?: MeasuredGenes,
): Uint32Array {
  const { genes, labels } = run.table;
  const wanted = search.trim().toLowerCase();
  const listed: number[] = [];
  for (let gene = 0; gene < genes.length; gene++) {
    const on = isOn(run.probability[gene]);
    if (filter === "on" && !on) continue;
    if (filter === "off" && on) continue;
    if (filter === "missed" && !isMissed(gene, run.probability, labels, measured)) continue;
    if (wanted && !names.texts[gene].includes(wanted)) continue;
    listed.push(gene);
  }
  if (sort) {
    const compare =
      sort.key === "moved"
        ? (a: number, b: number) => (moved?.[a] ?? 0) - (moved?.[b] ?? 0)
        : comparison(run, sort.key, names, measured);
    listed.sort(sort.descending ? (a, b) => compare(b, a) || a - b : (a, b) => compare(a, b) || a - b);
  }
  return Uint32Array.from(listed);
}

function comparison(
  run: FinishedRun,
  key: Exclude<SortKey, "moved">,
  { keys }: GeneNames,
  measured: MeasuredGenes | undefined,
): (a: number, b: number) => number {
  const { labels } = run.table;
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

/** What a click on a column's head does: the useful direction comes first. */
export function nextSort(current: Sort | undefined, key: SortKey): Sort | undefined {
  return turned(current, key, key !== "gene" && key !== "top");
}
