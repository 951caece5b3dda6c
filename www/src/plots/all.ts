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
import type { AverageAttentionOptions, GeneTracksOptions, MarkAttentionOptions } from "./core/options";
import type { ChangeTracksOptions } from "./change/tracks";
import { framed, type Length } from "./framed";

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
export const attentionMap = framed("attentionMap", attentionMapPlot);

/** Mean α against position: genes predicted on above, genes predicted off below, on the same scales. */
export const averageAttention = framed("averageAttention", averageAttentionPlot, ofMeans);

/** Where the panels of `options` lie in the picture that `averageAttention` draws of them. */
export const averageAttentionLayout = framed("averageAttentionLayout", averageAttentionLayoutPlot, ofMeans);

/** Letters, or what lies between the largest and the least. */
export const baseContributions = framed("baseContributions", baseContributionsPlot);

/** The base (from 0 in the record) at a pixel; undefined beside them. */
export const baseOfContributions = framed("baseOfContributions", baseOfContributionsPlot);

/** Letters in lines, each line with the position of its first base. */
export const basesPicture = framed("basesPicture", basesPicturePlot);

/**
 * Bars in the columns' order under the name of their group, each labelled with its value; a line stands where all would
 * weigh the same.
 */
export const betaGroups = framed("betaGroups", betaGroupsPlot);

/** Marks from the top, runs from the left, and a key to the runs below. */
export const betaHeatMap = framed("betaHeatMap", betaHeatMapPlot);

/** Bars by predicted change: those higher in B to the right of zero. */
export const changeHistogram = framed("changeHistogram", changeHistogramPlot);

/** Where the bars of `options` lie in the picture that `changeHistogram` draws of them. */
export const changeHistogramLayout = framed("changeHistogramLayout", changeHistogramLayoutPlot);

/** A square with zero in its middle and the line on which prediction and measurement are equal. */
export const changeScatter = framed("changeScatter", changeScatterPlot);

/** Where the square of `options` lies in the picture that `changeScatter` draws of them. */
export const changeScatterLayout = framed("changeScatterLayout", changeScatterLayoutPlot);

/** Three tracks a mark: A, B and A − B; A and B share a scale, and α has one in all tracks. */
export const changeTracks = framed("changeTracks", changeTracksPlot, ofChange);

/** Where the tracks of `options` lie in the picture that `changeTracks` draws of them. */
export const changeTracksLayout = framed("changeTracksLayout", changeTracksLayoutPlot, ofChange);

/** Marks by bins in shades of one colour, and under it the loss. */
export const classMap = framed("classMap", classMapPlot);

/** Where the map of `options` lies in the picture that `classMap` draws of it. */
export const classMapLayout = framed("classMapLayout", classMapLayoutPlot);

/** One track as two models predict it, and under it the difference. */
export const comparedTracks = framed("comparedTracks", comparedTracksPlot);

/** Where things lie in the picture that `comparedTracks` draws. */
export const comparedTracksLayout = framed("comparedTracksLayout", comparedTracksLayoutPlot);

/** Where things lie in the picture that {@link baseContributions} draws. */
export const contributionsLayout = framed("contributionsLayout", contributionsLayoutPlot);

/** Bars from zero, left for negative; references are grey, and a line stands at the best of them. */
export const correlationTable = framed("correlationTable", correlationTablePlot);

/** Where the curves of `options` lie in the picture that `deletionTest` draws of them. */
export const deletionLayout = framed("deletionLayout", deletionLayoutPlot);

/** Where a step (from 1) lies. */
export const deletionPixel = framed("deletionPixel", deletionPixelPlot);

/** The pixels of a step (from 1), and the step at a pixel. */
export const deletionStep = framed("deletionStep", deletionStepPlot);

/** Curves from no bin removed to all of them; each named with its area. */
export const deletionTest = framed("deletionTest", deletionTestPlot);

/** For each mark a row of each class of genes: the mean of each bin around zero, and the mean size around it. */
export const explanationMeans = framed("explanationMeans", explanationMeansPlot);

/** Where the rows of `options` lie in the picture that `explanationMeans` draws of them. */
export const explanationMeansLayout = framed("explanationMeansLayout", explanationMeansLayoutPlot);

