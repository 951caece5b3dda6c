/** A loaded model: understands tables and runs on them. */

import type { ModelCard } from "./card.js";
import type { DeviceChoice, DeviceReport } from "./device.js";
import type { Attends, Batch, CpuEngine, CpuModel, EnginePrepared, PrepareOptions, Understanding } from "./engine.js";
import { type ClassMap, classOptimisation, type ClassOptimisationOptions, deletion, type Deletion, type DeletionOptions, type GeneChoice, markMeans, saliency, type Saliency } from "./explanations.js";
import { fromEngine, HashMismatchError, InputError, throwIfCancelled, WeightsError } from "./errors.js";
import type { Platform, RunningCpu } from "./platform.js";
import { defaultThreads } from "./pool.js";
import type { WorkOptions } from "./progress.js";
import { attendedRows, Collector, type Result } from "./result.js";
import { Runner } from "./runner.js";
import { readTable, type ReadOptions, Table, type TableSource } from "./table.js";

/** How to run a model on a table. */
export interface PredictOptions extends WorkOptions {
  /** Keep these bins of each gene, from 1, inclusive: `[51, 150]` of 200. */
  selectBins?: [number, number] | undefined;
  /** Multiply each value of a mark by this factor before the model sees it. */
  scale?: Record<string, number> | undefined;
}

/** How to open a model file that is in memory. */
export interface OpenOptions {
  sha256?: string | undefined;
  workers?: number | undefined;
}

/** A loaded model. Made by `Regulens.load`. */
export class Lens {
  readonly #engine: CpuEngine;
  readonly #model: CpuModel;
  readonly #runner: Runner;
  readonly #means = new WeakMap<Table, { key: string; means: Float32Array }>();
  /** The model in the other CPU engine, where a table came from there. */
  #elsewhere: CpuModel | undefined;
  /** What the model file says about itself. */
  readonly card: ModelCard;
  /** SHA-256 of the model file, lower-case hexadecimal. */
  readonly sha256: string;
  /** What the model attends to: whether there is an α for each mark, one for all marks, or none, and whether there is a β. */
  readonly attends: Attends;
  /** Whether that hash is the one that was asked for; false where none was. */
  readonly verified: boolean;

  private constructor(engine: CpuEngine, model: CpuModel, runner: Runner, verified: boolean) {
    this.#engine = engine;
    this.#model = model;
    this.#runner = runner;
    this.card = model.card;
    this.sha256 = model.sha256;
    this.attends = model.attends;
    this.verified = verified;
  }

  /** @internal Opens a model file on the CPU. */
  static open(platform: Platform, running: RunningCpu, bytes: Uint8Array, file: string, options: OpenOptions): Lens {
    const { engine } = running;
    const model = makeModel(engine, bytes, file);
    const expected = options.sha256?.toLowerCase();
    if (expected !== undefined && model.sha256 !== expected) {
      const found = model.sha256;
      model.free();
      throw new HashMismatchError(file, expected, found);
    }
    const threads = Math.max(1, Math.floor(options.workers ?? defaultThreads()));
    return new Lens(engine, model, new Runner(platform, model, running, bytes, file, threads), expected !== undefined);
  }

  /** Which device runs the model, and why. Changes when the CPU takes over from a GPU. */
  get device(): DeviceReport {
    return this.#runner.report;
  }

  /** How many threads compute on the CPU at a time; see `LoadOptions.workers`. Fewer once workers could not start. */
  get workers(): number {
    return this.#runner.workers;
  }

  /**
   * Changes the device. A GPU is used once it agrees with the CPU on a known case, and for `auto` if it is measured to be
   * faster; until then, and where it does not or is not, the CPU is. `auto` loads and measures while nothing else goes on.
   *
   * @throws CancelledError where `signal` fires, or another device is chosen meanwhile.
   */
  async useDevice(choice: DeviceChoice, options: WorkOptions = {}): Promise<DeviceReport> {
    return this.#runner.choose(choice, options);
  }

  /** Reads a table. It can be given to any lens. */
  readTable(source: TableSource, options: ReadOptions = {}): Promise<Table> {
    return this.#runner.platform.activity.during(() => readTable(this.#engine, source, options));
  }

  /** What the model makes of a table, before anything is run. */
  understand(table: Table): Understanding {
    try {
      return this.#besideTable(table).understand(table.engineTable);
    } catch (thrown) {
      throw fromEngine(thrown, InputError, table.file);
    }
  }

  /**
   * A table's values as the model sees them: marks in the model's order, bins selected, values scaled; but before
   * the card's `transform`, which is the model's own.
   *
   * The handle must be freed.
   */
  prepare(table: Table, options: Pick<PredictOptions, "selectBins" | "scale"> = {}): EnginePrepared {
    const chosen: PrepareOptions = {};
    if (options.selectBins) chosen.selectBins = options.selectBins;
    if (options.scale && Object.keys(options.scale).length > 0) chosen.scale = options.scale;
    try {
      return this.#besideTable(table).prepare(table.engineTable, chosen);
    } catch (thrown) {
      throw fromEngine(thrown, InputError, table.file);
    }
  }

