/** Cell types whose tables a model reads: A alone, or A and B. */

import type { ModelCard } from "../../../../pkg/src/card";

/** Which of two tables. */
export type Cell = "a" | "b";

/** Both. */
export const CELLS: readonly Cell[] = ["a", "b"];

export type Cells = Pick<ModelCard, "cell_type" | "cell_type_b">;

/** The name of a cell type in the card; undefined where it has none. */
function cellTypeOf(card: Cells, cell: Cell): string | undefined {
  return (cell === "a" ? card.cell_type : card.cell_type_b)?.name;
}

/** "A: K562", or "A" where the card names no cell type. */
export function cellName(card: Cells, cell: Cell): string {
  const name = cellTypeOf(card, cell);
  return `${cell.toUpperCase()}${name ? `: ${name}` : ""}`;
}

/**
 * "K562 (E123)"; of two, behind `change`, "from GM12878 (E116) to K562 (E123)"; undefined where the card names none.
 */
export function cellsInWords({ cell_type: a, cell_type_b: b }: Cells, change = ""): string | undefined {
  const [first, second] = [a, b].map((type) => type && `${type.name} (${type.id})`);
  return first && second ? `${change}from ${first} to ${second}` : (first ?? undefined);
}

/** "K562", or "A" where the card names no cell type. */
export function briefCell(card: Cells, cell: Cell): string {
  return cellTypeOf(card, cell) ?? cell.toUpperCase();
}

/** Endings of tables. */
const ENDINGS = /(\.(gz|csv|tsv|txt|tab|prepared|matrix|mat))+$/i;

/** Words of files that name no cell type. */
const USUAL = new RegExp(
  "^(\\W*|..?|[a-z]{2,5}\\d+|\\d+bins|change|test|train|valid(ation)?|signal|counts?|tables?|bins?|data|samples?|" +
    "cells?|histones?|marks?|simulated|pasted|final|new|all)$",
  "i",
);

/** Names of files that say nothing of a sample. */
const NAMELESS = /^(|[ab]|\d+|one|two|first|second|before|after|left|right|tables?|cell[ ._-]?\d*|data|pasted table)$/i;

/** Parts that two files do not share at the ends of their names: `liver` and `heart` of `liver.csv`, `heart.csv`. */
function apartIn(files: readonly [string, string]): readonly [string, string] {
  const words = files.map((file) => file.replace(ENDINGS, "").split(/(?<=[._\- ])/)) as [string[], string[]];
  const [a, b] = words;
  while (a.length > 1 && b.length > 1 && a[0] === b[0]) words.forEach((each) => each.shift());
  while (a.length > 1 && b.length > 1 && a.at(-1) === b.at(-1)) words.forEach((each) => each.pop());
  return words.map((each) => each.join("").replace(/^[._\- ]+|[._\- ]+$/g, "")) as [string, string];
}

/** The sample that both files are of, `liver` of `liver_A.csv` and `liver_B.csv`; undefined where they name none. */
export function sampleInNames(files: readonly [string, string]): string | undefined {
  const [one, other] = files.map((file) => file.replace(ENDINGS, "").split(/[._\- ]+/)) as [string[], string[]];
  const shared = one.filter((word) => other.includes(word) && !USUAL.test(word));
  return shared.length > 0 ? shared.join(" ") : undefined;
}

/**
 * The names of two tables' cell types as their files say them, `liver` and `heart` of `liver.csv` and `heart.csv`, and
 * of one sample `liver A` and `liver B` of `liver_A.csv` and `liver_B.csv`; undefined where these speak of the card's
 * own cell types, or of none.
 */
export function cellsInNames(card: Cells, files: readonly [string, string]): readonly [string, string] | undefined {
  if (files.some((file) => cellInName(card, file) !== undefined)) return undefined;
  const [one, other] = apartIn(files);
  if (one === other) return undefined;
  if (!NAMELESS.test(one) && !NAMELESS.test(other)) return [one, other];
  const sample = sampleInNames(files);
  return sample === undefined || one === "" || other === "" ? undefined : [`${sample} ${one}`, `${sample} ${other}`];
}

/** "A: liver", where the files of both cell types say such names, else as the card has it. */
export function cellTitle(card: Cells, cell: Cell, files: readonly [string, string] | undefined): string {
  const names = files && cellsInNames(card, files);
  return names ? `${cell.toUpperCase()}: ${names[CELLS.indexOf(cell)]}` : cellName(card, cell);
}

/** "A, liver", of A or of B; the name alone where its last word is that letter: "liver A". */
export function letteredCell(cell: Cell, name: string): string {
  return name.split(" ").at(-1)!.toLowerCase() === cell ? name : `${cell.toUpperCase()}, ${name}`;
}

/** Names of both cell types: as the files say them, else as the card does, else "A" and "B". */
export function pairNames(card: Cells, files: readonly [string, string]): readonly [string, string] {
  return cellsInNames(card, files) ?? [briefCell(card, "a"), briefCell(card, "b")];
}

/**
 * The cell type that a file's name speaks of, by the names and ids in the card; undefined where it speaks of none, or
 * of both.
 */
export function cellInName(card: Cells, file: string): Cell | undefined {
  const words = file.toLowerCase().split(/[^\p{L}\p{N}]+/u);
  const isNamed = (type: Cells["cell_type"]): boolean =>
    [type?.id, type?.name].some((name) => name !== undefined && words.includes(name.toLowerCase()));
  const [a, b] = [isNamed(card.cell_type), isNamed(card.cell_type_b)];
  return a === b ? undefined : a ? "a" : "b";
}
