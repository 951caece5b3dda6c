/** Measured values of a run's genes: expression for one table, counts of both cell types for two. */

import {
  type AttentionSpread,
  type Counts,
  InputError,
  type OnOffModel,
  type Reliability,
  type WeightsByDirection,
  type WorkOptions,
} from "../../../../../pkg/src/index";
import { call } from "../../../rpc/rpc";
import { sourceOf, type TableRequest } from "../../../session/opened";
import { missing, type Open } from "../../shared/open";
import { type Cell, CELLS } from "../../shared/cells";
import { type HeldRun, ofTables, type OneTable } from "./held";
import { levelsOf, type MeasuredLevels, measuredLevels } from "../level/measured";
import { type MeasuredGenes, measuredGenes } from "../on-off/measured/measured";
import type { GroupsRequest, Measured, MeasuredCounts } from "../result";
import type { ExplainedRun } from "../../../explain/calls";
import type { Labelled as LabelledModel } from "../../shared/recalibration";
import type { Predicted } from "../sure/sets";

/** The spread of attention for some genes, or all; undefined for a single model. */
export function attentionSpreadOf(
  run: ExplainedRun,
  options: WorkOptions & { readonly genes?: readonly number[] },
): Promise<AttentionSpread | undefined> {
  if (!("prepared" in run)) return run.runner.attentionSpread(run.tables[0], { ...options, ...run.preparations[0] });
  return run.runner.attentionSpread(...run.tables, { ...options, prepared: run.prepared });
}

/** Labels to compare with. */
interface Labelled {
  /** Measured labels, [N]; undefined for the table's own. */
  readonly labels?: Uint8Array | undefined;
}

/** Answers the page's calls. */
export class CalibrationHandlers {
  readonly #run: () => ExplainedRun;
  readonly #predicted: () => Predicted;

  /**
   * @param run Returns the last finished run with its model, if that is open.
   * @param predicted Returns its predictions.
   */
  constructor(run: () => ExplainedRun, predicted: () => Predicted) {
    this.#run = run;
    this.#predicted = predicted;
  }

  /** Compares the probabilities of the last finished run with labels; undefined if all labels are equal. */
  readonly reliability = call({ needs: ["model"] }, async (of: Labelled, options): Promise<Reliability | undefined> => {
    const { runner, labels, logit } = this.#labelled(of);
    return runner.reliability({ logit }, labels, options);
  });

  /** Its model's file, predictions and labels, for the worker that makes model files. */
  readonly labelled = call(
    { needs: ["model"], transfer: ({ weights, logit, labels }: LabelledModel) => [weights, logit, labels] },
    async (of: Labelled): Promise<LabelledModel> => {
      const { runner, labels, logit } = this.#labelled(of);
      return { name: runner.card.name, weights: runner.bytes.slice(), logit: logit.slice(), labels: labels.slice() };
    },
  );

  #labelled({ labels }: Labelled): { runner: OnOffModel; labels: Uint8Array; logit: Float32Array } {
    const run = this.#run();
    const { logit } = this.#predicted();
    const known = labels ?? run.tables[0].labels;
    if (run.runner.task !== "on-off" || !logit || !known) throw missing("labelled genes", "Give measured expression.");
    return { runner: run.runner, labels: known, logit };
  }
}

/** Rejects a file without any of the genes; `of` names their file. */
function noGene(file: string, of: string, gene: string | undefined, remedy: string): InputError {
  return new InputError(`${file}: found no gene of ${of}; expected ids such as ${gene}.`, {
    ...{ code: "no-gene-matches", file, remedy },
  });
}

/** Answers the page's calls. */
export class MeasuredHandlers {
  readonly #counts: Partial<Record<Cell, Counts>> = {};
  readonly #open: Open;
  readonly #run: () => HeldRun;

  constructor(open: Open, run: () => HeldRun) {
    this.#open = open;
    this.#run = run;
  }

  /** Measured expression of the last finished run's genes, and the accuracy of its on/off predictions. */
  readonly readExpression = call(
    { needs: ["model"], transfer: ({ values, labels }: MeasuredGenes) => [values, labels] },
    async ({ source }: { readonly source: TableRequest }, options): Promise<MeasuredGenes> => {
      const { runner, table, preparation, predicted } = this.#ofOne("on-off");
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
      const remedy = "Name the genes of the measured expression as in the table of signal.";
      throw noGene(source.file, table.file, table.genes[0], remedy);
    },
  );

