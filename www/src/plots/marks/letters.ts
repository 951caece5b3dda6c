/** Letters of bases, scaled by a number, and sequence logos made of them. */

import { element, num } from "../core/svg";
import type { Theme } from "../core/colour";
import { uprightTicks } from "../core/scale";

/** Outlines of A, C, G and T as points in the unit square, from (0, 0) at the foot to (1, 1) at the head. */
const OUTLINES: readonly (readonly string[])[] = [
  ["0,0 0.4,1 0.6,1 1,0 0.8,0 0.71,0.24 0.29,0.24 0.2,0", "0.36,0.42 0.64,0.42 0.5,0.8"],
  [
    "1,0.3 0.92,0.13 0.76,0.03 0.53,0 0.3,0.04 0.13,0.16 0.03,0.34 0,0.5 0.03,0.68 0.14,0.85 0.31,0.96 0.53,1 " +
      "0.76,0.97 0.92,0.87 1,0.71 0.79,0.67 0.7,0.79 0.53,0.83 0.36,0.78 0.25,0.65 0.22,0.5 0.25,0.33 0.36,0.21 " +
      "0.53,0.17 0.7,0.22 0.79,0.35",
  ],
  [
    "1,0.52 0.53,0.52 0.53,0.36 0.79,0.36 0.79,0.25 0.68,0.19 0.53,0.17 0.36,0.22 0.25,0.34 0.22,0.5 0.25,0.66 " +
      "0.36,0.79 0.53,0.83 0.7,0.79 0.79,0.69 0.99,0.74 0.91,0.88 0.76,0.97 0.53,1 0.31,0.96 0.14,0.85 0.03,0.68 " +
      "0,0.5 0.03,0.34 0.13,0.16 0.3,0.04 0.53,0 0.78,0.03 1,0.14",
  ],
  ["0.4,0 0.6,0 0.6,0.83 1,0.83 1,1 0,1 0,0.83 0.4,0.83"],
];

/** Colours of A, C, G and T as in sequence logos, in legible shades. */
export function baseColour(code: number, theme: Theme): string {
  const [light, dark] = [
    ["#17803d", "#1f4fc4", "#a86200", "#c22f2f"],
    ["#5fd38b", "#86aaff", "#f2b84b", "#ff8b84"],
  ];
  return (theme.name === "light" ? light : dark)[code] ?? theme.inkFaint;
}

/** A letter from its foot to its head, in pixels; upside down if the head is below the foot. */
export function letter(code: number, x: number, width: number, foot: number, head: number, theme: Theme): string {
  const place = (point: string): string => {
    const [u, v] = point.split(",").map(Number) as [number, number];
    return `${num(x + u * width)},${num(foot + v * (head - foot))}`;
  };
  const d = (OUTLINES[code] ?? []).map((outline) => `M${outline.split(" ").map(place).join("L")}Z`).join("");
  return element("path", { d, fill: baseColour(code, theme), "fill-rule": "evenodd" });
}

/** Frequencies of A, C, G and T at each position. */
export type Matrix = readonly (readonly number[])[];

/** Maximum information of a position, in bits, for four bases. */
export const MOST_BITS = 2;

/** Information content of a position, in bits: 2 less its entropy. */
export function informationOf(row: readonly number[]): number {
  return row.reduce((bits, share) => (share > 0 ? bits + share * Math.log2(share) : bits), MOST_BITS);
}

/** The motif on the other strand. */
export function otherStrand(rows: Matrix): Matrix {
  return rows.map((row) => row.toReversed()).toReversed();
}

/** The letters of a position from `foot` upwards, the most frequent on top; one bit is `bit` pixels high. */
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
    // A letter lower than a twentieth of a pixel is invisible.
    return tall < 0.05 ? "" : letter(code, x, width, at + tall, at, theme);
  });
}

/** The scale of a logo; `bit` is the height of one bit in pixels. */
export function logoScale(x: number, foot: number, bit: number, theme: Theme): string {
  const ends = [
    { at: foot - MOST_BITS * bit, text: `${MOST_BITS} bits` },
    { at: foot, text: "0" },
  ];
  return uprightTicks(ends, { x, outward: -1 }, theme);
}
