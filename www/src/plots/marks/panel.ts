/**
 * The panel of a mark: its name, beside a row or over a track with a unit, a weight and a note, and its two lanes, of
 * signal and of signed values around zero.
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

/** Pixels left of rows that have the names of marks beside them. */
export function nameMargin(marks: readonly string[], most: number): number {
  return 16 + Math.min(most, Math.max(24, ...marks.map((mark) => textWidth(mark, 12, "bold"))));
}

/** The name of a mark left of its row. */
export function rowName(mark: string, left: number, y: number, theme: Theme, colourOf = mark): string {
  const name = fit(mark, left - 16, 12, "bold");
  return label(left - 8, y, name, { ...END, ...strong(12, theme), fill: markColour(colourOf, theme).text });
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

/** A bar as long as a weight, and its number behind it. */
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

/** A note in full, and in few words where room is short. */
export interface Note {
  readonly full: string;
  readonly brief: string;
}

/** The notes of headings: in full where all of them have room for it, else in few words. */
export function fittingNotes(headings: readonly Noted[], { left, right }: Sides): string[] {
  const isRoomy = headings.every((heading) => headingWidth({ ...heading, note: heading.note.full }) <= right - left);
  return headings.map(({ note }) => (isRoomy ? note.full : note.brief));
}

/**
 * A heading with its baseline at `y`. What the values are comes before the note, which gives way where both have no
 * room.
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

/** The panel of one mark: its signal above, its α or signed values below. A lane that it lacks has no height. */
export interface TrackPanel extends Rows {
  readonly mark: string;
  readonly signal: Rows;
  readonly lower: Rows;
}

/** A layout with a panel for each mark. */
export type MarksLayout = BinsLayout<TrackPanel>;

/** Heights of a mark's panel: 0 for a lane that it lacks. */
export interface TrackHeights {
  readonly mark: string;
  readonly signal: number;
  readonly below: number;
}

/** Panels of marks from `y` down, each `above` the space over it and with `split` between its lanes. */
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

/** A mark with its note in full and in few words. */
export interface Noted extends Omit<TrackHeading, "note"> {
  readonly note: Note;
}

/** A group for each mark: its heading `above` its panel, and what is drawn in that. */
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

/** Signal as steps, each as wide as its bin, with the ends of its scale; words where there is none. */
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
 * Values around zero as bars, and the spread of an ensemble's members over them, on a scale from −`top` to `top`. Its
 * numbers are left out where another lane has the same (`isNumbered`), and the scale where all values are zero.
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
