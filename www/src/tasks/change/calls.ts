/**
 * Models of a change: two tables, one finished run, measured counts; and one gene's prediction from changed signal.
 */

import {
  CancelledError,
  type ChangeResult,
  type Counts,
  InputError,
  type ChangeModel,
  type Prepared,
  VERSION,
} from "../../../../pkg/src/index";
import { predictEach } from "../../explain/everywhere";
import { type Change, perturbed } from "../../explain/perturbation";
import { call } from "../../rpc/rpc";
import { type Preparation, sourceOf, type TableRequest } from "../../session/opened";
import { anotherModel, missing, type Open } from "../../worker/open";
import type { Cell } from "../shared/cells";
import { type ChangedGene, type ChangeRun, changeRun, type Measured, type MeasuredCounts } from "./result";
import { changesTsv } from "./tsv";

/** What the worker keeps of a run, to show any gene of it and to save it. */
interface HeldChange {
  readonly result: ChangeResult;
  readonly prepared: Prepared;
  /** Of the model's file. */
  readonly sha256: string;
}

/** Answers the page's calls. */
export class ChangeHandlers {
  #run: HeldChange | undefined;
  readonly #counts: Partial<Record<Cell, Counts>> = {};
  readonly #open: Open;

  constructor(open: Open) {
    this.#open = open;
  }

  /** Makes B's table A's, and A's B's. */
  readonly swapTables = call({ needs: ["table"] }, async (_: Record<string, never>) => {
    this.#open.swap();
    return {};
  });

  /** Runs the model of a change on both tables. */
  readonly predictChange = call(
    {
      needs: ["model", "device", "table"],
      transfer: ({ foldChange, expression, beta, auxiliaryBeta }: ChangeRun) => [
        foldChange,
        expression,
        beta,
        auxiliaryBeta,
      ],
    },
    async (
      { preparations }: { readonly preparations: readonly [Preparation, Preparation] },
      options,
    ): Promise<ChangeRun> => {
      const opened = this.#open.ofTwoTables();
      const { lens, model } = opened;
      const [a, b] = [this.#open.table("a"), this.#open.table("b")];
      const tableOptions = { a: preparations[0], b: preparations[1] };
      // Kept for as long as the run, so that any gene can be shown without matching all of them again.
      const prepared = lens.preparePair(a, b, tableOptions);
      try {
        const result = await this.#open.onDevice(opened, lens.predict(a, b, { ...options, ...tableOptions, prepared }));
        if (options.signal?.aborted) throw new CancelledError("The run");
        // What the page gets is moved to it; the worker keeps copies.
        const { foldChange, expression, beta } = result;
        const copies = { foldChange: foldChange.slice(), expression: expression.slice(), beta: beta.slice() };
        this.#run?.prepared.free();
        this.#run = { result: { ...result, ...copies }, prepared, sha256: lens.sha256 };
        return changeRun(model, [a, b], preparations, result, `Regulens ${VERSION}`);
      } catch (thrown) {
        prepared.free();
        throw thrown;
      }
    },
  );

  /** The finished run with its model, if that is still the open one. */
  exported(): { lens: ChangeModel; prepared: Prepared; genes: readonly string[] } {
    const { lens } = this.#open.ofTwoTables();
    const { prepared, result, sha256 } = this.#needRun();
    if (lens.sha256 !== sha256) throw anotherModel("Run it on the tables first.");
    return { lens, prepared, genes: result.genes };
  }

  /** One gene of the last finished run of that kind. */
  readonly changedGene = call(
    { transfer: ({ values, alpha, auxiliaryAlpha }: ChangedGene) => [values, alpha, auxiliaryAlpha] },
    async ({ index }: { readonly index: number }): Promise<ChangedGene> => {
      const { prepared, result } = this.#needRun();
      const { genes, alpha, auxiliaryAlpha } = result;
      const of = (values: Float32Array): Float32Array =>
        values.slice((index * values.length) / genes.length, ((index + 1) * values.length) / genes.length);
      return { index, values: prepared.values(index, index + 1), alpha: of(alpha), auxiliaryAlpha: of(auxiliaryAlpha) };
    },
  );

  /** Reads measured counts of one cell type in place of those before; the counts of the last run's genes. */
  readonly readCounts = call(
    {},
    async ({ cell, table }: { readonly cell: Cell; readonly table: TableRequest }, options) => {
      const { lens } = this.#open.ofTwoTables();
      const counts = await lens.readCounts(sourceOf(table), { ...options, name: table.file });
      const { prepared, result } = this.#needRun();
      if (counts.of(prepared).every(Number.isNaN)) {
        counts.free();
        throw new InputError(`${table.file}: found no gene of the tables; expected ids such as ${result.genes[0]}.`, {
          code: "no-gene-matches",
          file: table.file,
          remedy: "Name the genes in the table of counts as in the tables of signal.",
        });
      }
      this.#counts[cell]?.free();
      this.#counts[cell] = counts;
      return this.#measured();
    },
  );

  /** Forgets all counts. */
  readonly forgetCounts = call({}, async (_: Record<string, never>) => {
    for (const cell of ["a", "b"] as const) {
      this.#counts[cell]?.free();
      delete this.#counts[cell];
    }
    return {};
  });

  /** The counts that were read, of the genes of the last run. */
  readonly measured = call({}, async (_: Record<string, never>) => this.#measured());

  /** The log2 fold change of each gene of the last run, its signal changed, on the CPU. */
  readonly changeAllOfPair = call(
    { needs: ["model"], transfer: (predicted: Float32Array) => [predicted] },
    async ({ changes }: { readonly changes: readonly Change[] }, options): Promise<Float32Array> => {
      const { lens, prepared, genes } = this.exported();
      const shape = { marks: lens.card.marks.length, cells: 2 } as const;
      const valuesOf = (gene: number): Float32Array => perturbed(prepared.values(gene, gene + 1), shape, changes);
      return predictEach(lens, genes.length, valuesOf, options);
    },
  );

  /** The predictions of the last run of that kind as a file. */
  readonly changesFile = call(
    {},
    async (_: Record<string, never>) =>
      new Blob([changesTsv(this.#needRun().result)], { type: "text/tab-separated-values;charset=utf-8" }),
  );

  #measured(): Measured {
    const { prepared } = this.#needRun();
    const of = (counts: Counts | undefined): MeasuredCounts | undefined =>
      counts && { file: counts.file, counts: counts.of(prepared) };
    return { a: of(this.#counts.a), b: of(this.#counts.b) };
  }

  #needRun(): HeldChange {
    if (!this.#run) throw missing("a finished run", "Run the model first.");
    return this.#run;
  }
}
