/** A loaded model of histone marks: the common part of models of one table and of two. */

import type {
  Batch,
  ClassName,
  CpuModel,
  EnginePrepared,
  EnginePreparer,
  TableParts,
  TablesEngine,
} from "../engine/engine.js";
import type { Attends } from "../description.js";
import type { ExplainingModel, Intervals, PrepareOptions, Understanding } from "../engine/engine.js";
import type { Platform, RunningCpu } from "../engine/platform.js";
import { oneOfOr, requireBins, requireLength, wholeNumber } from "../arguments.js";
import {
  bounded,
  floats,
  named,
  number,
  object,
  options,
  READ,
  RESULT,
  SOURCE,
  table,
  TABLE_OPTIONS,
  WORK,
} from "../boundary.js";
import { fromEngine, InputError, throwIfCancelled } from "../errors.js";
import { attentionSpread, type AttentionSpread } from "../explain/attention-spread.js";
import { type AttributionOptions, type Attributions, attributions } from "../explain/attributions.js";
import {
  type ClassMap,
  classOptimisation,
  type ClassOptimisationOptions,
  deletion,
  type Deletion,
  type DeletionOptions,
  type GeneChoice,
  mapsOf,
} from "../explain/explanations.js";
import type { HeldOut, KeptProfiles } from "../explain/held-out.js";
import { type PlantedTruth, readPlanted } from "../explain/planted.js";
import type { Explainer } from "../explain/sharing.js";
import { held, type Held } from "../held.js";
import { type Counts, readCounts } from "../io/counts.js";
import { readTable, type ReadOptions, type Table, type TableSource } from "../io/table.js";
import type { WorkOptions } from "../progress.js";
import type { Gathered } from "../run/collector.js";
import { Genes, genesOf } from "../run/tables.js";
import type { GeneBatch } from "../run/worker-port.js";
import { Runner } from "../run/runner.js";
import { type GeneOfTable, type GeneViewOptions, viewOfTable } from "../tasks/gene-view.js";
import { attendedRows, type TableResult } from "../tasks/on-off.js";
import { coverageOf, type CoverageOptions } from "../tasks/spread.js";
import { Explaining } from "./explaining.js";
import { LoadedModel, openFile, type OpenOptions, threadsOf } from "./model.js";

/** Options for preparing a table before the model reads it. */
export interface TableOptions {
  /** Keep these bins of each gene, from 1, inclusive: `[51, 150]` of 200. */
  selectBins?: readonly [number, number] | undefined;
  /** Multiply each value of a mark by this factor before the model reads it. */
  scale?: Readonly<Record<string, number>> | undefined;
}

/** Options for running a model on a table. */
export interface PredictOptions extends WorkOptions, TableOptions {}

/** @internal Parts of a model of tables. */
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

/** Returns true if a model already runs in the full engine. */
function explains(model: CpuModel): model is ExplainingModel {
  return "deletionTest" in model;
}

/** A loaded model of histone marks. */
export abstract class TableModel extends LoadedModel {
  readonly reads = "tables";
  /** @internal */
  protected readonly parts: ModelParts;
  /** Preparers that match tables to the model, one per engine that holds tables. */
  readonly #preparers = new Map<TableParts, EnginePreparer>();
  /**
   * Attention of the model: an α for each mark, one for all marks, or none; and a β or none.
   */
  get attends(): Attends {
    return this.description.attends;
  }
  /** Cached means of explanations over genes of these tables. */
  #profiles: { readonly tables: readonly Table[]; readonly kept: KeptProfiles } | undefined;
  /** Number of tables that the model reads, one per cell type. */
  protected abstract readonly tables: 1 | 2;

  /** @internal Returns the prediction for each gene of a batch, [N]: P(on), level or log2 fold change. */
  abstract predicted(batch: Batch): Float32Array;

  /** @internal */
  constructor(parts: ModelParts) {
    super(parts.model, parts.runner, parts.engine, parts.verified);
    this.parts = parts;
  }

  /**
   * Reads a table. Any model can use it.
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
   * Reports how the model reads a table, before anything is run.
   *
   * ```js
   * const { marks, deviations } = model.understand(table);
   * console.log(marks, deviations.length, "differences from the values in training");
   * ```
   */
  understand(table: Table): Understanding {
    return this.understandAs(table, 0);
  }

  /** Reports how the model reads the table of one of its cell types, counted from 0. */
  protected understandAs(table: Table, cellType: number): Understanding {
    try {
      return this.preparer(table).understand(table.engineTable, cellType);
    } catch (thrown) {
      throw fromEngine(thrown, InputError, table?.file);
    }
  }

