/** Dots of a scatter, the one that is chosen, and a square for them. */

import { box } from "./bars";
import type { Point } from "./line";
import type { Scale } from "../core/scale";
import { element, label, num } from "../core/svg";
import { fit, textWidth } from "../core/text";
import { levelTicks, uprightTicks } from "../core/ticks";
import type { Theme } from "../core/theme";

/** Where a square lies, in pixels of the picture; for reading values off it. */
export interface Square {
  readonly left: number;
  readonly top: number;
  readonly size: number;
}

const LARGEST = 440;

/** The square of a scatter in a picture of a width. */
export function square(left: number, top: number, width: number): Square {
  return { left, top, size: Math.min(LARGEST, width - left - 18) };
}

/** A tick of both scales of a square. */
interface BothTicks {
  readonly value: number;
  readonly text: string;
  readonly stroke: string;
}

/** Lines of both scales across the square, with their labels. */
export function squareGrid(
  { left, top, size }: Square,
  across: Scale,
  up: Scale,
  ticks: readonly BothTicks[],
  width: number,
  theme: Theme,
): string[] {
  const of = (scale: Scale) => ticks.map(({ value, text, stroke }) => ({ at: scale(value), text, stroke }));
  return [
    uprightTicks(of(up), { x: left, outward: -1, end: left + size }, theme),
    levelTicks(of(across), { y: top + size, end: top, size: 10, gap: 15, room: [0, width] }, theme),
  ];
}

/** The names of both scales of a square. */
export function squareNames({ left, top, size }: Square, across: string, up: string): string[] {
  const centred = { "text-anchor": "middle" };
  const turned = { ...centred, transform: `translate(14 ${num(top + size / 2)}) rotate(-90)` };
  return [
    label(left + size / 2, top + size + 33, fit(across, size, 11), centred),
    label(0, 0, fit(up, size, 11), turned),
  ];
}

/**
 * Dots as one path, smaller where there are many `genes`; dots that fall on the same half pixel are one. Empty without
 * a point.
 */
export function drawDots(points: readonly Point[], genes: number, colour: string): string {
  if (points.length === 0) return "";
  const rounded = (value: number): string => num(Math.round(2 * value) / 2);
  const d = [...new Set(points.map(([x, y]) => `M${rounded(x)},${rounded(y)}h0`))].join("");
  return element("path", {
    ...{ d, fill: "none", stroke: colour, "stroke-width": genes > 2000 ? 2.5 : 4 },
    ...{ "stroke-linecap": "round", "stroke-opacity": 0.75 },
  });
}

/** A ring around the dot of a gene, and its name on the side that has the room. */
export function drawChosen([cx, cy]: Point, gene: string, { left, size }: Square, theme: Theme): string[] {
  const name = fit(gene, size / 2, 11);
  const width = textWidth(name, 11);
  const isRight = cx > left + size / 2;
  return [
    element("circle", { cx, cy, r: 6, fill: "none", stroke: theme.ink, "stroke-width": 1.75 }),
    // The ground keeps dots out of the name.
    box(isRight ? cx - 12 - width : cx + 9, cy - 8, width + 4, 16, { fill: theme.surface, "fill-opacity": 0.85 }),
    label(isRight ? cx - 10 : cx + 10, cy + 4, name, { "text-anchor": isRight ? "end" : "start", fill: theme.ink }),
  ];
}
