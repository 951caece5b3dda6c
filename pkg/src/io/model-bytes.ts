/** Bytes of a model file: in memory, or in a file that the engine for tracks reads slice by slice. */

import { WeightsError } from "../errors.js";
import { canReadInPlace, ofBlob } from "./bytes.js";

/** Smaller files, in bytes, are read as a whole: they take little memory. */
export const LEAST_SLICED = 4e6;

/** Bytes of a model file. */
export type ModelBytes = Uint8Array | SlicedFile;

/** Checksums of slices of a file, by their bounds. */
export type Sums = Map<string, number>;

/**
 * A file that is read slice by slice as an engine needs it; none of it stays in memory. Some browsers continue to read
 * a file that has changed since it was chosen: a slice read again must have the same checksum.
 */
export class SlicedFile {
  readonly length: number;
  readonly #read;
  #problem: WeightsError | undefined;

  /**
   * @param name Its name in errors.
   * @param sums Checksums of slices read before, possibly by another thread.
   */
  constructor(
    readonly blob: Blob,
    private readonly name: string,
    readonly sums: Sums = new Map(),
  ) {
    this.length = blob.size;
    this.#read = ofBlob(blob);
  }

  /**
   * The bytes from `start` to `end` (excluded). An exception here would end the engine: unreadable bytes are therefore
   * returned as those of NaN, which the engine rejects, and {@link problem} has the reason.
   */
  subarray(start: number, end: number): Uint8Array {
    try {
      if (!this.#problem) {
        const bytes = this.#slice(start, end);
        this.#requireSame(bytes, start);
        return bytes;
      }
    } catch (thrown) {
      this.#problem = thrown as WeightsError;
    }
    return new Uint8Array(Math.min(end, this.length) - start).fill(0xff);
  }

  /** The whole file. @throws WeightsError if it cannot be read. */
  whole(): Uint8Array {
    const bytes = this.#slice(0, this.length);
    for (const bounds of this.sums.keys()) {
      const [start, end] = bounds.split(" ").map(Number);
      this.#requireSame(bytes.slice(start, end), start!);
    }
    return bytes;
  }

  #slice(start: number, end: number): Uint8Array {
    const size = Math.min(end, this.length) - start;
    let cause: unknown;
    try {
      const bytes = this.#read(start, size);
      if (bytes.length === size) return bytes;
    } catch (thrown) {
      cause = thrown;
    }
    throw this.#changed(cause);
  }

  #requireSame(bytes: Uint8Array, start: number): void {
    const bounds = `${start} ${start + bytes.length}`;
    const [sum, before] = [sumOf(bytes), this.sums.get(bounds)];
    this.sums.set(bounds, before ?? sum);
    if (before !== undefined && before !== sum) throw this.#changed();
  }

  #changed(cause?: unknown): WeightsError {
    return new WeightsError(`${this.name} cannot be read any more: it was changed, moved or deleted meanwhile.`, {
      code: "file-changed",
      file: this.name,
      remedy: "Load the model again.",
      cause,
    });
  }

  /** Reason why bytes could not be read. It persists, since the engine has zeros for these weights from then on. */
  get problem(): WeightsError | undefined {
    return this.#problem;
  }
}

/** A checksum of a whole buffer (FNV-1a over words, then the rest): against accidental changes only. */
function sumOf({ buffer, length }: Uint8Array): number {
  const words = new Uint32Array(buffer, 0, length >> 2);
  const rest = new Uint8Array(buffer, words.byteLength, length & 3);
  let sum = 0x811c9dc5;
  for (let i = 0; i < words.length; i++) sum = Math.imul(sum ^ words[i]!, 0x01000193);
  for (let i = 0; i < rest.length; i++) sum = Math.imul(sum ^ rest[i]!, 0x01000193);
  return sum;
}

/** The bytes of a chosen file: in slices if it is large and this thread can read synchronously. */
export async function bytesOf(blob: Blob, name: string): Promise<ModelBytes> {
  if (blob.size >= LEAST_SLICED && canReadInPlace()) return new SlicedFile(blob, name);
  return new Uint8Array(await blob.arrayBuffer());
}

/** All bytes at once. @throws WeightsError if they cannot be read. */
export function wholeOf(bytes: ModelBytes): Uint8Array {
  return bytes instanceof SlicedFile ? bytes.whole() : bytes;
}

/**
 * The bytes for a model of tracks on any engine, which uses only `length` and reads each `subarray` once: no other
 * member of `Uint8Array` is called.
 */
export function partByPart(bytes: ModelBytes): Uint8Array {
  return bytes as Uint8Array;
}

/** Throws the error of reading the file, if any, which takes precedence over the engine's own error. */
export function requireRead(bytes: ModelBytes): void {
  if (bytes instanceof SlicedFile && bytes.problem) throw bytes.problem;
}

/** Runs work that reads most of the file. */
export function reading<T>(bytes: ModelBytes, work: () => T): T {
  try {
    return work();
  } finally {
    if (bytes instanceof SlicedFile) collectSoon();
    requireRead(bytes);
  }
}

/**
 * Makes a garbage collection due: in an idle thread, up to 67 MiB of slices that were read would wait for one. The
 * buffers count towards it by length, and take no memory unless written to.
 */
function collectSoon(): void {
  try {
    for (let i = 0; i < 4; i++) void new ArrayBuffer(64e6);
  } catch {
    // No address space for them.
  }
}
