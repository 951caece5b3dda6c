/** Measured counts of genes of which a model predicts the change, and weights of marks by direction. */

import { type Counts, InputError, type WeightsByDirection } from "../../../../../pkg/src/index";
import { call } from "../../../rpc/rpc";
import { sourceOf, type TableRequest } from "../../../session/opened";
import { missing, type Open } from "../../../worker/open";
import type { HeldRun } from "../held";
import { ofTables } from "../opened";
import type { Cell } from "../../shared/cells";
import type { GroupsRequest, Measured, MeasuredCounts } from "./result";

/** Answers the page's calls. */
export class CountsHandlers {
  readonly #counts: Partial<Record<Cell, Counts>> = {};
  readonly #open: Open;
  readonly #run: () => HeldRun;

  constructor(open: Open, run: () => HeldRun) {
    this.#open = open;
    this.#run = run;
  }

  /** Reads measured counts of one cell type in place of those before; the counts of the last run's genes. */
  readonly readCounts = call(
    {},
    async ({ cell, table }: { readonly cell: Cell; readonly table: TableRequest }, options) => {
      const { runner } = ofTables(this.#open.any(), 2);
      const counts = await runner.readCounts(sourceOf(table), { ...options, name: table.file });
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

  /** Average weights of marks in the genes of the last run that go up, and in those that go down. */
  readonly weightsOfChange = call({}, async ({ by, ...how }: GroupsRequest): Promise<WeightsByDirection> => {
    const { runner, weighed } = this.#needRun();
    const change = by === "measured" ? this.foldChange() : undefined;
    if (by === "measured" && !change)
      throw new InputError("No counts of both cell types were given.", {
        ...{ code: "missing", remedy: "Group genes by their predicted change." },
      });
    return runner.weightsByDirection(weighed, { ...how, change });
  });

  #measured(): Measured {
    const { runner, prepared } = this.#needRun();
    const of = (counts: Counts | undefined): MeasuredCounts | undefined =>
      counts && { file: counts.file, counts: counts.of(prepared) };
    const [a, b] = [of(this.#counts.a), of(this.#counts.b)];
    return { a, b, foldChange: a && b && runner.measuredFoldChange(a.counts, b.counts) };
  }

  /** Measured changes of the last run's genes; undefined where counts of both cell types were not given. */
  foldChange(): Float32Array | undefined {
    return this.#measured().foldChange;
  }

  /** The last finished run; all that its model still does, once another is open, is arithmetic. */
  #needRun() {
    const { explained, weighed } = this.#run();
    if (!("prepared" in explained) || !weighed) throw missing("a finished run", "Run the model first.");
    return { ...explained, weighed };
  }
}
