/**
 * What the page and its worker say to each other about changes between two cell types, A and B. Big arrays stay in the
 * worker.
 */

import type { DeviceReport } from "../../../../pkg/src/index";
import type { OpenedModel, Preparation, ReadTable, TableRequest } from "../../worker/protocol";

/** Which of two tables. */
export type Cell = "a" | "b";

/**
 * A finished run of a model of a change. N genes in both tables, M marks in the model's order, T bins; arrays are
 * row-major.
 */
export interface ChangeRun {
  readonly model: OpenedModel;
  readonly tables: readonly [ReadTable, ReadTable];
  readonly preparations: readonly [Preparation, Preparation];
  readonly device: DeviceReport;
  /** How many genes WebGPU ran; the CPU ran the others. */
  readonly genesOnGpu: number;
  readonly seconds: number;
  /** When it was finished, ISO 8601. */
  readonly date: string;
  /** What ran it, with its version. */
  readonly program: string;
  /** As A spells them, [N]. */
  readonly genes: readonly string[];
  /** Genes that A alone has, and those that B alone has. */
  readonly unmatched: readonly [readonly string[], readonly string[]];
  readonly marks: readonly string[];
  /** Names of α's rows, of β's columns, and of the auxiliary rows and columns. */
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly auxiliary: readonly string[];
  readonly bins: number;
  /** Predicted log2((B + 1) / (A + 1)), [N]. */
  readonly foldChange: Float32Array;
  /** Predicted log2(count + 1) in A and in B, [N, 2]; empty for a variant without auxiliary tasks. */
  readonly expression: Float32Array;
  /** [N, columns] */
  readonly beta: Float32Array;
  /** [N, auxiliary] */
  readonly auxiliaryBeta: Float32Array;
}

/** What is shown of one gene of such a run. */
export interface ChangedGene {
  readonly index: number;
  /** What the model saw, [T, 2M]: A's marks and then B's of each bin. */
  readonly values: Float32Array;
  /** [rows, T] */
  readonly alpha: Float32Array;
  /** [auxiliary, T] */
  readonly auxiliaryAlpha: Float32Array;
}

/** Measured counts of a run's genes in one cell type. */
export interface MeasuredCounts {
  readonly file: string;
  /** NaN for a gene that the file does not have, [N]. */
  readonly counts: Float32Array;
}

/** What was measured, as far as files were given. */
export interface Measured {
  readonly a?: MeasuredCounts | undefined;
  readonly b?: MeasuredCounts | undefined;
}

/** What a model makes of one gene's signal. */
export interface GenePrediction {
  readonly probability: number | undefined;
  readonly foldChange: number | undefined;
  /** log2(count + 1) in A and B; empty where it is not predicted. */
  readonly expression: Float32Array;
  readonly alpha: Float32Array;
  readonly beta: Float32Array;
  readonly auxiliaryAlpha: Float32Array;
  readonly auxiliaryBeta: Float32Array;
  /** What the prediction took. */
  readonly milliseconds: number;
}

/** What can be called, with what, and what comes back. */
export interface ChangeCalls {
  /** Makes B's table A's, and A's B's. */
  swapTables: { request: Record<string, never>; reply: Record<string, never> };
  /** Runs the model of a change on both tables. */
  predictChange: { request: { readonly preparations: readonly [Preparation, Preparation] }; reply: ChangeRun };
  /** One gene of the last finished run of that kind. */
  changedGene: { request: { readonly index: number }; reply: ChangedGene };
  /** Reads measured counts of one cell type in place of those before; the counts of the last run's genes. */
  readCounts: { request: { readonly cell: Cell; readonly table: TableRequest }; reply: Measured };
  /** Forgets all counts. */
  forgetCounts: { request: Record<string, never>; reply: Record<string, never> };
  /** The counts that were read, of the genes of the last run. */
  measured: { request: Record<string, never>; reply: Measured };
  /** The predictions of the last run of that kind as a file. */
  changesFile: { request: Record<string, never>; reply: Blob };
  /** Runs the open model, which must be that of `sha256`, on one gene's values [T, columns], on the CPU. */
  predictGene: { request: { readonly sha256: string; readonly values: Float32Array }; reply: GenePrediction };
}

/** A name of {@link ChangeCalls}. */
export type ChangeCallName = keyof ChangeCalls;
