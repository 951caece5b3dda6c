/** Makes tables of signal files: opens annotations and signal, fills windows in turns, and writes the file. */

import { CancelledError, fromEngine, InputError, throwIfCancelled } from "../../../pkg/src/errors";
import { type OnProgress, type WorkOptions, yieldToOthers } from "../../../pkg/src/progress";
import { openingText } from "../session/file-kind";
import { assemblyInComments } from "./checks";
import type {
  FilesAnnotation,
  FilesEngine,
  FilesPreparation,
  FilesSignal,
  FilesTable,
  ReadSlice,
} from "./files-engine";
import type { MadeTable, MarkFile, OpenedAnnotation, OpenedSignal, TableWish } from "./protocol";

/** Gives what reads a file's slices. In a worker it is `FileReaderSync`; a test has its own. */
export type SlicesOf = (file: File) => ReadSlice;

/** Milliseconds between two times that others may speak. */
const TURN = 60;

/** Makes tables. */
export class PrepareDesk {
  /** The annotation that was read last: it takes seconds, and choices after it do not change it. */
  #annotation: { readonly file: File; readonly read: FilesAnnotation } | undefined;

  constructor(
    private readonly engine: () => Promise<FilesEngine>,
    private readonly slicesOf: SlicesOf,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Reads an annotation to its end. */
  async openAnnotation({ file }: { readonly file: File }, options: WorkOptions = {}): Promise<OpenedAnnotation> {
    const { format, genes, transcripts, repeated, notes, chromosomes, biotypes } = await this.#read(file, options);
    return {
      format,
      genes,
      transcripts,
      repeated,
      notes,
      chromosomes,
      biotypes,
      assembly: assemblyInComments(await openingText(file)),
    };
  }

  /** Opens a signal file, of which it reads the beginning and the lists. */
  async openSignal({ file }: { readonly file: File }): Promise<OpenedSignal> {
    const signal = await this.#open(file);
    const { kind, indexed, chromosomes } = signal;
    signal.free();
    return { kind, indexed, chromosomes };
  }

  /** Makes a table. */
  async makeTable(wish: TableWish, options: WorkOptions = {}): Promise<MadeTable> {
    const { TablePreparation } = await this.engine();
    const whole = await this.#read(wish.annotation, options);
    const { biotype } = wish;
    const annotation = biotype === undefined ? whole : asked(() => whole.choose([biotype]));
    const owned: { free(): void }[] = biotype === undefined ? [] : [annotation];
    try {
      const { bins, binSize, values } = wish;
      const preparation = asked(
        () => new TablePreparation(annotation, wish.marks.length + wish.standIns.length, { bins, binSize, values }),
      );
      owned.push(preparation);
      const signals: FilesSignal[] = [];
      for (const { mark, file } of wish.marks) {
        const signal = await this.#open(file);
        owned.push(signal);
        signals.push(signal);
        asked(() => preparation.check(preparation.add(mark, signal)));
      }
      for (const { mark, value, what } of wish.standIns) asked(() => preparation.addStandIn(mark, value, what));
      for (const [track, mark] of wish.marks.entries())
        await this.#fill(preparation, track, mark, signals[track]?.indexed ?? true, wish.marks.length, options);
      const table = asked(() => preparation.finish(wish.name));
      owned.push(table);
      if (wish.marks.every(({ mark }) => table.silent.includes(mark))) throw nowhereNear(wish, table);
      return await this.#write(table, wish.name, options);
    } finally {
      for (const each of owned) each.free();
    }
  }

  /** Fills the windows of one mark. */
  async #fill(
    preparation: FilesPreparation,
    track: number,
    { file }: MarkFile,
    indexed: boolean,
    marks: number,
    { signal, onProgress }: WorkOptions,
  ): Promise<void> {
    const all = preparation.genes;
    const tell = (done: number): void =>
      onProgress?.({ stage: "read", file: file.name, done: track * all + done, total: marks * all, unit: "windows" });
    tell(0);
    if (!indexed) {
      // One call reads it to its end; whoever cancels ends the worker.
      asked(() =>
        preparation.step(track, all, (fraction) => {
          tell(Math.floor(fraction * all));
          return signal?.aborted !== true;
        }),
      );
      tell(all);
      return;
    }
    let size = 16;
    for (let done = 0; done < all;) {
      await yieldToOthers();
      throwIfCancelled(signal, "Making the table");
      const began = this.now();
      done = asked(() => preparation.step(track, size));
      const took = this.now() - began;
      if (took < TURN / 2) size *= 2;
      else if (took > 2 * TURN) size = Math.max(1, Math.floor(size / 2));
      tell(done);
    }
  }

