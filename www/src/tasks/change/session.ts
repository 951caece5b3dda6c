/** State and actions of the page for models that predict the change between two cell types. */

import { type Everywhere, movedFrom, movedMost } from "../../explain/everywhere/everywhere";
import type { Change } from "../../explain/perturbation";
import { SetChecks } from "../../explain/set/checks";
import { SetExplanations } from "../../explain/set/explanations";
import { saveFile } from "../../export";
import type { Planted } from "../../explain/result";
import type { Identified } from "../../session/files";
import { type Filed, unused, used, waiting } from "../../session/intake";
import { identityOf } from "../../session/identity";
import type { Preparation, TableRequest } from "../../session/opened";
import { offScale, preparationOf, samePreparation } from "../../session/preparation";
import { type PlainError, plainOf } from "../../rpc/errors";
import type { Page } from "../../session/page";
import { runName } from "../genes/result";
import type { Activity } from "../../session/working";
import { noteKnown } from "../../ui/unseen";
import { briefCell, type Cell, cellInName, cellName, CELLS } from "../shared/cells";
import { Comparing } from "../shared/compare/comparing";
import { TableTask, type TableTaskState } from "../shared/tables/task";
import { partIn, partInWords } from "../shared/tables/part";
import type { CurrentTable } from "../shared/tables/tables";
import { type ChangeListing, FIRST_CHANGES } from "./genes/order";
import type { ChangedGene, ChangeRun, Measured } from "./result";
import type { Shown } from "./genes/shown";

/** A finished run, and where its tables are from. */
export interface CurrentChange extends ChangeRun {
  readonly tables: readonly [CurrentTable, CurrentTable];
}

/** Activities that can go on, and places where their problems are shown. */
type Part = "run" | "everywhere";

/** State at one moment. */
export interface ChangeState extends TableTaskState<Part> {
  /** The last finished run. */
  readonly run?: CurrentChange | undefined;
  /** The signal and attention of the gene that is looked at. */
  readonly gene?: ChangedGene | undefined;
  /** Predictions for all genes, their signal changed alike. */
  readonly everywhere?: Everywhere | undefined;
  /** The choice of what is shown along a gene. */
  readonly shown?: Shown | undefined;
  /** Sort order, filter and search of the table of genes. */
  readonly listing: ChangeListing;
  /**
   * |log2 fold change| above which genes are grouped by direction; where none is chosen, that of the tenth that changes
   * most.
   */
  readonly threshold?: number | undefined;
  /** Measured counts of the genes of the run. */
  readonly measured?: Measured | undefined;
}

/** As in figure 5 of Sekhon et al. 2018. */
export const PUBLISHED_THRESHOLD = 8;

export const INITIAL: ChangeState = {
  listing: FIRST_CHANGES,
  doing: {},
  problems: {},
  announcement: "",
};

/** State that follows a run: without one it is forgotten, by name. */
const NO_RUN = {
  run: undefined,
  gene: undefined,
  selected: undefined,
  measured: undefined,
  planted: undefined,
  perturbation: undefined,
  everywhere: undefined,
} as const;

/** Runs models on two tables. */
export class ChangeWork extends TableTask<Part, ChangeState> {
  readonly task = "change";
  readonly comparing: Comparing<CurrentChange, ChangedGene>;
  /** Explanations of all genes of the finished run. */
  readonly setExplanations: SetExplanations;
  /** Checks of the explanations of its classes, and against tracks that the model does not see. */
  readonly checks: SetChecks;
  #counts: Partial<Record<Cell, TableRequest>> = {};

  constructor(page: Page) {
    super(page, INITIAL);
    const { worker } = page;
    this.setExplanations = new SetExplanations({
      deletion: (request, options) => worker.call("testDeletion", request, options),
      means: (request, options) => worker.call("explainSet", request, options),
    });
    this.checks = new SetChecks({
      optimise: (settings, options) => worker.call("optimiseClasses", settings, options),
      readSecond: (table, options) => worker.call("readHeldOut", { table }, options),
      holdOut: (request, options) => worker.call("holdOut", request, options),
    });
    this.comparing = new Comparing<CurrentChange, ChangedGene>(page, {
      finished: () => this.state.run,
      keep: () => worker.call("keep", {}),
      // As everywhere, the page's own tables are kept, which are told apart by identity.
      runAnother: async (request, options, { tables }) => {
        const { run, ...compared } = await worker.call("compareWith", request, options);
        return { ...compared, run: { ...(run as ChangeRun), tables } };
      },
      detail: (index, kept) => worker.call("gene", { index, kept }) as Promise<ChangedGene>,
      compared: ({ genes, foldChange }) => ({ genes, values: foldChange }),
      isHigh: (foldChange) => foldChange > 0,
      named: runName,
    });
  }

