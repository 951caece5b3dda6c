/** Runs models of tables on batches of genes. */

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
  readonly apart = false;
  readonly mostThreads = Infinity;
  readonly cpuBatch = CPU_BATCH;
  readonly few = 2;
  readonly #description: Description;

  constructor(
    private readonly cpu: CpuModel,
    private readonly bytes: Uint8Array,
    private readonly file: string,
    /** The form of a change, if it differs from the card's default. */
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

  /** Samples the last gene of each batch. */
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

/** Number of genes in a batch: exactly one of on/off, level and change is predicted. */
export function genesOf({ logit, foldChange, level = logit }: Batch): number {
  return Math.max(logit.length, foldChange.length, level.length);
}

/** Sizes of the outputs that sum to 1. */
interface Sums {
  /** Number of bins T, over which each row of α sums to 1. */
  readonly bins: number;
  /** Number of softmaxes in β: 2 if the marks of each cell type are weighted separately. Default 1. */
  readonly weighings?: number;
}

/**
 * Throws an `EngineError` unless a batch has the properties of every valid output: correct sizes, finite numbers,
 * probabilities equal to the sigmoid of the logits, and attention that sums to 1.
 *
 * @param genes Number of genes in the batch.
 */
export function requireSound(batch: Batch, genes: number, { bins, weighings = 1 }: Sums): void {
  const { probability, logit, foldChange, expression, alpha, beta, auxiliaryAlpha, auxiliaryBeta } = batch;
  // In a calibrated model, the raw probability is the sigmoid of the logit.
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
  // There are two auxiliary tasks, one per cell type.
  if (auxiliaryBeta.length > 0)
    requireSums(auxiliaryBeta, auxiliaryBeta.length / genes / 2, "auxiliary β over the marks of a gene");
}
