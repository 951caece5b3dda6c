/** SHA-256 of files of any size, read by slices. */

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";

/** Bytes that are read at a time. */
const SLICE = 4 << 20;

/** Hashes of files that were hashed already. */
const known = new WeakMap<Blob, string>();

/** In lower-case hexadecimal. `crypto.subtle` would need the whole file in memory, and is not there over plain http. */
export async function hashOf(
  file: Blob,
  { signal, onProgress }: { signal?: AbortSignal; onProgress?: (bytes: number) => void } = {},
): Promise<string> {
  const before = known.get(file);
  if (before) return before;
  const hash = sha256.create();
  for (let from = 0; from < file.size; from += SLICE) {
    signal?.throwIfAborted();
    hash.update(new Uint8Array(await file.slice(from, from + SLICE).arrayBuffer()));
    onProgress?.(Math.min(file.size, from + SLICE));
  }
  const text = bytesToHex(hash.digest());
  known.set(file, text);
  return text;
}
