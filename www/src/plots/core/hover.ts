/** From a place in a picture to what is there, for a read-out under the pointer or the keyboard's cursor. */

import { type Along, binAt, binCentre, binRange, binScale } from "./axis";
import { formatPosition } from "./format";
import type { Sides } from "./layout";
import type { PlotFrame, Stretch } from "./options";

/** A row of a reading: a name, and its values in the other columns. */
export interface ReadingRow {
  readonly name: string;
  /** True for the name of a mark, which has the mark's colour. */
  readonly isMark: boolean;
  readonly values: readonly string[];
}

/** Values under the cursor of a picture, whose sides are those of the cursor. */
export interface Reading extends Sides {
  /** Where it is: "bin 54 of 100, +300 bp to +400 bp from the TSS". */
  readonly title: string;
  /** Names of the values' columns; the first is that of the rows' names. */
  readonly columns: readonly string[];
  readonly rows: readonly ReadingRow[];
}

/** Places of a picture that can be read, numbered from 1. */
export interface Places {
  readonly count: number;
  /** Name of a place: "bin". */
  readonly name: string;
  /** Places in a row, where they stand in rows under each other. */
  readonly row?: number | undefined;
  at(frame: PlotFrame, pixelX: number, pixelY: number): number | undefined;
  read(frame: PlotFrame, place: number): Reading | undefined;
}

/** A row of a reading that is about a mark. */
export function markRow(name: string, ...values: string[]): ReadingRow {
  return { name, isMark: true, values };
}

/** Any other row of a reading. */
export function plainRow(name: string, ...values: string[]): ReadingRow {
  return { name, isMark: false, values };
}

/** Bins along the window, each with its rows; bins are numbered from 1. */
export function binPlaces(
  count: number,
  layout: (frame: PlotFrame) => Along,
  columns: readonly string[],
  rows: (bin: number) => readonly ReadingRow[],
): Places {
  return {
    count,
    name: "bin",
    at: (frame, pixel) => binAtPixel(layout(frame), pixel)?.bin,
    read: (frame, place) => {
      const bin = readBin(layout(frame), place);
      return bin && { left: bin.left, right: bin.right, title: bin.text, columns, rows: rows(place) };
    },
  };
}

/**
 * Slots of one width between the sides of a picture, such as bins, bases or bars: those of `view`, from the first to
 * before the last, have readings. Place 1 is the slot `first`.
 */
export function slotPlaces(
  {
    name,
    count,
    view,
    first = 0,
  }: Pick<Places, "name" | "count"> & Pick<Stretch, "view"> & { readonly first?: number },
  sides: (frame: PlotFrame) => Sides,
  read: (slot: number) => Omit<Reading, keyof Sides>,
): Places {
  const [from, to] = view;
  return {
    count,
    name,
    at: (frame, pixel) => {
      const place = (slotAtPixel(sides(frame), view, pixel) ?? Number.NaN) - first + 1;
      return place >= 1 && place <= count ? place : undefined;
    },
    read: (frame, place) => {
      const slot = place - 1 + first;
      if (slot < from || slot >= to) return undefined;
      const { left, right } = sides(frame);
      const width = (right - left) / (to - from);
      return { left: left + (slot - from) * width, right: left + (slot - from + 1) * width, ...read(slot) };
    },
  };
}

/**
 * A bin by its number (from 1), with its ends and its middle in pixels: `bin 54 of 100, +300 bp to +400 bp from the
 * TSS`. Undefined if there is none of that number.
 */
export function readBin(along: Along, bin: number) {
  const { axis } = along;
  if (!Number.isInteger(bin) || bin < 1 || bin > axis.bins) return undefined;
  const x = binScale(along);
  const [start, end] = binRange(axis, bin);
  const text = `bin ${bin} of ${axis.bins}, ${formatPosition(start)} to ${formatPosition(end)} from the ${axis.anchor}`;
  return { bin, left: x(start), right: x(end), middle: x(binCentre(axis, bin)), text };
}

/** The bin at a pixel across the picture; undefined beside the tracks. */
export function binAtPixel(layout: Along, pixel: number) {
  if (!(layout.right > layout.left)) return undefined;
  const bin = binAt(layout.axis, binScale(layout).invert(pixel));
  return bin === undefined ? undefined : readBin(layout, bin);
}

/** The slot (from `from` up to but not including `to`) at a pixel, where all are as wide; undefined beside them. */
export function slotAtPixel(
  { left, right }: Sides,
  [from, to]: readonly [number, number],
  pixel: number,
): number | undefined {
  if (!(pixel >= left && pixel <= right && right > left) || to <= from) return undefined;
  return Math.min(to - 1, from + Math.floor(((pixel - left) / (right - left)) * (to - from)));
}
