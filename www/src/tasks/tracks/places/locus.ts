/** Parses positions along the records of a file: `chrIV:12,000-18,000`, `12,000` or `chrII`. */

import type { SequenceRecord } from "../../../../../pkg/src/index";
import { finder } from "../../../../../pkg/src/io/names";
import { formatCount } from "../../../plots/core/format";
import { WorkerError } from "../../../rpc/errors";
import type { ReadSequences } from "../result";

/** Cached functions that find records by name, one per set of records, which never changes. */
const finders = new WeakMap<object, (name: string) => number>();

/** The record for a chromosome's name, matched exactly or ignoring `chr`; −1 for none. */
export function recordNamed({ records }: ReadSequences, name: string): number {
  let find = finders.get(records);
  if (!find) finders.set(records, (find = finder(records.map((record) => record.name))));
  return find(name);
}

/** A position in a file: a record, and a range of its bases from 1, both included; without a range, all bases. */
export interface Locus {
  /** Index of the record in its file. */
  readonly index: number;
  readonly bases?: readonly [number, number] | undefined;
}

/** Parsed input: without a name the open record is meant. */
interface Typed {
  readonly name?: string | undefined;
  readonly bases: readonly [number, number];
}

/** Parses numbers; undefined if invalid. */
function parse(text: string): Typed | undefined {
  const found = /^(?:(.*\S)\s*:)?\s*([\d,]+)\s*(?:(?:-|–|\.\.|to)\s*([\d,]+))?$/.exec(text);
  if (!found) return undefined;
  const number = (digits: string): number => Number(digits.replace(/,/g, ""));
  const first = number(found[2]);
  return { name: found[1], bases: [first, found[3] === undefined ? first : number(found[3])] };
}

/** Returns true if a text has the form of a position: a record, or bases. Any other text may name a gene. */
export function isPlace(text: string, sequences: ReadSequences): boolean {
  return parse(text.trim()) !== undefined || recordNamed(sequences, text.trim()) >= 0;
}

/** The position that a text denotes, given the `open` record. Throws with the reason if there is none. */
export function locusOf(text: string, sequences: ReadSequences, open: number): Locus {
  const typed = text.trim();
  // The name of a record may be a number.
  const whole = sequences.records.findIndex(({ name }) => name === typed);
  if (whole >= 0) return { index: whole };
  const found = parse(typed);
  const name = found ? found.name : typed;
  const index = name === undefined ? open : recordNamed(sequences, name);
  const record = sequences.records[index];
  if (!record) throw noSuchPlace(typed, name ?? "", sequences);
  if (found) refuseOutside(typed, found.bases, record);
  return { index, bases: found?.bases };
}

function refuseOutside(
  typed: string,
  [first, last]: readonly [number, number],
  { name, length }: SequenceRecord,
): void {
  const refuse = (message: string, remedy: string): never => {
    throw new WorkerError({ name: "InputError", code: "no-such-place", message: `${typed}: ${message}`, remedy });
  };
  const all = `1-${formatCount(length)}`;
  if (first > last) refuse("the first base comes after the last.", "Write the smaller number first.");
  if (first < 1) refuse("bases are counted from 1.", `Write a place within ${all}.`);
  if (last > length) refuse(`${name} has ${formatCount(length)} bases.`, `Write a place within ${all}.`);
}

function noSuchPlace(typed: string, name: string, { file, records }: ReadSequences): WorkerError {
  const some = records.slice(0, 4).map((record) => record.name);
  const others = records.length - some.length;
  return new WorkerError({
    name: "InputError",
    code: "no-such-place",
    message:
      `${typed}: ${file} has no record ${name}; it has ` +
      `${some.join(", ")}${others > 0 ? ` and ${formatCount(others)} more` : ""}.`,
    remedy:
      `Write a record and its bases, as ${some[0]}:12,000-18,000; or give an annotation (GTF, GFF3 or BED), and a ` +
      "gene.",
  });
}
