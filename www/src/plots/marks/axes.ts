/** Straight lines, and the scales of a panel: lines across it, ticks below it, and their names. */

import { END, MIDDLE, type Rows, type Sides } from "../core/layout";
import type { PlotFrame } from "../core/options";
import { levelTicks, type Scale, uprightTicks } from "../core/scale";
import { type Attributes, axisName, label, segment } from "../core/svg";
import type { Theme } from "../core/colour";

/** A reference within a panel. */
export const DASHED = { "stroke-dasharray": "4 3" };
/** The same over bars. */
export const OVER_BARS = { ...DASHED, "stroke-opacity": 0.7 };
/** A chosen place. */
export const DOTTED = { "stroke-dasharray": "2 3" };
/** The line of a small panel. */
export const THIN = { "stroke-width": 0.75 };

/** A line across at a height. */
export function across({ left, right }: Sides, y: number, stroke: string, attributes?: Attributes): string {
  return segment(left, y, right, y, stroke, attributes);
}

/** A line from the top down at a place. */
export function down(x: number, { top, bottom }: Rows, stroke: string, attributes?: Attributes): string {
  return segment(x, top, x, bottom, stroke, attributes);
}

/** A scale's line with what its ends stand for. */
export function scaleLine(
  x: number,
  outward: -1 | 1,
  { top, bottom }: Rows,
  [first, last]: readonly [top: string, bottom: string],
  theme: Theme,
): string[] {
  const ends = [
    { at: top, text: first },
    { at: bottom, text: last },
  ];
  return [down(x, { top, bottom }, theme.lineStrong, THIN), uprightTicks(ends, { x, outward }, theme)];
}

/** Values left of a panel; those first in the list have the room first. */
export function ticksBeside(
  values: readonly number[],
  y: (value: number) => number,
  text: (value: number) => string,
  left: number,
  theme: Theme,
): string {
  const ticks = values.map((value) => ({ at: y(value), text: text(value) }));
  return uprightTicks(ticks, { x: left, outward: -1 }, theme);
}

/** Lines across a panel at the ticks of its upright scale; that at zero may differ. */
export function grid(
  ticks: readonly number[],
  y: Scale,
  text: (tick: number) => string,
  { left, right }: Sides,
  theme: Theme,
  zero = theme.line,
): string {
  const lines = ticks.map((tick) => ({ at: y(tick), text: text(tick), stroke: tick === 0 ? zero : theme.line }));
  return uprightTicks(lines, { x: left, outward: -1, end: right }, theme);
}

/** Ticks under a panel; their labels stay within the picture. */
export function ticksBelow(
  ticks: readonly number[],
  x: Scale,
  text: (tick: number) => string,
  y: number,
  { width, theme }: PlotFrame,
): string {
  const below = ticks.map((tick) => ({ at: x(tick), text: text(tick) }));
  return levelTicks(below, { y, room: [0, width] }, theme);
}

/** The names of a panel's scales. */
export function axisNames({ left, right, top, bottom }: Sides & Rows, up: string, across: string): string[] {
  return [axisName(14, (top + bottom) / 2, up), label((left + right) / 2, bottom + 33, across, MIDDLE)];
}

/** A line over bars at a place, and over it what lies on either side. */
export function divide(x: number, { top, bottom }: Rows, [before, behind]: readonly string[], theme: Theme): string[] {
  return [
    down(x, { top: top - 18, bottom }, theme.ink, OVER_BARS),
    label(x - 7, top - 9, before!, { ...END, fill: theme.ink }),
    label(x + 7, top - 9, behind!, { fill: theme.ink }),
  ];
}
