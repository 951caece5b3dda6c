/**
 * The devices that can run one model: a GPU that is watched, and the CPU that takes over from it.
 */

import { lastGene } from "./batch.js";
import { isOfChange, type ModelCard } from "./card.js";
import { CPU_BATCH, gpuBatch, type DeviceChoice, type DeviceReport } from "./device.js";
import type { Attends, Batch, CpuModel, EngineModel, KnownCase } from "./engine.js";
import { CancelledError, throwIfCancelled } from "./errors.js";
import { timeLimit } from "./guard.js";
import { genesPerSecond, rateInWords, together } from "./measure.js";
import type { Platform, RunningCpu, RunningGpu } from "./platform.js";
import { Pool } from "./pool.js";
import { yieldToOthers, type WorkOptions } from "./progress.js";
import { runShared, type Work } from "./shared-run.js";
import { requireAgreement, requireSound, type Sums } from "./trust.js";

/** A model on a GPU that has passed the known case. */
interface GpuModel {
  model: EngineModel;
  running: RunningGpu;
  batch: number;
  /** Batch sizes of which one gene was computed again on the CPU. */
  checked: Set<number>;
}

/** Milliseconds without anything going on after which `auto` goes on. */
const QUIET = 250;

const CHOOSING = "Choosing a device";
const SAVES_DATA = "this connection is set to save data, and the WebGPU engine would be another download";

/** Runs one model on the device that is best, and can be trusted. */
export class Runner {
  readonly #simd: RunningCpu["simd"];
  readonly #pool: Pool | undefined;
  #gpu: GpuModel | undefined;
  #choosing = new AbortController();
  #report: DeviceReport;

