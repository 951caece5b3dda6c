/** All plots, as the npm package has them (`regulens/plots`); the page loads them in parts. */

import { betaGroups as betaGroupsPlot } from "./change/beta-groups";
import {
  changeHistogram as changeHistogramPlot,
  changeHistogramLayout as changeHistogramLayoutPlot,
} from "./change/histogram";
import { changeScatter as changeScatterPlot, changeScatterLayout as changeScatterLayoutPlot } from "./change/scatter";
import {
  changeTracks as changeTracksPlot,
  changeTracksLayout as changeTracksLayoutPlot,
  readChange as readChangePlot,
} from "./change/tracks";
import { classMap as classMapPlot, classMapLayout as classMapLayoutPlot } from "./explain/class-map";
import { correlationTable as correlationTablePlot } from "./explain/correlations";
import {
  deletionLayout as deletionLayoutPlot,
  deletionPixel as deletionPixelPlot,
  deletionStep as deletionStepPlot,
  deletionTest as deletionTestPlot,
} from "./explain/deletion";
import { heldOutLayout as heldOutLayoutPlot, heldOutTrack as heldOutTrackPlot } from "./explain/held-out";
import {
  explanationMeans as explanationMeansPlot,
  explanationMeansLayout as explanationMeansLayoutPlot,
  readMeans as readMeansPlot,
} from "./explain/means";
import { saliencyLayout as saliencyLayoutPlot, saliencyTracks as saliencyTracksPlot } from "./explain/saliency";
import {
  averageAttention as averageAttentionPlot,
  averageAttentionLayout as averageAttentionLayoutPlot,
  readAverage as readAveragePlot,
} from "./genes/average-attention";
import { betaHeatMap as betaHeatMapPlot } from "./genes/beta-heat-map";
import {
  geneTracks as geneTracksPlot,
  geneTracksLayout as geneTracksLayoutPlot,
  readTracks as readTracksPlot,
} from "./genes/gene-tracks";
import { markAttention as markAttentionPlot } from "./genes/mark-attention";
import {
  probabilityHistogram as probabilityHistogramPlot,
  probabilityHistogramLayout as probabilityHistogramLayoutPlot,
} from "./genes/probability-histogram";
import {
  probabilityScatter as probabilityScatterPlot,
  probabilityScatterLayout as probabilityScatterLayoutPlot,
} from "./genes/probability-scatter";
import { attentionMap as attentionMapPlot } from "./tracks/attention-map";
import { basesPicture as basesPicturePlot } from "./tracks/bases";
import {
  baseContributions as baseContributionsPlot,
  baseOfContributions as baseOfContributionsPlot,
  contributionsLayout as contributionsLayoutPlot,
} from "./tracks/contributions";
import {
  headAttention as headAttentionPlot,
  headAttentionLayout as headAttentionLayoutPlot,
} from "./tracks/head-attention";
import { mutagenesis as mutagenesisPlot, mutagenesisLayout as mutagenesisLayoutPlot } from "./tracks/mutagenesis";
import { patternLogos as patternLogosPlot } from "./tracks/pattern-logos";
import {
  positionFunctions as positionFunctionsPlot,
  positionFunctionsLayout as positionFunctionsLayoutPlot,
} from "./tracks/position-functions";
import {
  sequenceTracks as sequenceTracksPlot,
  sequenceTracksLayout as sequenceTracksLayoutPlot,
} from "./tracks/tracks";
import {
  comparedTracks as comparedTracksPlot,
  comparedTracksLayout as comparedTracksLayoutPlot,
  variantTracks as variantTracksPlot,
  variantTracksLayout as variantTracksLayoutPlot,
} from "./tracks/variant-tracks";
import type { BetaGroupsOptions } from "./change/beta-groups";
import type { ChangeHistogramOptions } from "./change/histogram";
import type { ChangeScatterOptions } from "./change/scatter";
import type { ChangeTracksOptions } from "./change/tracks";
import type {
  AverageAttentionOptions,
  BetaHeatMapOptions,
  GeneTracksOptions,
  MarkAttentionOptions,
  ProbabilityHistogramOptions,
  ProbabilityScatterOptions,
} from "./core/options";
import type { ClassMapOptions } from "./explain/class-map";
import type { CorrelationOptions } from "./explain/correlations";
import type { DeletionOptions } from "./explain/deletion";
import type { HeldOutOptions } from "./explain/held-out";
import type { ExplanationMeansOptions } from "./explain/means";
import type { SaliencyOptions } from "./explain/saliency";
import type { BasesOptions } from "./tracks/bases";
import type { ContributionsOptions } from "./tracks/contributions";
import type {
  AttentionMapOptions,
  ComparedTracksOptions,
  HeadAttentionOptions,
  MutagenesisOptions,
  PositionFunctionsOptions,
  SequenceTracksOptions,
  VariantTracksOptions,
} from "./tracks/options";
import type { PatternLogosOptions } from "./tracks/pattern-logos";
import { type Framed, type Length, ready } from "./framed";

