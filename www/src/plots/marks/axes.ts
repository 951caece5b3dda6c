/** Straight lines, and the axes of a panel: grid lines, ticks, and names. */

import { END, MIDDLE, type Panel, type Rows, type Scaled, type Sides, type Themed } from "../core/layout";
import type { PlotFrame } from "../core/options";
import { levelTicks, type Scale, uprightTicks } from "../core/scale";
import { type Attributes, label, num, segment } from "../core/svg";

/** Style of a reference line within a panel. */
export const DASHED = { "stroke-dasharray": "4 3" };
/** Style of a reference line over bars. */
export const OVER_BARS = { ...DASHED, "stroke-opacity": 0.7 };
/** Style of a selected position. */
export const DOTTED = { "stroke-dasharray": "2 3" };
/** Style of lines in a small panel. */
export const THIN = { "stroke-width": 0.75 };

/** A horizontal line across a panel at a height. */
export function across({ left, right, theme }: Sides & Themed, y: number, look?: Attributes): string {
  return segment(left, y, right, y, theme.lineStrong, look);
}

/** A vertical line from the top to the bottom of a panel. */
export function down({ top, bottom, theme }: Rows & Themed, x: number, look?: Attributes): string {
  return segment(x, top, x, bottom, theme.lineStrong, look);
}

/** The line of a panel's scale at one side, with labels at its ends. */
export function scaleLine(panel: Scaled, side: keyof Sides, text: (value: number) => string): string[] {
  const { y, theme } = panel;
  const ends = y.domain().map((value) => ({ at: y(value), text: text(value) }));
  const scale = { x: panel[side], outward: side === "left" ? -1 : 1 } as const;
  return [down(panel, scale.x, THIN), uprightTicks(ends.reverse(), scale, theme)];
}

/** Labels to the left of a panel; earlier values in the list take precedence. */
export function ticksBeside(
  { left: x, y, theme }: Omit<Scaled, keyof Rows>,
  values: readonly number[],
  text: (value: number) => string,
): string {
  const ticks = values.map((value) => ({ at: y(value), text: text(value) }));
  return uprightTicks(ticks, { x, outward: -1 }, theme);
}

/** Horizontal grid lines at the ticks of the vertical scale; the line at zero may differ. */
export function grid(
  { left, right, y, theme }: Scaled,
  ticks: readonly number[],
  text: (tick: number) => string,
  zero = theme.line,
): string {
  const lines = ticks.map((tick) => ({ at: y(tick), text: text(tick), stroke: tick === 0 ? zero : theme.line }));
  return uprightTicks(lines, { x: left, outward: -1, end: right }, theme);
}

/** Ticks below a panel; their labels stay within the picture. */
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

/** The rotated name of a panel's vertical scale, with its baseline at `x`. */
export function upName({ top, bottom }: Rows, text: string, x = 14): string {
  const y = (top + bottom) / 2;
  return label(x, y, text, { transform: `rotate(-90 ${num(x)} ${num(y)})`, ...MIDDLE });
}

/** The names of a panel's axes. */
export function axisNames(panel: Sides & Rows, up: string, below: string): string[] {
  return [upName(panel, up), label((panel.left + panel.right) / 2, panel.bottom + 33, below, MIDDLE)];
}

/** A vertical line over bars, with labels for both sides above it. */
export function divide({ top, bottom, theme }: Panel, x: number, [before, behind]: readonly string[]): string[] {
  return [
    down({ top: top - 18, bottom, theme }, x, { ...OVER_BARS, stroke: theme.ink }),
    label(x - 7, top - 9, before!, { ...END, fill: theme.ink }),
    label(x + 7, top - 9, behind!, { fill: theme.ink }),
  ];
}

/** Text in the middle of an empty panel. */
export function nothing({ left, right, top, bottom }: Sides & Rows, words: string): string {
  return label((left + right) / 2, (top + bottom) / 2, words, { ...MIDDLE, "font-size": 12 });
}
