/**
 * Spread over ensemble members, lowest to highest: a band around a line, lines over bars, and the error bars of one
 * prediction on a line of their own.
 */

import type { Along } from "../core/axis";
import { mix, type Theme } from "../core/colour";
import {
  drawLegend,
  entry,
  LEGEND_LINE,
  type LegendEntry,
  legendHeight,
  type Scaled,
  type Themed,
} from "../core/layout";
import { intervalName } from "../core/format";
import type { ErrorBars, IntervalBand, Length, MembersBand, PlotFrame } from "../core/options";
import { finite, levelTicks, linear, matrixColumn, matrixRow } from "../core/scale";
import { element, label, num, type Part, textWidth } from "../core/svg";
import { across, down, THIN } from "./axes";
import { between, centred, stepsBetween, type Viewed } from "./line";
import { box } from "./bars";

/** Opacity of a band, and of the wider band of intervals behind it. */
const FAINT = 0.22;
const FAINTER = 0.12;

/** Lower and upper ends along the bins, [T] each. */
export interface Ends {
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** The ends in a row of [rows, T]. */
export function rowOf(band: MembersBand | undefined, row: number, bins: number): Ends | undefined {
  return band && { low: matrixRow(band.low, row, bins), high: matrixRow(band.high, row, bins) };
}

/** The ends in a column of [T, columns]. */
export function columnOf(band: MembersBand | undefined, column: number, bins: number, of: number): Ends | undefined {
  return band && { low: matrixColumn(band.low, column, bins, of), high: matrixColumn(band.high, column, bins, of) };
}

/** Expected lengths of a band. */
export function bandLengths(
  name: string,
  band: MembersBand | IntervalBand | undefined,
  expected: number,
  words: string,
): Length[] {
  return [
    [`${name}.low`, band?.low, expected, words],
    [`${name}.high`, band?.high, expected, words],
  ];
}

/** The area between the ends. */
export function drawBand(panel: Along & Scaled, { low, high }: Ends): string {
  return shade(between(centred(panel, high), centred(panel, low)), panel);
}

/** The area between steps of the lower and upper ends, for members or intervals. */
export function drawStepsBand(
  panel: Viewed,
  { low, high }: Pick<IntervalBand, "low" | "high">,
  of: "members" | "interval",
): string {
  return shade(stepsBetween(panel, low, high), panel, of);
}

function shade(d: string, { theme }: Themed, of: "members" | "interval" = "members"): string {
  const opacity = of === "members" ? FAINT : FAINTER;
  return element("path", { d, fill: theme.ink, "fill-opacity": opacity, [`data-${of}`]: "" });
}

/** A vertical line per bin, from end to end, as one path. */
export function drawRanges(panel: Along & Scaled, { low, high }: Ends): string {
  const tops = centred(panel, high);
  const d = centred(panel, low)
    .map(([x, y], i) => (low[i] === high[i] ? "" : `M${num(x)},${num(y)}V${num(tops[i]![1])}`))
    .join("");
  const look = { fill: "none", stroke: panel.theme.ink, "stroke-width": 0.8, "data-members": "" };
  return d && element("path", { d, ...look });
}

/** Legend entry of a band: the line is the mean. */
export function bandEntry({ of }: MembersBand, theme: Theme): LegendEntry {
  return entry("area", mix(theme.ink, theme.surface, FAINT), `lowest to highest of ${of}`);
}

/** Legend entry of a band of intervals. */
export function intervalEntry({ coverage }: IntervalBand, theme: Theme): LegendEntry {
  return entry("area", mix(theme.ink, theme.surface, FAINTER), intervalName(coverage));
}

/** Legend entry of lines over bars. */
export function rangesEntry({ of }: MembersBand, theme: Theme): LegendEntry {
  return entry("line", theme.ink, `mean of ${of}; line: lowest to highest`);
}

/** Sentence on signs: "In 3 of 200 bins the sign is not the same in all 5 seeds." */
export function signsInWords({ low, high, of }: MembersBand): string {
  const differ = Array.from(low).filter((from, i) => from < 0 && high[i]! > 0).length;
  return differ === 0
    ? `No bin has one sign in one and the other sign in another of the ${of}.`
    : `In ${differ} of ${low.length} bins the sign is not the same in all ${of}.`;
}

/** A line along a bar from end to end with its ends marked, in pixels. */
export function whisker(low: number, high: number, y: number, theme: Theme, half = 3): string[] {
  const ink = { stroke: theme.ink };
  return [
    across({ left: low, right: high, theme }, y, ink),
    ...[low, high].map((at) => down({ top: y - half, bottom: y + half, theme }, at, ink)),
  ];
}

/** The prediction, and its axis. */
export interface Predicted {
  readonly name: string;
  readonly value: number;
  readonly ends: readonly [number, number];
  /** Labelled values of the axis. */
  readonly ticks: readonly (readonly [value: number, text: string])[];
}

/** Picture width from which the legend is beside the axis. */
const ROOMY = 430;
const AXIS = 160;
/** Distance from the axis to the baseline of its numbers, and the height of the numbers. */
const [GAP, NUMBERS] = [16, 9];

/** The line with its baseline at `y`, and where the content below may begin: at `y` without error bars. */
export function errorBars(
  bars: ErrorBars,
  { name, value, ends, ticks }: Predicted,
  y: number,
  options: PlotFrame,
): { readonly end: number; readonly drawn: readonly Part[] } {
  const { low, high, interval } = bars;
  const { width, theme } = options;
  const entries = [
    interval && entry("line", theme.on, intervalName(interval.coverage)),
    low !== undefined && entry("line", theme.ink, "lowest to highest"),
  ];
  if (!entries.some(Boolean)) return { end: y, drawn: [] };
  const left = 8 + textWidth(name, 11) + 18;
  const right = left + AXIS;
  const isNarrow = width < ROOMY;
  const legend = isNarrow ? 8 : right + 28;
  const room = width - 8 - legend;
  const scale = linear(ends, [left, right]).clamp(true);
  const x = (of: number): number => scale(finite(of));
  const middle = y - 4;
  const frame = { fill: "none", stroke: theme.on, "stroke-width": 1.5 };
  const numbers = ticks.map(([of, text]) => ({ at: x(of), text }));
  const drawn = [
    element("g", { "data-error-bars": "" }, [
      label(8, y, name, { fill: theme.ink }),
      across({ left, right, theme }, middle, THIN),
      levelTicks(numbers, { y: middle, size: 10, gap: GAP, room: [left - 18, right + 28] }, theme),
      interval && box(x(interval.low), middle - 5, x(interval.high) - x(interval.low), 10, frame),
      low !== undefined && high !== undefined && whisker(x(low), x(high), middle, theme, 4),
      element("circle", { cx: x(value), cy: middle, r: 3, fill: theme.ink, stroke: theme.surface }),
    ]),
    drawLegend(entries, isNarrow ? y + LEGEND_LINE + NUMBERS : y, options, legend, room),
  ];
  return { end: y + NUMBERS + 4 + (isNarrow ? LEGEND_LINE : 0) + legendHeight(entries, room), drawn };
}
