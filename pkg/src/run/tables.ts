/** Running a model of tables, on batches of genes. */

import { type AdapterIdentity, CPU_BATCH, gpuBatch } from "../engine/device.js";
import type { Batch, CpuModel, GpuEngine, GpuInfo, SelfTest } from "../engine/engine.js";
import type { Description } from "../description.js";
import { timeLimit } from "../engine/guard.js";
import { genesPerSecond, together } from "../engine/measure.js";
import { type Outputs, requireFinite, requireSums, SUM_TOLERANCE, unsound } from "../engine/trust.js";
import { throwIfCancelled } from "../errors.js";
import type { GeneBatch } from "./worker-port.js";
import type { ModelOnGpu, Race, Runnable } from "./runner.js";

/** A model of tables on the CPU, as the runner sees it. */
export class Genes implements Runnable<GeneBatch, Batch> {
  readonly unit = "gene";
  readonly reads = "tables";
  readonly workersOnly = false;
  readonly mostThreads = Infinity;
  readonly cpuBatch = CPU_BATCH;
  readonly inlineBatches = 2;
  readonly #description: Description;

  constructor(
    private readonly cpu: CpuModel,
    private readonly bytes: Uint8Array,
    private readonly file: string,
    /** The form of a change, where another than the card's default was asked for. */
    readonly symmetric: boolean | undefined,
  ) {
    this.#description = cpu.describe();
  }

  gpuBatch({ software }: AdapterIdentity, { maxBufferBytes }: GpuInfo): number {
    return gpuBatch(software, maxBufferBytes, this.#description.bytes_per_example ?? Infinity);
  }

  load(engine: GpuEngine): ModelOnGpu<GeneBatch, Batch> {
    const model = new engine.Model(this.bytes, this.file, this.symmetric);
    return { predict: ({ values, genes }) => model.predict(values, genes), free: () => model.free() };
  }

  predict({ values, genes }: GeneBatch): Promise<Batch> {
    return this.cpu.predict(values, genes);
  }

  count({ genes }: GeneBatch): number {
    return genes;
  }

  readonly limit = timeLimit;

  async known(): Promise<{ input: GeneBatch; outputs: Batch }> {
    const input = batchOf(this.cpu.selfTest());
    return { input, outputs: await this.predict(input) };
  }

  requireSound(outputs: Batch, { genes }: GeneBatch): void {
    const { encoders } = this.#description.attends;
    requireSound(outputs, genes, { bins: this.cpu.card.bins, weighings: encoders?.weighings ?? 1 });
  }

  /** The last gene of each batch. */
  sample(outputs: Batch, { values, genes }: GeneBatch): { input: GeneBatch; outputs: Outputs; what: string } {
    const last = (array: Float32Array): Float32Array => array.subarray(array.length - array.length / genes);
    return {
      input: batchOf({ values: last(values).slice(), genes: 1 }),
      outputs: Object.fromEntries(Object.entries(outputs).map(([name, array]) => [name, last(array)])),
      what: "the last gene of a batch",
    };
  }

  async rates({
    onGpu,
    batch,
    workers,
    signal,
    now,
  }: Race<GeneBatch, Batch>): Promise<{ cpu: number; webgpu: number }> {
    const known = this.cpu.selfTest();
    const onCpu = (values: Float32Array, genes: number): Promise<Batch> => {
      throwIfCancelled(signal, "Choosing a device");
      return this.cpu.predict(values, genes);
    };
    const cpu = together(await genesPerSecond(onCpu, known, CPU_BATCH, now), workers);
    const webgpu = await genesPerSecond((values, genes) => onGpu(batchOf({ values, genes })), known, batch, now);
    return { cpu, webgpu };
  }

  free(): void {
    this.cpu.free();
  }
}

function batchOf({ values, genes }: SelfTest): GeneBatch {
  return { kind: "batch", values, genes };
}

/** A model predicts either whether a gene is on, or its level, or how it changes. */
export function genesOf({ logit, foldChange, level = logit }: Batch): number {
  return Math.max(logit.length, foldChange.length, level.length);
}

/** Sizes of the outputs of a model that sum to 1. */
interface Sums {
  /** T, over which each row of α sums to 1. */
  readonly bins: number;
  /** Number of softmaxes in β: 2 where a model weighs the marks of each cell type by themselves. Default 1. */
  readonly weighings?: number;
}

/**
 * Throws an `EngineError` unless a batch obeys what holds for any input: right sizes, finite numbers, probabilities
 * that are the sigmoid of the logits, and attention that sums to 1.
 *
 * @param genes Number of genes of the batch.
 */
export function requireSound(batch: Batch, genes: number, { bins, weighings = 1 }: Sums): void {
  const { probability, logit, foldChange, expression, alpha, beta, auxiliaryAlpha, auxiliaryBeta } = batch;
  // The raw one belongs to the logit of a calibrated model.
  const raw = batch.probabilityRaw?.length ? batch.probabilityRaw : probability;
  const whole = [alpha, auxiliaryAlpha].every((rows) => Number.isInteger(rows.length / (genes * bins)));
  if (genesOf(batch) !== genes || probability.length !== logit.length || !whole || raw.length !== logit.length)
    throw unsound("the wrong number of values");
  for (let gene = 0; gene < logit.length; gene++) {
    const expected = 1 / (1 + Math.exp(-logit[gene]!));
    if (!(Math.abs(raw[gene]! - expected) <= SUM_TOLERANCE))
      throw unsound("a probability that does not belong to its logit");
  }
  for (const spread of [batch.members, batch.sd, batch.low, batch.high]) {
    if (!spread) continue;
    if (spread.length === 0 || spread.length % genes > 0) throw unsound("the wrong number of values");
    requireFinite(spread, "a spread");
  }
  requireFinite(probability, "a probability");
  requireFinite(foldChange, "a predicted change");
  if (batch.level) requireFinite(batch.level, "a level");
  requireFinite(expression, "a predicted change");
  requireSums(alpha, bins, "α over the bins of a mark");
  requireSums(auxiliaryAlpha, bins, "auxiliary α over the bins of a mark");
  if (beta.length > 0) requireSums(beta, beta.length / genes / weighings, "β over the marks of a gene");
  // The auxiliary tasks are two, one of each cell type.
  if (auxiliaryBeta.length > 0)
    requireSums(auxiliaryBeta, auxiliaryBeta.length / genes / 2, "auxiliary β over the marks of a gene");
}
