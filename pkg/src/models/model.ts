/** A loaded model: the common part of models of every task. */

import type { ModelCard, Task } from "../card.js";
import type { Description } from "../description.js";
import type { DeviceSelector, OnGpu } from "../engine/device-selector.js";
import type { DeviceChoice, DeviceReport } from "../engine/device.js";
import type { Reads, TablesEngine } from "../engine/engine.js";
import { numberOr, oneOf } from "../arguments.js";
import { bounded, named, options, WORK } from "../boundary.js";
import { fromEngine, HashMismatchError, InputError, WeightsError } from "../errors.js";
import { type ModelBytes, reading, requireRead, wholeOf } from "../io/model-bytes.js";
import { ASYNC_DISPOSE, DISPOSE, Life } from "../held.js";
import type { WorkOptions } from "../progress.js";
import { defaultThreads } from "../run/pool.js";

/** The devices that can be chosen. */
export const DEVICES = ["auto", "webgpu", "cpu"] as const satisfies readonly DeviceChoice[];

/** @internal Options for opening a model file that is in memory. */
export interface OpenOptions {
  sha256?: string | undefined;
  workers?: number | undefined;
  symmetric?: boolean | undefined;
}

/** @internal A model in an engine. */
export interface EngineHandle {
  readonly card: ModelCard;
  readonly sha256: string;
  describe(): Description;
  free(): void;
}

/** @internal The device selector that runs a model, and the model's file. */
export type Devices = DeviceSelector<OnGpu> & { readonly bytes: ModelBytes; readonly file: string };

/** A loaded model, made by `Regulens.load`: {@link task} determines its input and output. */
export abstract class LoadedModel {
  /** @internal */
  readonly life: Life;
  readonly #devices: Devices;
  readonly #engine: Pick<TablesEngine, "pearson">;
  /** Task: the model's input and output. */
  abstract readonly task: Task;
  /** Input of the model: tables of signal, or sequences. */
  abstract readonly reads: Reads;
  /** Card of the model file: its description of itself. */
  readonly card: ModelCard;
  /** Description of its family and variant: titles, attention, citations. */
  readonly description: Description;
  /** SHA-256 of the model file, lower-case hexadecimal. */
  readonly sha256: string;
  /** True if that hash matches the requested one; false if none was requested. */
  readonly verified: boolean;

  /** @internal */
  constructor(model: EngineHandle, devices: Devices, engine: Pick<TablesEngine, "pearson">, verified: boolean) {
    this.life = new Life(devices.file);
    this.#devices = devices;
    this.#engine = engine;
    this.card = model.card;
    this.description = model.describe();
    this.sha256 = model.sha256;
    this.verified = verified;
  }

  /**
   * The model file. A large file that was given to a worker stays on disk, and is read on each access.
   *
   * @throws WeightsError if that file has been changed, moved or deleted.
   */
  get bytes(): Uint8Array {
    return wholeOf(this.#devices.bytes);
  }

  /** The device that runs the model, and why. It changes when the CPU takes over from a GPU. */
  get device(): DeviceReport {
    return this.#devices.report;
  }

  /** Number of CPU threads that compute at a time; see `LoadOptions.workers`. Fewer if workers fail to start. */
  get workers(): number {
    return this.#devices.workers;
  }

  /**
   * Changes the device. A GPU is used once it agrees with the CPU in a self-test and, for `auto`, is measured to be
   * faster; until then, and otherwise, the CPU computes. `auto` loads and measures while nothing else runs.
   *
   * ```js
   * const { kind, reason } = await model.useDevice("webgpu");
   * console.log(kind, reason);   // "cpu" where WebGPU is missing, or fails the self-test
   * ```
   *
   * @throws CancelledError if `signal` fires, or another device is chosen meanwhile.
   */
  async useDevice(choice: DeviceChoice, options: WorkOptions = {}): Promise<DeviceReport> {
    return this.#devices.choose(oneOf("device", choice, DEVICES, "no-such-device"), options);
  }

  /**
   * Pearson's correlation of two series, such as predicted and measured values of genes or bins, over the pairs with
   * two finite values; NaN marks an unknown value. Undefined if either series is constant over these pairs, or there
   * are fewer than two.
   *
   * It does not use the model's memory, and works after {@link free}.
   *
   * ```js
   * using prepared = model.prepare(table);
   * const r = model.pearson(probability, counts.of(prepared));
   * ```
   *
   * @param x [N]
   * @param y [N]
   * @throws InputError if `x` and `y` have different lengths.
   */
  pearson(x: Float32Array, y: Float32Array): number | undefined {
    if (x.length !== y.length)
      throw new InputError(`Found ${y.length} values to correlate with ${x.length}; expected as many.`, {
        code: "value-count",
      });
    return this.#engine.pearson(x, y);
  }

  /** Bases per bin: the card's `bin_size`. */
  get binSize(): number {
    return this.card.bin_size;
  }

  /**
   * Releases the memory. Running calls are cancelled and reject with a `CancelledError`; the memory is released when
   * they have ended. Calling it again does nothing; any other use afterwards throws an error with the code `disposed`.
   *
   * ```js
   * const model = await Regulens.load("models/k562.safetensors", { task: "on-off" });
   * const { probability } = await model.predict(table);
   * model.free();   // `await using model = …` does so at the end of its block
   * ```
   */
  free(): void {
    this.life.end(() => this.release());
  }

  /** Releases the memory, for `using`. */
  [DISPOSE](): void {
    this.free();
  }

  /** Releases the memory, for `await using`; resolves when running calls have ended and the memory is released. */
  async [ASYNC_DISPOSE](): Promise<void> {
    this.free();
    await this.life.ended();
  }

  /** @internal Releases the memory, once nothing uses it. */
  protected release(): void {
    this.#devices.free();
  }

  /** @internal Runs work that a caller waits for; engine errors are converted to the package's errors. */
  protected async during<T>(file: string | undefined, work: () => T | Promise<T>): Promise<T> {
    try {
      const done = await this.#devices.platform.activity.during(async () => work());
      requireRead(this.#devices.bytes);
      return done;
    } catch (thrown) {
      requireRead(this.#devices.bytes);
      throw fromEngine(thrown, InputError, file);
    }
  }
}

bounded("model", LoadedModel.prototype, { useDevice: [named("device"), options(WORK)] });

/** @internal Opens a model file in an engine. @throws WeightsError, HashMismatchError. */
export function openFile<Handle extends EngineHandle>(
  make: () => Handle,
  file: string,
  { sha256 }: OpenOptions,
  bytes?: ModelBytes,
): Handle {
  let model: Handle;
  try {
    model = bytes ? reading(bytes, make) : make();
  } catch (thrown) {
    throw fromEngine(thrown, WeightsError, file);
  }
  const expected = sha256?.toLowerCase();
  if (expected === undefined || model.sha256 === expected) return model;
  const found = model.sha256;
  model.free();
  throw new HashMismatchError(file, expected, found);
}

/** @internal Number of threads that should compute on the CPU. */
export function threadsOf({ workers }: OpenOptions): number {
  const given = numberOr("number of workers", workers, 0, Infinity, "bad-workers");
  return Math.max(1, Math.floor(given ?? defaultThreads()));
}
