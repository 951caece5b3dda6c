/** What the page knows and does of models that say whether genes are on. */

import type { CatalogueModel } from "../../../../pkg/src/index";
import { type Everywhere, movedFrom, movedMost } from "../../explain/everywhere";
import { Explanations } from "../../explain/explanations";
import type { Change } from "../../explain/perturbation";
import type { Preparation } from "../../session/opened";
import { offScale, preparationOf, samePreparation } from "../../session/preparation";
import type { PlainError } from "../../rpc/errors";
import type { Page } from "../../session/page";
import type { Activity } from "../../session/working";
import type { CurrentTable } from "../shared/tables";
import { runName } from "../../session/state";
import { TableTask, type TableTaskState } from "../shared/table-task";
import { type Comparison, compareRuns } from "./compare/comparison";
import { FIRST_LISTING, type Listing } from "./gene-order";
import type { FinishedRun, GeneDetail } from "./result";

/** A finished run, and where its table is from. */
export interface CurrentRun extends FinishedRun {
  readonly table: CurrentTable;
}

/** A run that is kept to be compared. */
export interface KeptRun {
  /** What the worker calls it. */
  readonly id: number;
  /** What it is called in the comparison: "A". */
  readonly letter: string;
  readonly run: CurrentRun;
  /** How the table's values differ from those that its model was trained on, where nobody has seen that yet. */
  readonly deviations: readonly string[];
}

/** The gene that is looked at in the kept runs. */
export interface ComparedGene {
  /** Its position among the shared genes. */
  readonly index: number;
  /** What each kept run has of it, in their order; absent until the worker has answered. */
  readonly details?: readonly GeneDetail[] | undefined;
}

/** What can go on, and where what goes wrong is shown. */
type Part = "run" | "compare" | "everywhere";

/** What is known at one moment. */
export interface OnOffState extends TableTaskState<Part> {
  /** The last finished run. */
  readonly run?: CurrentRun | undefined;
  readonly gene?: GeneDetail | undefined;
  /** What is predicted of all genes, their signal changed alike. */
  readonly everywhere?: Everywhere | undefined;
  /** What the table of genes lists. */
  readonly listing: Listing;
  /** Runs kept to be compared. */
  readonly kept: readonly KeptRun[];
  /** Bytes that they hold in the worker. */
  readonly keptMemory: number;
  /** The last one that was removed, and its place: it can be put back. */
  readonly removed?: { readonly kept: KeptRun; readonly at: number } | undefined;
  /** The kept runs on the genes they share; absent for fewer than two. */
  readonly comparison?: Comparison | undefined;
  readonly comparedGene?: ComparedGene | undefined;
}

export const INITIAL: OnOffState = {
  listing: FIRST_LISTING,
  kept: [],
  keptMemory: 0,
  doing: {},
  problems: {},
  announcement: "",
};

/** What follows a run: without one it is forgotten, by name. */
const NO_RUN = {
  run: undefined,
  gene: undefined,
  selected: undefined,
  perturbation: undefined,
  everywhere: undefined,
} as const;

/** The most runs that are kept: a letter each, and a picture each side by side. */
export const MOST_KEPT = 8;

/** Whether the finished run is kept already. */
export function isKept({ run, kept }: OnOffState): boolean {
  return kept.some((each) => each.run === run);
}

/** Runs models on one table, explains what comes of it, and compares runs. */
export class OnOffWork extends TableTask<Part, OnOffState> {
  readonly task = "on-off";
  /** What explains the finished run. */
  readonly explanations: Explanations;

