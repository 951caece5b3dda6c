// Places as BED in a page of one file.

import assert from "node:assert/strict";
import { test } from "node:test";
import { regionsOf } from "../../src/standalone/handlers";

test("rows are places of the genome, with their names or called as places are written", () => {
  const text =
    "track name=x\n# a comment\nchr1\t1200\t45536\tfirst peak\t5\r\n\nchr1\t9\t10\nHLA:1\t999\t2000\t.\ntracks\t0\t5\n";
  assert.deepEqual(
    regionsOf("r.bed", text).map(({ name, sequence, start, end, line }) => [name, sequence, start, end, line]),
    [
      ["first peak", "chr1", 1200, 45_536, 3],
      ["chr1:10", "chr1", 9, 10, 5],
      ["HLA:1:1,000-2,000", "HLA:1", 999, 2000, 6],
      ["tracks:1-5", "tracks", 0, 5, 7],
    ],
  );
});

test("a row that is no place is named with its line", () => {
  for (const row of [
    "chr1\t5",
    "chr1\t9\t9",
    "chr1\t-1\t9",
    "chr1\ta\tb",
    "\t1\t2",
    "chr1 1 2",
    "chr1\t1\t99999999999999999999",
  ])
    assert.throws(() => regionsOf("r.bed", `chr1\t0\t10\n${row}\n`), {
      name: "InputError",
      code: "region",
      line: 2,
      message: /^r\.bed, line 2: found ".*"; expected a row of BED\.$/,
    });
  assert.throws(() => regionsOf("r.bed", "# nothing\n"), { message: "r.bed: found no row; expected rows of BED." });
});
