/** Runs that are kept, and what comes of comparing them: the same for every task of genes. */

import type { CatalogueModel, Contrast, DeviceReport, WorkOptions } from "../../../../../pkg/src/index";
import type { Share } from "../../../explain/answer-words";
import { contrastOfAll } from "../../../explain/contrasts";
import type { ModelRequest } from "../../../session/opened";
import type { Page } from "../../../session/page";
import { type Activities, AsyncState } from "../../../rpc/async-state";
import type { Letter } from "../../../session/workspace-types";
import type { Outcome } from "../outcome";
import type { GenesRun } from "../result";
import { type Compared, type Comparison, compareRuns, type KeptRun } from "./comparison";
import type { Facet } from "./facet";
import { type ComparedRun, type Kept, LETTERS } from "./keeper";

/** Parts of the comparison that are an outcome's own, by its task; each comes with its elements. */
export const FACETS: { [Name in Outcome["task"]]?: Facet } = {};

/** The gene that is looked at in the kept runs. */
export interface ComparedGene<Detail = unknown> {
  /** Its position among the shared genes. */
  readonly index: number;
  /** Details of it in each kept run, in their order; absent until the worker has answered. */
  readonly details?: readonly Detail[] | undefined;
  /** Contributions of the marks in each kept run, [columns], against `baseline`; absent until they are found. */
  readonly shares?: readonly (readonly Share[])[] | undefined;
}

/** State of a kept run before the page was left. */
export interface KeptAs {
  readonly letter?: string | undefined;
  /** The gene that was looked at in all kept runs. */
  readonly gene?: string | undefined;
  readonly deviations?: readonly string[] | undefined;
}

/** Operations of a task on its runs. */
export interface Keeping<Run, Detail> {
  /** The finished run. */
  finished(): Run | undefined;
  /** Has the worker keep it. */
  keep(): Promise<Kept>;
  /** Runs another model on the data of the finished run, and keeps what comes of it. */
  runAnother(
    request: { readonly model: ModelRequest; readonly device: DeviceReport["kind"] },
    options: WorkOptions,
    finished: Run,
  ): Promise<ComparedRun<Run>>;
  /** Returns the details of one gene in a kept run. */
  detail(index: number, kept: number): Promise<Detail>;
  /** Returns the contributions of the marks of one gene in a kept run, [columns]; `model` is the file of its model. */
  shares(
    request: {
      readonly index: number;
      readonly kept: number;
      readonly baseline: Contrast;
      readonly model: ModelRequest;
    },
    options: WorkOptions,
  ): Promise<readonly Share[]>;
  /** Looks at a gene of the finished run, where it has that. */
  look(gene: string): void;
  /** The gene of the finished run that is looked at. */
  looked(): string | undefined;
  /** Returns the values of a run to compare; `isHigh` tells whether one is called high. */
  compared(run: Run): Compared;
  isHigh(value: number): boolean;
  /** The run for a person. */
  named(run: Run): string;
}

/** A run to compare with, and contributions of the gene that is looked at. */
type Part = "run" | "shares";

/** State at one moment. */
export interface ComparingState<Run = GenesRun, Detail = unknown> extends Activities<Part> {
  readonly kept: readonly KeptRun<Run>[];
  /** Bytes that they hold in the worker. */
  readonly keptMemory: number;
  /** The last one that was removed, and its place: it can be put back. */
  readonly removed?: { readonly kept: KeptRun<Run>; readonly at: number } | undefined;
  /** The kept runs on the genes they share; absent for fewer than two. */
  readonly comparison?: Comparison | undefined;
  readonly comparedGene?: ComparedGene<Detail> | undefined;
}

const INITIAL = { kept: [], keptMemory: 0, doing: {}, problems: {} } as const;

/** The most runs that are kept: a letter each, and a picture each side by side. */
export const MOST_KEPT = 8;

/** Keeps runs and compares them. */
export class Comparing<Run extends GenesRun = GenesRun, Detail = unknown> extends AsyncState<
  Part,
  ComparingState<Run, Detail>
