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

/** The deletion test of one gene, or on average. */
export interface DeletionTest {
  readonly bins: number;
  readonly steps: readonly number[];
  /** Number of random orders that are averaged. */
  readonly orders: number;
  readonly curves: readonly TestedExplanation[];
  /** Share of the planted truth that goes first by chance; where that is known. */
  readonly chance?: MeanPlanted | undefined;
}

/** Effect of removing bins in the order of one explanation. */
export interface TestedExplanation {
  readonly explanation: Explanation;
  /** P(predicted class) before less after, [steps]. */
  readonly change: Float32Array;
  readonly area: number;
  /** Half the 95 % confidence interval of a mean area. */
  readonly error?: number | undefined;
  /**
   * For a set, the lead over the random order of the same gene, on average, and half the 95 % confidence interval of
   * that, [steps].
   */
  readonly ahead?: { readonly mean: Float32Array; readonly error: Float32Array } | undefined;
  /**
   * For a set, by how much the area exceeds that of the signal's own size, and that of chance, gene by gene, with
   * half the 95 % confidence interval; and what the engine concludes from these.
   */
  readonly againstSignal?: { readonly mean: number; readonly error: number } | undefined;
  readonly againstChance?: { readonly mean: number; readonly error: number } | undefined;
  readonly verdict?: DeletionVerdict | undefined;
  /** Least and greatest change over several random orders of one gene, [steps]. */
  readonly least?: Float32Array | undefined;
  readonly greatest?: Float32Array | undefined;
  /** Share of the planted truth that goes first; where that is known. */
  readonly planted?: MeanPlanted | undefined;
}

/** Which share of what was planted goes first, of one gene or on average. */
export type MeanPlanted = PlantedShares["mean"];

/** Summary of the planted truth for the genes of a run. */
export interface Planted {
  readonly file: string;
  /** Genes of the run, and of how many it is known. */
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
  /** Contrast that took the place of removed bins. */
  readonly replaced: Contrast;
}

/** Contributions of one gene's values to its score. */
export interface Contributions {
  /** Contrast or gene that the gene is compared with. */
  readonly baseline: Compared;
  /** By integrated gradients, [T, M]; of a change [T, 2M]. */
  readonly values: Float32Array;
  /** Contributions of whole marks, by Shapley values, [M]; absent for a change, with too many subsets to wait for. */
  readonly marks?: Float32Array | undefined;
  /** Spread of both over the members of an ensemble, of marks or of sums of bins; absent of one model. */
  readonly spread?: { readonly values: MembersSpread; readonly marks?: MembersSpread | undefined } | undefined;
  /** The gene's log-odds of on, or its log2 fold change, and that of what it is compared with. */
  readonly score: number;
  readonly baselineScore: number;
  /** By how much the sum of all values misses their difference, and whether that is as good as nothing. */
  readonly error: number;
  readonly isComplete: boolean;
  /** True where the gene, and what it is compared with, lie outside the range of the training genes. */
  readonly isOutside: boolean;
  readonly isBaselineOutside: boolean;
}

/** Settings for class optimisation. */
export interface ClassSettings {
  readonly lambda: number;
  readonly steps: number;
  readonly seed: number;
}

/** Both classes' maps of either task, made with the same settings. */
export type AnyClassMaps = { readonly [Class in ClassName]?: ClassMap<ClassName> };

/** Which genes of a set: all, or a random sample. */
export interface SetRequest {
  /** Number of genes; absent for all. */
  readonly sample: number | undefined;
  readonly seed: number;
}

/** Which genes were taken. */
export interface Sample {
  /** Number of genes taken, and number of genes they were drawn from. */
  readonly genes: number;
  readonly of: number;
  /** Seed of the sample; absent where all genes were taken. */
  readonly seed: number | undefined;
}

/** The deletion test on average over genes. */
export interface SetDeletion extends DeletionTest, Sample {}

/** A request for what genes of a set rest on, on average. */
export interface MeansRequest extends SetRequest {
  readonly method: MeanMethod;
}

/** Mean explanations of genes of a set. */
export interface SetMeans extends Omit<ExplanationMeans, "genes">, Sample {}

/** A second table with tracks that the model does not see, matched by gene. */
export interface HeldOutTable {
  readonly file: string;
  readonly marks: readonly string[];
  /** Number of genes of the run that it has. */
  readonly matched: number;
  /** Genes of the run that it has not. */
  readonly unmatched: readonly string[];
}

/** By what the genes that are averaged for the held-out track are of the class. */
export type Over = "labelled" | "predicted";

/** Request to compare a held-out track with the explanations of a mark. */
export interface HeldOutRequest {
  /** A mark of the model. */
  readonly mark: string;
  /** A track that the model does not see. */
  readonly track: string;
  /** True if the track is in the second table; else it is a column of the run's. */
  readonly second: boolean;
  readonly over: Over;
  /** The class whose genes count. */
  readonly class: ClassName;
  /** For a change, the cell type of the mark that is explained, and of the track. */
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

/** Importance of each bin, on average over the genes predicted to be of the class. */
export type Profile = HeldOutProfile;

/** Mean curves and areas over the tested genes; of one gene, its own, with the range of its random orders. */
export function average({ genes, bins, steps, randomOrders, chance, curves }: Deletion): DeletionTest {
  const tested = curves.map(({ explanation, mean, least, greatest, planted }): TestedExplanation => {
    const range = genes.length === 1 && least && greatest ? { least, greatest } : {};
    return { explanation, ...mean, ...range, ...(planted && { planted: planted.mean }) };
  });
  return { bins, steps, orders: randomOrders, curves: tested, ...(chance && { chance: chance.mean }) };
}

/** Contributions of one gene's values to its score; of whole marks, where that was asked for. */
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

/** A run on one table whose genes are explained, whatever is predicted. T bins. */
export interface ExplainedRun extends Pick<Made, "model"> {
  readonly genes: readonly string[];
  readonly marks: readonly string[];
  /** Names of the rows of α. */
  readonly rows: readonly string[];
  readonly bins: number;
  readonly tables: readonly [ReadTable];
  readonly preparations: readonly [Preparation];
}

/** A gene of it, by its position, with its signal as the model saw it, [T, M]. */
export interface SignalOfGene {
  readonly index: number;
  readonly signal: Float32Array;
}
