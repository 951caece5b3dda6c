/** From a place in a picture to what is there, for a read-out under the pointer or the keyboard's cursor. */

import { type BinAxis, binAt, binCentre, binRange, binScale } from "./axis";
import { formatPosition } from "./format";
import type { HistogramLayout, ProbabilityBar } from "../genes/probability-histogram";

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

/** Properties shared by all layouts along the window. */
interface Along {
  readonly left: number;
  readonly right: number;
  readonly axis: BinAxis;
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

/** The bar of a histogram at a pixel across the picture; undefined beside the bars. */
export function barAtPixel({ left, right, bars }: HistogramLayout, pixel: number): ProbabilityBar | undefined {
  if (!(pixel >= left && pixel <= right) || bars.length === 0) return undefined;
  return bars[Math.min(bars.length - 1, Math.floor(((pixel - left) / (right - left)) * bars.length))];
}
