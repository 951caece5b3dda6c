/** A set of genes: their predicted log2 fold changes, and these against measured ones. */

import { formatCorrelation, formatCount, formatGenes, formatSigned, formatValue } from "../core/format";
import { type Framed, type PlotFrame, ready } from "../core/options";
import { drawHead, MIDDLE } from "../core/layout";
import { linear } from "../core/scale";
import { axisName, fit, label, picture, segment } from "../core/svg";
import { across, DASHED, divide, grid, ticksBelow } from "../marks/axes";
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
  knownPairs,
  placeIn,
  square,
  type Square,
  squareGrid,
  squareNames,
  squareScales,
} from "../marks/dots";

/** Predicted changes of a set of genes. */
export interface ChangeHistogramOptions extends PlotFrame {
  /** log2 fold change [N]; positive for a gene that is higher in B. */
  readonly foldChange: ArrayLike<number>;
  /** Names of the cell types A and B. */
  readonly cells: readonly [string, string];
}

/** Widths that a bar may have: what most bars can be read by. */
const WIDTHS = [0.05, 0.1, 0.2, 0.25, 0.5, 1, 2, 5, 10, 20, 50, 100];
const MOST = 48;

/** Bars of one round width, zero between two of them. Genes without a finite value are in none. */
export function changeBars(foldChange: ArrayLike<number>): GeneBar[] {
  const values = Array.from(foldChange).filter(Number.isFinite);
  if (values.length === 0) return [];
  const extent = Math.max(
    0.5,
    ...[Math.abs(values.reduce((a, b) => Math.min(a, b), 0)), Math.abs(values.reduce((a, b) => Math.max(a, b), 0))],
  );
  const width = WIDTHS.find((each) => (2 * extent) / each <= MOST) ?? WIDTHS[WIDTHS.length - 1]!;
  const half = Math.ceil(extent / width - 1e-9);
  const genes = new Array<number>(2 * half).fill(0);
  for (const value of values) genes[Math.max(0, Math.min(2 * half - 1, Math.floor(value / width) + half))]! += 1;
  return genes.map((count, i) => ({
    from: Number(((i - half) * width).toFixed(6)),
    to: Number(((i - half + 1) * width).toFixed(6)),
    genes: count,
  }));
}

/** Where the bars of `options` lie in the picture that `changeHistogram` draws of them. */
export function changeHistogramLayout(options: ChangeHistogramOptions): HistogramLayout {
  const tall = Math.max(170, Math.min(280, 0.55 * options.width));
  return histogramLayout(options, changeBars(options.foldChange), 60, tall, 46);
}

/**
 * Bars by predicted change: those higher in B to the right of zero.
 *
 * ```js
 * const svg = changeHistogram({ foldChange: [-1.5, 0.2, 0.3, 2.1], cells: ["K562", "H1"] });
 * ```
 *
 * @category Genes: change between cell types
 * @returns The picture as SVG.
 */
export function changeHistogram(given: Framed<ChangeHistogramOptions>): string {
  const options = ready("changeHistogram", given);
  const { width, theme, foldChange, cells } = options;
  const frame = changeHistogramLayout(options);
  const { left, right, top, bottom, height, bars } = frame;
  const values = Array.from(foldChange).filter(Number.isFinite);
  const [down, up] = [values.filter((value) => value < 0).length, values.filter((value) => value > 0).length];
  const { x, y } = histogramScales(frame);
  const fullest = fullestOf(bars);
  const half = (right - left) / 2 - 14;
  const sides = [
    fit(`${formatCount(down)} higher in ${cells[0]}`, half, 11),
    fit(`${formatCount(up)} higher in ${cells[1]}`, half, 11),
  ];
  const counts = y.ticks(4).filter((tick) => Number.isInteger(tick) && tick > 0);
  const drawn = drawBars(frame, ({ from, genes }) => [[0, genes, from >= 0 ? theme.on : theme.off]]);
  return picture({ width, theme }, height, {
    title: "Distribution of the predicted log2 fold change",
    summary: fullest
      ? `Of ${formatGenes(values.length)}, ${formatCount(up)} are predicted higher in ${cells[1]} and ` +
        `${formatCount(down)} higher in ${cells[0]}. Most common is a log2 fold change from ` +
        `${formatSigned(fullest.from)} to ${formatSigned(fullest.to)}, with ${formatGenes(fullest.genes)}.`
      : "There are no predictions to show.",
    body: [
      ...drawHead({ title: `Predicted log2 fold change, ${formatGenes(values.length)}` }, options),
      ...(fullest
        ? [
            grid(counts, y, formatValue, frame, theme),
            ...drawn,
            ...divide(x(0), frame, sides, theme),
            ticksBelow(x.ticks(Math.max(3, Math.floor((right - left) / 70))), x, formatSigned, bottom, options),
          ]
        : [label((left + right) / 2, (top + bottom) / 2, "No predictions", { ...MIDDLE, "font-size": 12 })]),
      across(frame, bottom, theme.lineStrong),
      axisName(14, (top + bottom) / 2, "Genes"),
      label((left + right) / 2, bottom + 35, fit("Predicted log2((B + 1) / (A + 1))", right - left, 11), MIDDLE),
    ],
  });
}

