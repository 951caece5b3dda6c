/** Models that tell on from off: one finished run, and runs that are kept to be compared. */

import {
  CancelledError,
  type DeviceReport,
  InputError,
  type OnOffModel,
  type OnOffResult,
  type Table,
  VERSION,
  type WorkOptions,
} from "../../../../pkg/src/index";
import type { Holding, Keeper } from "../shared/compare/keeper";
import type { ComparedRun, Kept } from "../shared/compare/kept-memory";
import { runBytes, tableBytes } from "./compare/bytes";
import type { ExplainedRun } from "../../explain/calls";
import { predictEach } from "../../explain/everywhere/everywhere";
import { type Change, perturbed } from "../../explain/perturbation";
import { type MeasuredGenes, measuredGenes } from "./measured/measured";
import { call } from "../../rpc/rpc";
import { type ModelRequest, type Opened, type Preparation, sourceOf, type TableRequest } from "../../session/opened";
import { offScale } from "../../session/preparation";
import { anotherModel, missing, type Open, openModel } from "../../worker/open";
import { ofOneTable } from "./opened";
import { type FinishedRun, finishedRun, type GeneDetail } from "./result";
import { predictionsTsv } from "./tsv";
import { geneSignal } from "./views";

/** Data that the worker keeps of a run, to show any gene of it and to save it. */
interface HeldRun {
  readonly result: OnOffResult;
  readonly table: Table;
  readonly preparation: Preparation;
  /** For each of the model's marks, its column in the table. */
  readonly columns: readonly number[];
  /** SHA-256 of the model's file. */
  readonly sha256: string;
}

/** The arrays of a run that go to the page; the worker keeps copies. */
const moved = ({ probability, logit, beta, topBin, topRow, topAlpha }: FinishedRun) => [
  ...[probability, logit, beta],
  ...[topBin, topRow, topAlpha],
];

/** Answers the page's calls. */
export class OnOffHandlers {
  #run: HeldRun | undefined;
  readonly #kept = new Map<number, HeldRun>();
  readonly #open: Open;
  readonly #keeper: Keeper;
  readonly #predicted: () => void;

  /** @param predicted Hears that a run is finished. */
  constructor(open: Open, keeper: Keeper, predicted: () => void = () => {}) {
    this.#open = open;
    this.#keeper = keeper;
    this.#predicted = predicted;
  }

