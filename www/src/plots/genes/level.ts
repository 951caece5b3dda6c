/** Levels of a set of genes: their distribution, and two levels of each gene against each other. */

import { formatGenes, formatValue } from "../core/format";
import { type Framed, type PlotFrame, ready } from "../core/options";
import { linear } from "../core/scale";
import { type GeneBar, histogramLayout, type HistogramLayout } from "../marks/bars";
import { knownPairs, square, type Square } from "../marks/dots";
import { barWidth, drawHistogram, drawPairs } from "../marks/set";

/** Predicted levels of a set of genes. */
export interface LevelHistogramOptions extends PlotFrame {
  /** log2(count + 1) [N]. */
  readonly level: ArrayLike<number>;
}

/** Bars at the most. */
const MOST = 32;

/** Bars of one round width, from a whole level on. Genes without a finite level are in none. */
export function levelBars(level: ArrayLike<number>): GeneBar[] {
  const values = Array.from(level).filter(Number.isFinite);
  if (values.length === 0) return [];
  const low = Math.floor(values.reduce((a, b) => Math.min(a, b)));
  const high = Math.max(low + 1, Math.ceil(values.reduce((a, b) => Math.max(a, b))));
  const width = barWidth(high - low, MOST);
  const count = Math.ceil((high - low) / width - 1e-9);
  const genes = new Array<number>(count).fill(0);
  for (const value of values) genes[Math.min(count - 1, Math.floor((value - low) / width))]! += 1;
  const end = (i: number): number => Number((low + i * width).toFixed(6));
  return genes.map((of, i) => ({ from: end(i), to: end(i + 1), genes: of }));
}

/** Where the bars of `options` lie in the picture that `levelHistogram` draws of them. */
export function levelHistogramLayout(options: LevelHistogramOptions): HistogramLayout {
  const tall = Math.max(170, Math.min(280, 0.55 * options.width));
  return histogramLayout(options, levelBars(options.level), 40, tall, 46);
}

/**
 * Bars by predicted level, log2(count + 1).
 *
 * ```js
 * const svg = levelHistogram({ level: [0.4, 5.2, 5.9, 8.1] });
 * ```
 *
 * @category Genes: levels
 * @returns The picture as SVG.
 */
export function levelHistogram(given: Framed<LevelHistogramOptions>): string {
  const options = ready("levelHistogram", given);
  const { theme, level } = options;
  const genes = Array.from(level).filter(Number.isFinite).length;
  return drawHistogram(levelHistogramLayout(options), options, {
    title: "Distribution of the predicted level",
    summary: (fullest) =>
      `Most common of ${formatGenes(genes)} is a level from ${formatValue(fullest.from)} to ` +
      `${formatValue(fullest.to)}, with ${formatGenes(fullest.genes)}.`,
    heading: `Predicted level, ${formatGenes(genes)}`,
    axis: "Predicted log2(count + 1)",
    format: formatValue,
    fill: () => theme.on,
  });
}

/** Two levels of each gene. */
export interface LevelScatterOptions extends PlotFrame {
  readonly title: string;
  /** One level of each gene [N]; NaN where there is none, and such genes are not drawn. */
  readonly x: ArrayLike<number>;
  /** The other [N]. */
  readonly y: ArrayLike<number>;
  /** Names of what is shown across, and upwards. */
  readonly xName: string;
  readonly yName: string;
  /** Pearson's r of the two, once it is known; NaN where there is none. */
  readonly r?: number | undefined;
  /** A gene that stands out. */
  readonly selected?: { readonly index: number; readonly name: string } | undefined;
}

/** Where the square of `options` lies in the picture that `levelScatter` draws of them. */
export function levelScatterLayout(options: LevelScatterOptions): Square {
  const known = knownPairs(options).flatMap((gene) => [options.x[gene]!, options.y[gene]!]);
  const [low, high] = [known.reduce((a, b) => Math.min(a, b), 0), known.reduce((a, b) => Math.max(a, b), 1)];
  const [from, to] = linear([low, high], [0, 1]).nice(4).domain() as [number, number];
  return square(52, 34, options.width, [from, to]);
}

/**
 * A square with the line on which both levels of a gene are equal. `model.pearson(x, y)` gives `r`.
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
  const options = ready("levelScatter", given);
  const { x, y, title, xName, yName, r, selected } = options;
  const genes = knownPairs(options);
  const count = formatGenes(genes.length);
  const shown = selected && genes.includes(selected.index) ? selected : undefined;
  const hasR = r !== undefined && !Number.isNaN(r);
  return drawPairs(levelScatterLayout(options), options, { x, y }, genes, {
    title: `${title}, ${count}`,
    summary: [
      `Across: ${xName}. Upwards: ${yName}.`,
      ...(hasR ? [`Pearson's r is ${r.toFixed(3)}.`] : []),
      ...(shown
        ? [`${shown.name}: across ${formatValue(x[shown.index]!)}, upwards ${formatValue(y[shown.index]!)}.`]
        : []),
    ].join(" "),
    ...{ heading: title, r, shown, format: formatValue, none: "No gene has both" },
    names: [`${xName}, ${count}`, yName],
  });
}
