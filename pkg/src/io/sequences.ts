/**
 * Inputs of models of tracks: sequences, measured tracks, variants. Each is in the engine's memory until it is freed.
 */

import { access, inPlace, reading, whole } from "./bytes.js";
import type { EngineGenome, NamedRegion, PrepareEngine } from "../engine/prepare-engine.js";
import { oneOf, recordNumber, wholeNumber } from "../arguments.js";
import { fromEngine, InputError, throwIfCancelled } from "../errors.js";
import { bounded, named, number, text } from "../boundary.js";
import { Freeable, held } from "../held.js";
import { yieldToOthers } from "../progress.js";
import { finder } from "./names.js";
import { Pieces, piecesOf } from "./pieces.js";
import { openSource, type ReadOptions, type TableSource } from "./table.js";
import type {
  BinValue,
  EngineAround,
  EngineFasta,
  EngineSignal,
  SequenceParts,
  SequenceWindow,
  TrackShape,
  VariantRow,
} from "../engine/track-engine.js";

/** Largest file of sequences that is read: what fits into the engine's memory twice. */
const SEQUENCE_LIMIT = 600e6;

/** Largest index of a genome, and bytes of a genome that are indexed at a time. */
const INDEX_LIMIT = 256e6;
const PIECE = 1 << 22;

/** Largest file of variants, and of measured values where it has to be read as a whole. */
const WHOLE_LIMIT = 600e6;

/** Bytes beyond which a FASTA is not held as a whole: plain, and packed in blocks. */
const SLICED = { FASTA: 64e6, "FASTA in blocks": 16e6 } as const;

/** Bytes of gzip in one stream beyond which more comes out of it than can be held: it has to be packed anew. */
const STREAM_LIMIT = 200e6;

/** Bytes by which formats are told. */
const OPENING = 18;

/** A sequence of a file. */
export interface SequenceRecord {
  name: string;
  /** Text behind the name. */
  description: string;
  /** Number of bases. */
  length: number;
  /** Bases in lower case: masked repeats, mostly. They count like any other. Absent where only slices are read. */
  lower?: number;
  /** Bases that are not A, C, G and T, and so unknown to the model. Absent where only slices are read. */
  unknown?: number;
  /**
   * Count of each letter besides A, C, G and T: N, those for several bases, and U, which is read as T. Absent where
   * only slices are read.
   */
  iupac?: Record<string, number>;
}

/** Options for reading sequences. */
export interface SequenceOptions extends ReadOptions {
  /** The index `.fai` of a FASTA: only slices of the file are then read. */
  fai?: TableSource | undefined;
  /** The index `.gzi` of a FASTA that bgzip packed; made where it is missing. */
  gzi?: TableSource | undefined;
}

/** Where the bases are. */
interface Bases {
  readonly records: readonly SequenceRecord[];
  /** True if only what is asked for is read. */
  readonly isSliced: boolean;
  codes(record: number, start: number, end: number): Uint8Array;
  free(): void;
}

/** A stretch of a record, from 0, the end not included. */
export interface Stretch {
  start: number;
  end: number;
}

/** Sizes of a model's windows: its `shape`. */
type Sizes = Pick<TrackShape, "length" | "crop"> & { readonly binSize: number };

/** Sequences of a file, in memory or read by slices. */
export class Sequences extends Freeable {
  readonly #windows = new Map<string, readonly SequenceWindow[]>();
  #find: ((name: string) => number) | undefined;
  readonly #engine: SequenceParts;
  readonly #bases: Bases;
  readonly records: readonly SequenceRecord[];

  /** @internal */
  constructor(
    engine: SequenceParts,
    bases: Bases,
    /** The file's name. */
    readonly file: string,
  ) {
    super();
    this.#engine = engine;
    this.#bases = held(bases, file);
    this.records = bases.records;
  }

  /**
   * The position of the sequence of a name, exactly, or else without regard to `chr`; −1 for none.
   *
   * ```js
   * const record = sequences.find("chrII");
   * if (record >= 0) console.log(sequences.records[record]?.length);
   * ```
   */
  find(name: string): number {
    this.#find ??= finder(this.records.map((record) => record.name));
    return this.#find(name);
  }

  /** True if only slices of the file are read: a genome, of which places are run and not whole sequences. */
  get isSliced(): boolean {
    return this.#bases.isSliced;
  }

  /**
   * The bases of a record from `start` up to but not including `end` as codes: A 0, C 1, G 2, T 3, anything else 4; all
   * of them by default.
   *
   * ```js
   * const codes = sequences.codes("chrII", 20_000, 20_100);
   * console.log(decode(codes));   // `decode` of regulens
   * ```
   *
   * @throws InputError where there are no such bases, or a file that is read by slices is damaged there.
   */
  codes(record: number | string, start = 0, end?: number): Uint8Array {
    const at = recordNumber(record, this.records, this.file);
    const { length } = this.records[at]!;
    const last = end ?? length;
    wholeNumber("first base", start, 0, length, "beyond-sequence");
    wholeNumber("base after the last", last, start, length, "beyond-sequence");
    try {
      return this.#bases.codes(at, start, last);
    } catch (thrown) {
      throw fromEngine(thrown, InputError, this.file);
    }
  }

