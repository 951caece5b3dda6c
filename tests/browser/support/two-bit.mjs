// Writes 2bit: UCSC's packing of a genome. Large sequences of nothing but T, which is 0, are left as holes in the file.

import { ftruncateSync, openSync, closeSync, writeSync } from "node:fs";

/**
 * @typedef {{ readonly name: string, readonly bases: string }} Letters
 * @typedef {{ readonly name: string, readonly ts: number }} Hole A sequence of so many T.
 */

/**
 * Writes a file of version 0, little-endian.
 *
 * @param {string} path
 * @param {readonly (Letters | Hole)[]} sequences
 */
export function writeTwoBit(path, sequences) {
  const lengthOf = (/** @type {Letters | Hole} */ of) => ("ts" in of ? of.ts : of.bases.length);
  /** @param {string} bases */
  const unknownOf = (bases) => [...bases.matchAll(/N+/gi)].map((found) => [found.index, found[0].length]);
  const heads = sequences.map((of) => {
    const blocks = "ts" in of ? [] : unknownOf(of.bases);
    const numbers = [
      lengthOf(of),
      blocks.length,
      ...blocks.map(([start]) => start ?? 0),
      ...blocks.map(([, size]) => size ?? 0),
      0,
      0,
    ];
    return bytesOf(numbers);
  });
  const names = sequences.map(({ name }) => Buffer.from(name));
  let at = 16 + names.reduce((sum, name) => sum + 1 + name.length + 4, 0);
  const offsets = sequences.map((of, i) => {
    const offset = at;
    at += /** @type {Buffer} */ (heads[i]).length + Math.ceil(lengthOf(of) / 4);
    return offset;
  });
  const index = names.flatMap((name, i) => [Buffer.from([name.length]), name, bytesOf([offsets[i] ?? 0])]);
  const file = openSync(path, "w");
  writeSync(file, Buffer.concat([bytesOf([0x1a412743, 0, sequences.length, 0]), ...index]));
  for (const [i, of] of sequences.entries()) {
    const head = /** @type {Buffer} */ (heads[i]);
    const offset = offsets[i] ?? 0;
    writeSync(file, head, 0, head.length, offset);
    if ("ts" in of) continue;
    const packed = Buffer.alloc(Math.ceil(of.bases.length / 4));
    for (let base = 0; base < of.bases.length; base++) {
      const value = "TCAG".indexOf((of.bases[base] ?? "").toUpperCase());
      packed[base >> 2] = (packed[base >> 2] ?? 0) | (Math.max(0, value) << (6 - 2 * (base & 3)));
    }
    writeSync(file, packed, 0, packed.length, offset + head.length);
  }
  ftruncateSync(file, at);
  closeSync(file);
}

/** @param {readonly number[]} numbers */
function bytesOf(numbers) {
  const bytes = Buffer.alloc(4 * numbers.length);
  numbers.forEach((number, i) => bytes.writeUInt32LE(number, 4 * i));
  return bytes;
}
