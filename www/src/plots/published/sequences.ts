/** Plots along a sequence. */

import type { Theme } from "../core/theme";
import {
  attentionMap as attentionMapPlot,
  mapPixels as mapPixelsOf,
  mapTop as mapTopOf,
} from "../tracks/attention-map";
import { type BasesOptions, basesPicture as basesPicturePlot } from "../tracks/bases";
import { baseContributions as baseContributionsPlot, type ContributionsOptions } from "../tracks/contributions";
import { headAttention as headAttentionPlot } from "../tracks/head-attention";
import { mutagenesis as mutagenesisPlot } from "../tracks/mutagenesis";
import type {
  AttentionMapOptions,
  ComparedTracksOptions,
  HeadAttentionOptions,
  MutagenesisOptions,
  PositionFunctionsOptions,
  SequenceTracksOptions,
  VariantTracksOptions,
} from "../tracks/options";
import { patternLogos as patternLogosPlot, type PatternLogosOptions } from "../tracks/pattern-logos";
import { positionFunctions as positionFunctionsPlot } from "../tracks/position-functions";
import { sequenceTracks as sequenceTracksPlot } from "../tracks/tracks";
import { comparedTracks as comparedTracksPlot, variantTracks as variantTracksPlot } from "../tracks/variant-tracks";
import { type Framed, ready } from "../framed";

export type { BasesOptions } from "../tracks/bases";
export type { ContributionsOptions } from "../tracks/contributions";
export type { Matrix } from "../tracks/logo";
export type { NamedStretch } from "../tracks/names-under";
export type * from "../tracks/options";
export type { PatternLogo, PatternLogosOptions } from "../tracks/pattern-logos";

/**
 * Predicted tracks as lines, over measured ones as areas, and genes below. `model.predict` has `record`, `origin`,
 * `binSize` and the values, [bins, tracks].
 *
 * ```js
 * const svg = sequenceTracks({
 *   record: "chrIV", origin: 4096, binSize: 128, view: [0, 4],
 *   tracks: [{ name: "ATAC", assay: "ATAC", predicted: [4, 60, 35, 3] }],
 * });
 * ```
 *
 * @category DNA: tracks and variants
 * @returns The picture as SVG.
 */
export function sequenceTracks(options: Framed<SequenceTracksOptions>): string {
  return sequenceTracksPlot(ready("sequenceTracks", options));
}

/**
 * One track as two models predict it, and under it the difference.
 *
 * ```js
 * const svg = comparedTracks({
 *   record: "chrIV", origin: 4096, binSize: 128, view: [0, 4], names: ["A: Basenji", "B: attention"],
 *   values: [[4, 60, 35, 3], [5, 52, 38, 3]], // [4 bins] each
 * });
 * ```
 *
 * @category DNA: tracks and variants
 * @returns The picture as SVG.
 */
export function comparedTracks(options: Framed<ComparedTracksOptions>): string {
  return comparedTracksPlot(ready("comparedTracks", options));
}

/**
 * Tracks with the reference and the alternative, and under each their difference. `model.variant` has both,
 * [bins, tracks].
 *
 * ```js
 * const svg = variantTracks({
 *   variant: "chrIV:4,301 A>G", position: 4300, record: "chrIV", origin: 4096, binSize: 128, view: [0, 4],
 *   tracks: [{ name: "ATAC", assay: "ATAC", reference: [4, 60, 35, 3], alternative: [4, 22, 31, 3] }],
 * });
 * ```
 *
 * @category DNA: tracks and variants
 * @returns The picture as SVG.
 */
export function variantTracks(options: Framed<VariantTracksOptions>): string {
  return variantTracksPlot(ready("variantTracks", options));
}

/**
 * Where the heads of one layer attend from one bin: arcs, and a row of weights a head. `model.attention` has the
 * weights of a window, [heads, bins, bins] of each layer.
 *
 * ```js
 * const svg = headAttention({
 *   record: "chrIV", origin: 4096, binSize: 128, view: [0, 4], layer: 0, layers: 2, bin: 1, bins: 4, crop: 0,
 *   heads: [0, 1], weights: [0.1, 0.2, 0.6, 0.1, 0.3, 0.3, 0.2, 0.2], // [2 heads, 4 bins]
 * });
 * ```
 *
 * @category DNA: attention
 * @returns The picture as SVG.
 */
export function headAttention(options: Framed<HeadAttentionOptions>): string {
  return headAttentionPlot(ready("headAttention", options));
}

/**
 * Axes, title and scale around the attention of every bin to every bin. A canvas with the pixels of {@link mapPixels}
 * makes its `image`: `canvas.toDataURL()`.
 *
 * ```js
 * const svg = attentionMap({
 *   title: "Layer 1, head 1", record: "chrIV", origin: 4096, binSize: 128, view: [0, 4], isChange: false,
 *   top: 0.8, image: "data:image/png;base64,…",
 * });
 * ```
 *
 * @category DNA: attention
 * @returns The picture as SVG.
 */
