/** Bars of signed values, boxes, and hatched bands for marks that were not measured. */

import { type Along, binScale } from "../core/axis";
import { changeColours, type Theme } from "../core/colour";
import type { Panel, Scaled } from "../core/layout";
import { type Attributes, element, fit, label, num, textWidth } from "../core/svg";
import { THIN } from "./axes";

/** A rectangle. */
export function box(x: number, y: number, width: number, height: number, attributes: Attributes): string {
  return element("rect", { x, y, width, height, ...attributes });
}

/** A vertical bar between two heights, in either order. */
export function upright(x: number, width: number, from: number, to: number, fill: string): string {
  return from === to ? "" : box(x, Math.min(from, to), width, Math.abs(to - from), { fill });
}

/** Bars up or down from zero, one per bin: one path for increases and one for decreases. */
export function signedBars(panel: Along & Scaled, values: readonly number[]): string[] {
  const { axis, y } = panel;
  const x = binScale(panel);
  const edge = (i: number): string => num(x(axis.start + i * axis.binSize));
  const zero = num(y(0));
  const { up, down } = changeColours(panel.theme);
  return [up, down].map((fill, i) => {
    const sign = i === 0 ? 1 : -1;
    const bar = (value: number, bin: number): string =>
      value * sign > 0 ? `M${edge(bin)},${zero}V${num(y(value))}H${edge(bin + 1)}V${zero}Z` : "";
    const d = values.map(bar).join("");
    return d === "" ? "" : element("path", { d, fill });
  });
}

/** Text for a mark that was not measured: `value` is the substitute in all its bins. */
export function notMeasured(value: string): string {
  return `not measured, ${value} stands in`;
}

/** A hatched band with the reason why nothing is drawn. Lines, not a pattern: pictures contain no ids. */
export function hatchedBand({ left, right, top, bottom, theme }: Panel, text: string): string[] {
  const [height, width] = [bottom - top, right - left];
  const lines: string[] = [];
  for (let at = 8; at < width + height; at += 8) {
    const [x0, y0] = at <= width ? [left + at, top] : [right, top + at - width];
    const [x1, y1] = at <= height ? [left, top + at] : [left + at - height, bottom];
    lines.push(`M${num(x0)},${num(y0)}L${num(x1)},${num(y1)}`);
  }
  const shown = fit(text, width - 12, 11);
  const room = textWidth(shown, 11) + 10;
  const middle = { x: (left + right) / 2, y: (top + bottom) / 2 };
  return [
    element("path", { d: lines.join(""), fill: "none", stroke: theme.line, "data-not-measured": "" }),
    box(left, top, width, height, { fill: "none", stroke: theme.lineStrong, ...THIN }),
    box(middle.x - room / 2, middle.y - 8, room, 16, { fill: theme.surface }),
    label(middle.x, middle.y + 4, shown, { "text-anchor": "middle", fill: theme.ink }),
  ];
}

/** Words instead of a bar, on a background that keeps lines away; their baseline at `y`. */
export function wordsFor(bar: string, left: number, y: number, size: 10 | 12, theme: Theme): string[] {
  const [high, rise, wide] = size === 12 ? [16, 12, 6] : [11, 9, 4];
  return [
    box(left + 3, y - rise, textWidth(bar, size) + wide, high, { fill: theme.surface }),
    label(left + 6, y, bar, { "font-size": size }),
  ];
}

/** Substitute value of a mark that was not measured; undefined for a measured one. */
export function standInFor(standIns: Readonly<Record<string, string>> | undefined, mark: string): string | undefined {
  return standIns && Object.hasOwn(standIns, mark) ? standIns[mark] : undefined;
}
