/** Cells of saved tables. */

/**
 * The shortest decimal that reads back as the same float32 (the value is rounded to float32 first). Non-finite values
 * are written as Rust and Python read them: `NaN`, `inf`, `-inf`.
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
 * A name as one cell: separators become spaces, and text that a spreadsheet would evaluate gets an apostrophe, which
 * marks text in spreadsheets.
 */
export function cell(text: string): string {
  const line = text.replace(/[\t\r\n]+/g, " ");
  const start = line.trimStart();
  return start.length > 1 && /^[=+\-@]/.test(start) && Number.isNaN(Number(start)) ? `'${line}` : line;
}
