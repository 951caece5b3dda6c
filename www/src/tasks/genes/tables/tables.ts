/** Tables of genes that were given to the page, whichever of its models reads them: of one cell type, A, or of two. */

import type { CatalogueExample, ModelCard, Understanding } from "../../../../../pkg/src/index";
import { standInFor } from "../../../prepare/checks";
import type { StandIn } from "../../../prepare/result";
import type { PrepareSession } from "../../../prepare/session";
import type { PlainError } from "../../../rpc/errors";
import type { Identified } from "../../../session/files";
import { type Filed, inWords, PEAKS_REMEDY, unused, used } from "../../../session/intake";
import { contentOf, type ReadTable, type TableRequest } from "../../../session/opened";
import { type Accepted, NOTHING_ACCEPTED } from "../../../session/preparation";
import type { Page } from "../../../session/page";
import { type Activities, AsyncState } from "../../../rpc/async-state";
import { factsOfOpen } from "../../index";
import { type Cell, CELLS, cellInName, cellTitle } from "../../shared/cells";
import { named, type Symbols, symbolsOf } from "../../shared/genes/names";

/** A table that was read, and where it is from. */
export interface CurrentTable extends ReadTable {
  /** The example's name in the catalogue; absent for the user's own table. */
  readonly example?: string | undefined;
  /** True if its values are simulated. */
  readonly simulated: boolean;
}

/** Facts about a table before it is read. */
type Brought = Partial<CatalogueExample> & Pick<CurrentTable, "whole">;

/** State of the table of one cell type. */
export interface Slot {
  readonly table?: CurrentTable | undefined;
  /** Reading of it by the open model. */
  readonly understanding?: Understanding | undefined;
  readonly accepted: Accepted;
}

/** State at one moment. */
export interface TablesState extends Activities<Cell> {
  readonly a: Slot;
  readonly b: Slot;
  /** The symbols that an annotation gives the genes of the tables. */
  readonly symbols?: Symbols | undefined;
  /**
   * The user's word on the species of the genes, where their ids do not tell it; of a table that was made of signal,
   * the assembly of that.
   */
  readonly species?: string | undefined;
  /** Where a table is being made of signal files; it has a state of its own. */
  readonly preparing?: PrepareSession | undefined;
  /** By cell type. */
  readonly announcement: string;
}

/** Measured expression that was given before there was a run of its genes; of a cell type where that is known. */
export interface WaitingExpression {
  readonly source: TableRequest;
  readonly cell?: Cell | undefined;
}

const EMPTY: Slot = { accepted: NOTHING_ACCEPTED };
/** The same with every field, so that setting it clears what was there. */
const EMPTY_AGAIN: Slot = { ...EMPTY, table: undefined, understanding: undefined };
const INITIAL: TablesState = { a: EMPTY, b: EMPTY, doing: {}, problems: {}, announcement: "" };

const pages = new WeakMap<Page, Tables>();

/** The tables of a page. */
export function tablesOf(page: Page): Tables {
  const tables = pages.get(page) ?? new Tables(page);
  pages.set(page, tables);
  return tables;
}

/** Reads tables, and has the open model look at them. */
export class Tables extends AsyncState<Cell, TablesState> {
  readonly #sources = new WeakMap<CurrentTable, TableRequest>();
  /** For each copy with stand-ins, the table that it was made of. */
  readonly #measured = new WeakMap<CurrentTable, CurrentTable>();
  /** The assembly of the signal that tables were made of, where it is known. */
  readonly #assemblies = new WeakMap<Blob, string>();
  /** The annotation of a made table whose symbols are read. */
  #namedBy: File | undefined;
  #waiting: readonly WaitingExpression[] = [];
  /** Number of readings of several tables that were begun. */
  #readings = 0;
  /** Number of times that all tables were forgotten. */
  #clearings = 0;
  /** Where the file of what was planted in the genes is; undefined for other tables. */
  truth: TableRequest | undefined;
  #preparing: Promise<PrepareSession> | undefined;

  constructor(private readonly page: Page) {
    super(INITIAL);
  }

  override set(change: Partial<TablesState>): void {
    super.set(change);
    if (change.announcement) this.page.announce(change.announcement);
  }

  /** The cell types whose tables the open model reads; before one is open, A. */
  get cells(): readonly Cell[] {
    return factsOfOpen(this.page.state.model).cells;
  }

