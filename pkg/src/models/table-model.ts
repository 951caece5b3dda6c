/** A loaded model of histone marks: what those of one table and those of two have in common. */

import type { Batch, CpuModel, EnginePrepared, EnginePreparer, TableParts, TablesEngine } from "../engine/engine.js";
import type { Attends } from "../description.js";
import type { ExplainingModel, PrepareOptions, Understanding } from "../engine/engine.js";
import type { Platform, RunningCpu } from "../engine/platform.js";
import { requireBins, wholeNumber } from "../arguments.js";
import { bounded, floats, number, options, READ, SOURCE, table, TABLE_OPTIONS } from "../boundary.js";
import { fromEngine, InputError } from "../errors.js";
import type { Explainer } from "../explain/sharing.js";
import { held, type Held } from "../held.js";
import { type Counts, readCounts } from "../io/counts.js";
import { readTable, type ReadOptions, type Table, type TableSource } from "../io/table.js";
import type { WorkOptions } from "../progress.js";
import type { NameOf } from "../run/named.js";
import { Genes } from "../run/tables.js";
import type { GeneBatch } from "../run/worker-port.js";
import { Runner } from "../run/runner.js";
import { Explaining } from "./explaining.js";
import { LoadedModel, openFile, type OpenOptions, threadsOf } from "./model.js";

/** Options for preparing a table before the model sees it. */
export interface TableOptions {
  /** Keep these bins of each gene, from 1, inclusive: `[51, 150]` of 200. */
  selectBins?: readonly [number, number] | undefined;
  /** Multiply each value of a mark by this factor before the model sees it. */
  scale?: Readonly<Record<string, number>> | undefined;
}

/** @internal What a model of tables is made of. */
export interface ModelParts {
  readonly engine: TablesEngine;
  readonly model: CpuModel;
  readonly runner: Runner<GeneBatch, Batch>;
  readonly explaining: Pick<Explaining, "get" | "free">;
  readonly verified: boolean;
}

/** @internal Opens a model file on the CPU. */
export function openTableModel(
  platform: Platform,
  running: RunningCpu,
  bytes: Uint8Array,
  file: string,
  options: OpenOptions,
): ModelParts {
  const { engine } = running;
  const threads = threadsOf(options);
  const { symmetric } = options;
  const model = openFile(() => new engine.Model(bytes, file, symmetric), file, options);
  const runner = new Runner(platform, new Genes(model, bytes, file, symmetric), running, bytes, file, threads);
  const explaining = explains(model)
    ? { get: async () => ({ model, runner }), free: () => {} }
    : new Explaining(platform, running, bytes, file, threads, symmetric);
  return { engine, model, runner, explaining, verified: options.sha256 !== undefined };
}

/** Returns true if a model is in the full engine already. */
function explains(model: CpuModel): model is ExplainingModel {
  return "deletionTest" in model;
}

/** A loaded model of histone marks. */
export abstract class TableModel extends LoadedModel {
  readonly reads = "tables";
  /** @internal */
  protected readonly parts: ModelParts;
  /** Preparers that match tables to the model, in each engine that has tables. */
  readonly #preparers = new Map<TableParts, EnginePreparer>();
  /**
   * Attention of the model: whether there is an α for each mark, one for all marks, or none, and whether there is a β.
   */
  get attends(): Attends {
    return this.description.attends;
  }
  /** Number of tables that it reads, each of a cell type. */
  protected abstract readonly tables: 1 | 2;

  /** @internal Returns the prediction of a batch for each gene: P(on), or the log2 fold change, [N]. */
  abstract predicted(batch: Batch): Float32Array;

  /** @internal */
  constructor(parts: ModelParts) {
    super(parts.model, parts.runner, parts.engine, parts.verified);
    this.parts = parts;
  }

