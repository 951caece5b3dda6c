/** Makes tables of signal from one signal file per mark and an annotation of genes. */

import { access, reading, whole } from "./bytes.js";
import { given, oneOf } from "../arguments.js";
import { bounded, named, options, text, WORK } from "../boundary.js";
import { CancelledError, fromEngine, InputError, type RegulensError, throwIfCancelled } from "../errors.js";
import type {
  BinSummary,
  EngineAnnotation,
  EnginePreparedTable,
  EngineSignalFile,
  EngineTablePreparation,
  PrepareEngine,
  WindowOptions,
} from "../engine/prepare-engine.js";
import { Freeable, held } from "../held.js";
import { type WorkOptions, yieldToOthers } from "../progress.js";
import type { ReadAt } from "../engine/track-engine.js";
import { type ReadOptions, Table, type TableSource } from "./table.js";

/** Size limit for an annotation, and for a signal file that has to be read as a whole. */
const LIMIT = 600e6;

/** Size limit for the index of a BAM file. */
const INDEX_LIMIT = 64e6;

/** Approximate milliseconds of work before other tasks run. */
const TURN = 60;

/** Windows in the first step; later steps are sized by the time that earlier ones took. */
const FIRST_STEP = 16;

/** The genes of an annotation to keep. */
export interface AnnotationOptions extends ReadOptions {
  /** Kinds of gene, such as `protein_coding`, if the file specifies them; default: all. */
  biotypes?: readonly string[] | undefined;
  /** Ids, with or without versions, or symbols; default: all. */
  genes?: readonly string[] | undefined;
  /** True to remove versions from ids: `ENSG00000000003.15` becomes `ENSG00000000003`. */
  dropVersions?: boolean | undefined;
}

/** Genes and their TSSs from a GTF, GFF3 or BED file. They are held in the engine's memory until they are freed. */
export class Annotation extends Freeable {
  /** @internal */
  readonly engineAnnotation: EngineAnnotation;
  /** `GTF`, `GFF3` or `BED`. */
  readonly format: "GTF" | "GFF3" | "BED";
  /** Number of genes; each id counts once. */
  readonly genes: number;
  /** Number of transcripts of these genes. */
  readonly transcripts: number;
  /** Number of ids that occurred again later in the file. */
  readonly repeated: number;
  /** Notes on reading the file and on entries that were left out, in sentences. */
  readonly notes: readonly string[];
  /** Number of genes on each chromosome, and its last TSS, from 1. */
  readonly chromosomes: readonly { name: string; genes: number; lastTss: number }[];
  /** Kinds of gene, most frequent first; empty if the file does not specify them. */
  readonly biotypes: readonly { name: string; genes: number }[];

  /** @internal */
  constructor(
    engineAnnotation: EngineAnnotation,
    /** The file's name. */
    readonly file: string,
  ) {
    super();
    this.engineAnnotation = held(engineAnnotation, file);
    this.format = engineAnnotation.format;
    this.genes = engineAnnotation.genes;
    this.transcripts = engineAnnotation.transcripts;
    this.repeated = engineAnnotation.repeated;
    this.notes = engineAnnotation.notes;
    this.chromosomes = engineAnnotation.chromosomes;
    this.biotypes = engineAnnotation.biotypes;
  }

  /**
   * Selects genes by kind or name, as a new annotation.
   *
   * ```js
   * using coding = annotation.choose({ biotypes: ["protein_coding"] });
   * console.log(coding.genes, "of", annotation.genes);
   * ```
   *
   * @throws InputError if none is left.
   */
  choose({ biotypes = [], genes }: Pick<AnnotationOptions, "biotypes" | "genes">): Annotation {
    return new Annotation(
      request(() => this.engineAnnotation.choose([...biotypes], genes && [...genes])),
      this.file,
    );
  }

  /**
   * Releases the memory.
   *
   * ```js
   * const annotation = await readAnnotation(gtf);
   * console.log(annotation.genes);
   * annotation.free();
   * ```
   */
  free(): void {
    this.engineAnnotation.free();
  }
}

/** Options for opening a file of signal. */
export interface SignalOptions extends ReadOptions {
  /** The `.bai` file of a BAM file. Without it, the BAM file is read from beginning to end. */
  index?: TableSource | undefined;
}

/** A file of signal: bigWig, bedGraph, BAM, reads as BED, or fragments of single cells. */
export class SignalFile extends Freeable {
  /** @internal */
  readonly engineSignalFile: EngineSignalFile;
  /** Kind of file, detected from its content. */
  readonly kind: "bigWig" | "BAM" | "bedGraph" | "reads as BED" | "fragments of single cells";
  /** True if only the parts under the genes' windows are read; otherwise the whole file is read. */
  readonly indexed: boolean;
  /** Chromosomes and their lengths, null if unknown; undefined if the file does not list chromosomes. */
  readonly chromosomes: readonly { name: string; length: number | null }[] | undefined;

