/** State and actions of the page for models that say whether genes are on. */

import type { Compared } from "../../../explain/contrasts";
import { contributionsDrawing } from "../../../explain/drawings";
import { Explanations, type Shown } from "../../../explain/explanations";
import type { Drawing } from "../../../ui/drawing";
import type { Planted } from "../../../explain/result";
import { plainOf } from "../../../rpc/errors";
import type { TableRequest } from "../../../session/opened";
import type { Page } from "../../../session/page";
import type { MeasuredValues } from "../../../standalone/format";
import type { Along } from "../outcome";
import { GenesWork } from "../session";
import type { GenesStored } from "../saved/stored";
import { UNKNOWN } from "./measured/measured";
import { together } from "../together";
import { isOn } from "./on";
import { type CurrentRun, ON_OFF, type OnOffState } from "./outcome";
import type { GeneDetail } from "../result";

/** Runs models on one table, explains what comes of it, and compares runs. */
export class OnOffWork extends GenesWork<CurrentRun, GeneDetail, OnOffState> {
  /** Explanations of the finished run. */
  readonly explanations: Explanations;

  constructor(page: Page) {
    super(page, ON_OFF);
    this.explanations = new Explanations(page.worker, this.checks);
  }

  get along(): Along {
    return this.explanations.state.shown;
  }

  override get contrast(): Compared | undefined {
    return this.explanations.state.gene?.contributions.baseline;
  }

  override get picture(): Drawing | undefined {
    const { run, gene } = this.state;
    const { shown, gene: explained } = this.explanations.state;
    return run && gene && shown === "integrated-gradients" && explained?.index === gene.index
      ? contributionsDrawing(run, gene, explained, this.tables.state.symbols)
      : super.picture;
  }

  showAlong(shown: Along): void {
    const known = ON_OFF.explanations.includes(shown);
    if (known) this.explanations.show(shown as Shown);
  }

  get chosen(): Partial<GenesStored> {
    return { shown: this.explanations.state.shown };
  }

  choose(stored: GenesStored): void {
    if (stored.kind === "genes") this.explanations.show(stored.shown);
  }

  get whyNot(): string | undefined {
    const { table, understanding } = this.tables.state.a;
    if (this.whyNotYet) return this.whyNotYet;
    if (!table) return "Add a table, or open the example.";
    return understanding ? this.obstacleOf("a") : "The table does not fit the model.";
  }

  override set(change: Partial<OnOffState>): void {
    const isOther = "run" in change || "measured" in change;
    // Until the answer comes, that of other labels or another run would stand beside this one.
    super.set(isOther ? { ...change, reliability: undefined } : change);
    if (isOther) void this.#compareWithLabels();
  }

  /** Compares the probabilities with what was measured, or else with labels; a chosen part tells nothing of a run. */
  async #compareWithLabels(): Promise<void> {
    const { run, measured } = this.state;
    const isLabelled = run && (measured ?? run.tables[0].labels) && together(run).part === undefined;
    if (!isLabelled) return;
    const reliability = await this.page.worker.call("reliability", { labels: measured?.labels }).then(
      (found) => found && { found },
      (thrown: unknown) => ({ unknown: plainOf(thrown).message }),
    );
    if (this.state.run === run && this.state.measured === measured) super.set({ reliability });
  }

  protected override foundInWords({ probability }: CurrentRun, the: string, here: string): string {
    const on = probability.reduce((sum, value) => sum + (isOn(value) ? 1 : 0), 0);
    return `${on} of ${the}${probability.length} genes ${here}are predicted on.`;
  }

  protected override remark({ device, genesOnGpu }: CurrentRun): string {
    return device.kind === "cpu" && genesOnGpu > 0 ? ` ${device.reason}` : "";
  }

  protected override async begin({ genes, probability }: CurrentRun): Promise<void> {
    const truth = this.recallTruth();
    const highest = probability.reduce((best, value, gene) => (value > probability[best]! ? gene : best), 0);
    await this.selectGene(this.comparing.placeIn(genes, highest));
    await this.readWaiting();
    await truth;
  }

  protected override async measure(source: TableRequest): Promise<void> {
    const { run } = this.state;
    const measured = await this.page.worker.call("readExpression", { source });
    if (this.state.run !== run) return;
    this.set({
      measured,
      announcement: `${source.file} was read: expression of ${measured.known.length} of ${measured.values.length} genes.`,
    });
  }

  /** Takes measured expression that is known by gene. */
  override async takeMeasured({ of, file, median, values, labels = [] }: MeasuredValues): Promise<void> {
    const { run } = this.state;
    if (of !== "expression" || !run || values.length !== run.genes.length || labels.length !== values.length) return;
    const measured = await this.page.worker.call("compareExpression", {
      ...{ file, median },
      values: Float32Array.from(values, (value) => value ?? NaN),
      labels: Uint8Array.from(labels, (label) => label ?? UNKNOWN),
    });
    if (this.state.run === run) this.set({ measured });
  }

  protected override async readPlanted(source: TableRequest): Promise<Planted | undefined> {
    const planted = await super.readPlanted(source);
    if (planted) void this.explanations.explainAgain(this.state.run!);
    return planted;
  }
}
