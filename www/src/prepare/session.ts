/** Making a table of signal files: which files are there, what each is taken for, and what comes of them. */

import type { ModelCard } from "../../../pkg/src/index";
import type { Cell } from "../tasks/change/protocol";
import { PrepareClient, type Preparer, type PrepareWorker } from "./client";
import type { BinValue, MadeTable, OpenedAnnotation, OpenedSignal } from "./protocol";
import type { PlainError } from "../worker/protocol";
import { isCancelled, plainOf } from "../rpc/worker-error";
import { cellInName, isOfChange } from "../tasks/change/cells";
import { kindOf } from "../session/file-kind";
import { Followed } from "../session/followed";
import { guessMark } from "./mark-names";
import { findings, missingMarks, type SignalEntry, standInFor } from "./checks";
import type { Activity } from "../session/state";

/** A file of signal as it is shown. */
export interface PreparedSignal extends SignalEntry {
  readonly id: number;
  readonly file: File;
  readonly opened?: OpenedSignal | undefined;
  /** Why it cannot be used. */
  readonly problem?: PlainError | undefined;
}

/** The annotation as it is shown. */
export interface PreparedAnnotation {
  readonly file: File;
  readonly name: string;
  /** That it is being read, and how far. */
  readonly reading?: Activity | undefined;
  readonly opened?: OpenedAnnotation | undefined;
  readonly problem?: PlainError | undefined;
}

/** What is known at one moment. Never changed in place. */
export interface PrepareState {
  readonly signals: readonly PreparedSignal[];
  readonly annotation?: PreparedAnnotation | undefined;
  /** Genes of this kind alone; all where it is empty. */
  readonly biotype: string;
  readonly values: BinValue;
  /** Marks, as `cell:mark`, for which the user chose that a value stands in. */
  readonly standIns: ReadonlySet<string>;
  readonly making?: Activity | undefined;
  readonly problem?: PlainError | undefined;
  /** The tables that were made of these files as they stand: of a model of a change A's and B's. */
  readonly made: readonly (MadeTable & { readonly cell: Cell })[];
  /** A file that was taken for neither. */
  readonly refused?: PlainError | undefined;
}

const NOTHING: PrepareState = { signals: [], biotype: "", values: "mean", standIns: new Set(), made: [] };

/** The names of a card that count here. */
export type PrepareCard = ModelCard;

/** What is done with signal files. */
export class PrepareSession extends Followed<PrepareState> {
  #nextId = 1;
  #making: AbortController | undefined;
  #reading: AbortController | undefined;

  constructor(
    /** Takes a table that was made as the current one. */
    private readonly take: (file: File, cell: Cell) => Promise<void>,
    private readonly preparer: Preparer = new PrepareClient(
      () => new Worker(new URL("../state/prepare-worker.js", document.baseURI), { type: "module" }) as PrepareWorker,
    ),
  ) {
    super(NOTHING);
  }

  /**
   * Takes files, one after another or at once: signal, of `cell` where that is known, and an annotation in whose place
   * a later one comes.
   */
  async add(files: readonly File[], card: PrepareCard, cell?: Cell): Promise<void> {
    await Promise.all(
      files.map(async (file) => {
        const kind = await kindOf(file);
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
        else
          this.set({
            refused: {
              name: "InputError",
              code: "neither",
              message: `${file.name}: found neither signal nor an annotation; expected bigWig, bedGraph or BAM, or genes as GTF, GFF3 or BED.`,
              remedy: "Drop a table of bins by itself; it needs no preparing.",
            },
          });
      }),
    );
  }

  /** Takes one file away. */
  remove(id: number): void {
    this.#change({ signals: this.state.signals.filter((each) => each.id !== id) });
  }

  removeAnnotation(): void {
    this.#reading?.abort();
    this.#change({ annotation: undefined, biotype: "" });
  }

  /** Says which mark a file is of. */
  setMark(id: number, mark: string): void {
    this.#change({ signals: this.state.signals.map((each) => (each.id === id ? { ...each, mark } : each)) });
  }

  /** Says which cell type a file is of. */
  setCell(id: number, cell: Cell): void {
    this.#change({ signals: this.state.signals.map((each) => (each.id === id ? { ...each, cell } : each)) });
  }

  setBiotype(biotype: string): void {
    this.#change({ biotype });
  }

  setValues(values: BinValue): void {
    this.#change({ values });
  }

  /** Has a value stand in for a mark that was not measured, or no longer. */
  setStandIn(mark: string, cell: Cell, chosen: boolean): void {
    const standIns = new Set(this.state.standIns);
    if (chosen) standIns.add(`${cell}:${mark}`);
    else standIns.delete(`${cell}:${mark}`);
    this.#change({ standIns });
  }

  dismiss(what: "problem" | "refused"): void {
    this.set({ [what]: undefined });
  }

