/**
 * The devices that can run one model of tables: a GPU that is watched, and the CPU that takes over from it.
 */

import { lastGene } from "./batch.js";
import { isOfChange, type ModelCard } from "../card.js";
import { Chooser, type Choosing, type OnGpu } from "../engine/chooser.js";
import { CPU_BATCH, type AdapterIdentity, gpuBatch, type DeviceReport } from "../engine/device.js";
import type { Attends, Batch, CpuModel, EngineModel } from "../engine/engine.js";
import { CancelledError, throwIfCancelled } from "../errors.js";
import { timeLimit } from "../engine/guard.js";
import { genesPerSecond, together } from "../engine/measure.js";
import type { Platform, RunningCpu, RunningGpu } from "../engine/platform.js";
import { Pool } from "./pool.js";
import { yieldToOthers } from "../progress.js";
import { type Part, runShared } from "./shared-run.js";
import { requireAgreement, requireSound, type Sums } from "../engine/trust.js";

/** As many batches are done before workers have started. */
const FEW_BATCHES = 2;

/** The genes of one run. */
export interface Work {
  readonly genes: number;
  /** Values of the genes from `start` up to but not including `end`, [end − start, T, columns]. */
  values(start: number, end: number): Float32Array;
  /** Takes what came of the genes from `start` on; called in the genes' order. */
  put(start: number, output: Batch): void;
}

/** A model on a GPU that has passed the known case. */
interface GpuModel extends OnGpu {
  model: EngineModel;
  batch: number;
  /** Batch sizes of which one gene was computed again on the CPU. */
  checked: Set<number>;
}

/** Runs one model on the device that is best, and can be trusted. */
export class Runner extends Chooser<GpuModel> {
  readonly #pool: Pool<Batch> | undefined;

  /**
   * @param cpu The model on the CPU engine `running`.
   * @param bytes The model file, from which each other copy of the model is made.
   * @param threads How many threads compute on the CPU at a time.
   */
  constructor(
    platform: Platform,
    readonly cpu: CpuModel,
    running: RunningCpu,
    readonly bytes: Uint8Array,
    readonly file: string,
    threads: number,
  ) {
    super(platform, running.simd, "genes");
    const kit = { module: running.module, bytes, file, reads: "tables" } as const;
    this.#pool = threads > 1 ? new Pool(() => platform.startWorker(running.simd), kit, threads) : undefined;
  }

