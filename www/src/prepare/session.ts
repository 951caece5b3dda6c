/** Makes tables from signal files: the files, their marks, and the results. */

import type { ModelCard, WorkOptions } from "../../../pkg/src/index";
import type { Cell } from "../tasks/shared/cells";
import { isCancelled, type PlainError, plainOf } from "../rpc/errors";
import { type Activity, Working } from "../rpc/working";
import { WorkerClient } from "../rpc/client";
import type { Caller } from "../rpc/rpc";
import type { PrepareCalls } from "./calls";
import { inWords, PEAKS_REMEDY } from "../session/intake";
import { listed } from "../session/preparation";
import type { BinValue, MadeTable, OpenedAnnotation, OpenedSignal, TableWish } from "./result";
import type { SaidAssembly } from "../tasks/shared/assemblies";
import { cellInName } from "../tasks/shared/cells";
import { factsOf } from "../tasks/index";
import { identify } from "../session/files";
import { guessMark, sampleOf, samplesIn } from "./mark-names";
import { cardWindow, isFlipped } from "../tasks/shared/tables/windows";
import { assemblyOfAll, findings, missingMarks, type SignalEntry, standInFor } from "./checks";

/** A signal file as displayed. */
export interface PreparedSignal extends SignalEntry {
  readonly id: number;
  readonly file: File;
  readonly opened?: OpenedSignal | undefined;
  /** Error that makes it unusable. */
  readonly problem?: PlainError | undefined;
}

/** The annotation as displayed. */
export interface PreparedAnnotation {
  readonly file: File;
  readonly name: string;
  /** Progress of reading it. */
  readonly reading?: Activity | undefined;
  readonly opened?: OpenedAnnotation | undefined;
  readonly problem?: PlainError | undefined;
}

/** A sample whose files are not displayed: its table uses the settings of the displayed one. */
export interface OtherSample {
  readonly name: string;
  readonly files: readonly File[];
  /** Error in making its table. */
  readonly problem?: PlainError | undefined;
}

/** State at one moment. Never changed in place. */
export interface PrepareState {
  readonly signals: readonly PreparedSignal[];
  /** Other samples, for a model of one table. */
  readonly others: readonly OtherSample[];
  readonly annotation?: PreparedAnnotation | undefined;
  /** The assembly of all files, as stated by the user if they do not determine it. */
  readonly assembly?: SaidAssembly;
  /** Kind of gene to keep; empty for all. */
  readonly biotype: string;
  readonly values: BinValue;
  /** Marks, as `cell:mark`, whose bins have the mean over bases with a value, whatever `values` is. */
  readonly covered: ReadonlySet<string>;
  /** Marks, as `cell:mark`, that the user chose to substitute. */
  readonly standIns: ReadonlySet<string>;
  readonly making?: Activity | undefined;
  readonly problem?: PlainError | undefined;
  /** The tables made from the current files: for a model of a change, A's and B's. */
  readonly made: readonly (MadeTable & { readonly cell: Cell })[];
  /** A file that is neither signal nor an annotation. */
  readonly refused?: PlainError | undefined;
}

/**
 * Milliseconds that cancelled work has to stop: it checks between windows, but not while it reads a file without an
 * index.
 */
const PATIENCE = 400;

const EMPTY: PrepareState = {
  signals: [],
  others: [],
  biotype: "",
  values: "mean",
  covered: new Set(),
  standIns: new Set(),
  made: [],
};

/** Work that takes time, and the places where its problems are shown. */
type Part = "making" | "reading";
type Place = "problem" | "refused" | "annotation";

/** The parts of a card that are used here. */
export type PrepareCard = ModelCard;

/** Prepares tables from signal files. */
export class PrepareSession extends Working<Part, PrepareState, Place> {
  #nextId = 1;

  constructor(
    /**
     * Receives a table as the current one, with the annotation it was made with, other samples, and the assembly of all
     * if known.
     */
    private readonly take: (
      file: File,
      cell: Cell,
      annotation: File,
      others: readonly File[],
      assembly: SaidAssembly,
    ) => Promise<void>,
    private readonly preparer: Caller<PrepareCalls> = new WorkerClient(
      () => new Worker(new URL("./prepare-worker.js", document.baseURI), { type: "module" }),
      { what: "What reads signal files", patience: PATIENCE },
    ),
  ) {
    super(EMPTY);
  }

