/** The manifest of a one-file page, made from its JSON Schema: `npm run schema-types` in `www`. Not to be edited. */

/** Role of data for the model. */
export type Role = "table" | "table-b" | "sequences" | "measured" | "variants" | "regions" | "genes";
/** Summary of bases into the value of a bin. */
export type ValueOfBin = "mean" | "sum";
/** Parts of the results that can be brought into view. */
export type View =
  "set" | "gene" | "integrated-gradients" | "saliency" | "class-optimisation" | "tracks" | "attention" | "variants";
/** Kind of measurement of genes. */
export type MeasuredKind = "expression" | "levels" | "counts-a" | "counts-b";
/** Input and output of a model. */
export type Task = "on-off" | "change" | "tracks" | "level";

/** The manifest: what a page contains. */
export interface Manifest {
  /** The user's word on the assembly of the sequences, `hg38`, or the species of the genes, `mouse`; or `another`. */
  readonly assembly?: string;
  /** All blocks. */
  readonly blocks: readonly BlockEntry[];
  /** The text below the title. */
  readonly caption: string;
  /** When it was written, ISO 8601; the program does not say, so that the same is the same to the byte. */
  readonly date?: string;
  /** The version of the format. */
  readonly format_version: number;
  /** The data. */
  readonly inputs: readonly ExportedInput[];
  /** The first view. */
  readonly looked: Looked;
  /** Measurements of the genes, in their order. */
  readonly measured?: readonly MeasuredValues[];
  /** The model. */
  readonly model: ExportedModel;
  /** Program that wrote it, such as `Regulens 0.1.0`. */
  readonly program: string;
  /** The whole run, where the page has a part of its genes. */
  readonly run?: WholeRun;
  /** Several samples, where the page has them. */
  readonly samples?: ExportedSamples;
  /** The address of the site that wrote it. */
  readonly site?: string;
  /** Symbols that an annotation gave the genes, by their ids. */
  readonly symbols?: readonly (readonly [string, string])[];
  /** Its title. */
  readonly title: string;
}

/**
 * A block: `weights`, those of the inputs, of the whole run and of the samples, `engine-cpu`, `engine-webgpu`, and the
 * script `view`.
 */
export interface BlockEntry {
  /** Bytes of what is in it. */
  readonly bytes: number;
  /** Its name. */
  readonly id: string;
  /** SHA-256 of what is in it. */
  readonly sha256: string;
}

/** Data that a page holds a part of, or all. */
export interface ExportedInput {
  /** The block that holds them. */
  readonly block: string;
  /** The file that they are from. */
  readonly file: string;
  /** Number of genes, records, variants or regions of it that are here; absent for a measured track. */
  readonly items?: number;
  /** Notes of the table: the kind of its values, and marks that were not measured. */
  readonly notes?: readonly string[];
  /** Number that it had. */
  readonly of?: number;
  /** Steps that were applied to the values before they were written, in words. */
  readonly prepared?: readonly string[];
  /** Their role. */
  readonly role: Role;
  /** The sample that a table is of, counted from 0; absent for the table that is open first. */
  readonly sample?: number;
  /** True if they come from a simulator. */
  readonly simulated?: boolean;
  /** The predicted track that a measured one belongs to, counted from 0. */
  readonly track?: number;
  /** Summary of bases into the value of a bin, for a measured track. */
  readonly value?: ValueOfBin;
}

/** The part of the results in view. Bases and bins are counted from 1, as people write them. */
export interface Looked {
  /** The bin of the record. */
  readonly bin?: number;
  /**
   * The share of genes, or of bins of tracks, whose set or interval holds what would be measured, where these are
   * shown.
   */
  readonly coverage?: number;
  /** The gene. */
  readonly gene?: string;
  /** The record of the sequences. */
  readonly record?: string;
  /** The bases in view: `chr7:5,530,601-5,566,779`. */
  readonly region?: string;
  /** The share of genes that probabilities assume to be on, where that is another than the calibration's. */
  readonly share_on?: number;
  /** The variant: `chr7:5530601 A>AT`. */
  readonly variant?: string;
  /** The part of the results; absent where nobody says. */
  readonly view?: View;
}

/** Measured expression or levels of the genes of a page, or counts of A or of B. */
export interface MeasuredValues {
  /** The file that they are from. */
  readonly file: string;
  /** Class of each gene by its expression: on (1) or off (0). */
  readonly labels?: readonly (number | null)[];
  /** The median of the whole file, where that told. */
  readonly median?: number;
  /** Which of these. */
  readonly of: MeasuredKind;
  /** Null where nothing was measured. */
  readonly values: readonly (number | null)[];
}

