/** Chooses the device that runs a model: a supervised GPU, or the CPU that takes over from it. */

import type { AdapterIdentity, DeviceChoice, DeviceReport } from "./device.js";
import { CancelledError, throwIfCancelled } from "../errors.js";
import { rateInWords } from "./measure.js";
import type { Platform, RunningGpu } from "./platform.js";
import type { WorkOptions } from "../progress.js";
import type { Simd } from "./simd.js";

/** Milliseconds without other work after which `auto` continues. */
const QUIET = 250;

const CHOOSING = "Choosing a device";
const SAVES_DATA = "this connection is set to save data, and the WebGPU engine would be another download";

/** Signals to a pending choice: stop, or yield to work that a caller waits for. */
export interface Choosing extends WorkOptions {
  signal: AbortSignal;
  whenQuiet(): Promise<void>;
}

/** A model on a GPU. */
export interface OnGpu {
  readonly model: { free(): void };
  readonly running: RunningGpu;
}

/** The device of one model. Subclasses know the kind of model. */
export abstract class DeviceSelector<Gpu extends OnGpu> {
  #gpu: Gpu | undefined;
  #choosing = new AbortController();
  #report: DeviceReport;

  /**
   * @param simd Instructions of the CPU engine.
   * @param unit Unit of the reported speed: "genes".
   */
  constructor(
    readonly platform: Platform,
    readonly simd: Simd,
    private readonly unit: string,
  ) {
    this.#report = this.#onCpu({ software: false, reason: "Computed on the CPU." });
  }

  /** The device that runs the model, and why. */
  get report(): DeviceReport {
    return this.#report;
  }

  /** Number of threads that compute on the CPU at a time. */
  get workers(): number {
    return 1;
  }

  /** The model on the chosen GPU; undefined if the CPU computes. */
  protected get gpu(): Gpu | undefined {
    return this.#gpu;
  }

  /** Runs the self-test on the CPU before a GPU takes memory. */
  protected abstract prepare(): Promise<void>;

  /** Creates the model on a GPU. */
  protected abstract make(running: RunningGpu, adapter: AdapterIdentity): Gpu;

  /** Runs the self-test on the GPU and returns the largest difference. Throws if it disagrees with the CPU. */
  protected abstract compare(gpu: Gpu, choosing: Choosing): Promise<number>;

  /** Throughput of each device, per second. */
  protected abstract measure(gpu: Gpu, choosing: Choosing): Promise<{ cpu: number; webgpu: number }>;

  /**
   * Uses the device of `choice`, or the CPU if that device is missing or fails its checks; `auto` uses the faster one.
   *
   * The CPU computes until this resolves. A later choice cancels an earlier one.
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

  /** Switches to the CPU for good. */
  protected fallBack(cause: unknown, when: string): void {
    const { adapter, software } = this.#report;
    this.#drop();
    this.#settle(
      this.#onCpu({
        ...(adapter === undefined ? {} : { adapter }),
        software,
        reason: `The CPU took over ${when}: ${because(cause)}.`,
      }),
    );
  }

  /** Releases the memory on the GPU. */
  free(): void {
    this.#choosing.abort();
    this.#drop();
  }

  async #tryGpu(choice: "auto" | "webgpu", options: WorkOptions & { signal: AbortSignal }): Promise<DeviceReport> {
    const { signal, onProgress } = options;
    const { activity, pause, findAdapter } = this.platform;
    // No caller waits for `auto`, so it stays out of the way of work that a caller does wait for.
    const whenQuiet = async (): Promise<void> => {
      if (choice === "auto") await activity.quiet(() => pause(QUIET));
      throwIfCancelled(signal, CHOOSING);
    };
    const choosing: Choosing = { ...options, whenQuiet };
    let about: Pick<DeviceReport, "adapter" | "software"> = { software: false };
    let gpu: Gpu | undefined;
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
      await this.prepare();
      throwIfCancelled(signal, CHOOSING);
      gpu = this.make(running, adapter);
      const maxDifference = await this.compare(gpu, { ...choosing, onProgress: () => steps(1) });
      steps(2);

      const agree = `GPU and CPU agree in a self-test to ${maxDifference.toExponential(0)}.`;
      const report = { ...about, check: { maxDifference } };
      if (choice === "webgpu") return this.#take(gpu, { ...report, reason: agree });
      const measured = await this.measure(gpu, choosing);
      // With workers the CPU's rate is an estimate.
      const cpu = `${this.workers > 1 ? "about " : ""}${rateInWords(measured.cpu)}`;
      const webgpu = rateInWords(measured.webgpu);
      if (measured.webgpu > measured.cpu) {
        return this.#take(gpu, {
          ...report,
          measured,
          reason: `WebGPU computes: ${webgpu} ${this.unit} a second against ${cpu} on the CPU. ${agree}`,
        });
      }
      release(gpu);
      return this.#settle(
        this.#onCpu({
          ...report,
          measured,
          reason: `The CPU computes: ${cpu} ${this.unit} a second against ${webgpu} on WebGPU (${adapter.name}).`,
        }),
      );
    } catch (cause) {
      release(gpu);
      if (signal.aborted) {
        // Skipped if another choice was made meanwhile.
        if (this.#choosing.signal === signal)
          this.#settle(this.#onCpu({ ...about, reason: "The CPU computes: trying WebGPU was cancelled." }));
        throw new CancelledError(CHOOSING);
      }
      return this.#settle(this.#onCpu({ ...about, reason: `The CPU took over: ${because(cause)}.` }));
    }
  }

  #take(gpu: Gpu, about: Omit<DeviceReport, "kind">): DeviceReport {
    this.#gpu = gpu;
    return this.#settle({ kind: "webgpu", ...about });
  }

  #drop(): void {
    release(this.#gpu);
    this.#gpu = undefined;
  }

  /** Report of a model that runs on the CPU. */
  #onCpu(about: Omit<DeviceReport, "kind" | "simd" | "workers">): DeviceReport {
    return { kind: "cpu", simd: this.simd, ...about };
  }

  #settle(report: DeviceReport): DeviceReport {
    this.#report = report;
    return this.report;
  }
}

/** Frees a model whose engine may have trapped; in that case nothing is left to free. */
function release(gpu: OnGpu | undefined): void {
  try {
    gpu?.model.free();
  } catch {
    // The engine is gone, and its memory with it.
  }
}

function because(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  return message.replace(/\.$/, "");
}
