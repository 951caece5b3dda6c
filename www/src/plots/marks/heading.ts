/** Names of marks: beside their rows, and over their tracks with a unit, a weight and a note. */

import { box } from "./bars";
import { END, type Sides, strong } from "../core/layout";
import { markColour } from "../core/colour";
import { label } from "../core/svg";
import { fit, textWidth } from "../core/text";
import type { Theme } from "../core/theme";

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