  override get report(): DeviceReport {
    const report = super.report;
    if (report.kind !== "cpu") return report;
    const reason = [report.reason, this.#pool?.trouble].filter(Boolean).join(" ");
    return { ...report, workers: this.workers, reason };
  }

  override get workers(): number {
    return this.#pool?.threads ?? 1;
  }

  /**
   * Runs all genes of `work`. Where the GPU fails, the CPU runs that batch, and all after it.
   *
   * @returns How many genes the GPU ran.
   */
  async run(work: Work, signal?: AbortSignal): Promise<number> {
    let start = 0;
    for (let gpu = this.gpu; gpu && start < work.genes; gpu = this.gpu) {
      const end = Math.min(start + gpu.batch, work.genes);
      let output: Batch;
      try {
        output = await this.#runOnGpu(gpu, work.values(start, end), end - start, signal);
      } catch (cause) {
        if (cause instanceof CancelledError) throw cause;
        this.fallBack(cause, `from gene ${start + 1} on`);
        break;
      }
      work.put(start, output);
      start = end;
      await yieldToOthers();
      throwIfCancelled(signal, "The run");
    }
    const onCpu: Part<Batch>[] = [];
    for (let from = start; from < work.genes; from += CPU_BATCH) {
      const end = Math.min(from + CPU_BATCH, work.genes);
      onCpu.push({
        limit: timeLimit(end - from),
        request: () => ({ kind: "batch", values: work.values(from, end), genes: end - from }),
        compute: () => this.cpu.predict(work.values(from, end), end - from),
      });
    }
    await runShared(onCpu, {
      pool: this.#pool,
      few: FEW_BATCHES,
      put: (output, index) => work.put(start + index * CPU_BATCH, output),
      signal,
    });
    return start;
  }

  /** Gives the memory back. */
  override free(): void {
    super.free();
    this.#pool?.free();
    this.cpu.free();
  }

  protected make(running: RunningGpu, adapter: AdapterIdentity): GpuModel {
    const { card, attends } = this.cpu;
    const encoders = card.marks.length * groupsOf(attends);
    const batch = gpuBatch(adapter.software, running.info.maxBufferBytes, {
      marks: encoders,
      bins: card.bins,
      width: widest(card.hyperparameters),
    });
    return { model: new running.engine.Model(this.bytes, this.file), running, batch, checked: new Set() };
  }

  protected async compare({ model, running }: GpuModel, { signal, onProgress }: Choosing): Promise<number> {
    const known = this.cpu.knownCase();
    const onCpu = await this.cpu.predict(known.values, known.genes);
    onProgress?.({ stage: "check", done: 1, total: 2, unit: "steps" });
    const onGpu = await running.guard.wait(
      () => model.predict(known.values, known.genes),
      timeLimit(known.genes),
      signal,
    );
    return requireAgreement(onGpu, onCpu, "the known case");
  }

  /** Genes a second on either device, measured while nothing else is going on. */
  protected async measure(gpu: GpuModel, { signal, whenQuiet }: Choosing): Promise<{ cpu: number; webgpu: number }> {
    const { activity, now } = this.platform;
    const known = this.cpu.knownCase();
    const onCpu = (values: Float32Array, genes: number): Promise<Batch> => {
      throwIfCancelled(signal, "Choosing a device");
      return this.cpu.predict(values, genes);
    };
    const onGpu = (values: Float32Array, genes: number): Promise<Batch> =>
      gpu.running.guard.wait(() => gpu.model.predict(values, genes), timeLimit(genes), signal);
    for (;;) {
      await whenQuiet();
      const { begun } = activity;
      const cpu = together(await genesPerSecond(onCpu, known, CPU_BATCH, now), this.workers);
      const webgpu = await genesPerSecond(onGpu, known, gpu.batch, now);
      throwIfCancelled(signal, "Choosing a device");
      if (activity.begun === begun) return { cpu, webgpu };
    }
  }

  async #runOnGpu(gpu: GpuModel, values: Float32Array, genes: number, signal?: AbortSignal): Promise<Batch> {
    const output = await gpu.running.guard.wait(() => gpu.model.predict(values, genes), timeLimit(genes), signal);
    requireSound(output, genes, sumsOf(this.cpu.card, values.length / genes));
    // A kernel may be compiled anew for another batch size, so each size earns its trust once.
    if (!gpu.checked.has(genes)) {
      const onCpu = await this.cpu.predict(values.slice(values.length - values.length / genes), 1);
      requireAgreement(lastGene(output, genes), onCpu, "the last gene of a batch");
      gpu.checked.add(genes);
    }
    return output;
  }
}

/**
 * The most values that a bin of one mark becomes in any layer: the states of both directions, or the filters of a
 * convolution.
 */
function widest(hyperparameters: Record<string, unknown>): number {
  const size = (name: string): number => Number(hyperparameters[name] ?? 0);
  return Math.max(2 * size("bin_rnn_size"), size("filters"), size("hm_filters")) || 64;
}

/** How many encoders read each mark. */
function groupsOf({ encoders }: Attends): number {
  return encoders ? encoders.bins.length + encoders.auxiliary.length : 1;
}

/** What sums to 1 in the outputs of a model for genes of `values` values each. */
function sumsOf(card: ModelCard, values: number): Sums {
  if (!isOfChange(card)) return { bins: values / card.marks.length };
  // `aux` and `aux-siamese` weigh the marks of A and of B by themselves, all others those of all groups together.
  return { bins: values / (2 * card.marks.length), weighings: card.variant.startsWith("aux") ? 2 : 1 };
}
