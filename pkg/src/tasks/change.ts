/** Changes of genes from one cell type to another: predictions from two tables of histone marks. */

import type { DeviceReport } from "../engine/device.js";
import type { PrepareOptions } from "../engine/engine.js";
import type { EncoderGroup } from "../description.js";
import type { Spread } from "./spread.js";

/** `A_H3K4me3`, …: the names of encoders, group by group. */
export function encoderNames(groups: readonly EncoderGroup[], marks: readonly string[]): readonly string[] {
  return groups.flatMap((group) => marks.map((mark) => `${group}_${mark}`));
}

/**
 * Predictions of a change model for the tables of two cell types, A and B. N genes, those of both tables in A's
 * order; M marks in the model's order, T bins; arrays are row-major.
 */
export interface ChangeResult extends Spread {
  /** Gene names as A spells them, [N]. */
  genes: readonly string[];
  /** The model's marks, [M]. */
  marks: readonly string[];
  /** Names of α's rows: `A_MARK`, `B_MARK`, `diff_MARK` (A − B). */
  rows: readonly string[];
  /** Names of β's columns: as the rows, and `auxA_MARK`, `auxB_MARK`. */
  columns: readonly string[];
  /**
   * Names of the rows of `auxiliaryAlpha` and columns of `auxiliaryBeta`; none for a variant without auxiliary encoders
   * of its own.
   */
  auxiliary: readonly string[];
  /** T. */
  bins: number;
  /** Predicted log2((B + 1) / (A + 1)), [N]: positive for a gene that is higher in B. */
  foldChange: Float32Array;
  /** Predicted log2(count + 1) in A and in B, [N, 2]; empty for a variant without auxiliary tasks. */
  expression: Float32Array;
  /** Attention over bins, [N, rows, T]. */
  alpha: Float32Array;
  /**
   * Attention over marks, [N, columns]; sums to 1 over all columns, for `aux` and `aux-siamese` over those of A and
   * over those of B.
   */
  beta: Float32Array;
  /** Attention over bins of the auxiliary encoders, [N, auxiliary, T]. */
  auxiliaryAlpha: Float32Array;
  /** Attention over marks of the auxiliary tasks, [N, auxiliary]; sums to 1 over those of A and over those of B. */
  auxiliaryBeta: Float32Array;
  /** Genes that only A has, and those that only B has; they are not among `genes`. */
  unmatched: readonly [readonly string[], readonly string[]];
  /** True of the symmetric form, (f(A, B) − f(B, A)) / 2 of the published model f. */
  symmetric: boolean;
  /** The device that ran the last batch, and why. */
  device: DeviceReport;
  /** Number of genes that WebGPU ran; the CPU ran the others. */
  genesOnGpu: number;
  /** Seconds from the first batch to the last. */
  seconds: number;
  /** The model that ran: its name and the SHA-256 of its file. */
  model: { name: string; sha256: string };
  /** The tables that it ran on, A and B, and what was done to each first. */
  input: readonly [{ file: string } & PrepareOptions, { file: string } & PrepareOptions];
}

/** Mean weight of a mark in one column of β, over some genes. */
export interface MeanWeight {
  /** Mean β. */
  mean: number;
  /** Its standard deviation between the genes, with n − 1; absent for one gene. */
  deviation?: number | undefined;
}

/** Weights of marks in the genes that go up, and in those that go down. */
export interface WeightsByDirection {
  /** Genes go up whose log2 fold change is above it, and down where it is below its negative. */
  threshold: number;
  /** Genes that go up. */
  up: number;
  /** Genes that go down. */
  down: number;
  /** By column of β; absent for a group without genes. */
  columns: { up?: MeanWeight | undefined; down?: MeanWeight | undefined }[];
}