  /**
   * A table's values as the model reads them: marks in the model's order, bins selected, values scaled; but before the
   * card's `transform`, which the model applies itself.
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

  /** @internal As {@link prepare}, without checks of arguments. */
  protected prepared(table: Table, options: TableOptions): Held<EnginePrepared> {
    try {
      const prepared = this.preparer(table).prepare(table.engineTable, chosen(options));
      return held(prepared, `what was prepared of ${table.file}`);
    } catch (thrown) {
      throw fromEngine(thrown, InputError, table?.file);
    }
  }

  /**
   * Reads measured counts, rows `gene,count`; `counts.of(prepared)` returns those of a table's genes.
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
   * Runs the model on the CPU on prepared values, from `prepared.values` and possibly changed since: prediction and
   * attention for a modified signal. Meant for few genes; it reports no progress.
   *
   * ```js
   * using prepared = model.prepare(table);
   * const { probability } = await model.predictValues(prepared.values(0, 1).fill(0));   // without any signal
   * ```
   *
   * @param values [genes, T, columns]
   * @throws InputError if `values` does not have the size of `genes` genes.
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
    this.#profiles?.kept.means.free();
    this.parts.explaining.free();
    super.release();
  }

  /** @internal The model that explains genes. Its engine loads on the first explanation. */
  protected explainer(options: WorkOptions): Promise<Explainer> {
    return this.parts.explaining.get(options);
  }

  /** @internal Runs a model of one table; `found` converts the collected batches to predictions. */
  protected runTable<Into extends Gathered, Found extends object>(
    table: Table,
    options: PredictOptions,
    into: (genes: number, bins: number) => Into,
    found: (gathered: Into, rows: readonly string[]) => Found,
  ): Promise<TableResult & Found> {
    return this.during(table?.file, async () => {
      requireTable(table);
      if ("engineTable" in options)
        throw new InputError(`${this.card.name} reads one table; found two.`, {
          code: "two-tables",
          remedy: "Run it on each table, or load a model of a change between two cell types.",
        });
      throwIfCancelled(options.signal, "The run");
      const prepared = this.prepared(table, options);
      const { marks } = this.card;
      const [bins, rows] = [binsOf(table, options), attendedRows(this.attends, marks)];
      const gathered = into(prepared.genes, bins);
      try {
        const ran = await this.gather(prepared, gathered, table.file, options);
        const { alpha, beta } = gathered.all;
        return {
          ...{ genes: table.genes, marks, rows, bins, alpha, beta },
          ...gathered.spread,
          ...found(gathered, rows),
          ...ran,
          input: { file: table.file, ...chosen(options) },
        };
      } finally {
        gathered.free();
        prepared.free();
      }
    });
  }

  /** @internal One gene of a run on one table. */
  protected viewTable(table: Table, result: TableResult, gene: number | string, options: GeneViewOptions): GeneOfTable {
    const prepared = this.prepared(table, result.input);
    try {
      return viewOfTable(this.card, prepared, result, gene, options);
    } finally {
      prepared.free();
    }
  }

  /** @internal Reads what was planted in the genes of one table. */
  protected planted(table: Table, source: TableSource, options: ReadOptions & TableOptions): Promise<PlantedTruth> {
    return this.during(table.file, async () => {
      const prepared = this.prepared(table, options);
      try {
        const { marks, bins } = this.card;
        return await readPlanted({ marks, bins, cellTypes: 1 }, prepared, source, options.selectBins?.[0], options);
      } finally {
        prepared.free();
      }
    });
  }

  /** @internal Runs work with the model that explains the genes of one table. */
  protected explain<T>(
    table: Table,
    options: Omit<GeneChoice, "genes">,
    work: (explainer: Explainer, prepared: EnginePrepared, bins: number) => Promise<T>,
  ): Promise<T> {
    return this.during(table?.file, async () => {
      const prepared = this.prepared(requireTable(table), options);
      try {
        return await work(await this.explainer(options), prepared, binsOf(table, options));
      } finally {
        prepared.free();
      }
    });
  }

  /** @internal Spread of attention for genes of one table. */
  protected spreadOfTable(table: Table, options: GeneChoice): Promise<AttentionSpread | undefined> {
    return this.explain(table, options, (explainer, prepared) =>
      attentionSpread(explainer, prepared, table.file, options),
    );
  }

  /** @internal Attributes the score of genes of one table. */
  protected attributeTable(table: Table, options: AttributionOptions): Promise<Attributions> {
    return this.explain(table, options, (explainer, prepared, bins) =>
      attributions(explainer, prepared, bins, table.file, options),
    );
  }

  /** @internal The deletion test of genes of one table; `classes` lists the high class first. */
  protected testTable<Class extends ClassName>(
    table: Table,
    options: DeletionOptions<Class>,
    classes: readonly [Class, Class],
  ): Promise<Deletion> {
    return this.explain(table, options, (explainer, prepared, bins) =>
      deletion(explainer, prepared, bins, table.file, options, mapsOf(options.maps, ...classes)),
    );
  }