/**
 * One panel a mark: its signal, bin by bin, and under it its α on the same axis, bp from the TSS; α has one scale in
 * all panels. Where one α is for all marks together it has a panel of its own, below; where there is none, there is
 * signal alone.
 */
export const geneTracks = framed("geneTracks", geneTracksPlot, ofGene);

/** Where the tracks of `options` lie in the picture that `geneTracks` draws of them. */
export const geneTracksLayout = framed("geneTracksLayout", geneTracksLayoutPlot, ofGene);

/** Arcs and rows. */
export const headAttention = framed("headAttention", headAttentionPlot);

/** Where things lie in the picture that `headAttention` draws. */
export const headAttentionLayout = framed("headAttentionLayout", headAttentionLayoutPlot);

/** Where the panels of `options` lie in the picture that `heldOutTrack` draws of them. */
export const heldOutLayout = framed("heldOutLayout", heldOutLayoutPlot);

/** The track as steps above, the explanation as a line below. */
export const heldOutTrack = framed("heldOutTrack", heldOutTrackPlot);

/** Bars in the model's order, each labelled with its value; a line stands where all marks would weigh the same. */
export const markAttention = framed("markAttention", markAttentionPlot, ofMarks);

/** Letters and a table of changes. */
export const mutagenesis = framed("mutagenesis", mutagenesisPlot);

/** Where things lie in the picture that `mutagenesis` draws. */
export const mutagenesisLayout = framed("mutagenesisLayout", mutagenesisLayoutPlot);

/** Each pattern as its logo, with two lines above it. */
export const patternLogos = framed("patternLogos", patternLogosPlot);

/** f against t − i, in bins. */
export const positionFunctions = framed("positionFunctions", positionFunctionsPlot);

/** Where the lines lie, in pixels of the picture. */
export const positionFunctionsLayout = framed("positionFunctionsLayout", positionFunctionsLayoutPlot);

/**
 * Bars from 0 to 1, divided by label where there is one; a line stands at the threshold, with how many genes lie on
 * either side.
 */
export const probabilityHistogram = framed("probabilityHistogram", probabilityHistogramPlot);

/** Where the bars of `options` lie in the picture that `probabilityHistogram` draws of them. */
export const probabilityHistogramLayout = framed("probabilityHistogramLayout", probabilityHistogramLayoutPlot);

/** A square from 0 to 1 both ways, divided where genes are called on. */
export const probabilityScatter = framed("probabilityScatter", probabilityScatterPlot);

/** Where the square of `options` lies in the picture that `probabilityScatter` draws of them. */
export const probabilityScatterLayout = framed("probabilityScatterLayout", probabilityScatterLayoutPlot);

/** Returns the values that the picture shows in one bin (from 1), mark by mark. */
export const readAverage = framed("readAverage", readAveragePlot, ofMeans);

/** Returns the values that the picture shows in one bin (from 1), mark by mark. */
export const readChange = framed("readChange", readChangePlot, ofChange);

/** Returns the values that the picture shows in one bin (from 1), mark by mark; of marks that were measured. */
export const readMeans = framed("readMeans", readMeansPlot);

/** Returns the values that the picture shows in one bin (from 1), track by track. */
export const readTracks = framed("readTracks", readTracksPlot, ofGene);

/** Where the tracks of `options` lie in the picture that `saliencyTracks` draws of them. */
export const saliencyLayout = framed("saliencyLayout", saliencyLayoutPlot);

/**
 * One panel a mark: its signal, and under it the gradient as bars around zero; the gradient has one scale in all
 * panels.
 */
export const saliencyTracks = framed("saliencyTracks", saliencyTracksPlot);

/** Predicted tracks as lines, over measured ones as areas. */
export const sequenceTracks = framed("sequenceTracks", sequenceTracksPlot);

/** Where the tracks lie in the picture that `sequenceTracks` draws. */
export const sequenceTracksLayout = framed("sequenceTracksLayout", sequenceTracksLayoutPlot);

/** Tracks with the reference and the alternative, and under each their difference. */
export const variantTracks = framed("variantTracks", variantTracksPlot);

/** Where things lie in the picture that `variantTracks` draws. */
export const variantTracksLayout = framed("variantTracksLayout", variantTracksLayoutPlot);
