/** The manifest of a one-file page, made from its JSON Schema: `npm run schema-types` in `www`. Not to be edited. */

/** What data are to the model. */
export type Role = "table" | "table-b" | "sequences" | "measured" | "variants" | "regions";
/** How bases become the value of a bin. */
export type ValueOfBin = "mean" | "sum";
/** What was measured of genes. */
export type MeasuredKind = "expression" | "counts-a" | "counts-b";
/**
 * What is shown first: of tables the whole set or one gene, of sequences the tracks, where the heads looked, or the
 * variants of a VCF.
 */
export type StandaloneView = "set" | "gene" | "tracks" | "attention" | "variants";

/** The manifest: what a page contains. */
export interface Manifest {
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
  /** What was measured of the genes, in their order. */
  readonly measured?: readonly MeasuredValues[];
  /** The model. */
  readonly model: ExportedModel;
  /** What wrote it, such as `Regulens 0.1.0`. */
  readonly program: string;
  /** The whole run, where the page has a part of its genes. */
  readonly run?: WholeRun;
  /** The gene, record, place or variant that is shown first. */
  readonly selected?: string;
  /** The address of the site that wrote it. */
  readonly site?: string;
  /** Symbols that an annotation gave the genes, by their ids. */
  readonly symbols?: [string, string][];
  /** Its title. */
  readonly title: string;
  /** What is shown first. */
  readonly view: StandaloneView;
}

/**
 * A block: `weights`, those of the inputs, that of the whole run, `engine-cpu`, `engine-webgpu`, and the script `view`.
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
  /** How many genes, records, variants or regions of it are here; absent for a measured track. */
  readonly items?: number;
  /** What the table says of itself: what its values are, and which marks were not measured. */
  readonly notes?: readonly string[];
  /** How many it had. */
  readonly of?: number;
  /** What was done to the values before they were written, in words. */
  readonly prepared?: readonly string[];
  /** Their role. */
  readonly role: Role;
  /** Whether they come from a simulator. */
  readonly simulated?: boolean;
  /** Of a measured track, the predicted one that it belongs to, counted from 0. */
  readonly track?: number;
  /** Of a measured track, how bases become the value of a bin. */
  readonly value?: ValueOfBin;
}

/** Measured expression of the genes of a page, or counts of A or of B. */
export interface MeasuredValues {
  /** The file that they are from. */
  readonly file: string;
  /** Of expression, whether each gene is on (1) by it or off (0). */
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
  /** Whether it predicts the symmetric form of a change; absent where it does not. */
  readonly symmetric?: boolean;
  /** Whether the site that wrote the page listed the file. */
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
  /** How well measured expression was predicted. */
  readonly measured?: MeasuredWhole;
  /** Of a change, Pearson's r of the predicted and the measured one. */
  readonly pearson?: number;
  /** Of a change, how marks are weighed in genes that go up and in genes that go down. */
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

/** How well measured expression was predicted. */
export interface MeasuredWhole {
  /** Absent where all of them are alike. */
  readonly auroc?: number;
  /** The file that it is from. */
  readonly file: string;
  /** Genes of which something was measured. */
  readonly genes: number;
  /** How many of them are on by it. */
  readonly on: number;
}

/** How marks are weighed in genes that go up and in genes that go down. */
export interface DirectionWeights {
  /** Whether genes are grouped by their measured change rather than by the predicted one. */
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
