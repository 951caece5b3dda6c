/** Cell types whose tables a model reads: A alone, or A and B. */

import type { ModelCard } from "../../../../pkg/src/card";

/** Which of two tables. */
export type Cell = "a" | "b";

/** Both. */
export const CELLS: readonly Cell[] = ["a", "b"];

type Cells = Pick<ModelCard, "cell_type" | "cell_type_b">;

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
