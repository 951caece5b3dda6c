/** Plain objects that engines give, made from their JSON Schema: `npm run schema-types` in `www`. Not to be edited. */

import type { Task } from "../card.js";
import type { MarkDistribution } from "../card-types.js";

/** Effect of a variant on a motif match. */
export type ChangeOfMatch = "made" | "strengthened" | "weakened" | "broken";
/** Attention over bins. */
export type BinAttention = "none" | "all-marks" | "each-mark";
/** Kinds of difference. */
export type DeviationKind =
  "not-counts" | "not-means" | "depth" | "doubled" | "halved" | "mark-scale" | "no-signal" | "derived" | "window";
/** Layout of the columns of a table. */
export type TableLayout = "attentive-chrome" | "deep-diff" | "headed" | "compute-matrix";

/** A motif match that differs between two alleles. */
export interface EngineMotifChange {
  /** Best site of the alternative allele, likewise. */
  readonly alternative?: EngineSite;
  /** Score of the alternative minus that of the reference, in bits; scores below 0 count as 0. */
  readonly bits: number;
  /** Effect on the match. */
  readonly change: ChangeOfMatch;
  /** Index of the motif among the requested motifs, from 0. */
  readonly motif: number;
  /** Q-value of the match, the smaller of both alleles'. */
  readonly q: number;
  /**
   * Best site of the reference allele, in coordinates of the given sequence; absent if all sites score below 0 bits.
   */
  readonly reference?: EngineSite;
}

/** A site of a motif. */
export interface EngineSite {
  /** Score in bits. */
  readonly bits: number;
  /** End of the site, exclusive, counted from 0. */
  readonly end: number;
  /** Index of the motif among the requested motifs, from 0. */
  readonly motif: number;
  /** P-value: probability that a random site scores at least as high. */
  readonly p: number;
  /** True if the site is on the reverse strand. */
  readonly reverse: boolean;
  /** Its first base, counted from 0. */
  readonly start: number;
}

/** Description of a model by its family and its variant. */
export interface Description {
  /** Axes of its attention. */
  readonly attends: Attends;
  /** Bytes per gene in the largest buffer of a forward pass; null for a sequence model, which runs in tiles. */
  readonly bytes_per_example?: number;
  /** The family. */
  readonly family: Named;
  /** Citation of this program. */
  readonly program: CitedWork;
  /** The variant's position in its family's list, from 0. */
  readonly rank: number;
  /** Its task. */
  readonly task: Task;
  /** The variant. */
  readonly variant: Named;
  /** Reason, in a sentence or two, why the variant lacks attention on some axes; null if it has all. */
  readonly without?: string;
  /** Publications to cite, its own first. */
  readonly works: readonly CitedWork[];
}

/** Axes of a model's attention in its predictions. */
export interface Attends {
  /** Attention to the bins of the window: α. */
  readonly bins: BinAttention;
  /** The encoders of a model of two cell types; null for one cell type, whose rows are its marks. */
  readonly encoders?: Encoders;
  /** Attention to marks: β. */
  readonly marks: boolean;
}

/** Groups of encoders with attention in a model of two cell types; each group has one encoder per mark. */
export interface Encoders {
  /**
   * Groups of the rows and columns of a second α and β, of auxiliary encoders that do not feed the prediction by
   * themselves.
   */
  readonly auxiliary: readonly string[];
  /** Groups of the rows of α. */
  readonly bins: readonly string[];
  /** True if expression in A and in B is predicted as well. */
  readonly expression: boolean;
  /** Groups of the columns of β. */
  readonly marks: readonly string[];
  /** Number of equal parts of β's columns that each sum to 1. */
  readonly weighings: number;
}

/** An id and a title. */
export interface Named {
  /** In kebab case, as in files and flags. */
  readonly id: string;
  /** As printed in its paper. */
  readonly title: string;
}

/** A publication to cite. */
export interface CitedWork {
  /** The entry of a `.bib` file. */
  readonly bibtex: string;
  /** Citation in a text. */
  readonly brief: string;
  /** Citation in a list of references. */
  readonly citation: string;
  /** BibTeX key. */
  readonly key: string;
}

/** A variant with tensors of the same names and shapes. */
export interface Fit {
  /** Its family. */
  readonly family: Named;
  /** Number of marks; 0 for a sequence model. */
  readonly marks: number;
  /**
   * Settings that cannot be inferred from tensors, by the names of `regulens import --config`, with the published
   * values; null if none was published.
   */
  settings: {
    [k: string]: unknown;
  };

  /** Its task, unless its card says otherwise. */
  readonly task: Task;
  /** The variant. */
  readonly variant: Named;
}

/** A motif: the frequency of each letter at each position. */
export interface Motif {
  /** The id that distinguishes motifs in files, such as MA0271.1. */
  readonly id: string;
  /** The factor's name, such as ARG80; the id if the file has none. */
  readonly name: string;
  /** Probabilities of A, C, G and T at each position; each row sums to 1. */
  readonly rows: readonly (readonly number[])[];
  /** Number of sites. */
  readonly sites: number;
}

/** A seqlet's best match. */
export interface EngineNamed {
  /** Q-value: expected fraction of wrong names among those with at most this q. */
  readonly q: number;
  /** Index of the seqlet, from 0. */
  readonly seqlet: number;
  /** The match. */
  readonly site: EngineSite;
}

