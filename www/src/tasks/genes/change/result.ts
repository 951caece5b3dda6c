/** Results of a run of a model of a change between two cell types, A and B. */

import type { ChangeResult, Table } from "../../../../../pkg/src/index";
import {
  asRead,
  type Made,
  madeNow,
  type OpenedModel,
  type Preparation,
  type ReadTable,
} from "../../../session/opened";

/**
 * A finished run: what was asked for, and the result but for the attention to bins, which stays where it was computed.
 */
export interface ChangeRun extends Made, Readonly<Omit<ChangeResult, "alpha" | "auxiliaryAlpha" | "model" | "input">> {
  readonly tables: readonly [ReadTable, ReadTable];
  readonly preparations: readonly [Preparation, Preparation];
  /** Remaining differences between the prepared values of each table and those of training, in sentences. */
  readonly offScale?: readonly [readonly string[], readonly string[]] | undefined;
}

/** A run of a model on the tables of both cell types. */
export function changeRun(
  model: OpenedModel,
  [a, b]: readonly [Table, Table],
  preparations: readonly [Preparation, Preparation],
  { alpha, auxiliaryAlpha, model: _model, input, ...result }: ChangeResult,
  program: string,
): ChangeRun {
  return { ...result, ...madeNow(model, program), tables: [asRead(a), asRead(b)], preparations };
}

/** Values of one gene of such a run that are shown. */
export interface ChangedGene {
  readonly index: number;
  /** Input of the model, [T, 2M]: A's marks and then B's of each bin. */
  readonly values: Float32Array;
  /** [rows, T] */
  readonly alpha: Float32Array;
  /** [auxiliary, T] */
  readonly auxiliaryAlpha: Float32Array;
  /** The log2 fold change that the model answers to no change; absent of the symmetric form, and of kept runs. */
  readonly noChange?: number | undefined;
}

/** Measured counts of a run's genes in one cell type. */
export interface MeasuredCounts {
  readonly file: string;
  /** NaN for a gene that the file does not have, [N]. */
  readonly counts: Float32Array;
}

/** Measurements, as far as files were given. */
export interface Measured {
  readonly a?: MeasuredCounts | undefined;
  readonly b?: MeasuredCounts | undefined;
  /** Measured log2 fold change of the run's genes, [N], where the counts of both are there; NaN where either is. */
  readonly foldChange?: Float32Array | undefined;
}

/** By which change genes are grouped. */
export type Grouping = "measured" | "predicted";

/** Grouping of the genes over which the weights of marks are averaged. */
export interface GroupsRequest {
  readonly by: Grouping;
  /** |log2 fold change| above which genes go up or down; without one, the tenth that changes most is grouped. */
  readonly threshold?: number | undefined;
}