  /** Takes what was dropped or chosen at once; two tables are A's and B's where a model reads both. */
  async open(files: readonly Identified[], cell?: Cell): Promise<readonly Filed[]> {
    const signals = files.filter(({ kind }) => kind === "measured" || kind === "annotation");
    const tables = files.filter(({ kind }) => kind === "table");
    const others = files.filter((each) => !signals.includes(each) && !tables.includes(each));
    const names = this.#namesAlone(signals, tables);
    const filed = signals.length > 0 && !names ? await this.#openSignals(signals, cell) : [];
    if (tables.length > 0) filed.push(...(await this.#openTables(tables, cell)));
    if (names) filed.push(await this.#openSymbols(names));
    // Beside something of use they are told of with it.
    if (others.length > 0 && filed.length === 0) this.#refuse(cell ?? "a", notTables(others));
    return [...filed, ...others.map((each) => unused(each, whyNoTable(each)))];
  }

  /** An annotation beside a table, without signal of which another one could be made: it names the genes. */
  #namesAlone(signals: readonly Identified[], tables: readonly Identified[]): Identified | undefined {
    const { a, b, preparing } = this.state;
    const [only, ...more] = signals;
    const isBeside = tables.length > 0 || a.table !== undefined || b.table !== undefined;
    return only?.kind === "annotation" && more.length === 0 && isBeside && !preparing ? only : undefined;
  }

  async #openSymbols(each: Identified): Promise<Filed> {
    const source = { blob: each.file, file: each.name };
    const read = await this.do("a", each.name, (options) => this.page.worker.call("readSymbols", { source }, options));
    if (!read) return unused(each, "it could not be read");
    this.#namedBy = undefined;
    const symbols = symbolsOf(read);
    const genes = CELLS.flatMap((cell) => this.state[cell].table?.genes ?? []);
    const found = named(genes, symbols);
    if (read.length === 0) return unused(each, "it has ids but no symbols");
    if (found === 0) return unused(each, `none of its ${read.length} genes is in the table, such as ${genes[0] ?? ""}`);
    const what = `the symbols of ${found} of ${genes.length} genes`;
    this.set({ symbols, announcement: `${each.name} was read: ${what}.` });
    return used(each, what);
  }

  /**
   * Takes a table that was made of signal files, the symbols of the annotation that it was made with, and the assembly
   * of all these; with tables of other samples, all of them as if they had been dropped.
   */
  async takeMade(
    file: File,
    cell: Cell,
    annotation: File,
    others: readonly File[] = [],
    assembly?: string,
  ): Promise<void> {
    if (assembly !== undefined) for (const each of [file, ...others]) this.#assemblies.set(each, assembly);
    if (others.length > 0) {
      await this.page.openFiles([file, ...others]);
      return this.#nameBy(annotation);
    }
    if (!(await this.readOwn(file, file.name, cell))) return;
    // Made again, it may have the same genes.
    if (cell === "a") this.saySpecies(assembly);
    // Names can come later: nothing waits for them.
    void this.#nameBy(annotation);
  }

  /** Takes the user's word on the species of the genes. */
  saySpecies(species: string | undefined): void {
    this.set({ species });
  }

  /** Takes symbols that were known before. */
  takeSymbols(symbols: Symbols): void {
    this.#namedBy = undefined;
    this.set({ symbols });
  }

  async #nameBy(annotation: File): Promise<void> {
    if (this.#namedBy === annotation) return;
    this.#namedBy = annotation;
    try {
      const read = await this.page.worker.call("readSymbols", { source: { blob: annotation, file: annotation.name } });
      if (this.#namedBy === annotation && read.length > 0) this.set({ symbols: symbolsOf(read) });
    } catch {
      // The table was made with it: what cannot be read of it now is symbols alone, and ids do without.
      if (this.#namedBy === annotation) this.#namedBy = undefined;
    }
  }

  async #openSignals(signals: readonly Identified[], cell: Cell | undefined): Promise<Filed[]> {
    await this.prepare(
      signals.map(({ file, name }) => (file instanceof File ? file : new File([file], name))),
      cell,
    );
    const isOpen = this.state.preparing !== undefined;
    return signals.map((each) => {
      if (!isOpen) return unused(each, "no model of marks is open");
      if (isIndex(each.name)) return unused(each, "an index; BAM is read without it");
      return used(each, each.kind === "annotation" ? "the genes of a table" : "signal of a mark, for a table");
    });
  }

  /** The tables that the open model reads, of A and of B as their names tell. */
  async #openTables(tables: readonly Identified[], cell: Cell | undefined): Promise<Filed[]> {
    const { model } = this.page.state;
    const [first, second] = tables;
    const isPair = this.cells.length > 1 && second !== undefined;
    const isSwapped =
      isPair &&
      first &&
      model &&
      (cellInName(model.card, first.name) === "b" || cellInName(model.card, second.name) === "a");
    const taken = !isPair ? [first] : isSwapped ? [second, first] : [first, second];
    const read = await Promise.all(
      taken.map(async (each, i): Promise<Filed[]> => {
        if (!each) return [];
        const at = isPair ? CELLS[i] : cell;
        const isRead = await this.readOwn(each.file, each.name, at);
        const what =
          model && isPair && at
            ? `the table of ${cellTitle(model.card, at, [taken[0]!.name, taken[1]!.name])}`
            : "the table";
        return [isRead ? used(each, what) : unused(each, "it could not be read as a table")];
      }),
    );
    const left = tables.filter((each) => !taken.includes(each));
    const why = isPair ? "only two tables are read, A and B" : "one table is read at a time";
    return [...read.flat(), ...left.map((each) => unused(each, why))];
  }

  /** Measured expression that waits for a run, whichever model makes it. */
  get waiting(): readonly WaitingExpression[] {
    return this.#waiting;
  }

  /** Has measured expression wait for a run; of a cell type the latest does. */
  await(given: WaitingExpression): void {
    this.#waiting = [...this.#waiting.filter(({ cell }) => cell === undefined || cell !== given.cell), given];
  }

  /** Returns the waiting expression, which is about to be read, and forgets it. */
  takeWaiting(): readonly WaitingExpression[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    return waiting;
  }

  /** Notes which tables there are, to bring them back. */
  remember(): () => Promise<void> {
    const [waiting, truth] = [this.#waiting, this.truth];
    const before = CELLS.map((cell) => this.state[cell].table);
    return async () => {
      this.#waiting = waiting;
      await Promise.all(
        CELLS.map(async (cell, i) => {
          const table = before[i];
          if (this.state[cell].table === table) return;
          const source = table && this.sourceOf(table);
          const example = table && { id: table.example, simulated: table.simulated, whole: table.whole };
          if (source) await this.read(source, example, cell);
          else this.#fill(cell, EMPTY_AGAIN);
        }),
      );
      this.truth = truth;
    };
  }

  /**
   * Reads the user's own table: of A or B where the model reads both; of the one that is missing where nobody says.
   * Says whether it could be read.
   */
  async readOwn(blob: Blob, file: string, cell?: Cell, simulated = false): Promise<boolean> {
    const free = cell ?? this.#freeCell(file);
    if (free) return this.read({ blob, file }, { simulated }, free);
    this.#refuse("a", {
      name: "InputError",
      code: "which-table",
      message: `${file}: both tables are already open.`,
      remedy: "Drop it on A or B, or choose it there, to replace that table.",
    });
    return false;
  }

