/**
 * The learned functions of the distance between query and key bin, a line a head; figure 8 of
 * Angus and Eyuboglu 2018.
 */

import { scaleLinear } from "d3-scale";
import { line } from "d3-shape";
import { formatCount } from "../core/format";
import { drawLegend, legendHeight, type LegendEntry } from "../core/legend";
import { finite } from "../core/scale";
import { headColour } from "./colours";
import type { PositionFunctionsOptions } from "./options";
import { axisName, element, label, picture, segment } from "../core/svg";
import { levelTicks, uprightTicks } from "../core/ticks";

const HEIGHT = 190;

function legendOf({ heads, theme }: PositionFunctionsOptions): LegendEntry[] {
  return Array.from({ length: heads }, (_, head) => ({
    sample: "line",
    colour: headColour(head, heads, theme),
    text: `head ${head + 1}`,
  }));
}

/** Where the lines lie, in pixels of the picture. */
export function positionFunctionsLayout(options: PositionFunctionsOptions): {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly height: number;
} {
  const top = 36 + legendHeight(legendOf(options), options.width - 16);
  return { left: 50, right: options.width - 14, top, bottom: top + HEIGHT, height: top + HEIGHT + 42 };
}

/** f of one head at t − i = `offset`. */
export function positionValue(
  { values, bins }: Pick<PositionFunctionsOptions, "values" | "bins">,
  head: number,
  offset: number,
): number {
  return finite(values[head * (2 * bins - 1) + offset + bins - 1]);
}

/** f against t − i, in bins. */
export function positionFunctions(options: PositionFunctionsOptions): string {
  const { width, theme, heads, bins, binSize, layer, layers } = options;
  const { left, right, top, bottom, height } = positionFunctionsLayout(options);
  const x = scaleLinear()
    .domain([-(bins - 1), bins - 1])
    .range([left, right]);
  const y = scaleLinear().domain([0, 1]).range([bottom, top]);
  // As many points as can be distinguished; the middle, where f is 0, is always among them.
  const step = Math.max(1, Math.floor((2 * bins - 1) / ((right - left) * 2)));
  const offsets = Array.from({ length: Math.floor((bins - 1) / step) }, (_, i) => (i + 1) * step);
  const all = [...offsets.map((offset) => -offset).reverse(), 0, ...offsets];
  const lines = Array.from({ length: heads }, (_, head) => {
    const path = line<number>()
      .digits(2)
      .x((offset) => x(offset))
      .y((offset) => y(positionValue(options, head, offset)))(all);
    return element("path", {
      d: path ?? "",
      fill: "none",
      stroke: headColour(head, heads, theme),
      "stroke-width": 1.5,
      "stroke-linejoin": "round",
      "data-head": head + 1,
    });
  });
  const peaks = Array.from({ length: heads }, (_, head) => {
    const best = all.reduce(
      (most, offset) => (positionValue(options, head, offset) > positionValue(options, head, most) ? offset : most),
      0,
    );
    return `head ${head + 1} weighs most at ${best > 0 ? "+" : best < 0 ? "−" : ""}${formatCount(Math.abs(best))} bins`;
  });
  const title = `Position functions${layers > 1 ? `, layer ${layer + 1}` : ""}`;
  return picture({
    width,
    height,
    theme,
    title,
    summary:
      `f against the distance t − i in bins of ${binSize} bp, from the bin i that asks to the bin t that answers: ` +
      `${peaks.join("; ")}. f is 0 at a distance of 0.`,
    body: [
      label(8, 20, title, { "font-size": 13, "font-weight": "bold", fill: theme.ink }),
      ...drawLegend(legendOf(options), 8, 40, width - 16, theme),
      uprightTicks(
        [0, 0.5, 1].map((tick) => ({
          at: y(tick),
          text: String(tick),
          stroke: tick === 0 ? theme.lineStrong : theme.line,
        })),
        { x: left, outward: -1, end: right },
        theme,
      ),
      segment(x(0), top, x(0), bottom, theme.lineStrong, { "stroke-dasharray": "2 3" }),
      ...lines,
      levelTicks(
        x.ticks(width < 480 ? 5 : 9).map((tick) => ({
          at: x(tick),
          text: tick === 0 ? "0" : `${tick > 0 ? "+" : "−"}${formatCount(Math.abs(tick))}`,
        })),
        { y: bottom, room: [0, width] },
        theme,
      ),
      axisName(14, (top + bottom) / 2, "Weight f"),
      label((left + right) / 2, bottom + 33, `Distance t − i in bins of ${binSize} bp`, { "text-anchor": "middle" }),
    ],
  });
}
