/** Collects the batches of a run. */

import type { AttentionMeans, Batch, TablesEngine, EngineAttentionSummary } from "../engine/engine.js";
import { THRESHOLD } from "../constants.js";
import type { Spread } from "../tasks/spread.js";
import { genesOf } from "./tables.js";

/** Names of a batch's outputs; each has genes as its first dimension, and is empty for a model without it. */
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

/** Outputs of only some models: of ensembles, and of calibrated models. */
const OF_SOME = ["probabilityRaw", "members", "sd", "low", "high"] as const;

/** Collects batches into whole arrays, output by output. */
export class Gathered {
  #all: Batch | undefined;

  constructor(readonly genes: number) {}

  /** The outputs of all genes; empty before the first batch. */
  get all(): Batch {
    return this.#all ?? (Object.fromEntries(OUTPUTS.map((output) => [output, new Float32Array(0)])) as Batch);
  }

  /** The outputs of ensembles and of calibrated models that this model has. */
  get spread(): Spread & Pick<Batch, "probabilityRaw"> {
    const { all } = this;
    return Object.fromEntries(OF_SOME.flatMap((output) => (all[output]?.length ? [[output, all[output]]] : [])));
  }

  /** Stores a batch from gene `start` on. */
  put(start: number, batch: Batch): void {
    const count = genesOf(batch);
    const outputs = Object.entries(batch);
    const of = (array: Float32Array): Float32Array => new Float32Array((this.genes * array.length) / count);
    const all = (this.#all ??= Object.fromEntries(outputs.map(([output, array]) => [output, of(array)])) as Batch);
    // One engine may omit an output that another returns empty.
    for (const [output, array] of outputs) all[output as keyof Batch]?.set(array, (start * array.length) / count);
  }

  /** Releases the memory of accumulators, if there are any. */
  free(): void {}
}

/** Collects batches into whole arrays, and accumulates their mean attention. */
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

  override free(): void {
    this.#summary?.free();
    this.#summary = undefined;
  }
}
