/** A set of genes: how many were given which P(on). */

import { scaleLinear } from "d3-scale";
import { formatCount, formatGenes, formatValue } from "../core/format";
import { drawLegend, type LegendEntry, legendHeight } from "../core/legend";
import type { ProbabilityHistogramOptions } from "../core/options";
import { axisName, element, label, picture, segment } from "../core/svg";
import { textWidth } from "../core/text";
import { THRESHOLD } from "../core/threshold";
import { levelTicks, uprightTicks } from "../core/ticks";

/** One bar: P(on) from `from` up to `to` (the last bar includes 1). */
export interface ProbabilityBar {
  readonly from: number;
  readonly to: number;
  readonly genes: number;
  /** Number of these genes that are labelled on; zero where there are no labels. */
  readonly labelledOn: number;
}

/** The bars of a histogram. Genes without a finite probability are in none. */
export function probabilityBars(
  probability: ArrayLike<number>,
  bins: number,
  labels?: ArrayLike<number | boolean>,
): ProbabilityBar[] {
  const genes = new Array<number>(bins).fill(0);
  const labelledOn = new Array<number>(bins).fill(0);
  for (let i = 0; i < probability.length; i++) {
    const p = probability[i];
    if (!Number.isFinite(p)) continue;
    const bar = Math.max(0, Math.min(bins - 1, Math.floor(p * bins)));
    genes[bar] += 1;
    if (labels?.[i]) labelledOn[bar] += 1;
  }
  return genes.map((count, i) => ({ from: i / bins, to: (i + 1) / bins, genes: count, labelledOn: labelledOn[i] }));
}

/** Where things lie, in pixels of the picture; for reading values off it. */
export interface HistogramLayout {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly bars: readonly ProbabilityBar[];
}

/**
 * Height of the bars' part: in proportion to the width, so that the picture stands beside that of average attention,
 * within what a window shows at once.
 */
function plotHeight(width: number): number {
  return Math.round(Math.max(180, Math.min(300, 0.7 * width)));
}

function legendOf({ labels, theme }: ProbabilityHistogramOptions, bars: readonly ProbabilityBar[]): LegendEntry[] {
  if (!labels) return [];
  const on = bars.reduce((sum, bar) => sum + bar.labelledOn, 0);
  const all = bars.reduce((sum, bar) => sum + bar.genes, 0);
  return [
    { sample: "area", colour: theme.on, text: `labelled on (${formatCount(on)})` },
    { sample: "area", colour: theme.off, text: `labelled off (${formatCount(all - on)})` },
  ];
}

/** Where the bars of `options` lie in the picture that `probabilityHistogram` draws of them. */
export function probabilityHistogramLayout(options: ProbabilityHistogramOptions): HistogramLayout {
  const { width, probability, labels, bins = 20 } = options;
  const bars = probabilityBars(probability, bins, labels);
  const most = Math.max(1, ...bars.map((bar) => bar.genes));
  const left = 34 + Math.max(14, textWidth(formatValue(most), 10));
  const legend = legendHeight(legendOf(options, bars), width - 16);
  const top = 34 + legend + 22;
  const bottom = top + plotHeight(width);
  return { width, height: bottom + 42, left, right: width - 18, top, bottom, bars };
}

/**
 * Bars from 0 to 1, divided by label where there is one; a line stands at the threshold, with how many genes lie on
 * either side.
 */
export function probabilityHistogram(options: ProbabilityHistogramOptions): string {
  const { width, theme, probability, labels, threshold = THRESHOLD } = options;
  const { height, left, right, top, bottom, bars } = probabilityHistogramLayout(options);
  let on = 0;
  let off = 0;
  for (let i = 0; i < probability.length; i++) {
    if (probability[i] >= threshold) on += 1;
    else if (probability[i] < threshold) off += 1;
  }
  const all = on + off;
  const most = Math.max(1, ...bars.map((bar) => bar.genes));
  const x = scaleLinear().domain([0, 1]).range([left, right]);
  const y = scaleLinear().domain([0, most]).nice(4).range([bottom, top]);
  const ticks = all === 0 ? [] : y.ticks(4).filter(Number.isInteger);

  const fullest = bars.reduce((best, bar) => (bar.genes > best.genes ? bar : best), bars[0]);
  const labelledOn = bars.reduce((sum, bar) => sum + bar.labelledOn, 0);
  const summary =
    all === 0
      ? "There are no predictions."
      : [
          `Of ${formatGenes(all)}, ${formatCount(on)} are predicted on (P(on) of ${threshold} or more) and ` +
            `${formatCount(off)} off.`,
          `Most common is P(on) from ${Number(fullest.from.toFixed(3))} to ${Number(fullest.to.toFixed(3))}, ` +
            `with ${formatGenes(fullest.genes)}.`,
          labels ? `${formatCount(labelledOn)} are labelled on and ${formatCount(all - labelledOn)} off.` : "",
        ]
          .join(" ")
          .trim();

  // A hairline of surface between bars.
  const gap = Math.min(1, (right - left) / bars.length / 6);
  const drawn = bars.flatMap((bar) => {
    if (bar.genes === 0) return [];
    const box = { x: x(bar.from) + gap / 2, width: x(bar.to) - x(bar.from) - gap };
    const part = (from: number, to: number, fill: string): string =>
      to > from ? element("rect", { ...box, y: y(to), height: y(from) - y(to), fill }) : "";
    return labels
      ? [part(0, bar.labelledOn, theme.on), part(bar.labelledOn, bar.genes, theme.off)]
      : [part(0, bar.genes, (bar.from + bar.to) / 2 >= threshold ? theme.on : theme.off)];
  });

  const side = (called: string, count: number): string => `predicted ${called} ${formatCount(count)}`;
  return picture({
    width,
    height,
    theme,
    title: "Distribution of the predicted probability that a gene is on",
    summary,
    body: [
      label(8, 20, `Predicted probability, ${formatGenes(all)}`, {
        "font-size": 13,
        "font-weight": "bold",
        fill: theme.ink,
      }),
      ...drawLegend(legendOf(options, bars), 8, 40, width - 16, theme),
      uprightTicks(
        ticks.map((tick) => ({ at: y(tick), text: formatValue(tick), stroke: theme.line })),
        { x: left, outward: -1, end: right },
        theme,
      ),
      ...drawn,
      segment(left, bottom, right, bottom, theme.lineStrong),
      ...(all === 0
        ? [
            label((left + right) / 2, (top + bottom) / 2, "No predictions", {
              "text-anchor": "middle",
              "font-size": 12,
            }),
          ]
        : [
            segment(x(threshold), top - 18, x(threshold), bottom, theme.ink, {
              "stroke-dasharray": "4 3",
              "stroke-opacity": 0.7,
            }),
            label(x(threshold) - 7, top - 9, side("off", off), { "text-anchor": "end", fill: theme.ink }),
            label(x(threshold) + 7, top - 9, side("on", on), { fill: theme.ink }),
          ]),
      levelTicks(
        [0, 0.25, 0.5, 0.75, 1].map((p) => ({ at: x(p), text: String(p) })),
        { y: bottom, room: [0, width] },
        theme,
      ),
      axisName(14, (top + bottom) / 2, "Genes"),
      label((left + right) / 2, bottom + 33, "P(on)", { "text-anchor": "middle" }),
    ],
  });
}
