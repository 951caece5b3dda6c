/**
 * Parts of pictures along the window: a signal as steps, signed values as bars, the line of a scale, and a band where
 * nothing was measured.
 */

import { area, curveStepAfter } from "d3-shape";
import { type BinAxis, binScale } from "./axis";
import { markColour } from "./marks";
import { element, label, num, segment } from "./svg";
import { fit, textWidth } from "./text";
import { uprightTicks } from "./ticks";
import type { Theme } from "./theme";

/** Signal as steps from `bottom` up to where `y` puts each value; each step is as wide as its bin. */
export function stepArea(
  values: readonly number[],
  axis: BinAxis,
  left: number,
  right: number,
  bottom: number,
  y: (value: number) => number,
  fill: string,
): string {
  const x = binScale(axis, left, right);
  // A step needs its last value twice: once where it begins and once where it ends.
  const steps = area<number>()
    .digits(2)
    .x((_, i) => x(axis.start + i * axis.binSize))
    .y0(bottom)
    .y1((value) => y(Math.max(0, value)))
    .curve(curveStepAfter)([...values, ...values.slice(-1)]);
  return steps ? element("path", { d: steps, fill }) : "";
}

/** Bars of one sign from the zero line, as one path; each is as wide as its bin. */
export function signedBars(
  values: readonly number[],
  sign: 1 | -1,
  { left, right, axis }: { readonly left: number; readonly right: number; readonly axis: BinAxis },
  y: (value: number) => number,
  fill: string,
): string {
  const x = binScale(axis, left, right);
  const d = values
    .map((value, i) =>
      value * sign > 0
        ? `M${num(x(axis.start + i * axis.binSize))},${num(y(0))}V${num(y(value))}H${num(
            x(axis.start + (i + 1) * axis.binSize),
          )}V${num(y(0))}Z`
        : "",
    )
    .join("");
  return d === "" ? "" : element("path", { d, fill });
}

/** A scale's line from `from` down to `to` with what its ends stand for. */
export function scaleLine(
  x: number,
  outward: -1 | 1,
  from: number,
  to: number,
  top: string,
  bottom: string,
  theme: Theme,
): string[] {
  const ends = [
    { at: from, text: top },
    { at: to, text: bottom },
  ];
  return [
    segment(x, from, x, to, theme.lineStrong, { "stroke-width": 0.75 }),
    uprightTicks(ends, { x, outward }, theme),
  ];
}

/** Heading over a track: the mark, the unit where it stands here, and a note on the right. */
export interface TrackHeading {
  readonly mark: string;
  /** The mark whose colour it has, where it is not its own. */
  readonly colourOf?: string | undefined;
  readonly unit?: string | undefined;
  /** β of the mark, 0 to 1: a bar of that much of {@link WEIGHT}, and the number. */
  readonly weight?: number | undefined;
  readonly note: string;
}

/** Between the parts of a heading. */
const APART = 10;

/** Pixels of a bar whose weight is 1. */
const WEIGHT = 60;

/** "β 0.31" */
export function weightText(weight: number): string {
  return `β ${weight.toFixed(2)}`;
}

function weightWidth({ weight }: TrackHeading): number {
  return weight === undefined ? 0 : WEIGHT * weight + 4 + textWidth(weightText(weight), 11) + APART;
}

function unitWidth({ unit }: TrackHeading): number {
  return unit === undefined ? 0 : textWidth(unit, 11) + APART;
}

/** Width that a heading asks for. */
export function headingWidth(heading: TrackHeading): number {
  return (
    textWidth(heading.mark, 12, "bold") +
    unitWidth(heading) +
    weightWidth(heading) +
    APART +
    textWidth(heading.note, 11)
  );
}

/**
 * A heading with its baseline at `y`. What the values are comes before the note, which gives way where both have no
 * room.
 */
export function drawHeading(heading: TrackHeading, left: number, right: number, y: number, theme: Theme): string[] {
  const { mark, unit } = heading;
  const isFull = unit !== undefined || heading.weight !== undefined;
  const note = isFull && headingWidth(heading) > right - left ? "" : heading.note;
  const noteWidth = note === "" ? 0 : textWidth(note, 11) + APART;
  const name = fit(mark, right - left - noteWidth - unitWidth(heading) - weightWidth(heading), 12, "bold");
  return [
    label(left, y, name, {
      "font-size": 12,
      "font-weight": "bold",
      fill: markColour(heading.colourOf ?? mark, theme).text,
    }),
    unit === undefined ? "" : label(left + textWidth(name, 12, "bold") + 4, y, unit),
    ...drawWeight(heading, left + textWidth(name, 12, "bold") + APART + unitWidth(heading), y, theme),
    note === "" ? "" : label(right, y, note, { "text-anchor": "end" }),
  ];
}

/** The bar and the number of a weight, from `left`. */
function drawWeight({ mark, weight }: TrackHeading, left: number, y: number, theme: Theme): string[] {
  if (weight === undefined) return [];
  const width = WEIGHT * weight;
  return [
    element("rect", { x: left, y: y - 8, width, height: 8, fill: markColour(mark, theme).line, "data-beta": "" }),
    label(left + width + 4, y, weightText(weight), { fill: theme.ink }),
  ];
}

/** Text in the place of a mark that was not measured: `value` is what the model was given in all its bins. */
export function notMeasured(value: string): string {
  return `not measured, ${value} stands in`;
}

/** A hatched band that says in words why nothing is drawn in it. Lines, not a pattern: pictures hold no ids. */
export function hatchedBand(
  left: number,
  right: number,
  top: number,
  bottom: number,
  text: string,
  theme: Theme,
): string[] {
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
    element("rect", { x: left, y: top, width, height, fill: "none", stroke: theme.lineStrong, "stroke-width": 0.75 }),
    element("rect", { x: middle.x - room / 2, y: middle.y - 8, width: room, height: 16, fill: theme.surface }),
    label(middle.x, middle.y + 4, shown, { "text-anchor": "middle", fill: theme.ink }),
  ];
}