/** The model. */
export interface ExportedModel {
  /** The papers to cite. */
  readonly citation: readonly string[];
  /** Its family, as its card has it. */
  readonly family: string;
  /** The file that it is from. */
  readonly file: string;
  /** Its name for people. */
  readonly name: string;
  /** SHA-256 of its file. */
  readonly sha256: string;
  /** True if it predicts the symmetric form of a change; absent where it does not. */
  readonly symmetric?: boolean;
  /** Its task. */
  readonly task: Task;
  /** True if the site that wrote the page listed the file. */
  readonly verified?: boolean;
}

/** The run that the genes of a page are a part of. What is said of genes together is said of all of them. */
export interface WholeRun {
  /** Mean α; absent where the model does not attend to bins. */
  readonly attention?: MeanAttention;
  /** Area under the ROC curve against the labels of the table; absent without labels, and where all are alike. */
  readonly auroc?: number;
  /** The block with a row for each of them: its prediction, and its label where the table has any. */
  readonly block: string;
  /** Which of them the page has: "those with the highest P(on)". */
  readonly chosen: string;
  /** Genes that were predicted. */
  readonly genes: number;
  /** Agreement of predicted with measured levels. */
  readonly levels?: LevelScore;
  /** Agreement of predictions with measured expression. */
  readonly measured?: MeasuredWhole;
  /** Pearson's r of predicted and measured changes. */
  readonly pearson?: number;
  /** Mean weights of marks in genes that go up and in genes that go down, for a change. */
  readonly weights?: DirectionWeights;
}

/** Mean α over the genes predicted on and over those predicted off. */
export interface MeanAttention {
  /** Genes predicted off that have a mean. */
  readonly genes_off: number;
  /** Genes predicted on that have a mean. */
  readonly genes_on: number;
  /** [rows, T]; absent without such genes. */
  readonly off?: readonly number[];
  /** [rows, T]; absent without such genes. */
  readonly on?: readonly number[];
}

/** The agreement of predicted and measured levels over one set of genes. */
export interface LevelScore {
  /** Mean squared error. */
  readonly mse: number;
  /** Genes in the set. */
  readonly n: number;
  /** Pearson's correlation. */
  readonly pearson: number;
  /** 1 - residual sum of squares / total sum of squares. */
  readonly r2: number;
  /** Spearman's correlation. */
  readonly spearman: number;
}

/** Agreement of predictions with measured expression. */
export interface MeasuredWhole {
  /** Absent where all of them are alike. */
  readonly auroc?: number;
  /** The file that it is from. */
  readonly file: string;
  /** Genes of which something was measured. */
  readonly genes: number;
  /** Number of them that are on by it. */
  readonly on: number;
}

/** Mean weights of marks in genes that go up and in genes that go down. */
export interface DirectionWeights {
  /** True if genes are grouped by their measured change rather than by the predicted one. */
  readonly by_measured: boolean;
  /** By column of β. */
  readonly columns: readonly ColumnWeights[];
  /** Genes that go down. */
  readonly down: number;
  /** |log2 fold change| above which a gene goes up or down. */
  readonly threshold: number;
  /** Genes that go up. */
  readonly up: number;
}

/** The weights of a column of β. */
export interface ColumnWeights {
  /** Over genes that go down; absent without any. */
  readonly down?: WeightOfGenes;
  /** Over genes that go up; absent without any. */
  readonly up?: WeightOfGenes;
}

/** A mean weight. */
export interface WeightOfGenes {
  /** The standard deviation between them; absent for a single gene. */
  readonly deviation?: number;
  /** Over the genes. */
  readonly mean: number;
}

/** Several samples beside each other: predictions of the genes of the page in each. */
export interface ExportedSamples {
  /** The block with a row for each gene of the page: its predictions in each sample, empty where that lacks it. */
  readonly block: string;
  /** The samples. */
  readonly list: readonly ExportedSample[];
  /** The one that is open first, counted from 0; absent where the open table is of none. */
  readonly open?: number;
  /** The two that the difference is of, counted from 0: the second less the first. */
  readonly pair: readonly [number, number];
}

/** One of several samples. */
export interface ExportedSample {
  /** The file of its table, or those of A and of B. */
  readonly files: readonly string[];
  /** Its name. */
  readonly name: string;
}