  /** Runs the model on the table. */
  readonly predict = call(
    { needs: ["model", "device", "table"], transfer: moved },
    async ({ preparation }: { readonly preparation: Preparation }, options): Promise<FinishedRun> => {
      const opened = ofOneTable(this.#open.any());
      const { run, held } = await this.#open.onDevice(opened, finish(opened, this.#open.table(), preparation, options));
      await this.#open.next();
      this.#open.hold(held.table);
      if (this.#run) this.#open.release(this.#run.table);
      this.#run = held;
      this.#predicted();
      return run;
    },
  );

  /** One gene of the last finished run, or of a kept one. */
  readonly gene = call(
    { transfer: ({ signal, alpha }: GeneDetail) => [signal, alpha] },
    async ({ index, kept }: { readonly index: number; readonly kept?: number }): Promise<GeneDetail> => {
      const run = kept === undefined ? this.#needRun() : this.#kept.get(kept);
      if (!run) throw missing("a run that is kept", "Keep it again.");
      const { table, columns, preparation } = run;
      const { marks, alpha } = run.result;
      const size = alpha.length / table.genes.length;
      return {
        index,
        signal: geneSignal(table.values(index, index + 1), table.marks.length, columns, marks, preparation),
        alpha: alpha.slice(index * size, (index + 1) * size),
      };
    },
  );

  /** P(on) of each gene of the last finished run, its signal changed, on the CPU. */
  readonly changeAll = call(
    { needs: ["model"], transfer: (predicted: Float32Array) => [predicted] },
    async ({ changes }: { readonly changes: readonly Change[] }, options): Promise<Float32Array> => {
      const { runner, table } = this.explained();
      const { columns, preparation, result } = this.#needRun();
      const { marks } = result;
      const valuesOf = (gene: number): Float32Array =>
        perturbed(
          geneSignal(table.values(gene, gene + 1), table.marks.length, columns, marks, preparation),
          { marks: marks.length, cells: 1 },
          changes,
        );
      return predictEach(runner, table.genes.length, valuesOf, options);
    },
  );

  /** Measured expression of the genes of the last finished run, and how well it was predicted which are on by it. */
  readonly readExpression = call(
    { needs: ["model"], transfer: ({ values, labels }: MeasuredGenes) => [values, labels] },
    async ({ source }: { readonly source: TableRequest }, options): Promise<MeasuredGenes> => {
      const { runner } = ofOneTable(this.#open.any());
      const { table, preparation, result } = this.#needRun();
      const counts = await runner.readCounts(sourceOf(source), { ...options, name: source.file });
      try {
        const prepared = runner.prepare(table, preparation);
        try {
          const values = counts.of(prepared);
          const auroc = (chosen: Float32Array, labels: Uint8Array) => runner.auroc(chosen, labels);
          if (!values.every(Number.isNaN))
            return measuredGenes(counts, values, counts.on(prepared), result.probability, auroc);
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
      const { runner } = ofOneTable(this.#open.any());
      const { result } = this.#needRun();
      const auroc = (chosen: Float32Array, of: Uint8Array) => runner.auroc(chosen, of);
      return measuredGenes({ file, median }, values, labels, result.probability, auroc);
    },
  );

  /** The predictions of the last finished run as a file. */
  readonly predictionsFile = call({}, async (_: Record<string, never>) => {
    const { result, table } = this.#needRun();
    const beta = result.beta.length > 0 ? result.beta : undefined;
    return new Blob([predictionsTsv({ ...result, beta, notes: table.notes })], {
      type: "text/tab-separated-values;charset=utf-8",
    });
  });

  /** Keeps the last finished run. */
  readonly keep = call({}, async (_: Record<string, never>) => this.#keep(this.#needRun()));

  /**
   * Runs another model on the table of the last finished run, prepared as it was, and keeps what came of it; the opened
   * model stays.
   */
  readonly compareWith = call(
    { needs: ["device"], transfer: ({ run }: ComparedRun<FinishedRun>) => moved(run) },
    async (
      { model, device }: { readonly model: ModelRequest; readonly device: DeviceReport["kind"] },
      options,
    ): Promise<ComparedRun<FinishedRun>> => {
      const { table, preparation } = this.#needRun();
      const opened = ofOneTable(await openModel(model, options));
      try {
        // Before the run, which would be for nothing.
        this.#keeper.refuse(holding(runBytes(table.genes.length, opened.runner.attends, opened.runner.card), table));
        const deviations = offScale(opened.runner.understand(table), preparation);
        await opened.runner.useDevice(device, options);
        const { run, held } = await finish(opened, table, preparation, options);
        return { run, deviations, ...this.#keep(held) };
      } finally {
        opened.runner.free();
      }
    },
  );

  /** The finished run with its model, if that is still the open one. */
  explained(): ExplainedRun {
    const run = this.#needRun();
    const { runner } = ofOneTable(this.#open.any());
    if (runner.sha256 !== run.sha256) throw anotherModel("Run it on the table, to explain its own predictions.");
    const { result, table, preparation } = run;
    return { ...result, runner, table, preparation };
  }

  #keep(run: HeldRun): Kept {
    const { table, result } = run;
    const kept = this.#keeper.keep(holding(result.alpha.byteLength, table), (id) => {
      this.#kept.delete(id);
      this.#open.release(table);
    });
    this.#open.hold(table);
    this.#kept.set(kept.id, run);
    return kept;
  }

  #needRun(): HeldRun {
    if (!this.#run) throw missing("a finished run", "Run the model first.");
    return this.#run;
  }
}

/** Runs a model on a table: what the page gets, and what the worker keeps of it. */
async function finish(
  { runner, model }: Opened<OnOffModel>,
  table: Table,
  preparation: Preparation,
  options: WorkOptions,
): Promise<{ run: FinishedRun; held: HeldRun }> {
  const result = await runner.predict(table, { ...options, ...preparation });
  if (options.signal?.aborted) throw new CancelledError("The run");
  // It ran, so that every mark has its column.
  const columns = runner.understand(table).marks.map(({ column }) => column! - 1);
  const run = finishedRun(model, table, preparation, result, `Regulens ${VERSION}`);
  // Arrays for the page are moved to it; the worker keeps copies.
  const { probability, logit, beta } = result;
  const copies = { probability: probability.slice(), logit: logit.slice(), beta: beta.slice() };
  return { run, held: { result: { ...result, ...copies }, table, preparation, columns, sha256: model.sha256 } };
}

/** Worker memory that a run holds: its attention, and its table, which other runs may hold too. */
function holding(bytes: number, table: Table): Holding {
  return { bytes, shared: new Map([[table, tableBytes(table)]]) };
}
