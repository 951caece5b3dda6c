/** Numbers behind a figure as a table: tab-separated, with a header. */

import { formatFloat32 } from "./tsv";

/** A number is written as its shortest float32; text as it is, but for what would end a cell. */
export type Cell = string | number;

/** The table, with a newline at its end. */
export function columns(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const write = (cell: Cell): string =>
    typeof cell === "number"
      ? Number.isInteger(cell)
        ? String(cell)
        : formatFloat32(cell)
      : cell.replace(/[\t\r\n]+/g, " ");
  return `${[header, ...rows].map((row) => row.map(write).join("\t")).join("\n")}\n`;
}
