/** Results of explanations. N genes, T bins, M marks in the model's order, row-major arrays. */

import type { Made, Preparation, ReadTable } from "../session/opened";
import type {
  Attributions,
  ClassMap,
  ClassName,
  Contrast,
  Deletion,
  DeletionVerdict,
  Explanation,
  ExplanationMeans,
  GeneClass,
  HeldOutProfile,
  MeanMethod,
  MembersSpread,
  PlantedShares,
} from "../../../pkg/src";
import type { Cell } from "../tasks/shared/cells";
import type { Compared } from "./contrasts";

/** The deletion test of one gene, or its mean over genes. */
export interface DeletionTest {
  readonly bins: number;
  readonly steps: readonly number[];
  /** Number of random orders that are averaged. */
  readonly orders: number;
  readonly curves: readonly TestedExplanation[];
  /** Recall of planted marks by a random order, if the truth is known. */
  readonly chance?: MeanPlanted | undefined;
}

/** Effect of removing bins in the order of one explanation. */
export interface TestedExplanation {
  readonly explanation: Explanation;
  /** Decrease of P(predicted class), [steps]. */
  readonly change: Float32Array;
  readonly area: number;
  /** Half-width of the 95 % confidence interval of the mean area. */
  readonly error?: number | undefined;
  /**
   * For a set: mean excess over random orders of the same gene, and the half-width of its 95 % confidence interval,
   * [steps].
   */
  readonly ahead?: { readonly mean: Float32Array; readonly error: Float32Array } | undefined;
  /**
   * For a set: mean excess of the area over that of ranking by signal, and over chance, gene by gene, each with the
   * half-width of its 95 % confidence interval; and the engine's verdict.
   */
  readonly againstSignal?: { readonly mean: number; readonly error: number } | undefined;
  readonly againstChance?: { readonly mean: number; readonly error: number } | undefined;
  readonly verdict?: DeletionVerdict | undefined;
  /** Lowest and highest change over several random orders of one gene, [steps]. */
  readonly least?: Float32Array | undefined;
  readonly greatest?: Float32Array | undefined;
  /** Recall of planted marks, if the truth is known. */
  readonly planted?: MeanPlanted | undefined;
}

/** Recall of what was planted, for one gene or as a mean. */
export type MeanPlanted = PlantedShares["mean"];

/** Summary of the planted truth for the genes of a run. */
export interface Planted {
  readonly file: string;
  /** Genes of the run, and the number of them with known truth. */
  readonly genes: number;
  readonly known: number;
}

/** Explanation of one gene of the finished run. */
export interface GeneExplanation {
  readonly index: number;
  readonly called: GeneClass;
  /** ∂ score(on) / ∂ signal, [T, M]. */
  readonly saliency: Float32Array;
  readonly contributions: Contributions;
  readonly deletion: DeletionTest;
  /** Contrast that replaced removed bins. */
  readonly replaced: Contrast;
}

/** Contributions of one gene's values to its score. */
export interface Contributions {
  /** Contrast or gene used as the baseline. */
  readonly baseline: Compared;
  /** By integrated gradients, [T, M]; for a change [T, 2M]. */
  readonly values: Float32Array;
  /** Shapley values of whole marks, [M]; absent for a change, which has too many subsets. */
  readonly marks?: Float32Array | undefined;
  /** Spread of both over ensemble members, for marks or for sums of bins; absent for a single model. */
  readonly spread?: { readonly values: MembersSpread; readonly marks?: MembersSpread | undefined } | undefined;
  /** The gene's log-odds of on or log2 fold change, and that of the baseline. */
  readonly score: number;
  readonly baselineScore: number;
  /** Sum of all values less the difference of scores, and true if that is negligible. */
  readonly error: number;
  readonly isComplete: boolean;
  /** True if the gene, or the baseline, is outside the range of the training genes. */
  readonly isOutside: boolean;
  readonly isBaselineOutside: boolean;
}

/** Settings for class optimisation. */
export interface ClassSettings {
  readonly lambda: number;
  readonly steps: number;
  readonly seed: number;
}

/** Both classes' maps for either task, made with the same settings. */
export type AnyClassMaps = { readonly [Class in ClassName]?: ClassMap<ClassName> };

