/** Collects the batches of a run. */

import type { AttentionMeans, Batch, TablesEngine, EngineAttentionSummary } from "../engine/engine.js";
import { THRESHOLD } from "../constants.js";
import { genesOf } from "./tables.js";

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

  /** Stores a batch from gene `start` on. */
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
    readonly engine: TablesEngine,
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

  /** The means over all stored batches. */
  means(): AttentionMeans {
    return this.#summary?.finish() ?? { on: undefined, off: undefined, genesOn: 0, genesOff: 0 };
  }

  /** Releases the engine's memory. */
  free(): void {
    this.#summary?.free();
    this.#summary = undefined;
  }
}
