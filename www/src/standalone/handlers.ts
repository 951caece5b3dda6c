/** Handlers in a single-file page: the calls of the page, without those that need an engine it lacks. */

import { type DeviceReport, InputError, type NamedRegion } from "../../../pkg/src/index";
import { call, type Handlers } from "../rpc/rpc";
import { serve } from "../rpc/serve";
import type { TableRequest } from "../session/opened";
import { regionInWords } from "../ui/words";
import { type PageCalls, pageHandlers } from "../worker/calls";

/** Starts to answer, in a worker. */
export function answer(): void {
  serve<PageCalls, DeviceReport>(standaloneHandlers);
}

/** Answers the calls; `notify` is called whenever the device may have changed. */
export function standaloneHandlers(notify: (device: DeviceReport) => void): Handlers<PageCalls> {
  return {
    ...pageHandlers(notify),
    // A single-file page reads its own content, or the reader's files: nothing has an address.
    readRegions: call({}, async ({ source }: { readonly source: TableRequest }) =>
      regionsOf(source.file, "blob" in source ? await source.blob.text() : ""),
    ),
  };
}

const REMEDY = "Write sequence, start and end, and perhaps a name, separated by tabs.";

/** Parses a BED file; regions without a name are named by position. Throws with file, line and remedy. */
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
