// Tables that tests make: counts by a fixed rule, not biology; and parts of the shipped examples.

import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

/** Marks of the published models, in an order that is neither's own, so that matching by name is always at work. */
export const MARKS = ["H3K9me3", "H3K4me3", "H3K27me3", "H3K36me3", "H3K4me1"];

/** Options of a table. */
export interface TableOptions {
  genes: number;
  bins?: number;
  marks?: readonly string[];
  labels?: boolean;
  separator?: string;
  newline?: string;
}

/**
 * The count of a mark in a bin of a gene: low everywhere, with a peak at the start site of every second gene for the
 * first two marks.
 */
export function countAt(gene: number, bin: number, mark: number, bins: number): number {
  const noise = (gene * 7919 + bin * 104_729 + mark * 1_299_709) % 5;
  const distance = Math.abs(bin - (bins + 1) / 2) / bins;
  const peak = gene % 2 === 0 && mark % 2 === 1 && distance < 0.1 ? 20 + (gene % 13) : 0;
  return (noise === 0 ? 2 : noise === 1 ? 1 : 0) + peak;
}

/** Rows of a table with a header, each without its line break. */
export function* rows({
  genes,
  bins = 100,
  marks = MARKS,
  labels = false,
  separator = ",",
}: TableOptions): Generator<string> {
  yield ["gene", "bin", ...marks, ...(labels ? ["label"] : [])].join(separator);
  for (let gene = 0; gene < genes; gene++) {
    for (let bin = 1; bin <= bins; bin++) {
      const counts = marks.map((_, mark) => countAt(gene, bin, mark, bins));
      yield [`GENE${gene + 1}`, bin, ...counts, ...(labels ? [gene % 2 === 0 ? 1 : 0] : [])].join(separator);
    }
  }
}

/** A table with a header as text. */
export function table(options: TableOptions): string {
  return [...rows(options), ""].join(options.newline ?? "\n");
}

/** A table with one line changed; lines count from 1, the header is line 1. */
export function withLine(text: string, line: number, change: (line: string) => string | undefined): string {
  const lines = text.split("\n");
  const changed = change(lines[line - 1] ?? "");
  lines.splice(line - 1, 1, ...(changed === undefined ? [] : [changed]));
  return lines.join("\n");
}

/** The header and the first `count` rows of a table that ships as an example. */
export function firstOf(example: string, count: number): Buffer {
  const packed = readFileSync(new URL(`../../../models/examples/${example}`, import.meta.url));
  const lines = gunzipSync(packed)
    .toString("utf8")
    .split("\n", 1 + count);
  return Buffer.from(lines.join("\n"));
}
