/**
 * Scales and ticks, and safe access to arrays of numbers. A label is placed at its tick, or omitted if there is no
 * room.
 */

import { scaleLinear } from "d3-scale";
import { type Attributes, element, label, segment, textWidth } from "./svg";
import type { Theme } from "./colour";

/** Scale from values to pixels: the part of d3's interface that plots use, so that the package's types need no d3. */
export interface Scale {
  (value: number): number;
  invert(pixel: number): number;
  domain(): number[];
  domain(values: readonly number[]): Scale;
  range(): number[];
  clamp(isClamped: boolean): Scale;
  copy(): Scale;
  /** The same scale with round ends. */
  nice(count: number): Scale;
  /** About `count` round values. */
  ticks(count: number): number[];
  tickFormat(count: number): (tick: number) => string;
}

/** A linear scale from values to pixels. */
export function linear(domain: readonly [number, number], range: readonly [number, number]): Scale {
  return scaleLinear().domain(domain).range(range);
}

/** Default probability from which a gene is predicted on, as in the crate. */
export const THRESHOLD = 0.5;

/** Allowed tops of an axis from zero, as multiples of a power of ten. */
const TOPS = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];

/** The smallest allowed top that is at least `max`; 1 if nothing is above zero. */
export function roundTop(max: number): number {
  if (!(max > 0)) return 1;
  const exponent = Math.floor(Math.log10(max));
  // Via decimal text: 3 * 10 ** -2 is not 0.03 in floating point.
  const candidates = TOPS.map((top) => Number(`${top}e${exponent}`));
  // Accumulated rounding errors must not push the axis to its next top.
  return candidates.find((top) => top >= max * (1 - 1e-6)) ?? Number(`1e${exponent + 1}`);
}

/** A value to draw: zero if it is not a finite number. */
export function finite(value: number | undefined): number {
  return value !== undefined && Number.isFinite(value) ? value : 0;
}

/** Row `row` of a row-major matrix with `columns` columns. */
export function matrixRow(values: ArrayLike<number>, row: number, columns: number): number[] {
  return Array.from({ length: columns }, (_, i) => finite(values[row * columns + i]));
}

/** Column `column` of a row-major matrix of `rows` rows and `columns` columns. */
export function matrixColumn(values: ArrayLike<number>, column: number, rows: number, columns: number): number[] {
  return Array.from({ length: rows }, (_, i) => finite(values[i * columns + column]));
}

/** The maximum and its first index; undefined without values. */
export function peak(values: readonly number[]): { readonly index: number; readonly value: number } | undefined {
  let index = -1;
  let value = Number.NEGATIVE_INFINITY;
  values.forEach((candidate, i) => {
    if (candidate > value) {
      index = i;
      value = candidate;
    }
  });
  return index < 0 ? undefined : { index, value };
}

/** Index of the value farthest from zero, the first if several tie; 0 without values. */
export function farthest(values: readonly number[]): number {
  return values.reduce((best, value, i) => (Math.abs(value) > Math.abs(values[best]!) ? i : best), 0);
}

/** Returns true if all values are equal within rounding (one thousandth of the maximum). */
export function isFlat(values: readonly number[]): boolean {
  const greatest = Math.max(...values.map(Math.abs), 0);
  const spread = values.length === 0 ? 0 : Math.max(...values) - Math.min(...values);
  return spread <= 1e-3 * greatest;
}

/** Attention that never exceeds this multiple of the uniform weight is called even, and no peak is marked. */
const EVEN = 1.5;

/** Returns true if the highest of the weights over `bins` bins is too low to be called a peak. */
export function isEvenWeight(highest: number, bins: number): boolean {
  return highest * bins < EVEN;
}

/** Minimum top of a scale of values: for read counts, one or two stray reads must not look like a peak. */
export function leastReads(values: readonly number[]): number {
  return values.every(Number.isInteger) ? 5 : 0;
}

/** Minimum top of a scale of α, 3 uniform weights: attention that favours nothing should look flat. */
export function leastAlpha(bins: number): number {
  return 3 / Math.max(1, bins);
}

/** Position of a value in pixels, and its label. */
export interface Tick {
  readonly at: number;
  readonly text: string;
  /** The colour of its line, if it differs from its neighbours'. */
  readonly stroke?: string | undefined;
  /** Further attributes of its label. */
  readonly attributes?: Attributes | undefined;
}

/** Distance from the middle of a digit to its baseline, relative to the text size. */
const MIDDLE = 0.35;
/** Minimum distance between neighbouring labels. */
const APART = 6;
/** Approximate height of digits, relative to the text size. */
const HIGH = 0.8;

/** Size of labels beside a vertical scale. */
const UPRIGHT = 10;

/**
 * Ticks beside a vertical scale, with labels on its left or right (`outward`); earlier ticks in the list take
 * precedence. Lines end at `end`: across the picture for a grid.
 */
export function uprightTicks(
  ticks: readonly Tick[],
  { x, outward, end = x + 4 * outward }: { readonly x: number; readonly outward: -1 | 1; readonly end?: number },
  theme: Theme,
): string {
  const look = { "font-size": UPRIGHT, fill: theme.inkFaint, "text-anchor": outward < 0 ? "end" : "start" };
  const taken: number[] = [];
  const drawn = ticks.flatMap(({ at, text, stroke = theme.lineStrong }) => {
    const line = segment(x, at, end, at, stroke, { "stroke-width": end === x + 4 * outward ? 0.75 : undefined });
    if (taken.some((other) => Math.abs(other - at) < HIGH * UPRIGHT)) return [line];
    taken.push(at);
    return [line, label(x + 7 * outward, at + MIDDLE * UPRIGHT, text, look)];
  });
  return drawn.length === 0 ? "" : element("g", { "data-ticks": "y" }, drawn);
}

/** A horizontal scale. */
export interface LevelScale {
  readonly y: number;
  /** End of the tick's line: across the picture for a grid. */
  readonly end?: number | undefined;
  readonly size?: number | undefined;
  /** Distance from the scale to the labels' baseline. */
  readonly gap?: number | undefined;
  /** Horizontal range available for labels, in pixels. */
  readonly room: readonly [left: number, right: number];
}

/** Ticks under a horizontal scale; earlier ticks in the list take precedence. */
export function levelTicks(ticks: readonly Tick[], scale: LevelScale, theme: Theme): string {
  const { y, end = y + 4, size = 11, gap = 16, room } = scale;
  const taken: (readonly [from: number, to: number])[] = [];
  const drawn = ticks.flatMap(({ at, text, stroke = theme.lineStrong, attributes }) => {
    const line = segment(at, y, at, end, stroke);
    const half = textWidth(text, size) / 2;
    const [from, to] = [at - half, at + half];
    if (from < room[0] || to > room[1]) return [line];
    if (taken.some((other) => from < other[1] + APART && to > other[0] - APART)) return [line];
    taken.push([from, to]);
    const style = { "text-anchor": "middle", "font-size": size === 11 ? undefined : size, fill: theme.inkFaint };
    return [line, label(at, y + gap, text, { ...style, ...attributes })];
  });
  return drawn.length === 0 ? "" : element("g", { "data-ticks": "x" }, drawn);
}
