/** Reads a file as a whole or in parts. */

import { joined } from "../joined.js";
import { fileName, inNode, inWords, nodeModule } from "./download.js";
import { CancelledError, fromEngine, InputError, throwIfCancelled } from "../errors.js";
import { openSource, type ReadOptions, type TableSource } from "./table.js";
import type { ReadAt } from "../engine/track-engine.js";

/** A file that can be read in parts. */
interface Access {
  /** Size in bytes. */
  readonly size: number;
  readonly read: ReadAt;
}

/**
 * Runs `read` on a source, with its name for errors.
 *
 * @param pasted Name of a source without one.
 */
export async function reading<T>(
  source: TableSource,
  options: ReadOptions,
  pasted: string,
  read: (name: string, source: TableSource) => Promise<T>,
): Promise<T> {
  const { signal } = options;
  const name =
    options.name ??
    (source instanceof Blob
      ? ((source as Partial<File>).name ?? pasted)
      : typeof source === "string"
        ? `pasted ${pasted}`
        : source instanceof URL
          ? fileName(source)
          : undefined);
  try {
    throwIfCancelled(signal, "Reading");
    return await read(name ?? pasted, source);
  } catch (thrown) {
    if (signal?.aborted) throw new CancelledError(`Reading ${name ?? pasted}`, signal.reason);
    throw fromEngine(thrown, InputError, name);
  }
}

/** All bytes of a source, at most `limit`. */
export async function whole(
  file: string,
  source: TableSource,
  limit: number,
  remedy: string,
  options: ReadOptions,
): Promise<Uint8Array> {
  const { signal, onProgress } = options;
  const { stream, bytes: total } = await openSource(source, { ...options, name: file });
  const refuse = (bytes: number): void => {
    if (bytes > limit)
      throw new InputError(
        `${file}: found ${bytes === Infinity ? "more than the limit" : inWords(bytes)}; expected at most ` +
          `${inWords(limit)}.`,
        { code: "too-large", file, remedy },
      );
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
  return joined(chunks, new Uint8Array(done));
}

/** Opens a source for reading in parts: on demand if reads can be synchronous; otherwise all of it is read now. */
export async function access(
  file: string,
  source: TableSource,
  limit: number,
  remedy: string,
  options: ReadOptions,
): Promise<Access> {
  const there = await inPlace(source);
  if (there) return there;
  const bytes = await whole(file, source, limit, remedy, options);
  return { size: bytes.length, read: (offset, size) => bytes.subarray(offset, offset + size) };
}

/** Opens a source whose parts can be read synchronously; undefined for any other. */
export async function inPlace(source: TableSource): Promise<Access | undefined> {
  if (source instanceof Blob && canReadInPlace()) return { size: source.size, read: ofBlob(source) };
  if (source instanceof URL && source.protocol === "file:" && inNode()) return onDisk(source);
  return undefined;
}

interface SyncReader {
  readAsArrayBuffer(blob: Blob): ArrayBuffer;
}

/** Workers can read parts of a file during a call of the engine; the page's main thread cannot. */
export function canReadInPlace(): boolean {
  return "FileReaderSync" in globalThis;
}

/** Reads slices of a file, in a worker. */
export function ofBlob(file: Blob): ReadAt {
  const reader = new (globalThis as unknown as { FileReaderSync: new () => SyncReader }).FileReaderSync();
  return (offset, size) => new Uint8Array(reader.readAsArrayBuffer(file.slice(offset, offset + size)));
}

interface NodeFiles {
  statSync(path: URL): { size: number };
  openSync(path: URL, flags: string): number;
  readSync(file: number, into: Uint8Array, at: number, length: number, position: number): number;
  closeSync(file: number): void;
}

/** Opens the file for each read: nothing says when to close it, and the system caches its pages. */
async function onDisk(path: URL): Promise<Access> {
  const files = await nodeModule<NodeFiles>("node:fs");
  const read: ReadAt = (offset, size) => {
    const file = files.openSync(path, "r");
    try {
      const bytes = new Uint8Array(size);
      return bytes.subarray(0, files.readSync(file, bytes, 0, size, offset));
    } finally {
      files.closeSync(file);
    }
  };
  return { size: files.statSync(path).size, read };
}