  /** Measured levels of the last finished run's genes, and their agreement with predictions. */
  readonly readLevels = call(
    { needs: ["model"], transfer: ({ values, known }: MeasuredLevels) => [values, known] },
    async ({ source }: { readonly source: TableRequest }, options): Promise<MeasuredLevels> => {
      const { runner, table, preparation, predicted } = this.#ofOne("level");
      const prepared = runner.prepare(table, preparation);
      let counts: Counts | undefined;
      try {
        counts = await runner.readCounts(sourceOf(source), { ...options, name: source.file });
        if (counts.median === undefined)
          throw new InputError(`${source.file} says which genes are on; expected a count of each.`, {
            ...{ code: "no-counts", file: source.file, remedy: "Give a file with rows gene,count." },
          });
        const levels = levelsOf(counts.of(prepared));
        const measured = measuredLevels(source.file, levels, predicted, (x, y) => runner.pearson(x, y));
        if (measured.known.length > 0) return measured;
      } finally {
        prepared.free();
        counts?.free();
      }
      throw noGene(source.file, table.file, table.genes[0], "Name the genes as in the table of signal.");
    },
  );

  /** Compares the predictions with expression given by gene. */
  readonly compareExpression = call(
    { needs: ["model"], transfer: ({ values, labels }: MeasuredGenes) => [values, labels] },
    async ({
      file,
      median,
      values,
      labels,
    }: Pick<MeasuredGenes, "file" | "median" | "values" | "labels">): Promise<MeasuredGenes> => {
      const { runner, predicted } = this.#ofOne("on-off");
      const auroc = (chosen: Float32Array, of: Uint8Array) => runner.auroc(chosen, of);
      return measuredGenes({ file, median }, values, labels, predicted, auroc);
    },
  );

  /** Compares the predictions with levels given by gene. */
  readonly compareLevels = call(
    { needs: ["model"], transfer: ({ values, known }: MeasuredLevels) => [values, known] },
    async ({ file, levels }: { readonly file: string; readonly levels: Float32Array }): Promise<MeasuredLevels> => {
      const { runner, predicted } = this.#ofOne("level");
      return measuredLevels(file, levels, predicted, (x, y) => runner.pearson(x, y));
    },
  );

  /** Reads measured counts of one cell type in place of previous ones; returns those of the last run's genes. */
  readonly readCounts = call(
    {},
    async ({ cell, table }: { readonly cell: Cell; readonly table: TableRequest }, options) => {
      const { runner } = ofTables(this.#open.any(), 2);
      const counts = await runner.readCounts(sourceOf(table), { ...options, name: table.file });
      const { prepared, genes } = this.#ofTwo();
      if (counts.of(prepared).every(Number.isNaN)) {
        counts.free();
        const remedy = "Name the genes in the table of counts as in the tables of signal.";
        throw noGene(table.file, "the tables", genes[0], remedy);
      }
      this.#counts[cell]?.free();
      this.#counts[cell] = counts;
      return this.#measured();
    },
  );

  /** Clears all counts. */
  readonly forgetCounts = call({}, async (_: Record<string, never>) => {
    for (const cell of CELLS) {
      this.#counts[cell]?.free();
      delete this.#counts[cell];
    }
    return {};
  });

  /** Counts of the last run's genes. */
  readonly measured = call({}, async (_: Record<string, never>) => this.#measured());

  /** Mean weights of marks in the last run's genes that go up, and in those that go down. */
  readonly weightsOfChange = call({}, async ({ by, ...how }: GroupsRequest): Promise<WeightsByDirection> => {
    const { runner, weighed } = this.#ofTwo();
    const change = by === "measured" ? this.foldChange() : undefined;
    if (by === "measured" && !change)
      throw new InputError("No counts of both cell types were given.", {
        ...{ code: "missing", remedy: "Group genes by their predicted change." },
      });
    return runner.weightsByDirection(weighed, { ...how, change });
  });

  #measured(): Measured {
    const { runner, prepared } = this.#ofTwo();
    const of = (counts: Counts | undefined): MeasuredCounts | undefined =>
      counts && { file: counts.file, counts: counts.of(prepared) };
    const [a, b] = [of(this.#counts.a), of(this.#counts.b)];
    return { a, b, foldChange: a && b && runner.measuredFoldChange(a.counts, b.counts) };
  }

  /** Measured changes of the last run's genes; undefined unless counts of both cell types are open. */
  foldChange(): Float32Array | undefined {
    return this.#measured().foldChange;
  }

  /** The last finished run on one table, and the open model of its task, which computes the metrics. */
  #ofOne<Of extends OneTable["task"]>(task: Of) {
    const { runner } = ofTables(this.#open.any(), 1);
    const { tables, preparations, predicted } = this.#run().explained;
    if (runner.task !== task) throw missing("a finished run", "Run the model first.");
    const of = runner as Extract<OneTable, { readonly task: Of }>;
    return { runner: of, table: tables[0], preparation: preparations[0], predicted };
  }

  /** The last finished run on two tables; if another model is open, its own is only used for arithmetic. */
  #ofTwo() {
    const { explained, weighed } = this.#run();
    if (!("prepared" in explained) || !weighed) throw missing("a finished run", "Run the model first.");
    return { ...explained, weighed };
  }
}
