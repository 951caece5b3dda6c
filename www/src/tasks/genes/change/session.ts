/** State and actions of the page for models that predict the change between two cell types. */

import { SetChecks } from "../../../explain/set/checks";
import type { Identified } from "../../../session/files";
import { type Filed, unused, used, waiting } from "../../../session/intake";
import type { TableRequest } from "../../../session/opened";
import { plainOf } from "../../../rpc/errors";
import type { Page } from "../../../session/page";
import { type Cell, cellInName, cellName, CELLS, pairNames } from "../../shared/cells";
import { GenesWork, type GenesState, type Outcome } from "../session";
import type { CurrentTable } from "../../shared/tables/tables";
import { type ChangeListing, FIRST_CHANGES } from "./genes/order";
import type { ChangedGene, ChangeRun, Measured } from "./result";
import type { Shown } from "./genes/shown";

/** A finished run, and where its tables are from. */
export interface CurrentChange extends ChangeRun {
  readonly tables: readonly [CurrentTable, CurrentTable];
}

/** State at one moment. */
export interface ChangeState extends GenesState<CurrentChange, ChangedGene, ChangeListing, Measured> {
  /** The choice of what is shown along a gene. */
  readonly shown?: Shown | undefined;
  /**
   * |log2 fold change| above which genes are grouped by direction; where none is chosen, that of the tenth that changes
   * most.
   */
  readonly threshold?: number | undefined;
}

/** As in figure 5 of Sekhon et al. 2018. */
export const PUBLISHED_THRESHOLD = 8;

const OUTCOME: Outcome<ChangeState> = {
  task: "change",
  cells: CELLS,
  initial: { listing: FIRST_CHANGES, threshold: undefined, shown: undefined },
  isHigh: (foldChange) => foldChange > 0,
};

/** Runs models on two tables. */
export class ChangeWork extends GenesWork<CurrentChange, ChangedGene, ChangeState> {
  /** Checks of the explanations of its classes, and against tracks that the model does not see. */
  readonly checks: SetChecks;
  #counts: Partial<Record<Cell, TableRequest>> = {};

  constructor(page: Page) {
    super(page, OUTCOME);
    const { worker } = page;
    this.checks = new SetChecks({
      optimise: (settings, options) => worker.call("optimiseClasses", settings, options),
      readSecond: (table, options) => worker.call("readHeldOut", { table }, options),
      holdOut: (request, options) => worker.call("holdOut", request, options),
    });
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

  protected override foundInWords({ model, tables, foldChange }: CurrentChange, the: string, here: string): string {
    const higher = foldChange.reduce((sum, value) => sum + (value > 0 ? 1 : 0), 0);
    const [a, b] = pairNames(model.card, [tables[0].file, tables[1].file]);
    return `${higher} of ${the}${foldChange.length} genes ${here}are predicted higher in ${b}, the others in ${a}.`;
  }

  protected override async begin({ foldChange }: CurrentChange): Promise<void> {
    this.selectGene(largestChange(foldChange));
    await Promise.all([this.#readWaiting(), this.recallTruth()]);
  }

  /** Looks at a gene of the finished run. */
  selectGene(index: number): void {
    if (this.state.selected !== index) this.set({ selected: index });
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

  override async clear(): Promise<void> {
    if (this.#counts.a || this.#counts.b) await this.page.worker.call("forgetCounts", {});
    this.#counts = {};
    await super.clear();
  }
}

/** The gene that changes most. */
function largestChange(foldChange: Float32Array): number {
  return foldChange.reduce((best, value, i) => (Math.abs(value) > Math.abs(foldChange[best] ?? 0) ? i : best), 0);
}
