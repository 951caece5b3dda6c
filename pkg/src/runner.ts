/**
 * The devices that can run one model: a GPU that is watched, and the CPU that takes over from it.
 */

import { CPU_BATCH, gpuBatch, type DeviceChoice, type DeviceReport } from "./device.js";
import type { Batch, CpuModel, EngineModel } from "./engine.js";
import { CancelledError, throwIfCancelled } from "./errors.js";
import { timeLimit } from "./guard.js";
import type { Platform, RunningGpu } from "./platform.js";
import type { WorkOptions } from "./progress.js";
import type { Simd } from "./simd.js";
import { requireAgreement, requireSound } from "./trust.js";

/** A model on a GPU that has passed the known case. */
interface GpuModel {
  model: EngineModel;
  running: RunningGpu;
  batch: number;
  /** Batch sizes of which one gene was computed again on the CPU. */
  checked: Set<number>;
}

/** Values of a batch, [genes, T, M]. */
export interface Values {
  values: Float32Array;
  genes: number;
}

/** Runs one model on the device that is best, and can be trusted. */
export class Runner {
  #gpu: GpuModel | undefined;
  #report: DeviceReport;

  constructor(
    readonly platform: Platform,
    readonly cpu: CpuModel,
    /** The instructions of the CPU engine. */
    readonly simd: Simd,
    /** The model file, from which the GPU's copy of the model is made. */
    readonly bytes: Uint8Array,
    readonly file: string,
  ) {
    this.#report = this.#onCpu({ software: false, reason: "Computed on the CPU." });
  }

  /** Which device runs the model, and why. */
  get report(): DeviceReport {
    return this.#report;
  }

  /** How many genes the device takes at once. */
  get batch(): number {
    return this.#gpu?.batch ?? CPU_BATCH;
  }

  /** Takes the device of `choice`, or the CPU where that one is missing or cannot be trusted. */
  async choose(choice: DeviceChoice, options: WorkOptions): Promise<DeviceReport> {
    this.#drop();
    if (choice === "cpu") return this.#settle(this.#onCpu({ software: false, reason: "The CPU was chosen." }));
    const survey = await this.platform.findAdapter();
    throwIfCancelled(options.signal, "Choosing a device");
    if (!survey.adapter) return this.#settle(this.#onCpu({ software: false, reason: `Computed on the CPU: ${survey.reason}.` }));
    const { name, software } = survey.adapter;
    if (software && choice === "auto") {
      return this.#settle(this.#onCpu({ adapter: name, software, reason: `Computed on the CPU: the only WebGPU adapter, ${name}, is software and slower.` }));
    }
    return this.#tryGpu(name, software, options);
  }

  /**
   * Runs one batch. Where the GPU fails, the CPU runs this batch, and all after it.
   *
   * @param from Position of the batch's first gene, for the report.
   */
  async run(batch: Values, from: number, signal?: AbortSignal): Promise<{ output: Batch; onGpu: boolean }> {
    const gpu = this.#gpu;
    if (gpu) {
      try {
        return { output: await this.#runOnGpu(gpu, batch, signal), onGpu: true };
      } catch (cause) {
        if (cause instanceof CancelledError) throw cause;
        this.#fallBack(cause, `from gene ${from + 1} on`);
      }
    }
    return { output: await this.cpu.predict(batch.values, batch.genes), onGpu: false };
  }

  /** Gives the memory back. */
  free(): void {
    this.#drop();
    this.cpu.free();
  }

  async #tryGpu(name: string, software: boolean, options: WorkOptions): Promise<DeviceReport> {
    const { signal, onProgress } = options;
    let model: EngineModel | undefined;
    try {
      const running = await this.platform.gpu(options);
      const steps = (done: number): void => onProgress?.({ stage: "check", done, total: 2, unit: "steps" });
      steps(0);
      const made = (model = new running.engine.Model(this.bytes, this.file));
      const known = this.cpu.knownCase();
      const onCpu = await this.cpu.predict(known.values, known.genes);
      steps(1);
      const onGpu = await running.guard.wait(() => made.predict(known.values, known.genes), timeLimit(known.genes), signal);
      const maxDifference = requireAgreement(onGpu, onCpu, "the known case");
      steps(2);
      const { marks, bins } = this.cpu.card;
      const hidden = Number(this.cpu.card.hyperparameters["bin_rnn_size"] ?? 32);
      const batch = gpuBatch(software, running.info.maxBufferBytes, { marks: marks.length, bins, hidden });
      this.#gpu = { model: made, running, batch, checked: new Set() };
      return this.#settle({
        kind: "webgpu",
        adapter: name,
        software,
        reason: `GPU and CPU agree on a known case to ${maxDifference.toExponential(0)}.`,
        check: { maxDifference },
      });
    } catch (cause) {
      release(model);
      if (cause instanceof CancelledError || signal?.aborted) throw new CancelledError("Choosing a device");
      return this.#settle(this.#onCpu({ adapter: name, software, reason: `The CPU took over: ${because(cause)}.` }));
    }
  }

  async #runOnGpu(gpu: GpuModel, { values, genes }: Values, signal?: AbortSignal): Promise<Batch> {
    const output = await gpu.running.guard.wait(() => gpu.model.predict(values, genes), timeLimit(genes), signal);
    requireSound(output, genes, values.length / (genes * this.cpu.card.marks.length));
    // A kernel may be compiled anew for another batch size, so each size earns its trust once.
    if (!gpu.checked.has(genes)) {
      const onCpu = await this.cpu.predict(values.slice(values.length - values.length / genes), 1);
      requireAgreement(lastGene(output, genes), onCpu, "the last gene of a batch");
      gpu.checked.add(genes);
    }
    return output;
  }

  #fallBack(cause: unknown, when: string): void {
    const { adapter, software } = this.#report;
    this.#drop();
    this.#settle(this.#onCpu({ ...(adapter === undefined ? {} : { adapter }), software, reason: `The CPU took over ${when}: ${because(cause)}.` }));
  }

  #drop(): void {
    release(this.#gpu?.model);
    this.#gpu = undefined;
  }

  /** A report of the CPU. */
  #onCpu(about: Pick<DeviceReport, "adapter" | "software" | "reason">): DeviceReport {
    return { kind: "cpu", simd: this.simd, ...about };
  }

  #settle(report: DeviceReport): DeviceReport {
    this.#report = report;
    return report;
  }
}

/** The outputs of the last gene of a batch. */
function lastGene(batch: Batch, genes: number): Batch {
  const last = (values: Float32Array): Float32Array => values.subarray(values.length - values.length / genes);
  return { probability: last(batch.probability), logit: last(batch.logit), alpha: last(batch.alpha), beta: last(batch.beta) };
}

/** Frees a model of an engine that may have trapped, in which case there is nothing left to free. */
function release(model: EngineModel | undefined): void {
  try {
    model?.free();
  } catch {
    // The engine is gone, and its memory with it.
  }
}

function because(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  return message.replace(/\.$/, "");
}