  /** Makes the table, or both of a model of a change, and has it taken. */
  async make(card: PrepareCard): Promise<void> {
    const { annotation, signals, biotype, values } = this.state;
    if (!annotation || whyNotYet(this.state, card) !== undefined) return;
    this.#making?.abort();
    const controller = (this.#making = new AbortController());
    const name = commonName(signals.map((each) => each.name));
    const activity: Activity = { name: "the table", began: performance.now() };
    this.set({ making: activity, problem: undefined, made: [] });
    try {
      const made: (MadeTable & { cell: Cell })[] = [];
      for (const cell of cellsOf(card)) {
        const marks = signals
          .filter((each) => each.cell === cell)
          .map(({ mark, file }) => ({ mark: spelled(mark, card), file }));
        const standIns = missingMarks(card, signals, cell).flatMap((mark) => standInFor(card, mark, cell) ?? []);
        const wish = {
          name: `${name}${isOfChange(card) ? `.${cell}` : ""}.prepared.csv`,
          annotation: annotation.file,
          biotype: biotype || undefined,
          bins: card.bins,
          binSize: card.bin_size,
          values,
          marks,
          standIns,
        };
        const table = await this.preparer.call("makeTable", wish, {
          signal: controller.signal,
          onProgress: (progress) => this.#making === controller && this.set({ making: { ...activity, progress } }),
        });
        made.push({ ...table, cell });
      }
      if (this.#making !== controller) return;
      this.set({ made, making: undefined });
      for (const { file, cell } of made) await this.take(file, cell);
    } catch (thrown) {
      if (this.#making === controller && !isCancelled(thrown)) this.set({ problem: plainOf(thrown) });
    } finally {
      if (this.#making === controller) {
        this.#making = undefined;
        this.set({ making: undefined });
      }
    }
  }

  /** Ends the making of a table; files stay. */
  cancel(): void {
    this.#making?.abort();
  }

  /** Ends the reading of the annotation, which goes. */
  cancelReading(): void {
    this.removeAnnotation();
  }

  async #addSignal(file: File, card: PrepareCard, wished?: Cell): Promise<void> {
    const id = this.#nextId++;
    const mark = guessMark(file.name, card.marks) ?? "";
    const cell = isOfChange(card) ? (wished ?? cellInName(card, file.name) ?? this.#freeCell(mark)) : "a";
    this.#change({ signals: [...this.state.signals, { id, file, name: file.name, mark, cell }] });
    const tell = (known: Partial<PreparedSignal>): void =>
      this.set({ signals: this.state.signals.map((each) => (each.id === id ? { ...each, ...known } : each)) });
    try {
      tell({ opened: await this.preparer.call("openSignal", { file }) });
    } catch (thrown) {
      tell({ problem: plainOf(thrown) });
    }
  }

  /** A's until A has the mark. */
  #freeCell(mark: string): Cell {
    return this.state.signals.some((each) => each.cell === "a" && each.mark === mark) ? "b" : "a";
  }

  async #addAnnotation(file: File): Promise<void> {
    this.#reading?.abort();
    const controller = (this.#reading = new AbortController());
    const reading: Activity = { name: file.name, began: performance.now() };
    const begun: PreparedAnnotation = { file, name: file.name };
    const tell = (annotation: PreparedAnnotation | undefined): void => {
      if (this.#reading === controller) this.set({ annotation });
    };
    this.#change({ biotype: "" });
    tell({ ...begun, reading });
    try {
      const options = {
        signal: controller.signal,
        onProgress: (progress: NonNullable<Activity["progress"]>) =>
          tell({ ...begun, reading: { ...reading, progress } }),
      };
      tell({ ...begun, opened: await this.preparer.call("openAnnotation", { file }, options) });
    } catch (thrown) {
      tell(isCancelled(thrown) ? undefined : { ...begun, problem: plainOf(thrown) });
    }
  }

  /** Something that a table was made of is another: what was made before is no longer of it. */
  #change(change: Partial<PrepareState>): void {
    this.set({ ...change, made: [], problem: undefined });
  }
}

/** Whose tables a model reads. */
export function cellsOf(card: PrepareCard): readonly Cell[] {
  return isOfChange(card) ? ["a", "b"] : ["a"];
}

/** Why no table can be made yet, in a sentence; undefined if it can. */
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
    const of = isOfChange(card) ? ` of ${cell.toUpperCase()}` : "";
    if (!signals.some((each) => each.cell === cell)) return `Add the files${of}.`;
    const undecided = missingMarks(card, signals, cell).find(
      (mark) => !state.standIns.has(`${cell}:${mark}`) || !standInFor(card, mark, cell),
    );
    if (undecided !== undefined)
      return `There is no file for ${undecided}${of}: add it, or choose below what stands in for it.`;
  }
  return undefined;
}

/** What is wrong with the files together. */
export function findingsOf({ signals, annotation }: PrepareState, card: PrepareCard) {
  const opened = annotation?.opened;
  return findings(card, signals, annotation && opened ? { name: annotation.name, opened } : undefined);
}

/** A mark as the model spells it. */
function spelled(mark: string, card: Pick<ModelCard, "marks">): string {
  return card.marks.find((each) => each.toLowerCase() === mark.toLowerCase()) ?? mark;
}

/** What names have in common at their beginning, as a name: `K562` of `K562.H3K4me3.bw` and `K562.H3K9me3.bw`. */
export function commonName(names: readonly string[]): string {
  const [first = "", ...others] = names;
  let length = first.length;
  for (const other of others) while (!other.startsWith(first.slice(0, length))) length--;
  const common = names.length === 1 ? first.replace(/\..*$/, "") : first.slice(0, length);
  // Up to the last separator: `H3K` is part of each mark.
  const whole = names.length === 1 ? common : common.replace(/[^._\- ]*$/, "");
  return whole.replace(/[._\- ]+$/, "") || "table";
}
