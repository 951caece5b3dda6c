/** The axis along a sequence: bases of a record, counted from 1 as genome browsers do. */

import { scaleLinear, type ScaleLinear } from "d3-scale";
import { formatCount } from "../core/format";
import type { Stretch } from "./options";
import { label, segment } from "../core/svg";
import { textWidth } from "../core/text";
import { levelTicks } from "../core/ticks";
import type { Theme } from "../core/theme";

const SIZE = 11;

/** Height that the axis takes under its line. */
export const SEQUENCE_AXIS = 40;

/** First base of a bin, from 0. */
export function binStart({ origin, binSize }: Pick<Stretch, "origin" | "binSize">, bin: number): number {
  return origin + bin * binSize;
}

/** "chrIV:1,201–1,328": bases from `start` up to but not including `end`, counted from 1. */
export function basesInWords(record: string, start: number, end: number): string {
  return `${record}:${formatBase(start + 1)}–${formatBase(end)}`;
}

/** A base, counted from 1; those before the record's first have a minus. */
export function formatBase(base: number): string {
  return base < 0 ? `−${formatCount(-base)}` : formatCount(base);
}

/** @internal Pixels for bases. */
export function baseScale(
  { origin, binSize, view }: Stretch,
  left: number,
  right: number,
): ScaleLinear<number, number> {
  return scaleLinear()
    .domain([origin + view[0] * binSize, origin + view[1] * binSize])
    .range([left, right]);
}

/** The bin at a pixel; undefined beside the tracks. */
export function binAtPixelOf(stretch: Stretch, left: number, right: number, pixel: number): number | undefined {
  if (!(pixel >= left && pixel <= right && right > left)) return undefined;
  const [from, to] = stretch.view;
  return Math.min(to - 1, from + Math.floor(((pixel - left) / (right - left)) * (to - from)));
}

/** The axis with its ticks and labels, and the record's name. */
export function drawSequenceAxis(stretch: Stretch, left: number, right: number, y: number, theme: Theme): string[] {
  const x = baseScale(stretch, left, right);
  const [first, last] = x.domain();
  // Bases in full at every zoom: what is typed, read out and saved has the same notation.
  const widest = Math.max(textWidth(formatBase(first), SIZE), textWidth(formatBase(last), SIZE));
  // d3 takes the number as a hint, and may give twice as many.
  const ticksOf = (count: number): number[] => x.ticks(count).filter(Number.isInteger);
  const fits = (ticks: readonly number[]): boolean => ticks.length < 2 || x(ticks[1]) - x(ticks[0]) >= widest + 12;
  let ticks = ticksOf(12);
  for (let count = 11; count > 0 && !fits(ticks); count--) ticks = ticksOf(count);
  const written = ticks.map((base) => ({ at: x(base), text: formatBase(base) }));
  return [
    segment(left, y, right, y, theme.lineStrong),
    levelTicks(written, { y, size: SIZE, room: [left - 30, right + 10] }, theme),
    label((left + right) / 2, y + 33, `Base of ${stretch.record}`, { "text-anchor": "middle" }),
  ];
}
