/** What models of tracks read: sequences, measured tracks, variants. Each lies in the engine's memory until it is freed. */

import { inWords } from "./download.js";
import type { CpuEngine } from "./engine.js";
import { CancelledError, fromEngine, InputError, throwIfCancelled } from "./errors.js";
import { openSource, type ReadOptions, type TableSource } from "./table.js";
import type { BinValue, EngineFasta, EngineRecord, EngineSignal, SequenceWindow, TrackShape, VariantRow } from "./track-engine.js";

/** Largest file of sequences that is read: what fits into the engine's memory twice. */
const SEQUENCE_LIMIT = 600e6;

/** Largest file of variants, and of measured values where it has to be read as a whole. */
const WHOLE_LIMIT = 600e6;

/** A record of a FASTA file. */
export interface SequenceRecord extends Omit<EngineRecord, "unknown"> {
  /** Bases that are not A, C, G or T, and so unknown to the model. */
  unknown: number;
  /** How often each letter besides A, C, G and T stands there: N, those for several bases, and U, which is read as T. */
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
      return { ...record, iupac: letters, unknown: Object.entries(letters).reduce((sum, [letter, count]) => sum + (letter === "U" ? 0 : count), 0) };
    });
  }

  /** The bases of a record as codes: A 0, C 1, G 2, T 3, anything else 4. */
  codes(record: number): Uint8Array {
    return this.engineFasta.codes(record);
  }

  /** The windows of a model by which a record is covered, in order. */
  windows(record: number, { length, bin, crop }: Pick<TrackShape, "length" | "bin" | "crop">): readonly SequenceWindow[] {
    const key = [record, length, bin, crop].join();
    const windows = this.#windows.get(key) ?? this.engineFasta.windows(record, length, bin, crop);
    this.#windows.set(key, windows);
    return windows;
  }

  /** Gives the memory back. */
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

  /** Gives the memory back. */
  free(): void {
    this.engineSignal.free();
  }
}

/**
 * Reads FASTA, plain or gzipped.
 *
 * @throws InputError with file, line and remedy, where it cannot be read.
 */
export function readSequences(engine: CpuEngine, source: TableSource, options: ReadOptions = {}): Promise<Sequences> {
  return reading(source, options, "sequence", async (name, source) => new Sequences(new engine.Fasta(name, await whole(name, source, SEQUENCE_LIMIT, "Give one chromosome at a time.", options)), name));
}

/**
 * Reads a bedGraph or bigWig file.
 *
 * @throws InputError with file and remedy, where it cannot be read.
 */
export function readMeasured(engine: CpuEngine, source: TableSource, options: ReadOptions = {}): Promise<Measured> {
  return reading(source, options, "track", async (name, source) => {
    if (source instanceof Blob && canReadInPlace()) return new Measured(new engine.Signal(name, source.size, inPlace(source)), name);
    const bytes = await whole(name, source, WHOLE_LIMIT, "Give one chromosome of it.", options);
    return new Measured(new engine.Signal(name, bytes.length, (offset, size) => bytes.subarray(offset, offset + size)), name);
  });
}

/**
 * Reads the rows of a VCF file, plain or gzipped; a row for each alternative.
 *
 * @throws InputError with file, line and remedy, where it cannot be read.
 */
export function readVariants(engine: CpuEngine, source: TableSource, options: ReadOptions = {}): Promise<VariantRow[]> {
  return reading(source, options, "variants", async (name, source) => engine.readVariants(name, await whole(name, source, WHOLE_LIMIT, "Give the rows of the sequence alone.", options)));
}

async function reading<T>(source: TableSource, options: ReadOptions, pasted: string, read: (name: string, source: TableSource) => Promise<T>): Promise<T> {
  const { signal } = options;
  const name = options.name ?? (source instanceof Blob ? ((source as Partial<File>).name ?? pasted) : typeof source === "string" ? `pasted ${pasted}` : undefined);
  try {
    throwIfCancelled(signal, "Reading");
    return await read(name ?? pasted, source);
  } catch (thrown) {
    if (signal?.aborted) throw new CancelledError(`Reading ${name ?? pasted}`);
    throw fromEngine(thrown, InputError, name);
  }
}

/** All bytes of a source. */
async function whole(file: string, source: TableSource, limit: number, remedy: string, options: ReadOptions): Promise<Uint8Array> {
  const { signal, onProgress } = options;
  const { stream, bytes: total } = await openSource(source, { ...options, name: file });
  const refuse = (bytes: number): void => {
    if (bytes > limit) throw new InputError(`${file}: found ${bytes === Infinity ? "more than the limit" : inWords(bytes)}; expected at most ${inWords(limit)}.`, { code: "too-large", file, remedy });
  };
  refuse(total);
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let done = 0;
  for (;;) {
    onProgress?.({ stage: "read", file, done, total, unit: "bytes" });
    const chunk = await reader.read();
    if (chunk.done) break;
    chunks.push(chunk.value);
    done += chunk.value.length;
    if (done > limit || signal?.aborted) await reader.cancel().catch(() => {});
    refuse(done);
    throwIfCancelled(signal, `Reading ${file}`);
  }
  const bytes = new Uint8Array(done);
  chunks.reduce((at, chunk) => (bytes.set(chunk, at), at + chunk.length), 0);
  return bytes;
}

interface SyncReader {
  readAsArrayBuffer(blob: Blob): ArrayBuffer;
}

/** Workers can read pieces of a file while a call of the engine waits; the page itself cannot, nor can Node. */
function canReadInPlace(): boolean {
  return "FileReaderSync" in globalThis;
}

function inPlace(file: Blob): (offset: number, size: number) => Uint8Array {
  const reader = new (globalThis as unknown as { FileReaderSync: new () => SyncReader }).FileReaderSync();
  return (offset, size) => new Uint8Array(reader.readAsArrayBuffer(file.slice(offset, offset + size)));
}
