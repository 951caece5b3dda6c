/**
 * Model files, kept by the browser under their hash: one that is there is not fetched again, and a large one whose
 * download was broken off goes on where it stopped. Large ones always; small ones where the caller wants them kept, to
 * be there without a network.
 *
 * What comes from the cache is trusted as little as what comes from the network: who opens it compares its hash.
 */

import { download, type DownloadOptions, open, refuseOverLimit } from "./download.js";
import { throwIfCancelled } from "../errors.js";

const CACHE = "regulens-models";

/** Bytes from which a file is kept unasked: smaller ones are there before anyone waits. */
export const LEAST_KEPT = 4e6;

/** A file that is kept, or the beginning of one. */
export interface KeptModel {
  /** Of the whole file, in lower-case hexadecimal. */
  sha256: string;
  bytes: number;
  /** Whether it is all there. */
  whole: boolean;
}

/** Fetches a model file, unless it is there. Without a hash, or a place to keep it, as `download` does. */
export async function downloadModel(
  url: string | URL,
  sha256: string | undefined,
  options: DownloadOptions & { keep?: boolean | undefined },
): Promise<Uint8Array> {
  const least = options.keep ? 1 : LEAST_KEPT;
  const cache = sha256 === undefined ? undefined : await openCache();
  if (!cache || sha256 === undefined) return download(url, options);
  const { stage, file, limit = Infinity, signal, onProgress } = options;
  const [whole, part] = [keyOf(sha256), `${keyOf(sha256)}.part`];
  const tell = (done: number, total: number): void => onProgress?.({ stage, file, done, total, unit: "bytes" });

  const known = await bytesOf(cache, whole);
  throwIfCancelled(signal, `Loading ${file}`);
  if (known) {
    tell(known.length, known.length);
    return known;
  }
  const begun = await bytesOf(cache, part);
  const range = begun ? { range: `bytes=${begun.length}-` } : undefined;
  const response = await open(url, {
    ...options,
    onProgress: undefined,
    limit: Infinity,
    ...(range ? { headers: range } : {}),
  });
  // A server that knows no ranges sends all of it.
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
    if (done >= LEAST_KEPT && done <= limit) await keep(cache, part, joined(chunks, done));
    throwIfCancelled(signal, `Loading ${file}`);
    throw cause;
  }
  const bytes = joined(chunks, done);
  if (done >= least) await keep(cache, whole, bytes);
  await cache.delete(part).catch(() => false);
  return bytes;
}

/** What is kept. Nothing where nothing can be. */
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

/** Whether a file is kept whole. */
export async function isKept(sha256: string): Promise<boolean> {
  const cache = await openCache();
  return (await cache?.match(keyOf(sha256)).catch(() => undefined)) !== undefined;
}

/** Whether there is a place to keep files at all. */
export async function canKeep(): Promise<boolean> {
  return (await openCache()) !== undefined;
}

/** Forgets a file: its hash is another than its name says, or it is not wanted any more. */
export async function forgetModel(sha256: string): Promise<void> {
  const cache = await openCache();
  await Promise.all([cache?.delete(keyOf(sha256)), cache?.delete(`${keyOf(sha256)}.part`)]).catch(() => {});
}

/** Not there on plain http from another host, nor in Node; refused where nothing may be stored. */
async function openCache(): Promise<Cache | undefined> {
  try {
    return await (globalThis as { caches?: CacheStorage }).caches?.open(CACHE);
  } catch {
    return undefined;
  }
}

/** An address that no file has. */
function keyOf(sha256: string): string {
  return `https://regulens.invalid/${sha256.toLowerCase()}`;
}

async function bytesOf(cache: Cache, key: string): Promise<Uint8Array | undefined> {
  const response = await cache.match(key).catch(() => undefined);
  return response && new Uint8Array(await response.arrayBuffer());
}

/** A browser without room keeps nothing, and goes on. */
async function keep(cache: Cache, key: string, bytes: Uint8Array): Promise<void> {
  await cache
    .put(key, new Response(bytes as BodyInit, { headers: { "content-length": String(bytes.length) } }))
    .catch(() => {});
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  chunks.reduce((at, chunk) => (bytes.set(chunk, at), at + chunk.length), 0);
  return bytes;
}