/** Predicted and measured changes. */
export interface ChangeScatterOptions extends PlotFrame {
  /** Predicted log2 fold change [N]. */
  readonly predicted: ArrayLike<number>;
  /** Measured [N]; NaN where there is none, and such genes are not drawn. */
  readonly measured: ArrayLike<number>;
  /** Pearson's r of the two, once it is known; NaN where there is none. */
  readonly r?: number | undefined;
  /** Quantities across and upwards, where these are not measured and predicted change. */
  readonly axes?: { readonly x: string; readonly y: string; readonly of: "two runs" | "two signals" } | undefined;
  /** A gene that stands out. */
  readonly selected?: { readonly index: number; readonly name: string } | undefined;
}

/** Where the square of `options` lies in the picture that `changeScatter` draws of them. */
export function changeScatterLayout(options: ChangeScatterOptions): Square {
  const { predicted, measured, width } = options;
  const greatest = knownPairs({ x: options.measured, y: options.predicted }).reduce(
    (most, gene) => Math.max(most, Math.abs(predicted[gene]!), Math.abs(measured[gene]!)),
    1,
  );
  const [, extent] = linear([0, greatest * 1.02], [0, 1])
    .nice(4)
    .domain() as [number, number];
  return square(52, 34, width, [-extent, extent]);
}

/**
 * A square with zero in its middle and the line on which prediction and measurement are equal.
 * `model.measuredFoldChange(countsA, countsB)` has the measured change, and `model.pearson` gives `r`.
 *
 * ```js
 * const selected = { index: 0, name: "TP53" };
 * const svg = changeScatter({ predicted: [-1.5, 0.2, 2.1], measured: [-2, 0.4, NaN], selected });
 * ```
 *
 * @category Genes: change between cell types
 * @returns The picture as SVG.
 */
export function changeScatter(given: Framed<ChangeScatterOptions>): string {
  const options = ready("changeScatter", given);
  const { predicted, measured, r, selected, axes, width, theme } = options;
  const frame = changeScatterLayout(options);
  const { left, top, size } = frame;
  const [right, bottom] = [left + size, top + size];
  const genes = knownPairs({ x: options.measured, y: options.predicted });
  const count = formatGenes(genes.length);
  const placed = placeIn(frame, { x: measured, y: predicted });
  const shown = selected && genes.includes(selected.index) ? selected : undefined;
  const ticks = squareScales(frame).across.ticks(5);
  const isOfRuns = axes?.of === "two runs";
  const [acrossName, upName] = axes ? ["across", "upwards"] : ["measured", "predicted"];
  const heading = !axes ? "Predicted against measured" : isOfRuns ? "log2 FC in two runs" : "log2 FC, before and after";
  const none = { ...MIDDLE, "font-size": 12 };
  return picture({ width, theme }, bottom + 44, {
    title: axes
      ? `Predicted log2 fold change of ${count} ${isOfRuns ? "in two runs" : "before and after"}`
      : `Predicted against measured log2 fold change of ${count}`,
    summary: [
      `Across: ${axes?.x ?? "measured"}. Upwards: ${axes?.y ?? "predicted"}.`,
      ...(r === undefined
        ? []
        : [Number.isNaN(r) ? "There is no correlation to give." : `Pearson's r is ${r.toFixed(3)}.`]),
      ...(shown
        ? [
            `${shown.name}: ${acrossName} ${formatSigned(measured[shown.index]!)}, ${upName} ` +
              `${formatSigned(predicted[shown.index]!)}.`,
          ]
        : []),
    ].join(" "),
    body: [
      ...drawHead(
        { title: `${heading}${r === undefined || Number.isNaN(r) ? "" : `: r = ${formatCorrelation(r)}`}` },
        options,
      ),
      ...squareGrid(frame, ticks, formatSigned, options, theme.lineStrong),
      segment(left, bottom, right, top, theme.lineStrong, DASHED),
      drawDots(genes.map(placed), genes.length, theme.on) ||
        label(left + size / 2, top + size / 2 - 12, "No gene has counts in both", none),
      ...(shown ? drawChosen(placed(shown.index), shown.name, frame, theme) : []),
      ...squareNames(
        frame,
        axes?.x ?? `measured log2((B + 1) / (A + 1)), ${count}`,
        axes?.y ?? "predicted log2((B + 1) / (A + 1))",
      ),
    ],
  });
}
