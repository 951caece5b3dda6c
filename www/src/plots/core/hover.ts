/** From a place in a picture to what is there, for a read-out under the pointer or the keyboard's cursor. */

import { type Along, binAt, binCentre, binRange, binScale } from "./axis";
import { formatPosition } from "./format";
import type { Sides } from "./layout";

/** A bin under the pointer. */
export interface BinReading {
  /** Number of the bin, from 1. */
  readonly bin: number;
  /** Its ends in bp from the anchor, the right one excluded. */
  readonly start: number;
  readonly end: number;
  /** Its centre in bp. */
  readonly centre: number;
  /** Its ends and centre in pixels of the picture, for a cursor. */
  readonly left: number;
  readonly right: number;
  readonly middle: number;
  /** `bin 54 of 100, +300 bp to +400 bp from the TSS` */
  readonly text: string;
}

/** A bin by its number (from 1); undefined if there is none of that number. */
export function readBin({ left, right, axis }: Along, bin: number): BinReading | undefined {
  if (!Number.isInteger(bin) || bin < 1 || bin > axis.bins) return undefined;
  const x = binScale(axis, left, right);
  const [start, end] = binRange(axis, bin);
  const centre = binCentre(axis, bin);
  return {
    bin,
    start,
    end,
    centre,
    left: x(start),
    right: x(end),
    middle: x(centre),
    text: `bin ${bin} of ${axis.bins}, ${formatPosition(start)} to ${formatPosition(end)} from the ${axis.anchor}`,
  };
}

/** The bin at a pixel across the picture; undefined beside the tracks. */
export function binAtPixel(layout: Along, pixel: number): BinReading | undefined {
  const { left, right, axis } = layout;
  if (!(right > left)) return undefined;
  const bin = binAt(axis, binScale(axis, left, right).invert(pixel));
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

/** The bar of a histogram at a pixel across the picture; undefined beside the bars. */
export function barAtPixel<Bar>(layout: Sides & { readonly bars: readonly Bar[] }, pixel: number): Bar | undefined {
  return layout.bars[slotAtPixel(layout, [0, layout.bars.length], pixel) ?? -1];
}

/** Pixels from a dot at which it is still meant. */
const REACH = 14;

/** The gene whose dot, where `place` puts it, is nearest to a pixel of the picture, and not far from it. */
export function dotAtPixel(
  genes: Iterable<number>,
  place: (gene: number) => readonly [x: number, y: number],
  pixelX: number,
  pixelY: number,
): number | undefined {
  let [nearest, least]: [number | undefined, number] = [undefined, REACH * REACH];
  for (const gene of genes) {
    const [x, y] = place(gene);
    const distance = (x - pixelX) ** 2 + (y - pixelY) ** 2;
    if (distance < least) [nearest, least] = [gene, distance];
  }
  return nearest;
}
