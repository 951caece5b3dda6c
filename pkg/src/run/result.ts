/** What a model found in a table. */

import { genesOf } from "./genes.js";
import type {
  AttentionMeans,
  Attends,
  Batch,
  CpuEngine,
  EncoderGroup,
  EngineAttentionSummary,
  PrepareOptions,
} from "../engine/engine.js";
import type { DeviceReport } from "../engine/device.js";

/** Genes whose probability is at least this are predicted on. */
export const THRESHOLD = 0.5;

/** The name of α's row where it is for all marks together. */
export const ALL_MARKS = "all marks";

/** The names of α's rows. */
export function attendedRows({ bins, encoders }: Attends, marks: readonly string[]): readonly string[] {
  if (encoders) return encoderNames(encoders.bins, marks);
  return bins === "each-mark" ? marks : bins === "all-marks" ? [ALL_MARKS] : [];
}

/** `A_H3K4me3`, …: the names of encoders, group by group. */
export function encoderNames(groups: readonly EncoderGroup[], marks: readonly string[]): readonly string[] {
  return groups.flatMap((group) => marks.map((mark) => `${group}_${mark}`));
}

/** What a model found in a table. N genes, M marks in the model's order, T bins; arrays are row-major. */
export interface Result {
  /** Gene names, [N]. */
  genes: readonly string[];
  /** The model's marks, [M]. */
  marks: readonly string[];
  /**
   * What each row of α is about: the marks, {@link ALL_MARKS} alone, or nothing for a variant that does not attend to
   * bins.
   */
  rows: readonly string[];
  /** T. */
  bins: number;
  /** P(gene on), [N]. */
  probability: Float32Array;
  /** The value before the sigmoid, [N]. */
  logit: Float32Array;
  /** Attention over bins, [N, rows, T]; empty where there are no rows. */
  alpha: Float32Array;
  /** Attention over marks, [N, M]; empty for a variant that does not weigh marks. */
  beta: Float32Array;
  /** The table's labels, 1 = on, [N]; absent where it has none. */
  labels: Uint8Array | undefined;
  /** Area under the ROC curve of the probabilities for the labels; absent without labels, and where all are equal. */
  auroc: number | undefined;
  /** Mean α over the genes predicted on and off (the paper's figure 2a); absent where there is no α. */
  summary: AttentionMeans | undefined;
  /** The device that ran the last batch, and why. */
  device: DeviceReport;
  /** How many genes WebGPU ran; the CPU ran the others. */
  genesOnGpu: number;
  /** Seconds from the first batch to the last. */
  seconds: number;
  /** The model that ran: its name and the SHA-256 of its file. */
  model: { name: string; sha256: string };
  /** The table that it ran on, and what was done to it first. */
  input: { file: string } & PrepareOptions;
}

/**
 * What a model of a change found in the tables of two cell types, A and B. N genes, those of both tables in A's order;
 * M marks in the model's order, T bins; arrays are row-major.
 */
export interface ChangeResult {
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
  /** Genes that A alone has, and those that B alone has: they are not among `genes`. */
  unmatched: readonly [readonly string[], readonly string[]];
  /** The device that ran the last batch, and why. */
  device: DeviceReport;
  /** How many genes WebGPU ran; the CPU ran the others. */
  genesOnGpu: number;
  /** Seconds from the first batch to the last. */
  seconds: number;
  /** The model that ran: its name and the SHA-256 of its file. */
  model: { name: string; sha256: string };
  /** The tables that it ran on, A and B, and what was done to each first. */
  input: readonly [{ file: string } & PrepareOptions, { file: string } & PrepareOptions];
}

/** The outputs of a batch, by name; each has its genes first, and is empty for a model without it. */
const OUTPUTS = [
  "probability",
  "logit",
  "foldChange",
  "expression",
  "alpha",
  "beta",
  "auxiliaryAlpha",
  "auxiliaryBeta",
] as const;

/** A batch made output by output. */
function batchOf(make: (output: (typeof OUTPUTS)[number]) => Float32Array): Batch {
  return Object.fromEntries(OUTPUTS.map((output) => [output, make(output)])) as unknown as Batch;
}

/** Collects batches into whole arrays, output by output. */
export class Gathered {
  #all: Batch | undefined;

  constructor(readonly genes: number) {}

  /** The outputs of all genes; empty before the first batch. */
  get all(): Batch {
    return this.#all ?? batchOf(() => new Float32Array(0));
  }

  /** Puts a batch at gene `start`. */
  put(start: number, batch: Batch): void {
    const count = genesOf(batch);
    const all = (this.#all ??= batchOf((output) => new Float32Array((this.genes * batch[output].length) / count)));
    for (const output of OUTPUTS) all[output].set(batch[output], (start * batch[output].length) / count);
  }
}

/** Collects batches into whole arrays, and sums their attention up. */
export class Collector extends Gathered {
  #summary: EngineAttentionSummary | undefined;

  constructor(
    readonly engine: CpuEngine,
    genes: number,
    readonly bins: number,
  ) {
    super(genes);
  }

  override put(start: number, batch: Batch): void {
    super.put(start, batch);
    const rows = batch.alpha.length / (genesOf(batch) * this.bins);
    if (rows > 0) this.#summary ??= new this.engine.AttentionSummary(rows, this.bins, THRESHOLD);
    this.#summary?.add(batch.probability, batch.alpha);
  }

  /** The means over all batches that were put. */
  means(): AttentionMeans {
    return this.#summary?.finish() ?? { on: undefined, off: undefined, genesOn: 0, genesOff: 0 };
  }

  /** Gives the engine's memory back. */
  free(): void {
    this.#summary?.free();
    this.#summary = undefined;
  }
}
