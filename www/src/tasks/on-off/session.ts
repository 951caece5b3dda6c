/** State and actions of the page for models that say whether genes are on. */

import { type Everywhere, movedFrom, movedMost } from "../../explain/everywhere/everywhere";
import { Explanations } from "../../explain/explanations";
import type { Change } from "../../explain/perturbation";
import { SetExplanations } from "../../explain/set/explanations";
import type { Planted } from "../../explain/result";
import type { Identified } from "../../session/files";
import { type Filed, unused, used, waiting } from "../../session/intake";
import type { Preparation, TableRequest } from "../../session/opened";
import { offScale, preparationOf, samePreparation } from "../../session/preparation";
import { type PlainError, plainOf } from "../../rpc/errors";
import type { Page } from "../../session/page";
import type { MeasuredValues } from "../../standalone/format";
import type { Activity } from "../../session/working";
import { noteKnown } from "../../ui/unseen";
import type { Cell } from "../shared/cells";
import { partIn, partInWords } from "../shared/tables/part";
import type { CurrentTable } from "../shared/tables/tables";
import { runName } from "../genes/result";
import { TableTask, type TableTaskState } from "../shared/tables/task";
import { Comparing } from "../shared/compare/comparing";
import { FIRST_LISTING, type Listing } from "./genes/order";
import { type MeasuredGenes, UNKNOWN } from "./measured/measured";
import { isOn } from "./on";
import type { FinishedRun, GeneDetail } from "./result";

/** A finished run, and where its table is from. */
export interface CurrentRun extends FinishedRun {
  readonly tables: readonly [CurrentTable];
}

/** Activities that can go on, and the places where their errors are shown. */
type Part = "run" | "everywhere";

/** State at one moment. */
export interface OnOffState extends TableTaskState<Part> {
  /** The last finished run. */
  readonly run?: CurrentRun | undefined;
  readonly gene?: GeneDetail | undefined;
  /** Predictions of all genes, with their signal changed alike. */
  readonly everywhere?: Everywhere | undefined;
  /** Measured expression of the genes of the run. */
  readonly measured?: MeasuredGenes | undefined;
  /** Sort order, filter and search of the table of genes. */
  readonly listing: Listing;
}

export const INITIAL: OnOffState = {
  listing: FIRST_LISTING,
  doing: {},
  problems: {},
  announcement: "",
};

const ONE_MEASURED = "measured expression of one file is shown at a time";

/** Fields that follow from a run: without one they are forgotten, by name. */
const NO_RUN = {
  run: undefined,
  gene: undefined,
  selected: undefined,
  measured: undefined,
  planted: undefined,
  perturbation: undefined,
  everywhere: undefined,
} as const;

/** Runs models on one table, explains what comes of it, and compares runs. */
export class OnOffWork extends TableTask<Part, OnOffState> {
  readonly task = "on-off";
  /** Explanations of the finished run. */
  readonly explanations: Explanations;
  /** Explanations of all its genes. */
  readonly setExplanations: SetExplanations;
  readonly comparing: Comparing<CurrentRun, GeneDetail>;
  #expression: TableRequest | undefined;