  protected override get running(): Activity | undefined {
    return this.state.doing.run;
  }

  protected override get notRun(): PlainError | undefined {
    return this.state.problems.run;
  }

  get hasResults(): boolean {
    return this.state.run !== undefined;
  }

  get whyNot(): string | undefined {
    if (this.whyNotYet) return this.whyNotYet;
    const { a, b } = this.tables.state;
    const { model } = this.page.state;
    if (!model) return undefined;
    const [nameOfA, nameOfB] = [cellName(model.card, "a"), cellName(model.card, "b")];
    if (!a.table && !b.table) return `Add the tables of both cell types, ${nameOfA} and ${nameOfB}.`;
    if (!a.table || !b.table)
      return (
        `Add the table of ${a.table ? nameOfB : nameOfA} too: this model predicts the change from one cell type to ` +
        "the other."
      );
    if (!a.understanding || !b.understanding) return "The tables do not fit the model.";
    const [ofA, ofB] = [this.obstacleOf("a"), this.obstacleOf("b")];
    return ofA ? `A: ${ofA}` : ofB && `B: ${ofB}`;
  }

  /** True if the finished run is of the model, the tables and the preparations that are chosen now. */
  get isCurrent(): boolean {
    const { run } = this.state;
    const { a, b } = this.tables.state;
    const { model } = this.page.state;
    return (
      run !== undefined &&
      identityOf(run.model) === (model && identityOf(model)) &&
      [a, b].every(
        ({ table, understanding, accepted }, i) =>
          understanding !== undefined &&
          run.tables[i] === table &&
          samePreparation(run.preparations[i]!, preparationOf(understanding, accepted)),
      )
    );
  }