  /**
   * Adds files, one after another or together: signal, of `cell` if known, and an annotation, which replaces an earlier
   * one.
   */
  async add(files: readonly File[], card: PrepareCard, cell?: Cell): Promise<void> {
    const kinds = await Promise.all(files.map(identify));
    // Peak files are rejected, and do not distinguish samples.
    const [peaks, others] = [true, false].map((are) => files.filter((_, i) => (kinds[i] === "peaks") === are));
    const own = cellsOf(card).length === 1 ? this.#apart(others!) : others!;
    await Promise.all(
      [...own, ...peaks!].map(async (file) => {
        const kind = await identify(file);
        if (/\.(bai|csi|crai)$/i.test(file.name))
          return this.set({
            refused: {
              name: "InputError",
              code: "index",
              message: `${file.name}: indexes of BAM are not used here.`,
              remedy:
                "Nothing: the BAM file is read from its beginning to its end, which takes longer and counts the same.",
            },
          });
        if (kind === "annotation") await this.#addAnnotation(file);
        else if (kind === "measured") await this.#addSignal(file, card, cell);
        else {
          const [found, remedy] =
            kind === "peaks"
              ? [inWords(kind), PEAKS_REMEDY]
              : ["neither signal nor an annotation", "Drop a table of bins by itself; it needs no preparing."];
          const message = `${file.name}: found ${found}; expected bigWig, bedGraph or BAM, or genes as GTF, GFF3 or BED.`;
          this.set({ refused: { name: "InputError", code: kind === "peaks" ? kind : "neither", message, remedy } });
        }
      }),
    );
  }