  /**
   * Runs the model on all genes of a table, batch by batch; other tasks run between batches.
   *
   * @throws InputError where the table does not fit the model; CancelledError where `signal` fires.
   */
  predict(table: Table, options: PredictOptions = {}): Promise<Result> {
    return this.#runner.platform.activity.during(() => this.#predict(table, options));
  }

  async #predict(table: Table, options: PredictOptions): Promise<Result> {
    const { signal, onProgress, selectBins, scale } = options;
    throwIfCancelled(signal, "The run");
    const prepared = this.prepare(table, options);
    const genes = prepared.genes;
    const rows = attendedRows(this.attends, this.card.marks);
    const bins = selectBins ? selectBins[1] - selectBins[0] + 1 : table.bins;
    const collector = new Collector(this.#engine, genes, bins);
    const began = performance.now();
    try {
      const tell = (done: number): void => onProgress?.({ stage: "predict", file: table.file, done, total: genes, unit: "genes" });
      tell(0);
      const put = (start: number, output: Batch): void => {
        collector.put(start, output);
        tell(start + output.logit.length);
      };
      const genesOnGpu = await this.#runner.run({ genes, values: (start, end) => prepared.values(start, end), put }, signal);
      return {
        genes: table.genes,
        marks: this.card.marks,
        rows,
        bins,
        probability: collector.probability,
        logit: collector.logit,
        alpha: collector.alpha,
        beta: collector.beta,
        labels: table.labels,
        auroc: table.labels && this.#engine.auroc(collector.probability, table.labels),
        summary: rows.length > 0 ? collector.means() : undefined,
        device: this.device,
        genesOnGpu,
        seconds: (performance.now() - began) / 1000,
        model: { name: this.card.name, sha256: this.sha256 },
        input: { file: table.file, ...(selectBins ? { selectBins } : {}), ...(scale && Object.keys(scale).length > 0 ? { scale } : {}) },
      };
    } catch (thrown) {
      throw fromEngine(thrown, InputError, table.file);
    } finally {
      collector.free();
      prepared.free();
    }
  }

  /**
   * The gradient of the score with respect to the signal, for the chosen genes.
   *
   * @throws InputError where the table does not fit the model; CancelledError where `signal` fires.
   */
  saliency(table: Table, options: GeneChoice = {}): Promise<Saliency> {
    return this.#explain(table, options, (prepared, bins) => saliency(this.#model, prepared, bins, table.file, options));
  }

  /**
   * The input that the model is most sure is on, or off: for a class, and no gene in particular.
   *
   * @throws CancelledError where `signal` fires.
   */
  classOptimisation(options: ClassOptimisationOptions = {}): Promise<ClassMap> {
    return this.#runner.platform.activity.during(() => classOptimisation(this.#model, options)).catch((thrown) => Promise.reject(fromEngine(thrown, InputError)));
  }

  /**
   * Removes bins in the order of each explanation and follows the probability of the predicted class: whether the prediction depends on
   * what the explanation points at.
   *
   * @throws InputError where the table does not fit the model; CancelledError where `signal` fires.
   */
  deletion(table: Table, options: DeletionOptions = {}): Promise<Deletion> {
    return this.#explain(table, options, (prepared, bins) => deletion(this.#engine, this.#model, prepared, this.#meansOf(table, prepared, options), bins, table.file, options));
  }

  /** Mean of each mark over a table; kept, since genes are mostly explained one by one. */
  #meansOf(table: Table, prepared: EnginePrepared, { selectBins, scale }: GeneChoice): Float32Array {
    const key = JSON.stringify([selectBins, scale]);
    const kept = this.#means.get(table);
    if (kept?.key === key) return kept.means;
    const means = markMeans(prepared, this.card.marks.length);
    this.#means.set(table, { key, means });
    return means;
  }

  async #explain<T>(table: Table, options: GeneChoice, work: (prepared: EnginePrepared, bins: number) => Promise<T>): Promise<T> {
    const { selectBins } = options;
    const prepared = this.prepare(table, options);
    const bins = selectBins ? selectBins[1] - selectBins[0] + 1 : table.bins;
    try {
      return await this.#runner.platform.activity.during(() => work(prepared, bins));
    } catch (thrown) {
      throw fromEngine(thrown, InputError, table.file);
    } finally {
      prepared.free();
    }
  }

  /** Gives the memory back. The lens cannot be used after this. */
  free(): void {
    this.#elsewhere?.free();
    this.#runner.free();
  }

  /** The model in the engine that holds the table: what lies in one engine's memory means nothing to another. */
  #besideTable(table: Table): CpuModel {
    if (table.engine === this.#engine) return this.#model;
    return (this.#elsewhere ??= makeModel(table.engine, this.#runner.bytes, this.#runner.file));
  }
}

function makeModel(engine: CpuEngine, bytes: Uint8Array, file: string): CpuModel {
  try {
    return new engine.Model(bytes, file);
  } catch (thrown) {
    throw fromEngine(thrown, WeightsError, file);
  }
}
