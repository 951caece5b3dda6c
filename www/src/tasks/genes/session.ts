/** State and actions of the page for models of genes, on one table or on two. */

import { html, type TemplateResult } from "lit";
import type { CatalogueExample } from "../../../../pkg/src/index";
import type { Compared } from "../../explain/contrasts";
import { movedFrom, movedMost } from "../../explain/everywhere/everywhere";
import type { Change } from "../../explain/perturbation";
import { MarkShares } from "../../explain/mark-shares";
import { Checks, SetExplanations } from "../../explain/set/explanations";
import type { Drawing } from "../../ui/drawing";
import { saveFile } from "../../export";
import { type PlainError, plainOf } from "../../rpc/errors";
import type { FileKind, Identified } from "../../session/files";
import { identityOf } from "../../session/identity";
import { type Filed, unused, used, waiting } from "../../session/intake";
import type { Preparation, TableRequest } from "../../session/opened";
import type { Page } from "../../session/page";
import { obstacle, offScale, preparationOf, samePreparation } from "../../session/preparation";
import { type CurrentModel, whyNotYet } from "../../session/state";
import { type Activity, Working } from "../../rpc/working";
import type { MeasuredValues } from "../../standalone/format";
import { noteKnown } from "../../ui/unseen";
import { counted } from "../../ui/words";
import { type Cell, cellInName, CELLS, cellTitle } from "../shared/cells";
import { Comparing } from "../shared/compare/comparing";
import { withSymbols } from "../shared/genes/names";
import type { GeneResults } from "../../workspace/format";
import { seedsBeside } from "../shared/seeds";
import { partIn, partInWords } from "../shared/tables/part";
import { type CurrentTable, pairFiles, type Tables, tablesOf } from "../shared/tables/tables";
import { beforeInWords, type Runnable } from "../shared/tables/task";
import { type Given, MeasuredFiles } from "./measured-files";
import type { AnyListing } from "./order";
import type { Current, GenesState, Outcome, Part } from "./outcome";
import { type Along, type GenesRun, predictedOf, runName } from "./result";
import type { Sample, Samples } from "./samples/session";
import { FIRST_COVERAGE, hasSets, type SaidCell, whyWithdrawn, withoutSets } from "./sure/sets";

const ONE_MEASURED = "measured expression of one file is shown at a time";

/** Fields derived from a run, which are cleared by name without one. */
const NO_RUN = {
  run: undefined,
  gene: undefined,
  spread: undefined,
  selected: undefined,
  measured: undefined,
  planted: undefined,
  perturbation: undefined,
  everywhere: undefined,
  sets: undefined,
  unsaid: undefined,
} as const;

/** Parts specific to an outcome's work. */
export interface Parts {
  /** Explanation shown along a gene. */
  along(): Along;
  /** Shows another explanation along the genes. */
  showAlong(shown: Along): void;
  /** Contrast of the contributions shown, if it is not the model's default. */
  readonly contrast?: Compared | undefined;
  /** Figure of the selected gene, if it is not that of its signal and attention. */
  readonly picture?: Drawing | undefined;
  /** Parts of the view specific to this outcome, for a workspace. */
  readonly chosen: Pick<GeneResults, "shown" | "threshold">;
  /** Restores them from a workspace. */
  choose(stored: Parts["chosen"]): void;
  /** Receives measured values from a single-file page. */
  takeMeasured(values: MeasuredValues): Promise<void>;
  /** Called when the run or its measured values have changed. */
  renewed?(): void;
  /** Called when the planted truth of the run's genes is known. */
  planted?(): void;
}

/** Runs models on tables, explains the results, and compares runs. */
export class GenesWork<
  Run extends Current = Current,
  Gene extends object = object,
  Own extends GenesState<Run, Gene> = GenesState<Run, Gene>,
  Alone extends Parts = Parts,
