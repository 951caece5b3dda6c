/** The axis along a sequence: bases of a record, counted from 1 as in genome browsers. */

import { formatCount } from "../core/format";
import { MIDDLE, type Sides, type Themed } from "../core/layout";
import { levelTicks, linear, type Scale } from "../core/scale";
import { label, textWidth } from "../core/svg";
import { across } from "../marks/axes";
import type { Stretch } from "../core/options";

const SIZE = 11;

/** Sides of every picture along a sequence, so that stacked pictures share an axis. */
export const sequenceSides = (width: number): Sides => ({ left: 66, right: width - 12 });

/** Height of the axis below its line. */
export const SEQUENCE_AXIS = 40;

/** First base of a bin, from 0. */
export function binStart({ origin, binSize }: Pick<Stretch, "origin" | "binSize">, bin: number): number {
  return origin + bin * binSize;
}

/** A range of bases (end excluded) in words, counted from 1: "chrIV:1,201–1,328". */
export function basesInWords(record: string, start: number, end: number): string {
  return `${record}:${formatBase(start + 1)}–${formatBase(end)}`;
}

/** A base, counted from 1; negative before the record's start. */
export function formatBase(base: number): string {
  return base < 0 ? `−${formatCount(-base)}` : formatCount(base);
}

/** The bases of the bins `from` to `to` (excluded), in words. */
export function binsInWords(
  stretch: Pick<Stretch, "record" | "origin" | "binSize">,
  from: number,
  to = from + 1,
): string {
  return basesInWords(stretch.record, binStart(stretch, from), binStart(stretch, to));
}

/** @internal Scale from bases to pixels. */
export function baseScale({ origin, binSize, view }: Stretch, { left, right }: Sides): Scale {
  return linear([origin + view[0] * binSize, origin + view[1] * binSize], [left, right]);
}

/** The axis with its ticks and labels, and the record's name. */
export function drawSequenceAxis(stretch: Stretch, frame: Sides & Themed, y: number): string[] {
  const { left, right, theme } = frame;
  const x = baseScale(stretch, frame);
  // Bases in full at every zoom: typed, displayed and saved positions have the same notation.
  const widest = Math.max(...x.domain().map((base) => textWidth(formatBase(base), SIZE)));
  // d3 treats the number as a hint, and may return twice as many.
  const ticksOf = (count: number): number[] => x.ticks(count).filter(Number.isInteger);
  const fits = (ticks: readonly number[]): boolean => ticks.length < 2 || x(ticks[1]) - x(ticks[0]) >= widest + 12;
  let ticks = ticksOf(12);
  for (let count = 11; count > 0 && !fits(ticks); count--) ticks = ticksOf(count);
  const written = ticks.map((base) => ({ at: x(base), text: formatBase(base) }));
  return [
    across(frame, y),
    levelTicks(written, { y, size: SIZE, room: [left - 30, right + 10] }, theme),
    label((left + right) / 2, y + 33, `Base of ${stretch.record}`, MIDDLE),
  ];
}
