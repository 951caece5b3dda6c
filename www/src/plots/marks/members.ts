/** Spread over the members of an ensemble, lowest to highest: a band around a line, and lines over bars. */

import { type Along, binCentre, binScale } from "../core/axis";
import { mix } from "../core/colour";
import { entry, type LegendEntry } from "../core/layout";
import type { Length, MembersBand } from "../core/options";
import { finite, matrixColumn, matrixRow } from "../core/scale";
import { element, num } from "../core/svg";
import type { Theme } from "../core/theme";
import { across, down } from "./axes";
import { centred, type Point } from "./line";

/** Opacity of a band. */
const FAINT = 0.22;

/** The ends of a spread along the bins, [T] each. */
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

/** Lengths that a band must have. */
export function bandLengths(name: string, band: MembersBand | undefined, expected: number, words: string): Length[] {
  return [
    [`${name}.low`, band?.low, expected, words],
    [`${name}.high`, band?.high, expected, words],
  ];
}

/** The area between the ends. */
export function drawBand({ low, high }: Ends, frame: Along, y: (value: number) => number, theme: Theme): string {
  const at = ([x, y]: Point): string => `${num(x)},${num(y)}`;
  const back = centred(low, frame, y).reverse();
  const points = [...centred(high, frame, y), ...back];
  const d = points.length === 0 ? "" : `M${points.map(at).join("L")}Z`;
  return element("path", { d, fill: theme.ink, "fill-opacity": FAINT, "data-members": "" });
}

/** A line in each bin, from end to end: one path. */
export function drawRanges({ low, high }: Ends, along: Along, y: (value: number) => number, theme: Theme): string {
  const { axis, left, right } = along;
  const x = binScale(axis, left, right);
  const d = low
    .map((from, i) =>
      from === high[i] ? "" : `M${num(x(binCentre(axis, i + 1)))},${num(y(from))}V${num(y(finite(high[i])))}`,
    )
    .join("");
  return d === ""
    ? ""
    : element("path", { d, fill: "none", stroke: theme.ink, "stroke-width": 0.8, "data-members": "" });
}

/** Legend of a band: the line is the mean. */
export function bandEntry({ of }: MembersBand, theme: Theme): LegendEntry {
  return entry("area", mix(theme.ink, theme.surface, FAINT), `lowest to highest of ${of}`);
}

/** Legend of lines over bars. */
export function rangesEntry({ of }: MembersBand, theme: Theme): LegendEntry {
  return entry("line", theme.ink, `mean of ${of}; line: lowest to highest`);
}

/** "In 3 of 200 bins the sign is not the same in all 5 seeds." */
export function signsInWords({ low, high, of }: MembersBand): string {
  const differ = Array.from(low).filter((from, i) => from < 0 && high[i]! > 0).length;
  return differ === 0
    ? `No bin has one sign in one and the other sign in another of the ${of}.`
    : `In ${differ} of ${low.length} bins the sign is not the same in all ${of}.`;
}

/** A line along a bar from end to end, with its ends marked; pixels. */
export function whisker(low: number, high: number, y: number, theme: Theme): string[] {
  return [
    across({ left: low, right: high }, y, theme.ink),
    ...[low, high].map((at) => down(at, { top: y - 3, bottom: y + 3 }, theme.ink)),
  ];
}
