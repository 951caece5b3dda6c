/** A loaded model: what models of every task have in common. */

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

/** @internal How to open a model file that is in memory. */
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

/** @internal What runs a model. */
export type Devices = DeviceSelector<OnGpu> & { readonly bytes: ModelBytes; readonly file: string };

/** A loaded model, made by `Regulens.load`: {@link task} says what it reads and predicts. */
export abstract class LoadedModel {
  /** @internal */
  readonly life: Life;
  readonly #devices: Devices;
  readonly #engine: Pick<TablesEngine, "pearson">;
  /** Task: what the model reads and predicts. */
  abstract readonly task: Task;
  /** Input of the model: tables of signal, or sequences. */
  abstract readonly reads: Reads;
  /** Card of the model file: what it says about itself. */
  readonly card: ModelCard;
  /** Description of its family and its variant: titles, what it attends to, what to cite. */
  readonly description: Description;
  /** SHA-256 of the model file, lower-case hexadecimal. */
  readonly sha256: string;
  /** True if that hash is the one that was asked for; false where none was. */
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
   * The model file. A large file that a worker was given stays on disk, and is read each time.
   *
   * @throws WeightsError where that file was changed, moved or deleted meanwhile.
   */
  get bytes(): Uint8Array {
    return wholeOf(this.#devices.bytes);
  }

  /** Which device runs the model, and why. Changes when the CPU takes over from a GPU. */
  get device(): DeviceReport {
    return this.#devices.report;
  }

  /** Number of CPU threads that compute at a time; see `LoadOptions.workers`. Fewer once workers could not start. */
  get workers(): number {
    return this.#devices.workers;
  }

  /**
   * Changes the device. A GPU is used once it agrees with the CPU in a self-test, and for `auto` if it is measured to
   * be faster; until then, and where it does not or is not, the CPU is. `auto` loads and measures while nothing else
   * goes on.
   *
   * ```js
   * const { kind, reason } = await model.useDevice("webgpu");
   * console.log(kind, reason);   // "cpu" where WebGPU is missing, or fails the self-test
   * ```
   *
   * @throws CancelledError where `signal` fires, or another device is chosen meanwhile.
   */
  async useDevice(choice: DeviceChoice, options: WorkOptions = {}): Promise<DeviceReport> {
    return this.#devices.choose(oneOf("device", choice, DEVICES, "no-such-device"), options);
  }

  /**
   * Pearson's correlation of two series, such as what is predicted of genes or bins and what was measured, over the
   * pairs of which both are finite: NaN stands for a value that is not known. Undefined where either does not vary over
   * these, or there are fewer than two.
   *
   * It needs nothing of the model, and works after {@link free}.
   *
   * ```js
   * using prepared = model.prepare(table);
   * const r = model.pearson(probability, counts.of(prepared));
   * ```
   *
   * @param x [N]
   * @param y [N]
   * @throws InputError where `x` and `y` have different lengths.
   */
  pearson(x: Float32Array, y: Float32Array): number | undefined {
    if (x.length !== y.length)
      throw new InputError(`Found ${y.length} values to correlate with ${x.length}; expected as many.`, {
        code: "value-count",
      });
    return this.#engine.pearson(x, y);
  }

  /** Bases of a bin: the card's `bin_size`. */
  get binSize(): number {
    return this.card.bin_size;
  }

  /**
   * Gives the memory back. What still runs is cancelled, and rejects with a `CancelledError`; the memory is released as
   * soon as it has ended. A second time does nothing; any other use after this is an error with the code `disposed`.
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

  /** The same, for `using`. */
  [DISPOSE](): void {
    this.free();
  }

  /** The same, for `await using`: resolves when what ran has ended and the memory is released. */
  async [ASYNC_DISPOSE](): Promise<void> {
    this.free();
    await this.life.ended();
  }

  /** @internal Releases the memory, once nothing uses it. */
  protected release(): void {
    this.#devices.free();
  }

  /** @internal Does work that a caller waits for; what the engine throws becomes one of the package's errors. */
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

/** @internal How many threads shall compute on the CPU. */
export function threadsOf({ workers }: OpenOptions): number {
  const given = numberOr("number of workers", workers, 0, Infinity, "bad-workers");
  return Math.max(1, Math.floor(given ?? defaultThreads()));
}