  /**
   * @param cpu The model on the CPU engine `running`.
   * @param bytes The model file, from which each other copy of the model is made.
   * @param threads How many threads compute on the CPU at a time.
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
    const kit = { module: running.module, bytes, file };
    this.#pool = threads > 1 ? new Pool(() => platform.startWorker(running.simd), kit, threads) : undefined;
    this.#report = this.#onCpu({ software: false, reason: "Computed on the CPU." });
  }

  /** Which device runs the model, and why. */
  get report(): DeviceReport {
    if (this.#report.kind !== "cpu") return this.#report;
    const reason = [this.#report.reason, this.#pool?.trouble].filter(Boolean).join(" ");
    return { ...this.#report, workers: this.workers, reason };
  }

  /** How many threads compute on the CPU at a time. */
  get workers(): number {
    return this.#pool?.threads ?? 1;
  }

  /**
   * Takes the device of `choice`, or the CPU where that one is missing or cannot be trusted; of `auto`, the faster.
   *
   * The CPU computes until this has resolved. A later choice ends an earlier one, which then rejects as cancelled.
   */
  async choose(choice: DeviceChoice, { signal, onProgress }: WorkOptions): Promise<DeviceReport> {
    this.#choosing.abort();
    const choosing = (this.#choosing = new AbortController());
    this.#drop();
    if (choice === "cpu") return this.#settle(this.#onCpu({ software: false, reason: "The CPU was chosen." }));
    const { platform } = this;
    const until = choice === "auto" ? "it is known whether WebGPU is faster" : "WebGPU is ready";
    this.#settle(this.#onCpu({ software: false, reason: `The CPU computes until ${until}.` }));
    const missing = platform.gpuMissing() ?? (choice === "auto" && platform.savesData() ? SAVES_DATA : undefined);
    if (missing) return this.#settle(this.#onCpu({ software: false, reason: `Computed on the CPU: ${missing}.` }));

    const cancel = (): void => choosing.abort();
    if (signal?.aborted) cancel();
    signal?.addEventListener("abort", cancel, { once: true });
    try {
      return await this.#tryGpu(choice, { signal: choosing.signal, onProgress });
    } finally {
      signal?.removeEventListener("abort", cancel);
    }
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
    this.#choosing.abort();
    this.#drop();
    this.#pool?.free();
    this.cpu.free();
  }

  async #tryGpu(choice: "auto" | "webgpu", options: WorkOptions & { signal: AbortSignal }): Promise<DeviceReport> {
    const { signal, onProgress } = options;
    const { activity, pause, findAdapter } = this.platform;
    // Nobody waits for `auto`, and it keeps out of the way of what somebody waits for.
    const whenQuiet = async (): Promise<void> => {
      if (choice === "auto") await activity.quiet(() => pause(QUIET));
      throwIfCancelled(signal, CHOOSING);
    };
    let about: Pick<DeviceReport, "adapter" | "software"> = { software: false };
    let model: EngineModel | undefined;
    try {
      await whenQuiet();
      const { adapter, reason } = { reason: "", ...(await findAdapter()) };
      throwIfCancelled(signal, CHOOSING);
      if (!adapter) return this.#settle(this.#onCpu({ ...about, reason: `Computed on the CPU: ${reason}.` }));
      about = { adapter: adapter.name, software: adapter.software };

      const running = await this.platform.gpu(options);
      await whenQuiet();
      const steps = (done: number): void => onProgress?.({ stage: "check", done, total: 2, unit: "steps" });
      steps(0);
      const made = (model = new running.engine.Model(this.bytes, this.file));
      const known = this.cpu.knownCase();
      const onCpu = await this.cpu.predict(known.values, known.genes);
      steps(1);
      const onGpu = await running.guard.wait(() => made.predict(known.values, known.genes), timeLimit(known.genes), signal);
      const maxDifference = requireAgreement(onGpu, onCpu, "the known case");
      steps(2);
      const { card, attends } = this.cpu;
      const encoders = card.marks.length * groupsOf(attends);
      const batch = gpuBatch(adapter.software, running.info.maxBufferBytes, { marks: encoders, bins: card.bins, width: widest(card.hyperparameters) });
      const gpu: GpuModel = { model: made, running, batch, checked: new Set() };

      const agree = `GPU and CPU agree on a known case to ${maxDifference.toExponential(0)}.`;
      const report = { ...about, check: { maxDifference } };
      if (choice === "webgpu") return this.#take(gpu, { ...report, reason: agree });
      const measured = await this.#measure(gpu, known, whenQuiet, signal);
      // With workers the CPU's is an estimate.
      const cpu = `${this.workers > 1 ? "about " : ""}${rateInWords(measured.cpu)}`;
      const webgpu = rateInWords(measured.webgpu);
      if (measured.webgpu > measured.cpu) {
        return this.#take(gpu, { ...report, measured, reason: `WebGPU computes: ${webgpu} genes a second against ${cpu} on the CPU. ${agree}` });
      }
      release(model);
      return this.#settle(this.#onCpu({ ...report, measured, reason: `The CPU computes: ${cpu} genes a second against ${webgpu} on WebGPU (${adapter.name}).` }));
    } catch (cause) {
      release(model);
      if (signal.aborted) {
        // Not if another choice was made meanwhile.
        if (this.#choosing.signal === signal) this.#settle(this.#onCpu({ ...about, reason: "The CPU computes: trying WebGPU was cancelled." }));
        throw new CancelledError(CHOOSING);
      }
      return this.#settle(this.#onCpu({ ...about, reason: `The CPU took over: ${because(cause)}.` }));
    }
  }

  /** Genes a second on either device, measured while nothing else is going on. */
  async #measure(gpu: GpuModel, known: KnownCase, whenQuiet: () => Promise<void>, signal: AbortSignal): Promise<{ cpu: number; webgpu: number }> {
    const { activity, now } = this.platform;
    const onCpu = (values: Float32Array, genes: number): Promise<Batch> => {
      throwIfCancelled(signal, CHOOSING);
      return this.cpu.predict(values, genes);
    };
    const onGpu = (values: Float32Array, genes: number): Promise<Batch> => gpu.running.guard.wait(() => gpu.model.predict(values, genes), timeLimit(genes), signal);
    for (;;) {
      await whenQuiet();
      const { begun } = activity;
      const cpu = together(await genesPerSecond(onCpu, known, CPU_BATCH, now), this.workers);
      const webgpu = await genesPerSecond(onGpu, known, gpu.batch, now);
      throwIfCancelled(signal, CHOOSING);
      if (activity.begun === begun) return { cpu, webgpu };
    }
  }

  #take(gpu: GpuModel, about: Omit<DeviceReport, "kind">): DeviceReport {
    this.#gpu = gpu;
    return this.#settle({ kind: "webgpu", ...about });
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
  #onCpu(about: Omit<DeviceReport, "kind" | "simd" | "workers">): DeviceReport {
    return { kind: "cpu", simd: this.#simd, ...about };
  }

  #settle(report: DeviceReport): DeviceReport {
    this.#report = report;
    return this.report;
  }
}

/** The most values that a bin of one mark becomes in any layer: the states of both directions, or the filters of a convolution. */
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