export * from "./index";
export * from "./changing";
export * from "./explaining";
export * from "./sequences";
export type { Framed } from "./framed";

const lengthsOf = (rows: readonly string[], bins: number): [number, string] => [
  rows.length * bins,
  `${rows.length} rows of ${bins} bins`,
];

function ofGene({ marks, signal, alpha, rows = marks, beta }: GeneTracksOptions): readonly Length[] {
  const bins = Math.floor(signal.length / Math.max(1, marks.length));
  return [
    ["signal", signal, marks.length * bins, `${bins} bins of ${marks.length} marks`],
    ["alpha", alpha, ...lengthsOf(rows, bins)],
    ["beta", beta, marks.length, `${marks.length} marks`],
  ];
}

function ofChange(options: ChangeTracksOptions): readonly Length[] {
  const { marks, values, alpha, rows, auxiliaryAlpha, auxiliary, beta, columns } = options;
  const bins = Math.floor(values.length / Math.max(1, 2 * marks.length));
  return [
    ["values", values, 2 * marks.length * bins, `${bins} bins of ${marks.length} marks in two cell types`],
    ["alpha", alpha, ...lengthsOf(rows, bins)],
    ["auxiliaryAlpha", auxiliaryAlpha, ...lengthsOf(auxiliary, bins)],
    ["beta", columns && beta, columns?.length ?? 0, `${columns?.length} columns`],
  ];
}

function ofMeans({ marks, on, off }: AverageAttentionOptions): readonly Length[] {
  const bins = Math.floor((on ?? off ?? []).length / Math.max(1, marks.length));
  return [
    ["on", on, ...lengthsOf(marks, bins)],
    ["off", off, ...lengthsOf(marks, bins)],
  ];
}

function ofMarks({ marks, beta }: MarkAttentionOptions): readonly Length[] {
  return [["beta", beta, marks.length, `${marks.length} marks`]];
}

/** Axes, title and scale around the bins. */
export function attentionMap(options: Framed<AttentionMapOptions>) {
  return attentionMapPlot(ready("attentionMap", options));
}

/** Mean α against position: genes predicted on above, genes predicted off below, on the same scales. */
export function averageAttention(options: Framed<AverageAttentionOptions>) {
  return averageAttentionPlot(ready("averageAttention", options, ofMeans));
}

/** Where the panels of `options` lie in the picture that `averageAttention` draws of them. */
export function averageAttentionLayout(options: Framed<AverageAttentionOptions>) {
  return averageAttentionLayoutPlot(ready("averageAttentionLayout", options, ofMeans));
}

/** Letters, or what lies between the largest and the least. */
export function baseContributions(options: Framed<ContributionsOptions>) {
  return baseContributionsPlot(ready("baseContributions", options));
}

/** The base (from 0 in the record) at a pixel; undefined beside them. */
export function baseOfContributions(options: Framed<ContributionsOptions>, pixel: number) {
  return baseOfContributionsPlot(ready("baseOfContributions", options), pixel);
}

/** Letters in lines, each line with the position of its first base. */
export function basesPicture(options: Framed<BasesOptions>) {
  return basesPicturePlot(ready("basesPicture", options));
}

/**
 * Bars in the columns' order under the name of their group, each labelled with its value; a line stands where all would
 * weigh the same.
 */
export function betaGroups(options: Framed<BetaGroupsOptions>) {
  return betaGroupsPlot(ready("betaGroups", options));
}

/** Marks from the top, runs from the left, and a key to the runs below. */
export function betaHeatMap(options: Framed<BetaHeatMapOptions>) {
  return betaHeatMapPlot(ready("betaHeatMap", options));
}

/** Bars by predicted change: those higher in B to the right of zero. */
export function changeHistogram(options: Framed<ChangeHistogramOptions>) {
  return changeHistogramPlot(ready("changeHistogram", options));
}

/** Where the bars of `options` lie in the picture that `changeHistogram` draws of them. */
export function changeHistogramLayout(options: Framed<ChangeHistogramOptions>) {
  return changeHistogramLayoutPlot(ready("changeHistogramLayout", options));
}

/** A square with zero in its middle and the line on which prediction and measurement are equal. */
export function changeScatter(options: Framed<ChangeScatterOptions>) {
  return changeScatterPlot(ready("changeScatter", options));
}