/** The genes of a set to use: all, or a random sample. */
export interface SetRequest {
  /** Number of genes; absent for all. */
  readonly sample: number | undefined;
  readonly seed: number;
}

/** The genes that were used. */
export interface Sample {
  /** Number of genes used, and number of genes they were drawn from. */
  readonly genes: number;
  readonly of: number;
  /** Seed of the sample; absent if all genes were used. */
  readonly seed: number | undefined;
}

/** The deletion test on average over genes. */
export interface SetDeletion extends DeletionTest, Sample {}

/** A request for mean explanations over genes of a set. */
export interface MeansRequest extends SetRequest {
  readonly method: MeanMethod;
}

/** Mean explanations of genes of a set. */
export interface SetMeans extends Omit<ExplanationMeans, "genes">, Sample {}

/** A second table with held-out tracks, matched by gene. */
export interface HeldOutTable {
  readonly file: string;
  readonly marks: readonly string[];
  /** Number of the run's genes in it. */
  readonly matched: number;
  /** Genes of the run that it lacks. */
  readonly unmatched: readonly string[];
}

/** Definition of the class over which the held-out track is averaged: by label or by prediction. */
export type Over = "labelled" | "predicted";

/** Request to compare a held-out track with the explanations of a mark. */
export interface HeldOutRequest {
  /** A mark of the model. */
  readonly mark: string;
  /** A held-out track. */
  readonly track: string;
  /** True if the track is in the second table; otherwise it is a column of the run's table. */
  readonly second: boolean;
  readonly over: Over;
  /** The class of genes to average. */
  readonly class: ClassName;
  /** For a change, the cell type of the explained mark and of the track. */
  readonly cell?: Cell | undefined;
}

/** A held-out track and every explanation of one mark, bin by bin. */
export interface HeldOutAnalysis extends HeldOutRequest {
  /** Mean of the track, [T]. */
  readonly signal: Float32Array;
  /** Number of genes in that mean. */
  readonly signalGenes: number;
  /** Number of genes in the mean importance: those predicted to be of the class that have the track. */
  readonly genes: number;
  readonly profiles: readonly Profile[];
}

/** Mean importance of each bin over the genes predicted to be of the class. */
export type Profile = HeldOutProfile;

/** Mean curves and areas over the tested genes; for a single gene, its own, with the range of its random orders. */
export function average({ genes, bins, steps, randomOrders, chance, curves }: Deletion): DeletionTest {
  const tested = curves.map(({ explanation, mean, least, greatest, planted }): TestedExplanation => {
    const range = genes.length === 1 && least && greatest ? { least, greatest } : {};
    return { explanation, ...mean, ...range, ...(planted && { planted: planted.mean }) };
  });
  return { bins, steps, orders: randomOrders, curves: tested, ...(chance && { chance: chance.mean }) };
}

/** Contributions of one gene's values to its score, and of whole marks if requested. */
export function contributionsOf(byBin: Attributions, byMark?: Attributions): Contributions {
  return {
    baseline: byBin.baseline as Compared,
    values: byBin.values,
    marks: byMark?.values,
    spread: byBin.spread && { values: byBin.spread, marks: byMark ? byMark.spread : byBin.sumSpread },
    score: byBin.score[0]!,
    baselineScore: byBin.baselineScore[0]!,
    error: byBin.completeness[0]!,
    isComplete: byBin.complete[0] === 1,
    isOutside: byBin.outside[0] === 1,
    isBaselineOutside: byBin.baselineOutside[0] === 1,
  };
}

/** A run on one table whose genes are explained, for any prediction. T bins. */
export interface ExplainedRun extends Pick<Made, "model"> {
  readonly genes: readonly string[];
  readonly marks: readonly string[];
  /** Names of the rows of α. */
  readonly rows: readonly string[];
  readonly bins: number;
  readonly tables: readonly [ReadTable];
  readonly preparations: readonly [Preparation];
}

/** A gene of the run, by index, with its signal as the model read it, [T, M]. */
export interface SignalOfGene {
  readonly index: number;
  readonly signal: Float32Array;
}
