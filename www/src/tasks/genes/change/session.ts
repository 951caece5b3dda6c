/** State and actions of the page for models that predict the change between two cell types. */

import type { TableRequest } from "../../../session/opened";
import type { Page } from "../../../session/page";
import { type Cell, cellName, CELLS } from "../../shared/cells";
import { decimal } from "../../../standalone/data";
import type { MeasuredValues } from "../../../standalone/format";
import type { Along } from "../outcome";
import { GenesWork } from "../session";
import type { GenesStored } from "../saved/stored";
import { SHOWN, shownOf } from "../order";
import { CHANGE, type ChangeState, type CurrentChange } from "./outcome";
import { cellNamesOf, type ChangedGene } from "../result";

/** Runs models on two tables. */
export class ChangeWork extends GenesWork<CurrentChange, ChangedGene, ChangeState> {
  constructor(page: Page) {
    super(page, CHANGE);
  }

  get along(): Along {
    const { run, shown } = this.state;
    return run ? shownOf(run, shown) : "alpha";
  }

  showAlong(along: Along): void {
    const shown = SHOWN.find((each) => each === along);
    if (shown) this.view({ shown });
  }

  get chosen(): Partial<GenesStored> {
    const { shown, threshold } = this.state;
    return { shown, threshold };
  }

  choose(stored: GenesStored): void {
    if (stored.kind === "changes") this.view({ shown: stored.shown, threshold: stored.threshold });
  }

  override async takeMeasured({ of, file, values }: MeasuredValues): Promise<void> {
    if (of === "expression") return;
    const cell = (gene: string): string => (/[,\t"]/.test(gene) ? `"${gene.replaceAll('"', '""')}"` : gene);
    const { genes = [] } = this.state.run ?? {};
    const rows = genes.flatMap((gene, i) => (values[i] == null ? [] : [`${cell(gene)},${decimal(values[i])}\n`]));
    // Counts of genes as the file that they were read from had them.
    const blob = new Blob(["gene,count\n", ...rows]);
    await this.readMeasured({ blob, file }, of === "counts-a" ? "a" : "b");
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
    const [a, b] = cellNamesOf({ model, tables });
    return `${higher} of ${the}${foldChange.length} genes ${here}are predicted higher in ${b}, the others in ${a}.`;
  }

  protected override async begin({ genes, foldChange }: CurrentChange): Promise<void> {
    void this.selectGene(this.comparing.placeIn(genes, largestChange(foldChange)));
    await Promise.all([this.readWaiting(), this.recallTruth()]);
  }

  protected override async measure(table: TableRequest, cell: Cell): Promise<void> {
    this.set({ measured: await this.page.worker.call("readCounts", { cell, table }) });
  }

  /** Counts that were given for an earlier run hold for this one too. */
  async recallCounts(): Promise<void> {
    const { run } = this.state;
    const measured = await this.page.worker.call("measured", {});
    if (this.state.run === run) this.set({ measured });
  }

  override async clear(): Promise<void> {
    if (CELLS.some((cell) => this.measuredFrom(cell))) await this.page.worker.call("forgetCounts", {});
    await super.clear();
  }
}

/** The gene that changes most. */
function largestChange(foldChange: Float32Array): number {
  return foldChange.reduce((best, value, i) => (Math.abs(value) > Math.abs(foldChange[best] ?? 0) ? i : best), 0);
}
