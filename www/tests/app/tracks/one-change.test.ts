import assert from "node:assert/strict";
import { test } from "node:test";
import {
  changeInWords,
  changeOfRecords,
  faultOf,
  leftInWords,
  type OneChange,
} from "../../../src/tasks/tracks/all/one-change";

const SEQUENCES: Readonly<Record<string, string>> = { a: "ACGTACGTAC", b: "TTTTGGGG", c: "ACG", d: "CCTATAGACC" };
const RECORDS = Object.entries(SEQUENCES).map(([name, { length }]) => ({ name, length }));
const ALL = [0, 1, 2, 3];
const CHANGE: OneChange = { from: 3, to: 6, countedFrom: "start", how: "replaced", bases: "TATA" };

function made(change: Partial<OneChange>, only = ALL) {
  return changeOfRecords({ ...CHANGE, ...change }, RECORDS, only, (record, start, end) =>
    SEQUENCES[RECORDS[record]!.name]!.slice(start, end),
  );
}

/** The sequences that a VCF says: each record with its one change. */
function applied(vcf: string): Record<string, string> {
  const rows = vcf
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.split("\t"));
  return Object.fromEntries(
    rows.map(([name, position, , reference, alternative]) => {
      const whole = SEQUENCES[name!]!;
      const start = Number(position) - 1;
      assert.equal(
        whole.slice(start, start + reference!.length),
        reference,
        `${name}: the reference is what stands there`,
      );
      assert(reference !== "" && alternative !== "", "a VCF has a base in either allele");
      return [name, whole.slice(0, start) + alternative + whole.slice(start + reference!.length)];
    }),
  );
}

test("the same bases of every record are replaced, and what cannot or need not be is counted", () => {
  const found = made({});
  assert.deepEqual(applied(found.vcf), { a: "ACTATAGTAC", b: "TTTATAGG" });
  assert.deepEqual([found.changed, found.short, found.same], [2, 1, 1], "c has three bases; d has TATA there");
  assert.equal(leftInWords(found), "1 record is too short; 1 record has these bases already.");
  assert.deepEqual(applied(made({ bases: "G" }, [1]).vcf), { b: "TTGGG" }, "by fewer, and of one record");
});

test("bases are counted back from the last where that is asked for", () => {
  const found = made({ from: 1, to: 2, countedFrom: "end", bases: "AA" });
  assert.deepEqual(applied(found.vcf), { a: "ACGTACGTAA", b: "TTTTGGAA", c: "AAA", d: "CCTATAGAAA" });
});

test("bases are removed at either end and between, but not all of a record", () => {
  assert.deepEqual(applied(made({ from: 1, to: 3, how: "removed" }).vcf), { a: "TACGTAC", b: "TGGGG", d: "ATAGACC" });
  assert.deepEqual(applied(made({ from: 2, to: 3, how: "removed" }).vcf).c, "A");
  assert.equal(made({ from: 1, to: 3, how: "removed" }).short, 1);
});

test("bases are made unknown", () => {
  assert.deepEqual(applied(made({ from: 2, to: 3, how: "hidden" }).vcf).c, "ANN");
});

test("a change says what it is, and what is wrong with it", () => {
  assert.equal(changeInWords(CHANGE), "bases 3 to 6 replaced by TATA");
  assert.equal(
    changeInWords({ ...CHANGE, from: 4, to: 4, countedFrom: "end", how: "hidden" }),
    "base 4 from the end made unknown",
  );
  assert.equal(faultOf(CHANGE), undefined);
  assert.match(faultOf({ ...CHANGE, to: 2 })!, /not smaller than the first/);
  assert.match(faultOf({ ...CHANGE, from: NaN })!, /whole numbers/);
  assert.match(faultOf({ ...CHANGE, bases: "" })!, /A, C, G, T or N/);
  assert.equal(faultOf({ ...CHANGE, bases: "", how: "removed" }), undefined);
});
