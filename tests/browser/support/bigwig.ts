// bigWig files that tests make: written here from the format's description (Kent and others 2010), one leaf an index.

import { deflateSync } from "node:zlib";

/** A chromosome: its name, its length, and intervals with their values, in order. */
export interface BigWigChromosome {
  readonly name: string;
  readonly length: number;
  readonly items: readonly (readonly [start: number, end: number, value: number])[];
}

/** Bytes and where in the file they lie; between pieces there may be a gap that nobody has to write. */
export interface Piece {
  readonly offset: number;
  readonly bytes: Buffer;
}

/** Numbers one after another, little-endian. */
class Bytes {
  #parts: Buffer[] = [];

  u8(...values: number[]): this {
    this.#parts.push(Buffer.from(values));
    return this;
  }

  u16(...values: number[]): this {
    for (const value of values) this.#add(2, (buffer) => buffer.writeUInt16LE(value));
    return this;
  }

  u32(...values: number[]): this {
    for (const value of values) this.#add(4, (buffer) => buffer.writeUInt32LE(value));
    return this;
  }

  u64(...values: number[]): this {
    for (const value of values) this.#add(8, (buffer) => buffer.writeBigUInt64LE(BigInt(value)));
    return this;
  }

  f32(value: number): this {
    this.#add(4, (buffer) => buffer.writeFloatLE(value));
    return this;
  }

  text(text: string, width: number): this {
    this.#add(width, (buffer) => buffer.write(text, "latin1"));
    return this;
  }

  get buffer(): Buffer {
    return Buffer.concat(this.#parts);
  }

  #add(size: number, write: (buffer: Buffer) => void): void {
    const buffer = Buffer.alloc(size);
    write(buffer);
    this.#parts.push(buffer);
  }
}

/** The pieces of a bigWig file whose blocks lie `gap` bytes apart, and its size. */
export function sparseBigWig(
  chromosomes: readonly BigWigChromosome[],
  gap: number,
  itemsPerBlock = 256,
): { size: number; pieces: Piece[] } {
  const key = Math.max(...chromosomes.map(({ name }) => name.length));
  const tree = new Bytes()
    .u32(0x78ca8c91, chromosomes.length, key, 8)
    .u64(chromosomes.length, 0)
    .u8(1, 0)
    .u16(chromosomes.length);
  for (const [id, { name, length }] of chromosomes.entries()) tree.text(name, key).u32(id, length);
  const data = 64 + tree.buffer.length;
  const pieces: Piece[] = [];
  const leaves = new Bytes();
  let offset = data + 8;
  let largest = 0;
  let blocks = 0;
  for (const [id, { items }] of chromosomes.entries()) {
    for (let first = 0; first < items.length; first += itemsPerBlock) {
      const part = items.slice(first, first + itemsPerBlock);
      const [start, end] = [part[0]?.[0] ?? 0, part.at(-1)?.[1] ?? 0];
      const block = new Bytes().u32(id, start, end, 0, 0).u8(1, 0).u16(part.length);
      for (const [from, to, value] of part) block.u32(from, to).f32(value);
      const plain = block.buffer;
      const packed = deflateSync(plain);
      largest = Math.max(largest, plain.length);
      pieces.push({ offset, bytes: packed });
      leaves.u32(id, start, id, end).u64(offset, packed.length);
      offset += packed.length + gap;
      blocks++;
    }
  }
  const index = new Bytes()
    .u32(0x2468ace0, 256)
    .u64(blocks)
    .u32(0, 0, chromosomes.length - 1, 0)
    .u64(offset)
    .u32(itemsPerBlock, 0)
    .u8(1, 0)
    .u16(blocks).buffer;
  const header = new Bytes()
    .u32(0x888ffc26)
    .u16(4, 0)
    .u64(64, data, offset)
    .u16(0, 0)
    .u64(0, 0)
    .u32(largest)
    .u64(0).buffer;
  pieces.unshift({ offset: 0, bytes: Buffer.concat([header, tree.buffer, new Bytes().u64(blocks).buffer]) });
  const end = Buffer.concat([index, leaves.buffer]);
  pieces.push({ offset, bytes: end });
  return { size: offset + end.length, pieces };
}

/** A whole bigWig file. */
export function bigWig(chromosomes: readonly BigWigChromosome[]): Buffer {
  return Buffer.concat(sparseBigWig(chromosomes, 0).pieces.map(({ bytes }) => bytes));
}
