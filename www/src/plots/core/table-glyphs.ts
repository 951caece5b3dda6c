/** Small pictures for a table's cells. */

import { scaleLinear } from "d3-scale";
import { area, curveStepAfter } from "d3-shape";
import { markColour } from "./marks";
import type { MarkStripOptions, SparklineOptions } from "./options";
import { finite } from "./scale";
import { element, glyph } from "./svg";

/** One row of numbers as steps from zero to its greatest value. */
export function sparkline({ values, mark, width, height, theme }: SparklineOptions): string {
  const steps = Array.from(values, (value) => Math.max(0, finite(value)));
  const x = scaleLinear()
    .domain([0, Math.max(1, steps.length)])
    .range([0, width]);
  const y = scaleLinear()
    .domain([0, Math.max(...steps, 0) || 1])
    .range([height, 0.5]);
  const path = area<number>()
    .digits(2)
    .x((_, i) => x(i))
    .y0(height)
    .y1(y)
    .curve(curveStepAfter)([...steps, ...steps.slice(-1)]);
  return glyph(width, height, [
    path ? element("path", { d: path, fill: mark ? markColour(mark, theme).line : theme.inkMuted }) : "",
  ]);
}

/** β as one bar, divided in the model's order in the marks' colours. */
export function markStrip({ marks, beta, width, height, theme }: MarkStripOptions): string {
  const weights = marks.map((_, i) => Math.max(0, finite(beta[i])));
  const x = scaleLinear()
    .domain([0, weights.reduce((sum, weight) => sum + weight, 0) || 1])
    .range([0, width]);
  let from = 0;
  const parts = marks.map((mark, i) => {
    const part = element("rect", {
      x: x(from),
      y: 0,
      width: Math.max(0, x(from + weights[i]) - x(from) - (i + 1 < marks.length ? 1 : 0)),
      height,
      fill: markColour(mark, theme).line,
    });
    from += weights[i];
    return part;
  });
  return glyph(width, height, parts);
}