/** Similar seqlets, aligned. */
export interface EnginePattern {
  /** Contribution of each column, averaged over seqlets. */
  readonly contributions: readonly number[];
  /** Seqlets of the pattern. */
  readonly members: readonly EngineMember[];
  /** Frequencies of A, C, G and T in each column; each row sums to 1. */
  readonly rows: readonly (readonly number[])[];
}

/** A seqlet of a pattern. */
export interface EngineMember {
  /** True if the seqlet is on the reverse strand. */
  readonly reverse: boolean;
  /** Index of the seqlet among the given seqlets, from 0. */
  readonly seqlet: number;
  /** Start of the pattern's columns in the sequence; on the reverse strand they are read backwards. */
  readonly start: number;
}

/** Effect of a variant on one track: a row of the table of scores, without the columns of the variant itself. */
export interface VariantTrackScore {
  /** Percentage of the random places with a smaller prediction without a variant. */
  readonly activity?: number;
  /** Prediction for the alternative allele, summed over the same bins. */
  readonly alternative_sum: number;
  /** Distance between the attention of a bin in both alleles, from 0 to 1. */
  readonly attention?: number;
  /** Attention head. */
  readonly attention_head?: number;
  /** Attention layer. */
  readonly attention_layer?: number;
  /** First base of the query bin. */
  readonly attention_position?: number;
  /** Change of log2(prediction + 1) in the bin with the largest absolute change. */
  readonly log2: number;
  /** First base of that bin, counted from 1. */
  readonly log2_position: number;
  /**
   * Percentage with smaller effects, at most 100 n / (n + 1) for n variants: a null has no information beyond its
   * largest.
   */
  readonly percentile?: number;
  /** Upper end; 100 if no random variant has as large an effect. */
  readonly percentile_high?: number;
  /** Lower end of its 95 % confidence interval (Wilson). */
  readonly percentile_low?: number;
  /** Prediction for the reference allele, summed over the bins around the variant. */
  readonly reference_sum: number;
  /** Alternative minus reference in these bins: Basenji's SNP activity difference. */
  readonly sad: number;
  /** The highest. */
  readonly sad_high?: number;
  /** The lowest of them. */
  readonly sad_low?: number;
  /** Sample standard deviation of the members' `sad`. */
  readonly sad_sd?: number;
  /** Alternative minus reference, summed over all bins of the window. */
  readonly total: number;
  /** The track's name. */
  readonly track: string;
}

/** A short stretch of bases with a large contribution, about as long as a motif. */
export interface EngineSeqlet {
  /** Sum of the contributions of its bases. */
  readonly contribution: number;
  /** Q-value: expected fraction of false seqlets among those with at least this contribution. */
  readonly q: number;
  /** Its first base, counted from 0. */
  readonly start: number;
}

/** Sizes of a sequence model. */
export interface TrackShape {
  /** Bases per bin. */
  readonly bin: number;
  /** Bins before cropping. */
  readonly bins: number;
  /**
   * Number of layers in which each bin reads all bins: attention layers, or 1 for exponentials; 0 if there are none, as
   * with dilated blocks.
   */
  readonly contextLayers: number;
  /** Bins cropped at each end. */
  readonly crop: number;
  /** Predicted bins, after cropping. */
  readonly cropped: number;
  /** Heads per attention layer. */
  readonly heads: number;
  /** Number of attention layers, or 0. */
  readonly layers: number;
  /** Input length in bases. */
  readonly length: number;
  /** Number of tracks. */
  readonly tracks: number;
}

/** Fit of a table to a model. Fields are in camel case in JavaScript. */
export interface Understanding {
  /** Bins of the table and of the model. */
  readonly bins: BinMatch;
  /** Deviations of the table's values from the training data. */
  readonly deviations: readonly Deviation[];
  /** Distribution of the table's values, per mark. */
  readonly distribution: readonly MarkDistribution[];
  /** Marks of the table that the model does not use. */
  readonly extraMarks: readonly string[];
  /** Number of genes in the table. */
  readonly genes: number;
  /** Layout that the table was read as. */
  readonly layout: TableLayout;
  /** Marks of the model with their columns in the table. */
  readonly marks: readonly MarkMatch[];
  /** Notes on how the table was read, in sentences. */
  readonly notes: readonly string[];
  /** True if the model can run on the table: all marks are present, and bins fit or can be selected. */
  readonly runs: boolean;
}

/** Bins of the table and of the model. */
export interface BinMatch {
  /** Bins per gene of the model. */
  readonly model: number;
  /** If the table has more bins: the middle bins that can be selected, 1-based, both ends included. */
  readonly selectable: readonly [number, number] | null;
  /** Bins per gene in the table. */
  readonly table: number;
}

/** A difference from the training data that may invalidate predictions. */
export interface Deviation {
  /** Kind of difference. */
  readonly code: DeviationKind;
  /** Factor of the table's values that corrects it, to two or three digits; null if there is none. */
  readonly factor: number | null;
  /** The mark; null for all marks. */
  readonly mark: string | null;
  /** Message for a user. */
  readonly message: string;
}

/** One mark of the model. */
export interface MarkMatch {
  /** Column of the mark in the table, 1-based among the marks; absent if the table lacks it. */
  readonly column: number | null;
  /** Name of the mark in the model. */
  readonly mark: string;
}
