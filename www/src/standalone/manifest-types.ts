/** The manifest of a one-file page, made from its JSON Schema: `npm run schema-types` in `www`. Not to be edited. */

/** Role of data for the model. */
export type Role = "table" | "table-b" | "sequences" | "measured" | "variants" | "regions" | "genes";
/** Summary of bases for the value of a bin. */
export type ValueOfBin = "mean" | "sum";
/** Parts of the results that can be brought into view. */
export type View =
  "set" | "gene" | "integrated-gradients" | "saliency" | "class-optimisation" | "tracks" | "attention" | "variants";
/** Kind of measurement of genes. */
export type MeasuredKind = "expression" | "levels" | "counts-a" | "counts-b";
/** Input and output of a model. */
export type Task = "on-off" | "change" | "tracks" | "level";

/** The manifest: the content of a page. */
export interface Manifest {
  /** The assembly of the sequences as set by the user, `hg38`, or the species of the genes, `mouse`; or `another`. */
  readonly assembly?: string;
  /** All blocks. */
  readonly blocks: readonly BlockEntry[];
  /** The text below the title. */
  readonly caption: string;
  /** Date, ISO 8601; omitted by the program, so that its output is reproducible to the byte. */
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
  /** The whole run, if the page has a part of its genes. */
  readonly run?: WholeRun;
  /** Several samples, if any. */
  readonly samples?: ExportedSamples;
  /** The address of the site that wrote it. */
  readonly site?: string;
  /** Symbols of genes from an annotation, by id. */
  readonly symbols?: readonly (readonly [string, string])[];
  /** Its title. */
  readonly title: string;
}

/**
 * A block: `weights`, those of the inputs, of the whole run and of the samples, `engine-cpu`, `engine-webgpu`, and the
 * script `view`.
 */
export interface BlockEntry {
  /** Uncompressed size in bytes. */
  readonly bytes: number;
  /** Its name. */
  readonly id: string;
  /** SHA-256 of the uncompressed content. */
  readonly sha256: string;
}

/** Data of a page, complete or a part. */
export interface ExportedInput {
  /** Its block. */
  readonly block: string;
  /** Their file. */
  readonly file: string;
  /** Number of genes, records, variants or regions in the page; absent for a measured track. */
  readonly items?: number;
  /** Notes of the table: its quantity, and marks that were not measured. */
  readonly notes?: readonly string[];
  /** Number in the file. */
  readonly of?: number;
  /** Preparation steps applied to the values, in words. */
  readonly prepared?: readonly string[];
  /** Its role. */
  readonly role: Role;
  /** The sample of a table, counted from 0; absent for the table that is open first. */
  readonly sample?: number;
  /** True if simulated. */
  readonly simulated?: boolean;
  /** The predicted track that a measured one belongs to, counted from 0. */
  readonly track?: number;
  /** Summary of bases for the value of a bin, for a measured track. */
  readonly value?: ValueOfBin;
}

/** The part of the results in view. Bases and bins are counted from 1. */
export interface Looked {
  /** The bin of the record. */
  readonly bin?: number;
  /** Coverage of the sets and intervals of genes, or of bins of tracks, if shown. */
  readonly coverage?: number;
  /** The gene. */
  readonly gene?: string;
  /** The record of the sequences. */
  readonly record?: string;
  /** The bases in view: `chr7:5,530,601-5,566,779`. */
  readonly region?: string;
  /** The variant: `chr7:5530601 A>AT`. */
  readonly variant?: string;
  /** The part of the results; absent if not specified. */
  readonly view?: View;
}

/** Measured expression or levels of the page's genes, or counts of A or of B. */
export interface MeasuredValues {
  /** Its file. */
  readonly file: string;
  /** Class of each gene by its expression: on (1) or off (0). */
  readonly labels?: readonly (number | null)[];
  /** Median of the whole file, if known. */
  readonly median?: number;
  /** The kind of measurement. */
  readonly of: MeasuredKind;
  /** Null if not measured. */
  readonly values: readonly (number | null)[];
}

/** The model. */
export interface ExportedModel {
  /** Publications to cite. */
  readonly citation: readonly string[];
  /** Its family, from its card. */
  readonly family: string;
  /** Its file. */
  readonly file: string;
  /** Display name. */
  readonly name: string;
  /** SHA-256 of its file. */
  readonly sha256: string;
  /** True if it predicts the symmetric form of a change; absent otherwise. */
  readonly symmetric?: boolean;
  /** Its task. */
  readonly task: Task;
  /** True if the site that wrote the page lists the file. */
  readonly verified?: boolean;
}

/** The run of which the page has a part of the genes. Summaries cover all of its genes. */
export interface WholeRun {
  /** Mean α; absent for a model without attention to bins. */
  readonly attention?: MeanAttention;
  /** Area under the ROC curve against the table's labels; absent without labels, and with labels of one class. */
  readonly auroc?: number;
  /** The block with one row per gene: its prediction, and its label if the table has any. */
  readonly block: string;
  /** Selection of the page's genes: "those with the highest P(on)". */
  readonly chosen: string;
  /** Number of predicted genes. */
  readonly genes: number;
  /** Agreement of predicted and measured levels. */
  readonly levels?: LevelScore;
  /** Agreement of predictions with measured expression. */
  readonly measured?: MeasuredWhole;
  /** Pearson correlation of predicted and measured changes. */
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

/** Agreement of predicted and measured levels over one set of genes. */
export interface LevelScore {
  /** Mean squared error. */
  readonly mse: number;
  /** Genes in the set. */
  readonly n: number;
  /** Pearson correlation. */
  readonly pearson: number;
  /** 1 - residual sum of squares / total sum of squares. */
  readonly r2: number;
  /** Spearman correlation. */
  readonly spearman: number;
}

/** Agreement of predictions with measured expression. */
export interface MeasuredWhole {
  /** Absent if all are of one class. */
  readonly auroc?: number;
  /** Its file. */
  readonly file: string;
  /** Number of measured genes. */
  readonly genes: number;
  /** Number of these that are on. */
  readonly on: number;
}

/** Mean weights of marks in genes that go up and in genes that go down. */
export interface DirectionWeights {
  /** True if genes are grouped by measured instead of predicted change. */
  readonly by_measured: boolean;
  /** Per column of β. */
  readonly columns: readonly ColumnWeights[];
  /** Genes that go down. */
  readonly down: number;
  /** |log2 fold change| above which a gene goes up or down. */
  readonly threshold: number;
  /** Genes that go up. */
  readonly up: number;
}

/** Mean weights of a column of β. */
export interface ColumnWeights {
  /** Over genes that go down; absent without any. */
  readonly down?: WeightOfGenes;
  /** Over genes that go up; absent without any. */
  readonly up?: WeightOfGenes;
}

/** A mean weight. */
export interface WeightOfGenes {
  /** Standard deviation over genes; absent for a single gene. */
  readonly deviation?: number;
  /** Over the genes. */
  readonly mean: number;
}

/** Several samples side by side: predictions of the page's genes in each. */
export interface ExportedSamples {
  /** The block with one row per gene of the page: its predictions in each sample, empty if missing. */
  readonly block: string;
  /** The samples. */
  readonly list: readonly ExportedSample[];
  /** The sample that is open first, counted from 0; absent if the open table belongs to none. */
  readonly open?: number;
  /** The two samples of the difference, counted from 0: the second minus the first. */
  readonly pair: readonly [number, number];
}

/** One of several samples. */
export interface ExportedSample {
  /** The file of its table, or those of A and of B. */
  readonly files: readonly string[];
  /** Its name. */
  readonly name: string;
}
