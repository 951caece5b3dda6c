/** The places that a page of one file lists, as BED: read here, since the page does not hold the engine of files. */

import { InputError, type NamedRegion } from "../../../pkg/src/index";
import { regionInWords } from "../ui/words";

const REMEDY = "Write sequence, start and end, and perhaps a name, separated by tabs.";

/** The rows of a BED file; one without a name is called as places are written. Throws with file, line and remedy. */
export function regionsOf(file: string, text: string): NamedRegion[] {
  const rows = text.split(/\r?\n/).flatMap((row, i) => {
    if (row.trim() === "" || /^\s*(#|(track|browser)\b)/.test(row)) return [];
    const [sequence = "", from = "", to = "", name = ""] = row.split("\t").map((cell) => cell.trim());
    const [start, end] = [from, to].map((cell) => (/^\d+$/.test(cell) ? Number(cell) : NaN)) as [number, number];
    if (sequence === "" || !(start < end) || end > Number.MAX_SAFE_INTEGER)
      throw new InputError(
        `${file}, line ${i + 1}: found ${JSON.stringify(row.slice(0, 80))}; expected a row of BED.`,
        {
          ...{ code: "region", file, line: i + 1 },
          remedy: REMEDY,
        },
      );
    const called = name === "" || name === "." ? regionInWords(sequence, { start, end }) : name;
    return [{ name: called, sequence, start, end, line: i + 1 }];
  });
  if (rows.length === 0)
    throw new InputError(`${file}: found no row; expected rows of BED.`, { code: "region", file, remedy: REMEDY });
  return rows;
}
