/** Maps positions in a picture to readings, for a read-out at the pointer or the keyboard cursor. */

import { type Along, binAt, binCentre, binRange, binScale } from "./axis";
import { formatPosition } from "./format";
import type { Sides } from "./layout";
import type { PlotFrame, Stretch } from "./options";

/** A row of a reading: a name, and its values in the other columns. */
export interface ReadingRow {
  readonly name: string;
  /** True if the name is that of a mark, which is shown in the mark's colour. */
  readonly isMark: boolean;
  readonly values: readonly string[];
}

/** Values under the cursor of a picture; the sides are those of the cursor. */
export interface Reading extends Sides {
  /** Position in words: "bin 54 of 100, +300 bp to +400 bp from the TSS". */
  readonly title: string;
  /** Column headings; the first is that of the names. */
  readonly columns: readonly string[];
  readonly rows: readonly ReadingRow[];
}

/** Readable positions of a picture, numbered from 1. */
export interface Places {
  readonly count: number;
  /** Noun for a position: "bin". */
  readonly name: string;
  /** Number of positions per row, if they form several rows. */
  readonly row?: number | undefined;
  at(frame: PlotFrame, pixelX: number, pixelY: number): number | undefined;
  read(frame: PlotFrame, place: number): Reading | undefined;
}

/** Makes a row of a reading for a mark. */
export function markRow(name: string, ...values: string[]): ReadingRow {
  return { name, isMark: true, values };
}

/** Makes any other row of a reading. */
export function plainRow(name: string, ...values: string[]): ReadingRow {
  return { name, isMark: false, values };
}

/** Positions for bins along the window, with the rows of each; bins are numbered from 1. */
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
 * Positions for slots of equal width between the sides of a picture, such as bins, bases or bars: the slots of `view`
 * (end excluded) have readings. Position 1 is the slot `first`.
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
 * A bin by its number (from 1), with its sides and its centre in pixels: `bin 54 of 100, +300 bp to +400 bp from the
 * TSS`. Undefined if there is no such bin.
 */
export function readBin(along: Along, bin: number) {
  const { axis } = along;
  if (!Number.isInteger(bin) || bin < 1 || bin > axis.bins) return undefined;
  const x = binScale(along);
  const [start, end] = binRange(axis, bin);
  const text = `bin ${bin} of ${axis.bins}, ${formatPosition(start)} to ${formatPosition(end)} from the ${axis.anchor}`;
  return { bin, left: x(start), right: x(end), middle: x(binCentre(axis, bin)), text };
}

/** The bin at a horizontal pixel; undefined outside the tracks. */
export function binAtPixel(layout: Along, pixel: number) {
  if (!(layout.right > layout.left)) return undefined;
  const bin = binAt(layout.axis, binScale(layout).invert(pixel));
  return bin === undefined ? undefined : readBin(layout, bin);
}

/** The slot (`from` to `to`, excluded) at a horizontal pixel, for slots of equal width; undefined outside them. */
export function slotAtPixel(
  { left, right }: Sides,
  [from, to]: readonly [number, number],
  pixel: number,
): number | undefined {
  if (!(pixel >= left && pixel <= right && right > left) || to <= from) return undefined;
  return Math.min(to - 1, from + Math.floor(((pixel - left) / (right - left)) * (to - from)));
}
