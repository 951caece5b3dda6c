// Pieces of a genome, as a page of one file has them: the bases of its places, and an error elsewhere.

import { test } from "node:test";
import assert from "node:assert/strict";
import { decode } from "../../../pkg/src/index";
import { pieceHeader, piecesOf } from "../../../pkg/src/io/pieces";
import { fastaText } from "../../src/standalone/data";
import { pieces } from "../../src/tasks/tracks/standalone/data";
import { fakeSequences } from "../fakes/sequences";

const GENOME = { chrA: "ACGTTGCAACGGTTAC", chrB: "GGCCTTAA" };

const RECORDS = Object.entries(GENOME).map(([name, bases]) => ({ name, description: "", length: bases.length }));

const codes = (index: number, start: number, end: number): Uint8Array =>
  Uint8Array.from(Object.values(GENOME)[index]!.slice(start, end), (base) => "ACGT".indexOf(base));

function text(places: Parameters<typeof pieces>[1], reach: number): string {
  return pieces({ records: RECORDS }, places, reach)
    .map(({ index, start, end, name, description }) => fastaText(name, description, codes(index, start, end)))
    .join("");
}

test("what is around places is there once, with the coordinates of the genome", async () => {
  const fasta = text(
    [
      { index: 1, start: 0, end: 1 },
      { index: 0, start: 12, end: 13 },
      { index: 0, start: 2, end: 3 },
      { index: 0, start: 4, end: 5 },
    ],
    2,
  );
  assert.equal(fasta, ">chrA:1-7 piece of 16\nACGTTGC\n>chrA:11-15 piece of 16\nGGTTA\n>chrB:1-3 piece of 8\nGGC\n");
  const read = await fakeSequences(fasta);
  assert.equal(read.isSliced, true);
  assert.deepEqual(
    read.records.map(({ name, length }) => [name, length]),
    [
      ["chrA", 16],
      ["chrB", 8],
    ],
  );
  for (const [index, start, end] of [
    [0, 0, 7],
    [0, 10, 15],
    [0, 12, 14],
    [1, 1, 3],
    [1, 5, 5],
  ] as const)
    assert.equal(decode(read.codes(index, start, end)), Object.values(GENOME)[index]!.slice(start, end));
});

test("bases that are in no piece are an error, never unknown bases", async () => {
  const read = await fakeSequences(text([{ index: 0, start: 4, end: 5 }], 2));
  for (const [start, end] of [
    [0, 4],
    [6, 8],
    [12, 16],
  ] as const)
    assert.throws(() => read.codes(0, start, end), /the model needs chrA:\d+-\d+; this file has only the bases around/);
});

test("a FASTA that names places and does not say of what is read as it is", () => {
  const [name, description] = pieceHeader("chr7", 10, 20, 100);
  assert.deepEqual([name, description], ["chr7:11-20", "piece of 100"]);
  assert.notEqual(piecesOf([{ name, description, length: 10 }]), undefined);
  for (const record of [
    { name, description: "", length: 10 },
    { name, description, length: 11 },
    { name: "chr7", description, length: 10 },
    { name: "chr7:95-104", description, length: 10 },
  ])
    assert.equal(piecesOf([{ name, description, length: 10 }, record]), undefined, record.name);
  assert.equal(piecesOf([]), undefined);
});
