/** Figures of a set of genes: bars by one number of each gene, and two numbers of each on equal scales. */

import { formatCorrelation, formatValue } from "../core/format";
import { drawHead, MIDDLE } from "../core/layout";
import type { PlotFrame } from "../core/options";
import { axisName, fit, label, picture, segment } from "../core/svg";
import { across, DASHED, grid, ticksBelow } from "./axes";
import { drawBars, fullestOf, type GeneBar, type HistogramLayout, histogramScales } from "./bars";
import { drawChosen, drawDots, type Pairs, placeIn, type Square, squareGrid, squareNames, squareScales } from "./dots";

/** Words of bars, and how they are drawn. */
interface Bars {
  readonly title: string;
  readonly heading: string;
  /** Sentences that name the fullest bar. */
  summary(fullest: GeneBar): string;
  /** Name of the number. */
  readonly axis: string;
  format(value: number): string;
  fill(bar: GeneBar): string;
  /** Parts that lie over the bars. */
  readonly over?: readonly string[];
}

/** Bars by a number that is predicted; words instead where no gene has any. */
export function drawHistogram(frame: HistogramLayout, options: PlotFrame, of: Bars): string {
  const { theme } = options;
  const { left, right, top, bottom, bars } = frame;
  const fullest = fullestOf(bars);
  const { x, y } = histogramScales(frame);
  const counts = y.ticks(4).filter((tick) => Number.isInteger(tick) && tick > 0);
  const body = [
    ...drawHead({ title: of.heading }, options),
    ...(fullest
      ? [
          grid(counts, y, formatValue, frame, theme),
          ...drawBars(frame, (bar) => [[0, bar.genes, of.fill(bar)]]),
          ...(of.over ?? []),
          ticksBelow(x.ticks(Math.max(3, Math.floor((right - left) / 70))), x, of.format, bottom, options),
        ]
      : [label((left + right) / 2, (top + bottom) / 2, "No predictions", { ...MIDDLE, "font-size": 12 })]),
    across(frame, bottom, theme.lineStrong),
    axisName(14, (top + bottom) / 2, "Genes"),
    label((left + right) / 2, bottom + 35, fit(of.axis, right - left, 11), MIDDLE),
  ];
  const summary = fullest ? of.summary(fullest) : "There are no predictions to show.";
  return picture(options, frame.height, { title: of.title, summary, body });
}

/** Words of pairs, and a gene that stands out. */
interface Scatter {
  readonly title: string;
  readonly summary: string;
  readonly heading: string;
  readonly r: number | undefined;
  /** Words where no gene has both numbers. */
  readonly none: string;
  readonly names: readonly [across: string, up: string];
  readonly shown: { readonly index: number; readonly name: string } | undefined;
  format(value: number): string;
}

/** Dots of `genes`, with the line on which both numbers are equal. */
export function drawPairs(
  frame: Square,
  options: PlotFrame,
  pairs: Pairs,
  genes: readonly number[],
  { title, summary, heading, r, none, names, shown, format }: Scatter,
): string {
  const { theme } = options;
  const { left, top, size } = frame;
  const placed = placeIn(frame, pairs);
  const found = r === undefined || Number.isNaN(r) ? "" : `: r = ${formatCorrelation(r)}`;
  const body = [
    ...drawHead({ title: `${heading}${found}` }, options),
    ...squareGrid(frame, squareScales(frame).across.ticks(5), format, options, theme.lineStrong),
    segment(left, top + size, left + size, top, theme.lineStrong, DASHED),
    drawDots(genes.map(placed), genes.length, theme.on) ||
      label(left + size / 2, top + size / 2 - 12, none, { ...MIDDLE, "font-size": 12 }),
    ...(shown ? drawChosen(placed(shown.index), shown.name, frame, theme) : []),
    ...squareNames(frame, ...names),
  ];
  return picture(options, top + size + 44, { title, summary, body });
}

/** Widths that a bar may have: what most bars can be read by. */
const WIDTHS = [0.05, 0.1, 0.2, 0.25, 0.5, 1, 2, 5, 10, 20, 50, 100];

/** The least of them with which `most` bars cover an extent. */
export function barWidth(extent: number, most: number): number {
  return WIDTHS.find((width) => extent / width <= most) ?? WIDTHS.at(-1)!;
}