  /** Which cell type a file belongs to if that is not stated; undefined where both are there. */
  #freeCell(file: string): Cell | undefined {
    const { model } = this.page.state;
    if (!model || this.cells.length < 2) return "a";
    const { a, b, doing } = this.state;
    const isFree = { a: !a.table && !doing.a, b: !b.table };
    const named = cellInName(model.card, file);
    return named && isFree[named] ? named : isFree.a ? "a" : isFree.b ? "b" : undefined;
  }

  /** Reads a table from where it is, without guessing whose it is; says whether it could be read. */
  async read(source: TableRequest, example: Brought | undefined, cell: Cell): Promise<boolean> {
    const read = await this.do(cell, source.file, (options) =>
      this.page.worker.call("readTable", cell === "a" ? { table: source } : { table: source, cell }, options),
    );
    if (!read) return false;
    await this.#take(read, source, example, cell);
    return true;
  }

  /**
   * Reads the tables of all cell types, A's first. They take the place of those before once all of them are read; where
   * one cannot be read, its problem is shown, and those before stay. Returns true if they were read.
   */
  async readTogether(sources: readonly TableRequest[], brought?: Brought): Promise<boolean> {
    if (sources.length === 1) return this.read(sources[0]!, brought, "a");
    const { worker } = this.page;
    const [reading, clearings] = [this.#readings++, this.#clearings];
    const read: ReadTable[] = [];
    for (const [i, table] of sources.entries()) {
      const cell = CELLS[i]!;
      const request = { ...{ table, reading }, ...(cell === "a" ? {} : { cell }) };
      const one = await this.do(cell, table.file, (options) => worker.call("readTable", request, options));
      if (!one) break;
      read.push(one);
    }
    const isTaken = read.length === sources.length;
    await worker.call("endReading", { reading, isTaken });
    // All may have been cleared while the worker put them in their places.
    if (clearings !== this.#clearings) return false;
    if (isTaken) await Promise.all(read.map((one, i) => this.#take(one, sources[i]!, brought, CELLS[i]!)));
    return isTaken;
  }

  /** Takes a table that the worker has read. */
  async #take(read: ReadTable, source: TableRequest, example: Brought | undefined, cell: Cell): Promise<void> {
    const { id, simulated = false, whole } = example ?? {};
    const table: CurrentTable = { ...read, example: id, simulated, ...(whole ? { whole } : {}) };
    this.#sources.set(table, source);
    // Asked of A's genes alone. A copy with stand-ins has the same; others may be of another species.
    if (cell === "a" && this.state.a.table?.genes.join("\n") !== table.genes.join("\n"))
      this.set({ species: "blob" in source ? this.#assemblies.get(source.blob) : undefined });
    const { model } = this.page.state;
    if (cell === "a") this.truth = example?.truth ? this.page.siteFile(example.truth.file) : undefined;
    this.#fill(cell, { table });
    this.set({
      announcement:
        `Table ${read.file} was read${model && this.cells.length > 1 ? ` as ${cellTitle(model.card, cell, pairFiles(this.state, model.card))}` : ""}: ` +
        `${read.genes.length} genes.`,
    });
    await this.#understand(cell);
  }

  /** Where a table is from. */
  sourceOf(table: CurrentTable): TableRequest | undefined {
    return this.#sources.get(table);
  }

  /** Makes A's table B's, and B's A's. */
  async swap(): Promise<void> {
    const { a, b } = this.state;
    await this.page.worker.call("swapTables", {});
    this.#fill("a", { table: b.table });
    this.#fill("b", { table: a.table });
    this.set({ announcement: "The tables were swapped." });
    await this.understand();
  }

  /**
   * The marks that the open model reads and a table with a header lacks, each with what may stand in for it; empty
   * where none is missing, or nothing is known of one.
   */
  missingMarks(cell: Cell = "a"): readonly StandIn[] {
    const { model } = this.page.state;
    const { understanding } = this.state[cell];
    if (!model || understanding?.layout !== "headed") return [];
    const missing = understanding.marks.filter(({ column }) => column === null);
    const found = missing.flatMap(({ mark }) => standInFor(model.card, mark, cell) ?? []);
    return found.length === missing.length ? found : [];
  }

  /** Has values stand in for the marks that a table lacks, in a copy of it that says so. */
  async standIn(cell: Cell = "a"): Promise<void> {
    const { table } = this.state[cell];
    const standIns = this.missingMarks(cell);
    const source = table && this.sourceOf(table);
    if (!table || !source || standIns.length === 0) return;
    const copy = await this.do(cell, table.file, async (options) => {
      const { withStandIns } = await import("../../../prepare/with-stand-ins");
      return withStandIns(await contentOf(source, options), standIns);
    });
    if (!copy) return;
    const name = `${table.file.replace(/(\.(csv|tsv|txt))?(\.gz)?$/i, "")}.with-stand-in.csv`;
    await this.read({ blob: copy, file: name }, { simulated: table.simulated }, cell);
    const { table: after } = this.state[cell];
    if (after && after !== table) this.#measured.set(after, table);
  }

  /** The table in whose copy values stand in for marks; undefined for one that is as it was given. */
  measuredOf(table: CurrentTable): CurrentTable | undefined {
    return this.#measured.get(table);
  }

  /** Takes the table as it was given, without stand-ins. */
  async undoStandIn(cell: Cell = "a"): Promise<void> {
    const { table } = this.state[cell];
    const before = table && this.measuredOf(table);
    const source = before && this.sourceOf(before);
    if (source) await this.read(source, { id: before.example, simulated: before.simulated }, cell);
  }

  /** Takes, or no longer takes, the bins that cover the model's window. */
  acceptBins(selectBins: boolean, cell: Cell = "a"): void {
    this.accept({ ...this.state[cell].accepted, selectBins }, cell);
  }

  /** Rescales, or no longer rescales, by the deviation at `index`. */
  acceptRescale(index: number, accept: boolean, cell: Cell = "a"): void {
    const { accepted } = this.state[cell];
    const rescale = new Set(accepted.rescale);
    if (accept) rescale.add(index);
    else rescale.delete(index);
    this.accept({ ...accepted, rescale }, cell);
  }

  /** Takes a choice of what was offered as a whole. */
  accept(accepted: Accepted, cell: Cell = "a"): void {
    this.#fill(cell, { accepted });
  }

  /** Has the open model look at the tables that it reads. */
  async understand(): Promise<void> {
    await Promise.all((["a", "b"] as const).map((cell) => this.#understand(cell)));
  }

  /** Discards what was accepted for another pair of model and table, and has the open model look at the table. */
  async #understand(cell: Cell): Promise<void> {
    const { model } = this.page.state;
    const { table } = this.state[cell];
    this.#fill(cell, { understanding: undefined, accepted: NOTHING_ACCEPTED });
    if (!model || !table || !this.cells.includes(cell)) return;
    try {
      const understanding = await this.page.worker.call("understand", cell === "a" ? {} : { cell });
      if (this.page.state.model === model && this.state[cell].table === table) this.#fill(cell, { understanding });
    } catch (thrown) {
      this.fail(cell, thrown);
    }
  }

  /** Takes files of signal and genes, of which a table is made; without any, shows where they go. */
  async prepare(files: readonly File[] = [], cell?: Cell): Promise<void> {
    const { model } = this.page.state;
    if (!model)
      return this.#refuse("a", {
        name: "InputError",
        code: "missing",
        message:
          `${files.map(({ name }) => name).join(", ")}: a table needs the marks and bins of a model, and ` +
          "none is open.",
        remedy: "Choose a model, then drop them again.",
      });
    try {
      const preparing = this.state.preparing ?? (await this.#newPreparing());
      this.set({ preparing });
      await preparing.add(files, model.card, cell);
    } catch (thrown) {
      // Its script could not be loaded; the next time it is asked for again.
      this.#preparing = undefined;
      this.fail("a", thrown);
    }
  }

  /** True while signal files wait to be made a table; once theirs is read, they ask for nothing. */
  get isPreparing(): boolean {
    const { preparing, a, b } = this.state;
    if (!preparing) return false;
    const { made, refused } = preparing.state;
    const sources = [a, b].map(({ table }) => table && this.sourceOf(table));
    const isRead = made.some(({ file }) =>
      sources.some((source) => source && "blob" in source && source.blob === file),
    );
    return refused !== undefined || !isRead;
  }

  /** Puts away what tables are made of. */
  closePrepare(): void {
    this.state.preparing?.cancel("making");
    this.set({ preparing: undefined });
  }

  /** Session that makes tables: loaded where needed, and kept, so that its files are there when it is shown again. */
  async #newPreparing(): Promise<PrepareSession> {
    this.#preparing ??= import("../../../prepare/session").then(({ PrepareSession }) => {
      const preparing = new PrepareSession((...made) => this.takeMade(...made));
      let before = preparing.state;
      // The names and the requests outside its panel follow its files.
      preparing.subscribe(({ signals, made, refused }) => {
        const isOther = signals !== before.signals || made !== before.made || refused !== before.refused;
        before = preparing.state;
        if (isOther) this.set({});
      });
      return preparing;
    });
    return this.#preparing;
  }

  /** Forgets all tables. */
  clear(): void {
    this.#clearings++;
    this.cancelAll();
    this.#waiting = [];
    this.truth = undefined;
    this.#namedBy = undefined;
    this.set({ ...INITIAL, preparing: undefined, symbols: undefined, species: undefined });
  }

  protected override cancelled(): Partial<TablesState> {
    return { announcement: "Cancelled." };
  }

  #fill(cell: Cell, change: Partial<Slot>): void {
    this.set({ [cell]: { ...this.state[cell], ...change } });
  }

  #refuse(cell: Cell, problem: PlainError): void {
    this.set(this.problem(cell, problem));
  }
}

