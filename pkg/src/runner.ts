/**
 * The devices that can run one model: a GPU that is watched, and the CPU that takes over from it.
 */

import { gpuBatch, type DeviceChoice, type DeviceReport } from "./device.js";
import type { Batch, CpuModel, EngineModel } from "./engine.js";
import { CancelledError, throwIfCancelled } from "./errors.js";
import { timeLimit } from "./guard.js";
import type { Platform, RunningCpu, RunningGpu } from "./platform.js";
import { Pool } from "./pool.js";
import { yieldToOthers, type WorkOptions } from "./progress.js";
import { runShared, type Work } from "./shared-run.js";
import { requireAgreement, requireSound } from "./trust.js";

/** A model on a GPU that has passed the known case. */
interface GpuModel {
  model: EngineModel;
  running: RunningGpu;
  batch: number;
  /** Batch sizes of which one gene was computed again on the CPU. */
  checked: Set<number>;
}

/** Runs one model on the device that is best, and can be trusted. */
export class Runner {
  readonly #simd: RunningCpu["simd"];
  readonly #pool: Pool | undefined;
  #gpu: GpuModel | undefined;
  #report: DeviceReport;

  /**
   * @param cpu The model on the CPU engine `running`.
   * @param bytes The model file, from which each other copy of the model is made.
   * @param threads How many threads compute on the CPU, the calling one included.
   */
  constructor(
    readonly platform: Platform,
    readonly cpu: CpuModel,
    running: RunningCpu,
    readonly bytes: Uint8Array,
    readonly file: string,
    threads: number,
  ) {
    this.#simd = running.simd;
    const kit = { module: running.module, simd: running.simd, bytes, file };
    this.#pool = threads > 1 ? new Pool(() => platform.startWorker(), kit, threads - 1) : undefined;
    this.#report = this.#onCpu({ software: false, reason: "Computed on the CPU." });
  }

  /** Which device runs the model, and why. */
  get report(): DeviceReport {
    if (this.#report.kind !== "cpu") return this.#report;
    const reason = [this.#report.reason, this.#pool?.trouble].filter(Boolean).join(" ");
    return { ...this.#report, workers: this.workers, reason };
  }

  /** How many threads compute on the CPU, the calling one included. */
  get workers(): number {
    return 1 + (this.#pool?.alive ?? 0);
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
   * Runs all genes of `work`. Where the GPU fails, the CPU runs that batch, and all after it.
   *
   * @returns How many genes the GPU ran.
   */
  async run(work: Work, signal?: AbortSignal): Promise<number> {
    let start = 0;
    for (let gpu = this.#gpu; gpu && start < work.genes; gpu = this.#gpu) {
      const end = Math.min(start + gpu.batch, work.genes);
      let output: Batch;
      try {
        output = await this.#runOnGpu(gpu, work.values(start, end), end - start, signal);
      } catch (cause) {
        if (cause instanceof CancelledError) throw cause;
        this.#fallBack(cause, `from gene ${start + 1} on`);
        break;
      }
      work.put(start, output);
      start = end;
      await yieldToOthers();
      throwIfCancelled(signal, "The run");
    }
    await runShared(work, start, this.cpu, this.#pool, signal);
    return start;
  }

  /** Gives the memory back. */
  free(): void {
    this.#drop();
    this.#pool?.free();
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

  async #runOnGpu(gpu: GpuModel, values: Float32Array, genes: number, signal?: AbortSignal): Promise<Batch> {
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
    return { kind: "cpu", simd: this.#simd, ...about };
  }

  #settle(report: DeviceReport): DeviceReport {
    this.#report = report;
    return this.report;
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