export function attentionMap(options: Framed<AttentionMapOptions>): string {
  return attentionMapPlot(ready("attentionMap", options));
}

/**
 * The weight that the darkest colour of a map stands for: all but one in 500 are below it.
 *
 * ```js
 * const top = mapTop([0.7, 0.3, 0.2, 0.8]); // 0.7: all but the greatest are at most so high
 * ```
 *
 * @category DNA: attention
 * @returns A weight above 0.
 */
export function mapTop(values: ArrayLike<number>): number {
  return mapTopOf(values);
}

/**
 * The bins from `from` up to but not including `to` of a map [bins, bins] as pixels. A weight's square root gives its
 * colour, so that small ones can be seen too; a difference (`isChange`) has a linear scale.
 *
 * ```js
 * const weights = [0.7, 0.3, 0.2, 0.8]; // of one head, [2 bins, 2 bins]
 * const pixels = mapPixels(weights, 2, [0, 2], mapTop(weights), false, light); // for `new ImageData(pixels, 2)`
 * ```
 *
 * @category DNA: attention
 * @returns Red, green, blue and opacity of each pixel, [to − from, to − from, 4].
 */
export function mapPixels(
  values: ArrayLike<number>,
  bins: number,
  [from, to]: readonly [number, number],
  top: number,
  isChange: boolean,
  theme: Theme,
): Uint8ClampedArray {
  return mapPixelsOf(values, bins, [from, to], top, isChange, theme);
}

/**
 * The learned functions f of the distance t − i, in bins, a line a head. `model.positionFunctions()` has those of each
 * layer.
 *
 * ```js
 * const svg = positionFunctions({
 *   layer: 0, layers: 2, heads: 1, bins: 3, binSize: 128,
 *   values: [0.1, 0.4, 1, 0.5, 0.2], // [1 head, 2 × 3 − 1 distances]
 * });
 * ```
 *
 * @category DNA: attention
 * @returns The picture as SVG.
 */
export function positionFunctions(options: Framed<PositionFunctionsOptions>): string {
  return positionFunctionsPlot(ready("positionFunctions", options));
}

/**
 * Letters as high as what each base contributes to a track, or, where they are too narrow, what lies between the
 * largest and the least. `model.contributions` has `start`, `codes` and `contributions`.
 *
 * ```js
 * const svg = baseContributions({
 *   record: "chrIV", track: "ATAC", method: "integrated gradients from 10 shuffles",
 *   start: 4300, view: [4300, 4304],
 *   codes: [0, 2, 3, 1], contributions: [0.2, 1.4, 0.9, -0.3], // A 0, C 1, G 2, T 3
 * });
 * ```
 *
 * @category DNA: bases and motifs
 * @returns The picture as SVG.
 */
export function baseContributions(options: Framed<ContributionsOptions>): string {
  return baseContributionsPlot(ready("baseContributions", options));
}

/**
 * Letters, and under them a table of what each other base in their place changes. `model.mutagenesis` has the changes.
 *
 * ```js
 * const svg = mutagenesis({
 *   record: "chrIV", track: "ATAC", start: 4300, codes: [0, 2], reference: 95, bins: 8,
 *   contribution: [0.4, 2.1], // [2 bases]
 *   change: [0, -0.3, -0.5, -0.4, -2, -2.2, 0, -2.1], // [2 bases, A C G T]
 * });
 * ```
 *
 * @category DNA: bases and motifs
 * @returns The picture as SVG.
 */
export function mutagenesis(options: Framed<MutagenesisOptions>): string {
  return mutagenesisPlot(ready("mutagenesis", options));
}

/**
 * Each pattern as its logo, with two lines above it. `model.motifs` finds `patterns`.
 *
 * ```js
 * const rows = [[0.9, 0, 0.1, 0], [0, 0, 1, 0], [0, 0.2, 0, 0.8]]; // A, C, G and T in each column
 * const pattern = { rows, stretches: 14, lowers: false, name: { motif: "REB1", count: 12 } };
 * const svg = patternLogos({ track: "ATAC", place: "chrIV:4,001–6,000", patterns: [pattern] });
 * ```
 *
 * @category DNA: bases and motifs
 * @returns The picture as SVG.
 */
export function patternLogos(options: Framed<PatternLogosOptions>): string {
  return patternLogosPlot(ready("patternLogos", options));
}

/**
 * Letters in lines, each line with the position of its first base.
 *
 * ```js
 * const svg = basesPicture({ record: "chrIV", start: 4300, bases: "ACGTTGCA", chosen: 4302 });
 * ```
 *
 * @category DNA: bases and motifs
 * @returns The picture as SVG.
 */
export function basesPicture(options: Framed<BasesOptions>): string {
  return basesPicturePlot(ready("basesPicture", options));
}
