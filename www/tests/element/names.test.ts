import assert from "node:assert/strict";
import { test } from "node:test";
import { chosen, distance, near, positionOf } from "../../src/tasks/shared/view/names";
import { placeOf } from "../../src/tasks/tracks/region";

const GENES = ["ENSG00000141510.18", "ENSG00000012048.23", "TP53", "TP63", "BRCA1"];

test("a gene is found as it is written, in another case, and by its Ensembl id with another version or none", () => {
  assert.equal(positionOf(GENES, "TP53"), 2);
  assert.equal(positionOf(GENES, " tp53 "), 2);
  assert.equal(positionOf(GENES, "ENSG00000141510"), 0);
  assert.equal(positionOf(GENES, "ensg00000141510.2"), 0);
  assert.equal(positionOf(GENES, "TP73"), undefined);
});

test("a gene whose name differs from another's by its case alone is the one that is written", () => {
  assert.equal(positionOf(["Tp53", "TP53"], "TP53"), 1);
});

test("names near to one that is not there are offered, the nearest first, and no others", () => {
  assert.deepEqual(near(GENES, "TP33"), ["TP53", "TP63"]);
  assert.deepEqual(near(GENES, "TP5"), ["TP53"]);
  assert.deepEqual(near(GENES, "BRAC1"), ["BRCA1"]);
  assert.deepEqual(near(GENES, "MYC"), []);
});

test("letters that were swapped count as one mistake", () => {
  assert.equal(distance("brac1", "brca1", 3), 1);
  assert.equal(distance("abc", "abc", 3), 0);
  assert.equal(distance("abc", "xyz", 1), 2);
});

test("a gene that is not in the table is refused with the names near to it, or with examples", () => {
  assert.throws(() => chosen(GENES, "TP33", "genes.csv", "gene"), {
    code: "unknown-gene",
    message: /genes\.csv has no gene TP33; it has TP53 and TP63\./,
  });
  assert.throws(() => chosen(GENES, "MYC", "genes.csv", "gene"), {
    code: "unknown-gene",
    remedy: /for instance ENSG00000141510\.18, ENSG00000012048\.23 and TP53/,
  });
});

test("without a name the first is shown", () => {
  assert.equal(chosen(GENES, undefined, "genes.csv", "gene"), 0);
  assert.equal(chosen(GENES, " ", "genes.csv", "gene"), 0);
});

test("a region names a record and bases from 1, the end included", () => {
  assert.deepEqual(placeOf("chrIV:12,000-18,000", ["chrIV"]), { record: "chrIV", bases: [11_999, 18_000] });
  assert.deepEqual(placeOf("chrIV:12000", ["chrIV"]), { record: "chrIV", bases: [11_999, 12_000] });
  assert.deepEqual(placeOf("chrIV", ["chrIV"]), { record: "chrIV", bases: undefined });
  assert.deepEqual(placeOf(undefined, ["chrIV"]), { record: undefined, bases: undefined });
});

test("a record may have a colon in its name", () => {
  assert.deepEqual(placeOf("HLA:1-20", ["HLA:1-20"]), { record: "HLA:1-20", bases: undefined });
  assert.deepEqual(placeOf("HLA:1:5-9", ["HLA:1"]), { record: "HLA:1", bases: [4, 9] });
});

test("a region that ends before it starts is refused", () => {
  assert.throws(() => placeOf("chrIV:20-10", ["chrIV"]), { code: "bad-region" });
  assert.throws(() => placeOf("chrIV:0", ["chrIV"]), { code: "bad-region" });
});