  /** The files of the first sample; those of others become tables of their own. */
  #apart(files: readonly File[]): readonly File[] {
    const { signals, others } = this.state;
    const known = [...signals.map(({ file }) => file), ...others.flatMap((other) => other.files)];
    const [, ...more] = [...samplesIn([...known, ...files])];
    if (more.length === 0) return files;
    this.#change({ others: more.map(([name, own]) => ({ name, files: own })) });
    return files.filter((file) => !more.some(([, own]) => own.includes(file)));
  }

  /** The names of both tables to make, for a model of a change. */
  tablesOf(card: PrepareCard): readonly [string, string] | undefined {
    const cells = cellsOf(card);
    const names = namesOfCells(this.state.signals, cells);
    const [a, b] = cells.map((cell) => tableName(names.get(cell)));
    return a !== undefined && b !== undefined ? [a, b] : undefined;
  }

  /** Removes another sample. */
  removeSample(name: string): void {
    this.#change({ others: this.state.others.filter((other) => other.name !== name) });
  }

  /** Removes one file. */
  remove(id: number): void {
    this.#change({ signals: this.state.signals.filter((each) => each.id !== id), covered: new Set() });
  }

  removeAnnotation(): void {
    this.cancel("reading");
    this.#change({ annotation: undefined, biotype: "" });
  }

  /** Sets the mark of a file. */
  setMark(id: number, mark: string): void {
    const signals = this.state.signals.map((each) => (each.id === id ? { ...each, mark } : each));
    this.#change({ signals, covered: new Set() });
  }

  /** Sets the cell type of a file. */
  setCell(id: number, cell: Cell): void {
    const signals = this.state.signals.map((each) => (each.id === id ? { ...each, cell } : each));
    this.#change({ signals, covered: new Set() });
  }

  /** Sets the assembly of the files, as stated by the user. */
  sayAssembly(assembly: SaidAssembly): void {
    this.#change({ assembly });
  }

  setBiotype(biotype: string): void {
    this.#change({ biotype });
  }

  /** Sets the summary of all bins; resets that of single marks. */
  setValues(values: BinValue): void {
    this.#change({ values, covered: new Set() });
  }

  /** Remakes the tables, with the mean over bases that have a value for these marks of a cell type. */
  async makeOfCovered(marks: readonly string[], cell: Cell, card: PrepareCard): Promise<void> {
    this.#change({ covered: new Set([...this.state.covered, ...marks.map((mark) => `${cell}:${mark}`)]) });
    await this.make(card);
  }

  /** Substitutes a value for a mark that was not measured, or removes the substitute. */
  setStandIn(mark: string, cell: Cell, chosen: boolean): void {
    const standIns = new Set(this.state.standIns);
    if (chosen) standIns.add(`${cell}:${mark}`);
    else standIns.delete(`${cell}:${mark}`);
    this.#change({ standIns });
  }

  /** Makes the table, or both for a model of a change, and hands it over. */
  async make(card: PrepareCard): Promise<void> {
    const { annotation, signals, others, biotype, values, covered } = this.state;
    if (!annotation || whyNotYet(this.state, card) !== undefined) return;
    const first = others.length > 0 ? sampleOf(signals[0]?.name ?? "") : "";
    const names = first ? new Map([["a", first]]) : namesOfCells(signals, cellsOf(card));
    const window = cardWindow(card);
    this.set({ made: [] });
    const made = await this.do("making", "the table", async (options) => {
      const made: (MadeTable & { cell: Cell })[] = [];
      for (const cell of cellsOf(card)) {
        const marks = signals
          .filter((each) => each.cell === cell)
          .map(({ mark, file }) => ({ mark: spelled(mark, card), file }))
          .map((each) => (covered.has(`${cell}:${each.mark}`) ? { ...each, values: "mean-covered" as const } : each));
        const standIns = missingMarks(card, signals, cell).flatMap((mark) => standInFor(card, mark, cell) ?? []);
        const wish = {
          name: tableName(names.get(cell)),
          annotation: annotation.file,
          biotype: biotype || undefined,
          ...{ upstream: window.upstream, downstream: window.downstream },
          ...{ binSize: card.bin_size, strandFlip: isFlipped(card) },
          values,
          marks,
          standIns,
        };
        made.push({ ...(await this.preparer.call("makeTable", wish, options)), cell });
        for (const other of others) {
          const table = await this.#makeOther(other, wish, card, options);
          if (table) made.push({ ...table, cell });
        }
      }
      return made;
    });
    if (!made) return;
    this.set({ made });
    const assembly = assemblyOfAll(signals, annotation.opened, this.state.assembly)?.name;
    const [one, ...more] = made;
    if (others.length > 0 && one)
      return this.take(
        one.file,
        one.cell,
        annotation.file,
        more.map(({ file }) => file),
        assembly,
      );
    for (const { file, cell } of made) await this.take(file, cell, annotation.file, [], assembly);
  }

  /** The table of another sample, for the same marks; undefined if it failed, and the sample then has the problem. */
  async #makeOther(
    { name, files }: OtherSample,
    wish: TableWish,
    card: PrepareCard,
    options: WorkOptions,
  ): Promise<MadeTable | undefined> {
    const tell = (problem: PlainError | undefined): void =>
      this.set({ others: this.state.others.map((each) => (each.name === name ? { ...each, problem } : each)) });
    const marks = wish.marks.flatMap((each) => {
      const own = files.filter((file) => guessMark(file.name, card.marks) === each.mark);
      return own.length === 1 ? [{ ...each, file: own[0]! }] : [];
    });
    const missing = wish.marks.filter(({ mark }) => !marks.some((each) => each.mark === mark)).map(({ mark }) => mark);
    if (missing.length > 0) {
      tell({
        ...{ name: "InputError", code: "mark-files", message: `${name}: found no single file for ${listed(missing)}.` },
        remedy: "Give one file for each mark that the first sample has, named alike, or remove the sample.",
      });
      return undefined;
    }
    try {
      const made = await this.preparer.call("makeTable", { ...wish, name: tableName(name), marks }, options);
      tell(undefined);
      return made;
    } catch (thrown) {
      if (isCancelled(thrown)) throw thrown;
      tell(plainOf(thrown));
      return undefined;
    }
  }

  /** Cancels the reading of the annotation, and removes it. */
  cancelReading(): void {
    this.removeAnnotation();
  }

  async #addSignal(file: File, card: PrepareCard, wished?: Cell): Promise<void> {
    const id = this.#nextId++;
    const mark = guessMark(file.name, card.marks) ?? "";
    const cell =
      cellsOf(card).length > 1 ? (wished ?? cellInName(card, file.name) ?? this.#cellOf(file.name, mark)) : "a";
    this.#change({ signals: [...this.state.signals, { id, file, name: file.name, mark, cell }] });
    const tell = (known: Partial<PreparedSignal>): void =>
      this.set({ signals: this.state.signals.map((each) => (each.id === id ? { ...each, ...known } : each)) });
    try {
      tell({ opened: await this.preparer.call("openSignal", { file }) });
    } catch (thrown) {
      tell({ problem: plainOf(thrown) });
    }
  }

  /** The cell type of a sample's other files; without any, A, until A has the mark or another sample. */
  #cellOf(file: string, mark: string): Cell {
    const sample = sampleOf(file).toLowerCase();
    const { signals } = this.state;
    const alike = signals.find(({ name }) => sampleOf(name).toLowerCase() === sample);
    if (alike && sample !== "") return alike.cell;
    const isTaken = ({ cell, mark: other, name }: PreparedSignal): boolean =>
      cell === "a" && (other === mark || (sample !== "" && sampleOf(name) !== ""));
    return signals.some(isTaken) ? "b" : "a";
  }

  async #addAnnotation(file: File): Promise<void> {
    this.#change({ biotype: "", annotation: { file, name: file.name } });
    const opened = await this.do("reading", file.name, (options) =>
      this.preparer.call("openAnnotation", { file }, options),
    );
    if (opened) this.set({ annotation: { file, name: file.name, opened } });
  }

  protected override placeOf(part: Part): Place {
    return part === "making" ? "problem" : "annotation";
  }

  protected override doing(part: Part, activity: Activity | undefined): Partial<PrepareState> {
    return part === "making" ? { making: activity } : this.#ofAnnotation({ reading: activity });
  }

  protected override problem(place: Place, problem: PlainError | undefined): Partial<PrepareState> {
    return place === "annotation" ? this.#ofAnnotation({ problem }) : { [place]: problem };
  }

  protected override cancelled(place: Place): Partial<PrepareState> {
    return place === "annotation" ? { annotation: undefined } : {};
  }

  #ofAnnotation(change: Partial<PreparedAnnotation>): Partial<PrepareState> {
    const { annotation } = this.state;
    return annotation ? { annotation: { ...annotation, ...change } } : {};
  }

  /** Changes an input of the table: tables made before no longer belong to it. */
  #change(change: Partial<PrepareState>): void {
    this.set({ ...change, made: [], problem: undefined });
  }
}

