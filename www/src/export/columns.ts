/** The numbers of a figure as a table: tab-separated, with a header. */

import { cell as textCell, formatFloat32 } from "./tsv";

/** Numbers are written as their shortest float32, strings as names. */
export type Cell = string | number;

/** The table, with a newline at its end. */
export function columns(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const write = (cell: Cell): string =>
    typeof cell === "number" ? (Number.isInteger(cell) ? String(cell) : formatFloat32(cell)) : textCell(cell);
  return `${[header, ...rows].map((row) => row.map(write).join("\t")).join("\n")}\n`;
}

/** A column of numbers by bin: its name, and its value in each bin from 0. */
export type BinColumn = readonly [name: string, at: (bin: number) => number];

/** One row per bin, numbered from 1. */
export function byBin(bins: number, numbers: readonly BinColumn[]): string {
  return columns(
    ["bin", ...numbers.map(([name]) => name)],
    Array.from({ length: bins }, (_, bin) => [bin + 1, ...numbers.map(([, at]) => at(bin))]),
  );
}
