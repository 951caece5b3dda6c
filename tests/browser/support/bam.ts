// BAM files that tests make: written here from the format's specification (SAM/BAM, sections 4.1 and 4.2).

import { gzipSync } from "node:zlib";

/** A read that is aligned: chromosome by its place, first base from 0, bases on the genome, quality, flags. */
export interface Read {
  readonly chromosome: number;
  readonly start: number;
  readonly length: number;
  readonly mapq: number;
  readonly flags: number;
}

/** A BAM file of reads, which must be in order. */
export function bam(chromosomes: readonly { name: string; length: number }[], reads: readonly Read[]): Buffer {
  return bgzf(unpackedBam(chromosomes, reads));
}

/** Content of a BAM file, within its blocks. */
export function unpackedBam(chromosomes: readonly { name: string; length: number }[], reads: readonly Read[]): Buffer {
  const i32 = (...values: number[]): Buffer => Buffer.from(Int32Array.from(values).buffer);
  const named = (name: string): Buffer => Buffer.from(`${name}\0`, "latin1");
  const header = [
    Buffer.from("BAM\x01", "latin1"),
    i32(0, chromosomes.length),
    ...chromosomes.flatMap(({ name, length }) => [i32(name.length + 1), named(name), i32(length)]),
  ];
  const records = reads.map(({ chromosome, start, length, mapq, flags }) => {
    const fixed = Buffer.alloc(32);
    fixed.writeInt32LE(chromosome, 0);
    fixed.writeInt32LE(start, 4);
    fixed.writeUInt8(2, 8);
    fixed.writeUInt8(mapq, 9);
    fixed.writeUInt16LE(4681, 10);
    fixed.writeUInt16LE(1, 12);
    fixed.writeUInt16LE(flags, 14);
    fixed.writeInt32LE(0, 16);
    fixed.writeInt32LE(-1, 20);
    fixed.writeInt32LE(-1, 24);
    const cigar = Buffer.alloc(4);
    cigar.writeUInt32LE(length << 4);
    const record = Buffer.concat([fixed, named("r"), cigar]);
    return Buffer.concat([i32(record.length), record]);
  });
  return Buffer.concat([...header, ...records]);
}

/** Bytes in blocks of BGZF, with the empty one that ends them. */
export function bgzf(bytes: Uint8Array): Buffer {
  const blocks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 1 << 15) blocks.push(block(bytes.subarray(at, at + (1 << 15))));
  return Buffer.concat([...blocks, block(Buffer.alloc(0))]);
}

/** A block of BGZF: a gzip member that tells its length. */
function block(bytes: Uint8Array): Buffer {
  const gzip = gzipSync(bytes);
  // Without the head that gzip has by itself: ten bytes.
  const data = gzip.subarray(10);
  const head = Buffer.from([0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff, 6, 0, 0x42, 0x43, 2, 0, 0, 0]);
  head.writeUInt16LE(head.length + data.length - 1, 16);
  return Buffer.concat([head, data]);
}
