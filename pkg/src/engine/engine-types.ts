/** Plain objects that engines give, made from their JSON Schema: `npm run schema-types` in `www`. Not to be edited. */

import type { Task } from "../card.js";
import type { MarkDistribution } from "../card-types.js";

/** Effect of a variant on a match. */
export type ChangeOfMatch = "made" | "strengthened" | "weakened" | "broken";
/** Attention over bins. */
export type BinAttention = "none" | "all-marks" | "each-mark";
/** The kinds of difference. */
export type DeviationKind =
  "not-counts" | "not-means" | "depth" | "doubled" | "halved" | "mark-scale" | "no-signal" | "derived" | "window";
/** Layout of the columns of a table. */
export type TableLayout = "attentive-chrome" | "deep-diff" | "headed" | "compute-matrix";

/** A match that an allele has and the other has not, or not as well. */
export interface EngineMotifChange {
  /** The same of the alternative. */
  readonly alternative?: EngineSite;
  /** The alternative's score less the reference's, in bits; a site that is likelier by chance counts as 0. */
  readonly bits: number;
  /** Effect on its match. */
  readonly change: ChangeOfMatch;
  /** The motif, by its place among those that were asked about. */
  readonly motif: number;
  /** The q-value of the match. */
  readonly q: number;
  /**
   * The best site of the reference, by its place in the bases that were asked about; none where each is likelier by
   * chance than by the motif.
   */
  readonly reference?: EngineSite;
}

/** A site of a motif. */
export interface EngineSite {
  /** Its score in bits. */
  readonly bits: number;
  /** Behind its last base. */
  readonly end: number;
  /** The motif, by its place among those that were asked about. */
  readonly motif: number;
  /** Probability that a random site scores as high. */
  readonly p: number;
  /** True if it reads on the other strand. */
  readonly reverse: boolean;
  /** Its first base, counted from 0. */
  readonly start: number;
}

/** Description of a model by its family and its variant. */
export interface Description {
  /** Axes of its attention. */
  readonly attends: Attends;
  /** Bytes of one gene in the largest buffer of a forward pass; none of a model of sequences, which runs in tiles. */
  readonly bytes_per_example?: number;
  /** The family whose equations it has. */
  readonly family: Named;
  /** This program, to cite beside them. */
  readonly program: CitedWork;
  /** Where the variant stands in its family's list, from 0. */
  readonly rank: number;
  /** Its task. */
  readonly task: Task;
  /** Which of them. */
  readonly variant: Named;
  /** Axes that the variant has no attention for, and why, in a sentence or two; none if it attends to all. */
  readonly without?: string;
  /** Works to cite, its own first. */
  readonly works: readonly CitedWork[];
}

/** Axes of a model's attention, which it gives with its predictions. */
export interface Attends {
  /** To the bins of the window: α. */
  readonly bins: BinAttention;
  /** The encoders of a model of two cell types; none of a model of one, whose rows are its marks. */
  readonly encoders?: Encoders;
  /** To the marks: β. */
  readonly marks: boolean;
}

/** Which encoders' attention a model of two cell types gives, group by group; each group has one for every mark. */
export interface Encoders {
  /** The rows of a second α and the columns of a second β, of auxiliary encoders that do not decide by themselves. */
  readonly auxiliary: readonly string[];
  /** The rows of α. */
  readonly bins: readonly string[];
  /** True if the expression in A and in B is predicted, too. */
  readonly expression: boolean;
  /** The columns of β. */
  readonly marks: readonly string[];
  /** In how many equal parts the columns of β add up to 1, each part by itself. */
  readonly weighings: number;
}

/** A name to type and a name to read. */
export interface Named {
  /** In kebab case, as files and flags have it. */
  readonly id: string;
  /** As its paper prints it. */
  readonly title: string;
}

/** A work to cite. */
export interface CitedWork {
  /** The entry of a `.bib` file. */
  readonly bibtex: string;
  /** In the text. */
  readonly brief: string;
  /** In a list of references. */
  readonly citation: string;
  /** BibTeX key. */
  readonly key: string;
}

/** A variant that has tensors of the same names and shapes. */
export interface Fit {
  /** Its family. */
  readonly family: Named;
  /** Marks that it reads; 0 of a model of sequences. */
  readonly marks: number;
  /**
   * Settings that no tensor tells, by the names of `regulens import --config`, with the published values; null where
   * none was published.
   */
  settings: {
    [k: string]: unknown;
  };

  /** Its task, unless its card will say otherwise. */
  readonly task: Task;
  /** The variant. */
  readonly variant: Named;
}

/** A motif: how often each letter stands in each place of its sites. */
export interface Motif {
  /** The name that files tell motifs apart by, such as MA0271.1. */
  readonly id: string;
  /** The factor's name, such as ARG80; the id where the file gives none. */
  readonly name: string;
  /** Probabilities of A, C, G and T in each place; each row sums to 1. */
  readonly rows: readonly (readonly number[])[];
  /** Number of sites that it was made of. */
  readonly sites: number;
}

/** A seqlet's best match. */
export interface EngineNamed {
  /** The share of wrong names among those at least as sure. */
  readonly q: number;
  /** The seqlet, by its place. */
  readonly seqlet: number;
  /** The match. */
  readonly site: EngineSite;
}