  /**
   * The windows of a model by which a record is covered, in order.
   *
   * ```js
   * const windows = sequences.windows("chrII", model.shape);
   * console.log(windows.length, windows[0]?.keep);
   * ```
   */
  windows(record: number | string, shape: Sizes): readonly SequenceWindow[] {
    const { length, binSize: bin, crop } = shape;
    const { name, length: bases } = this.records[recordNumber(record, this.records, this.file)]!;
    const key = [bases, length, bin, crop].join();
    try {
      const windows = this.#windows.get(key) ?? this.#engine.windowsOf(this.file, name, bases, length, bin, crop);
      this.#windows.set(key, windows);
      return windows;
    } catch (thrown) {
      throw fromEngine(thrown, InputError, this.file);
    }
  }

  /**
   * The windows of a model around a stretch of a record, which lies in the middle of the middle one. Kept are the bins
   * that overlap the stretch or, with `isWhole`, all bins of the record that the windows predict.
   *
   * ```js
   * const place = { start: 20_000, end: 40_000 };
   * const { windows, start, bins } = sequences.around("chrII", place, model.shape);
   * ```
   */
  around(
    record: number | string,
    { start, end }: Stretch,
    { length, binSize, crop }: Sizes,
    isWhole = false,
  ): EngineAround {
    const whole = isWhole ? this.records[recordNumber(record, this.records, this.file)]!.length : undefined;
    return this.#engine.windowsAround(start, end, length, binSize, crop, whole);
  }

  /**
   * Releases the memory.
   *
   * ```js
   * const sequences = await model.readSequences(fasta);
   * const { values } = await model.predict(sequences, 0);
   * sequences.free();
   * ```
   */
  free(): void {
    this.#bases.free();
  }
}

/** All records in the engine's memory. */
class Whole implements Bases {
  readonly isSliced = false;
  readonly records: readonly SequenceRecord[];

  constructor(private readonly fasta: EngineFasta) {
    this.records = fasta.records.map(({ unknown, iupac, ...record }) => {
      const letters = unknown > 0 ? { N: unknown, ...iupac } : iupac;
      return {
        ...record,
        iupac: letters,
        unknown: Object.entries(letters).reduce((sum, [letter, count]) => sum + (letter === "U" ? 0 : count), 0),
      };
    });
  }

  codes(record: number, start: number, end: number): Uint8Array {
    return this.fasta.codes(record, start, end);
  }

  free(): void {
    this.fasta.free();
  }
}

/** A file of which slices are read. */
class Slices implements Bases {
  readonly isSliced = true;
  readonly records: readonly SequenceRecord[];

  constructor(private readonly genome: EngineGenome) {
    this.records = genome.names.map((name, i) => ({ name, description: "", length: genome.length(i) }));
  }

  codes(record: number, start: number, end: number): Uint8Array {
    return this.genome.codes(record, start, end);
  }

  free(): void {
    this.genome.free();
  }
}

/** Measured values along chromosomes: a bedGraph or bigWig file. */
export class Measured extends Freeable {
  /** @internal */
  readonly engineSignal: EngineSignal;

  /** @internal */
  constructor(
    engineSignal: EngineSignal,
    /** The file's name. */
    readonly file: string,
  ) {
    super();
    this.engineSignal = held(engineSignal, file);
  }

  /** `bedGraph` or `bigWig`. */
  get kind(): string {
    return this.engineSignal.kind;
  }

  get chromosomes(): readonly { name: string; length: number | null }[] {
    return this.engineSignal.chromosomes;
  }

  /**
   * Values of bins, [count]; 0 where nothing was measured.
   *
   * ```js
   * const values = measured.bins("chrII", 20_000, 100, 128, "mean");   // [100]
   * ```
   *
   * @throws InputError where the file has no such chromosome, or is damaged there.
   */
  bins(chromosome: string, start: number, count: number, binSize: number, value: BinValue): Float32Array {
    oneOf("value of a bin", value, ["mean", "sum"], "no-such-value");
    wholeNumber("first base", start, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, "bad-bins");
    wholeNumber("number of bins", count, 0, Number.MAX_SAFE_INTEGER, "bad-bins");
    wholeNumber("binSize", binSize, 1, Number.MAX_SAFE_INTEGER, "bad-bins");
    try {
      return this.engineSignal.bins(chromosome, start, count, binSize, value);
    } catch (thrown) {
      throw fromEngine(thrown, InputError, this.file);
    }
  }

  /**
   * Releases the memory.
   *
   * ```js
   * const measured = await model.readMeasured(bigWig);
   * console.log(measured.chromosomes);
   * measured.free();
   * ```
   */
  free(): void {
    this.engineSignal.free();
  }
}

bounded("sequences", Sequences.prototype, {}, { codes: [named("record")], find: [text("name")] });
bounded(
  "measured",
  Measured.prototype,
  {},
  { bins: [text("chromosome"), number("start"), number("count"), number("binSize")] },
);

/**
 * Reads sequences: FASTA as a whole; 2bit, and FASTA with an index or too large for memory, by slices.
 *
 * @param files The engine that reads slices.
 * @throws InputError with file, line and remedy, where it cannot be read.
 */
