/** What a model found in a table. */

import type { AttentionMeans, Attends, Batch, CpuEngine, EngineAttentionSummary, PrepareOptions } from "./engine.js";
import type { DeviceReport } from "./device.js";

/** Genes whose probability is at least this are predicted on. */
export const THRESHOLD = 0.5;

/** The name of α's row where it is for all marks together. */
export const ALL_MARKS = "all marks";

/** The names of α's rows. */
export function attendedRows({ bins }: Attends, marks: readonly string[]): readonly string[] {
  return bins === "each-mark" ? marks : bins === "all-marks" ? [ALL_MARKS] : [];
}

/** What a model found in a table. N genes, M marks in the model's order, T bins; arrays are row-major. */
export interface Result {
  /** Gene names, [N]. */
  genes: readonly string[];
  /** The model's marks, [M]. */
  marks: readonly string[];
  /** What each row of α is about: the marks, {@link ALL_MARKS} alone, or nothing for a variant that does not attend to bins. */
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

/** Collects batches into whole arrays. */
export class Collector {
  readonly probability: Float32Array;
  readonly logit: Float32Array;
  #alpha: Float32Array | undefined;
  #beta: Float32Array | undefined;
  #summary: EngineAttentionSummary | undefined;

  constructor(
    readonly engine: CpuEngine,
    readonly genes: number,
    readonly bins: number,
  ) {
    this.probability = new Float32Array(genes);
    this.logit = new Float32Array(genes);
  }

  /** Attention over bins, [N, rows, T]; empty before the first batch, and for variants without it. */
  get alpha(): Float32Array {
    return this.#alpha ?? new Float32Array(0);
  }

  /** Attention over marks, [N, M]; empty before the first batch, and for variants without it. */
  get beta(): Float32Array {
    return this.#beta ?? new Float32Array(0);
  }

  /** Puts a batch at gene `start`. */
  put(start: number, batch: Batch): void {
    const count = batch.logit.length;
    const rows = batch.alpha.length / (count * this.bins);
    this.#alpha ??= new Float32Array(this.genes * rows * this.bins);
    this.#beta ??= new Float32Array((this.genes * batch.beta.length) / count);
    if (rows > 0) this.#summary ??= new this.engine.AttentionSummary(rows, this.bins, THRESHOLD);
    this.probability.set(batch.probability, start);
    this.logit.set(batch.logit, start);
    this.#alpha.set(batch.alpha, (start * batch.alpha.length) / count);
    this.#beta.set(batch.beta, (start * batch.beta.length) / count);
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
