/** Bases as text and as codes: A 0, C 1, G 2, T 3, an unknown base 4. */

/** The code of an unknown base. */
export const UNKNOWN = 4;

const BASES = "ACGT";

/** A text of bases and nothing else. */
export const BASES_ONLY = /^[ACGTN]+$/i;

/** Codes of a text of bases; case does not count. */
export function encode(bases: string): Uint8Array {
  return Uint8Array.from(bases.toUpperCase(), (base) => (BASES.includes(base) ? BASES.indexOf(base) : UNKNOWN));
}

/** A text of bases from their codes. */
export function decode(codes: ArrayLike<number>): string {
  return Array.from(codes, (code) => BASES[code] ?? "N").join("");
}

/** Whether a variant's reference says other bases than those of the sequence. What is unknown there may be any base. */
export function differs(reference: Uint8Array, there: Uint8Array): boolean {
  return reference.some((code, i) => there[i] !== UNKNOWN && code !== there[i]);
}
