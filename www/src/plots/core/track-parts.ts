/** What pictures along the window are put together from: a signal as steps, and the line of its scale. */

import { area, curveStepAfter } from "d3-shape";
import { type BinAxis, binScale } from "./axis";
import { element, label, num } from "./svg";
import type { Theme } from "./theme";

/** Signal as steps from `bottom` up to where `y` puts each value; each step is as wide as its bin. */
export function stepArea(
  values: readonly number[],
  axis: BinAxis,
  left: number,
  right: number,
  bottom: number,
  y: (value: number) => number,
  fill: string,
): string {
  const x = binScale(axis, left, right);
  // A step needs its last value twice: once where it begins and once where it ends.
  const steps = area<number>()
    .digits(2)
    .x((_, i) => x(axis.start + i * axis.binSize))
    .y0(bottom)
    .y1((value) => y(Math.max(0, value)))
    .curve(curveStepAfter)([...values, ...values.slice(-1)]);
  return steps ? element("path", { d: steps, fill }) : "";
}

/** A scale's line from `from` down to `to` with what its ends stand for. */
export function scaleLine(
  x: number,
  outward: -1 | 1,
  from: number,
  to: number,
  top: string,
  bottom: string,
  theme: Theme,
): string[] {
  const text = { "font-size": 10, fill: theme.inkFaint, "text-anchor": outward < 0 ? "end" : "start" };
  const d = `M${num(x + 4 * outward)},${num(from)}H${num(x)}V${num(to)}H${num(x + 4 * outward)}`;
  return [
    element("path", { d, fill: "none", stroke: theme.lineStrong, "stroke-width": 0.75 }),
    label(x + 7 * outward, from + 3.5, top, text),
    label(x + 7 * outward, to + 3.5, bottom, text),
  ];
}
