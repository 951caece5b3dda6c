/** Filters and sorts the records of a file, and finds neighbours in the list. Pure. */

import type { SequenceRecord } from "../../../../../pkg/src/index";
import { nameKeys, type Sort, turned } from "../../../ui/sorting";

/** Sort key of a column; `unknown` is the number of bases unknown to the model. */
export type RecordKey = "name" | "length" | "windows" | "unknown";

/** Sort order and search of the list. */
export interface RecordListing {
  /** Sort order; undefined for that of the file. */
  readonly sort: Sort<RecordKey> | undefined;
  /** Part of a record's name; case is ignored. */
  readonly search: string;
}

/** All records, in the order of their file. */
export const FIRST_RECORDS: RecordListing = { sort: undefined, search: "" };

/** Indices of the listed records, in order. Ties keep the file's order. */
export function listRecords(records: readonly SequenceRecord[], { sort, search }: RecordListing): Uint32Array {
  const wanted = search.trim().toLowerCase();
  const listed = [...records.keys()].filter((i) => records[i]!.name.toLowerCase().includes(wanted));
  if (sort) {
    const keys: readonly (string | number)[] =
      sort.key === "name"
        ? nameKeys(records.map(({ name }) => name))
        : // Longer records have more windows.
          records.map(({ length, unknown = 0 }) => (sort.key === "unknown" ? unknown : length));
    const compare = (a: number, b: number): number => (keys[a]! < keys[b]! ? -1 : keys[a]! > keys[b]! ? 1 : 0);
    listed.sort(sort.descending ? (a, b) => compare(b, a) || a - b : (a, b) => compare(a, b) || a - b);
  }
  return Uint32Array.from(listed);
}

/** The records before and after one in a list; for an unlisted one, the first is next. */
export function besides(
  listed: Uint32Array,
  index: number,
): { readonly before: number | undefined; readonly after: number | undefined } {
  const at = listed.indexOf(index);
  return { before: listed[at - 1], after: listed[at + 1] };
}

/** Sort order after a click on a column's heading: longest records, and most unknown bases, come first. */
export function nextRecordSort(current: Sort<RecordKey> | undefined, key: RecordKey): Sort<RecordKey> | undefined {
  return turned(current, key, key !== "name");
}
