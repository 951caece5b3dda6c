/** The devices that can run a model: a supervised GPU, and the CPU that takes over from it. */

import type { Kit, Request } from "./worker-port.js";
import { DeviceSelector, type Choosing, type OnGpu } from "../engine/device-selector.js";
import type { AdapterIdentity, DeviceReport } from "../engine/device.js";
import type { GpuEngine, GpuInfo } from "../engine/engine.js";
import type { Platform, RunningCpu, RunningGpu } from "../engine/platform.js";
import { type Outputs, requireAgreement } from "../engine/trust.js";
import { CancelledError, throwIfCancelled } from "../errors.js";
import { type ModelBytes, SlicedFile } from "../io/model-bytes.js";
import { yieldToOthers } from "../progress.js";
import { named, type NameOf, naming } from "./named.js";
import { Pool } from "./pool.js";
import { type Part, runShared, type Sharing } from "./shared-run.js";

/** Parts of shared work that are done before workers start. */
const FEW_OTHERS = 1;

/** A model on a GPU. */
export interface ModelOnGpu<Input, Output> {
  predict(input: Input): Promise<Output>;
  free(): void;
}

/** Runs an input, newly made each time, on the CPU. */
export type OnCpu<Input, Output> = (input: () => Input) => Promise<Output>;

/** Measurement of the speed of both devices. */
export interface Race<Input, Output> {
  /** Runs an input on the GPU. */
  onGpu(input: Input): Promise<unknown>;
  onCpu: OnCpu<Input, Output>;
  /** Maximum batch on the GPU, in genes or windows. */
  readonly batch: number;
  /** Number of threads that compute on the CPU at a time. */
  readonly workers: number;
  readonly signal: AbortSignal;
  /** A clock, in milliseconds. */
  now(): number;
}

/**
 * A model on the CPU, and the properties of its kind that the runner needs. An input is a batch of genes, or a window.
 */
export interface Runnable<
  Input extends Request,
  Output extends Outputs,
  Gpu extends ModelOnGpu<Input, Output> = ModelOnGpu<Input, Output>,
> {
  /** Unit of `count`: "gene". */
  readonly unit: string;
  readonly reads: Kit["reads"];
  readonly symmetric?: Kit["symmetric"];
  /** Maximum number of threads, limited by memory. */
  readonly mostThreads: number;
  /** True if only workers compute on the CPU, because the memory of the calling thread's engine would never shrink. */
  readonly apart: boolean;
  /** Batch size on the CPU, in genes or windows. */
  readonly cpuBatch: number;
  /** Number of batches done before workers start. */
  readonly few: number;
  /** Batch size on a GPU, in genes or windows. */
  gpuBatch(adapter: AdapterIdentity, info: GpuInfo): number;
  /** Creates the model on a GPU. */
  load(engine: GpuEngine): Gpu;
  /** Runs an input on the CPU, in the calling thread. */
  predict(input: Input, signal: AbortSignal | undefined): Promise<Output>;
  /** Splits an input for workers to share, if there are more of them than inputs; undefined if it has no parts. */
  split?(input: Input, workers: number, signal?: AbortSignal): Split<Output> | undefined;
  /** Returns the number of genes or windows in an input. */
  count(input: Input): number;
  /** Milliseconds after which a GPU or a worker that computes `count` of them counts as hung. */
  limit(count: number): number;
  /** The self-test: a small input that both devices run before any GPU result is shown, and the CPU's output. */
  known(onCpu: OnCpu<Input, Output>): Promise<{ readonly input: Input; readonly outputs: Output }>;
  /** Throws an `EngineError` unless the outputs are valid for an input of this size. */
  requireSound(outputs: Output, input: Input): void;
  /**
   * The part of the GPU's work that the CPU repeats for comparison, for the first input of a size or `again`; undefined
   * if that would take too long.
   */
  sample(
    outputs: Output,
    input: Input,
    again: boolean,
  ): { readonly input: Input; readonly outputs: Outputs; readonly what: string } | undefined;
  /** Throughput of each device in genes or windows per second. */
  rates(race: Race<Input, Output>): Promise<{ cpu: number; webgpu: number }>;
  /** Releases the memory. */
  free(): void;
}

/** One input in steps: parts that workers share, and the next step from their results: further parts, or the output. */
export interface Split<Output> {
  readonly parts: readonly Part<Outputs>[];
  join(found: readonly Outputs[]): Split<Output> | { readonly output: Output };
}

/** The work of one run: genes or windows. */
export interface Work<Input, Output> {
  readonly count: number;
  /** Makes the input of the genes or windows from `start` to `end` (excluded). */
  input(start: number, end: number): Input;
  /** Receives the results from `start` on; called in order. */
  put(outputs: Output, start: number): void;
  /** Name of each gene or window in errors. */
  readonly name?: NameOf;
}

/** A model on a GPU that has passed the self-test. */
interface Trusted<Gpu extends { free(): void }> extends OnGpu {
  readonly model: Gpu;
  readonly batch: number;
  /** Batch sizes for which the CPU has repeated a sample. */
  readonly checked: Set<number>;
}

