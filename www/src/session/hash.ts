/** SHA-256 of files of any size, read in slices, and of bytes in memory. */

import { sha256 as digest } from "@noble/hashes/sha2.js";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";

/** Bytes read at a time. */
const SLICE = 4 << 20;

/** Known hashes of files. */
const known = new WeakMap<Blob, string>();

/** In lower-case hexadecimal. `crypto.subtle` needs the whole file in memory, and https. */
export async function hashOf(
  file: Blob,
  { signal, onProgress }: { signal?: AbortSignal; onProgress?: (bytes: number) => void } = {},
): Promise<string> {
  const before = known.get(file);
  if (before) return before;
  const hash = digest.create();
  for (let from = 0; from < file.size; from += SLICE) {
    signal?.throwIfAborted();
    hash.update(new Uint8Array(await file.slice(from, from + SLICE).arrayBuffer()));
    onProgress?.(Math.min(file.size, from + SLICE));
  }
  const text = bytesToHex(hash.digest());
  known.set(file, text);
  return text;
}

/**
 * 64 hexadecimal digits in lower case. The browser's own function is faster, but only available on secure pages: not
 * over plain http from another host.
 */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const { subtle } = globalThis.crypto ?? {};
  return bytesToHex(subtle ? new Uint8Array(await subtle.digest("SHA-256", bytes as BufferSource)) : digest(bytes));
}

/** Converts hexadecimal digits to base64, as in the hashes of a content security policy. */
export function hexToBase64(digits: string): string {
  return btoa(String.fromCharCode(...hexToBytes(digits)));
}
