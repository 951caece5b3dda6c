/** SHA-256 of bytes in memory; `state/hash.ts` reads files by slices. */

import { sha256 as digest } from "@noble/hashes/sha2.js";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";

/**
 * 64 hexadecimal digits in lower case. The browser's own is faster, but there for secure pages alone: not over plain
 * http from another host.
 */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const { subtle } = globalThis.crypto ?? {};
  return bytesToHex(subtle ? new Uint8Array(await subtle.digest("SHA-256", bytes as BufferSource)) : digest(bytes));
}

/** Hexadecimal digits as base64, which is how a content security policy names a script. */
export function hexToBase64(digits: string): string {
  return btoa(String.fromCharCode(...hexToBytes(digits)));
}
