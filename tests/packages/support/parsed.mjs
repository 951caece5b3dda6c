/** Results that `apps/parsers/read.js` must give. */

import assert from "node:assert/strict";

export function assertParsed({ genes, marks, values, bases, variants, measured, prepared, error }) {
  assert.equal(genes, 400);
  assert.equal(marks.length, 5);
  assert.equal(values.length, 500);
  assert.equal(bases, 65_536);
  assert.equal(variants, 24);
  assert.deepEqual(measured, [10, 11, 12]);
  // 100 bins around the TSS, base 20,000: the first is bin 150 of the track.
  assert.deepEqual(
    prepared.values,
    Array.from({ length: 100 }, (_, bin) => 150 + bin),
  );
  assert.deepEqual([prepared.genes, prepared.marks], [1, ["H3K4me3"]]);
  assert.deepEqual(prepared.text, ["gene,bin,H3K4me3", "on,1,150"]);
  assert.deepEqual([error.name, error.file, error.line, error.column], ["InputError", "bad.csv", 2, 3]);
  assert.ok(error.code && error.remedy);
}
