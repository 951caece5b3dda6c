/** Bars of signed values and of a histogram, boxes between two pixels, and bands where nothing was measured. */

import { type Along, binScale } from "../core/axis";
import { changeColours, type Theme } from "../core/colour";
import type { PanelLayout, Rows, Sides } from "../core/layout";
import { type Attributes, element, fit, label, num, textWidth } from "../core/svg";
import { THIN } from "./axes";
import { formatValue } from "../core/format";
import type { PlotFrame } from "../core/options";
import { linear, type Scale } from "../core/scale";

/** A rectangle. */
export function box(x: number, y: number, width: number, height: number, attributes: Attributes): string {
  return element("rect", { x, y, width, height, ...attributes });
}

/** An upright bar between two heights, whichever is higher. */
export function upright(x: number, width: number, from: number, to: number, fill: string): string {
  return from === to ? "" : box(x, Math.min(from, to), width, Math.abs(to - from), { fill });
}

/** Values from the zero line up or down, each as wide as its bin: one path for the rises and one for the falls. */
export function signedBars(
  values: readonly number[],
  { axis, left, right }: Along,
  y: (value: number) => number,
  theme: Theme,
): string[] {
  const x = binScale(axis, left, right);
  const edge = (i: number): string => num(x(axis.start + i * axis.binSize));
  const zero = num(y(0));
  const { up, down } = changeColours(theme);
  return [up, down].map((fill, i) => {
    const sign = i === 0 ? 1 : -1;
    const bar = (value: number, bin: number): string =>
      value * sign > 0 ? `M${edge(bin)},${zero}V${num(y(value))}H${edge(bin + 1)}V${zero}Z` : "";
    const d = values.map(bar).join("");
    return d === "" ? "" : element("path", { d, fill });
  });
}

/** Text in the place of a mark that was not measured: `value` is what the model was given in all its bins. */
export function notMeasured(value: string): string {
  return `not measured, ${value} stands in`;
}

/** A hatched band that says in words why nothing is drawn in it. Lines, not a pattern: pictures hold no ids. */
export function hatchedBand({ left, right }: Sides, { top, bottom }: Rows, text: string, theme: Theme): string[] {
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

/** Words in the place of a bar, on a ground that keeps lines out of them; their baseline at `y`. */
export function wordsFor(bar: string, left: number, y: number, size: 10 | 12, theme: Theme): string[] {
  const [high, rise, wide] = size === 12 ? [16, 12, 6] : [11, 9, 4];
  return [
    box(left + 3, y - rise, textWidth(bar, size) + wide, high, { fill: theme.surface }),
    label(left + 6, y, bar, { "font-size": size }),
  ];
}

/** Value that stands in for a mark, by mark that was not measured; undefined for one that was measured. */
export function standInFor(standIns: Readonly<Record<string, string>> | undefined, mark: string): string | undefined {
  return standIns && Object.hasOwn(standIns, mark) ? standIns[mark] : undefined;
}

/** A bar: values from `from` up to `to`, and how many genes have them. */
export interface GeneBar {
  readonly from: number;
  readonly to: number;
  readonly genes: number;
}

/** Where the bars lie, side by side from the left. */
export interface HistogramLayout<Bar extends GeneBar = GeneBar> extends PanelLayout {
  readonly bars: readonly Bar[];
}

function mostOf(bars: readonly GeneBar[]): number {
  return Math.max(1, ...bars.map(({ genes }) => genes));
}

/** The fullest bar, the first of equals; undefined without any. */
export function fullestOf(bars: readonly GeneBar[]): GeneBar | undefined {
  const most = Math.max(...bars.map(({ genes }) => genes));
  return bars.find(({ genes }) => genes === most);
}

/** Bars `tall` pixels high from `top` on, with room for the greatest number on the left and `below` for the axis. */
export function histogramLayout<Bar extends GeneBar>(
  { width }: PlotFrame,
  bars: readonly Bar[],
  top: number,
  tall: number,
  below: number,
): HistogramLayout<Bar> {
  const left = 34 + Math.max(14, textWidth(formatValue(mostOf(bars)), 10));
  const bottom = top + Math.round(tall);
  return { width, height: bottom + below, left, right: width - 18, top, bottom, bars };
}

/** Pixels for values and for numbers of genes. */
export function histogramScales({ left, right, top, bottom, bars }: HistogramLayout): { x: Scale; y: Scale } {
  return {
    x: linear([bars[0]?.from ?? 0, bars.at(-1)?.to ?? 1], [left, right]),
    y: linear([0, mostOf(bars)], [bottom, top]).nice(4),
  };
}

/** The bars, each of parts from one number of genes to another, with a hairline of surface between them. */
export function drawBars<Bar extends GeneBar>(
  layout: HistogramLayout<Bar>,
  parts: (bar: Bar) => readonly (readonly [low: number, high: number, fill: string])[],
): string[] {
  const { left, right, bars } = layout;
  const { x, y } = histogramScales(layout);
  const gap = Math.min(1, (right - left) / bars.length / 6);
  return bars.flatMap((bar) => {
    const [at, width] = [x(bar.from) + gap / 2, x(bar.to) - x(bar.from) - gap];
    return parts(bar).map(([low, high, fill]) =>
      high > low ? box(at, y(high), width, y(low) - y(high), { fill }) : "",
    );
  });
}
