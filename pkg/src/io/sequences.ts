/**
 * What models of tracks read: sequences, measured tracks, variants. Each is in the engine's memory until it is freed.
 */

import { access, reading, whole } from "./bytes.js";
import type { FileEngine } from "../engine/engine.js";
import { fromEngine, InputError } from "../errors.js";
import type { ReadOptions, TableSource } from "./table.js";
import type {
  BinValue,
  EngineFasta,
  EngineRecord,
  EngineSignal,
  SequenceWindow,
  TrackShape,
  VariantRow,
} from "../engine/track-engine.js";

/** Largest file of sequences that is read: what fits into the engine's memory twice. */
const SEQUENCE_LIMIT = 600e6;

/** Largest file of variants, and of measured values where it has to be read as a whole. */
const WHOLE_LIMIT = 600e6;

/** A record of a FASTA file. */
export interface SequenceRecord extends Omit<EngineRecord, "unknown"> {
  /** Bases that are not A, C, G or T, and so unknown to the model. */
  unknown: number;
  /**
   * How often each letter besides A, C, G and T stands there: N, those for several bases, and U, which is read as T.
   */
  iupac: Record<string, number>;
}

/** Records of a FASTA file. */
export class Sequences {
  readonly #windows = new Map<string, readonly SequenceWindow[]>();
  readonly records: readonly SequenceRecord[];

  /** @internal */
  constructor(
    /** @internal */
    readonly engineFasta: EngineFasta,
    /** The file's name. */
    readonly file: string,
  ) {
    this.records = engineFasta.records.map(({ unknown, iupac, ...record }) => {
      const letters = unknown > 0 ? { N: unknown, ...iupac } : iupac;
      return {
        ...record,
        iupac: letters,
        unknown: Object.entries(letters).reduce((sum, [letter, count]) => sum + (letter === "U" ? 0 : count), 0),
      };
    });
  }

  /** The bases of a record as codes: A 0, C 1, G 2, T 3, anything else 4. */
  codes(record: number): Uint8Array {
    return this.engineFasta.codes(record);
  }

  /** The windows of a model by which a record is covered, in order. */
  windows(
    record: number,
    { length, bin, crop }: Pick<TrackShape, "length" | "bin" | "crop">,
  ): readonly SequenceWindow[] {
    const key = [record, length, bin, crop].join();
    const windows = this.#windows.get(key) ?? this.engineFasta.windows(record, length, bin, crop);
    this.#windows.set(key, windows);
    return windows;
  }

  /** Releases the memory. */
  free(): void {
    this.engineFasta.free();
  }
}

/** Measured values along chromosomes: a bedGraph or bigWig file. */
export class Measured {
  /** @internal */
  constructor(
    /** @internal */
    readonly engineSignal: EngineSignal,
    /** The file's name. */
    readonly file: string,
  ) {}

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
   * @throws InputError where the file has no such chromosome, or is damaged there.
   */
  bins(chromosome: string, start: number, count: number, size: number, value: BinValue): Float32Array {
    try {
      return this.engineSignal.bins(chromosome, start, count, size, value);
    } catch (thrown) {
      throw fromEngine(thrown, InputError, this.file);
    }
  }

  /** Releases the memory. */
  free(): void {
    this.engineSignal.free();
  }
}

/**
 * Reads FASTA, plain or gzipped.
 *
 * @throws InputError with file, line and remedy, where it cannot be read.
 */
export function readSequences(engine: FileEngine, source: TableSource, options: ReadOptions = {}): Promise<Sequences> {
  return reading(
    source,
    options,
    "sequence",
    async (name, source) =>
      new Sequences(
        new engine.Fasta(name, await whole(name, source, SEQUENCE_LIMIT, "Give one chromosome at a time.", options)),
        name,
      ),
  );
}

/**
 * Reads a bedGraph or bigWig file.
 *
 * @throws InputError with file and remedy, where it cannot be read.
 */
export function readMeasured(engine: FileEngine, source: TableSource, options: ReadOptions = {}): Promise<Measured> {
  return reading(source, options, "track", async (name, source) => {
    const { size, read } = await access(name, source, WHOLE_LIMIT, "Give one chromosome of it.", options);
    return new Measured(new engine.Signal(name, size, read), name);
  });
}

/**
 * Reads the rows of a VCF file, plain or gzipped; a row for each alternative.
 *
 * @throws InputError with file, line and remedy, where it cannot be read.
 */
export function readVariants(
  engine: FileEngine,
  source: TableSource,
  options: ReadOptions = {},
): Promise<VariantRow[]> {
  return reading(source, options, "variants", async (name, source) =>
    engine.readVariants(name, await whole(name, source, WHOLE_LIMIT, "Give the rows of the sequence alone.", options)),
  );
}
