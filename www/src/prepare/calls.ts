/** Makes tables from signal files. */

import { InputError } from "../../../pkg/src/errors";
import type { PrepareEngine } from "../../../pkg/src/engine/prepare-engine";
import {
  type Annotation,
  openSignal,
  type PreparedTable,
  prepareTable,
  readAnnotation,
  type SignalFile,
} from "../../../pkg/src/io/prepare";
import type { WorkOptions } from "../../../pkg/src/progress";
import { call, type Declared } from "../rpc/rpc";
import { openingText } from "../session/files";
import { assemblyInComments } from "./checks";
import type { MadeTable, OpenedAnnotation, OpenedSignal, TableWish } from "./result";

/** Calls run one after another: they share the engine, which computes without a pause. */
const NEEDS = { needs: ["engine"] };

/** Answers the page's calls. */
export class PrepareHandlers {
  /** The annotation read last: reading takes seconds, and later choices do not change it. */
  #annotation: { readonly file: File; readonly read: Annotation } | undefined;
  readonly #engine: () => Promise<PrepareEngine>;

  constructor(engine: () => Promise<PrepareEngine>) {
    this.#engine = engine;
  }

  /** Reads an annotation completely. */
  readonly openAnnotation = call(
    NEEDS,
    async ({ file }: { readonly file: File }, options): Promise<OpenedAnnotation> => {
      const { format, genes, transcripts, repeated, notes, chromosomes, biotypes } = await this.#read(file, options);
      const assembly = assemblyInComments(await openingText(file));
      return { format, genes, transcripts, repeated, notes, chromosomes, biotypes, assembly };
    },
  );

  /** Opens a signal file and reads its beginning and its lists. */
  readonly openSignal = call(NEEDS, async ({ file }: { readonly file: File }, options): Promise<OpenedSignal> => {
    const signal = await openSignal(await this.#engine(), file, options);
    const { kind, indexed, chromosomes } = signal;
    signal.free();
    return { kind, indexed, chromosomes };
  });

  /** Makes a table. */
  readonly makeTable = call(NEEDS, async (wish: TableWish, options): Promise<MadeTable> => {
    const engine = await this.#engine();
    const { name, biotype, values } = wish;
    const { upstream, downstream, binSize, strandFlip } = wish;
    const window = { upstream, downstream, binSize, strandFlip };
    const owned: { free(): void }[] = [];
    const own = <Thing extends { free(): void }>(thing: Thing): Thing => (owned.push(thing), thing);
    try {
      const whole = await this.#read(wish.annotation, options);
      const annotation = biotype === undefined ? whole : own(whole.choose({ biotypes: [biotype] }));
      const marks: Record<string, SignalFile> = {};
      for (const { mark, file } of wish.marks)
        marks[mark] = own(await openSignal(engine, file, { signal: options.signal }));
      const valuesOf = Object.fromEntries(
        wish.marks.flatMap(({ mark, values }) => (values === undefined ? [] : [[mark, values]])),
      );
      const standIns = Object.fromEntries(wish.standIns.map(({ mark, value, what }) => [mark, { value, what }]));
      const prepared = own(
        await prepareTable(engine, annotation, marks, { ...options, ...window, name, values, valuesOf, standIns }),
      );
      if (wish.marks.every(({ mark }) => prepared.silent.includes(mark))) throw nowhereNear(wish, prepared);
      const { genes, notes, summary, silent, proposed } = prepared;
      const geneNotes = prepared.geneNotes();
      return {
        // A file with its own name, so that it is read as if it had been dropped.
        file: new File([await prepared.write("plain", name, options)], name, { type: "text/csv" }),
        ...{ genes, marks: prepared.marks, notes, summary, silent, proposed },
        geneNotes:
          geneNotes === undefined
            ? undefined
            : new Blob([geneNotes], { type: "text/tab-separated-values;charset=utf-8" }),
      };
    } finally {
      for (const each of owned) each.free();
    }
  });

  async #read(file: File, options: WorkOptions): Promise<Annotation> {
    if (this.#annotation && sameFile(this.#annotation.file, file)) return this.#annotation.read;
    const engine = await this.#engine();
    this.#annotation?.read.free();
    this.#annotation = undefined;
    const read = await readAnnotation(engine, file, options);
    this.#annotation = { file, read };
    return read;
  }
}

/** Arguments and results of these calls. */
export type PrepareCalls = Declared<PrepareHandlers>;

/** The error for signal outside all windows: a table of zeros would look like a measurement. */
function nowhereNear({ marks, annotation, upstream, downstream }: TableWish, { genes }: PreparedTable): InputError {
  const files = marks.map(({ file }) => file.name).join(", ");
  return new InputError(
    `${files}: found no signal within ${Math.max(upstream, downstream)} bp of any of the ${genes} TSS of ` +
      `${annotation.name}; expected some.`,
    {
      code: "no-signal-near-tss",
      file: marks[0]?.file.name,
      remedy:
        "Check that signal and annotation are of the same assembly, and that the files hold signal of the whole " +
        "genome.",
    },
  );
}

/** Each message carries files as copies. */
function sameFile(a: File, b: File): boolean {
  return a === b || (a.name === b.name && a.size === b.size && a.lastModified === b.lastModified);
}
