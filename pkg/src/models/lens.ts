/** A loaded model: understands tables and runs on them. */

import { Genes, genesOf } from "../run/genes.js";
import type { GeneBatch } from "../run/pool.js";
import { isOfChange, type ModelCard } from "../card.js";
import { type Counts, readCounts } from "../io/counts.js";
import type { DeviceChoice, DeviceReport } from "../engine/device.js";
import type {
  Attends,
  Batch,
  CpuEngine,
  CpuModel,
  EnginePrepared,
  FileEngine,
  PrepareOptions,
  Understanding,
} from "../engine/engine.js";
import {
  type ClassMap,
  classOptimisation,
  type ClassOptimisationOptions,
  deletion,
  type Deletion,
  type DeletionOptions,
  type GeneChoice,
  markMeans,
  saliency,
  type Saliency,
} from "../explain/explanations.js";
import { fromEngine, HashMismatchError, InputError, throwIfCancelled, WeightsError } from "../errors.js";
import type { Platform, RunningCpu } from "../engine/platform.js";
import { defaultThreads } from "../run/pool.js";
import type { WorkOptions } from "../progress.js";
import { attendedRows, type ChangeResult, Collector, encoderNames, Gathered, type Result } from "../run/result.js";
import { Runner } from "../run/runner.js";
import type { Table } from "../io/table.js";
import { readTable, type ReadOptions, type TableSource } from "../io/table.js";

/** How to run a model on a table. */
export interface PredictOptions extends WorkOptions {
  /** Keep these bins of each gene, from 1, inclusive: `[51, 150]` of 200. */
  selectBins?: [number, number] | undefined;
  /** Multiply each value of a mark by this factor before the model sees it. */
  scale?: Record<string, number> | undefined;
}

/** What to do to one of two tables. */
export type TableOptions = Pick<PredictOptions, "selectBins" | "scale">;

/** How to run a model of a change on the tables of two cell types. */
export interface PredictPairOptions extends WorkOptions {
  /** What to do to the table of A first. */
  a?: TableOptions | undefined;
  /** What to do to the table of B first. */
  b?: TableOptions | undefined;
  /** What `preparePair` made of the same tables and options, where the caller has it; it stays the caller's. */
  prepared?: EnginePrepared | undefined;
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
  readonly #runner: Runner<GeneBatch, Batch>;
  readonly #means = new WeakMap<Table, { key: string; means: Float32Array }>();
  /** The model in the other CPU engine, where a table came from there. */
  #elsewhere: CpuModel | undefined;
  /** What the model file says about itself. */
  readonly card: ModelCard;
  /** SHA-256 of the model file, lower-case hexadecimal. */
  readonly sha256: string;
  /**
   * What the model attends to: whether there is an α for each mark, one for all marks, or none, and whether there is a
   * β.
   */
  readonly attends: Attends;
  /** Whether that hash is the one that was asked for; false where none was. */
  readonly verified: boolean;

  private constructor(engine: CpuEngine, model: CpuModel, runner: Runner<GeneBatch, Batch>, verified: boolean) {
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
    const runner = new Runner(platform, new Genes(model, bytes, file), running, bytes, file, threads);
    return new Lens(engine, model, runner, expected !== undefined);
  }

