/** Lines through points, areas under them, steps as wide as their bins, and arcs. */

import { type Along, binCentre, binScale } from "../core/axis";
import type { Sides } from "../core/layout";
import type { Stretch } from "../core/options";
import type { Scale } from "../core/scale";
import { type Attributes, element, num } from "../core/svg";

/** Pixels of a point. */
export type Point = readonly [x: number, y: number];

const at = ([x, y]: Point): string => `${num(x)},${num(y)}`;

/** A path through points; empty without one. */
export function through(points: readonly Point[]): string {
  if (points.length === 0) return "";
  return `M${points.map(at).join("L")}${points.length === 1 ? "Z" : ""}`;
}

/** The area between points and a base below or above them. */
export function under(points: readonly Point[], base: number): string {
  if (points.length === 0) return "";
  const back = points.map(([x]): Point => [x, base]).reverse();
  return `M${[...points, ...back].map(at).join("L")}Z`;
}

/** Values at the centres of their bins. */
export function centred(
  values: readonly number[],
  { axis, left, right }: Along,
  y: (value: number) => number,
): Point[] {
  const x = binScale(axis, left, right);
  return values.map((value, i) => [x(binCentre(axis, i + 1)), y(value)]);
}

/** A path that is drawn and not filled; its corners are round if nothing else is given. */
export function stroked(d: string, stroke: string, width: number, attributes: Attributes = ROUND): string {
  return element("path", { d, fill: "none", stroke, "stroke-width": width, ...attributes });
}

const ROUND = { "stroke-linejoin": "round" };

/** Signal as steps from `base` to where `y` puts each value; each step is as wide as its bin. */
export function stepArea(
  values: readonly number[],
  { axis, left, right }: Along,
  base: number,
  y: (value: number) => number,
  fill: string,
): string {
  const x = binScale(axis, left, right);
  const edge = (i: number): number => x(axis.start + i * axis.binSize);
  const points = values.flatMap((value, i): Point[] => {
    const top = y(Math.max(0, value));
    const next = y(Math.max(0, values[i + 1] ?? value));
    return [...(i === 0 ? [[edge(0), top] as const] : []), [edge(i + 1), top], [edge(i + 1), next]];
  });
  return points.length === 0 ? "" : element("path", { d: under(points, base), fill });
}

/** Values of the columns of a stretch: a column shows the bin that is farthest from zero. */
export interface Columns {
  /** Values, from the left. */
  readonly values: readonly number[];
  /** Bins at which the columns begin, and the end. */
  readonly edges: readonly number[];
}

/** Columns of a pixel: what is drawn cannot be told apart beyond that. */
const FINEST = 1.5;

/**
 * The bins from `from` up to but not including `to` in columns between two sides of a picture. The value farthest from
 * 0 counts, or the lowest one.
 */
export function columnsOf(
  values: ArrayLike<number>,
  [from, to]: Stretch["view"],
  { left, right }: Sides,
  counts: "farthest" | "lowest" = "farthest",
): Columns {
  const count = Math.max(0, Math.min(to - from, Math.floor((right - left) * FINEST)));
  const edges = Array.from({ length: count + 1 }, (_, i) =>
    count === 0 ? from : from + Math.round((i * (to - from)) / count),
  );
  const found = Array.from({ length: count }, (_, i) => {
    let best = counts === "lowest" ? Infinity : 0;
    for (let bin = edges[i]; bin < edges[i + 1]; bin++) {
      const value = Number.isFinite(values[bin]) ? values[bin] : 0;
      if (counts === "lowest" ? value < best : Math.abs(value) > Math.abs(best)) best = value;
    }
    return best;
  });
  return { values: found, edges };
}

/** The top of steps, from the left: `M…H…V…`. */
export function stepsPath({ values, edges }: Columns, x: Scale, y: Scale): string {
  if (values.length === 0) return "";
  let path = `M${at([x(edges[0]), y(values[0])])}`;
  let last = num(y(values[0]));
  values.forEach((value, i) => {
    const height = num(y(value));
    if (height !== last) path += `H${num(x(edges[i]))}V${height}`;
    last = height;
  });
  return `${path}H${num(x(edges[values.length]))}`;
}

/** The area between steps and `base`. */
export function stepsArea(columns: Columns, x: Scale, y: Scale, base: number, fill: string): string {
  const path = stepsPath(columns, x, y);
  const [first, last] = [columns.edges[0], columns.edges[columns.values.length]];
  const d = path && `M${num(x(first))},${num(base)}V${path.slice(path.indexOf(",") + 1)}H${num(x(last))}V${num(base)}Z`;
  return element("path", { d, fill });
}

/**
 * An arc from one place on a line to another, `height` pixels high; the greater its share of the strongest, the bolder.
 * Without a height it is a circle at its place.
 */
export function drawArc(
  [start, end]: readonly [number, number],
  line: number,
  height: number,
  share: number,
  colour: string,
): string {
  const look = {
    fill: "none",
    stroke: colour,
    "stroke-width": 0.75 + 2.5 * share,
    "stroke-opacity": Math.round(100 * (0.35 + 0.6 * share)) / 100,
  };
  if (height === 0) return element("circle", { cx: start, cy: line, r: 2 + 4 * share, ...look });
  const [from, to, y, top] = [start, end, line, line - height * 1.3].map(num);
  return element("path", { d: `M${from},${y}C${from},${top} ${to},${top} ${to},${y}`, ...look });
}
