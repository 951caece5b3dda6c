/** Tables of genes that were given to the page, whichever of its models reads them: of one cell type, A, or of two. */

import type { CatalogueExample, Understanding } from "../../../../pkg/src/index";
import type { PrepareSession } from "../../prepare/session";
import type { PlainError } from "../../rpc/errors";
import type { Identified } from "../../session/files";
import type { ReadTable, TableRequest } from "../../session/opened";
import { type Accepted, NOTHING_ACCEPTED } from "../../session/preparation";
import type { Page } from "../../session/page";
import { type Activity, Working } from "../../session/working";
import { factsOfOpen } from "../index";
import { type Cell, cellInName, cellName } from "./cells";

/** A table that was read, and where it is from. */
export interface CurrentTable extends ReadTable {
  /** The example's name in the catalogue; absent for the user's own table. */
  readonly example?: string | undefined;
  /** Whether its values are simulated. */
  readonly simulated: boolean;
}

/** What is known of the table of one cell type. */
export interface Slot {
  readonly table?: CurrentTable | undefined;
  /** What the open model makes of it. */
  readonly understanding?: Understanding | undefined;
  readonly accepted: Accepted;
}

/** What is known at one moment. */
export interface TablesState {
  readonly a: Slot;
  readonly b: Slot;
  /** Where a table is being made of signal files; it has a state of its own. */
  readonly preparing?: PrepareSession | undefined;
  /** By cell type. */
  readonly doing: { readonly [Of in Cell]?: Activity | undefined };
  readonly problems: { readonly [Of in Cell]?: PlainError | undefined };
  readonly announcement: string;
}

const EMPTY: Slot = { accepted: NOTHING_ACCEPTED };
const INITIAL: TablesState = { a: EMPTY, b: EMPTY, doing: {}, problems: {}, announcement: "" };

const pages = new WeakMap<Page, Tables>();

/** The tables of a page. */
export function tablesOf(page: Page): Tables {
  const tables = pages.get(page) ?? new Tables(page);
  pages.set(page, tables);
  return tables;
}

/** Reads tables, and has the open model look at them. */
export class Tables extends Working<Cell, Cell, TablesState> {
  readonly #sources = new WeakMap<CurrentTable, TableRequest>();
  #preparing: Promise<PrepareSession> | undefined;

  constructor(private readonly page: Page) {
    super(INITIAL);
  }

  protected override set(change: Partial<TablesState>): void {
    super.set(change);
    if (change.announcement) this.page.announce(change.announcement);
  }

  /** The cell types whose tables the open model reads; before one is open, A. */
  get cells(): readonly Cell[] {
    return factsOfOpen(this.page.state.model).cells;
  }

  /** Takes what was dropped or chosen at once; two tables are A's and B's where a model reads both. */
  async open(files: readonly Identified[], cell?: Cell): Promise<void> {
    const signals = files.flatMap(({ file, kind }) =>
      (kind === "measured" || kind === "annotation") && file instanceof File ? [file] : [],
    );
    if (signals.length > 0) await this.prepare(signals, cell);
    const [first, second] = files.filter(({ file }) => !signals.some((signal) => signal === file));
    if (!first) return;
    if (first.kind === "table" && second?.kind === "table" && this.cells.length > 1)
      return this.#openBoth(first, second);
    if (first.kind === "table") return this.readOwn(first.file, first.name, cell);
    this.#refuse(cell ?? "a", notATable(first));
  }

  async #openBoth(first: Identified, second: Identified): Promise<void> {
    const { model } = this.page.state;
    const isSwapped =
      model && (cellInName(model.card, first.name) === "b" || cellInName(model.card, second.name) === "a");
    const [a, b] = isSwapped ? [second, first] : [first, second];
    await Promise.all([this.readOwn(a.file, a.name, "a"), this.readOwn(b.file, b.name, "b")]);
  }

  /**
   * Reads the user's own table: of A or B where the model reads both; of the one that is missing where nobody says.
   */
  async readOwn(blob: Blob, file: string, cell?: Cell, simulated = false): Promise<void> {
    const free = cell ?? this.#freeCell(file);
    if (free) return void (await this.read({ blob, file }, { simulated }, free));
    this.#refuse("a", {
      name: "InputError",
      code: "which-table",
      message: `${file}: both tables are there already.`,
      remedy: "Choose or drop it at A or at B, in whose place it shall be.",
    });
  }

  /** Whose table a file is where nobody says so; undefined where both are there. */
  #freeCell(file: string): Cell | undefined {
    const { model } = this.page.state;
    if (!model || this.cells.length < 2) return "a";
    const { a, b, doing } = this.state;
    const isFree = { a: !a.table && !doing.a, b: !b.table };
    const named = cellInName(model.card, file);
    return named && isFree[named] ? named : isFree.a ? "a" : isFree.b ? "b" : undefined;
  }

  /** Reads a table from where it is, without guessing whose it is; says whether it could be read. */
  async read(source: TableRequest, example: Partial<CatalogueExample> | undefined, cell: Cell): Promise<boolean> {
    const read = await this.do(cell, source.file, (options) =>
      this.page.worker.call("readTable", cell === "a" ? { table: source } : { table: source, cell }, options),
    );
    if (!read) return false;
    const table: CurrentTable = { ...read, example: example?.id, simulated: example?.simulated ?? false };
    this.#sources.set(table, source);
    const { model } = this.page.state;
    this.#fill(cell, { table });
    this.set({
      announcement: `Table ${read.file} was read${model && this.cells.length > 1 ? ` as ${cellName(model.card, cell)}` : ""}: ${read.genes.length} genes.`,
    });
    await this.#understand(cell);
    return true;
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

  /** What was accepted for another pair of model and table does not hold any more. */
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
        message: `${files.map(({ name }) => name).join(", ")}: a table of them has the marks and bins of a model, and none is open.`,
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

  /** Puts away what tables are made of. */
  closePrepare(): void {
    this.state.preparing?.cancel("making");
    this.set({ preparing: undefined });
  }

  /** What makes tables: loaded where it is needed, and kept, so that its files are there when it is shown again. */
  async #newPreparing(): Promise<PrepareSession> {
    this.#preparing ??= import("../../prepare/session").then(
      ({ PrepareSession }) => new PrepareSession((file, cell) => this.readOwn(file, file.name, cell)),
    );
    return this.#preparing;
  }

  /** Forgets all tables. */
  clear(): void {
    this.cancelAll();
    this.set({ ...INITIAL, preparing: undefined });
  }

  protected override placeOf(part: Cell): Cell {
    return part;
  }

  protected override doing(part: Cell, activity: Activity | undefined): Partial<TablesState> {
    return { doing: { ...this.state.doing, [part]: activity } };
  }

  protected override problem(place: Cell, problem: PlainError | undefined): Partial<TablesState> {
    return { problems: { ...this.state.problems, [place]: problem } };
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

const WHAT: Readonly<Partial<Record<Identified["kind"], string>>> = {
  sequence: "a sequence (FASTA)",
  variants: "variants (VCF)",
  measured: "values along a genome (bedGraph or bigWig)",
  annotation: "genes (GTF, GFF3 or BED)",
};

function notATable({ name, kind }: Identified): PlainError {
  return {
    name: "InputError",
    code: "another-family",
    message: `${name}: found ${WHAT[kind] ?? "another file"}; expected a table of histone-mark signal, which the chosen model reads.`,
    remedy:
      "Choose a model that predicts tracks from a sequence for it, or give this model a table with a row for each bin of each gene.",
  };
}
