/**
 * Inputs of models of tracks: sequences, measured tracks, variants. Each is held in the engine's memory until freed.
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

/** Size limit for a file of sequences: it must fit into the engine's memory twice. */
const SEQUENCE_LIMIT = 600e6;

/** Size limit for a genome's index, and bytes of a genome that are indexed at a time. */
const INDEX_LIMIT = 256e6;
const PIECE = 1 << 22;

/** Size limit for a file of variants, and for measured values that have to be read as a whole. */
const WHOLE_LIMIT = 600e6;

/** Sizes in bytes above which a FASTA is not held in memory as a whole: plain, and bgzip-compressed. */
const SLICED = { FASTA: 64e6, "FASTA in blocks": 16e6 } as const;

/** Size limit for single-stream gzip, whose content may be too large for memory; it must be recompressed in blocks. */
const STREAM_LIMIT = 200e6;

/** Number of bytes needed to detect a format. */
const OPENING = 18;

/** A sequence of a file. */
export interface SequenceRecord {
  name: string;
  /** Text after the name. */
  description: string;
  /** Length in bases. */
  length: number;
  /** Number of lower-case bases, usually masked repeats, which are treated like any other. Absent if read by slices. */
  lower?: number;
  /** Number of bases other than A, C, G and T, unknown to the model. Absent if the file is read by slices. */
  unknown?: number;
  /**
   * Count of each letter other than A, C, G and T: N, ambiguity codes, and U, which is read as T. Absent if the file is
   * read by slices.
   */
  iupac?: Record<string, number>;
}

/** Options for reading sequences. */
export interface SequenceOptions extends ReadOptions {
  /** The index `.fai` of a FASTA; with it, only slices of the file are read. */
  fai?: TableSource | undefined;
  /** The index `.gzi` of a bgzip-compressed FASTA; it is built if missing. */
  gzi?: TableSource | undefined;
}

/** Access to the bases. */
interface Bases {
  readonly records: readonly SequenceRecord[];
  /** True if only the requested bases are read. */
  readonly isSliced: boolean;
  codes(record: number, start: number, end: number): Uint8Array;
  free(): void;
}

/** A stretch of a record, from 0, end excluded. */
export interface Stretch {
  start: number;
  end: number;
}

/** Window sizes of a model: its `shape`. */
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
   * Index of the sequence with this name, matched exactly or ignoring `chr`; −1 if there is none.
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

  /** True if only slices of the file are read: such a genome is predicted by region, not by whole sequence. */
  get isSliced(): boolean {
    return this.#bases.isSliced;
  }

  /**
   * The bases `start` to `end` (excluded) of a record as codes: A 0, C 1, G 2, T 3, anything else 4; default: all
   * bases.
   *
   * ```js
   * const codes = sequences.codes("chrII", 20_000, 20_100);
   * console.log(decode(codes));   // `decode` of regulens
   * ```
   *
   * @throws InputError if these bases do not exist, or a file read by slices is damaged there.
   */
  codes(record: number | string, start = 0, end?: number): Uint8Array {
    const at = recordNumber(record, this.records, this.file);
    const { length } = this.records[at]!;
    const last = end ?? length;
    wholeNumber("first base", start, 0, length, "beyond-sequence");
    wholeNumber("base behind the last", last, start, length, "beyond-sequence");
    try {
      return this.#bases.codes(at, start, last);
    } catch (thrown) {
      throw fromEngine(thrown, InputError, this.file);
    }
  }

  /**
   * A model's windows that cover a record, in order.
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
   * A model's windows around a stretch of a record, which is centred in the middle window. They keep the bins that
   * overlap the stretch or, with `isWhole`, all bins of the record that the windows predict.
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

/** A file that is read by slices. */
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
   * Values of bins, [count]; 0 where nothing was measured. `start` counts from 0, `binSize` in bases.
   *
   * ```js
   * const values = measured.bins("chrII", 20_000, 100, 128, "mean");   // [100]
   * ```
   *
   * @throws InputError if the file has no such chromosome, or is damaged there.
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
 * @throws InputError with file, line and remedy, if it cannot be read.
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

/** Opens a file that is read by slices, and builds missing indexes. `file` has the time of its last change. */
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
    return whole(index, given, INDEX_LIMIT, "Make it anew: samtools faidx GENOME.fa.", options);
  };
  let [fai, gzi] = [await index("fai", options.fai), await index("gzi", options.gzi)];
  if ((format === "FASTA" && !fai) || (format === "FASTA in blocks" && !(fai && gzi)))
    ({ fai = fai, gzi = gzi } = await madeIndexes(engine, name, source, size, options));
  return new Sequences(engine, new Slices(new engine.Genome(name, size, read, fai, gzi)), name);
}

/** Reads a FASTA once, to build its index. */
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

/** Reads the regions of a BED file. @throws InputError with file, line and remedy. */
export function readRegions(
  engine: PrepareEngine,
  source: TableSource,
  options: ReadOptions = {},
): Promise<NamedRegion[]> {
  return reading(source, options, "regions", async (name, source) =>
    engine.readRegions(name, await whole(name, source, WHOLE_LIMIT, "Give the regions of interest alone.", options)),
  );
}

/**
 * Reads a bedGraph or bigWig file.
 *
 * @throws InputError with file and remedy, if it cannot be read.
 */
export function readMeasured(engine: SequenceParts, source: TableSource, options: ReadOptions = {}): Promise<Measured> {
  return reading(source, options, "track", async (name, source) => {
    const { size, read } = await access(name, source, WHOLE_LIMIT, "Give one chromosome of it.", options);
    return new Measured(new engine.Signal(name, size, read), name);
  });
}

/**
 * Reads the variants of a VCF file, plain or gzipped, one per alternative.
 *
 * @throws InputError with file, line and remedy, if it cannot be read.
 */
export function readVariants(
  engine: SequenceParts,
  source: TableSource,
  options: ReadOptions = {},
): Promise<VariantRow[]> {
  return reading(source, options, "variants", async (name, source) =>
    engine.readVariants(name, await whole(name, source, WHOLE_LIMIT, "Give the rows of the sequence alone.", options)),
  );
}
