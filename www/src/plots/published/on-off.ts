/** Plots of genes that are on or off. */

import type {
  AverageAttentionOptions,
  BetaHeatMapOptions,
  GeneTracksOptions,
  MarkAttentionOptions,
  ProbabilityHistogramOptions,
  ProbabilityScatterOptions,
  TracksScale,
} from "../core/options";
import { averageAttention as averageAttentionPlot } from "../genes/average-attention";
import { betaHeatMap as betaHeatMapPlot } from "../genes/beta-heat-map";
import { commonScale as commonScaleOf, geneTracks as geneTracksPlot, tracksScale } from "../genes/gene-tracks";
import { markAttention as markAttentionPlot } from "../genes/mark-attention";
import { probabilityHistogram as probabilityHistogramPlot } from "../genes/probability-histogram";
import { probabilityScatter as probabilityScatterPlot } from "../genes/probability-scatter";
import { type Framed, type Length, lengthOf, ready } from "../framed";

export type {
  AverageAttentionOptions,
  BetaHeatMapOptions,
  GeneTracksOptions,
  MarkAttentionOptions,
  ProbabilityHistogramOptions,
  ProbabilityScatterOptions,
  RunBeta,
  TracksScale,
} from "../core/options";

function ofGene({ marks, signal, alpha, rows = marks, beta }: GeneTracksOptions): readonly Length[] {
  const bins = Math.floor(signal.length / Math.max(1, marks.length));
  return [
    ["signal", signal, marks.length * bins, `${bins} bins of ${marks.length} marks`],
    ["alpha", alpha, ...lengthOf(rows, bins)],
    ["beta", beta, marks.length, `${marks.length} marks`],
  ];
}

function ofMeans({ marks, on, off }: AverageAttentionOptions): readonly Length[] {
  const bins = Math.floor((on ?? off ?? []).length / Math.max(1, marks.length));
  return [
    ["on", on, ...lengthOf(marks, bins)],
    ["off", off, ...lengthOf(marks, bins)],
  ];
}

function ofMarks({ marks, beta }: MarkAttentionOptions): readonly Length[] {
  return [["beta", beta, marks.length, `${marks.length} marks`]];
}

/**
 * One panel a mark: its signal, bin by bin, and under it its α on the same axis, bp from the TSS; α has one scale in
 * all panels. Where one α is for all marks together it has a panel of its own, below; where there is none, there is
 * signal alone. `model.gene(table, result, gene)` has these options for a gene of a run.
 *
 * ```js
 * const svg = geneTracks({
 *   gene: "TP53", marks: ["H3K4me3", "H3K27me3"], binSize: 100, probability: 0.91,
 *   signal: [0, 3, 8, 1, 2, 2], // [3 bins, 2 marks]
 *   alpha: [0.1, 0.8, 0.1, 0.3, 0.4, 0.3], // [2 marks, 3 bins]
 * });
 * ```
 *
 * @category Genes: on or off
 * @returns The picture as SVG.
 */
export function geneTracks(options: Framed<GeneTracksOptions>): string {
  return geneTracksPlot(ready("geneTracks", options, ofGene));
}

/**
 * Scales that fit all of several genes, mark by mark, so that their pictures can be compared.
 *
 * ```js
 * const shared = { marks: ["H3K4me3"], binSize: 100, alpha: [0.2, 0.8] };
 * const tp53 = { ...shared, gene: "TP53", probability: 0.9, signal: [2, 9] };
 * const pax5 = { ...shared, gene: "PAX5", probability: 0.2, signal: [1, 0] };
 * const scale = commonScale([tp53, pax5]);
 * const svg = geneTracks({ ...pax5, scale });
 * ```
 *
 * @category Genes: on or off
 * @returns Tops of the scales.
 */
export function commonScale(genes: readonly Framed<GeneTracksOptions>[]): TracksScale {
  return commonScaleOf(genes.map((options) => tracksScale(ready("commonScale", options, ofGene))));
}

/**
 * Mean α against position: genes predicted on above, genes predicted off below, on the same scales. `result.summary`
 * has the means of a run.
 *
 * ```js
 * const svg = averageAttention({
 *   marks: ["H3K4me3", "H3K27me3"], binSize: 100, genesOn: 210, genesOff: 190,
 *   on: [0.1, 0.8, 0.1, 0.3, 0.4, 0.3], // [2 marks, 3 bins]
 *   off: [0.3, 0.4, 0.3, 0.2, 0.6, 0.2],
 * });
 * ```
 *
 * @category Genes: on or off
 * @returns The picture as SVG.
 */
export function averageAttention(options: Framed<AverageAttentionOptions>): string {
  return averageAttentionPlot(ready("averageAttention", options, ofMeans));
}

/**
 * Bars in the model's order, each labelled with its value; a line stands where all marks would weigh the same.
 *
 * ```js
 * const svg = markAttention({ gene: "TP53", marks: ["H3K4me3", "H3K27me3"], beta: [0.7, 0.3] });
 * ```
 *
 * @category Genes: on or off
 * @returns The picture as SVG.
 */
export function markAttention(options: Framed<MarkAttentionOptions>): string {
  return markAttentionPlot(ready("markAttention", options, ofMarks));
}

/**
 * β of one gene in several runs: marks from the top, runs from the left, and a key to the runs below.
 *
 * ```js
 * const k562 = { letter: "A", name: "K562", probability: 0.91, beta: { H3K4me3: 0.7, H3K27me3: 0.3 } };
 * const h1 = { letter: "B", name: "H1", probability: 0.12, beta: { H3K4me3: 0.4, H3K27me3: 0.6 } };
 * const svg = betaHeatMap({ gene: "TP53", marks: ["H3K4me3", "H3K27me3"], runs: [k562, h1] });
 * ```
 *
 * @category Genes: on or off
 * @returns The picture as SVG.
 */
export function betaHeatMap(options: Framed<BetaHeatMapOptions>): string {
  return betaHeatMapPlot(ready("betaHeatMap", options));
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
export function probabilityHistogram(options: Framed<ProbabilityHistogramOptions>): string {
  return probabilityHistogramPlot(ready("probabilityHistogram", options));
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
export function probabilityScatter(options: Framed<ProbabilityScatterOptions>): string {
  return probabilityScatterPlot(ready("probabilityScatter", options));
}
