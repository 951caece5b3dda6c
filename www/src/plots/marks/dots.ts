/** Dots of a scatter plot, the selected dot, and a square for them. */

import { box } from "./bars";
import type { Point } from "./line";
import type { Places, Reading } from "../core/hover";
import type { PanelLayout, Sides } from "../core/layout";
import type { PlotFrame } from "../core/options";
import { linear, type Scale } from "../core/scale";
import { element, fit, label, num, textWidth } from "../core/svg";

/** Layout of a square with two scales over the same range. */
export interface Square extends PanelLayout {
  readonly size: number;
  readonly x: Scale;
  readonly y: Scale;
}

const LARGEST = 440;

/** The square of a scatter plot, with room for axis names below and beside it. */
export function square(
  { width, theme }: PlotFrame,
  left: number,
  top: number,
  ends: readonly [low: number, high: number],
  largest = LARGEST,
): Square {
  const size = Math.min(largest, width - left - 18);
  const [right, bottom] = [left + size, top + size];
  const [x, y] = [linear(ends, [left, right]), linear(ends, [bottom, top])];
  return { width, theme, height: bottom + 44, left, right, top, bottom, size, x, y };
}

/** Two numbers per gene: horizontal and vertical. */
export interface Pairs {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
}

/** Indices of the genes with both numbers. */
export function knownPairs({ x, y }: Pairs): number[] {
  const genes: number[] = [];
  for (let gene = 0; gene < Math.min(x.length, y.length); gene++)
    if (Number.isFinite(x[gene]) && Number.isFinite(y[gene])) genes.push(gene);
  return genes;
}

/** Returns the function that places the dot of a gene in a square. */
export function placeIn(of: Square, { x, y }: Pairs): (gene: number) => Point {
  return (gene) => [of.x(x[gene]!), of.y(y[gene]!)];
}

/** A picture of pairs: its drawing function, and the square that contains the dots. */
export interface PairsPlot {
  draw(frame: PlotFrame): string;
  square(frame: PlotFrame): Square;
}

/** Maximum distance in pixels from the pointer to a dot that it selects. */
const REACH = 14;

/** Positions for dots, in the order of `genes`: the nearest to a pixel within reach. */
export function dotPlaces(
  plot: PairsPlot,
  pairs: Pairs,
  genes: readonly number[],
  read: (gene: number) => Omit<Reading, keyof Sides>,
): Places {
  return {
    count: Math.max(1, genes.length),
    name: "gene",
    at: (frame, pixelX, pixelY) => {
      const place = placeIn(plot.square(frame), pairs);
      let [nearest, least]: [number | undefined, number] = [undefined, REACH * REACH];
      genes.forEach((gene, i) => {
        const [x, y] = place(gene);
        const distance = (x - pixelX) ** 2 + (y - pixelY) ** 2;
        if (distance < least) [nearest, least] = [i + 1, distance];
      });
      return nearest;
    },
    read: (frame, place) => {
      const gene = genes[place - 1];
      if (gene === undefined || !Number.isFinite(pairs.x[gene])) return undefined;
      const middle = plot.square(frame).x(pairs.x[gene]!);
      return { left: middle - 2, right: middle + 2, ...read(gene) };
    },
  };
}

/**
 * Dots as one path, smaller if there are many `genes`; dots on the same half pixel are merged. Empty without points.
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

/** A ring around the dot of a gene, and its name on the side with room. */
export function drawChosen([cx, cy]: Point, gene: string, { left, size, theme }: Square): string[] {
  const name = fit(gene, size / 2, 11);
  const width = textWidth(name, 11);
  const isRight = cx > left + size / 2;
  return [
    element("circle", { cx, cy, r: 6, fill: "none", stroke: theme.ink, "stroke-width": 1.75 }),
    // The background keeps dots away from the name.
    box(isRight ? cx - 12 - width : cx + 9, cy - 8, width + 4, 16, { fill: theme.surface, "fill-opacity": 0.85 }),
    label(isRight ? cx - 10 : cx + 10, cy + 4, name, { "text-anchor": isRight ? "end" : "start", fill: theme.ink }),
  ];
}