export function readSequences(
  engine: SequenceParts,
  source: TableSource,
  options: SequenceOptions,
  files: () => Promise<PrepareEngine>,
): Promise<Sequences> {
  return reading(source, options, "sequence", async (name, source) => {
    const there = await inPlace(source);
    const isOfSlices = (opening: Uint8Array, size: number): boolean => {
      const format = engine.genomeFormat(opening);
      if (format === "2bit" || options.fai !== undefined) return true;
      return size > (format === "gzip" ? STREAM_LIMIT : SLICED[format]);
    };
    if (there && isOfSlices(there.read(0, OPENING), there.size)) return slices(await files(), name, source, options);
    const bytes = await whole(name, source, SEQUENCE_LIMIT, "Give one chromosome at a time, or a 2bit file.", options);
    if (isOfSlices(bytes.subarray(0, OPENING), 0)) return slices(await files(), name, bytes, options, source);
    const fasta = new engine.Fasta(name, bytes);
    const pieces = piecesOf(fasta.records);
    return new Sequences(engine, pieces ? new Pieces(pieces, fasta, name) : new Whole(fasta), name);
  });
}

/** Opens a file of which slices are read, and makes the indexes that it lacks. `file` tells when it was changed. */
async function slices(
  engine: PrepareEngine,
  name: string,
  source: TableSource,
  options: SequenceOptions,
  file = source,
): Promise<Sequences> {
  const remedy = "Read it in a worker, or give one chromosome at a time.";
  const { size, read } = await access(name, source, SEQUENCE_LIMIT, remedy, options);
  const format = engine.genomeFormat(read(0, OPENING));
  const index = async (ending: string, given: TableSource | undefined): Promise<Uint8Array | undefined> => {
    if (given === undefined) return undefined;
    const [made, changed] = [given, file].map((each) => (each as Partial<File>).lastModified);
    const index = (given as Partial<File>).name ?? `${name}.${ending}`;
    if (made !== undefined && changed !== undefined && made < changed) throw engine.olderIndex(index, name);
    return whole(index, given, INDEX_LIMIT, "Make it again: samtools faidx GENOME.fa.", options);
  };
  let [fai, gzi] = [await index("fai", options.fai), await index("gzi", options.gzi)];
  if ((format === "FASTA" && !fai) || (format === "FASTA in blocks" && !(fai && gzi)))
    ({ fai = fai, gzi = gzi } = await madeIndexes(engine, name, source, size, options));
  return new Sequences(engine, new Slices(new engine.Genome(name, size, read, fai, gzi)), name);
}

/** Reads a FASTA once, to know where its bases are. */
async function madeIndexes(
  engine: PrepareEngine,
  name: string,
  source: TableSource,
  size: number,
  options: SequenceOptions,
): Promise<{ fai: Uint8Array; gzi: Uint8Array | undefined }> {
  const { signal, onProgress } = options;
  const what = `Indexing ${name}`;
  const indexer = new engine.GenomeIndexer(name);
  const { stream } = await openSource(source, { ...options, name });
  const reader = stream.getReader();
  try {
    for (let done = 0; ;) {
      onProgress?.({ stage: "index", file: name, done, total: size, unit: "bytes" });
      const { value } = await reader.read();
      throwIfCancelled(signal, what);
      if (!value) break;
      for (let start = 0; start < value.length; start += PIECE) {
        indexer.push(value.subarray(start, start + PIECE));
        await yieldToOthers();
        throwIfCancelled(signal, what);
      }
      done += value.length;
    }
  } catch (thrown) {
    indexer.free();
    await reader.cancel().catch(() => {});
    throw thrown;
  }
  return indexer.finish();
}

/** Reads the places of a BED file. @throws InputError with file, line and remedy. */
export function readRegions(
  engine: PrepareEngine,
  source: TableSource,
  options: ReadOptions = {},
): Promise<NamedRegion[]> {
  return reading(source, options, "regions", async (name, source) =>
    engine.readRegions(name, await whole(name, source, WHOLE_LIMIT, "Give only the regions of interest.", options)),
  );
}

/**
 * Reads a bedGraph or bigWig file.
 *
 * @throws InputError with file and remedy, where it cannot be read.
 */
export function readMeasured(engine: SequenceParts, source: TableSource, options: ReadOptions = {}): Promise<Measured> {
  return reading(source, options, "track", async (name, source) => {
    const { size, read } = await access(name, source, WHOLE_LIMIT, "Give one chromosome.", options);
    return new Measured(new engine.Signal(name, size, read), name);
  });
}

/**
 * Reads the rows of a VCF file, plain or gzipped; a row for each alternative.
 *
 * @throws InputError with file, line and remedy, where it cannot be read.
 */
export function readVariants(
  engine: SequenceParts,
  source: TableSource,
  options: ReadOptions = {},
): Promise<VariantRow[]> {
  return reading(source, options, "variants", async (name, source) =>
    engine.readVariants(name, await whole(name, source, WHOLE_LIMIT, "Give only the rows of this sequence.", options)),
  );
}
