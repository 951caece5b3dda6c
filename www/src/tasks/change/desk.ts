/**
 * The work of models of a change: two tables, one finished run, measured counts; and one gene's prediction from changed
 * signal.
 */

import {
  CancelledError,
  type ChangeModel,
  type Counts,
  InputError,
  type Lens,
  type Prepared,
  type Table,
  VERSION,
  type WorkOptions,
} from "../../../../pkg/src/index";
import { changesTsv } from "./tsv";
import type { Cell, ChangeCallName, ChangeCalls, ChangeRun, Measured, MeasuredCounts } from "./protocol";
import { changeRun, genePrediction } from "../on-off/finished";
import { mutable } from "../../worker/handed";
import type { OpenedModel } from "../../worker/protocol";

/** What is needed of the open model and the tables; each throws where it is missing. */
export interface Provided {
  opened(): { readonly lens: Lens; readonly model: OpenedModel };
  table(cell: Cell): Table;
  swap(): void;
}

/** What is kept of a finished run, to show any gene of it and to save it. */
interface KeptChange extends Pick<ChangeRun, "genes" | "columns" | "foldChange" | "expression" | "beta"> {
  readonly prepared: Prepared;
  /** Of the model's file. */
  readonly sha256: string;
  readonly alpha: Float32Array;
  readonly auxiliaryAlpha: Float32Array;
}

type ChangeHandlers = {
  [Name in ChangeCallName]: (
    request: ChangeCalls[Name]["request"],
    options: WorkOptions,
  ) => Promise<ChangeCalls[Name]["reply"]>;
};

function ofTwoTables({ lens, model }: ReturnType<Provided["opened"]>): {
  readonly lens: ChangeModel;
  readonly model: OpenedModel;
} {
  if (lens.task !== "change")
    throw new InputError(`${model.card.name || model.file} reads one table; found two.`, {
      code: "another-task",
      remedy: "Run it on each table, or choose a model of a change between two cell types.",
    });
  return { lens, model };
}

/** Does what the page calls for. */
export class ChangeDesk implements ChangeHandlers {
  #run: KeptChange | undefined;
  readonly #counts: Partial<Record<Cell, Counts>> = {};

  constructor(private readonly provided: Provided) {}

  readonly swapTables: ChangeHandlers["swapTables"] = async () => {
    this.provided.swap();
    return {};
  };

  readonly predictChange: ChangeHandlers["predictChange"] = async ({ preparations }, options): Promise<ChangeRun> => {
    const { lens, model } = ofTwoTables(this.provided.opened());
    const [a, b] = [this.provided.table("a"), this.provided.table("b")];
    const tableOptions = { a: mutable(preparations[0]), b: mutable(preparations[1]) };
    // Kept for as long as the run, so that any gene can be shown without matching all of them again.
    const prepared = lens.preparePair(a, b, tableOptions);
    try {
      const result = await lens.predict(a, b, { ...options, ...tableOptions, prepared });
      if (options.signal?.aborted) throw new CancelledError("The run");
      const { alpha, auxiliaryAlpha, genes, columns, foldChange, expression, beta } = result;
      this.#run?.prepared.free();
      this.#run = {
        prepared,
        sha256: lens.sha256,
        alpha,
        auxiliaryAlpha,
        genes,
        columns,
        foldChange: foldChange.slice(),
        expression: expression.slice(),
        beta: beta.slice(),
      };
      return changeRun(model, [a, b], preparations, result, `Regulens ${VERSION}`);
    } catch (thrown) {
      prepared.free();
      throw thrown;
    }
  };

  /** The finished run with its model, if that is still the open one. */
  exported(): { lens: Lens; prepared: Prepared; genes: readonly string[] } {
    const { lens } = this.provided.opened();
    const { prepared, genes, sha256 } = this.#needRun();
    if (lens.sha256 !== sha256)
      throw new InputError("Another model is open than the one of these results.", {
        code: "another-model",
        remedy: "Run it on the tables first.",
      });
    return { lens, prepared, genes };
  }

  readonly changedGene: ChangeHandlers["changedGene"] = async ({ index }) => {
    const { prepared, genes, alpha, auxiliaryAlpha } = this.#needRun();
    const of = (values: Float32Array): Float32Array =>
      values.slice((index * values.length) / genes.length, ((index + 1) * values.length) / genes.length);
    return { index, values: prepared.values(index, index + 1), alpha: of(alpha), auxiliaryAlpha: of(auxiliaryAlpha) };
  };

  readonly readCounts: ChangeHandlers["readCounts"] = async ({ cell, table }, options) => {
    const { lens } = this.provided.opened();
    const source = "url" in table ? new URL(table.url) : table.blob;
    const counts = await lens.readCounts(source, { ...options, name: table.file });
    const { prepared, genes } = this.#needRun();
    if (counts.of(prepared).every(Number.isNaN)) {
      counts.free();
      throw new InputError(`${table.file}: found no gene of the tables; expected ids such as ${genes[0]}.`, {
        code: "no-gene-matches",
        file: table.file,
        remedy: "Name the genes in the table of counts as in the tables of signal.",
      });
    }
    this.#counts[cell]?.free();
    this.#counts[cell] = counts;
    return this.#measured();
  };

  readonly forgetCounts: ChangeHandlers["forgetCounts"] = async () => {
    for (const cell of ["a", "b"] as const) {
      this.#counts[cell]?.free();
      delete this.#counts[cell];
    }
    return {};
  };

  readonly measured: ChangeHandlers["measured"] = async () => this.#measured();

  readonly changesFile: ChangeHandlers["changesFile"] = async () =>
    new Blob([changesTsv(this.#needRun())], { type: "text/tab-separated-values;charset=utf-8" });

  readonly predictGene: ChangeHandlers["predictGene"] = async ({ sha256, values }) => {
    const { lens } = this.provided.opened();
    if (lens.sha256 !== sha256)
      throw new InputError("Another model is open than the one of these results.", {
        code: "another-model",
        remedy: "Run it on the table, to change the signal of its own predictions.",
      });
    return genePrediction(lens, values);
  };

  #measured(): Measured {
    const { prepared } = this.#needRun();
    const of = (counts: Counts | undefined): MeasuredCounts | undefined =>
      counts && { file: counts.file, counts: counts.of(prepared) };
    return { a: of(this.#counts.a), b: of(this.#counts.b) };
  }

  #needRun(): KeptChange {
    if (!this.#run)
      throw new InputError("This needs a finished run.", { code: "missing", remedy: "Run the model first." });
    return this.#run;
  }
}