> extends Working<Part, Own> {
  readonly task: Outcome["task"];
  readonly reads: FileKind = "table";
  readonly tables: Tables;
  /** Runs stored for comparison. */
  readonly comparing: Comparing<Run, Gene>;
  /** Contributions of the marks of the run's genes. */
  readonly shares: MarkShares;
  /** Class optimisation, and comparison of explanations with held-out tracks. */
  readonly checks: Checks;
  /** Explanations of all genes of the finished run. */
  readonly setExplanations: SetExplanations;
  readonly own: Alone;
  /** Samples side by side; undefined until there are several. */
  samples: Samples | undefined;
  readonly #measured: MeasuredFiles;
  #coverage = FIRST_COVERAGE;
  /** The spread being computed, for the gene in view. */
  #spreading: AbortController | undefined;
  /** Tables and cell types of the last run's model. */
  #about: readonly unknown[] = [];

  constructor(
    readonly page: Page,
    readonly outcome: Outcome<Run, Own>,
    own: (work: GenesWork<Run, Gene, Own, Alone>) => Alone,
  ) {
    super({
      ...outcome.initial,
      listing: outcome.listing,
      doing: {},
      problems: {},
      announcement: "",
    } as unknown as Own);
    this.task = outcome.task;
    this.tables = tablesOf(page);
    const { worker } = page;
    this.#measured = new MeasuredFiles({
      run: () => this.state.run,
      samples: () => this.samples,
      measure: async (source, cell) => {
        const found = await outcome.measure(worker, source, cell);
        return () => this.change(found);
      },
      forgetInWorker: outcome.cells.length === 1 ? undefined : () => worker.call("forgetCounts", {}),
    });
    this.shares = new MarkShares(worker);
    this.checks = new Checks(worker);
    this.setExplanations = new SetExplanations({
      deletion: (request, options) => worker.call("testDeletion", request, options),
      means: (request, options) => worker.call("explainSet", request, options),
    });
    this.comparing = new Comparing<Run, Gene>(page, {
      finished: () => this.state.run,
      keep: () => worker.call("keep", {}),
      runAnother: async (request, options, { tables }) => {
        const { run, ...compared } = await worker.call("compareWith", request, options);
        return { ...compared, run: { ...run, ...ours(run, tables) } as Run };
      },
      detail: (index, kept) => worker.call("gene", { index, kept }) as Promise<unknown> as Promise<Gene>,
      shares: (request, options) => worker.call("sharesOfKept", request, options),
      look: (gene) => void this.selectGene(this.state.run?.genes.indexOf(gene) ?? -1),
      looked: () => this.state.run?.genes[this.state.selected ?? -1],
      compared: (run) => ({ genes: run.genes, values: predictedOf(run) }),
      isHigh: (value) => outcome.isHigh(value),
      named: runName,
    });
    this.own = own(this);
  }

  /** Selects a gene of the finished run. */
  async selectGene(index: number): Promise<void> {
    const { run, selected } = this.state;
    if (!run || index === selected || !(index in run.genes)) return;
    this.change({ selected: index });
    void this.comparing.follow(run.genes[index]!);
    try {
      const gene = (await this.page.worker.call("gene", { index })) as object as Gene;
      // Another gene may have been selected meanwhile, or another run finished.
      if (this.state.selected === index && this.state.run === run) this.change({ gene });
    } catch (thrown) {
      return this.fail("run", thrown);
    }
    if ((run.model.card.members ?? []).length > 0) void this.#spreadOf(run, index);
  }

  /** Computes the spread of a gene's attention over ensemble members. */
  async #spreadOf(run: Run, index: number): Promise<void> {
    this.#spreading?.abort();
    const { signal } = (this.#spreading = new AbortController());
    try {
      const spread = await this.page.worker.call("attentionSpread", { index }, { signal });
      if (this.state.run === run && this.state.selected === index) this.change({ spread });
    } catch {
      // The gene is shown without it: the same engine computes explanations, which report its failure.
    }
  }

  /**
   * Runs the model on its tables, prepared as the user accepted or as the argument specifies. In the first case, it
   * then runs on each other sample, prepared alike.
   */
  async run(prepared?: readonly Preparation[]): Promise<void> {
    const before = this.state.run;
    await this.#runTables(prepared);
    const { samples } = this;
    const { run } = this.state;
    if (samples && !prepared && run && run !== before && this.#isOfTables) await samples.follow(run);
  }

  /**
   * Shows a gene in a sample, and reads its tables again if others are open. If one of them cannot be read, the open
   * ones stay.
   */
  async openSample(
    { sources, accepted, brought }: Pick<Sample, "sources" | "accepted" | "brought">,
    gene?: string,
  ): Promise<void> {
    const { samples } = this;
    const { run } = this.state;
    if (!run || samples?.ofRun(run)?.sources !== sources) {
      if (!(await this.tables.readTogether(sources, brought))) return;
      accepted.forEach((each, i) => this.tables.accept(each, CELLS[i]));
      await this.#runTables();
      const now = this.state.run;
      if (now && now !== run && this.#isOfTables) {
        samples?.take(now);
        for (const each of brought?.measured ?? []) await this.own.takeMeasured(each);
      }
    }
    const at = gene === undefined ? -1 : (this.state.run?.genes.indexOf(gene) ?? -1);
    if (at >= 0) await this.selectGene(at);
  }

  async #runTables(prepared?: readonly Preparation[]): Promise<void> {
    const slots = this.outcome.cells.map((cell) => this.tables.state[cell]);
    const ready = slots.flatMap(({ table, understanding, accepted }) =>
      table && understanding ? [{ table, understanding, accepted }] : [],
    );
    if (ready.length < slots.length || (!prepared && this.whyNot !== undefined)) return;
    const preparations = prepared ?? ready.map(({ understanding, accepted }) => preparationOf(understanding, accepted));
    const tables = ready.map(({ table }) => table);
    const made = await this.do("run", tables.map(({ file }) => file).join(" and "), (options) =>
      this.page.worker.call("predict", { preparations }, options),
    );
    if (!made) return;
    const unlike = ready.map(({ understanding }, i) => offScale(understanding, preparations[i]!));
    const run = { ...made, ...ours(made, tables), offScale: unlike } as unknown as Run;
    const theirs = this.#measured.changeSample(run);
    const part = tables.map(partIn).find((each) => each !== undefined);
    this.page.hearDevice(run.device);
    this.page.replaceResults(this);
    const { outcome } = this;
    const they = part && `They are ${partInWords(run.genes.length, part)}.`;
    const found = outcome.foundInWords(run, part ? "the " : "", part ? "here " : "");
    this.change({
      ...NO_RUN,
      run,
      announcement: ["Done.", found, they, outcome.remark?.(run)].filter(Boolean).join(" "),
    });
    const sets = this.#judge(run);
    const truth = this.recallTruth();
    await this.selectGene(this.comparing.placeIn(run.genes, outcome.first(run)));
    await this.#measured.forgetLeft();
    await this.#readWaiting(theirs);
    await truth;
    await sets;
  }

  /** Computes the prediction sets of a new run. */
  #judge(run: Run): Promise<void> {
    // The statement on the cell type applied to tables and a model's cell types.
    const { cell_type: a, cell_type_b: b } = run.model.card;
    const about = [...run.tables, a?.id, b?.id];
    if (this.#about.some((each, i) => each !== about[i])) this.change({ cell: undefined });
    this.#about = about;
    if (!this.#mayCover(run)) this.change({ listing: this.#listingWithoutSets });
    return this.cover(this.#coverage);
  }

  get #listingWithoutSets(): AnyListing {
    return withoutSets(this.state.listing, this.outcome.listing);
  }

  /** Computes prediction sets at a coverage, if the run's model supports them. */
  async cover(coverage: number): Promise<void> {
    this.#coverage = coverage;
    const { run } = this.state;
    if (!run || !this.#mayCover(run)) return;
    try {
      const sets = await this.page.worker.call("sets", { coverage });
      if (this.state.run === run && this.#coverage === coverage && this.#mayCover(run))
        this.change({ sets, unsaid: undefined });
    } catch (thrown) {
      if (this.state.run === run) this.change({ unsaid: plainOf(thrown).message });
    }
  }

  #mayCover(run: Run): boolean {
    return hasSets(run.model.card) && whyWithdrawn(run, this.state.cell) === undefined;
  }

  /** Records the user's statement on the cell type: for another cell type, sets have no guarantee. */
  async sayCell(cell: SaidCell): Promise<void> {
    this.change({ cell });
    if (cell === "another")
      this.change({
        ...{ sets: undefined, listing: this.#listingWithoutSets },
        announcement: this.outcome.withdrawn,
      });
    else if (!this.state.sets) await this.cover(this.#coverage);
  }

  /** Number of seeds whose mean could be predicted instead of the run's single one; undefined if there are none. */
  get seeds(): number | undefined {
    return seedsBeside(this.page.state, this.state.run);
  }

  /** Runs the mean of all seeds of the run's model on its tables, with the same preparation. */
  async useAllSeeds(): Promise<void> {
    if (!this.state.run) return;
    await this.page.chooseWeights("ensemble", false);
    if (this.whyNot === undefined && !this.isCurrent) await this.run();
  }

  /** True if the finished run has the current model, tables and preparations. */
  get isCurrent(): boolean {
    return this.#isOfTables && (this.samples?.isWhole ?? true);
  }

  /** As {@link isCurrent}, ignoring other samples. */
  get #isOfTables(): boolean {
    const { run } = this.state;
    const { model } = this.page.state;
    return (
      run !== undefined &&
      identityOf(run.model) === (model && identityOf(model)) &&
      this.outcome.cells.every((cell, i) => {
        const { table, understanding, accepted } = this.tables.state[cell];
        return (
          understanding !== undefined &&
          run.tables[i] === table &&
          samePreparation(run.preparations[i]!, preparationOf(understanding, accepted))
        );
      })
    );
  }

  /** Cell types whose tables its models read. */
  get cells(): readonly Cell[] {
    return this.outcome.cells;
  }

  get hasResults(): boolean {
    return this.state.run !== undefined;
  }

  /** Extent of a run: "6,600 genes", "both tables", "3 samples". */
  #extent({ genes }: CurrentTable): string | undefined {
    const { samples } = this.state;
    if (samples) return counted(samples.samples.length, "sample");
    if (this.#isOne) return counted(genes.length, "gene");
    return this.whyNot === undefined ? "both tables" : undefined;
  }

  runBar(): TemplateResult {
    const { a } = this.tables.state;
    const { run, doing, problems } = this.state;
    const { whyNot } = this;
    const { cells } = this.outcome;
    const isOne = cells.length === 1;
    const isOther = run !== undefined && cells.some((cell, i) => run.tables[i] !== this.tables.state[cell].table);
    const theirs = run?.tables.map(({ file }) => file).join(" and ");
    const on = a.table && this.#extent(a.table);
    const runnable: Runnable = {
      page: this.page,
      running: doing.run,
      problem: problems.run,
      whyNot,
      isCurrent: this.isCurrent,
      hasResults: run !== undefined && a.table !== undefined,
      on: on ? ` on ${on}` : "",
      these: isOne ? "this table" : "these tables",
      before: beforeInWords(
        run?.model,
        this.page.state.model,
        isOther ? `the ${isOne ? "table" : "tables"} ${theirs}` : undefined,
      ),
      run: () => void this.run(),
      cancel: () => this.cancel("run"),
      dismiss: () => this.dismiss("run"),
    };
    return html`<regulens-run-bar .runnable=${runnable}></regulens-run-bar>`;
  }

  /**
   * Applies the same edit to the signal of all genes, and lists them by the change of their predictions; announces the
   * result, unless it was known before.
   */
  async changeAll(changes: readonly Change[], isKnown = false): Promise<void> {
    const { run } = this.state;
    if (!run) return;
    const predicted = await this.do("everywhere", run.tables.map(({ file }) => file).join(" and "), (options) =>
      this.page.worker.call("changeAll", { changes }, options),
    );
    if (!predicted || this.state.run !== run) return;
    const everywhere = movedFrom(predictedOf(run), changes, predicted);
    if (isKnown) noteKnown(everywhere);
    const [most = 0] = movedMost(everywhere.moved, 1);
    this.change({
      everywhere,
      listing: { ...this.state.listing, sort: { key: "moved", descending: everywhere.moved[most]! > 0 } },
      announcement: `Done. The signal of ${predicted.length} genes was changed.`,
    });
  }

  /** Removes the predictions after the edit. */
  forgetChanges(): void {
    this.change({ everywhere: undefined });
  }

  /** Saves the predictions of all genes; shows an error if that fails. */
  async savePredictions(name: string): Promise<void> {
    const { run, sets } = this.state;
    const { symbols } = this.tables.state;
    try {
      const file = await this.page.worker.call("predictionsFile", { coverage: sets?.coverage });
      saveFile(name, run ? withSymbols(await file.text(), run.genes, symbols) : file);
    } catch (thrown) {
      this.fail("run", thrown);
    }
  }

  forgetResults(): void {
    this.change(NO_RUN);
  }

  async clear(): Promise<void> {
    if (!this.#isOne && CELLS.some((cell) => this.measuredFrom(cell))) await this.page.worker.call("forgetCounts", {});
    this.forgetSamples();
    this.forgetMeasured();
    this.cancelAll();
    await this.comparing.clear();
    this.tables.clear();
    this.change({
      ...this.outcome.initial,
      listing: this.outcome.listing,
      ...NO_RUN,
      cell: undefined,
      doing: {},
      problems: {},
      announcement: "",
    });
  }

  /** Calls `listener` also when the tables or the stored runs change. */
  override subscribe(listener: (state: Own) => void): () => void {
    const others = [this.tables, this.comparing];
    const ends = [super.subscribe(listener), ...others.map((each) => each.subscribe(() => listener(this.state)))];
    return () => ends.forEach((end) => end());
  }

  override set(change: Partial<Own>): void {
    if ("run" in change) this.#spreading?.abort();
    const isOther = "run" in change || "measured" in change;
    super.set(isOther ? { ...change, ...this.outcome.ofRun } : change);
    if (change.announcement) this.page.announce(change.announcement);
    if (isOther) this.own.renewed?.();
  }

  /** The reading or run in progress. */
  get activity(): Activity | undefined {
    const { a, b } = this.tables.state.doing;
    return a ?? b ?? this.state.doing.run;
  }

  /** Error of the reading or run. */
  get failure(): PlainError | undefined {
    const { a, b } = this.tables.state.problems;
    return a ?? b ?? this.state.problems.run;
  }

  protected override cancelled(): Partial<Own> {
    return this.#with({ announcement: "Cancelled." });
  }

  /** Applies a change to the fields shared by all tasks of tables. */
  #with(change: Partial<GenesState<Run, Gene>>): Partial<Own> {
    return change as Partial<Own>;
  }

  protected change(change: Partial<GenesState<Run, Gene>>): void {
    this.set(this.#with(change));
  }

  get isRunning(): boolean {
    return this.state.doing.run !== undefined;
  }

  get isBusy(): boolean {
    return this.isRunning;
  }

  get hasData(): boolean {
    const { a, b } = this.tables.state;
    return a.table !== undefined || b.table !== undefined || this.comparing.state.kept.length > 0;
  }

  get given(): string {
    const { samples } = this.state;
    if (samples) return `${counted(samples.samples.length, "sample")}: ${samples.names.join(", ")}`;
    const { a, b } = this.tables.state;
    return [a, b].flatMap(({ table }) => (table ? [table.file] : [])).join(", ");
  }

  get isAsking(): boolean {
    const { doing } = this.tables.state;
    return this.tables.isPreparing || [doing.a, doing.b, this.failure].some((each) => each !== undefined);
  }

  get isTaken(): boolean {
    const { a, b, doing, preparing } = this.tables.state;
    return [a.table, b.table, doing.a, doing.b, preparing].some((each) => each !== undefined);
  }

  follow(_: CurrentModel): Promise<void> {
    return this.tables.understand();
  }

  /**
   * Opens tables, planted truth, and measured values, which wait for a run. Several tables become samples, and so does
   * a single one if there are samples already.
   */
  async open(files: readonly Identified[], cell?: Cell): Promise<readonly Filed[]> {
    const tables = files.filter(({ kind }) => kind === "table");
    const areSamples = tables.length >= 2 * this.cells.length;
    if (cell !== undefined || (!areSamples && !this.joins(files))) return this.#openOne(files, cell);
    const filed = await (await this.startSamples()).open(tables, this.page.state.model?.card ?? {});
    const others = files.filter((each) => !tables.includes(each));
    return [...filed, ...(others.length > 0 ? await this.#openOne(others) : [])];
  }

  /** Starts samples, unless there are some. */
  async startSamples(): Promise<Samples> {
    const { page, tables, cells, outcome } = this;
    const [{ Samples }, { SAMPLED }] = await Promise.all([import("./samples/session"), import("./samples/sampled")]);
    const made: Samples = new Samples(SAMPLED[outcome.task], {
      ...{ worker: page.worker, tables, cells },
      during: (name, work) => this.do("run", name, work),
      // Samples that were closed may still be predicted.
      changed: (samples) => this.samples === made && this.change({ samples }),
    });
    return (this.samples ??= made);
  }

  /** True if there are samples, and some of the files are tables of further samples. */
  joins(files: readonly Identified[]): boolean {
    const { samples } = this;
    return samples !== undefined && files.some(({ kind, file }) => kind === "table" && !samples.has(file));
  }

  /** Removes a sample; with fewer than two left, samples end. */
  removeSample(sample: Sample): void {
    this.samples?.remove(sample);
    if (this.samples && this.samples.state.samples.length < 2) this.forgetSamples();
  }

  /** Removes all samples, but keeps the selected tables. */
  forgetSamples(): void {
    const { samples } = this;
    this.samples = undefined;
    samples?.clear();
    this.change({ samples: undefined });
  }

  async #openOne(files: readonly Identified[], cell?: Cell): Promise<readonly Filed[]> {
    const of = (kind: FileKind): Identified[] => files.filter((each) => each.kind === kind);
    const [truths, measured] = [of("truth"), of("expression")];
    const others = files.filter((each) => !truths.includes(each) && !measured.includes(each));
    const filed = others.length > 0 ? [...(await this.tables.open(others, cell))] : [];
    for (const each of truths) filed.push(await this.#openTruth(each));
    const shown = this.#isOne ? measured.slice(0, 1) : measured;
    for (const each of shown) filed.push(await this.#openMeasured(each, cell));
    return [...filed, ...measured.slice(shown.length).map((each) => unused(each, ONE_MEASURED))];
  }

  get #isOne(): boolean {
    return this.cells.length === 1;
  }

  /** Opens measured values for the cell type in their file name, or else for the first without any. */
  async #openMeasured(each: Identified, wished: Cell | undefined): Promise<Filed> {
    const { model } = this.page.state;
    const cell = wished ?? this.#cellOf(each.name);
    const source = { blob: each.file, file: each.name };
    const card = model?.card ?? {};
    const of = this.#isOne ? "" : ` of ${cellTitle(card, cell, model && pairFiles(this.tables.state, model.card))}`;
    const what = `measured expression${of}, beside the predictions`;
    try {
      if (this.hasResults) {
        await this.readMeasured(source, cell);
        return used(each, what);
      }
    } catch (thrown) {
      // It may belong to the current tables, and not to those of the previous run.
      if (this.isCurrent) return unused(each, plainOf(thrown).message);
    }
    this.tables.await({ source, ...(this.#isOne ? {} : { cell }) });
    return waiting(each, `${what} once they are there`);
  }

  /** The cell type in a file name, or else the first without measured values. */
  #cellOf(name: string): Cell {
    if (this.#isOne) return "a";
    const { model } = this.page.state;
    const taken = this.tables.waiting.map(({ cell }) => cell);
    const free = CELLS.find((cell) => !this.measuredFrom(cell) && !taken.includes(cell));
    return (model && cellInName(model.card, name)) ?? free ?? "a";
  }

  /** Reads measured values of one cell type in place of previous ones. Throws if they cannot be read. */
  readMeasured(source: TableRequest, cell: Cell = "a"): Promise<void> {
    return this.#measured.read(source, cell);
  }

  /**
   * Reads the measured values that were opened before the run: the latest, if one file is shown; or else those of the
   * previous run. `theirs` were opened for the sample earlier.
   */
  async #readWaiting(theirs: Given): Promise<void> {
    const came = this.tables.takeWaiting();
    const read = this.#isOne ? came.slice(-1) : [...came];
    const left = came
      .slice(0, came.length - read.length)
      .map(({ source }) => unused({ name: source.file }, ONE_MEASURED));
    if (this.#isOne) {
      const { a: before } = this.#measured.take();
      if (read.length === 0 && before) read.push({ source: before });
    }
    const again = CELLS.flatMap((cell) => (theirs[cell] ? [{ source: theirs[cell], cell }] : []));
    for (const { source, cell } of [...again, ...read])
      try {
        await this.readMeasured(source, cell ?? this.#cellOf(source.file));
      } catch (thrown) {
        left.push(unused({ name: source.file }, plainOf(thrown).message));
      }
    if (left.length > 0) this.page.say(left);
  }

  /** Source of the measured values of a cell type. */
  measuredFrom(cell: Cell): TableRequest | undefined {
    return this.#measured.given[cell];
  }

  /** Removes the measured values. */
  forgetMeasured(): void {
    this.#measured.forget();
    this.change({ measured: undefined });
  }

  /** The latest file counts. */
  async #openTruth(each: Identified): Promise<Filed> {
    const source = { blob: each.file, file: each.name };
    const what = "what was planted in the genes, beside their explanations";
    try {
      if (this.hasResults) {
        await this.readTruth(source);
        return used(each, what);
      }
    } catch (thrown) {
      // It may belong to the current table, and not to that of the previous run.
      if (this.isCurrent) return unused(each, plainOf(thrown).message);
    }
    this.tables.truth = source;
    return waiting(each, `${what} once there are predictions`);
  }

  /** Reads what was planted in the run's genes. Throws if it cannot be read. */
  async readTruth(source: TableRequest): Promise<void> {
    const { run } = this.state;
    const planted = await this.page.worker.call("readPlanted", { source });
    if (!run || this.state.run !== run) return;
    this.own.planted?.();
    this.tables.truth = source;
    const { file, known, genes } = planted;
    this.change({ planted, announcement: `${file} was read: what was planted in ${known} of ${genes} genes.` });
  }

  /**
   * Reads the planted truth again for the genes of a new run. For an example it waits until tests come into view: its
   * reader is in an engine that the example does not need otherwise.
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

  get misfit(): string | undefined {
    return this.tables.cells.map((cell) => this.#obstacleOf(cell)).find((what) => what !== undefined);
  }

  remember(): () => Promise<void> {
    return this.tables.remember();
  }

  async tryExample(example: CatalogueExample): Promise<void> {
    this.forgetSamples();
    const { page, tables } = this;
    const read = await Promise.all([
      tables.read(page.siteFile(example.file), example, "a"),
      ...(example.b ? [tables.read(page.siteFile(example.b.file), example, "b")] : []),
    ]);
    if (read.every(Boolean) && this.whyNot === undefined) await this.run();
  }

  /** Reason why nothing can run now, in a sentence; undefined if there is none. */
  get whyNot(): string | undefined {
    const { state } = this.page;
    const { a, b } = this.tables.state.doing;
    const { cells, outcome } = this;
    const slots = cells.map((cell) => this.tables.state[cell]);
    const yet = whyNotYet(state);
    if (yet) return yet;
    if (a || b) return "The table is being read.";
    if (!state.model) return "Choose a model first.";
    if (state.model.description.task !== this.task) return "The open model reads other data.";
    if (slots.some(({ table }) => !table)) return outcome.missing(this.tables.state, state.model.card);
    if (slots.some(({ understanding }) => !understanding))
      return this.#isOne ? "The table does not fit the model." : "The tables do not fit the model.";
    const found = cells.flatMap((cell) => {
      const what = this.#obstacleOf(cell);
      return what ? [this.#isOne ? what : `${cell.toUpperCase()}: ${what}`] : [];
    });
    return found[0];
  }

  /** Reason why the table of one cell type cannot be run as it is. */
  #obstacleOf(cell: Cell): string | undefined {
    const { understanding, accepted } = this.tables.state[cell];
    return understanding && obstacle(understanding, accepted)?.what;
  }
}

/** The work of any outcome. */
export type AnyWork = Omit<GenesWork, "comparing" | "subscribe" | "cancel" | "dismiss"> & {
  readonly comparing: Pick<Comparing<Current, object>, "state" | "stored" | "keepRun">;
};

/**
 * The page's own tables of a run, and for a single table its names: the worker's copies are equal, but tables are
 * compared by identity.
 */
function ours(run: Pick<GenesRun, "genes">, tables: readonly CurrentTable[]) {
  return { tables, genes: tables.length === 1 ? tables[0]!.genes : run.genes };
}
