/** Which genes the table of changes lists, and in which order. Pure. */

import { type Sort, turned } from "../../../../ui/sorting";
import { type GeneNames, geneNames, searchOf } from "../../../shared/genes/names";
import { isLeftOut, isSure, type Sets } from "../../sureness";
import type { ChangeRun } from "../result";

/** Sort key of a column. */
export type ChangeKey = "gene" | "change" | "moved" | "measured" | "error" | "sure" | "a" | "b" | "top";

/** A column and a direction. */
export type ChangeSort = Sort<ChangeKey>;

/**
 * Which genes are listed: those predicted higher in B or in A by more than twofold, of which the direction is missed,
 * or of which the sign is sure or cannot be said.
 */
export const CHANGE_FILTERS = ["all", "up", "down", "little", "missed", "sure", "unsure"] as const;
export type ChangeFilter = (typeof CHANGE_FILTERS)[number];

/** Sort order, filter and search of the table. */
export interface ChangeListing {
  readonly sort: ChangeSort | undefined;
  readonly filter: ChangeFilter;
  /** Part of a gene's symbol or id, in any case. */
  readonly search: string;
}

/** From the gene that rises most to the one that falls most. */
export const FIRST_CHANGES: ChangeListing = { sort: { key: "change", descending: true }, filter: "all", search: "" };

/** |log2 fold change| of a twofold change. */
export const TWOFOLD = 1;

/** Values of a run that are listed. */
export interface Listed extends Pick<ChangeRun, "genes" | "foldChange" | "expression" | "beta" | "columns"> {
  /** Measured log2 fold change, NaN where there is none, [N]. */
  readonly measured?: Float32Array | undefined;
  /** Change of the prediction where the signal of all genes is changed, [N]. */
  readonly moved?: Float32Array | undefined;
  /** Intervals of the changes, and the signs that they leave. */
  readonly sets?: Sets | undefined;
}

/** Positions of the listed genes, in order; what is not a number comes last. */
export function listChanges(
  run: Listed,
  { sort, filter, search }: ChangeListing,
  names: GeneNames = geneNames(run.genes),
): Uint32Array {
  const { genes, foldChange, measured, sets } = run;
  const isWanted = searchOf(search);
  const listed: number[] = [];
  for (let gene = 0; gene < genes.length; gene++) {
    const change = foldChange[gene];
    if (filter === "up" && !(change > TWOFOLD)) continue;
    if (filter === "down" && !(change < -TWOFOLD)) continue;
    if (filter === "little" && !(Math.abs(change) <= TWOFOLD)) continue;
    if (
      filter === "missed" &&
      !(measured && Math.abs(measured[gene]) > TWOFOLD && Math.sign(measured[gene]) !== Math.sign(change))
    )
      continue;
    if (isLeftOut(filter, sets, gene)) continue;
    if (isWanted && !isWanted(names.texts[gene])) continue;
    listed.push(gene);
  }
  if (sort) {
    const { key, descending } = sort;
    if (key === "gene") {
      const { keys } = names;
      const order = (a: number, b: number): number => (keys[a] < keys[b] ? -1 : keys[a] > keys[b] ? 1 : 0);
      listed.sort((a, b) => (descending ? -1 : 1) * order(a, b) || a - b);
    } else {
      const value = valueOf(run, key);
      const order = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0);
      listed.sort(
        (a, b) =>
          Number(Number.isNaN(value(a))) - Number(Number.isNaN(value(b))) ||
          (descending ? order(value(b), value(a)) : order(value(a), value(b))) ||
          a - b,
      );
    }
  }
  return Uint32Array.from(listed);
}

/** Which genes come first in a list: "those with the highest log2 fold change"; `isAll` where all listed are taken. */
export function ruleInWords({ sort, filter, search }: ChangeListing, isAll: boolean): string {
  const of = [
    ...{
      all: [],
      up: ["predicted higher in B by more than twofold"],
      down: ["predicted higher in A by more than twofold"],
      little: ["predicted to change less than twofold"],
      missed: ["whose direction is missed"],
      sure: ["of which the sign is sure"],
      unsure: ["of which the sign cannot be said"],
    }[filter],
    ...(search.trim() ? [`with “${search.trim()}” in their names`] : []),
  ].join(", ");
  if (isAll) return of && `those ${of}`;
  return `${firstInWords(sort)}${of ? `, of those ${of}` : ""}`;
}

function firstInWords(sort: ChangeSort | undefined): string {
  if (!sort) return "the first in the table";
  const { key, descending } = sort;
  if (key === "gene") return `the ${descending ? "last" : "first"} by name`;
  if (key === "sure") return `those ${descending ? "of which the sign is sure" : "whose sign cannot be said"} first`;
  if (key === "top") return "those sorted by the mark with the highest β";
  if (key === "moved") return `those that ${descending ? "rise" : "fall"} most where all are changed alike`;
  const names = {
    ...{ change: "log2 fold change", measured: "measured log2 fold change", error: "error" },
    ...{ a: "prediction in A", b: "prediction in B" },
  } as const;
  return `those with the ${descending ? "highest" : "lowest"} ${names[key]}`;
}

function valueOf(
  { foldChange, expression, measured, moved, sets, beta, columns }: Listed,
  key: Exclude<ChangeKey, "gene">,
): (gene: number) => number {
  const known = (gene: number): number => measured?.[gene] ?? Number.NaN;
  return {
    change: (gene: number) => foldChange[gene],
    moved: (gene: number) => moved?.[gene] ?? Number.NaN,
    measured: known,
    error: (gene: number) => Math.abs(foldChange[gene] - known(gene)),
    sure: (gene: number) => Number(sets && isSure(sets, gene)),
    a: (gene: number) => expression[2 * gene],
    b: (gene: number) => expression[2 * gene + 1],
    top: (gene: number) => topColumn(beta, columns.length, gene),
  }[key];
}

/** The column of β with the highest weight in a gene. */
export function topColumn(beta: Float32Array, columns: number, gene: number): number {
  let best = 0;
  for (let column = 1; column < columns; column++)
    if (beta[gene * columns + column] > beta[gene * columns + best]) best = column;
  return best;
}

/** Sort order after a click on a column's head: the useful direction comes first. */
export function nextChangeSort(current: ChangeSort | undefined, key: ChangeKey): ChangeSort | undefined {
  return turned(current, key, key !== "gene" && key !== "top");
}