  /** @internal Optimises the input of a class, by default the first. */
  protected inputOf<Class extends ClassName>(
    classes: readonly [Class, Class],
    options: ClassOptimisationOptions<Class>,
  ): Promise<ClassMap<Class>> {
    return this.during(undefined, async () => {
      const { model } = await this.explainer(options);
      return classOptimisation(model, oneOfOr("class", options.class, classes, "no-such-class") ?? classes[0], options);
    });
  }

  /** @internal Runs the model on values prepared from `file`, collects the batches, and returns facts about the run. */
  protected async gather(
    prepared: EnginePrepared,
    gathered: Gathered,
    file: string,
    { signal, onProgress }: WorkOptions,
  ): Promise<Pick<TableResult, "device" | "genesOnGpu" | "seconds" | "model">> {
    const { genes: total } = prepared;
    const began = performance.now();
    const tell = (done: number): void => onProgress?.({ stage: "predict", file, done, total, unit: "genes" });
    tell(0);
    const genesOnGpu = await this.parts.runner.run(
      {
        count: total,
        input: (start, end) => ({ kind: "batch", values: prepared.values(start, end), genes: end - start }),
        put: (output, start) => {
          gathered.put(start, output);
          tell(start + genesOf(output));
        },
        name: (gene) => prepared.names[gene]!,
      },
      signal,
    );
    return {
      ...{ device: this.device, genesOnGpu, seconds: (performance.now() - began) / 1000 },
      model: { name: this.card.name, sha256: this.sha256 },
    };
  }

  /** @internal Compares explanations of genes with a track; means for the same tables are reused. */
  protected async keepingProfiles(
    tables: readonly Table[],
    find: (before: KeptProfiles | undefined) => Promise<{ found: HeldOut; kept: KeptProfiles }>,
  ): Promise<HeldOut> {
    const before = tables.every((table, i) => table === this.#profiles?.tables[i]) ? this.#profiles?.kept : undefined;
    const { found, kept } = await find(before);
    if (kept !== before) {
      if (!before) this.#profiles?.kept.means.free();
      this.#profiles = { tables, kept };
    }
    return found;
  }

  /** @internal The interval of each prediction; `sd` is present for ensembles. */
  protected intervalsOf(
    predicted: Float32Array,
    sd: Float32Array | undefined,
    options: CoverageOptions,
  ): Promise<Intervals> {
    return this.during(undefined, async () => {
      if ((this.card.members ?? []).length > 0) requireLength("sd", sd ?? [], predicted.length);
      const coverage = coverageOf(options);
      const { model } = await this.explainer(options);
      return model.intervals(predicted, sd ?? new Float32Array(0), coverage);
    });
  }

  /** The engine that holds tables and counts, whichever engine runs the model. */
  async #readers(options: WorkOptions): Promise<TablesEngine> {
    const { platform, simd } = this.parts.runner;
    return (await platform.cpu("tables", simd, options)).engine;
  }

  /**
   * @internal The preparer for a table, in the engine that holds the table: objects in one engine's memory cannot be
   *   used by another.
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

/** Number of bins per gene that a model of one table reads. */
function binsOf({ bins }: Table, { selectBins: [first, last] = [1, bins] }: TableOptions): number {
  return last - first + 1;
}

/** @internal Options that choose genes. */
export const GENES = `${WORK}${TABLE_OPTIONS}genes `;

/** @internal Arguments of the functions shared by models of one table. */
export const OF_TABLE = {
  predict: [table(), options(WORK, TABLE_OPTIONS)],
  attributions: [table(), options(GENES, "method baseline")],
  classOptimisation: [options(WORK, "class lambda steps seed")],
  deletion: [table(), options(GENES, "explanations maps steps contrast randomOrders seed truth")],
  readPlanted: [table(), SOURCE, options(READ, TABLE_OPTIONS)],
  attentionSpread: [table(), options(GENES)],
};

/** @internal Arguments of the synchronous ones. */
export const AT_ONCE = { gene: [table(), object("result", RESULT), named("gene"), options("attributions")] };

/** @internal Requires a table that was read. @throws InputError for anything else. */
export function requireTable(table: Table): Table {
  if (typeof table?.engineTable === "object") return table;
  throw new InputError(`found ${table === undefined ? "no table" : "something else"}; expected a table.`, {
    code: "no-table",
    remedy: "Give what `model.readTable` returned.",
  });
}

/** @internal The options that are set. */
export function chosen({ selectBins, scale }: TableOptions = {}): PrepareOptions {
  requireBins(selectBins);
  return { ...(selectBins ? { selectBins } : {}), ...(scale && Object.keys(scale).length > 0 ? { scale } : {}) };
}

function prepares(engine: TableParts): engine is TablesEngine {
  return "Preparer" in engine;
}
