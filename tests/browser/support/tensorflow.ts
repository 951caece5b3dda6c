// A checkpoint as TensorFlow saves it: an index, which is a sorted table of LevelDB, and a file of numbers.

import type { TestFile } from "./app-page.ts";
import type { Tensors } from "./pytorch.ts";

/** `PREFIX.index` and `PREFIX.data-00000-of-00001`. */
export function checkpoint(prefix: string, tensors: Tensors): [TestFile, TestFile] {
  const parts: Buffer[] = [];
  let offset = 0;
  // The empty key has the header: one file, of version 1.
  const keys: (readonly [string, Buffer])[] = [["", Buffer.concat([number(1, 1), bytes(3, number(1, 1))])]];
  for (const [name, { shape, values }] of [...tensors].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const content = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
    keys.push([name, entry(shape, offset, content)]);
    parts.push(content);
    offset += content.length;
  }
  return [
    { name: `${prefix}.index`, buffer: table(keys) },
    { name: `${prefix}.data-00000-of-00001`, buffer: Buffer.concat(parts) },
  ];
}

/** Where a tensor of float32 lies. */
function entry(shape: readonly number[], offset: number, content: Buffer): Buffer {
  const sizes = Buffer.concat(shape.map((size) => bytes(2, number(1, size))));
  const crc = Buffer.from([(6 << 3) | 5, ...word(masked(content))]);
  return Buffer.concat([number(1, 1), bytes(2, sizes), number(4, offset), number(5, content.length), crc]);
}

/** Keys in one block, then a block without any, one that says where the first lies, and the footer. */
function table(keys: readonly (readonly [string, Buffer])[]): Buffer {
  const written: Buffer[] = [];
  const put = (pairs: readonly (readonly [string, Buffer])[]): Buffer => {
    const content = block(pairs);
    const start = written.reduce((sum, { length }) => sum + length, 0);
    const plain = Buffer.concat([content, Buffer.from([0])]);
    written.push(plain, Buffer.from(word(masked(plain))));
    return Buffer.from([...varint(start), ...varint(content.length)]);
  };
  const handle = put(keys);
  const ends = [put([]), put([[keys.at(-1)![0], handle]])];
  const footer = Buffer.alloc(48);
  Buffer.concat(ends).copy(footer);
  footer.writeBigUInt64LE(0xdb4775248b80fb57n, 40);
  return Buffer.concat([...written, footer]);
}

/** A block whose keys are each written in full. */
function block(pairs: readonly (readonly [string, Buffer])[]): Buffer {
  const restarts: number[] = [];
  const parts: Buffer[] = [];
  let at = 0;
  for (const [key, value] of pairs) {
    const name = Buffer.from(key);
    const part = Buffer.concat([Buffer.from([0, ...varint(name.length), ...varint(value.length)]), ...[name, value]]);
    restarts.push(at);
    parts.push(part);
    at += part.length;
  }
  const starts = restarts.length > 0 ? restarts : [0];
  return Buffer.concat([...parts, Buffer.from([...starts, starts.length].flatMap(word))]);
}

/** A field of a message of protocol buffers that holds a number. */
function number(field: number, value: number): Buffer {
  return Buffer.from([field << 3, ...varint(value)]);
}

/** One that holds bytes. */
function bytes(field: number, value: Buffer): Buffer {
  return Buffer.from([(field << 3) | 2, ...varint(value.length), ...value]);
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value % 0x80) | 0x80, ...varint(Math.floor(value / 0x80))];
}

function word(value: number): number[] {
  return [value & 255, (value >>> 8) & 255, (value >>> 16) & 255, value >>> 24];
}

/** CRC-32C under the mask of LevelDB. */
function masked(content: Buffer): number {
  let crc = -1;
  for (const byte of content) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  const sum = ~crc >>> 0;
  return (((sum >>> 15) | (sum << 17)) + 0xa282ead8) >>> 0;
}
