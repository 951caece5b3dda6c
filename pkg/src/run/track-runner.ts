/** The devices that can run one model of tracks, window by window. */

import type { ModelCard } from "../card.js";
import { Chooser, type Choosing, type OnGpu } from "../engine/chooser.js";
import type { DeviceReport } from "../engine/device.js";
import { CancelledError, EngineError, throwIfCancelled } from "../errors.js";
import type { Platform, RunningCpu, RunningGpu } from "../engine/platform.js";
import { Pool } from "./pool.js";
import { pacing, yieldToOthers } from "../progress.js";
import { runShared } from "./shared-run.js";
import type {
  Between,
  CpuTrackModel,
  EngineReference,
  EngineTrackModel,
  TrackBatch,
  TrackShape,
} from "../engine/track-engine.js";
import { TOLERANCE } from "../engine/trust.js";

/** Milliseconds that a GPU, or a worker, may take for one window: the full size takes minutes on a software adapter. */
const LIMIT = 900_000;

/**
 * Bytes that the engines of a model's workers may take together, and what one takes: its memory never shrinks below
 * what loading took.
 */
const WORKERS_MEMORY = 768e6;
const ENGINE_MEMORY = 64e6;
const BYTES_A_PARAMETER = 12;

/** How far a sum of float32 attention weights may be from 1. */
const SUM_TOLERANCE = 1e-3;

/** Milliseconds that the CPU may take for a window that is only computed to compare. */
const SPARE = 3000;

/** A model on a GPU that has passed the known case. */
interface GpuTrackModel extends OnGpu {
  model: EngineTrackModel;
  /** Whether a whole window was computed again on the CPU, or would take it too long. */
  checked: boolean;
}

/** The known case on the CPU. */
interface Known {
  readonly codes: Uint8Array;
  readonly batch: TrackBatch;
  /** Milliseconds that a whole window takes, by those of the case. */
  readonly window: number;
}

/** Runs one model of tracks on the device that is best, and can be trusted. */
export class TrackRunner extends Chooser<GpuTrackModel> {
  readonly #pool: Pool<TrackBatch> | undefined;
  #known: Known | undefined;

  /** @param threads How many threads compute on the CPU at a time, where their memory allows it. */
  constructor(
    platform: Platform,
    readonly cpu: CpuTrackModel,
    running: RunningCpu,
    readonly bytes: Uint8Array,
    readonly file: string,
    threads: number,
  ) {
    super(platform, running.simd, "windows");
    const size = Math.min(threads, mostWorkers(cpu.card));
    const kit = { module: running.module, bytes, file, reads: "sequences" } as const;
    this.#pool = size > 1 ? new Pool(() => platform.startWorker(running.simd), kit, size) : undefined;
  }

