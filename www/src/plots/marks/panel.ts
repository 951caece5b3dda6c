/**
 * The panel of a mark: its name, beside a row or over a track with a unit, a weight and a note, and its two lanes, of
 * signal and of signed values around zero.
 */

import { box, signedBars } from "./bars";
import { END, type Rows, type Sides, strong } from "../core/layout";
import { markColour, type Theme } from "../core/colour";
import { element, fit, label, type Part, textWidth } from "../core/svg";
import type { Along, BinsLayout } from "../core/axis";
import { formatSigned, formatValue } from "../core/format";
import { linear } from "../core/scale";
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
export function fittingNotes(
  headings: readonly Omit<TrackHeading, "note">[],
  notes: readonly Note[],
  { left, right }: Sides,
): string[] {
  const isRoomy = headings.every((heading, i) => headingWidth({ ...heading, note: notes[i]!.full }) <= right - left);
  return notes.map(({ full, brief }) => (isRoomy ? full : brief));
}

/**
 * A heading with its baseline at `y`. What the values are comes before the note, which gives way where both have no
 * room.
 */
export function drawHeading(heading: TrackHeading, { left, right }: Sides, y: number, theme: Theme): string[] {
  const { mark, unit, weight } = heading;
  const isFull = unit !== undefined || weight !== undefined;
  const note = isFull && headingWidth(heading) > right - left ? "" : heading.note;
  const noteWidth = note === "" ? 0 : textWidth(note, 11) + APART;
  const name = fit(mark, right - left - noteWidth - unitWidth(heading) - weightWidth(heading), 12, "bold");
  const behind = left + textWidth(name, 12, "bold");
  const at = behind + APART + unitWidth(heading);
  return [
    label(left, y, name, { ...strong(12, theme), fill: markColour(heading.colourOf ?? mark, theme).text }),
    unit === undefined ? "" : label(behind + 4, y, unit),
    ...(weight === undefined
      ? []
      : [
          weightBar(mark, at, y - 8, WEIGHT * weight, 8, theme),
          label(at + WEIGHT * weight + 4, y, weightText(weight), { fill: theme.ink }),
        ]),
    note === "" ? "" : label(right, y, note, END),
  ];
}

/** The panel of one mark: its signal above, its α or signed values below. What it lacks has no height. */
export interface TrackPanel extends Rows {
  readonly mark: string;
  /** Zero of the signal, whose scale begins at `top`. */
  readonly signalBottom: number;
  /** Top of the lower scale, which ends at `bottom`. */
  readonly alphaTop: number;
}

/** A layout with a panel for each mark. */
export type MarksLayout = BinsLayout<TrackPanel>;

/** Heights of a mark's panel: 0 for a scale that it lacks. */
export interface TrackHeights {
  readonly mark: string;
  readonly signal: number;
  readonly below: number;
}

/** Panels of marks from `y` down, each `above` the space over it and with `split` between its scales. */
export function stackTracks(
  tracks: readonly TrackHeights[],
  y: number,
  above: number,
  split: number,
): { readonly panels: readonly TrackPanel[]; readonly end: number } {
  let end = y;
  const panels = tracks.map(({ mark, signal, below }) => {
    const top = end + above;
    const signalBottom = top + signal;
    const alphaTop = signalBottom + (signal > 0 && below > 0 ? split : 0);
    end = alphaTop + below;
    return { mark, top, signalBottom, alphaTop, bottom: end };
  });
  return { panels, end };
}

/** A group for each mark: its heading `above` its panel, and what is drawn in that. */
export function drawMarks(
  headings: readonly TrackHeading[],
  { frame, above, theme }: { readonly frame: MarksLayout; readonly above: number; readonly theme: Theme },
  draw: (panel: TrackPanel, i: number) => readonly Part[],
): string[] {
  return headings.map((heading, i) => {
    const panel = frame.panels[i]!;
    const own = drawHeading(heading, frame, panel.top - above, theme);
    return element("g", { "data-mark": heading.mark }, [own, draw(panel, i)]);
  });
}

/** Where the signal of a panel lies. */
export function signalRows({ top, signalBottom }: TrackPanel): Rows {
  return { top, bottom: signalBottom };
}

/** Where the lower lane of a panel lies. */
export function lowerRows({ alphaTop, bottom }: TrackPanel): Rows {
  return { top: alphaTop, bottom };
}

/** Signal as steps, each as wide as its bin, with the ends of its scale; words where there is none. */
export function drawSignal(
  { values, top }: { readonly values: readonly number[]; readonly top: number },
  rows: Rows,
  frame: Along,
  fill: string,
  theme: Theme,
): string[] {
  const { bottom } = rows;
  const base = across(frame, bottom, theme.lineStrong, THIN);
  if (!values.some((value) => value > 0))
    return [label(frame.left + 6, bottom - 6, "no signal", { fill: theme.inkFaint }), base];
  return [
    stepArea(values, frame, bottom, linear([0, top], [bottom, rows.top]), fill),
    base,
    ...scaleLine(frame.left, -1, rows, [formatValue(top), "0"], theme),
  ];
}

/**
 * Values around zero as bars, and the spread of an ensemble's members over them, on a scale from −`top` to `top`. Its
 * numbers are left out where another lane has the same (`isNumbered`), and the scale where all values are zero.
 */
export function drawSigned(
  { gradient, ends }: { readonly gradient: readonly number[]; readonly ends: Ends | undefined },
  top: number,
  rows: Rows,
  frame: Along,
  theme: Theme,
  isNumbered = true,
): string[] {
  const y = linear([-(top || 1), top || 1], [rows.bottom, rows.top]);
  const scale = isNumbered
    ? scaleLine(frame.right, 1, rows, [formatSigned(top), formatSigned(-top)], theme)
    : [down(frame.right, rows, theme.lineStrong, THIN)];
  return [
    ...signedBars(gradient, frame, y, theme),
    ends ? drawRanges(ends, frame, y, theme) : "",
    across(frame, y(0), theme.lineStrong, THIN),
    ...(top > 0 ? scale : []),
  ];
}