  /** @internal */
  constructor(
    engineSignalFile: EngineSignalFile,
    /** The file's name. */
    readonly file: string,
  ) {
    super();
    this.engineSignalFile = held(engineSignalFile, file);
    this.kind = engineSignalFile.kind;
    this.indexed = engineSignalFile.indexed;
    this.chromosomes = engineSignalFile.chromosomes;
  }

  /**
   * Releases the memory.
   *
   * ```js
   * const signal = await openSignal(bam, { index: bai });
   * console.log(signal.kind, signal.indexed);
   * signal.free();
   * ```
   */
  free(): void {
    this.engineSignalFile.free();
  }
}

/** Options for making a table. */
export interface PrepareTableOptions extends WindowOptions, WorkOptions {
  /** Name of the table in messages; default `table.csv`. */
  name?: string | undefined;
  /**
   * Substitutes for marks that were not measured: one value for all bins, and a short statement of its source, which
   * the table's notes include.
   */
  standIns?: Readonly<Record<string, { value: number; what: string }>> | undefined;
  /** Marks whose bins use another summary than `values`: `{ methylation: "mean-covered" }`. */
  valuesOf?: Readonly<Record<string, BinSummary>> | undefined;
}

const TYPES = { gzip: "application/gzip", plain: "text/csv" } as const;
const FORMS = ["gzip", "plain"] as const;

/** A finished table. It is held in the engine's memory until it is freed. */
export class PreparedTable extends Freeable {
  /** Number of genes. */
  readonly genes: number;
  /** Marks, in column order. */
  readonly marks: readonly string[];
  /** Meaning of the values, as in the comments before the file's header. */
  readonly notes: readonly string[];
  /** Numbers of genes that were left out or treated differently, with the reasons, in sentences. */
  readonly summary: readonly string[];
  /** Marks without any value above 0. */
  readonly silent: readonly string[];
  /**
   * Marks whose values look like fractions (as in methylation), while bases without a value counted as 0: `valuesOf: {
   * MARK: "mean-covered" }` gives the mean over bases with a value.
   */
  readonly proposed: readonly string[];
  readonly #prepared: EnginePreparedTable;
  readonly #engine: PrepareEngine;

  /** @internal */
  constructor(engine: PrepareEngine, prepared: EnginePreparedTable) {
    super();
    this.#engine = engine;
    this.#prepared = held(prepared, "the prepared table");
    this.genes = prepared.genes;
    this.marks = prepared.marks;
    this.notes = prepared.notes;
    this.summary = prepared.summary;
    this.silent = prepared.silent;
    this.proposed = prepared.proposed;
  }