  override get report(): DeviceReport {
    const report = super.report;
    if (report.kind !== "cpu" || !this.#pool) return report;
    const reason = [report.reason, this.#pool.trouble].filter(Boolean).join(" ");
    return { ...report, workers: this.#pool.threads, reason };
  }

  /**
   * Runs `count` windows, whose codes `codesOf` gives. Where the GPU fails, the CPU runs that one, and all after it;
   * there, workers share them.
   *
   * @param put Takes what came of a window; called in their order.
   * @returns How many windows the GPU ran.
   */
  async run(
    count: number,
    codesOf: (index: number) => Uint8Array,
    put: (batch: TrackBatch, index: number) => void,
    signal?: AbortSignal,
  ): Promise<number> {
    let onGpu = 0;
    let first = 0;
    while (this.gpu && first < count) {
      const found = await this.predict(codesOf(first), false, signal);
      put(found.batch, first++);
      if (found.onGpu) onGpu++;
    }
    const parts = Array.from({ length: count - first }, (_, i) => ({
      limit: LIMIT,
      request: () => ({ kind: "window", codes: codesOf(first + i), attention: false }) as const,
      compute: () => this.#onThisThread(codesOf(first + i), false, signal),
    }));
    await runShared(parts, { pool: this.#pool, few: 1, put: (batch, i) => put(batch, first + i), signal });
    return onGpu;
  }

  /** Runs one window. Where the GPU fails, the CPU runs it, and all after it. */
  async predict(
    codes: Uint8Array,
    attention: boolean,
    signal?: AbortSignal,
  ): Promise<{ batch: TrackBatch; onGpu: boolean }> {
    const { gpu } = this;
    if (gpu) {
      try {
        const batch = await gpu.running.guard.wait(() => gpu.model.predict(codes, attention), LIMIT, signal);
        requireSound(batch, this.cpu.shape, attention);
        await this.#check(gpu, codes, attention, batch);
        return { batch, onGpu: true };
      } catch (cause) {
        if (cause instanceof CancelledError) throw cause;
        this.fallBack(cause, "during the run");
      }
    }
    return { batch: await this.#onThisThread(codes, attention, signal), onGpu: false };
  }

  /** What a changed base starts from; on this thread. */
  reference(codes: Uint8Array, signal?: AbortSignal): Promise<EngineReference> {
    return this.cpu.reference(codes, between(signal));
  }

  get #attends(): boolean {
    return this.cpu.shape.layers > 0;
  }

  /** Gives the memory back. */
  override free(): void {
    super.free();
    this.#pool?.free();
    this.cpu.free();
  }

  protected make(running: RunningGpu): GpuTrackModel {
    return { model: new running.engine.TrackModel(this.bytes, this.file), running, checked: false };
  }

  protected async compare({ model, running }: GpuTrackModel, { signal, onProgress }: Choosing): Promise<number> {
    const { codes, batch: onCpu } = (this.#known = await this.#runKnown());
    onProgress?.({ stage: "check", done: 1, total: 2, unit: "steps" });
    const onGpu = await running.guard.wait(() => model.predict(codes, this.#attends), LIMIT, signal);
    return requireAgreement(onGpu, onCpu, "the known case");
  }

  /**
   * Windows a second: on the CPU by the known case; on the GPU by a second window, since kernels are compiled in the
   * first.
   */
  protected async measure(
    { model, running }: GpuTrackModel,
    { signal, whenQuiet }: Choosing,
  ): Promise<{ cpu: number; webgpu: number }> {
    const { activity, now } = this.platform;
    const codes = new Uint8Array(this.cpu.shape.length).map((_, i) => (i * i) % 4);
    const run = (): Promise<TrackBatch> => running.guard.wait(() => model.predict(codes, false), LIMIT, signal);
    for (;;) {
      await whenQuiet();
      const { begun } = activity;
      const { window } = (this.#known = await this.#runKnown());
      await run();
      const began = now();
      await run();
      const webgpu = now() - began;
      throwIfCancelled(signal, "Choosing a device");
      if (activity.begun === begun) return { cpu: 1000 / window, webgpu: 1000 / Math.max(webgpu, 0.1) };
    }
  }

  /** A kernel may be compiled anew for the length of a window, so that the first one earns its trust by itself. */
  async #check(gpu: GpuTrackModel, codes: Uint8Array, attention: boolean, batch: TrackBatch): Promise<void> {
    if (gpu.checked) return;
    if ((this.#known?.window ?? Infinity) < SPARE)
      requireAgreement(batch, await this.cpu.predict(codes, attention), "a window");
    gpu.checked = true;
  }

  async #onThisThread(codes: Uint8Array, attention: boolean, signal: AbortSignal | undefined): Promise<TrackBatch> {
    const goOn = between(signal);
    await goOn();
    const batch = await this.cpu.predict(codes, attention, goOn);
    await yieldToOthers();
    throwIfCancelled(signal, "The run");
    return batch;
  }

  async #runKnown(): Promise<Known> {
    const { now } = this.platform;
    const { codes } = this.cpu.knownCase();
    const began = now();
    const batch = await this.cpu.predict(codes, this.#attends);
    return { codes, batch, window: (Math.max(now() - began, 0.1) * this.cpu.shape.length) / codes.length };
  }
}

/** How many workers a model's weights leave memory for. */
function mostWorkers({ parameters }: ModelCard): number {
  return Math.max(1, Math.floor(WORKERS_MEMORY / (ENGINE_MEMORY + BYTES_A_PARAMETER * parameters)));
}

/** Lets a cancel be heard between two steps of a window, and ends it there. */
function between(signal: AbortSignal | undefined): Between {
  return pacing(() => throwIfCancelled(signal, "The run"));
}

/**
 * Throws an `EngineError` unless two answers agree within the tolerance, relative to the greatest value of the larger
 * beyond 1. Returns the largest difference.
 */
export function requireAgreement(gpu: TrackBatch, cpu: TrackBatch, what: string): number {
  const pairs = [
    [gpu.prediction, cpu.prediction],
    ...cpu.attention.map((layer, i) => [gpu.attention[i] ?? new Float32Array(0), layer]),
  ] as [Float32Array, Float32Array][];
  let largest = 0;
  for (const [a, b] of pairs) {
    if (a.length !== b.length) throw disagree(what, "another number of values");
    for (let i = 0; i < a.length; i++) {
      const difference = Math.abs(a[i]! - b[i]!) / Math.max(1, Math.abs(a[i]!), Math.abs(b[i]!));
      // A NaN compares false with everything, so ask for agreement rather than for disagreement.
      if (!(difference <= TOLERANCE))
        throw disagree(
          what,
          Number.isNaN(difference) ? "values that are not numbers" : `a difference of ${difference.toPrecision(2)}`,
        );
      largest = Math.max(largest, difference);
    }
  }
  return largest;
}

/**
 * Throws an `EngineError` unless an answer obeys what holds for any input: sizes, finite values, attention that sums to
 * 1.
 */
export function requireSound(
  { prediction, attention }: TrackBatch,
  { cropped, tracks, layers, heads, bins }: TrackShape,
  asked: boolean,
): void {
  if (prediction.length !== cropped * tracks) throw unsound("the wrong number of values");
  if (!prediction.every(Number.isFinite)) throw unsound("a predicted value that is not a number");
  if (!asked) return;
  if (attention.length !== layers || attention.some((layer) => layer.length !== heads * bins * bins))
    throw unsound("the wrong number of attention weights");
  for (const layer of attention) {
    for (let row = 0; row < layer.length; row += bins) {
      let sum = 0;
      for (let i = row; i < row + bins; i++) sum += layer[i]!;
      if (!(Math.abs(sum - 1) <= SUM_TOLERANCE))
        throw unsound(`attention that sums to ${Number(sum.toPrecision(4))} instead of 1`);
    }
  }
}

function disagree(what: string, found: string): EngineError {
  return new EngineError(`GPU and CPU disagree on ${what} (${found}; at most ${TOLERANCE} is accepted)`, {
    code: "gpu-disagrees",
  });
}

function unsound(found: string): EngineError {
  return new EngineError(`the GPU returned ${found}`, { code: "gpu-unsound" });
}
