/** Regions of sequences, as text. Pure. */

import { positionOf, ViewError } from "../shared/view/names";

/** A record, and bases of it from 0, end excluded; by default the first record and all bases. */
export interface Place {
  readonly record: string | undefined;
  readonly bases: readonly [number, number] | undefined;
}

/**
 * Parses `chrIV:12,000-18,000`, `chrIV:12,000` or `chrIV`, with bases from 1, end included. The name of a record may
 * contain colons.
 */
export function placeOf(region: string | undefined, records: readonly string[]): Place {
  const text = region?.trim() ?? "";
  if (text === "") return { record: undefined, bases: undefined };
  if (positionOf(records, text) !== undefined) return { record: text, bases: undefined };
  const found = /^(.*):([\d,]+)(?:\s*(?:-|–|\.\.)\s*([\d,]+))?$/.exec(text);
  if (!found) return { record: text, bases: undefined };
  const [, record, from, to] = found;
  const number = (digits: string): number => Number(digits.replace(/,/g, ""));
  const [start, end] = [number(from!) - 1, number(to ?? from!)];
  if (start < 0 || end <= start)
    throw new ViewError(`“${text}” is not a region.`, {
      code: "bad-region",
      remedy: "Write it as record:12,000-18,000; bases are counted from 1, and the end is not before the start.",
    });
  return { record, bases: [start, end] };
}
