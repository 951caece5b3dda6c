/** Ticks of a scale with their labels: a label stands at its tick, or is left out where it has no room. */

import { type Attributes, element, label, segment } from "./svg";
import { textWidth } from "./text";
import type { Theme } from "./theme";

/** Where a value lies, in pixels, and how it is written. */
export interface Tick {
  readonly at: number;
  readonly text: string;
  /** The colour of its line, where it differs from its neighbours'. */
  readonly stroke?: string | undefined;
  /** Further attributes of its label. */
  readonly attributes?: Attributes | undefined;
}

/** From the middle of a digit to its baseline, of the text's size. */
const MIDDLE = 0.35;
/** Between labels beside each other. */
const APART = 6;
/** Digits are about as high as this, of the text's size. */
const HIGH = 0.8;

/** An upright scale. */
export interface UprightScale {
  readonly x: number;
  /** On which side the labels stand. */
  readonly outward: -1 | 1;
  /** Where the tick's line ends: across the picture for a grid. */
  readonly end?: number | undefined;
  readonly size?: number | undefined;
  /** Between the scale and its labels. */
  readonly gap?: number | undefined;
}

/** Ticks beside an upright scale; those first in the list have the room first. */
export function uprightTicks(ticks: readonly Tick[], scale: UprightScale, theme: Theme): string {
  const { x, outward, end = x + 4 * outward, size = 10, gap = 7 } = scale;
  const text = { "font-size": size, fill: theme.inkFaint, "text-anchor": outward < 0 ? "end" : "start" };
  const taken: number[] = [];
  const drawn = ticks.flatMap(({ at, text: written, stroke = theme.lineStrong, attributes }) => {
    const line = segment(x, at, end, at, stroke, { "stroke-width": end === x + 4 * outward ? 0.75 : undefined });
    if (taken.some((other) => Math.abs(other - at) < HIGH * size)) return [line];
    taken.push(at);
    return [line, label(x + gap * outward, at + MIDDLE * size, written, { ...text, ...attributes })];
  });
  return element("g", { "data-ticks": "y" }, drawn);
}

/** A scale that lies. */
export interface LevelScale {
  readonly y: number;
  /** Where the tick's line ends: across the picture for a grid. */
  readonly end?: number | undefined;
  readonly size?: number | undefined;
  /** From the scale to the labels' baseline. */
  readonly gap?: number | undefined;
  /** Between which pixels labels may stand. */
  readonly room: readonly [left: number, right: number];
}

/** Ticks under a scale that lies; those first in the list have the room first. */
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
  return element("g", { "data-ticks": "x" }, drawn);
}
