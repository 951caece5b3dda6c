import assert from "node:assert/strict";
import { test } from "node:test";
import type { SequenceRecord } from "../../../../pkg/src/index";
import {
  besides,
  FIRST_RECORDS,
  listRecords,
  nextRecordSort,
  type RecordListing,
} from "../../../src/tasks/tracks/records/order";

const record = (name: string, length: number, unknown = 0): SequenceRecord => ({
  ...{ name, length, unknown, description: "", lower: 0, iupac: {} },
});
const records = [record("chr10", 50), record("chr2", 90, 4), record("Mito", 20), record("chr1", 90)];
const names = (listing: Partial<RecordListing>): string[] =>
  [...listRecords(records, { ...FIRST_RECORDS, ...listing })].map((i) => records[i]!.name);

test("records are listed as they stand in their file, and found by a part of their name in any case", () => {
  assert.deepEqual(names({}), ["chr10", "chr2", "Mito", "chr1"]);
  assert.deepEqual(names({ search: " CHR1 " }), ["chr10", "chr1"]);
  assert.deepEqual(names({ search: "x" }), []);
});

test("records are sorted by name as a person does, by length and by unknown bases; equal ones keep their order", () => {
  assert.deepEqual(names({ sort: { key: "name", descending: false } }), ["chr1", "chr2", "chr10", "Mito"]);
  assert.deepEqual(names({ sort: { key: "length", descending: true } }), ["chr2", "chr1", "chr10", "Mito"]);
  assert.deepEqual(names({ sort: { key: "windows", descending: false } }), ["Mito", "chr10", "chr2", "chr1"]);
  assert.deepEqual(names({ sort: { key: "unknown", descending: true } }), ["chr2", "chr10", "Mito", "chr1"]);
});

test("a click on a head sorts names from A, lengths from the longest, then the other way, then as in the file", () => {
  const name = nextRecordSort(undefined, "name");
  const length = nextRecordSort(name, "length");
  assert.deepEqual([name?.descending, length], [false, { key: "length", descending: true }]);
  const shortest = nextRecordSort(length, "length");
  assert.deepEqual([shortest?.descending, nextRecordSort(shortest, "length")], [false, undefined]);
});

test("a record stands between others as they are listed; one that is not listed comes before them all", () => {
  const listed = listRecords(records, { search: "chr", sort: { key: "name", descending: false } });
  assert.deepEqual(besides(listed, 1), { before: 3, after: 0 });
  assert.deepEqual(besides(listed, 3), { before: undefined, after: 1 });
  assert.deepEqual(besides(listed, 0), { before: 1, after: undefined });
  assert.deepEqual(besides(listed, 2), { before: undefined, after: 3 });
});