/** The files of both tables, there or about to be made; undefined without two. */
export function pairFiles(
  { a, b, preparing }: Pick<TablesState, "a" | "b" | "preparing">,
  card: ModelCard,
): readonly [string, string] | undefined {
  return a.table && b.table ? [a.table.file, b.table.file] : preparing?.tablesOf(card);
}

/** Indexes of BAM and CRAM. */
function isIndex(name: string): boolean {
  return /\.(bai|csi|crai)$/i.test(name);
}

/** Why a file is of no use to models of tables. */
function whyNoTable({ kind }: Identified): string {
  const found = `found ${inWords(kind)}; the open model reads tables of histone-mark signal`;
  return kind === "peaks" ? `${found}. ${PEAKS_REMEDY.replace(/\.$/, "")}` : found;
}

function notTables(files: readonly Identified[]): PlainError {
  const arePeaks = files.every(({ kind }) => kind === "peaks");
  return {
    name: "InputError",
    code: arePeaks ? "peaks" : "another-family",
    message:
      `${files.map(({ name, kind }) => `${name}: found ${inWords(kind)}`).join("; ")}; expected a table of ` +
      "histone-mark signal, which the open model reads.",
    remedy: arePeaks
      ? PEAKS_REMEDY
      : "Choose a model that predicts tracks from a sequence for it, or give this model a table with a row for " +
        "each bin of each gene.",
  };
}