/** Seqlets that look alike. */
export interface EnginePattern {
  /** Contribution of a column's letters, the mean over seqlets. */
  readonly contributions: readonly number[];
  /** Its seqlets. */
  readonly members: readonly EngineMember[];
  /** Frequency of each letter in each column, A, C, G and T; each row sums to 1. */
  readonly rows: readonly (readonly number[])[];
}

/** A seqlet of a pattern. */
export interface EngineMember {
  /** True if it lies on the other strand. */
  readonly reverse: boolean;
  /** The seqlet, by its place among those that were asked about. */
  readonly seqlet: number;
  /** Where the pattern's columns begin in the sequence; those of the other strand are read backwards. */
  readonly start: number;
}

/** Effect of a variant on one track: a row of the table of scores, behind the columns that say which variant it is. */
export interface VariantTrackScore {
  /** Per cent of the random places where the model predicts less without a variant. */
  readonly activity?: number;
  /** The prediction with it, summed over the same bins. */
  readonly alternative_sum: number;
  /** Distance that the attention of a bin moved, from 0 to 1. */
  readonly attention?: number;
  /** The head. */
  readonly attention_head?: number;
  /** The layer. */
  readonly attention_layer?: number;
  /** The first base of the query bin. */
  readonly attention_position?: number;
  /** The change of log2(prediction + 1) in the bin where it is largest, of either sign. */
  readonly log2: number;
  /** The first base of the bin of that change, counted from 1. */
  readonly log2_position: number;
  /** Per cent of them that change less, at most 100 n / (n + 1) of n: a null knows nothing beyond its largest. */
  readonly percentile?: number;
  /** The upper end; 100 where no random variant changes as much. */
  readonly percentile_high?: number;
  /** The lower end of its 95 % interval (Wilson's). */
  readonly percentile_low?: number;
  /** The prediction without the variant, summed over the bins around it. */
  readonly reference_sum: number;
  /** Alternative less reference: Basenji's SNP activity difference, of these bins. */
  readonly sad: number;
  /** The highest. */
  readonly sad_high?: number;
  /** The lowest of them. */
  readonly sad_low?: number;
  /** Sample standard deviation of the members' `sad`. */
  readonly sad_sd?: number;
  /** The same, summed over all bins of the window. */
  readonly total: number;
  /** The track's name. */
  readonly track: string;
}

/** A stretch of bases, as long as a motif is. */
export interface EngineSeqlet {
  /** The sum of what its bases contribute. */
  readonly contribution: number;
  /** The share of false ones among seqlets that contribute as much. */
  readonly q: number;
  /** Its first base, counted from 0. */
  readonly start: number;
}

/** The sizes of a model of sequences. */
export interface TrackShape {
  /** Bases a bin. */
  readonly bin: number;
  /** Bins before cropping. */
  readonly bins: number;
  /**
   * Layers that each read all bins of the one before: those of attention, or 1 of exponentials; 0 where bins do not
   * look at each other, and after dilated blocks.
   */
  readonly contextLayers: number;
  /** Bins cropped at each end. */
  readonly crop: number;
  /** Bins that are predicted. */
  readonly cropped: number;
  /** Heads of each. */
  readonly heads: number;
  /** Layers of attention; 0 where there is none. */
  readonly layers: number;
  /** Bases that it reads. */
  readonly length: number;
  /** Tracks. */
  readonly tracks: number;
}

/** Fit of a table to a model. In JavaScript the fields are in camel case. */
export interface Understanding {
  /** The number of bins on either side. */
  readonly bins: BinMatch;
  /** Differences of the table's values from those the model was trained on. */
  readonly deviations: readonly Deviation[];
  /** The table's values, mark by mark. */
  readonly distribution: readonly MarkDistribution[];
  /** Marks of the table that the model does not take. */
  readonly extraMarks: readonly string[];
  /** Genes in the table. */
  readonly genes: number;
  /** The layout the table was read as. */
  readonly layout: TableLayout;
  /** For each mark of the model, where the table has it. */
  readonly marks: readonly MarkMatch[];
  /** Account of its reading, in sentences. */
  readonly notes: readonly string[];
  /** True if the model can run on the table: every mark found, and as many bins as it takes (or some to select). */
  readonly runs: boolean;
}

/** The number of bins on either side. */
export interface BinMatch {
  /** Bins that the model takes. */
  readonly model: number;
  /** Where the table has more: the bins around the window's middle that could be kept, 1-based, both ends included. */
  readonly selectable: readonly [number, number] | null;
  /** Bins of each gene in the table. */
  readonly table: number;
}

/** A difference that a user should know before trusting a prediction. */
export interface Deviation {
  /** Kind of difference. */
  readonly code: DeviationKind;
  /** The factor of the table's values that undoes it, to two or three digits; null if no factor does. */
  readonly factor: number | null;
  /** The mark it is about; null where it is about all of them. */
  readonly mark: string | null;
  /** The same in words for a user. */
  readonly message: string;
}

/** One mark of the model. */
export interface MarkMatch {
  /** Its column in the table, 1-based among the marks; none where the table lacks it. */
  readonly column: number | null;
  /** The mark's name in the model. */
  readonly mark: string;
}