/** Where the square of `options` lies in the picture that `changeScatter` draws of them. */
export function changeScatterLayout(options: Framed<ChangeScatterOptions>) {
  return changeScatterLayoutPlot(ready("changeScatterLayout", options));
}

/** Three tracks a mark: A, B and A − B; A and B share a scale, and α has one in all tracks. */
export function changeTracks(options: Framed<ChangeTracksOptions>) {
  return changeTracksPlot(ready("changeTracks", options, ofChange));
}

/** Where the tracks of `options` lie in the picture that `changeTracks` draws of them. */
export function changeTracksLayout(options: Framed<ChangeTracksOptions>) {
  return changeTracksLayoutPlot(ready("changeTracksLayout", options, ofChange));
}

/** Marks by bins in shades of one colour, and under it the loss. */
export function classMap(options: Framed<ClassMapOptions>) {
  return classMapPlot(ready("classMap", options));
}

/** Where the map of `options` lies in the picture that `classMap` draws of it. */
export function classMapLayout(options: Framed<ClassMapOptions>) {
  return classMapLayoutPlot(ready("classMapLayout", options));
}

/** One track as two models predict it, and under it the difference. */
export function comparedTracks(options: Framed<ComparedTracksOptions>) {
  return comparedTracksPlot(ready("comparedTracks", options));
}

/** Where things lie in the picture that `comparedTracks` draws. */
export function comparedTracksLayout(options: Framed<ComparedTracksOptions>) {
  return comparedTracksLayoutPlot(ready("comparedTracksLayout", options));
}

/** Where things lie in the picture that {@link baseContributions} draws. */
export function contributionsLayout(options: Framed<ContributionsOptions>) {
  return contributionsLayoutPlot(ready("contributionsLayout", options));
}

/** Bars from zero, left for negative; references are grey, and a line stands at the best of them. */
export function correlationTable(options: Framed<CorrelationOptions>) {
  return correlationTablePlot(ready("correlationTable", options));
}

/** Where the curves of `options` lie in the picture that `deletionTest` draws of them. */
export function deletionLayout(options: Framed<DeletionOptions>) {
  return deletionLayoutPlot(ready("deletionLayout", options));
}

/** Where a step (from 1) lies. */
export function deletionPixel(options: Framed<DeletionOptions>, step: number) {
  return deletionPixelPlot(ready("deletionPixel", options), step);
}

/** The pixels of a step (from 1), and the step at a pixel. */
export function deletionStep(options: Framed<DeletionOptions>, pixel: number) {
  return deletionStepPlot(ready("deletionStep", options), pixel);
}

/** Curves from no bin removed to all of them; each named with its area. */
export function deletionTest(options: Framed<DeletionOptions>) {
  return deletionTestPlot(ready("deletionTest", options));
}

/** For each mark a row of each class of genes: the mean of each bin around zero, and the mean size around it. */
export function explanationMeans(options: Framed<ExplanationMeansOptions>) {
  return explanationMeansPlot(ready("explanationMeans", options));
}

/** Where the rows of `options` lie in the picture that `explanationMeans` draws of them. */
export function explanationMeansLayout(options: Framed<ExplanationMeansOptions>) {
  return explanationMeansLayoutPlot(ready("explanationMeansLayout", options));
}

/**
 * One panel a mark: its signal, bin by bin, and under it its α on the same axis, bp from the TSS; α has one scale in
 * all panels. Where one α is for all marks together it has a panel of its own, below; where there is none, there is
 * signal alone.
 */
export function geneTracks(options: Framed<GeneTracksOptions>) {
  return geneTracksPlot(ready("geneTracks", options, ofGene));
}

/** Where the tracks of `options` lie in the picture that `geneTracks` draws of them. */
export function geneTracksLayout(options: Framed<GeneTracksOptions>) {
  return geneTracksLayoutPlot(ready("geneTracksLayout", options, ofGene));
}

/** Arcs and rows. */
export function headAttention(options: Framed<HeadAttentionOptions>) {
  return headAttentionPlot(ready("headAttention", options));
}

/** Where things lie in the picture that `headAttention` draws. */
export function headAttentionLayout(options: Framed<HeadAttentionOptions>) {
  return headAttentionLayoutPlot(ready("headAttentionLayout", options));
}

/** Where the panels of `options` lie in the picture that `heldOutTrack` draws of them. */
export function heldOutLayout(options: Framed<HeldOutOptions>) {
  return heldOutLayoutPlot(ready("heldOutLayout", options));
}

/** The track as steps above, the explanation as a line below. */
export function heldOutTrack(options: Framed<HeldOutOptions>) {
  return heldOutTrackPlot(ready("heldOutTrack", options));
}

