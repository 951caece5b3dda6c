/** Bytes of a model file: in memory, or in a file of which the engine of tracks reads slices as it needs them. */

import { WeightsError } from "../errors.js";
import { canReadInPlace, ofBlob } from "./bytes.js";

/** Files of fewer bytes are read as a whole: nobody misses their memory. */
export const LEAST_SLICED = 4e6;

/** Bytes of a model file. */
export type ModelBytes = Uint8Array | SlicedFile;

/** Check sums of slices of a file, by their bounds. */
export type Sums = Map<string, number>;

/**
 * A file that is read slice by slice, each as an engine asks for it; none of it stays in memory. Browsers differ in
 * whether they read a file on that was changed meanwhile: a slice that is read again must have the same check sum.
 */
export class SlicedFile {
  readonly length: number;
  readonly #read;
  #problem: WeightsError | undefined;

  /**
   * @param name Names it in errors.
   * @param sums Check sums of slices that were read before, maybe by another thread.
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
   * The bytes from `start` up to but not including `end`. An engine does not survive what is thrown here: bytes that
   * cannot be read are those of NaN, which it refuses, and {@link problem} tells why.
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

  /** All of it. @throws WeightsError where it cannot be read. */
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
    return new WeightsError(`${this.name} can no longer be read: it has been changed, moved or deleted.`, {
      code: "file-changed",
      file: this.name,
      remedy: "Load the model again.",
      cause,
    });
  }

  /** Why an engine could not read bytes. It stays: in place of the weights the engine has zeros since. */
  get problem(): WeightsError | undefined {
    return this.#problem;
  }
}

/** A check sum (FNV-1a, of words and what is left) of a whole buffer, against changes that nobody means to hide. */
function sumOf({ buffer, length }: Uint8Array): number {
  const words = new Uint32Array(buffer, 0, length >> 2);
  const rest = new Uint8Array(buffer, words.byteLength, length & 3);
  let sum = 0x811c9dc5;
  for (let i = 0; i < words.length; i++) sum = Math.imul(sum ^ words[i]!, 0x01000193);
  for (let i = 0; i < rest.length; i++) sum = Math.imul(sum ^ rest[i]!, 0x01000193);
  return sum;
}

/** A file that the user chose: in slices if it is large and this thread can read them during a call of an engine. */
export async function bytesOf(blob: Blob, name: string): Promise<ModelBytes> {
  if (blob.size >= LEAST_SLICED && canReadInPlace()) return new SlicedFile(blob, name);
  return new Uint8Array(await blob.arrayBuffer());
}

/** All bytes at once. @throws WeightsError where they cannot be read. */
export function wholeOf(bytes: ModelBytes): Uint8Array {
  return bytes instanceof SlicedFile ? bytes.whole() : bytes;
}

/**
 * The bytes for a model of tracks of any engine, which asks for their `length` and reads each `subarray` once: no other
 * member of a `Uint8Array` is called.
 */
export function partByPart(bytes: ModelBytes): Uint8Array {
  return bytes as Uint8Array;
}

/** Throws what was wrong with the file, if anything was, which goes before what an engine made of it. */
export function requireRead(bytes: ModelBytes): void {
  if (bytes instanceof SlicedFile && bytes.problem) throw bytes.problem;
}

/** Does work that reads most of the file. */
export function reading<T>(bytes: ModelBytes, work: () => T): T {
  try {
    return work();
  } finally {
    if (bytes instanceof SlicedFile) collectSoon();
    requireRead(bytes);
  }
}

/**
 * Makes a collection due: up to 67 MiB of slices that were read would wait for one in a thread that rests. Buffers
 * count for it by their length, and take no memory unless something is written there.
 */
function collectSoon(): void {
  try {
    for (let i = 0; i < 4; i++) void new ArrayBuffer(64e6);
  } catch {
    // No room for its addresses.
  }
}
