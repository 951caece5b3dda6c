/** Changes of a set of genes: a histogram of predicted log2 fold changes, and predicted against measured ones. */

import { formatCount, formatGenes, formatSigned } from "../core/format";
import type { Laid } from "../core/layout";
import { type Framed, type PlotFrame, ready } from "../core/options";
import { fit } from "../core/svg";
import { knownPairs, type Square } from "../marks/dots";
import { barWidth, countBars, type GeneBar, histogram, type HistogramLayout } from "../marks/set";
import { correlationSaid, niceEnds, scatter, withCorrelation } from "../marks/set";

/** Predicted changes of a set of genes. */
export interface ChangeHistogramOptions extends PlotFrame {
  /** log2 fold change, [N]; positive for a gene with higher expression in B. */
  readonly foldChange: ArrayLike<number>;
  /** Names of the cell types A and B. */
  readonly cells: readonly [string, string];
}

/** Maximum number of bars. */
const MOST = 48;

/** Bars of equal, round width, with zero between two of them. Genes without a finite value are omitted. */
export function changeBars(foldChange: ArrayLike<number>): GeneBar[] {
  const values = Array.from(foldChange).filter(Number.isFinite);
  if (values.length === 0) return [];
  const extent = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0.5);
  const width = barWidth(2 * extent, MOST);
  const half = Math.ceil(extent / width - 1e-9);
  return countBars(values, width, -half, 2 * half);
}

/** The layout of the bars, and the picture that `changeHistogram` draws. */
export function changeHistogramLayout(options: ChangeHistogramOptions): Laid<HistogramLayout> {
  const { theme, foldChange, cells, width } = options;
  const values = Array.from(foldChange).filter(Number.isFinite);
  const ofSign = (sign: number): string => formatCount(values.filter((value) => sign * value > 0).length);
  const [down, up] = [ofSign(-1), ofSign(1)];
  return histogram(options, {
    title: "Distribution of the predicted log2 fold change",
    summary: ({ from, to, genes }) =>
      `Of ${formatGenes(values.length)}, ${up} are predicted higher in ${cells[1]} and ${down} higher in ${cells[0]}. ` +
      `Most common is a log2 fold change from ${formatSigned(from)} to ${formatSigned(to)}, with ${formatGenes(genes)}.`,
    head: { title: `Predicted log2 fold change, ${formatGenes(values.length)}` },
    axis: "Predicted log2((B + 1) / (A + 1))",
    ...{ bars: changeBars(foldChange), format: formatSigned, tall: Math.max(170, Math.min(280, 0.55 * width)) },
    parts: ({ from, genes }) => [[0, genes, from >= 0 ? theme.on : theme.off]],
    divided: {
      at: 0,
      sides: (half) => [fit(`${down} higher in ${cells[0]}`, half, 11), fit(`${up} higher in ${cells[1]}`, half, 11)],
    },
  });
}

/**
 * Histogram of predicted changes; genes higher in B are right of zero.
 *
 * ```js
 * const svg = changeHistogram({ foldChange: [-1.5, 0.2, 0.3, 2.1], cells: ["K562", "H1"] });
 * ```
 *
 * @category Genes: change between cell types
 * @returns The picture as SVG.
 */
export function changeHistogram(given: Framed<ChangeHistogramOptions>): string {
  return changeHistogramLayout(ready("changeHistogram", given)).draw();
}

/** Predicted and measured changes. */
export interface ChangeScatterOptions extends PlotFrame {
  /** Predicted log2 fold change, [N]. */
  readonly predicted: ArrayLike<number>;
  /** Measured log2 fold change, [N]; genes with NaN are not drawn. */
  readonly measured: ArrayLike<number>;
  /** Pearson's r, once it is known; NaN if it is undefined. */
  readonly r?: number | undefined;
  /** Quantities on the axes, if other than measured and predicted change. */
  readonly axes?: { readonly x: string; readonly y: string; readonly of: "two runs" | "two signals" } | undefined;
  /** A gene to highlight. */
  readonly selected?: { readonly index: number; readonly name: string } | undefined;
}

/** The layout of the square, and the picture that `changeScatter` draws. */
export function changeScatterLayout(options: ChangeScatterOptions): Laid<Square> {
  const { predicted: y, measured: x, r, selected, axes } = options;
  const genes = knownPairs({ x, y });
  const count = formatGenes(genes.length);
  const shown = selected && genes.includes(selected.index) ? selected : undefined;
  const greatest = genes.reduce((most, gene) => Math.max(most, Math.abs(y[gene]!), Math.abs(x[gene]!)), 1);
  const [, extent] = niceEnds(0, greatest * 1.02);
  const isOfRuns = axes?.of === "two runs";
  const [acrossName, upName] = axes ? ["across", "upwards"] : ["measured", "predicted"];
  const heading = !axes ? "Predicted against measured" : isOfRuns ? "log2 FC in two runs" : "log2 FC, before and after";
  return scatter(options, {
    ...{ x, y, left: 52, ends: [-extent, extent], selected, format: formatSigned, none: "No gene has counts in both" },
    title: axes
      ? `Predicted log2 fold change of ${count} ${isOfRuns ? "in two runs" : "before and after"}`
      : `Predicted against measured log2 fold change of ${count}`,
    head: { title: withCorrelation(heading, r) },
    summary: [
      `Across: ${axes?.x ?? "measured"}. Upwards: ${axes?.y ?? "predicted"}.`,
      Number.isNaN(r) ? "There is no correlation to give." : correlationSaid(r),
      shown &&
        `${shown.name}: ${acrossName} ${formatSigned(x[shown.index]!)}, ${upName} ${formatSigned(y[shown.index]!)}.`,
    ],
    names: [axes?.x ?? `measured log2((B + 1) / (A + 1)), ${count}`, axes?.y ?? "predicted log2((B + 1) / (A + 1))"],
  });
}

/**
 * Scatter plot with zero in the middle, and the line of equality. `model.measuredFoldChange(countsA, countsB)` returns
 * the measured change, `model.pearson` returns `r`.
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
  return changeScatterLayout(ready("changeScatter", given)).draw();
}
