/** Parts that tasks share whose models read tables of genes. */

import type { Task } from "../../../../../pkg/src/card";
import type { CatalogueExample } from "../../../../../pkg/src/index";
import { type PlainError, plainOf } from "../../../rpc/errors";
import type { FileKind, Identified } from "../../../session/files";
import { type Filed, unused, used, waiting } from "../../../session/intake";
import { identityOf } from "../../../session/identity";
import type { OpenedModel, TableRequest } from "../../../session/opened";
import { obstacle } from "../../../session/preparation";
import type { Page } from "../../../session/page";
import { type CurrentModel, whyNotYet } from "../../../session/state";
import { type Activity, Working } from "../../../session/working";
import type { Change } from "../../../explain/perturbation";
import type { Planted } from "../../../explain/result";
import type { Cell } from "../cells";
import type { Comparing, ComparingState } from "../compare/comparing";
import { type Tables, tablesOf } from "./tables";

/** Changes of one gene's signal, as far as they were made. */
export interface Perturbation {
  readonly gene: string;
  /** The model that predicts what comes of them: its file and its form. */
  readonly sha256: string;
  readonly changes: readonly Change[];
}

/** State of a run on tables at one moment. */
export interface TableTaskState<Part extends string> {
  /** The gene that is looked at, by its position in the run. */
  readonly selected?: number | undefined;
  readonly perturbation?: Perturbation | undefined;
  /** File of what was planted in the genes of the run, and the number of genes for which it is known. */
  readonly planted?: Planted | undefined;
  readonly doing: { readonly [Name in Part]?: Activity | undefined };
  readonly problems: { readonly [Name in Part]?: PlainError | undefined };
  readonly announcement: string;
}

/** State and actions of the bar that runs a model on tables. */
export interface Runnable {
  readonly page: Page;
  readonly running: Activity | undefined;
  readonly problem: PlainError | undefined;
  readonly whyNot: string | undefined;
  readonly isCurrent: boolean;
  /** True if there are results, and tables on which they could be renewed. */
  readonly hasResults: boolean;
  /** Data for the run: " on 100 genes". */
  readonly on: string;
  /** "this table" */
  readonly these: string;
  /** Model and tables of the results, where they are not those chosen now. */
  readonly before: string;
  readonly run: () => void;
  readonly cancel: () => void;
  readonly dismiss: () => void;
}

/** A task that reads tables. */
export abstract class TableTask<Part extends string, Own extends TableTaskState<Part>> extends Working<
  Part,
  Part,
  Own
