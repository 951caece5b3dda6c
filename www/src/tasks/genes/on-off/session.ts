/** State and actions of the page for models that say whether genes are on. */

import { Explanations } from "../../../explain/explanations";
import type { Planted } from "../../../explain/result";
import type { Identified } from "../../../session/files";
import { type Filed, unused, used, waiting } from "../../../session/intake";
import type { TableRequest } from "../../../session/opened";
import { plainOf } from "../../../rpc/errors";
import type { Page } from "../../../session/page";
import type { MeasuredValues } from "../../../standalone/format";
import type { Cell } from "../../shared/cells";
import type { CurrentTable } from "../../shared/tables/tables";
import { GenesWork, type GenesState, type Outcome } from "../session";
import { FIRST_LISTING, type Listing } from "./genes/order";
import { type MeasuredGenes, UNKNOWN } from "./measured/measured";
import { isOn } from "./on";
import type { FinishedRun, GeneDetail } from "./result";

/** A finished run, and where its table is from. */
export interface CurrentRun extends FinishedRun {
  readonly tables: readonly [CurrentTable];
}

/** State at one moment. */
export type OnOffState = GenesState<CurrentRun, GeneDetail, Listing, MeasuredGenes>;

const OUTCOME: Outcome<OnOffState> = {
  task: "on-off",
  cells: ["a"],
  initial: { listing: FIRST_LISTING },
  isHigh: isOn,
};

const ONE_MEASURED = "measured expression of one file is shown at a time";

/** Runs models on one table, explains what comes of it, and compares runs. */
export class OnOffWork extends GenesWork<CurrentRun, GeneDetail, OnOffState> {
  /** Explanations of the finished run. */
  readonly explanations: Explanations;
  #expression: TableRequest | undefined;

  constructor(page: Page) {
    super(page, OUTCOME);
    this.explanations = new Explanations(page.worker);
  }

  get whyNot(): string | undefined {
    const { table, understanding } = this.tables.state.a;
    if (this.whyNotYet) return this.whyNotYet;
    if (!table) return "Add a table, or open the example.";
    return understanding ? this.obstacleOf("a") : "The table does not fit the model.";
  }

  protected override foundInWords({ probability }: CurrentRun, the: string, here: string): string {
    const on = probability.reduce((sum, value) => sum + (isOn(value) ? 1 : 0), 0);
    return `${on} of ${the}${probability.length} genes ${here}are predicted on.`;
  }

  protected override remark({ device, genesOnGpu }: CurrentRun): string {
    return device.kind === "cpu" && genesOnGpu > 0 ? ` ${device.reason}` : "";
  }

  protected override async begin({ probability }: CurrentRun): Promise<void> {
    const truth = this.recallTruth();
    const highest = probability.reduce((best, value, gene) => (value > probability[best]! ? gene : best), 0);
    await this.selectGene(highest);
    await this.#readWaiting();
    await truth;
  }

  /** Takes tables as all tasks of tables do, and measured expression, which waits for a run. */
  override async open(files: readonly Identified[], cell?: Cell): Promise<readonly Filed[]> {
    const measured = files.filter(({ kind }) => kind === "expression");
    const others = files.filter((each) => !measured.includes(each));
    const filed = others.length > 0 ? [...(await super.open(others, cell))] : [];
    const [first, ...more] = measured;
    if (first) filed.push(await this.#openExpression(first));
    return [...filed, ...more.map((each) => unused(each, ONE_MEASURED))];
  }

  async #openExpression(each: Identified): Promise<Filed> {
    const source = { blob: each.file, file: each.name };
    try {
      if (this.hasResults) {
        await this.readExpression(source);
        return used(each, "measured expression, beside the predictions");
      }
    } catch (thrown) {
      // It may be of the table that is there now, and not of that of the run before.
      if (this.isCurrent) return unused(each, plainOf(thrown).message);
    }
    this.tables.await({ source });
    return waiting(each, "measured expression, beside the predictions once they are there");
  }

  /** Reads measured expression of the run’s genes in place of that before. Throws where it cannot be read. */
  async readExpression(source: TableRequest): Promise<void> {
    const { run } = this.state;
    if (!run) return;
    const measured = await this.page.worker.call("readExpression", { source });
    if (this.state.run !== run) return;
    this.#expression = source;
    this.set({
      measured,
      announcement: `${source.file} was read: expression of ${measured.known.length} of ${measured.values.length} genes.`,
    });
  }

  /** Takes measured expression that is known by gene. */
  async takeExpression({ file, median, values, labels = [] }: MeasuredValues): Promise<void> {
    const { run } = this.state;
    if (!run || values.length !== run.genes.length || labels.length !== values.length) return;
    const measured = await this.page.worker.call("compareExpression", {
      ...{ file, median },
      values: Float32Array.from(values, (value) => value ?? NaN),
      labels: Uint8Array.from(labels, (label) => label ?? UNKNOWN),
    });
    if (this.state.run === run) this.set({ measured });
  }

  /** Reads what came before the run, the latest of it, or else what was given for the run before. */
  async #readWaiting(): Promise<void> {
    const came = this.tables.takeWaiting().map(({ source }) => source);
    const source = came.pop() ?? this.#expression;
    if (!source) return;
    this.#expression = undefined;
    const left = came.map(({ file }) => unused({ name: file }, ONE_MEASURED));
    try {
      await this.readExpression(source);
    } catch (thrown) {
      left.push(unused({ name: source.file }, plainOf(thrown).message));
    }
    if (left.length > 0) this.page.say(left);
  }

  /** Where the measured expression is from. */
  get expression(): TableRequest | undefined {
    return this.#expression;
  }

  /** Takes measured expression away. */
  forgetExpression(): void {
    this.#expression = undefined;
    this.set({ measured: undefined });
  }

  /** Looks at a gene of the finished run. */
  async selectGene(index: number): Promise<void> {
    if (!this.state.run || index === this.state.selected) return;
    this.set({ selected: index });
    try {
      const gene = (await this.page.worker.call("gene", { index })) as GeneDetail;
      // Another gene may have been chosen meanwhile.
      if (this.state.selected === index) this.set({ gene });
    } catch (thrown) {
      this.fail("run", thrown);
    }
  }

  protected override async readPlanted(source: TableRequest): Promise<Planted | undefined> {
    const planted = await super.readPlanted(source);
    if (planted) this.explanations.testAgain(this.state.run!);
    return planted;
  }

  override async clear(): Promise<void> {
    this.#expression = undefined;
    await super.clear();
  }
}
