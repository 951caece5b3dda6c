/** A loaded model of histone marks: what those of one table and those of two have in common. */

import type { Batch, CpuModel, EnginePrepared, TableParts, TablesEngine } from "../engine/engine.js";
import type { Attends } from "../description.js";
import type { PrepareOptions, Understanding } from "../engine/engine.js";
import type { Platform, RunningCpu } from "../engine/platform.js";
import { fromEngine, InputError } from "../errors.js";
import type { Explainer } from "../explain/sharing.js";
import { type Counts, readCounts } from "../io/counts.js";
import { readTable, type ReadOptions, type Table, type TableSource } from "../io/table.js";
import { Genes } from "../run/tables.js";
import type { GeneBatch } from "../run/worker-port.js";
import { Runner } from "../run/runner.js";
import { LoadedModel, openFile, type OpenOptions, threadsOf } from "./model.js";

/** What to do to a table before the model sees it. */
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
  readonly verified: boolean;
}

/** @internal Opens a model file on the CPU. */
export function openTableModel(
  platform: Platform,
  running: RunningCpu<"tables">,
  bytes: Uint8Array,
  file: string,
  options: OpenOptions,
): ModelParts {
  const { engine } = running;
  const model = openFile(() => new engine.Model(bytes, file), file, options);
  const runner = new Runner(platform, new Genes(model, bytes, file), running, bytes, file, threadsOf(options));
  return { engine, model, runner, verified: options.sha256 !== undefined };
}

/** A loaded model of histone marks. */
export abstract class TableModel extends LoadedModel {
  /** @internal */
  protected readonly parts: ModelParts;
  /** The model in the other CPU engine, where a table came from there. */
  #elsewhere: CpuModel | undefined;
  /**
   * What the model attends to: whether there is an α for each mark, one for all marks, or none, and whether there is a
   * β.
   */
  get attends(): Attends {
    return this.description.attends;
  }
  /** How many tables it reads, each of a cell type. */
  protected abstract readonly tables: 1 | 2;

  /** @internal */
  constructor(parts: ModelParts) {
    super(parts.model, parts.runner, parts.verified);
    this.parts = parts;
  }

  /** Reads a table. It can be given to any model. */
  readTable(source: TableSource, options: ReadOptions = {}): Promise<Table> {
    return this.during(undefined, () => readTable(this.parts.engine, source, options));
  }

  /**
   * What the model makes of a table, before anything is run.
   *
   * @param cell Of a model of a change, the cell type whose table it is: the values of B are compared with those of B
   * in training.
   */
  understand(table: Table, cell: "a" | "b" = "a"): Understanding {
    try {
      const model = this.beside(table);
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
      return this.beside(table).prepare(table.engineTable, chosen(options));
    } catch (thrown) {
      throw fromEngine(thrown, InputError, table.file);
    }
  }

  /** Reads measured counts, rows `gene,count`; `counts.of(prepared)` has those of a table's genes. */
  readCounts(source: TableSource, options: ReadOptions = {}): Promise<Counts> {
    return this.during(undefined, () => readCounts(this.parts.engine, source, options));
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
    return this.during(undefined, () => {
      const expected = genes * this.card.bins * this.card.marks.length * this.tables;
      if (values.length !== expected)
        throw new InputError(
          `Found ${values.length} values; expected ${expected}, which ${genes} of ${this.card.name}'s genes have.`,
          { code: "value-count" },
        );
      return this.parts.model.predict(values, genes);
    });
  }

  /** Gives the memory back. The model cannot be used after this. */
  override free(): void {
    this.#elsewhere?.free();
    super.free();
  }

  /** @internal What explains genes of a table. */
  protected explainer(table: Table): Explainer {
    return { model: this.beside(table), runner: this.parts.runner };
  }

  /**
   * @internal The model in the engine that holds the table: what lies in one engine's memory means nothing to another.
   */
  protected beside(table: Table): CpuModel {
    const { engine, model, runner } = this.parts;
    if (table.engine === engine) return model;
    if (!runsModels(table.engine)) {
      throw new InputError(`${table.file} was read by \`regulens/parsers\`, whose engine runs no models.`, {
        code: "two-engines",
        file: table.file,
        remedy: "Read it with `model.readTable`, or hand over the bytes of `prepared.file()`.",
      });
    }
    const other = table.engine;
    return (this.#elsewhere ??= openFile(() => new other.Model(runner.bytes, runner.file), runner.file, {}));
  }
}

/** @internal Batches of the genes of a prepared table. */
export function inputs(prepared: EnginePrepared): (start: number, end: number) => GeneBatch {
  return (start, end) => ({ kind: "batch", values: prepared.values(start, end), genes: end - start });
}

/** @internal The options that are set. */
export function chosen({ selectBins, scale }: TableOptions = {}): PrepareOptions {
  return { ...(selectBins ? { selectBins } : {}), ...(scale && Object.keys(scale).length > 0 ? { scale } : {}) };
}

function runsModels(engine: TableParts): engine is TablesEngine {
  return "Model" in engine;
}
