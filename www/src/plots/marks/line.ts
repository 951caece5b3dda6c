/** Lines through points, areas under them, steps one bin wide, and arcs. */

import { type Along, binCentre, binScale } from "../core/axis";
import type { Scaled, Sides } from "../core/layout";
import type { Stretch } from "../core/options";
import { linear } from "../core/scale";
import { type Attributes, element, num } from "../core/svg";

/** A point in pixels. */
export type Point = readonly [x: number, y: number];

const at = ([x, y]: Point): string => `${num(x)},${num(y)}`;

/** A path through points; empty without points. */
export function through(points: readonly Point[]): string {
  if (points.length === 0) return "";
  return `M${points.map(at).join("L")}${points.length === 1 ? "Z" : ""}`;
}

/** The outline of the area between two series of points, in the same order. */
export function between(points: readonly Point[], others: readonly Point[]): string {
  return points.length === 0 ? "" : `M${[...points, ...others.toReversed()].map(at).join("L")}Z`;
}

/** The outline of the area between points and a base line. */
export function under(points: readonly Point[], base: number): string {
  return between(
    points,
    points.map(([x]) => [x, base]),
  );
}

/** Points at the centres of bins. */
export function centred(panel: Along & Pick<Scaled, "y">, values: readonly number[]): Point[] {
  const x = binScale(panel);
  return values.map((value, i) => [x(binCentre(panel.axis, i + 1)), panel.y(value)]);
}

/** A stroked path without fill; by default with round joins. */
export function stroked(d: string, stroke: string, width: number, attributes: Attributes = ROUND): string {
  return element("path", { d, fill: "none", stroke, "stroke-width": width, ...attributes });
}

const ROUND = { "stroke-linejoin": "round" };

/** A line through values at the centres of bins. */
export function curve(
  panel: Along & Pick<Scaled, "y">,
  values: readonly number[],
  stroke: string,
  width: number,
  look?: Attributes,
): string {
  return stroked(through(centred(panel, values)), stroke, width, look);
}

/** Signal as steps from zero, mirrored for a `sign` of −1; each step is one bin wide. */
export function stepArea(
  panel: Along & Pick<Scaled, "y">,
  values: readonly number[],
  fill: string,
  sign: 1 | -1 = 1,
): string {
  const { axis, y } = panel;
  const x = binScale(panel);
  const edge = (i: number): number => x(axis.start + i * axis.binSize);
  const height = (value: number): number => y(sign * Math.max(0, value));
  const points = values.flatMap((value, i): Point[] => {
    const top = height(value);
    const next = height(values[i + 1] ?? value);
    return [...(i === 0 ? [[edge(0), top] as const] : []), [edge(i + 1), top], [edge(i + 1), next]];
  });
  return points.length === 0 ? "" : element("path", { d: under(points, y(0)), fill });
}

/** A panel along a sequence, with the bins in view. */
export type Viewed = Scaled & Pick<Stretch, "view">;

/** Values of the columns of a stretch. */
interface Columns {
  /** Values, from left to right. */
  readonly values: readonly number[];
  /** Bins at which the columns begin, and the end of the last. */
  readonly edges: readonly number[];
}

/** Maximum number of columns per pixel: more cannot be distinguished. */
const FINEST = 1.5;

/**
 * Reduces a range of bins (end excluded) to columns between two sides of a picture. A column takes the value farthest
 * from 0, or the lowest.
 */
function columnsOf(
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

/** The top of steps, from left to right: `M…H…V…`. */
function stepsPath({ left, right, view, y }: Viewed, { values, edges }: Columns): string {
  if (values.length === 0) return "";
  const x = linear(view, [left, right]);
  let path = `M${at([x(edges[0]), y(values[0])])}`;
  let last = num(y(values[0]));
  values.forEach((value, i) => {
    const height = num(y(value));
    if (height !== last) path += `H${num(x(edges[i]))}V${height}`;
    last = height;
  });
  return `${path}H${num(x(edges[values.length]))}`;
}

/** Values along a sequence as the top of steps, for the bins in view or a range of them. */
export function stepsLine(
  panel: Viewed,
  values: ArrayLike<number>,
  stroke: string,
  width: number,
  bins = panel.view,
  look?: Attributes,
): string {
  return stroked(stepsPath(panel, columnsOf(values, bins, panel)), stroke, width, look);
}

function areaOf(panel: Viewed, columns: Columns, fill: string): string {
  const { left, right, view, y } = panel;
  const path = stepsPath(panel, columns);
  const x = linear(view, [left, right]);
  const [first, last] = [columns.edges[0], columns.edges[columns.values.length]].map((edge) => num(x(edge)));
  const base = num(y(0));
  const d = path && `M${first},${base}V${path.slice(path.indexOf(",") + 1)}H${last}V${base}Z`;
  return element("path", { d, fill });
}

/** The area between steps and zero. */
export function stepsArea(panel: Viewed, values: ArrayLike<number>, fill: string, bins = panel.view): string {
  return areaOf(panel, columnsOf(values, bins, panel), fill);
}

/** Areas between steps and zero, in one colour above zero and another below. */
export function signedSteps(panel: Viewed, values: ArrayLike<number>, { up, down }: Record<"up" | "down", string>) {
  const { edges, values: all } = columnsOf(values, panel.view, panel);
  const part = (sign: number, fill: string): string =>
    areaOf(panel, { edges, values: all.map((value) => (value * sign > 0 ? value : 0)) }, fill);
  return [part(1, up), part(-1, down)];
}

/** The outline of the area between steps of lower and of upper ends. */
export function stepsBetween(panel: Viewed, low: ArrayLike<number>, high: ArrayLike<number>): string {
  const { values, edges } = columnsOf(low, panel.view, panel, "lowest");
  const x = linear(panel.view, [panel.left, panel.right]);
  const back = values.map((value, i) => `V${num(panel.y(value))}H${num(x(edges[i]))}`).reverse();
  const upper = columnsOf(high, panel.view, panel);
  return back.length === 0 ? "" : `${stepsPath(panel, upper)}${back.join("")}Z`;
}

/**
 * An arc between two positions on a line, `height` pixels high; bolder for a larger fraction of the strongest. With
 * zero height, a circle at its position.
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