> {
  /** The gene that is to be looked at as soon as there is a comparison. */
  #wished: string | undefined;

  constructor(
    readonly page: Page,
    readonly task: Keeping<Run, Detail>,
  ) {
    super(INITIAL);
  }

  /** The finished run, if it is kept. */
  get keptAs(): KeptRun<Run> | undefined {
    const run = this.task.finished();
    return this.state.kept.find((each) => each.run === run);
  }

  /** Keeps the finished run, to compare it with others; the argument is how it was kept before. */
  async keepRun({ letter, gene, deviations = [] }: KeptAs = {}): Promise<boolean> {
    const run = this.task.finished();
    if (!run || this.keptAs) return run !== undefined;
    this.#wished = gene ?? this.#wished;
    try {
      const { id, memory } = await this.task.keep();
      await this.#add({ id, run, deviations }, memory, letter);
      return true;
    } catch (thrown) {
      this.fail("run", thrown);
      return false;
    }
  }

  /** Keeps the finished run, runs another model of the catalogue on its data, and keeps that too. */
  async compareWith(entry: CatalogueModel): Promise<void> {
    const run = this.task.finished();
    if (!run || this.state.kept.length + (this.keptAs ? 1 : 2) > MOST_KEPT || !(await this.keepRun())) return;
    const { request: model, weights } = this.page.fileOf(entry);
    const device = this.page.state.device?.kind ?? "cpu";
    const compared = await this.do("run", model.file, (options) =>
      this.task.runAnother({ model, device }, options, run),
    );
    if (!compared) return;
    this.page.noteOrigin(compared.run.model, { request: model, id: entry.id, weights });
    await this.#add({ id: compared.id, run: compared.run, deviations: compared.deviations }, compared.memory);
  }

  /** Ends the run to compare with. */
  stop(): void {
    this.cancel("run");
  }

  /** Takes a kept run away; it can be put back until another is removed. */
  async removeKept(id: number): Promise<void> {
    await this.forgetRemoved();
    const at = this.state.kept.findIndex((each) => each.id === id);
    const removed = this.state.kept[at];
    if (!removed) return;
    await this.#set(
      this.state.kept.filter((each) => each !== removed),
      { removed: { kept: removed, at } },
      `Run ${removed.letter} was removed.`,
    );
  }

  /** Puts the run back that was removed last. */
  async undoRemove(): Promise<void> {
    const { removed, kept } = this.state;
    if (!removed) return;
    const { kept: back, at } = removed;
    await this.#set(
      [...kept.slice(0, at), back, ...kept.slice(at)],
      { removed: undefined },
      `Run ${back.letter} is back.`,
    );
  }

  /** Gives back the memory of the run that was removed last. */
  async forgetRemoved(): Promise<void> {
    const { removed } = this.state;
    if (!removed) return;
    this.set({ removed: undefined });
    const { memory } = await this.page.worker.call("release", { id: removed.kept.id });
    this.set({ keptMemory: memory });
  }

  /** Letter and gene of a kept run in a workspace, beside its model and data. */
  stored({ letter }: KeptRun<Run>): { readonly letter: Letter; readonly gene: string | undefined } {
    return { letter: letter as Letter, gene: this.#compared };
  }

  /** The contrast that genes of all kept runs are explained by. */
  get contrast(): Contrast | undefined {
    const [first, ...others] = this.state.kept.map(({ run }) => run.model.card);
    return first && contrastOfAll([first, ...others]);
  }

  /** Place among `genes` of the one that is compared, or else `first`. */
  placeIn(genes: readonly string[], first: number): number {
    const place = genes.indexOf(this.#compared ?? "");
    return place >= 0 ? place : first;
  }

  /** Looks at a shared gene in all kept runs, and in the results beside them. */
  async compareGene(index: number): Promise<void> {
    const gene = this.state.comparison?.genes[index];
    if (gene === undefined) return;
    const looked = this.#look(index);
    this.task.look(gene);
    await looked;
  }

  /** Looks at the gene that the results look at, where all kept runs have it. */
  async follow(gene: string): Promise<void> {
    const index = this.#compared === gene ? -1 : (this.state.comparison?.genes.indexOf(gene) ?? -1);
    if (index >= 0) await this.#look(index);
  }

  /** Finds the contributions of the marks of the gene that is looked at, in each kept run whose model can be opened. */
  async explain(): Promise<void> {
    const { kept, comparison, comparedGene, doing, problems } = this.state;
    const baseline = this.contrast;
    const models = kept.map(({ run }) => this.page.originOf(run.model)?.request);
    const gene = this.#compared;
    if (!comparison || !comparedGene || gene === undefined || !baseline || models.includes(undefined)) return;
    if (comparedGene.shares || problems.shares || doing.shares?.name === gene) return;
    const { index } = comparedGene;
    const shares = await this.do("shares", gene, async (options) => {
      const found: (readonly Share[])[] = [];
      for (const [at, { id, run }] of kept.entries()) {
        if (options.signal?.aborted) return undefined;
        const model = { ...models[at]!, symmetric: run.model.symmetric };
        const of = { kept: id, index: comparison.positions[at]![index]!, baseline, model };
        found.push(await this.task.shares(of, options));
      }
      return found;
    });
    const now = this.state.comparedGene;
    if (shares && now?.index === index && this.state.kept === kept) this.set({ comparedGene: { ...now, shares } });
  }

  get #compared(): string | undefined {
    const { comparison, comparedGene } = this.state;
    return comparison?.genes[comparedGene?.index ?? -1];
  }

  async #look(index: number): Promise<void> {
    const { kept, comparison } = this.state;
    if (!comparison || !(index in comparison.genes)) return;
    this.cancel("shares");
    const comparedGene = { index };
    this.set({ comparedGene, ...this.problem("shares", undefined) });
    try {
      const details = await Promise.all(
        kept.map(({ id }, run) => this.task.detail(comparison.positions[run][index], id)),
      );
      // Another gene may have been chosen meanwhile, or a run removed.
      const now = this.state.comparedGene;
      if (now?.index === index && this.state.kept === kept) this.set({ comparedGene: { ...now, details } });
    } catch (thrown) {
      this.fail("run", thrown);
    }
  }

  /** Forgets all kept runs. */
  async clear(): Promise<void> {
    this.cancelAll();
    for (const { id } of this.state.kept) await this.removeKept(id);
    await this.forgetRemoved();
    this.set({ ...INITIAL, comparison: undefined, comparedGene: undefined });
  }

  protected override cancelled(part: Part): Partial<ComparingState<Run, Detail>> {
    if (part === "run") this.page.announce("Cancelled.");
    return {};
  }

  async #add(added: Omit<KeptRun<Run>, "letter">, keptMemory: number, wished?: string): Promise<void> {
    const { kept, removed } = this.state;
    const taken = [...kept, ...(removed ? [removed.kept] : [])].map(({ letter }) => letter);
    const isFree = (letter: string): boolean => !taken.includes(letter);
    const letter = (wished !== undefined && isFree(wished) ? wished : LETTERS.find(isFree)) ?? "?";
    const said = `Run ${letter} is kept: ${this.task.named(added.run)}.`;
    await this.#set([...kept, { ...added, letter }], { keptMemory }, said);
  }

  /**
   * Changes which runs are kept, compares them, and looks at the gene that was looked at, here or in the results, or at
   * the one that differs most.
   */
  async #set(
    kept: readonly KeptRun<Run>[],
    change: Partial<ComparingState<Run, Detail>>,
    announcement: string,
  ): Promise<void> {
    const { task } = this;
    const before = this.#compared ?? this.#wished ?? task.looked();
    const comparison =
      kept.length > 1
        ? compareRuns(
            kept.map(({ run }) => task.compared(run)),
            (value) => task.isHigh(value),
          )
        : undefined;
    this.set({ ...change, kept, comparison, comparedGene: undefined, ...this.problem("run", undefined) });
    this.page.announce(announcement);
    if (!comparison) return;
    this.#wished = undefined;
    const same = before === undefined ? -1 : comparison.genes.indexOf(before);
    await this.compareGene(same >= 0 ? same : comparison.difference.indexOf(largest(comparison.difference)));
  }
}

function largest(values: Float32Array): number {
  return values.reduce((most, value) => Math.max(most, value), -Infinity);
}