  /**
   * The file that `regulens prepare hm` writes, for a model to read: CSV, gzipped unless `plain`.
   *
   * ```js
   * const table = await model.readTable(prepared.file());
   * ```
   */
  file(form: "gzip" | "plain" = "gzip"): Blob {
    oneOf("form", form, FORMS, "no-such-form");
    const parts = Array.from({ length: this.#prepared.parts }, (_, part) => this.#prepared.part(part, form === "gzip"));
    return new Blob(parts, { type: TYPES[form] });
  }

  /**
   * Writes the same file in steps, with progress and cancellation.
   *
   * ```js
   * const blob = await prepared.write("gzip", "table.csv.gz", {
   *   onProgress: ({ done, total }) => console.log(`${done} of ${total}`),
   * });
   * ```
   */
  async write(form: "gzip" | "plain", name: string, { signal, onProgress }: WorkOptions = {}): Promise<Blob> {
    oneOf("form", form, FORMS, "no-such-form");
    const { parts } = this.#prepared;
    const blobs: Blob[] = [];
    for (let part = 0; part < parts; part++) {
      await yieldToOthers();
      throwIfCancelled(signal, `Writing ${name}`);
      const done = Math.floor((this.genes * part) / parts);
      onProgress?.({ stage: "write", file: name, done, total: this.genes, unit: "genes" });
      // Browsers may keep a blob on disk, so that a large table does not take memory twice.
      blobs.push(new Blob([request(() => this.#prepared.part(part, form === "gzip"))]));
    }
    return new Blob(blobs, { type: TYPES[form] });
  }

  /**
   * Genes that were left out or treated differently, one per line, as TSV; undefined if there are none.
   *
   * ```js
   * const tsv = prepared.geneNotes();
   * if (tsv !== undefined) console.log(tsv.split("\n").length - 1, "lines");
   * ```
   */
  geneNotes(): string | undefined {
    const bytes = this.#prepared.geneNotes();
    return bytes && new TextDecoder().decode(bytes);
  }

  /**
   * The table itself, as a model reads it.
   *
   * ```js
   * using table = prepared.table();
   * console.log(table.genes.length, table.values(0, 1));
   * ```
   */
  table(): Table {
    return new Table(this.#engine, this.#prepared.table());
  }

  /**
   * Releases the memory.
   *
   * ```js
   * const prepared = await prepareTable(annotation, { H3K4me3: signalFile });
   * const blob = prepared.file();
   * prepared.free();
   * ```
   */
  free(): void {
    this.#prepared.free();
  }
}

bounded("prepared", PreparedTable.prototype, { write: [named("form"), text("name"), options(WORK)] });

/** @internal Reads an annotation. */
export function readAnnotation(
  engine: PrepareEngine,
  source: TableSource,
  options: AnnotationOptions,
): Promise<Annotation> {
  return reading(source, options, "annotation", async (name, source) => {
    const { size, read } = await access(name, source, LIMIT, "Give the genes alone, or read it in a worker.", options);
    const notifying: ReadAt = (offset, length) => {
      options.onProgress?.({ stage: "read", file: name, done: offset, total: size, unit: "bytes" });
      return read(offset, length);
    };
    let annotation = new engine.Annotation(name, size, notifying);
    const take = (next: EngineAnnotation): void => {
      annotation.free();
      annotation = next;
    };
    try {
      const { biotypes = [], genes, dropVersions } = options;
      if (biotypes.length > 0 || genes) take(annotation.choose([...biotypes], genes && [...genes]));
      if (dropVersions) take(annotation.dropVersions());
    } catch (thrown) {
      annotation.free();
      throw thrown;
    }
    return new Annotation(annotation, name);
  });
}

/** @internal Opens a file of signal. */
export function openSignal(engine: PrepareEngine, source: TableSource, options: SignalOptions): Promise<SignalFile> {
  return reading(source, options, "signal", async (name, source) => {
    const { size, read } = await access(
      name,
      source,
      LIMIT,
      "Open it in a worker, where only what is needed of it is read.",
      options,
    );
    const index =
      options.index === undefined
        ? undefined
        : await whole(
            `index of ${name}`,
            options.index,
            INDEX_LIMIT,
            "Check that this is the BAM file's index.",
            options,
          );
    return new SignalFile(new engine.SignalFile(name, size, read, index), name);
  });
}

/** @internal Fills the windows of all marks. */
export async function prepareTable(
  engine: PrepareEngine,
  annotation: Annotation,
  marks: Readonly<Record<string, SignalFile>>,
  options: PrepareTableOptions,
): Promise<PreparedTable> {
  const { name = "table.csv", standIns = {}, valuesOf = {}, signal, onProgress: _, ...windows } = options;
  const what = `Preparing ${name}`;
  const entries = Object.entries(marks);
  const wanted = given(windows);
  throwIfCancelled(signal, what);
  const preparation = request(
    () =>
      new engine.TablePreparation(annotation.engineAnnotation, entries.length + Object.keys(standIns).length, wanted),
  );
  try {
    const tracks = entries.map(([mark, file]) => ({
      file: file.file,
      track: request(() => preparation.add(mark, file.engineSignalFile, valuesOf[mark])),
    }));
    for (const [mark, { value, what }] of Object.entries(standIns))
      request(() => preparation.addStandIn(mark, value, what));
    for (const { file, track } of tracks) request(() => preparation.check(track), file);
    for (const [at, { file, track }] of tracks.entries())
      await fill(preparation, track, file, at, tracks.length, options, what);
    return new PreparedTable(
      engine,
      request(() => preparation.finish(name)),
    );
  } finally {
    preparation.free();
  }
}

/** Fills the windows of one mark. */
async function fill(
  preparation: EngineTablePreparation,
  track: number,
  file: string,
  at: number,
  tracks: number,
  { signal, onProgress }: WorkOptions,
  what: string,
): Promise<void> {
  const { genes } = preparation;
  const notify = (done: number): void =>
    onProgress?.({
      stage: "prepare",
      file,
      done: Math.round(at * genes + done),
      total: tracks * genes,
      unit: "windows",
    });
  notify(0);
  let size = FIRST_STEP;
  for (let done = 0; done < genes;) {
    await yieldToOthers();
    throwIfCancelled(signal, what);
    const began = performance.now();
    done = request(
      () =>
        preparation.step(track, size, (share) => {
          notify(share * genes);
          return signal?.aborted !== true;
        }),
      file,
    );
    const took = performance.now() - began;
    if (took < TURN / 2) size *= 2;
    else if (took > 2 * TURN) size = Math.max(1, Math.floor(size / 2));
    notify(done);
  }
  throwIfCancelled(signal, what);
}

/** The engine rejects a bad request with a RangeError; any other error is due to the file. */
function request<T>(work: () => T, file?: string): T {
  try {
    return work();
  } catch (thrown) {
    const error = refusal(thrown) ?? fromEngine(thrown, InputError, file);
    throw error.code === "cancelled" ? new CancelledError("Preparing the table") : error;
  }
}

function refusal(thrown: unknown): RegulensError | undefined {
  if (!(thrown instanceof RangeError) || /call stack/.test(thrown.message)) return undefined;
  return new InputError(`${thrown.message}.`, { code: "not-possible", cause: thrown });
}