  /** The model file. */
  get bytes(): Uint8Array {
    return this.#runner.bytes;
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
   * Changes the device. A GPU is used once it agrees with the CPU on a known case, and for `auto` if it is measured to
   * be faster; until then, and where it does not or is not, the CPU is. `auto` loads and measures while nothing else
   * goes on.
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

  /**
   * What the model makes of a table, before anything is run.
   *
   * @param cell Of a model of a change, the cell type whose table it is: the values of B are compared with those of B
   * in training.
   */
  understand(table: Table, cell: "a" | "b" = "a"): Understanding {
    try {
      const model = this.#besideTable(table);
      return cell === "b" ? model.understandB(table.engineTable) : model.understand(table.engineTable);
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
  prepare(table: Table, options: TableOptions = {}): EnginePrepared {
    try {
      return this.#besideTable(table).prepare(table.engineTable, chosen(options));
    } catch (thrown) {
      throw fromEngine(thrown, InputError, table.file);
    }
  }

  /**
   * The values of the genes that the tables of two cell types share, for a model of a change: A's marks and then B's of
   * each bin. Genes are matched by their ids without versions (`ENSG00000141510` and `ENSG00000141510.18` are one);
   * those that only one table has are in `unmatched`.
   *
   * The handle must be freed.
   *
   * @throws InputError where a table does not fit the model, where they share no gene, or where the model is of one
   * cell type.
   */
  preparePair(a: Table, b: Table, options: Pick<PredictPairOptions, "a" | "b"> = {}): EnginePrepared {
    if (!isOfChange(this.card)) {
      throw new InputError(
        `${this.card.name} reads one table; found two. It says whether genes are on in one cell type.`,
        { code: "two-tables", remedy: "Run it on each table, or load a model of a change between two cell types." },
      );
    }
    if (a.engine !== b.engine) {
      throw new InputError(`${a.file} and ${b.file} were read by two engines; expected one.`, {
        code: "two-engines",
        remedy: "Read both tables with `lens.readTable`.",
      });
    }
    try {
      return this.#besideTable(a).preparePair(a.engineTable, b.engineTable, chosen(options.a), chosen(options.b));
    } catch (thrown) {
      throw fromEngine(thrown, InputError, a.file);
    }
  }

  /** Reads measured counts, rows `gene,count`; `counts.of(prepared)` has those of a table's genes. */
  readCounts(source: TableSource, options: ReadOptions = {}): Promise<Counts> {
    return this.#runner.platform.activity.during(() => readCounts(this.#engine, source, options));
  }

  /**
   * Runs a model of a change on the tables of two cell types, batch by batch; other tasks run between batches.
   *
   * ```js
   * const lens = await Regulens.load("models/deep-diff-raw-c-k562-h1.safetensors");
   * const { genes, foldChange, unmatched } = await lens.predictPair(await lens.readTable(k562), await lens.readTable(h1));
   * ```
   *
   * @throws InputError as {@link preparePair}; CancelledError where `signal` fires.
   */
  predictPair(a: Table, b: Table, options: PredictPairOptions = {}): Promise<ChangeResult> {
    return this.#runner.platform.activity.during(() => this.#predictPair(a, b, options));
  }

  async #predictPair(a: Table, b: Table, options: PredictPairOptions): Promise<ChangeResult> {
    const { signal, onProgress } = options;
    throwIfCancelled(signal, "The run");
    const prepared = options.prepared ?? this.preparePair(a, b, options);
    const { genes } = prepared;
    const gathered = new Gathered(genes);
    const began = performance.now();
    try {
      const tell = (done: number): void =>
        onProgress?.({ stage: "predict", file: `${a.file} and ${b.file}`, done, total: genes, unit: "genes" });
      tell(0);
      const put = (output: Batch, start: number): void => {
        gathered.put(start, output);
        tell(start + genesOf(output));
      };
      const genesOnGpu = await this.#runner.run({ count: genes, input: inputs(prepared), put }, signal);
      const { marks } = this.card;
      const { foldChange, expression, alpha, beta, auxiliaryAlpha, auxiliaryBeta } = gathered.all;
      const { encoders } = this.attends;
      return {
        genes: prepared.names,
        marks,
        rows: encoderNames(encoders?.bins ?? [], marks),
        columns: encoderNames(encoders?.marks ?? [], marks),
        auxiliary: encoderNames(encoders?.auxiliary ?? [], marks),
        bins: this.card.bins,
        foldChange,
        expression,
        alpha,
        beta,
        auxiliaryAlpha,
        auxiliaryBeta,
        unmatched: prepared.unmatched,
        device: this.device,
        genesOnGpu,
        seconds: (performance.now() - began) / 1000,
        model: { name: this.card.name, sha256: this.sha256 },
        input: [
          { file: a.file, ...chosen(options.a) },
          { file: b.file, ...chosen(options.b) },
        ],
      };
    } catch (thrown) {
      throw fromEngine(thrown, InputError, a.file);
    } finally {
      if (prepared !== options.prepared) prepared.free();
    }
  }

  /**
   * Runs the model on the CPU on values that are prepared already, as `prepared.values` gives them and perhaps changed
   * since: what one gene's prediction and attention would be were its signal another. For few genes; nothing is
   * reported meanwhile.
   *
   * @param values [genes, T, columns]
   * @throws InputError where there are not as many values as `genes` genes have.
   */
  predictValues(values: Float32Array, genes = 1): Promise<Batch> {
    return this.#runner.platform.activity.during(async () => {
      const expected = genes * this.card.bins * this.card.marks.length * (isOfChange(this.card) ? 2 : 1);
      if (values.length !== expected)
        throw new InputError(
          `Found ${values.length} values; expected ${expected}, which ${genes} of ${this.card.name}'s genes have.`,
          { code: "value-count" },
        );
      try {
        return await this.#model.predict(values, genes);
      } catch (thrown) {
        throw fromEngine(thrown, InputError);
      }
    });
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
    const { signal, onProgress, selectBins } = options;
    throwIfCancelled(signal, "The run");
    const prepared = this.prepare(table, options);
    const genes = prepared.genes;
    const rows = attendedRows(this.attends, this.card.marks);
    const bins = selectBins ? selectBins[1] - selectBins[0] + 1 : table.bins;
    const collector = new Collector(this.#engine, genes, bins);
    const began = performance.now();
    try {
      const tell = (done: number): void =>
        onProgress?.({ stage: "predict", file: table.file, done, total: genes, unit: "genes" });
      tell(0);
      const put = (output: Batch, start: number): void => {
        collector.put(start, output);
        tell(start + genesOf(output));
      };
      const genesOnGpu = await this.#runner.run({ count: genes, input: inputs(prepared), put }, signal);
      const { probability, logit, alpha, beta } = collector.all;
      return {
        genes: table.genes,
        marks: this.card.marks,
        rows,
        bins,
        probability,
        logit,
        alpha,
        beta,
        labels: table.labels,
        auroc: table.labels && this.#engine.auroc(probability, table.labels),
        summary: rows.length > 0 ? collector.means() : undefined,
        device: this.device,
        genesOnGpu,
        seconds: (performance.now() - began) / 1000,
        model: { name: this.card.name, sha256: this.sha256 },
        input: { file: table.file, ...chosen(options) },
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
    return this.#explain(table, options, (prepared, bins) =>
      saliency(this.#model, prepared, bins, table.file, options),
    );
  }

  /**
   * The input that the model is most sure is on, or off: for a class, and no gene in particular.
   *
   * @throws CancelledError where `signal` fires.
   */
  classOptimisation(options: ClassOptimisationOptions = {}): Promise<ClassMap> {
    return this.#runner.platform.activity
      .during(() => classOptimisation(this.#model, options))
      .catch((thrown) => Promise.reject(fromEngine(thrown, InputError)));
  }

  /**
   * Removes bins in the order of each explanation and follows the probability of the predicted class: whether the
   * prediction depends on what the explanation points at.
   *
   * @throws InputError where the table does not fit the model; CancelledError where `signal` fires.
   */
  deletion(table: Table, options: DeletionOptions = {}): Promise<Deletion> {
    return this.#explain(table, options, (prepared, bins) =>
      deletion(this.#engine, this.#model, prepared, this.#meansOf(table, prepared, options), bins, table.file, options),
    );
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

  async #explain<T>(
    table: Table,
    options: GeneChoice,
    work: (prepared: EnginePrepared, bins: number) => Promise<T>,
  ): Promise<T> {
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
    if (!runsModels(table.engine)) {
      throw new InputError(`${table.file} was read by \`regulens/parsers\`, whose engine runs no models.`, {
        code: "two-engines",
        file: table.file,
        remedy: "Read it with `lens.readTable`, or hand over the bytes of `prepared.file()`.",
      });
    }
    return (this.#elsewhere ??= makeModel(table.engine, this.#runner.bytes, this.#runner.file));
  }
}

/** Batches of the genes of a prepared table. */
function inputs(prepared: EnginePrepared): (start: number, end: number) => GeneBatch {
  return (start, end) => ({ kind: "batch", values: prepared.values(start, end), genes: end - start });
}

/** The options that say something. */
function chosen({ selectBins, scale }: TableOptions = {}): PrepareOptions {
  return { ...(selectBins ? { selectBins } : {}), ...(scale && Object.keys(scale).length > 0 ? { scale } : {}) };
}

function runsModels(engine: FileEngine): engine is CpuEngine {
  return "Model" in engine;
}

function makeModel(engine: CpuEngine, bytes: Uint8Array, file: string): CpuModel {
  try {
    return new engine.Model(bytes, file);
  } catch (thrown) {
    throw fromEngine(thrown, WeightsError, file);
  }
}