  /** Writes the file part by part. */
  async #write(table: FilesTable, name: string, { signal, onProgress }: WorkOptions): Promise<MadeTable> {
    const { genes, marks, notes, summary, silent } = table;
    const parts: Blob[] = [];
    for (let part = 0; part < table.parts; part++) {
      await yieldToOthers();
      throwIfCancelled(signal, "Making the table");
      onProgress?.({
        stage: "write",
        file: name,
        done: Math.floor((genes * part) / table.parts),
        total: genes,
        unit: "genes",
      });
      // A blob may lie on the disk, so that a large table does not fill memory twice.
      parts.push(new Blob([asked(() => table.part(part, false))]));
    }
    const geneNotes = table.geneNotes();
    return {
      file: new File(parts, name, { type: "text/csv" }),
      genes,
      marks,
      notes,
      summary,
      silent,
      geneNotes: geneNotes && new Blob([geneNotes], { type: "text/tab-separated-values;charset=utf-8" }),
    };
  }

  async #read(file: File, { onProgress, signal }: WorkOptions): Promise<FilesAnnotation> {
    if (this.#annotation?.file === file || (this.#annotation && sameFile(this.#annotation.file, file)))
      return this.#annotation.read;
    const { Annotation } = await this.engine();
    throwIfCancelled(signal, "Reading the annotation");
    this.#annotation?.read.free();
    this.#annotation = undefined;
    const read = asked(() => new Annotation(file.name, file.size, told(file, this.slicesOf(file), onProgress)));
    this.#annotation = { file, read };
    return read;
  }

  async #open(file: File): Promise<FilesSignal> {
    const { SignalFile } = await this.engine();
    return asked(() => new SignalFile(file.name, file.size, this.slicesOf(file)));
  }
}

/** Not one base of signal in any window: a table of zeros would be silence that nobody measured. */
function nowhereNear({ marks, annotation, bins, binSize }: TableWish, { genes }: FilesTable): InputError {
  const files = marks.map(({ file }) => file.name).join(", ");
  return new InputError(
    `${files}: found no signal within ${(bins * binSize) / 2} bp of any of the ${genes} TSS of ${annotation.name}; expected some.`,
    {
      code: "no-signal-near-tss",
      file: marks[0]?.file.name,
      remedy:
        "Check that signal and annotation are of the same assembly, and that the files hold signal of the whole genome.",
    },
  );
}

/** Tells how far a file is read that is read from its beginning to its end. */
function told(file: File, read: ReadSlice, onProgress: OnProgress | undefined): ReadSlice {
  return (offset, size) => {
    onProgress?.({ stage: "read", file: file.name, done: offset, total: file.size, unit: "bytes" });
    return read(offset, size);
  };
}

/** Files come as copies with each message. */
function sameFile(a: File, b: File): boolean {
  return a.name === b.name && a.size === b.size && a.lastModified === b.lastModified;
}

/** Has the engine do something; what it throws becomes an error of the package. */
function asked<T>(work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    const error = fromEngine(thrown, InputError);
    throw error.code === "cancelled" ? new CancelledError("Making the table") : error;
  }
}
