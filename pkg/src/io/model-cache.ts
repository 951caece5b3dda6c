/**
 * Model files that the browser caches by hash. A cached file is not fetched again, and an interrupted download of a
 * large file resumes. Large files are always cached; small ones if the caller needs them without a network.
 *
 * The cache is trusted no more than the network: whoever opens a file checks its hash.
 */

import { joined } from "../joined.js";
import { download, type DownloadOptions, failed, open, refuseOverLimit } from "./download.js";
import { throwIfCancelled } from "../errors.js";
import { canReadInPlace } from "./bytes.js";
import { LEAST_SLICED, type ModelBytes, SlicedFile } from "./model-bytes.js";

const CACHE = "regulens-models";

/** Files of at least this many bytes are always cached; smaller ones download quickly. */
export const LEAST_KEPT = 4e6;

/** A cached file, or the beginning of one. */
export interface KeptModel {
  /** SHA-256 of the whole file, in lower-case hexadecimal. */
  sha256: string;
  bytes: number;
  /** True if the file is complete. */
  whole: boolean;
}

/** Fetches a model file unless it is cached. Without a hash, or without storage, the same as `download`. */
export async function downloadModel(
  url: string | URL,
  sha256: string | undefined,
  options: DownloadOptions & { keep?: boolean | undefined },
): Promise<Uint8Array> {
  const least = options.keep ? 1 : LEAST_KEPT;
  const cache = sha256 === undefined ? undefined : await openCache();
  if (!cache || sha256 === undefined) return download(url, options);
  const { stage, file, limit = Infinity, signal, onProgress } = options;
  const [key, part] = [keyOf(sha256), `${keyOf(sha256)}.part`];
  const tell = (done: number, total: number): void => onProgress?.({ stage, file, done, total, unit: "bytes" });

  const known = await bytesOf(cache, key);
  throwIfCancelled(signal, `Loading ${file}`);
  if (known) {
    tell(known.length, known.length);
    return known;
  }
  const begun = await bytesOf(cache, part);
  const whole = { ...options, onProgress: undefined, limit: Infinity };
  const response = begun
    ? // The partial file may be complete, or longer than the server's by now: then all of it is requested again.
      await open(url, { ...whole, headers: { range: `bytes=${begun.length}-` } }).catch(() => open(url, whole))
    : await open(url, whole);
  // A server that does not support ranges sends all of it.
  const chunks: Uint8Array[] = begun && response.status === 206 ? [begun] : [];
  let done = chunks.reduce((sum, { length }) => sum + length, 0);
  const length = Number(response.headers.get("content-length") ?? 0);
  const total = length > 0 ? done + length : 0;
  refuseOverLimit(file, total, limit);
  tell(done, total);
  try {
    const reader = (response.body ?? new Blob([]).stream()).getReader();
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      chunks.push(chunk.value);
      done += chunk.value.length;
      refuseOverLimit(file, done, limit);
      tell(done, total);
    }
  } catch (cause) {
    if (done >= LEAST_KEPT && done <= limit) await keep(cache, part, joined(chunks, new Uint8Array(done)));
    throw failed(options, cause);
  }
  const bytes = joined(chunks, new Uint8Array(done));
  if (done >= least) await keep(cache, key, bytes);
  await cache.delete(part).catch(() => false);
  return bytes;
}

/** As {@link downloadModel}, but a large cached file stays on disk if this thread can read slices of it. */
export async function downloadSliced(
  url: string | URL,
  sha256: string | undefined,
  options: DownloadOptions & { keep?: boolean | undefined },
): Promise<ModelBytes> {
  const kept = async (): Promise<SlicedFile | undefined> => {
    const cache = sha256 === undefined || !canReadInPlace() ? undefined : await openCache();
    const response = await cache?.match(keyOf(sha256!)).catch(() => undefined);
    const file = await response?.blob();
    return file && file.size >= LEAST_SLICED ? new SlicedFile(file, options.file) : undefined;
  };
  const { stage, file, signal, onProgress } = options;
  const before = await kept();
  throwIfCancelled(signal, `Loading ${file}`);
  if (before) {
    onProgress?.({ stage, file, done: before.length, total: before.length, unit: "bytes" });
    return before;
  }
  const bytes = await downloadModel(url, sha256, options);
  const after = bytes.length >= LEAST_SLICED ? await kept() : undefined;
  return after?.length === bytes.length ? after : bytes;
}

/** The cached files; empty if nothing can be cached. */
export async function keptModels(): Promise<KeptModel[]> {
  const cache = await openCache();
  if (!cache) return [];
  const keys = await cache.keys().catch(() => []);
  const kept = keys.map(async ({ url }): Promise<KeptModel[]> => {
    const response = await cache.match(url).catch(() => undefined);
    if (!response) return [];
    const [, sha256 = "", part] = /([^/.]*)(\.part)?$/.exec(url) ?? [];
    const length = response.headers.get("content-length");
    return [{ sha256, bytes: length ? Number(length) : (await response.blob()).size, whole: part === undefined }];
  });
  return (await Promise.all(kept)).flat();
}

/** Returns true if the complete file is cached. */
export async function isKept(sha256: string): Promise<boolean> {
  const cache = await openCache();
  return (await cache?.match(keyOf(sha256)).catch(() => undefined)) !== undefined;
}

/** Deletes a file whose hash differs from its name, or that is no longer needed. */
export async function forgetModel(sha256: string): Promise<void> {
  const cache = await openCache();
  await Promise.all([cache?.delete(keyOf(sha256)), cache?.delete(`${keyOf(sha256)}.part`)]).catch(() => {});
}

/** Unavailable on plain http from another host, and in Node; rejected where storage is forbidden. */
async function openCache(): Promise<Cache | undefined> {
  try {
    return await (globalThis as { caches?: CacheStorage }).caches?.open(CACHE);
  } catch {
    return undefined;
  }
}

/** An address that no real file has. */
function keyOf(sha256: string): string {
  return `https://regulens.invalid/${sha256.toLowerCase()}`;
}

async function bytesOf(cache: Cache, key: string): Promise<Uint8Array | undefined> {
  const response = await cache.match(key).catch(() => undefined);
  return response && new Uint8Array(await response.arrayBuffer());
}

/** If there is no room, nothing is cached and the download continues. */
async function keep(cache: Cache, key: string, bytes: Uint8Array): Promise<void> {
  await cache
    .put(key, new Response(bytes as BodyInit, { headers: { "content-length": String(bytes.length) } }))
    .catch(() => {});
}
