/** A set of genes: a histogram of P(on), and P(on) in one run against another. */

import { formatCount, formatGenes, formatProbability } from "../core/format";
import { entry, type Laid } from "../core/layout";
import { type Framed, type ProbabilityHistogramOptions, type ProbabilityScatterOptions, ready } from "../core/options";
import { THRESHOLD } from "../core/scale";
import { segment } from "../core/svg";
import { across, DASHED, down } from "../marks/axes";
import type { Square } from "../marks/dots";
import { correlationSaid, type GeneBar, histogram, type HistogramLayout, scatter, withCorrelation } from "../marks/set";

/** One bar: P(on) from `from` to `to` (excluded, except 1 in the last bar). */
export interface ProbabilityBar extends GeneBar {
  /** Number of these genes that are labelled on; zero without labels. */
  readonly labelledOn: number;
}

/** The bars of a histogram. Genes without a finite probability are omitted. */
export function probabilityBars(
  probability: ArrayLike<number>,
  bins: number,
  labels?: ArrayLike<number | boolean>,
): ProbabilityBar[] {
  const bars = Array.from({ length: bins }, (_, i) => ({
    ...{ from: i / bins, to: (i + 1) / bins, genes: 0, labelledOn: 0 },
  }));
  for (let i = 0; i < probability.length; i++) {
    const p = probability[i];
    if (!Number.isFinite(p)) continue;
    const bar = bars[Math.max(0, Math.min(bins - 1, Math.floor(p * bins)))];
    bar.genes += 1;
    if (labels?.[i]) bar.labelledOn += 1;
  }
  return bars;
}

/** The layout of the bars, and the picture that `probabilityHistogram` draws. */
export function probabilityHistogramLayout(
  options: ProbabilityHistogramOptions,
): Laid<HistogramLayout<ProbabilityBar>> {
  const { width, theme, probability, labels, bins = 20, threshold = THRESHOLD } = options;
  const bars = probabilityBars(probability, bins, labels);
  const all = bars.reduce((sum, { genes }) => sum + genes, 0);
  const labelledOn = bars.reduce((sum, bar) => sum + bar.labelledOn, 0);
  const on = Array.from(probability).filter((p) => p >= threshold).length;
  const [labelled, predicted] = [labelledOn, on].map((of) => [formatCount(of), formatCount(all - of)] as const);
  const legend = [
    entry("area", theme.on, `labelled on (${labelled![0]})`),
    entry("area", theme.off, `labelled off (${labelled![1]})`),
  ];
  return histogram(options, {
    title: "Distribution of the predicted probability that a gene is on",
    summary: ({ from, to, genes }) =>
      `Of ${formatGenes(all)}, ${predicted![0]} are predicted on (P(on) of ${threshold} or more) and ` +
      `${predicted![1]} off. Most common is P(on) from ${Number(from.toFixed(3))} to ${Number(to.toFixed(3))}, with ` +
      `${formatGenes(genes)}.${labels ? ` ${labelled![0]} are labelled on and ${labelled![1]} off.` : ""}`,
    head: { title: `Predicted probability, ${formatGenes(all)}`, legend: labels ? legend : [] },
    // Proportional to the width, so that the picture fits in one window with that of average attention.
    ...{ bars, axis: "P(on)", format: String, ticks: TICKS, tall: Math.max(180, Math.min(300, 0.7 * width)) },
    parts: ({ from, to, genes, labelledOn: of }) =>
      labels
        ? [
            [0, of, theme.on],
            [of, genes, theme.off],
          ]
        : [[0, genes, (from + to) / 2 >= threshold ? theme.on : theme.off]],
    divided: { at: threshold, sides: () => [`predicted off ${predicted![1]}`, `predicted on ${predicted![0]}`] },
  });
}

/**
 * Bars from 0 to 1, divided by label if there are labels; a line marks the threshold, with the number of genes on
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
  return probabilityHistogramLayout(ready("probabilityHistogram", given)).draw();
}

const TICKS = [0, 0.25, 0.5, 0.75, 1];

/** The layout of the square, and the picture that `probabilityScatter` draws. */
export function probabilityScatterLayout(options: ProbabilityScatterOptions): Laid<Square> {
  const { x, y, xName, yName, r, selected, theme, of } = options;
  const isOfSignals = of === "two signals";
  const genes = Math.min(x.length, y.length);
  // Genes that both runs call alike, and the others.
  const [agree, differ]: [number[], number[]] = [[], []];
  for (let gene = 0; gene < genes; gene++) (x[gene] >= THRESHOLD === y[gene] >= THRESHOLD ? agree : differ).push(gene);
  const shown = selected && selected.index < genes ? selected : undefined;
  const other = isOfSignals ? "called otherwise once changed" : "called on by one";
  return scatter(options, {
    ...{ x, y, left: 46, ends: [0, 1], selected, format: String, ticks: TICKS, none: "No gene is in both" },
    title: `P(on) of ${formatGenes(genes)} ${isOfSignals ? "before and after" : "in two runs"}`,
    head: {
      title: withCorrelation(`P(on) of ${formatGenes(genes)}`, r, ", "),
      legend: [
        entry("area", theme.off, `called alike (${formatCount(agree.length)})`),
        entry("area", theme.on, `${other}${isOfSignals ? "" : " only"} (${formatCount(differ.length)})`),
      ],
    },
    summary: [
      `Across: ${xName}. Upwards: ${yName}. Called alike: ${formatGenes(agree.length)};`,
      `${other}${isOfSignals ? "" : " run only"}: ${formatCount(differ.length)}.`,
      correlationSaid(r),
      shown && `${shown.name}: ${formatProbability(x[shown.index])} and ${formatProbability(y[shown.index])}.`,
    ],
    groups: [
      [agree, theme.off],
      [differ, theme.on],
    ],
    guides: (square) => [
      across(square, square.y(THRESHOLD), DASHED),
      down(square, square.x(THRESHOLD), DASHED),
      segment(square.left, square.bottom, square.right, square.top, theme.line),
    ],
    names: [`P(on), ${xName}`, `P(on), ${yName}`],
  });
}

/**
 * P(on) of the same genes in two runs: a square from 0 to 1 on both axes, divided at the thresholds. `model.pearson(x,
 * y)` returns `r`.
 *
 * ```js
 * const svg = probabilityScatter({ x: [0.1, 0.4, 0.9], y: [0.2, 0.3, 0.8], xName: "A: K562", yName: "B: H1" });
 * ```
 *
 * @category Genes: on or off
 * @returns The picture as SVG.
 */
export function probabilityScatter(given: Framed<ProbabilityScatterOptions>): string {
  return probabilityScatterLayout(ready("probabilityScatter", given)).draw();
}
