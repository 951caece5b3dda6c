/** Bases as text and as codes: A 0, C 1, G 2, T 3, unknown bases 4. */

import type { Sequences } from "../io/sequences.js";

/** The code of an unknown base. */
export const UNKNOWN = 4;

const BASES = "ACGT";

/** A text that consists of bases only. */
export const BASES_ONLY = /^[ACGTN]+$/i;

/**
 * Converts a text of bases to codes; case is ignored.
 *
 * ```js
 * const codes = encode("ACGTN");   // 0, 1, 2, 3, 4
 * ```
 */
export function encode(bases: string): Uint8Array {
  return Uint8Array.from(bases.toUpperCase(), (base) => (BASES.includes(base) ? BASES.indexOf(base) : UNKNOWN));
}

/**
 * Converts codes to a text of bases.
 *
 * ```js
 * const bases = decode([0, 1, 2, 3, 4]);   // "ACGTN"
 * ```
 */
export function decode(codes: ArrayLike<number>): string {
  return Array.from(codes, (code) => BASES[code] ?? "N").join("");
}

/** Returns true if a variant's reference differs from the sequence. Unknown bases of the sequence match any base. */
export function differs(reference: Uint8Array, there: Uint8Array): boolean {
  return reference.some((code, i) => there[i] !== UNKNOWN && code !== there[i]);
}

/** Codes of `size` bases from `start` on; those beyond the record are unknown. */
export function windowCodes(sequences: Sequences, record: number, start: number, size: number): Uint8Array {
  const window = new Uint8Array(size).fill(UNKNOWN);
  const [from, to] = [Math.max(0, start), Math.min(sequences.records[record]?.length ?? 0, start + size)];
  if (from < to) window.set(sequences.codes(record, from, to), from - start);
  return window;
}
