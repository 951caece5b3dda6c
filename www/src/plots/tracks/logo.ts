/** A motif as its logo: letters as high as they are frequent, together as high as what their place tells. */

import type { Theme } from "../core/theme";
import { baseColour } from "./colours";
import { letter } from "./letters";

/** Frequencies of A, C, G and T in each place. */
export type Matrix = readonly (readonly number[])[];

/** Greatest information of a place, in bits: which of four bases stands there. */
export const MOST_BITS = 2;

/** Information content of a place, in bits: 2 less its entropy. */
export function informationOf(row: readonly number[]): number {
  return row.reduce((bits, share) => (share > 0 ? bits + share * Math.log2(share) : bits), MOST_BITS);
}

/** The motif as it reads on the other strand. */
export function otherStrand(rows: Matrix): Matrix {
  return rows.map((row) => row.toReversed()).toReversed();
}

/** The letters of a place from `foot` upwards, the most frequent on top; `bit` pixels are one bit. */
export function logoColumn(
  row: readonly number[],
  x: number,
  width: number,
  foot: number,
  bit: number,
  theme: Theme,
): string[] {
  const information = Math.max(0, informationOf(row));
  const order = [0, 1, 2, 3].sort((a, b) => (row[a] ?? 0) - (row[b] ?? 0) || a - b);
  let at = foot;
  return order.map((code) => {
    const tall = (row[code] ?? 0) * information * bit;
    at -= tall;
    // A letter lower than a twentieth of a pixel cannot be seen.
    return tall < 0.05 ? "" : letter(code, x, width, at + tall, at, baseColour(code, theme));
  });
}