/** Runs a model on the best device that passes its checks. */
export class Runner<
  Input extends Request,
  Output extends Outputs,
  Gpu extends ModelOnGpu<Input, Output> = ModelOnGpu<Input, Output>,
> extends DeviceSelector<Trusted<Gpu>> {
  readonly #pool: Pool<Output> | undefined;
  #known: Awaited<ReturnType<Runnable<Input, Output, Gpu>["known"]>> | undefined;
  /** Runs one input on the CPU: on a worker, if the model computes on workers only. */
  readonly #onWorker: OnCpu<Input, Output>;

  /**
   * @param model The model on the CPU engine `running`.
   * @param bytes The model file, from which every further copy of the model is made.
   * @param threads Number of threads that compute on the CPU at a time, memory permitting.
   */
  constructor(
    platform: Platform,
    private readonly model: Runnable<Input, Output, Gpu>,
    running: RunningCpu,
    readonly bytes: ModelBytes,
    readonly file: string,
    threads: number,
  ) {
    super(platform, running.simd, `${model.unit}s`);
    const source = bytes instanceof SlicedFile ? { bytes: bytes.blob, sums: bytes.sums } : { bytes };
    const kit = { module: running.module, ...source, file, reads: model.reads, symmetric: model.symmetric };
    const size = Math.min(threads, model.mostThreads);
    const pool =
      size > 1 ? new Pool<Output>(() => platform.startWorker(running.name, running.simd), kit, size) : undefined;
    this.#pool = pool;
    this.#onWorker = async (input) => {
      let found: Output | undefined;
      const part = { limit: model.limit(1), request: input, compute: () => model.predict(input(), undefined) };
      const sharing = { pool: model.apart ? pool : undefined, few: 0, patient: true, signal: undefined };
      await runShared([part], { ...sharing, put: (output) => (found = output) });
      return found!;
    };
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
   * Runs all of `work`. If the GPU fails, the CPU runs that batch and all later ones, shared by workers.
   *
   * @returns Number of genes or windows that the GPU ran.
   */
  async run(work: Work<Input, Output>, signal?: AbortSignal): Promise<number> {
    const { model } = this;
    const nameFrom = (from: number): NameOf | undefined => work.name && ((place) => work.name!(from + place));
    let start = 0;
    for (let gpu = this.gpu; gpu && start < work.count; gpu = this.gpu) {
      const end = Math.min(start + gpu.batch, work.count);
      const outputs = await this.#onGpu(gpu, work.input(start, end), start, signal, nameFrom(start));
      if (!outputs) break;
      work.put(outputs, start);
      start = end;
      await yieldToOthers();
      throwIfCancelled(signal, "The run");
    }
    const inputs: (() => Input)[] = [];
    for (let from = start; from < work.count; from += model.cpuBatch) {
      const end = Math.min(from + model.cpuBatch, work.count);
      inputs.push(() => work.input(from, end));
    }
    const put = (outputs: Output, index: number): void => work.put(outputs, start + index * model.cpuBatch);
    const splits =
      inputs.length < this.workers ? inputs.map((input) => model.split?.(input(), this.workers, signal)) : [];
    if (splits.some((split) => split)) {
      for (const [index, split] of splits.entries())
        put(await this.#inParts(split!, signal, nameFrom(start + index * model.cpuBatch)), index);
      return start;
    }
    const onCpu = inputs.map((input, index) => ({
      limit: model.limit(model.cpuBatch),
      request: input,
      compute: () => model.predict(input(), signal),
      name: nameFrom(start + index * model.cpuBatch),
    }));
    await runShared(onCpu, { pool: this.#pool, few: model.few, patient: model.apart, put, signal });
    return start;
  }

  /**
   * Runs other work on the CPU in parts, shared by the workers. The calling thread runs the first part, so that an
   * error common to all parts ends no worker.
   */
  async share<Found>(
    parts: readonly Part<Found>[],
    { put, signal, what, ahead }: Pick<Sharing<Found>, "put" | "signal" | "ahead"> & { readonly what: string },
  ): Promise<void> {
    const [first, ...rest] = parts;
    if (!first) return;
    put(await naming(first.compute(), first.name), 0);
    await yieldToOthers();
    throwIfCancelled(signal, what);
    await runShared(rest, {
      // The pool's workers answer every kind of request.
      pool: this.#pool as Pool<unknown> as Pool<Found> | undefined,
      few: FEW_OTHERS,
      put: (found, index) => put(found, index + 1),
      ...{ signal, what, ahead },
    });
  }

  /** Runs one input. If the GPU fails, the CPU runs it and all later ones. */
  async predict(input: Input, signal?: AbortSignal): Promise<Output> {
    const { gpu } = this;
    return (gpu && (await this.#onGpu(gpu, input, 0, signal))) ?? this.#onCpu(input, signal);
  }

  /**
   * Runs other work on the GPU and returns its result, unless `check` throws; undefined if there is no GPU, or if it
   * failed and the CPU has taken over.
   */
  async onGpu<T>(
    work: (model: Gpu) => Promise<T>,
    check: (found: T) => Promise<void>,
    signal?: AbortSignal,
  ): Promise<T | undefined> {
    const { gpu, model } = this;
    if (!gpu) return undefined;
    try {
      const found = await gpu.running.guard.wait(() => work(gpu.model), model.limit(1), signal);
      await check(found);
      return found;
    } catch (cause) {
      if (cause instanceof CancelledError) throw cause;
      this.fallBack(cause, "during the run");
      return undefined;
    }
  }

  /** Releases the memory. */
  override free(): void {
    super.free();
    this.#pool?.free();
    this.model.free();
  }

  protected make(running: RunningGpu, adapter: AdapterIdentity): Trusted<Gpu> {
    const batch = this.model.gpuBatch(adapter, running.info);
    return { model: this.model.load(running.engine), running, batch, checked: new Set() };
  }

  protected async prepare(): Promise<void> {
    await this.#ready();
    this.#known = await this.model.known(this.#onWorker);
    this.#rest();
  }

  protected async compare(gpu: Trusted<Gpu>, { signal, onProgress }: Choosing): Promise<number> {
    const { input, outputs } = this.#known!;
    onProgress?.({ stage: "check", done: 1, total: 2, unit: "steps" });
    return requireAgreement(await this.#watched(gpu, input, signal), outputs, "the self-test");
  }

  /** Throughput of each device per second, measured while nothing else runs. */
  protected async measure(
    gpu: Trusted<Gpu>,
    { signal, whenQuiet }: Choosing,
  ): Promise<{ cpu: number; webgpu: number }> {
    const { activity, now } = this.platform;
    const onGpu = (input: Input): Promise<Output> => this.#watched(gpu, input, signal);
    for (;;) {
      await whenQuiet();
      const { begun } = activity;
      await this.#ready();
      const onCpu = this.#onWorker;
      const rates = await this.model.rates({ onGpu, onCpu, batch: gpu.batch, workers: this.workers, signal, now });
      this.#rest();
      throwIfCancelled(signal, "Choosing a device");
      if (activity.begun === begun) return rates;
    }
  }

  /** Ensures a worker for models that compute on workers only. */
  async #ready(): Promise<void> {
    if (this.model.apart) await this.#pool?.ready();
  }

  /** Frees the workers' memory while the GPU computes. */
  #rest(): void {
    if (this.model.apart) this.#pool?.rest();
  }

  /** Runs one input on the CPU; the workers share its parts, if it can be split. */
  #onCpu(input: Input, signal: AbortSignal | undefined): Promise<Output> {
    const split = this.workers > 1 ? this.model.split?.(input, this.workers, signal) : undefined;
    return split ? this.#inParts(split, signal) : this.model.predict(input, signal);
  }

  /** Runs one input on the CPU in parts shared by the workers. */
  async #inParts(split: Split<Output>, signal: AbortSignal | undefined, name?: NameOf): Promise<Output> {
    // The pool's workers answer every kind of request.
    const pool = this.#pool as Pool<Outputs> | undefined;
    const { few, apart } = this.model;
    let next: Split<Output> | { readonly output: Output } = split;
    while (!("output" in next)) {
      const found: Outputs[] = [];
      const parts = next.parts.map((part) => ({ ...part, name }));
      await runShared(parts, { pool, few, patient: apart, put: (part) => found.push(part), signal });
      next = next.join(found);
    }
    return next.output;
  }

  /** The GPU's output for the input from `start` on; undefined if it failed and the CPU has taken over. */
  async #onGpu(
    gpu: Trusted<Gpu>,
    input: Input,
    start: number,
    signal: AbortSignal | undefined,
    name?: NameOf,
  ): Promise<Output | undefined> {
    const { model } = this;
    try {
      const outputs = await this.#watched(gpu, input, signal);
      model.requireSound(outputs, input);
      // A kernel may be compiled again for another batch size; and a GPU that was right before may start to return old
      // memory contents, which no other check detects.
      const count = model.count(input);
      const again = gpu.checked.has(count);
      const sample = model.sample(outputs, input, again);
      if (sample) {
        requireAgreement(sample.outputs, await this.#onCpu(sample.input, signal), sample.what);
        this.#rest();
      } else if (again && this.#known)
        requireAgreement(await this.#watched(gpu, this.#known.input, signal), this.#known.outputs, "the self-test");
      gpu.checked.add(count);
      return outputs;
    } catch (cause) {
      if (cause instanceof CancelledError) throw cause;
      this.fallBack(named(cause, name), `from ${model.unit} ${start + 1} on`);
      return undefined;
    }
  }

  #watched(gpu: Trusted<Gpu>, input: Input, signal: AbortSignal | undefined): Promise<Output> {
    const { model } = this;
    return gpu.running.guard.wait(() => gpu.model.predict(input), model.limit(model.count(input)), signal);
  }
}
