/** Straight lines, and the scales of a panel: lines across it, ticks below it, and their names. */

import { END, MIDDLE, type Panel, type Rows, type Scaled, type Sides, type Themed } from "../core/layout";
import type { PlotFrame } from "../core/options";
import { levelTicks, type Scale, uprightTicks } from "../core/scale";
import { type Attributes, label, num, segment } from "../core/svg";

/** A reference within a panel. */
export const DASHED = { "stroke-dasharray": "4 3" };
/** The same over bars. */
export const OVER_BARS = { ...DASHED, "stroke-opacity": 0.7 };
/** A chosen place. */
export const DOTTED = { "stroke-dasharray": "2 3" };
/** The line of a small panel. */
export const THIN = { "stroke-width": 0.75 };

/** A line across at a height. */
export function across({ left, right, theme }: Sides & Themed, y: number, look?: Attributes): string {
  return segment(left, y, right, y, theme.lineStrong, look);
}

/** A line from the top down at a place. */
export function down({ top, bottom, theme }: Rows & Themed, x: number, look?: Attributes): string {
  return segment(x, top, x, bottom, theme.lineStrong, look);
}

/** The line of a panel's scale at one side, with what its ends stand for. */
export function scaleLine(panel: Scaled, side: keyof Sides, text: (value: number) => string): string[] {
  const { y, theme } = panel;
  const ends = y.domain().map((value) => ({ at: y(value), text: text(value) }));
  const scale = { x: panel[side], outward: side === "left" ? -1 : 1 } as const;
  return [down(panel, scale.x, THIN), uprightTicks(ends.reverse(), scale, theme)];
}

/** Values left of a panel; those first in the list have the room first. */
export function ticksBeside(
  { left: x, y, theme }: Omit<Scaled, keyof Rows>,
  values: readonly number[],
  text: (value: number) => string,
): string {
  const ticks = values.map((value) => ({ at: y(value), text: text(value) }));
  return uprightTicks(ticks, { x, outward: -1 }, theme);
}

/** Lines across a panel at the ticks of its upright scale; that at zero may differ. */
export function grid(
  { left, right, y, theme }: Scaled,
  ticks: readonly number[],
  text: (tick: number) => string,
  zero = theme.line,
): string {
  const lines = ticks.map((tick) => ({ at: y(tick), text: text(tick), stroke: tick === 0 ? zero : theme.line }));
  return uprightTicks(lines, { x: left, outward: -1, end: right }, theme);
}

/** Ticks under a panel; their labels stay within the picture. */
export function ticksBelow(
  x: Scale,
  ticks: readonly number[],
  text: (tick: number) => string,
  y: number,
  { width, theme }: PlotFrame,
): string {
  const below = ticks.map((tick) => ({ at: x(tick), text: text(tick) }));
  return levelTicks(below, { y, room: [0, width] }, theme);
}

/** The name of a panel's upright scale, read from below, its baseline at `x`. */
export function upName({ top, bottom }: Rows, text: string, x = 14): string {
  const y = (top + bottom) / 2;
  return label(x, y, text, { transform: `rotate(-90 ${num(x)} ${num(y)})`, ...MIDDLE });
}

/** The names of a panel's scales. */
export function axisNames(panel: Sides & Rows, up: string, below: string): string[] {
  return [upName(panel, up), label((panel.left + panel.right) / 2, panel.bottom + 33, below, MIDDLE)];
}

/** A line over bars at a place, and over it what lies on either side. */
export function divide({ top, bottom, theme }: Panel, x: number, [before, behind]: readonly string[]): string[] {
  return [
    down({ top: top - 18, bottom, theme }, x, { ...OVER_BARS, stroke: theme.ink }),
    label(x - 7, top - 9, before!, { ...END, fill: theme.ink }),
    label(x + 7, top - 9, behind!, { fill: theme.ink }),
  ];
}

/** Words in the middle of a panel that has nothing to show. */
export function nothing({ left, right, top, bottom }: Sides & Rows, words: string): string {
  return label((left + right) / 2, (top + bottom) / 2, words, { ...MIDDLE, "font-size": 12 });
}