  constructor(page: Page) {
    super(page, INITIAL);
    this.explanations = new Explanations(page.worker);
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

  /** Whether the finished run is of the model, the table and the preparation that are chosen now. */
  get isCurrent(): boolean {
    const { run } = this.state;
    const { table, understanding, accepted } = this.tables.state.a;
    return (
      run !== undefined &&
      understanding !== undefined &&
      run.model.sha256 === this.page.state.model?.sha256 &&
      run.table === table &&
      samePreparation(run.preparation, preparationOf(understanding, accepted))
    );
  }

  /** Runs the model on the table, which is prepared by what was accepted, or as is said. */
  async run(prepared?: Preparation): Promise<void> {
    const { table, understanding, accepted } = this.tables.state.a;
    if (!table || !understanding || (!prepared && this.whyNot !== undefined)) return;
    const preparation = prepared ?? preparationOf(understanding, accepted);
    const run = await this.do("run", table.file, (options) =>
      this.page.worker.call("predict", { preparation }, options),
    );
    if (!run) return;
    const { topGene, on } = summarise(run.probability);
    this.page.hearDevice(run.device);
    this.page.replaceResults(this);
    this.set({
      ...NO_RUN,
      // The worker's copy of the gene names is equal to ours; ours is kept, so that tables can be told apart by identity.
      run: { ...run, table, offScale: offScale(understanding, preparation) },
      announcement: `Done. ${on} of ${run.probability.length} genes are predicted on.${run.device.kind === "cpu" && run.genesOnGpu > 0 ? ` ${run.device.reason}` : ""}`,
    });
    await this.selectGene(topGene);
  }

  /** Looks at a gene of the finished run. */
  async selectGene(index: number): Promise<void> {
    if (!this.state.run || index === this.state.selected) return;
    this.set({ selected: index });
    try {
      const gene = await this.page.worker.call("gene", { index });
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

  /** Changes the signal of all genes alike, and lists them by how much their predictions move. */
  async changeAll(changes: readonly Change[]): Promise<void> {
    const { run } = this.state;
    if (!run) return;
    const predicted = await this.do("everywhere", run.table.file, (options) =>
      this.page.worker.call("changeAll", { changes }, options),
    );
    if (!predicted || this.state.run !== run) return;
    const everywhere = movedFrom(run.probability, changes, predicted);
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

  /** Keeps the finished run, to compare it with others. */
  async keepRun(): Promise<boolean> {
    const { run } = this.state;
    if (!run || isKept(this.state)) return run !== undefined;
    try {
      const { id, memory } = await this.page.worker.call("keep", {});
      await this.#addKept({ id, run, deviations: [] }, memory);
      return true;
    } catch (thrown) {
      this.fail("compare", thrown);
      return false;
    }
  }

  /** Keeps the finished run, runs another model of the catalogue on its table, and keeps that too. */
  async compareWith(entry: CatalogueModel): Promise<void> {
    const { run, kept } = this.state;
    if (!run || kept.length + (isKept(this.state) ? 1 : 2) > MOST_KEPT || !(await this.keepRun())) return;
    const { request: model, weights } = this.page.fileOf(entry);
    const device = this.page.state.device?.kind ?? "cpu";
    const compared = await this.do("compare", model.file, (options) =>
      this.page.worker.call("compareWith", { model, device }, options),
    );
    if (!compared) return;
    this.page.noteOrigin(compared.run.model, { request: model, id: entry.id, weights });
    // The worker's copy of the table is equal to ours; ours is kept, so that tables can be told apart by identity.
    await this.#addKept(
      { id: compared.id, run: { ...compared.run, table: run.table }, deviations: compared.deviations },
      compared.memory,
    );
  }

  /** Takes a kept run away; it can be put back until another is removed. */
  async removeKept(id: number): Promise<void> {
    await this.forgetRemoved();
    const at = this.state.kept.findIndex((each) => each.id === id);
    const removed = this.state.kept[at];
    if (!removed) return;
    await this.#setKept(
      this.state.kept.filter((each) => each !== removed),
      { removed: { kept: removed, at }, announcement: `Run ${removed.letter} was removed.` },
    );
  }

  /** Puts the run back that was removed last. */
  async undoRemove(): Promise<void> {
    const { removed, kept } = this.state;
    if (!removed) return;
    const { kept: back, at } = removed;
    await this.#setKept([...kept.slice(0, at), back, ...kept.slice(at)], {
      removed: undefined,
      announcement: `Run ${back.letter} is back.`,
    });
  }