  /** Runs the model on both tables, prepared as the user accepted, or as the argument says. */
  async run(prepared?: readonly [Preparation, Preparation]): Promise<void> {
    const { model } = this.page.state;
    const { a, b } = this.tables.state;
    if (!model || !a.table || !b.table || !a.understanding || !b.understanding) return;
    if (!prepared && this.whyNot !== undefined) return;
    const tables = [a.table, b.table] as const;
    const preparations =
      prepared ?? ([preparationOf(a.understanding, a.accepted), preparationOf(b.understanding, b.accepted)] as const);
    const run = await this.do(
      "run",
      `${a.table.file} and ${b.table.file}`,
      (options) => this.page.worker.call("predict", { preparations }, options) as Promise<ChangeRun>,
    );
    if (!run) return;
    const higher = run.foldChange.reduce((sum, value) => sum + (value > 0 ? 1 : 0), 0);
    const part = partIn(tables[0]) ?? partIn(tables[1]);
    this.page.hearDevice(run.device);
    this.page.replaceResults(this);
    this.set({
      ...NO_RUN,
      run: {
        ...run,
        tables,
        offScale: [offScale(a.understanding, preparations[0]), offScale(b.understanding, preparations[1])],
      },
      selected: largestChange(run.foldChange),
      announcement:
        `Done. ${higher} of ${part ? "the " : ""}${run.genes.length} genes ${part ? "here " : ""}are predicted higher in ${briefCell(model.card, "b")}, the ` +
        `others in ${briefCell(model.card, "a")}.` +
        `${part ? ` They are ${partInWords(run.genes.length, part)}.` : ""}`,
    });
    await Promise.all([this.#readWaiting(), this.recallTruth()]);
  }

  /** Looks at a gene of the finished run. */
  selectGene(index: number): void {
    if (this.state.selected !== index) this.set({ selected: index });
  }

  /** Changes what is shown, listed, grouped or perturbed. */
  view(change: Partial<Pick<ChangeState, "gene" | "shown" | "listing" | "threshold" | "perturbation">>): void {
    this.set(change);
  }

  /**
   * Changes the signal of all genes alike, and lists them by how much their predictions move; what comes of it is told
   * of, unless it was known before.
   */
  async changeAll(changes: readonly Change[], isKnown = false): Promise<void> {
    const { run } = this.state;
    if (!run) return;
    const predicted = await this.do("everywhere", run.tables.map(({ file }) => file).join(" and "), (options) =>
      this.page.worker.call("changeAll", { changes }, options),
    );
    if (!predicted || this.state.run !== run) return;
    const everywhere = movedFrom(run.foldChange, changes, predicted);
    if (isKnown) noteKnown(everywhere);
    const [most = 0] = movedMost(everywhere.moved, 1);
    this.set({
      everywhere,
      listing: { ...this.state.listing, sort: { key: "moved", descending: everywhere.moved[most]! > 0 } },
      announcement: `Done. The signal of ${predicted.length} genes was changed.`,
    });
  }

  /** Takes what was predicted of all genes away. */
  forgetChanges(): void {
    this.set({ everywhere: undefined });
  }

  /** Reads measured counts of one cell type in place of those before. Throws where they cannot be read. */
  async readCounts(source: TableRequest, cell: Cell): Promise<void> {
    const measured = await this.page.worker.call("readCounts", { cell, table: source });
    this.#counts[cell] = source;
    this.set({ measured });
  }

  /** Takes tables as all tasks of tables do, and measured counts, which wait for a run. */
  override async open(files: readonly Identified[], cell?: Cell): Promise<readonly Filed[]> {
    const counts = files.filter(({ kind }) => kind === "expression");
    const others = files.filter((each) => !counts.includes(each));
    const filed = others.length > 0 ? [...(await super.open(others, cell))] : [];
    for (const each of counts) filed.push(await this.#openCounts(each, cell));
    return filed;
  }

  /** Measured counts of the cell type that their name tells, else of the first that has none. */
  async #openCounts(each: Identified, wished: Cell | undefined): Promise<Filed> {
    const { model } = this.page.state;
    const cell = wished ?? this.#cellOf(each.name);
    const source = { blob: each.file, file: each.name };
    const what = `measured expression of ${model ? cellName(model.card, cell) : cell.toUpperCase()}`;
    if (!this.hasResults) {
      this.tables.await({ source, cell });
      return waiting(each, `${what}, beside the predictions once they are there`);
    }
    try {
      await this.readCounts(source, cell);
      return used(each, `${what}, beside the predictions`);
    } catch (thrown) {
      if (this.isCurrent) return unused(each, plainOf(thrown).message);
      // It may be of the tables that are there now, and not of those of the run before.
      this.tables.await({ source, cell });
      return waiting(each, `${what}, beside the predictions once they are there`);
    }
  }

  /** The cell type that a file's name tells, else the first of which nothing was measured. */
  #cellOf(name: string): Cell {
    const { model } = this.page.state;
    const taken = this.tables.waiting.map(({ cell }) => cell);
    const free = CELLS.find((cell) => !this.#counts[cell] && !taken.includes(cell));
    return (model && cellInName(model.card, name)) ?? free ?? "a";
  }

  /** Reads the measured counts that came before the run. */
  async #readWaiting(): Promise<void> {
    for (const { source, cell } of this.tables.takeWaiting())
      try {
        await this.readCounts(source, cell ?? this.#cellOf(source.file));
      } catch (thrown) {
        this.page.say([unused({ name: source.file }, plainOf(thrown).message)]);
      }
  }

  /** Where the measured counts of a cell type are from. */
  countsOf(cell: Cell): TableRequest | undefined {
    return this.#counts[cell];
  }

  /** Counts that were given for an earlier run hold for this one too. */
  async recallCounts(): Promise<void> {
    const { run } = this.state;
    const measured = await this.page.worker.call("measured", {});
    if (this.state.run === run) this.set({ measured });
  }

  /** Saves the predictions of all genes. */
  async savePredictions(name: string): Promise<void> {
    try {
      saveFile(name, await this.page.worker.call("predictionsFile", {}));
    } catch (thrown) {
      this.fail("run", thrown);
    }
  }

  protected override async readPlanted(source: TableRequest): Promise<Planted | undefined> {
    const { run } = this.state;
    const planted = await this.page.worker.call("readPlanted", { source });
    return this.state.run === run ? planted : undefined;
  }

  forgetResults(): void {
    this.set(NO_RUN);
  }

  async clear(): Promise<void> {
    this.cancelAll();
    await this.comparing.clear();
    if (this.#counts.a || this.#counts.b) await this.page.worker.call("forgetCounts", {});
    this.#counts = {};
    this.tables.clear();
    this.set({ ...INITIAL, ...NO_RUN, threshold: undefined, shown: undefined });
  }
}

/** The gene that changes most. */
function largestChange(foldChange: Float32Array): number {
  return foldChange.reduce((best, value, i) => (Math.abs(value) > Math.abs(foldChange[best] ?? 0) ? i : best), 0);
}