/** Cell types whose tables a model reads. */
export function cellsOf(card: PrepareCard): readonly Cell[] {
  return factsOf(card)?.cells ?? [];
}

/** Reason why no table can be made yet, in a sentence; undefined if it can. */
export function whyNotYet(state: PrepareState, card: PrepareCard): string | undefined {
  const { signals, annotation } = state;
  if (signals.length === 0) return "Add a signal file for each mark.";
  if (!annotation) return "Add an annotation: genes as GTF, GFF3 or BED.";
  if (annotation.problem) return `${annotation.name} cannot be used; add another annotation.`;
  if (!annotation.opened) return `${annotation.name} is being read.`;
  const broken = signals.find(({ problem }) => problem);
  if (broken) return `${broken.name} cannot be used; remove it.`;
  if (signals.some(({ opened }) => !opened)) return "Files are being opened.";
  const blocking = findingsOf(state, card).find(({ blocks }) => blocks);
  if (blocking) return blocking.what;
  for (const cell of cellsOf(card)) {
    const of = cellsOf(card).length > 1 ? ` of ${cell.toUpperCase()}` : "";
    if (!signals.some((each) => each.cell === cell)) return `Add the files${of}.`;
    const undecided = missingMarks(card, signals, cell).find(
      (mark) => !state.standIns.has(`${cell}:${mark}`) || !standInFor(card, mark, cell),
    );
    if (undecided !== undefined)
      return `There is no file for ${undecided}${of}: add it, or choose above what stands in for it.`;
  }
  return undefined;
}

/** Lists the problems of the files in combination. */
export function findingsOf({ signals, annotation, assembly }: PrepareState, card: PrepareCard) {
  const opened = annotation?.opened;
  return findings(card, signals, annotation && opened ? { name: annotation.name, opened } : undefined, assembly);
}

/** A mark in the model's spelling. */
function spelled(mark: string, card: Pick<ModelCard, "marks">): string {
  return card.marks.find((each) => each.toLowerCase() === mark.toLowerCase()) ?? mark;
}

function tableName(name: string | undefined): string {
  return `${name}.prepared.csv`;
}

/** The name of each cell type's table: its sample's, or that of all files with the letter of the cell type. */
function namesOfCells(signals: readonly SignalEntry[], cells: readonly Cell[]): ReadonlyMap<Cell, string> {
  const all = commonName(signals.map(({ name }) => name));
  const samples = cells.map((cell) => {
    const found = new Set(signals.filter((each) => each.cell === cell).map(({ name }) => sampleOf(name)));
    return found.size === 1 ? [...found][0]! : "";
  });
  const areTold = cells.length > 1 && samples.every((each) => each !== "") && new Set(samples).size === cells.length;
  return new Map(cells.map((cell, i) => [cell, areTold ? samples[i]! : `${all}${cells.length > 1 ? `.${cell}` : ""}`]));
}

/** Common prefix of names, as a name: `K562` for `K562.H3K4me3.bw` and `K562.H3K9me3.bw`. */
export function commonName(names: readonly string[]): string {
  const [first = "", ...others] = names;
  let length = first.length;
  for (const other of others) while (!other.startsWith(first.slice(0, length))) length--;
  const common = names.length === 1 ? first.replace(/\..*$/, "") : first.slice(0, length);
  // Up to the last separator, since `H3K` is part of every mark.
  const whole = names.length === 1 ? common : common.replace(/[^._\- ]*$/, "");
  return whole.replace(/[._\- ]+$/, "") || "table";
}
