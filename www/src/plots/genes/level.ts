/** Levels of a set of genes: a histogram, and a scatter plot of two levels per gene. */

import { formatGenes, formatValue } from "../core/format";
import type { Laid } from "../core/layout";
import { type Framed, type PlotFrame, ready } from "../core/options";
import { knownPairs, type Square } from "../marks/dots";
import { barWidth, countBars, type GeneBar, histogram, type HistogramLayout } from "../marks/set";
import { correlationSaid, niceEnds, scatter, withCorrelation } from "../marks/set";

/** Predicted levels of a set of genes. */
export interface LevelHistogramOptions extends PlotFrame {
  /** log2(count + 1), [N]. */
  readonly level: ArrayLike<number>;
}

/** Maximum number of bars. */
const MOST = 32;

/** Bars of equal, round width, starting at a whole level. Genes without a finite level are omitted. */
export function levelBars(level: ArrayLike<number>): GeneBar[] {
  const values = Array.from(level).filter(Number.isFinite);
  if (values.length === 0) return [];
  const low = Math.floor(values.reduce((a, b) => Math.min(a, b)));
  const high = Math.max(low + 1, Math.ceil(values.reduce((a, b) => Math.max(a, b))));
  const width = barWidth(high - low, MOST);
  return countBars(values, width, Math.round(low / width), Math.ceil((high - low) / width - 1e-9));
}

/** The layout of the bars, and the picture that `levelHistogram` draws. */
export function levelHistogramLayout(options: LevelHistogramOptions): Laid<HistogramLayout> {
  const bars = levelBars(options.level);
  const genes = formatGenes(bars.reduce((sum, bar) => sum + bar.genes, 0));
  return histogram(options, {
    title: "Distribution of the predicted level",
    summary: ({ from, to, genes: of }) =>
      `Most common of ${genes} is a level from ${formatValue(from)} to ${formatValue(to)}, with ${formatGenes(of)}.`,
    head: { title: `Predicted level, ${genes}` },
    axis: "Predicted log2(count + 1)",
    ...{ bars, format: formatValue, tall: Math.max(170, Math.min(280, 0.55 * options.width)) },
    parts: (bar) => [[0, bar.genes, options.theme.on]],
  });
}

/**
 * Histogram of predicted levels, log2(count + 1).
 *
 * ```js
 * const svg = levelHistogram({ level: [0.4, 5.2, 5.9, 8.1] });
 * ```
 *
 * @category Genes: levels
 * @returns The picture as SVG.
 */
export function levelHistogram(given: Framed<LevelHistogramOptions>): string {
  return levelHistogramLayout(ready("levelHistogram", given)).draw();
}

/** Two levels of each gene. */
export interface LevelScatterOptions extends PlotFrame {
  readonly title: string;
  /** Level on the horizontal axis, [N]; genes with NaN are not drawn. */
  readonly x: ArrayLike<number>;
  /** Level on the vertical axis, [N]. */
  readonly y: ArrayLike<number>;
  /** Names of the horizontal and vertical axes. */
  readonly xName: string;
  readonly yName: string;
  /** Pearson's r, once it is known; NaN if it is undefined. */
  readonly r?: number | undefined;
  /** A gene to highlight. */
  readonly selected?: { readonly index: number; readonly name: string } | undefined;
}

/** The layout of the square, and the picture that `levelScatter` draws. */
export function levelScatterLayout(options: LevelScatterOptions): Laid<Square> {
  const { x, y, title, xName, yName, r, selected } = options;
  const genes = knownPairs(options);
  const known = genes.flatMap((gene) => [x[gene]!, y[gene]!]);
  const [low, high] = [known.reduce((a, b) => Math.min(a, b), 0), known.reduce((a, b) => Math.max(a, b), 1)];
  const count = formatGenes(genes.length);
  const shown = selected && genes.includes(selected.index) ? selected : undefined;
  return scatter(options, {
    ...{ x, y, left: 52, ends: niceEnds(low, high), selected, format: formatValue, none: "No gene has both" },
    title: `${title}, ${count}`,
    head: { title: withCorrelation(title, r) },
    summary: [
      `Across: ${xName}. Upwards: ${yName}.`,
      correlationSaid(r),
      shown && `${shown.name}: across ${formatValue(x[shown.index]!)}, upwards ${formatValue(y[shown.index]!)}.`,
    ],
    names: [`${xName}, ${count}`, yName],
  });
}

/**
 * Scatter plot with the line on which both levels of a gene are equal. `model.pearson(x, y)` returns `r`.
 *
 * ```js
 * const names = { title: "Predicted against measured", xName: "measured", yName: "predicted" };
 * const svg = levelScatter({ ...names, x: [1.6, 6.2, NaN], y: [2.1, 5.8, 4.4] });
 * ```
 *
 * @category Genes: levels
 * @returns The picture as SVG.
 */
export function levelScatter(given: Framed<LevelScatterOptions>): string {
  return levelScatterLayout(ready("levelScatter", given)).draw();
}
