/** Predicted tracks as text: bedGraph, one track after another, and a table with one column per track. */

import { cell, formatFloat32 } from "../../export/tsv";

/** Values to write. */
export interface SavedTracks {
  readonly record: string;
  /** Length of the record in bases: values beyond it are not written. */
  readonly length: number;
  /** First base of bin 0, from 0. */
  readonly origin: number;
  readonly bin: number;
  readonly bins: number;
  readonly tracks: readonly {
    readonly name: string;
    readonly description: string;
    readonly values: Float32Array;
  }[];
}

/** The bins within the record, clipped at its ends: [bin, start, end]. */
function* placed({ length, origin, bin, bins }: SavedTracks): Generator<[number, number, number]> {
  for (let i = 0; i < bins; i++) {
    const start = Math.max(0, origin + i * bin);
    const end = Math.min(length, origin + (i + 1) * bin);
    if (end > start) yield [i, start, end];
  }
}

/**
 * Records with the same tracks as bedGraph; bases are counted from 0, ends are excluded. Equal neighbours share a row,
 * and bins without a value have none.
 */
export function bedGraph(...saved: readonly SavedTracks[]): string {
  const quoted = (text: string): string => JSON.stringify(text.replace(/["\\\r\n]+/g, " "));
  const tracks = saved[0]?.tracks ?? [];
  return tracks
    .map(({ name, description }, track) => {
      const head = `track type=bedGraph name=${quoted(name)} description=${quoted(description)}`;
      return `${[head, ...saved.flatMap((record) => bedRows(record, record.tracks[track].values))].join("\n")}\n`;
    })
    .join("");
}

function bedRows(saved: SavedTracks, values: ArrayLike<number>): string[] {
  const record = saved.record.replace(/\s+/g, "_");
  const rows: string[] = [];
  let last: { start: number; end: number; value: string } | undefined;
  for (const [bin, start, end] of placed(saved)) {
    if (Number.isNaN(values[bin])) continue;
    const value = formatFloat32(values[bin]);
    if (last?.value === value && last.end === start) last.end = end;
    else {
      if (last) rows.push(`${record}\t${last.start}\t${last.end}\t${last.value}`);
      last = { start, end, value };
    }
  }
  if (last) rows.push(`${record}\t${last.start}\t${last.end}\t${last.value}`);
  return rows;
}

/** Records with the same tracks: one row per bin, one column per track. */
export function tracksTsv(...saved: readonly SavedTracks[]): string {
  const tracks = saved[0]?.tracks ?? [];
  const rows = [["record", "start", "end", ...tracks.map(({ name }) => cell(name))].join("\t")];
  for (const each of saved)
    for (const [bin, start, end] of placed(each))
      rows.push(
        [cell(each.record), start, end, ...each.tracks.map(({ values }) => formatFloat32(values[bin]))].join("\t"),
      );
  return `${rows.join("\n")}\n`;
}
