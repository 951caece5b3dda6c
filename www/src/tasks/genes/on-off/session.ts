/** State and actions of the page for models that say whether genes are on. */

import type { Compared } from "../../../explain/contrasts";
import { contributionsDrawing } from "../../../explain/drawings";
import { Explanations, type Shown } from "../../../explain/explanations";
import type { Drawing } from "../../../ui/drawing";
import type { Planted } from "../../../explain/result";
import { isCancelled, plainOf } from "../../../rpc/errors";
import { identityOf } from "../../../session/identity";
import type { Identified } from "../../../session/files";
import { type Filed, unread, used } from "../../../session/intake";
import type { Preparation, TableRequest } from "../../../session/opened";
import type { Page } from "../../../session/page";
import type { CatalogueExample } from "../../../../../pkg/src/index";
import type { MeasuredValues } from "../../../standalone/format";
import type { Along } from "../outcome";
import { counted } from "../../../ui/words";
import type { Cell } from "../../shared/cells";
import type { CurrentTable } from "../../shared/tables/tables";
import { alikeOf } from "../samples/alike";
import type { Sample, SampleOutcome, Samples } from "../samples/session";
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
  /** Samples beside each other; absent until several tables are given. */
  samples: Samples | undefined;

  constructor(page: Page) {
    super(page, ON_OFF);
    this.explanations = new Explanations(page.worker);
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

  /** Takes several tables as samples, and one where there are samples already. */
  override async open(files: readonly Identified[], cell?: Cell): Promise<readonly Filed[]> {
    const tables = files.filter(({ kind }) => kind === "table");
    if (cell !== undefined || (tables.length < 2 && !this.joins(files))) return super.open(files, cell);
    const samples = (this.samples ??= await this.#newSamples());
    const filed: Filed[] = [];
    const before = samples.state.samples;
    for (const each of tables) {
      if (before.some(({ source }) => "blob" in source && source.blob === each.file)) {
        filed.push(used(each, "a sample, as before"));
        continue;
      }
      // The first that can be read is the one whose genes are looked at; the others are read when it is their turn.
      const isFirst = samples.state.samples.every(({ problem }) => problem);
      const isRead = !isFirst || (await this.tables.readOwn(each.file, each.name));
      const table = isFirst && isRead ? this.tables.state.a.table : undefined;
      const source = (table && this.tables.sourceOf(table)) ?? { blob: each.file, file: each.name };
      const problem = isRead ? undefined : this.tables.state.problems.a;
      // A file of the same name that comes later is the same sample, corrected.
      samples.add(
        { source, problem },
        before.find((sample) => sample.source.file === each.name),
      );
      if (!isRead) this.tables.dismiss("a");
      filed.push(isRead ? used(each, "a sample, predicted by itself") : unread(each));
    }
    const others = files.filter((each) => !tables.includes(each));
    return [...filed, ...(others.length > 0 ? await super.open(others) : [])];
  }

  async #newSamples(): Promise<Samples> {
    const { Samples } = await import("../samples/session");
    return new Samples((samples) => this.set({ samples }));
  }

  /** Takes a sample away; without two there are none. */
  removeSample(source: TableRequest): void {
    this.samples?.remove(source);
    if (this.samples && this.samples.state.samples.length < 2) this.forgetSamples();
  }

  /** Takes all samples away, but for the table that is looked at. */
  forgetSamples(): void {
    this.samples = undefined;
    this.set({ samples: undefined });
  }

  /** Runs the model on its table, and then on each other sample, prepared alike. */
  override async run(prepared?: readonly Preparation[]): Promise<void> {
    const { samples } = this;
    const before = this.state.run;
    await super.run(prepared);
    const { run } = this.state;
    const { understanding, accepted } = this.tables.state.a;
    if (!samples || prepared || !run || run === before || !understanding || !super.isCurrent) return;
    const alike = alikeOf(understanding, accepted);
    samples.begin(JSON.stringify([identityOf(run.model), alike]));
    this.#takeRun(samples);
    await samples.predict((table, name) =>
      this.do("run", name, async (options): Promise<SampleOutcome> => {
        try {
          return await this.page.worker.call("predictSample", { table, alike }, options);
        } catch (thrown) {
          // One that cannot be read is told of at the samples, and ends nothing.
          if (isCancelled(thrown)) throw thrown;
          return { problem: plainOf(thrown) };
        }
      }),
    );
  }

  /** The run's numbers are those of its sample. */
  #takeRun(samples: Samples): void {
    const { run } = this.state;
    if (run) samples.take(this.tables.sourceOf(run.tables[0]), run, this.tables.state.a.accepted);
  }

  /** Looks at a gene in a sample: its table is read again where another one is open. */
  async openSample({ source, accepted }: Pick<Sample, "source" | "accepted">, gene?: string): Promise<void> {
    const { samples } = this;
    const { run } = this.state;
    if (!run || this.tables.sourceOf(run.tables[0]) !== source) {
      if (!(await this.tables.read(source, undefined, "a"))) return;
      this.tables.accept(accepted);
      await super.run();
      if (samples && super.isCurrent) this.#takeRun(samples);
    }
    const at = gene === undefined ? -1 : (this.state.run?.genes.indexOf(gene) ?? -1);
    if (at >= 0) await this.selectGene(at);
  }

  protected override extent(table: CurrentTable): string {
    const { samples } = this.state;
    return samples ? counted(samples.samples.length, "sample") : super.extent(table);
  }

  override get given(): string {
    const { samples } = this.state;
    return samples ? `${counted(samples.samples.length, "sample")}: ${samples.names.join(", ")}` : super.given;
  }

  /** True if there are samples, and some of the files are tables of others: these join them. */
  joins(files: readonly Identified[]): boolean {
    const known = this.samples?.state.samples.map(({ source }) => "blob" in source && source.blob);
    return known !== undefined && files.some(({ kind, file }) => kind === "table" && !known.includes(file));
  }

  override get isCurrent(): boolean {
    return super.isCurrent && (this.samples?.isWhole ?? true);
  }

  override async tryExample(example: CatalogueExample): Promise<void> {
    this.forgetSamples();
    await super.tryExample(example);
  }

  override async clear(): Promise<void> {
    this.forgetSamples();
    await super.clear();
  }

  protected override set(change: Partial<OnOffState>): void {
    super.set(change);
    if ("run" in change || "measured" in change) void this.#compareWithLabels();
  }

  /** Compares the probabilities with what was measured, or else with labels; a chosen part tells nothing of a run. */
  async #compareWithLabels(): Promise<void> {
    const { run, measured } = this.state;
    const isLabelled = run && (measured ?? run.tables[0].labels) && together(run).part === undefined;
    if (!isLabelled) return super.set({ reliability: undefined });
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
