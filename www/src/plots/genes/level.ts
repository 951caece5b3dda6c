/** Levels of a set of genes: their distribution, and two levels of each gene against each other. */

import { formatCorrelation, formatGenes, formatValue } from "../core/format";
import { drawHead, MIDDLE } from "../core/layout";
import { type Framed, type PlotFrame, ready } from "../core/options";
import { linear } from "../core/scale";
import { axisName, fit, label, picture, segment } from "../core/svg";
import { across, DASHED, grid, ticksBelow } from "../marks/axes";
import {
  drawChosen,
  drawDots,
  knownPairs,
  placeIn,
  square,
  type Square,
  squareGrid,
  squareNames,
  squareScales,
} from "../marks/dots";
import {
  drawBars,
  fullestOf,
  type GeneBar,
  histogramLayout,
  type HistogramLayout,
  histogramScales,
} from "../marks/bars";

/** Predicted levels of a set of genes. */
export interface LevelHistogramOptions extends PlotFrame {
  /** log2(count + 1) [N]. */
  readonly level: ArrayLike<number>;
}

/** Widths that a bar may have. */
const WIDTHS = [0.05, 0.1, 0.2, 0.25, 0.5, 1, 2, 5, 10, 20, 50];
const MOST = 32;

/** Bars of one round width, from a whole level on. Genes without a finite level are in none. */
export function levelBars(level: ArrayLike<number>): GeneBar[] {
  const values = Array.from(level).filter(Number.isFinite);
  if (values.length === 0) return [];
  const low = Math.floor(values.reduce((a, b) => Math.min(a, b)));
  const high = Math.max(low + 1, Math.ceil(values.reduce((a, b) => Math.max(a, b))));
  const width = WIDTHS.find((each) => (high - low) / each <= MOST) ?? WIDTHS.at(-1)!;
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
  const { width, theme, level } = options;
  const frame = levelHistogramLayout(options);
  const { left, right, top, bottom, height, bars } = frame;
  const genes = Array.from(level).filter(Number.isFinite).length;
  const { x, y } = histogramScales(frame);
  const fullest = fullestOf(bars);
  const counts = y.ticks(4).filter((tick) => Number.isInteger(tick) && tick > 0);
  return picture({ width, theme }, height, {
    title: "Distribution of the predicted level",
    summary: fullest
      ? `Most common of ${formatGenes(genes)} is a level from ${formatValue(fullest.from)} to ` +
        `${formatValue(fullest.to)}, with ${formatGenes(fullest.genes)}.`
      : "There are no predictions to show.",
    body: [
      ...drawHead({ title: `Predicted level, ${formatGenes(genes)}` }, options),
      ...(fullest
        ? [
            grid(counts, y, formatValue, frame, theme),
            ...drawBars(frame, ({ genes: of }) => [[0, of, theme.on]]),
            ticksBelow(x.ticks(Math.max(3, Math.floor((right - left) / 70))), x, formatValue, bottom, options),
          ]
        : [label((left + right) / 2, (top + bottom) / 2, "No predictions", { ...MIDDLE, "font-size": 12 })]),
      across(frame, bottom, theme.lineStrong),
      axisName(14, (top + bottom) / 2, "Genes"),
      label((left + right) / 2, bottom + 35, fit("Predicted log2(count + 1)", right - left, 11), MIDDLE),
    ],
  });
}

/** Two levels of each gene. */
export interface LevelScatterOptions extends PlotFrame {
  readonly title: string;
  /** One level of each gene [N]; NaN where there is none, and such genes are not drawn. */
  readonly x: ArrayLike<number>;
  /** The other [N]. */
  readonly y: ArrayLike<number>;
  /** What is shown across, and upwards. */
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
  const { x, y, title, xName, yName, r, selected, width, theme } = options;
  const frame = levelScatterLayout(options);
  const { left, top, size } = frame;
  const [right, bottom] = [left + size, top + size];
  const genes = knownPairs(options);
  const count = formatGenes(genes.length);
  const placed = placeIn(frame, { x, y });
  const shown = selected && genes.includes(selected.index) ? selected : undefined;
  const hasR = r !== undefined && !Number.isNaN(r);
  return picture({ width, theme }, bottom + 44, {
    title: `${title}, ${count}`,
    summary: [
      `Across: ${xName}. Upwards: ${yName}.`,
      ...(hasR ? [`Pearson's r is ${r.toFixed(3)}.`] : []),
      ...(shown
        ? [`${shown.name}: across ${formatValue(x[shown.index]!)}, upwards ${formatValue(y[shown.index]!)}.`]
        : []),
    ].join(" "),
    body: [
      ...drawHead({ title: `${title}${hasR ? `: r = ${formatCorrelation(r)}` : ""}` }, options),
      ...squareGrid(frame, squareScales(frame).across.ticks(5), formatValue, options, theme.lineStrong),
      segment(left, bottom, right, top, theme.lineStrong, DASHED),
      drawDots(genes.map(placed), genes.length, theme.on) ||
        label(left + size / 2, top + size / 2 - 12, "No gene has both", { ...MIDDLE, "font-size": 12 }),
      ...(shown ? drawChosen(placed(shown.index), shown.name, frame, theme) : []),
      ...squareNames(frame, `${xName}, ${count}`, yName),
    ],
  });
}