  /**
   * Reads a table. It can be given to any model.
   *
   * ```js
   * const table = await model.readTable(file);   // a File, a Blob, bytes or a URL
   * console.log(table.genes.length, table.marks, table.bins);
   * ```
   */
  readTable(source: TableSource, options: ReadOptions = {}): Promise<Table> {
    return this.during(undefined, async () => readTable(await this.#readers(options), source, options));
  }

  /**
   * Reports how the model understands a table, before anything is run.
   *
   * ```js
   * const { marks, deviations } = model.understand(table);
   * console.log(marks, deviations.length, "differences from the values in training");
   * ```
   */
  understand(table: Table): Understanding {
    return this.understandAs(table, 0);
  }

  /** The same of the table of one of the model's cell types, counted from 0. */
  protected understandAs(table: Table, cellType: number): Understanding {
    try {
      return this.preparer(table).understand(table.engineTable, cellType);
    } catch (thrown) {
      throw fromEngine(thrown, InputError, table?.file);
    }
  }

  /**
   * A table's values as the model sees them: marks in the model's order, bins selected, values scaled; but before
   * the card's `transform`, which is the model's own.
   *
   * The handle must be freed.
   *
   * ```js
   * using prepared = model.prepare(table, { selectBins: [51, 150] });
   * const values = prepared.values(0, 1);   // of the first gene, [1, 100, M]
   * ```
   */
  prepare(table: Table, options: TableOptions = {}): Held<EnginePrepared> {
    return this.prepared(table, options);
  }

  /** @internal The same, for the package itself. */
  protected prepared(table: Table, options: TableOptions): Held<EnginePrepared> {
    try {
      const prepared = this.preparer(table).prepare(table.engineTable, chosen(options));
      return held(prepared, `what was prepared of ${table.file}`);
    } catch (thrown) {
      throw fromEngine(thrown, InputError, table?.file);
    }
  }

  /**
   * Reads measured counts, rows `gene,count`; `counts.of(prepared)` has those of a table's genes.
   *
   * ```js
   * using counts = await model.readCounts(counted);
   * console.log(counts.genes, counts.median);
   * ```
   */
  readCounts(source: TableSource, options: ReadOptions = {}): Promise<Counts> {
    return this.during(undefined, async () => readCounts(await this.#readers(options), source, options));
  }

  /**
   * Runs the model on the CPU on values that are prepared already, as `prepared.values` gives them and perhaps changed
   * since: what one gene's prediction and attention would be were its signal another. For few genes; nothing is
   * reported meanwhile.
   *
   * ```js
   * using prepared = model.prepare(table);
   * const { probability } = await model.predictValues(prepared.values(0, 1).fill(0));   // without any signal
   * ```
   *
   * @param values [genes, T, columns]
   * @throws InputError where there are not as many values as `genes` genes have.
   */
  predictValues(values: Float32Array, genes = 1): Promise<Batch> {
    return this.during(undefined, () => {
      wholeNumber("number of genes", genes, 1, Number.MAX_SAFE_INTEGER, "value-count");
      const expected = genes * this.card.bins * this.card.marks.length * this.tables;
      if (values.length !== expected)
        throw new InputError(
          `Found ${values.length} values; expected ${expected}, which ${genes} of ${this.card.name}'s genes have.`,
          { code: "value-count" },
        );
      return this.parts.model.predict(values, genes);
    });
  }

  /** @internal */
  protected override release(): void {
    for (const preparer of this.#preparers.values()) preparer.free();
    this.#preparers.clear();
    this.parts.explaining.free();
    super.release();
  }

  /** @internal What explains genes. The engine for it loads with the first explanation. */
  protected explainer(options: WorkOptions): Promise<Explainer> {
    return this.parts.explaining.get(options);
  }

  /** The engine in whose memory tables and counts are, whichever engine runs the model. */
  async #readers(options: WorkOptions): Promise<TablesEngine> {
    const { platform, simd } = this.parts.runner;
    return (await platform.cpu("tables", simd, options)).engine;
  }

  /**
   * @internal What matches a table to the model, in the engine that holds it: what lies in one engine's memory means
   * nothing to another.
   */
  protected preparer(table: Table): EnginePreparer {
    const { file } = this.parts.runner;
    const { engine } = requireTable(table);
    const known = this.#preparers.get(engine);
    if (known) return known;
    if (!prepares(engine)) {
      throw new InputError(`${table.file} was read by \`regulens/parsers\`, whose engine runs no models.`, {
        code: "two-engines",
        file: table.file,
        remedy: "Read it with `model.readTable`, or hand over the bytes of `prepared.file()`.",
      });
    }
    const preparer = new engine.Preparer(this.bytes, file);
    this.#preparers.set(engine, preparer);
    return preparer;
  }
}

bounded(
  "model",
  TableModel.prototype,
  {
    readTable: [SOURCE, options(READ)],
    readCounts: [SOURCE, options(READ)],
    predictValues: [floats("values"), number("genes", true)],
  },
  { understand: [table()], prepare: [table(), options(TABLE_OPTIONS)] },
);

/** @internal A table that was read. @throws InputError where nothing else than one was given. */
export function requireTable(table: Table): Table {
  if (typeof table?.engineTable === "object") return table;
  throw new InputError(`found ${table === undefined ? "no table" : "something else"}; expected a table.`, {
    code: "no-table",
    remedy: "Give what `model.readTable` returned.",
  });
}

/** @internal Batches of the genes of a prepared table. */
export function inputs(prepared: EnginePrepared): (start: number, end: number) => GeneBatch {
  return (start, end) => ({ kind: "batch", values: prepared.values(start, end), genes: end - start });
}

/** @internal The names of a prepared table's genes, for errors. */
export function nameOf(prepared: EnginePrepared): NameOf {
  return (gene) => prepared.names[gene]!;
}

/** @internal The options that are set. */
export function chosen({ selectBins, scale }: TableOptions = {}): PrepareOptions {
  requireBins(selectBins);
  return { ...(selectBins ? { selectBins } : {}), ...(scale && Object.keys(scale).length > 0 ? { scale } : {}) };
}

function prepares(engine: TableParts): engine is TablesEngine {
  return "Preparer" in engine;
}
