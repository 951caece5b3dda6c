/** Files of a few kilobytes that claim to hold much, as those of `fuzz/tests/readers/claims.rs`. */

import { bgzf } from "../../browser/support/bam.ts";

const text = (lines) => Buffer.from(lines.join("\n") + "\n");

/** A file with nodes at every fourth byte behind its end, each of which claims 255 entries of `width` bytes. */
function withOverlappingNodes(file, nodes, width, child) {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(nodes, 2);
  const first = file.length + 4 + nodes * 24;
  const children = Array.from({ length: nodes }, (_, node) => {
    const place = Buffer.alloc(8);
    place.writeBigUInt64LE(BigInt(first + 4 * node));
    return Buffer.concat([child, place]);
  });
  const whole = Buffer.concat([file, head, ...children], first);
  const claims = Array.from({ length: nodes + (255 * width) / 4 + 1 }, () => Buffer.from([1, 0, 255, 0]));
  return Buffer.concat([whole, ...claims]);
}

const numbers = (given) => Buffer.from(Uint32Array.from(given).buffer);

/** A bigWig file whose list of chromosomes, and one whose index of blocks, has so many nodes that overlap. */
export function bigWigsWithOverlappingNodes(sound, nodes) {
  const tree = numbers([0x78ca8c91, 256, 16, 8, 1, 0, 0, 0]);
  const chromosomes = withOverlappingNodes(Buffer.concat([sound, tree]), nodes, 24, Buffer.alloc(16, "c"));
  chromosomes.writeBigUInt64LE(BigInt(sound.length), 8);
  const index = Number(Buffer.from(sound).readBigUInt64LE(24));
  const again = Buffer.concat([sound, sound.subarray(index, index + 48)]);
  const blocks = withOverlappingNodes(again, nodes, 32, numbers([0, 0, 0, 1000]));
  blocks.writeBigUInt64LE(BigInt(sound.length), 24);
  return [chromosomes, blocks];
}

/** A BAM file of so many chromosomes without a name. */
export function bamOfEmptyNames(count) {
  const head = Buffer.concat([Buffer.from("BAM\x01"), numbers([0, count])]);
  const one = Buffer.from([1, 0, 0, 0, 0, 10, 0, 0, 0]);
  return bgzf(Buffer.concat([head, Buffer.alloc(count * one.length, one)]));
}

/** A VCF whose one row has a long reference and so many alternatives to it. */
export function vcfOfAlternatives(bases, alternatives) {
  const row = ["chr1", 1, ".", bases, Array.from({ length: alternatives }, () => "C").join(","), ".", ".", "."];
  return text(["##fileformat=VCFv4.3", "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO", row.join("\t")]);
}

/** Motifs of so many rows over a background with hardly an A. */
export function motifsOnBackground(background, rows) {
  return text([
    ...["MEME version 4", "", "ALPHABET= ACGT", "", "Background letter frequencies"],
    ...[`A ${background} C 0.4 G 0.3 T 0.3`, "", "MOTIF one"],
    `letter-probability matrix: alength= 4 w= ${rows} nsites= 20`,
    ...Array.from({ length: rows }, () => "0.7 0.1 0.1 0.1"),
  ]);
}

/** A model file again, with other words in its header; the header's length may be said to be another. */
export function modelWith(model, change, claimed) {
  const length = Number(Buffer.from(model).readBigUInt64LE(0));
  const header = Buffer.from(change(Buffer.from(model.subarray(8, 8 + length)).toString()));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(claimed ?? header.length));
  return Buffer.concat([size, header, model.subarray(8 + length)]);
}

/** A model file in whose first tensor of floats no value is a number. */
export function modelOfNoNumbers(model) {
  const whole = Buffer.from(model);
  const behind = 8 + Number(whole.readBigUInt64LE(0));
  const tensors = Object.values(JSON.parse(whole.subarray(8, behind).toString()));
  const { data_offsets } = tensors.find(({ dtype }) => dtype?.startsWith("F"));
  return whole.fill(0xff, behind + data_offsets[0], behind + data_offsets[1]);
}
