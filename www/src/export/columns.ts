/** The numbers of a figure as a table: tab-separated, with a header. */

/** A number is written as its shortest float32; text as the cell of a name. */
export type Cell = string | number;

/** The table, with a newline at its end. */
export function columns(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const write = (value: Cell): string =>
    typeof value === "number" ? (Number.isInteger(value) ? String(value) : formatFloat32(value)) : cell(value);
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

/**
 * The shortest decimal number that reads back as the same float32 (the value is rounded to float32 first). What is not
 * a number is written as Rust and Python read it: `NaN`, `inf`, `-inf`.
 */
export function formatFloat32(value: number): string {
  const single = Math.fround(value);
  if (Number.isNaN(single)) return "NaN";
  if (!Number.isFinite(single)) return single > 0 ? "inf" : "-inf";
  if (Object.is(single, -0)) return "-0";
  // Nine digits always suffice for float32; fewer often do.
  for (let digits = 1; digits < 9; digits++) {
    const decimal = Number(single.toPrecision(digits));
    if (Math.fround(decimal) === single) return String(decimal);
  }
  return String(Number(single.toPrecision(9)));
}

/**
 * A name as one cell: what would end a cell or a row becomes a space, and what a spreadsheet would compute stands
 * behind an apostrophe, by which spreadsheets tell text.
 */
export function cell(text: string): string {
  const line = text.replace(/[\t\r\n]+/g, " ");
  const start = line.trimStart();
  return start.length > 1 && /^[=+\-@]/.test(start) && Number.isNaN(Number(start)) ? `'${line}` : line;
}
