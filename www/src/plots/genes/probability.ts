/** A set of genes: how many were given which P(on), and P(on) of one run against that of another. */

import { formatCount, formatGenes, formatProbability, formatValue } from "../core/format";
import { type Framed, type ProbabilityHistogramOptions, type ProbabilityScatterOptions, ready } from "../core/options";
import { drawHead, entry, type Head, headHeight, MIDDLE } from "../core/layout";
import { THRESHOLD } from "../core/scale";
import { label, picture, segment } from "../core/svg";
import { across, axisNames, DASHED, divide, down, grid, ticksBelow } from "../marks/axes";
import {
  drawBars,
  fullestOf,
  type GeneBar,
  histogramLayout,
  type HistogramLayout,
  histogramScales,
} from "../marks/bars";
import {
  drawChosen,
  drawDots,
  placeIn,
  square,
  type Square,
  squareGrid,
  squareNames,
  squareScales,
} from "../marks/dots";

/** One bar: P(on) from `from` up to `to` (the last bar includes 1). */
export interface ProbabilityBar extends GeneBar {
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

const total = (bars: readonly ProbabilityBar[], of: "genes" | "labelledOn"): number =>
  bars.reduce((sum, bar) => sum + bar[of], 0);

function histogramHead({ labels, theme }: ProbabilityHistogramOptions, bars: readonly ProbabilityBar[]): Head {
  const [all, on] = [total(bars, "genes"), total(bars, "labelledOn")];
  const legend = [
    entry("area", theme.on, `labelled on (${formatCount(on)})`),
    entry("area", theme.off, `labelled off (${formatCount(all - on)})`),
  ];
  return { title: `Predicted probability, ${formatGenes(all)}`, isWhole: true, legend: labels ? legend : [] };
}

/** Where the bars of `options` lie in the picture that `probabilityHistogram` draws of them. */
export function probabilityHistogramLayout(options: ProbabilityHistogramOptions): HistogramLayout<ProbabilityBar> {
  const { width, probability, labels, bins = 20 } = options;
  const bars = probabilityBars(probability, bins, labels);
  const top = 56 + headHeight(histogramHead(options, bars), width);
  // In proportion to the width, so that the picture stands beside that of average attention in one window.
  return histogramLayout(options, bars, top, Math.max(180, Math.min(300, 0.7 * width)), 42);
}

/**
 * Bars from 0 to 1, divided by label where there is one; a line stands at the threshold, with how many genes lie on
 * either side.
 *
 * ```js
 * const svg = probabilityHistogram({ probability: [0.1, 0.4, 0.9], labels: [0, 0, 1] });
 * ```
 *
 * @category Genes: on or off
 * @returns The picture as SVG.
 */
export function probabilityHistogram(given: Framed<ProbabilityHistogramOptions>): string {
  const options = ready("probabilityHistogram", given);
  const { width, theme, probability, labels, threshold = THRESHOLD } = options;
  const frame = probabilityHistogramLayout(options);
  const { height, left, right, top, bottom, bars } = frame;
  const on = Array.from(probability).filter((p) => p >= threshold).length;
  const off = Array.from(probability).filter((p) => p < threshold).length;
  const all = on + off;
  const { x, y } = histogramScales(frame);
  const fullest = fullestOf(bars)!;
  const labelledOn = total(bars, "labelledOn");
  const sentences = [
    `Of ${formatGenes(all)}, ${formatCount(on)} are predicted on (P(on) of ${threshold} or more) and ` +
      `${formatCount(off)} off.`,
    `Most common is P(on) from ${Number(fullest.from.toFixed(3))} to ${Number(fullest.to.toFixed(3))}, with ` +
      `${formatGenes(fullest.genes)}.`,
    ...(labels ? [`${formatCount(labelledOn)} are labelled on and ${formatCount(all - labelledOn)} off.`] : []),
  ];
  const drawn = drawBars(frame, ({ from, to, genes, labelledOn }) => {
    if (!labels) return [[0, genes, (from + to) / 2 >= threshold ? theme.on : theme.off]];
    return [
      [0, labelledOn, theme.on],
      [labelledOn, genes, theme.off],
    ];
  });
  const sides = [`predicted off ${formatCount(off)}`, `predicted on ${formatCount(on)}`];
  const none = { ...MIDDLE, "font-size": 12 };
  return picture({ width, theme }, height, {
    title: "Distribution of the predicted probability that a gene is on",
    summary: all === 0 ? "There are no predictions." : sentences.join(" "),
    body: [
      ...drawHead(histogramHead(options, bars), options),
      grid(all === 0 ? [] : y.ticks(4).filter(Number.isInteger), y, formatValue, frame, theme),
      ...drawn,
      across(frame, bottom, theme.lineStrong),
      ...(all === 0
        ? [label((left + right) / 2, (top + bottom) / 2, "No predictions", none)]
        : divide(x(threshold), frame, sides, theme)),
      ticksBelow([0, 0.25, 0.5, 0.75, 1], x, String, bottom, options),
      ...axisNames(frame, "Genes", "P(on)"),
    ],
  });
}

const TICKS = [0, 0.25, 0.5, 0.75, 1];

/** Positions of the genes that both call alike, on or off, and of the others. */
function divided({ x, y }: ProbabilityScatterOptions): { agree: number[]; differ: number[]; genes: number } {
  const genes = Math.min(x.length, y.length);
  const [agree, differ]: [number[], number[]] = [[], []];
  for (let gene = 0; gene < genes; gene++) (x[gene] >= THRESHOLD === y[gene] >= THRESHOLD ? agree : differ).push(gene);
  return { agree, differ, genes };
}

function rOf({ r }: ProbabilityScatterOptions): string | undefined {
  return Number.isNaN(r) ? undefined : r?.toFixed(3).replace("-", "−");
}

function scatterHead(options: ProbabilityScatterOptions): Head {
  const { theme, of } = options;
  const { agree, differ, genes } = divided(options);
  const other = of === "two signals" ? "called otherwise once changed" : "called on by one only";
  const r = rOf(options);
  return {
    title: `P(on) of ${formatGenes(genes)}${r === undefined ? "" : `, r = ${r}`}`,
    legend: [
      entry("area", theme.off, `called alike (${formatCount(agree.length)})`),
      entry("area", theme.on, `${other} (${formatCount(differ.length)})`),
    ],
  };
}

/** Where the square of `options` lies in the picture that `probabilityScatter` draws of them. */
export function probabilityScatterLayout(options: ProbabilityScatterOptions): Square {
  return square(46, 40 + headHeight(scatterHead(options), options.width), options.width, [0, 1]);
}

/**
 * P(on) of the same genes in two runs: a square from 0 to 1 both ways, divided where genes are called on.
 * `model.pearson(x, y)` gives `r`.
 *
 * ```js
 * const svg = probabilityScatter({ x: [0.1, 0.4, 0.9], y: [0.2, 0.3, 0.8], xName: "A: K562", yName: "B: H1" });
 * ```
 *
 * @category Genes: on or off
 * @returns The picture as SVG.
 */
export function probabilityScatter(given: Framed<ProbabilityScatterOptions>): string {
  const options = ready("probabilityScatter", given);
  const { x, y, xName, yName, selected, width, theme } = options;
  const isOfSignals = options.of === "two signals";
  const { agree, differ, genes } = divided(options);
  const frame = probabilityScatterLayout(options);
  const { left, top, size } = frame;
  const [right, bottom] = [left + size, top + size];
  const at = squareScales(frame);
  const placed = placeIn(frame, options);
  const dots = (of: readonly number[], colour: string): string => drawDots(of.map(placed), genes, colour);
  const r = rOf(options);
  const shown = selected && selected.index < genes ? selected : undefined;
  return picture({ width, theme }, bottom + 44, {
    title: `P(on) of ${formatGenes(genes)} ${isOfSignals ? "before and after" : "in two runs"}`,
    summary: [
      `Across: ${xName}. Upwards: ${yName}. Called alike: ${formatGenes(agree.length)};`,
      `${isOfSignals ? "called otherwise once changed" : "called on by one run only"}: ${formatCount(differ.length)}.`,
      ...(r === undefined ? [] : [`Pearson's r is ${r}.`]),
      ...(shown
        ? [`${shown.name}: ${formatProbability(x[shown.index])} and ${formatProbability(y[shown.index])}.`]
        : []),
    ].join(" "),
    body: [
      ...drawHead(scatterHead(options), options),
      ...squareGrid(frame, TICKS, String, options),
      across({ left, right }, at.up(THRESHOLD), theme.lineStrong, DASHED),
      down(at.across(THRESHOLD), { top, bottom }, theme.lineStrong, DASHED),
      segment(left, bottom, right, top, theme.line),
      dots(agree, theme.off),
      dots(differ, theme.on),
      ...(shown ? drawChosen(placed(shown.index), shown.name, frame, theme) : []),
      ...squareNames(frame, `P(on), ${xName}`, `P(on), ${yName}`),
    ],
  });
}
