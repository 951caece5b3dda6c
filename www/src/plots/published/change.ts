/** Plots of changes between two cell types, A and B. */

import { type BetaGroupsOptions, betaGroups as betaGroupsPlot } from "../change/beta-groups";
import { changeHistogram as changeHistogramPlot, type ChangeHistogramOptions } from "../change/histogram";
import { changeScatter as changeScatterPlot, type ChangeScatterOptions } from "../change/scatter";
import {
  type ChangeScale,
  changeTracks as changeTracksPlot,
  type ChangeTracksOptions,
  commonChangeScale as commonChangeScaleOf,
} from "../change/tracks";
import { type Framed, type Length, lengthOf, ready } from "../framed";

export type { BetaGroupsOptions, WeightBar, WeightSeries } from "../change/beta-groups";
export type { CellNames } from "../change/groups";
export type { ChangeHistogramOptions } from "../change/histogram";
export type { ChangeScatterOptions } from "../change/scatter";
export type { ChangeScale, ChangeTracksOptions } from "../change/tracks";

function ofChange(options: ChangeTracksOptions): readonly Length[] {
  const { marks, values, alpha, rows, auxiliaryAlpha, auxiliary, beta, columns } = options;
  const bins = Math.floor(values.length / Math.max(1, 2 * marks.length));
  return [
    ["values", values, 2 * marks.length * bins, `${bins} bins of ${marks.length} marks in two cell types`],
    ["alpha", alpha, ...lengthOf(rows, bins)],
    ["auxiliaryAlpha", auxiliaryAlpha, ...lengthOf(auxiliary, bins)],
    ["beta", columns && beta, columns?.length ?? 0, `${columns?.length} columns`],
  ];
}

/**
 * Three tracks a mark: A, B and A − B; A and B share a scale, and α has one in all tracks. The `signal` of
 * `model.gene(tableA, tableB, result, gene)` is `values` here.
 *
 * ```js
 * const svg = changeTracks({
 *   gene: "TP53", cells: ["K562", "H1"], marks: ["H3K4me3"], binSize: 100, verdict: "up in H1, +1.2",
 *   values: [0, 1, 4, 9, 1, 2], // [3 bins, 2 cell types × 1 mark]
 *   rows: ["A_H3K4me3", "B_H3K4me3"], alpha: [0.1, 0.8, 0.1, 0.3, 0.4, 0.3], // [2 rows, 3 bins]
 *   auxiliary: [], auxiliaryAlpha: [],
 * });
 * ```
 *
 * @category Genes: change between cell types
 * @returns The picture as SVG.
 */
export function changeTracks(options: Framed<ChangeTracksOptions>): string {
  return changeTracksPlot(ready("changeTracks", options, ofChange));
}

/**
 * Scales that fit all of several genes, mark by mark, so that their pictures can be compared.
 *
 * ```js
 * const shared = { marks: ["H3K4me3"], binSize: 100, verdict: "", auxiliary: [], auxiliaryAlpha: [] };
 * const attention = { rows: ["A_H3K4me3", "B_H3K4me3"], alpha: [0.5, 0.5, 0.4, 0.6] }; // [2 rows, 2 bins]
 * const scale = commonChangeScale([
 *   { ...shared, ...attention, gene: "TP53", cells: ["K562", "H1"], values: [0, 1, 4, 9] },
 *   { ...shared, ...attention, gene: "PAX5", cells: ["K562", "H1"], values: [3, 3, 1, 0] },
 * ]); // for changeTracks of each
 * ```
 *
 * @category Genes: change between cell types
 * @returns Tops of the scales.
 */
export function commonChangeScale(genes: readonly Framed<ChangeTracksOptions>[]): ChangeScale {
  return commonChangeScaleOf(genes.map((options) => ready("commonChangeScale", options, ofChange)));
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
export function changeHistogram(options: Framed<ChangeHistogramOptions>): string {
  return changeHistogramPlot(ready("changeHistogram", options));
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
export function changeScatter(options: Framed<ChangeScatterOptions>): string {
  return changeScatterPlot(ready("changeScatter", options));
}

/**
 * Bars in the columns' order under the name of their group, each labelled with its value; a line stands where all would
 * weigh the same. `model.weightsByDirection(result)` has the means of genes that go up and down.
 *
 * ```js
 * const svg = betaGroups({
 *   heading: "Marks of genes that go up", notes: ["Mean β of 40 genes."], cells: ["K562", "H1"], sumsOver: 2,
 *   columns: ["A_H3K4me3", "B_H3K4me3"],
 *   series: [{ name: "up", colour: "mark", bars: [{ value: 0.7, deviation: 0.1 }, { value: 0.3 }] }],
 * });
 * ```
 *
 * @category Genes: change between cell types
 * @returns The picture as SVG.
 */
export function betaGroups(options: Framed<BetaGroupsOptions>): string {
  return betaGroupsPlot(ready("betaGroups", options));
}