/** Bars in the model's order, each labelled with its value; a line stands where all marks would weigh the same. */
export function markAttention(options: Framed<MarkAttentionOptions>) {
  return markAttentionPlot(ready("markAttention", options, ofMarks));
}

/** Letters and a table of changes. */
export function mutagenesis(options: Framed<MutagenesisOptions>) {
  return mutagenesisPlot(ready("mutagenesis", options));
}

/** Where things lie in the picture that `mutagenesis` draws. */
export function mutagenesisLayout(options: Framed<MutagenesisOptions>) {
  return mutagenesisLayoutPlot(ready("mutagenesisLayout", options));
}

/** Each pattern as its logo, with two lines above it. */
export function patternLogos(options: Framed<PatternLogosOptions>) {
  return patternLogosPlot(ready("patternLogos", options));
}

/** f against t − i, in bins. */
export function positionFunctions(options: Framed<PositionFunctionsOptions>) {
  return positionFunctionsPlot(ready("positionFunctions", options));
}

/** Where the lines lie, in pixels of the picture. */
export function positionFunctionsLayout(options: Framed<PositionFunctionsOptions>) {
  return positionFunctionsLayoutPlot(ready("positionFunctionsLayout", options));
}

/**
 * Bars from 0 to 1, divided by label where there is one; a line stands at the threshold, with how many genes lie on
 * either side.
 */
export function probabilityHistogram(options: Framed<ProbabilityHistogramOptions>) {
  return probabilityHistogramPlot(ready("probabilityHistogram", options));
}

/** Where the bars of `options` lie in the picture that `probabilityHistogram` draws of them. */
export function probabilityHistogramLayout(options: Framed<ProbabilityHistogramOptions>) {
  return probabilityHistogramLayoutPlot(ready("probabilityHistogramLayout", options));
}

/** A square from 0 to 1 both ways, divided where genes are called on. */
export function probabilityScatter(options: Framed<ProbabilityScatterOptions>) {
  return probabilityScatterPlot(ready("probabilityScatter", options));
}

/** Where the square of `options` lies in the picture that `probabilityScatter` draws of them. */
export function probabilityScatterLayout(options: Framed<ProbabilityScatterOptions>) {
  return probabilityScatterLayoutPlot(ready("probabilityScatterLayout", options));
}

/** Returns the values that the picture shows in one bin (from 1), mark by mark. */
export function readAverage(options: Framed<AverageAttentionOptions>, bin: number) {
  return readAveragePlot(ready("readAverage", options, ofMeans), bin);
}

/** Returns the values that the picture shows in one bin (from 1), mark by mark. */
export function readChange(options: Framed<ChangeTracksOptions>, bin: number) {
  return readChangePlot(ready("readChange", options, ofChange), bin);
}

/** Returns the values that the picture shows in one bin (from 1), mark by mark; of marks that were measured. */
export function readMeans(options: Framed<ExplanationMeansOptions>, bin: number) {
  return readMeansPlot(ready("readMeans", options), bin);
}

/** Returns the values that the picture shows in one bin (from 1), track by track. */
export function readTracks(options: Framed<GeneTracksOptions>, bin: number) {
  return readTracksPlot(ready("readTracks", options, ofGene), bin);
}

/** Where the tracks of `options` lie in the picture that `saliencyTracks` draws of them. */
export function saliencyLayout(options: Framed<SaliencyOptions>) {
  return saliencyLayoutPlot(ready("saliencyLayout", options));
}

/**
 * One panel a mark: its signal, and under it the gradient as bars around zero; the gradient has one scale in all
 * panels.
 */
export function saliencyTracks(options: Framed<SaliencyOptions>) {
  return saliencyTracksPlot(ready("saliencyTracks", options));
}

/** Predicted tracks as lines, over measured ones as areas. */
export function sequenceTracks(options: Framed<SequenceTracksOptions>) {
  return sequenceTracksPlot(ready("sequenceTracks", options));
}

/** Where the tracks lie in the picture that `sequenceTracks` draws. */
export function sequenceTracksLayout(options: Framed<SequenceTracksOptions>) {
  return sequenceTracksLayoutPlot(ready("sequenceTracksLayout", options));
}

/** Tracks with the reference and the alternative, and under each their difference. */
export function variantTracks(options: Framed<VariantTracksOptions>) {
  return variantTracksPlot(ready("variantTracks", options));
}

/** Where things lie in the picture that `variantTracks` draws. */
export function variantTracksLayout(options: Framed<VariantTracksOptions>) {
  return variantTracksLayoutPlot(ready("variantTracksLayout", options));
}
