/** Plots of explanations, and of their tests. */

import { classMap as classMapPlot, type ClassMapOptions } from "../explain/class-map";
import { type CorrelationOptions, correlationTable as correlationTablePlot } from "../explain/correlations";
import { type DeletionOptions, deletionTest as deletionTestPlot } from "../explain/deletion";
import { type HeldOutOptions, heldOutTrack as heldOutTrackPlot } from "../explain/held-out";
import { explanationMeans as explanationMeansPlot, type ExplanationMeansOptions } from "../explain/means";
import {
  attributionWords as attributionWordsOf,
  type SaliencyOptions,
  saliencyTracks as saliencyTracksPlot,
  type SignedWords,
} from "../explain/saliency";
import { type Framed, ready } from "../framed";

export type { ClassMapOptions } from "../explain/class-map";
export type { CorrelationOptions, CorrelationRow } from "../explain/correlations";
export type { DeletionCurve, DeletionOptions, DeletionVerdict } from "../explain/deletion";
export type { Explanation } from "../explain/explanations";
export type { HeldOutOptions } from "../explain/held-out";
export type { ExplanationMeansOptions, MeansOfGenes } from "../explain/means";
export type { SaliencyOptions, SignedWords } from "../explain/saliency";

/**
 * One panel a mark: its signal, and under it the gradient as bars around zero; the gradient has one scale in all
 * panels. `model.saliency` has the gradient; with `words`, contributions of `model.attributions` stand in its place.
 *
 * ```js
 * const svg = saliencyTracks({
 *   gene: "TP53", marks: ["H3K4me3", "H3K27me3"], binSize: 100,
 *   signal: [0, 3, 8, 1, 2, 2], // [3 bins, 2 marks], as the saliency
 *   saliency: [0.01, -0.02, 0.4, -0.1, 0.05, 0],
 * });
 * ```
 *
 * @category Explanations and their tests
 * @returns The picture as SVG.
 */
export function saliencyTracks(options: Framed<SaliencyOptions>): string {
  return saliencyTracksPlot(ready("saliencyTracks", options));
}

/**
 * The words of {@link saliencyTracks} for contributions, which sum to a difference of scores.
 *
 * ```js
 * const words = attributionWords("log-odds of on", "integrated gradients", "each mark's mean");
 * const gene = { gene: "TP53", marks: ["H3K4me3"], binSize: 100, signal: [0, 8, 2] };
 * const svg = saliencyTracks({ ...gene, saliency: [0.1, 1.3, -0.2], words });
 * ```
 *
 * @category Explanations and their tests
 * @returns Title, legend and summary.
 */
export function attributionWords(score: string, method: string, baseline: string): SignedWords {
  return attributionWordsOf(score, method, baseline);
}

/**
 * For each mark a row of each class of genes: the mean of each bin around zero, and the mean size around it.
 * `model.explanationMeans` has the means of both classes.
 *
 * ```js
 * const svg = explanationMeans({
 *   title: "Mean contributions", subtitle: "By integrated gradients", marks: ["H3K4me3"], binSize: 100,
 *   up: "adds to the log-odds of on", down: "takes from it",
 *   classes: [{ name: "on", called: "predicted on", genes: 210, mean: [0.1, 0.6, -0.1], size: [0.2, 0.7, 0.2] }],
 * });
 * ```
 *
 * @category Explanations and their tests
 * @returns The picture as SVG.
 */
export function explanationMeans(options: Framed<ExplanationMeansOptions>): string {
  return explanationMeansPlot(ready("explanationMeans", options));
}

/**
 * The input of which the model is most sure, marks by bins in shades of one colour, and under it the loss.
 * `model.classOptimisation({ class: "on" })` has both.
 *
 * ```js
 * const svg = classMap({
 *   called: "on", purest: "that the model is most sure is on", settings: "λ 0.009, 3 steps, seed 1",
 *   marks: ["H3K4me3", "H3K27me3"], binSize: 100,
 *   map: [0, 0.1, 1, 0, 0.4, 0.1], // [3 bins, 2 marks]
 *   losses: [0.7, 0.4, 0.3],
 * });
 * ```
 *
 * @category Explanations and their tests
 * @returns The picture as SVG.
 */
export function classMap(options: Framed<ClassMapOptions>): string {
  return classMapPlot(ready("classMap", options));
}

/**
 * Curves from no bin (or base) removed to all of them; each named with its area. `model.deletion` has the curves.
 *
 * ```js
 * const svg = deletionTest({
 *   subject: "TP53", called: "on", bins: 100, steps: [0, 10, 50, 100], replacement: "its mean over the gene",
 *   curves: [
 *     { explanation: "integrated-gradients", change: [0, 0.5, 0.7, 0.8], area: 0.6 },
 *     { explanation: "random", change: [0, 0.1, 0.4, 0.8], area: 0.35 },
 *   ],
 * });
 * ```
 *
 * @category Explanations and their tests
 * @returns The picture as SVG.
 */
export function deletionTest(options: Framed<DeletionOptions>): string {
  return deletionTestPlot(ready("deletionTest", options));
}

/**
 * A track that the model has not seen as steps, and the mean importance of a mark as a line below. `model.heldOut` has
 * both.
 *
 * ```js
 * const svg = heldOutTrack({
 *   track: "DNase", over: "210 genes predicted on", signal: [2, 9, 3], binSize: 100,
 *   mark: "H3K4me3", importance: [0.2, 0.6, 0.2], importanceName: "mean α", genes: 210, correlation: 0.99,
 * });
 * ```
 *
 * @category Explanations and their tests
 * @returns The picture as SVG.
 */
export function heldOutTrack(options: Framed<HeldOutOptions>): string {
  return heldOutTrackPlot(ready("heldOutTrack", options));
}

/**
 * Correlations of explanations with such a track: bars from zero, left for negative; references are grey, and a line
 * stands at the best of them.
 *
 * ```js
 * const alpha = { name: "mean α", r: 0.81, isReference: false };
 * const signal = { name: "mean signal", r: 0.74, isReference: true };
 * const svg = correlationTable({ mark: "H3K4me3", track: "DNase", over: "210 genes", rows: [alpha, signal] });
 * ```
 *
 * @category Explanations and their tests
 * @returns The picture as SVG.
 */
export function correlationTable(options: Framed<CorrelationOptions>): string {
  return correlationTablePlot(ready("correlationTable", options));
}
