/**
 * The panel of a mark: its name beside a row, or above a track with unit, weight and note, and its two lanes: signal,
 * and signed values around zero.
 */

import { box, signedBars } from "./bars";
import { END, type Rows, scaled, type Sides, strong, type Themed } from "../core/layout";
import { markColour, type Theme } from "../core/colour";
import { element, fit, label, type Part, textWidth } from "../core/svg";
import type { Along, BinsLayout } from "../core/axis";
import { formatSigned, formatValue } from "../core/format";
import { across, down, scaleLine, THIN } from "./axes";
import { stepArea } from "./line";
import { drawRanges, type Ends } from "./spread";

/** Pixels to the left of rows for the names of marks. */
export function nameMargin(marks: readonly string[], most: number): number {
  return 16 + Math.min(most, Math.max(24, ...marks.map((mark) => textWidth(mark, 12, "bold"))));
}

/** The name of a mark to the left of its row. */
export function rowName(mark: string, left: number, y: number, theme: Theme, colourOf = mark): string {
  const name = fit(mark, left - 16, 12, "bold");
  return label(left - 8, y, name, { ...END, ...strong(12, theme), fill: markColour(colourOf, theme).text });
}

/** Heading above a track: the mark, the unit if it is shown here, and a note on the right. */
export interface TrackHeading {
  readonly mark: string;
  /** Mark that determines the colour, if not its own. */
  readonly colourOf?: string | undefined;
  readonly unit?: string | undefined;
  /** β of the mark, 0 to 1: drawn as that fraction of {@link WEIGHT}, with the number. */
  readonly weight?: number | undefined;
  readonly note: string;
}

/** Space between the parts of a heading. */
const APART = 10;

/** Length in pixels of a bar for a weight of 1. */
const WEIGHT = 60;

/** Text of a weight: "β 0.31". */
export function weightText(weight: number): string {
  return `β ${weight.toFixed(2)}`;
}

/** A bar as long as a weight, followed by its number. */
export function weightBar(mark: string, x: number, y: number, width: number, height: number, theme: Theme): string {
  return box(x, y, width, height, { fill: markColour(mark, theme).line, "data-beta": "" });
}

function weightWidth({ weight }: TrackHeading): number {
  return weight === undefined ? 0 : WEIGHT * weight + 4 + textWidth(weightText(weight), 11) + APART;
}

function unitWidth({ unit }: TrackHeading): number {
  return unit === undefined ? 0 : textWidth(unit, 11) + APART;
}

function headingWidth(heading: TrackHeading): number {
  const parts = unitWidth(heading) + weightWidth(heading);
  return textWidth(heading.mark, 12, "bold") + parts + APART + textWidth(heading.note, 11);
}

/** A note in full, and a brief form if room is short. */
export interface Note {
  readonly full: string;
  readonly brief: string;
}

/** The notes of headings: in full if all fit, otherwise brief. */
export function fittingNotes(headings: readonly Noted[], { left, right }: Sides): string[] {
  const isRoomy = headings.every((heading) => headingWidth({ ...heading, note: heading.note.full }) <= right - left);
  return headings.map(({ note }) => (isRoomy ? note.full : note.brief));
}

/**
 * A heading with its baseline at `y`. The unit takes precedence over the note if there is no room for both.
 */
export function drawHeading(heading: TrackHeading, { left, right, theme }: Sides & Themed, y: number): Part[] {
  const { mark, unit, weight } = heading;
  const isFull = unit !== undefined || weight !== undefined;
  const note = isFull && headingWidth(heading) > right - left ? "" : heading.note;
  const noteWidth = note === "" ? 0 : textWidth(note, 11) + APART;
  const name = fit(mark, right - left - noteWidth - unitWidth(heading) - weightWidth(heading), 12, "bold");
  const behind = left + textWidth(name, 12, "bold");
  const at = behind + APART + unitWidth(heading);
  return [
    label(left, y, name, { ...strong(12, theme), fill: markColour(heading.colourOf ?? mark, theme).text }),
    unit !== undefined && label(behind + 4, y, unit),
    weight !== undefined && [
      weightBar(mark, at, y - 8, WEIGHT * weight, 8, theme),
      label(at + WEIGHT * weight + 4, y, weightText(weight), { fill: theme.ink }),
    ],
    note !== "" && label(right, y, note, END),
  ];
}

/** The panel of one mark: its signal above, its α or signed values below. A missing lane has no height. */
export interface TrackPanel extends Rows {
  readonly mark: string;
  readonly signal: Rows;
  readonly lower: Rows;
}

/** A layout with one panel per mark. */
export type MarksLayout = BinsLayout<TrackPanel>;

/** Heights of a mark's panel: 0 for a missing lane. */
export interface TrackHeights {
  readonly mark: string;
  readonly signal: number;
  readonly below: number;
}

/** Stacks panels of marks from `y` down, with `above` pixels over each and `split` pixels between its lanes. */
export function stackTracks(
  tracks: readonly TrackHeights[],
  y: number,
  above: number,
  split: number,
): { readonly panels: readonly TrackPanel[]; readonly end: number } {
  let end = y;
  const panels = tracks.map(({ mark, signal, below }) => {
    const top = end + above;
    const middle = top + signal;
    const lowerTop = middle + (signal > 0 && below > 0 ? split : 0);
    end = lowerTop + below;
    return { mark, top, bottom: end, signal: { top, bottom: middle }, lower: { top: lowerTop, bottom: end } };
  });
  return { panels, end };
}

/** A mark with its note in full and brief. */
export interface Noted extends Omit<TrackHeading, "note"> {
  readonly note: Note;
}

/** One group per mark: its heading `above` its panel, and the content of the panel. */
export function drawMarks(
  headings: readonly Noted[],
  frame: MarksLayout,
  above: number,
  draw: (panel: TrackPanel, i: number) => Part,
): string[] {
  const notes = fittingNotes(headings, frame);
  return headings.map((heading, i) => {
    const panel = frame.panels[i]!;
    return element("g", { "data-mark": heading.mark }, [
      drawHeading({ ...heading, note: notes[i]! }, frame, panel.top - above),
      draw(panel, i),
    ]);
  });
}

/** Signal as steps one bin wide, with the ends of its scale; words if there is none. */
export function drawSignal(
  frame: Along & Sides & Themed,
  rows: Rows,
  { values, top }: { readonly values: readonly number[]; readonly top: number },
  fill: string,
): string[] {
  const panel = scaled(frame, rows, [0, top]);
  const base = across(frame, rows.bottom, THIN);
  return values.some((value) => value > 0)
    ? [stepArea(panel, values, fill), base, ...scaleLine(panel, "left", formatValue)]
    : [label(frame.left + 6, rows.bottom - 6, "no signal", { fill: frame.theme.inkFaint }), base];
}

/**
 * Values around zero as bars, with the spread over ensemble members, on a scale from −`top` to `top`. Numbers are
 * omitted if another lane shows the same ones (`isNumbered`), and the scale if all values are zero.
 */
export function drawSigned(
  frame: Along & Sides & Themed,
  rows: Rows,
  { gradient, ends }: { readonly gradient: readonly number[]; readonly ends: Ends | undefined },
  top: number,
  isNumbered = true,
): Part[] {
  const panel = scaled(frame, rows, [-(top || 1), top || 1]);
  return [
    signedBars(panel, gradient),
    ends && drawRanges(panel, ends),
    across(panel, panel.y(0), THIN),
    top > 0 && (isNumbered ? scaleLine(panel, "right", formatSigned) : down(panel, panel.right, THIN)),
  ];
}