> {
  abstract readonly task: Task;
  readonly reads: FileKind = "table";
  readonly tables: Tables;
  /** Runs that are kept to be compared. */
  abstract readonly comparing: Pick<Comparing, "subscribe"> & { readonly state: Pick<ComparingState, "kept"> };

  constructor(
    readonly page: Page,
    initial: Own,
  ) {
    super(initial);
    this.tables = tablesOf(page);
  }

  /** Calls `listener` when the tables or the kept runs change, too. */
  override subscribe(listener: (state: Own) => void): () => void {
    const others = [this.tables, this.comparing];
    const ends = [super.subscribe(listener), ...others.map((each) => each.subscribe(() => listener(this.state)))];
    return () => ends.forEach((end) => end());
  }

  protected override set(change: Partial<Own>): void {
    super.set(change);
    if (change.announcement) this.page.announce(change.announcement);
  }

  /** Reading or run that is going on. */
  get activity(): Activity | undefined {
    const { a, b } = this.tables.state.doing;
    return a ?? b ?? this.running;
  }

  /** Error of the reading or run. */
  get failure(): PlainError | undefined {
    const { a, b } = this.tables.state.problems;
    return a ?? b ?? this.notRun;
  }

  protected override placeOf(part: Part): Part {
    return part;
  }

  protected override doing(part: Part, activity: Activity | undefined): Partial<Own> {
    return this.#with({ doing: { ...this.state.doing, [part]: activity } });
  }

  protected override problem(place: Part, problem: PlainError | undefined): Partial<Own> {
    return this.#with({ problems: { ...this.state.problems, [place]: problem } });
  }

  protected override cancelled(): Partial<Own> {
    return this.#with({ announcement: "Cancelled." });
  }

  /** A change of what all tasks of tables have, as one of a task's own state. */
  #with(change: Partial<TableTaskState<Part>>): Partial<Own> {
    return change as Partial<Own>;
  }

  /** Activity of the run alone; `notRun` is its error. */
  protected abstract get running(): Activity | undefined;
  protected abstract get notRun(): PlainError | undefined;

  get isRunning(): boolean {
    return this.running !== undefined;
  }

  get isBusy(): boolean {
    return this.isRunning;
  }

  get hasData(): boolean {
    const { a, b } = this.tables.state;
    return a.table !== undefined || b.table !== undefined || this.comparing.state.kept.length > 0;
  }

  get given(): string {
    const { a, b } = this.tables.state;
    return [a, b].flatMap(({ table }) => (table ? [table.file] : [])).join(", ");
  }

  get isAsking(): boolean {
    const { doing, preparing } = this.tables.state;
    return [doing.a, doing.b, preparing, this.failure].some((each) => each !== undefined);
  }

  get isTaken(): boolean {
    const { a, b, doing, preparing } = this.tables.state;
    return [a.table, b.table, doing.a, doing.b, preparing].some((each) => each !== undefined);
  }

  follow(_: CurrentModel): Promise<void> {
    return this.tables.understand();
  }

  async open(files: readonly Identified[], cell?: Cell): Promise<readonly Filed[]> {
    const truths = files.filter(({ kind }) => kind === "truth");
    const others = files.filter((each) => !truths.includes(each));
    const filed = others.length > 0 ? [...(await this.tables.open(others, cell))] : [];
    for (const each of truths) filed.push(await this.#openTruth(each));
    return filed;
  }

  /** The latest holds. */
  async #openTruth(each: Identified): Promise<Filed> {
    const source = { blob: each.file, file: each.name };
    const what = "what was planted in the genes, beside their explanations";
    try {
      if (this.hasResults) {
        await this.readTruth(source);
        return used(each, what);
      }
    } catch (thrown) {
      // It may be of the table that is there now, and not of that of the run before.
      if (this.isCurrent) return unused(each, plainOf(thrown).message);
    }
    this.tables.truth = source;
    return waiting(each, `${what} once there are predictions`);
  }

  /** Reads what was planted in the genes of the run. Throws where it cannot be read. */
  async readTruth(source: TableRequest): Promise<void> {
    const planted = await this.readPlanted(source);
    if (!planted) return;
    this.tables.truth = source;
    const { file, known, genes } = planted;
    this.set(
      this.#with({
        planted,
        announcement: `${file} was read: what was planted in ${known} of ${genes} genes.`,
      }),
    );
  }

  /**
   * Reads what was planted again, of the genes of a new run. What an example brings waits until tests are looked at:
   * its reader is in an engine that nothing else of an example needs.
   */
  async recallTruth(isLookedAt = false): Promise<void> {
    const { truth } = this.tables;
    if (!truth || this.state.planted || !this.hasResults || !(isLookedAt || "blob" in truth)) return;
    try {
      await this.readTruth(truth);
    } catch (thrown) {
      if (this.tables.truth === truth) this.tables.truth = undefined;
      this.page.say([unused({ name: truth.file }, plainOf(thrown).message)]);
    }
  }

  /** Reads what was planted in the genes of the run that is there; undefined where that is another one by then. */
  protected abstract readPlanted(source: TableRequest): Promise<Planted | undefined>;
  abstract get hasResults(): boolean;
  abstract get isCurrent(): boolean;

  get misfit(): string | undefined {
    return this.tables.cells.map((cell) => this.obstacleOf(cell)).find((what) => what !== undefined);
  }

  remember(): () => Promise<void> {
    return this.tables.remember();
  }

  async tryExample(example: CatalogueExample): Promise<void> {
    const { page, tables } = this;
    const read = await Promise.all([
      tables.read(page.siteFile(example.file), example, "a"),
      ...(example.b ? [tables.read(page.siteFile(example.b.file), example, "b")] : []),
    ]);
    if (read.every(Boolean) && this.whyNot === undefined) await this.run();
  }

  /** Runs the open model on the tables that it reads. */
  abstract run(): Promise<void>;

  /** Why nothing can be run now, in a sentence; undefined if it can. */
  abstract get whyNot(): string | undefined;

  /** The same, where it does not depend on which tables there are. */
  protected get whyNotYet(): string | undefined {
    const { state } = this.page;
    const { a, b } = this.tables.state.doing;
    const yet = whyNotYet(state);
    if (yet) return yet;
    if (a || b) return "The table is being read.";
    if (!state.model) return "Choose a model first.";
    return state.model.description.task === this.task ? undefined : "The open model reads other data.";
  }

  /** Why the table of one cell type cannot be run as it stands. */
  protected obstacleOf(cell: Cell): string | undefined {
    const { understanding, accepted } = this.tables.state[cell];
    return understanding && obstacle(understanding, accepted)?.what;
  }
}

/** Source of results that is not what is chosen now: "the model LSTM and the table my.csv". */
export function beforeInWords(
  before: OpenedModel | undefined,
  now: OpenedModel | undefined,
  tables: string | undefined,
): string {
  const differs = [
    before && identityOf(before) !== (now && identityOf(now))
      ? `the model ${before.card.name || before.file}`
      : undefined,
    tables,
  ].filter((part) => part !== undefined);
  return differs.length > 0 ? differs.join(" and ") : "other choices";
}