  constructor(page: Page) {
    super(page, INITIAL);
    this.explanations = new Explanations(page.worker);
    const { worker } = page;
    this.setExplanations = new SetExplanations({
      deletion: (request, options) => worker.call("testDeletion", request, options),
      means: (request, options) => worker.call("explainSet", request, options),
    });
    this.comparing = new Comparing<CurrentRun, GeneDetail>(page, {
      finished: () => this.state.run,
      keep: () => worker.call("keep", {}),
      // The worker's copy of the table is equal to ours; ours is kept, so that tables can be told apart by identity.
      runAnother: async (request, options, { tables }) => {
        const { run, ...compared } = await worker.call("compareWith", request, options);
        return { ...compared, run: { ...(run as FinishedRun), tables } };
      },
      detail: (index, kept) => worker.call("gene", { index, kept }) as Promise<GeneDetail>,
      compared: ({ genes, probability }) => ({ genes, values: probability }),
      isHigh: isOn,
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
    const { table, understanding } = this.tables.state.a;
    if (this.whyNotYet) return this.whyNotYet;
    if (!table) return "Add a table, or open the example.";
    return understanding ? this.obstacleOf("a") : "The table does not fit the model.";
  }

  /** True if the finished run is of the model, the table and the preparation that are chosen now. */
  get isCurrent(): boolean {
    const { run } = this.state;
    const { table, understanding, accepted } = this.tables.state.a;
    return (
      run !== undefined &&
      understanding !== undefined &&
      run.model.sha256 === this.page.state.model?.sha256 &&
      run.tables[0] === table &&
      samePreparation(run.preparations[0], preparationOf(understanding, accepted))
    );
  }

  /** Runs the model on the table, prepared as the user accepted, or as the argument says. */
  async run(prepared?: Preparation): Promise<void> {
    const { table, understanding, accepted } = this.tables.state.a;
    if (!table || !understanding || (!prepared && this.whyNot !== undefined)) return;
    const preparation = prepared ?? preparationOf(understanding, accepted);
    const run = await this.do(
      "run",
      table.file,
      (options) => this.page.worker.call("predict", { preparations: [preparation] }, options) as Promise<FinishedRun>,
    );
    if (!run) return;
    const { topGene, on } = summarise(run.probability);
    const part = partIn(table);
    this.page.hearDevice(run.device);
    this.page.replaceResults(this);
    this.set({
      ...NO_RUN,
      // The worker's copy of the gene names is equal to ours; ours is kept, so that tables can be told apart by
      // identity.
      run: { ...run, tables: [table], genes: table.genes, offScale: [offScale(understanding, preparation)] },
      announcement:
        `Done. ${on} of ${part ? "the " : ""}${run.probability.length} genes ${part ? "here " : ""}are predicted ` +
        `on.${part ? ` They are ${partInWords(run.probability.length, part)}.` : ""}${run.device.kind === "cpu" && run.genesOnGpu > 0 ? ` ${run.device.reason}` : ""}`,
    });
    const truth = this.recallTruth();
    await this.selectGene(topGene);
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

  /** Changes what is listed or perturbed. */
  view(change: Partial<Pick<OnOffState, "listing" | "perturbation">>): void {
    this.set(change);
  }

  /**
   * Changes the signal of all genes alike, and lists them by how much their predictions move; what comes of it is told
   * of, unless it was known before.
   */
  async changeAll(changes: readonly Change[], isKnown = false): Promise<void> {
    const { run } = this.state;
    if (!run) return;
    const predicted = await this.do("everywhere", run.tables[0].file, (options) =>
      this.page.worker.call("changeAll", { changes }, options),
    );
    if (!predicted || this.state.run !== run) return;
    const everywhere = movedFrom(run.probability, changes, predicted);
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

  /** The predictions of the finished run as a file; undefined where that failed, which is then shown. */
  async predictionsFile(): Promise<Blob | undefined> {
    try {
      return await this.page.worker.call("predictionsFile", {});
    } catch (thrown) {
      this.fail("run", thrown);
      return undefined;
    }
  }

  protected override async readPlanted(source: TableRequest): Promise<Planted | undefined> {
    const { run } = this.state;
    const planted = await this.page.worker.call("readPlanted", { source });
    if (!run || this.state.run !== run) return undefined;
    void this.explanations.explainAgain(run);
    return planted;
  }

  forgetResults(): void {
    this.set(NO_RUN);
  }

  async clear(): Promise<void> {
    this.cancelAll();
    await this.comparing.clear();
    this.#expression = undefined;
    this.tables.clear();
    this.set({ ...INITIAL, ...NO_RUN });
  }
}

/** The gene with the highest probability, and how many are predicted on. */
function summarise(probability: Float32Array): { topGene: number; on: number } {
  let topGene = 0;
  let on = 0;
  probability.forEach((value, gene) => {
    if (value > probability[topGene]) topGene = gene;
    if (isOn(value)) on++;
  });
  return { topGene, on };
}