  /** Gives back the memory of the run that was removed last. */
  async forgetRemoved(): Promise<void> {
    const { removed } = this.state;
    if (!removed) return;
    this.set({ removed: undefined });
    const { memory } = await this.page.worker.call("release", { id: removed.kept.id });
    this.set({ keptMemory: memory });
  }

  /** Looks at a shared gene in all kept runs. */
  async compareGene(index: number): Promise<void> {
    const { kept, comparison } = this.state;
    if (!comparison || !(index in comparison.genes)) return;
    const comparedGene = { index };
    this.set({ comparedGene });
    try {
      const details = await Promise.all(
        kept.map(({ id }, run) => this.page.worker.call("gene", { index: comparison.positions[run][index], kept: id })),
      );
      // Another gene may have been chosen meanwhile, or a run removed.
      if (this.state.comparedGene === comparedGene && this.state.kept === kept)
        this.set({ comparedGene: { index, details } });
    } catch (thrown) {
      this.fail("compare", thrown);
    }
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

  protected override placeOf(part: Part): Part {
    return part;
  }

  protected override doing(part: Part, activity: Activity | undefined): Partial<OnOffState> {
    return { doing: { ...this.state.doing, [part]: activity } };
  }

  protected override problem(place: Part, problem: PlainError | undefined): Partial<OnOffState> {
    return { problems: { ...this.state.problems, [place]: problem } };
  }

  protected override cancelled(): Partial<OnOffState> {
    return { announcement: "Cancelled." };
  }

  forgetResults(): void {
    this.set(NO_RUN);
  }

  async clear(): Promise<void> {
    this.cancelAll();
    for (const { id } of this.state.kept) await this.removeKept(id);
    await this.forgetRemoved();
    this.tables.clear();
    this.set({ ...INITIAL, ...NO_RUN, comparison: undefined, comparedGene: undefined });
  }

  async #addKept(added: Omit<KeptRun, "letter">, keptMemory: number): Promise<void> {
    const { kept, removed } = this.state;
    const taken = [...kept, ...(removed ? [removed.kept] : [])].map(({ letter }) => letter);
    const letter = [..."ABCDEFGHI"].find((each) => !taken.includes(each)) ?? "?";
    await this.#setKept([...kept, { ...added, letter }], {
      keptMemory,
      announcement: `Run ${letter} is kept: ${runName(added.run)}.`,
    });
  }

  /**
   * Changes which runs are kept, compares them, and looks at the gene that was looked at, or at the one that differs
   * most.
   */
  async #setKept(kept: readonly KeptRun[], change: Partial<OnOffState>): Promise<void> {
    const before = this.state.comparison?.genes[this.state.comparedGene?.index ?? -1];
    const comparison = kept.length > 1 ? compareRuns(kept.map(({ run }): CurrentRun => run)) : undefined;
    this.set({
      ...change,
      kept,
      comparison,
      comparedGene: undefined,
      problems: { ...this.state.problems, compare: undefined },
    });
    if (!comparison) return;
    const same = before === undefined ? -1 : comparison.genes.indexOf(before);
    await this.compareGene(same >= 0 ? same : comparison.difference.indexOf(largest(comparison.difference)));
  }
}

function largest(values: Float32Array): number {
  return values.reduce((most, value) => Math.max(most, value), -Infinity);
}

/** The gene with the highest probability, and how many are predicted on. */
function summarise(probability: Float32Array): { topGene: number; on: number } {
  let topGene = 0;
  let on = 0;
  probability.forEach((value, gene) => {
    if (value > probability[topGene]) topGene = gene;
    if (value >= 0.5) on++;
  });
  return { topGene, on };
}
