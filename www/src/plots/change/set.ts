/** A set of genes: their predicted log2 fold changes, and these against measured ones. */

import { formatCount, formatGenes, formatSigned } from "../core/format";
import { type Framed, type PlotFrame, ready } from "../core/options";
import { linear } from "../core/scale";
import { fit } from "../core/svg";
import { divide } from "../marks/axes";
import { type GeneBar, histogramLayout, type HistogramLayout, histogramScales } from "../marks/bars";
import { knownPairs, square, type Square } from "../marks/dots";
import { barWidth, drawHistogram, drawPairs } from "../marks/set";

/** Predicted changes of a set of genes. */
export interface ChangeHistogramOptions extends PlotFrame {
  /** log2 fold change [N]; positive for a gene that is higher in B. */
  readonly foldChange: ArrayLike<number>;
  /** Names of the cell types A and B. */
  readonly cells: readonly [string, string];
}

/** Bars at the most. */
const MOST = 48;

/** Bars of one round width, zero between two of them. Genes without a finite value are in none. */
export function changeBars(foldChange: ArrayLike<number>): GeneBar[] {
  const values = Array.from(foldChange).filter(Number.isFinite);
  if (values.length === 0) return [];
  const extent = Math.max(
    0.5,
    ...[Math.abs(values.reduce((a, b) => Math.min(a, b), 0)), Math.abs(values.reduce((a, b) => Math.max(a, b), 0))],
  );
  const width = barWidth(2 * extent, MOST);
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
  const { theme, foldChange, cells } = options;
  const frame = changeHistogramLayout(options);
  const values = Array.from(foldChange).filter(Number.isFinite);
  const [down, up] = [values.filter((value) => value < 0).length, values.filter((value) => value > 0).length];
  const half = (frame.right - frame.left) / 2 - 14;
  const sides = [
    fit(`${formatCount(down)} higher in ${cells[0]}`, half, 11),
    fit(`${formatCount(up)} higher in ${cells[1]}`, half, 11),
  ];
  return drawHistogram(frame, options, {
    title: "Distribution of the predicted log2 fold change",
    summary: ({ from, to, genes }) =>
      `Of ${formatGenes(values.length)}, ${formatCount(up)} are predicted higher in ${cells[1]} and ` +
      `${formatCount(down)} higher in ${cells[0]}. Most common is a log2 fold change from ` +
      `${formatSigned(from)} to ${formatSigned(to)}, with ${formatGenes(genes)}.`,
    heading: `Predicted log2 fold change, ${formatGenes(values.length)}`,
    axis: "Predicted log2((B + 1) / (A + 1))",
    format: formatSigned,
    fill: ({ from }) => (from >= 0 ? theme.on : theme.off),
    over: divide(histogramScales(frame).x(0), frame, sides, theme),
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
  const { predicted, measured, r, selected, axes } = options;
  const frame = changeScatterLayout(options);
  const pairs = { x: measured, y: predicted };
  const genes = knownPairs(pairs);
  const count = formatGenes(genes.length);
  const shown = selected && genes.includes(selected.index) ? selected : undefined;
  const isOfRuns = axes?.of === "two runs";
  const [acrossName, upName] = axes ? ["across", "upwards"] : ["measured", "predicted"];
  const heading = !axes ? "Predicted against measured" : isOfRuns ? "log2 FC in two runs" : "log2 FC, before and after";
  return drawPairs(frame, options, pairs, genes, {
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
    ...{ heading, r, shown, format: formatSigned, none: "No gene has counts in both" },
    names: [axes?.x ?? `measured log2((B + 1) / (A + 1)), ${count}`, axes?.y ?? "predicted log2((B + 1) / (A + 1))"],
  });
}
