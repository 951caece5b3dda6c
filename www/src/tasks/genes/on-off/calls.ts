/** Measured expression of genes that a model says are on. */

import { InputError } from "../../../../../pkg/src/index";
import { call } from "../../../rpc/rpc";
import { sourceOf, type TableRequest } from "../../../session/opened";
import { missing, type Open } from "../../../worker/open";
import type { HeldRun } from "../held";
import { ofTables } from "../opened";
import { type MeasuredGenes, measuredGenes } from "./measured/measured";

/** Answers the page's calls. */
export class ExpressionHandlers {
  readonly #open: Open;
  readonly #run: () => HeldRun;

  constructor(open: Open, run: () => HeldRun) {
    this.#open = open;
    this.#run = run;
  }

  /** Measured expression of the genes of the last finished run, and how well it was predicted which are on by it. */
  readonly readExpression = call(
    { needs: ["model"], transfer: ({ values, labels }: MeasuredGenes) => [values, labels] },
    async ({ source }: { readonly source: TableRequest }, options): Promise<MeasuredGenes> => {
      const { runner, table, preparation, predicted } = this.#needRun();
      const counts = await runner.readCounts(sourceOf(source), { ...options, name: source.file });
      try {
        const prepared = runner.prepare(table, preparation);
        try {
          const values = counts.of(prepared);
          const auroc = (chosen: Float32Array, labels: Uint8Array) => runner.auroc(chosen, labels);
          if (!values.every(Number.isNaN)) return measuredGenes(counts, values, counts.on(prepared), predicted, auroc);
        } finally {
          prepared.free();
        }
      } finally {
        counts.free();
      }
      throw new InputError(`${source.file}: found no gene of ${table.file}; expected ids such as ${table.genes[0]}.`, {
        code: "no-gene-matches",
        file: source.file,
        remedy: "Name the genes of the measured expression as in the table of signal.",
      });
    },
  );

  /** Compares the predictions with expression that is known by gene. */
  readonly compareExpression = call(
    { needs: ["model"], transfer: ({ values, labels }: MeasuredGenes) => [values, labels] },
    async ({
      file,
      median,
      values,
      labels,
    }: Pick<MeasuredGenes, "file" | "median" | "values" | "labels">): Promise<MeasuredGenes> => {
      const { runner, predicted } = this.#needRun();
      const auroc = (chosen: Float32Array, of: Uint8Array) => runner.auroc(chosen, of);
      return measuredGenes({ file, median }, values, labels, predicted, auroc);
    },
  );

  /** The last finished run, and the open model, which has the metrics. */
  #needRun() {
    const { runner } = ofTables(this.#open.any(), 1);
    const { tables, preparations, predicted } = this.#run().explained;
    if (runner.task !== "on-off") throw missing("a finished run", "Run the model first.");
    return { runner, table: tables[0], preparation: preparations[0], predicted };
  }
}
