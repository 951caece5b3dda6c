/** Changes of expression between two cell types: predictions from two tables of histone marks. */

import type { DeviceReport } from "../engine/device.js";
import type { PrepareOptions } from "../engine/engine.js";
import type { EncoderGroup } from "../description.js";
import type { Spread } from "./spread.js";

/** Names of encoders, group by group: `A_H3K4me3`, …. */
export function encoderNames(groups: readonly EncoderGroup[], marks: readonly string[]): readonly string[] {
  return groups.flatMap((group) => marks.map((mark) => `${group}_${mark}`));
}

/**
 * Predictions of a model of a change for the tables of two cell types, A and B. N genes present in both tables, in A's
 * order; M marks in the model's order, T bins; arrays are row-major.
 */
export interface ChangeResult extends Spread {
  /** Gene names in A's spelling, [N]. */
  genes: readonly string[];
  /** The model's marks, [M]. */
  marks: readonly string[];
  /** Names of α's rows: `A_MARK`, `B_MARK`, `diff_MARK` (A − B). */
  rows: readonly string[];
  /** Names of β's columns: the rows' names, and `auxA_MARK`, `auxB_MARK`. */
  columns: readonly string[];
  /**
   * Names of the rows of `auxiliaryAlpha` and the columns of `auxiliaryBeta`; empty for a variant without separate
   * auxiliary encoders.
   */
  auxiliary: readonly string[];
  /** Number of bins, T. */
  bins: number;
  /** Predicted log2((B + 1) / (A + 1)), [N]: positive for a gene with higher expression in B. */
  foldChange: Float32Array;
  /** Predicted log2(count + 1) in A and in B, [N, 2]; empty for a variant without auxiliary tasks. */
  expression: Float32Array;
  /** Attention over bins, [N, rows, T]. */
  alpha: Float32Array;
  /**
   * Attention over marks, [N, columns]; sums to 1 over all columns, or for `aux` and `aux-siamese` over those of A and
   * over those of B.
   */
  beta: Float32Array;
  /** Attention over bins of the auxiliary encoders, [N, auxiliary, T]. */
  auxiliaryAlpha: Float32Array;
  /** Attention over marks of the auxiliary tasks, [N, auxiliary]; sums to 1 over those of A and over those of B. */
  auxiliaryBeta: Float32Array;
  /** Genes that only A has, and genes that only B has; `genes` excludes them. */
  unmatched: readonly [readonly string[], readonly string[]];
  /** True for the symmetric form, (f(A, B) − f(B, A)) / 2 of the published model f. */
  symmetric: boolean;
  /** The device that ran the last batch, and why. */
  device: DeviceReport;
  /** Number of genes run on WebGPU; the others ran on the CPU. */
  genesOnGpu: number;
  /** Seconds from the first batch to the last. */
  seconds: number;
  /** The model that ran: its name and the SHA-256 of its file. */
  model: { name: string; sha256: string };
  /** The tables of A and B, and the preparation of each. */
  input: readonly [{ file: string } & PrepareOptions, { file: string } & PrepareOptions];
}

/** Mean weight of a mark, in one column of β, over a group of genes. */
export interface MeanWeight {
  /** Mean β. */
  mean: number;
  /** Standard deviation over the genes, with n − 1; undefined for a single gene. */
  deviation?: number | undefined;
}

/** Weights of marks in the genes that go up, and in those that go down. */
export interface WeightsByDirection {
  /** Genes with a log2 fold change above it go up; those below its negative go down. */
  threshold: number;
  /** Number of genes that go up. */
  up: number;
  /** Number of genes that go down. */
  down: number;
  /** One entry per column of β; a group without genes is undefined. */
  columns: { up?: MeanWeight | undefined; down?: MeanWeight | undefined }[];
}
