/** Workspaces, made from their JSON Schema: `npm run schema-types` in `www`. Not to be edited. */

/** Device that models run on. */
export type StoredDevice = "auto" | "webgpu" | "cpu";
/** Role of a file. */
export type InputRole =
  | "table"
  | "table-b"
  | "expression"
  | "counts-a"
  | "counts-b"
  | "truth"
  | "symbols"
  | "whole"
  | "sequence"
  | "index"
  | "regions"
  | "measured"
  | "genes"
  | "motifs"
  | "variants"
  | "scores"
  | "sites";
/** A SHA-256 in lower-case hexadecimal. */
export type Sha256 = string;
/** Letter of a kept run. */
export type Letter = "A" | "B" | "C" | "D" | "E" | "F" | "G" | "H" | "I";
/** Index of a file among the models. */
export type ModelAt = number;
/** A file among the inputs, counted from 0. */
export type InputAt = number;
/** Parts of the results that can be brought into view. */
export type View =
  "set" | "gene" | "integrated-gradients" | "saliency" | "class-optimisation" | "tracks" | "attention" | "variants";
/** Weights of files from the catalogue. */
export type StoredWeights = "float16" | "ensemble";
/** Results of a model, by its task. */
export type Results =
  | (GenesByOnOffKey & {
      task: "on-off";
    })
  | (GenesByLevelKey & {
      task: "level";
    })
  | (GenesByChangeKey & {
      task: "change";
    })
  | (TrackResults & {
      task: "tracks";
    });
/** Cell type of the data, as set by the user. */
export type StoredCell = "same" | "another";
/** 0 is A, 1 is B. */
export type CellAt = 0 | 1;
/** New value of the signal. */
export type To =
  | {
      kind: "zero";
    }
  | {
      kind: "other";
    }
  | {
      kind: "middle";
    }
  | {
      /** Its factor. */
      factor: number;
      kind: "scale";
    };
/**
 * Listed genes: `missed` are those labelled or measured unlike their prediction, `sure` those with a prediction set of
 * one class, `unsure` the others.
 */
export type OnOffFilter = "all" | "on" | "off" | "missed" | "sure" | "unsure";
/** A column of genes that are on or off; `beta:2` is β of the third mark. */
export type OnOffKey = string;
/** Listed genes: `differ` are high in one sample and low in another, `up` and `down` refer to the pair. */
export type SampleFilter = "all" | "differ" | "up" | "down" | "high" | "low";
/** A sample, counted from 0. */
export type SampleAt = number;
/** A column of samples; `sample:1` is the second. */
export type SampleKey = string;
/** View along a gene. */
export type StoredAlong = "alpha" | "integrated-gradients" | "saliency" | "class-optimisation";
/** Listed levels: all. */
export type LevelFilter = "all";
/** A column of levels. */
export type LevelKey = string;
/**
 * Listed genes: those predicted higher in B or in A by more than twofold, those with a wrong predicted direction, or
 * those whose interval excludes or includes 0.
 */
export type ChangeFilter = "all" | "up" | "down" | "little" | "missed" | "sure" | "unsure";
/** A column of changes. */
export type ChangeKey = string;
/** Summary of bases for the value of a bin. */
export type ValueOfBin = "mean" | "sum";

/** State of the page. */
export interface Workspace {
  /** Date, ISO 8601. */
  readonly date: string;
  /** Device of the models. */
  readonly device: StoredDevice;
  /** Data files. */
  readonly inputs: readonly WorkspaceInput[];
  /** Runs kept for comparison. */
  readonly kept: readonly KeptRun[];
  /** The part of them in view. */
  readonly looked: Looked;
  /** The open model. */
  readonly model?: ModelAt;
  /** Model files. */
  readonly models: readonly WorkspaceModel[];
  /** The user's notes. */
  readonly notes: string;
  /** The program that wrote it, with its version. */
  readonly program: string;
  /** The results. */
  readonly view: Results;
  /** Preferred weights. */
  readonly weights: StoredWeights;
}

/** Data of the user or of an example. */
export interface WorkspaceInput {
  /** Binary content that is not from a file, in base64. */
  readonly base64?: string;
  /** Its size. */
  readonly bytes: number;
  /** Its example in the catalogue; absent for the user's own file. */
  readonly example?: string;
  /** Its name. */
  readonly name: string;
  /** Its role. */
  readonly role: InputRole;
  /** SHA-256 of its bytes. */
  readonly sha256: Sha256;
  /** True if its values are simulated, unless it is an example. */
  readonly simulated?: boolean;
  /** Pasted text. */
  readonly text?: string;
}

/** A kept run. */
export interface KeptRun {
  /** The gene shown in all kept runs. */
  readonly gene?: string;
  /** Its letter among the kept runs. */
  readonly letter?: Letter;
  /** Its model. */
  readonly model: ModelAt;
  /** Its tables, A first. */
  readonly tables: readonly KeptTable[];
}

/** A table of a kept run. */
export interface KeptTable {
  /** Its preparation. */
  readonly preparation: StoredPreparation;
  /** Its file. */
  readonly table: InputAt;
}

/** Preparation of a table before the model sees it. */
export interface StoredPreparation {
  /** Factors by mark; absent if there are none. */
  scale?: {
    [k: string]: number;
  };

  /** First and last selected bin, from 1. */
  readonly selectBins?: readonly [number, number];
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

/** A model, identified by its file's content. */
export interface WorkspaceModel {
  /** Its size. */
  readonly bytes: number;
  /** Its name in the catalogue; absent for the user's own file. */
  readonly id?: string;
  /** Its name. */
  readonly name: string;
  /** SHA-256 of its bytes. */
  readonly sha256: Sha256;
  /** True or false if the user set the form of a change instead of the card. */
  readonly symmetric?: boolean;
  /** Its name, from its card. */
  readonly title: string;
  /** Weights of the file, if from the catalogue. */
  readonly weights?: StoredWeights;
}

/** Results of a model of genes: outcomes differ in the columns and filters of the list. */
export interface GenesByOnOffKey {
  /** Cell type of the data, as set by the user. */
  readonly cell?: StoredCell;
  /** Perturbation of the signal of all genes. */
  readonly everywhere?: readonly Change[];
  /** The list of genes. */
  readonly listing: ListByOnOffKey;
  /** Perturbation of the signal of one gene. */
  readonly perturbation?: StoredPerturbation;
  /** True if the model was run on them. */
  readonly ran: boolean;
  /** Samples side by side, which include the tables above. */
  readonly samples?: StoredSamples;
  /** View along a gene; absent for the default. */
  readonly shown?: StoredAlong;
  /** Species of the genes, as set by the user. */
  readonly species?: string;
  /** The genes' symbols. */
  readonly symbols?: InputAt;
  /** The tables, A first. */
  readonly tables: readonly OpenTable[];
  /** |log2 fold change| above which a gene goes up or down, where it was chosen. */
  readonly threshold?: number;
  /** File of planted truth, unless it comes with an example. */
  readonly truth?: InputAt;
  /** File of the scores of the run that the genes are a part of. */
  readonly whole?: InputAt;
}

/** A change of the signal. */
export interface Change {
  /** First and last bin, from 1, inclusive. */
  readonly bins: readonly [number, number];
  /** Index of the cell type; absent for both, or the only one. */
  readonly cell?: CellAt;
  /** Index of the mark; absent for all. */
  readonly mark?: number;
  /** The new value. */
  readonly to: To;
}

/** Search, filter and sort order of a list of genes. */
export interface ListByOnOffKey {
  /** Which genes are listed. */
  readonly filter: OnOffFilter;
  /** Part of a gene's name. */
  readonly search: string;
  /** Absent for the order of the table. */
  readonly sort?: SortByOnOffKey;
}

/** A column and a direction. */
export interface SortByOnOffKey {
  /** True for descending order. */
  readonly descending: boolean;
  /** The column. */
  readonly key: OnOffKey;
}

/** Changes of one gene's signal. */
export interface StoredPerturbation {
  /** The changes, in order. */
  readonly changes: readonly Change[];
  /** The gene. */
  readonly gene: string;
}

/** Samples side by side. Their predictions are computed again. */
export interface StoredSamples {
  /** Preparation of the tables of each cell type; absent before a run. */
  readonly alike?: readonly Alike[];
  /** The list. */
  readonly listing: StoredSampleListing;
  /** Tables of each sample. */
  readonly tables: readonly (readonly InputAt[])[];
}

/** Settings accepted for the tables of all samples. */
export interface Alike {
  /** Deviations to correct by a factor, each as its code and mark. */
  readonly rescale: readonly string[];
  /** True if bins are selected. */
  readonly selectBins: boolean;
}

/** Search, filter and sort order of a list of samples. Samples are counted from 0. */
export interface StoredSampleListing {
  /** Which genes are listed. */
  readonly filter: SampleFilter;
  /** True for the order of clustering. */
  readonly isClustered: boolean;
  /** The two samples of the difference. */
  readonly pair: readonly [SampleAt, SampleAt];
  /** Part of a gene's name. */
  readonly search: string;
  /** The column. */
  readonly sort: SortBySampleKey;
}

/** A column and a direction. */
export interface SortBySampleKey {
  /** True for descending order. */
  readonly descending: boolean;
  /** The column. */
  readonly key: SampleKey;
}

/** A table of the results. */
export interface OpenTable {
  /** Measured expression or counts of its genes. */
  readonly measured?: InputAt;
  /** Its preparation. */
  readonly preparation: StoredPreparation;
  /** Its file; absent if none was read. */
  readonly table?: InputAt;
}

/** Results of a model of genes: outcomes differ in the columns and filters of the list. */
export interface GenesByLevelKey {
  /** Cell type of the data, as set by the user. */
  readonly cell?: StoredCell;
  /** Perturbation of the signal of all genes. */
  readonly everywhere?: readonly Change[];
  /** The list of genes. */
  readonly listing: ListByLevelKey;
  /** Perturbation of the signal of one gene. */
  readonly perturbation?: StoredPerturbation;
  /** True if the model was run on them. */
  readonly ran: boolean;
  /** Samples side by side, which include the tables above. */
  readonly samples?: StoredSamples;
  /** View along a gene; absent for the default. */
  readonly shown?: StoredAlong;
  /** Species of the genes, as set by the user. */
  readonly species?: string;
  /** The genes' symbols. */
  readonly symbols?: InputAt;
  /** The tables, A first. */
  readonly tables: readonly OpenTable[];
  /** |log2 fold change| above which a gene goes up or down, where it was chosen. */
  readonly threshold?: number;
  /** File of planted truth, unless it comes with an example. */
  readonly truth?: InputAt;
  /** File of the scores of the run that the genes are a part of. */
  readonly whole?: InputAt;
}

/** Search, filter and sort order of a list of genes. */
export interface ListByLevelKey {
  /** Which genes are listed. */
  readonly filter: LevelFilter;
  /** Part of a gene's name. */
  readonly search: string;
  /** Absent for the order of the table. */
  readonly sort?: SortByLevelKey;
}

/** A column and a direction. */
export interface SortByLevelKey {
  /** True for descending order. */
  readonly descending: boolean;
  /** The column. */
  readonly key: LevelKey;
}

/** Results of a model of genes: outcomes differ in the columns and filters of the list. */
export interface GenesByChangeKey {
  /** Cell type of the data, as set by the user. */
  readonly cell?: StoredCell;
  /** Perturbation of the signal of all genes. */
  readonly everywhere?: readonly Change[];
  /** The list of genes. */
  readonly listing: ListByChangeKey;
  /** Perturbation of the signal of one gene. */
  readonly perturbation?: StoredPerturbation;
  /** True if the model was run on them. */
  readonly ran: boolean;
  /** Samples side by side, which include the tables above. */
  readonly samples?: StoredSamples;
  /** View along a gene; absent for the default. */
  readonly shown?: StoredAlong;
  /** Species of the genes, as set by the user. */
  readonly species?: string;
  /** The genes' symbols. */
  readonly symbols?: InputAt;
  /** The tables, A first. */
  readonly tables: readonly OpenTable[];
  /** |log2 fold change| above which a gene goes up or down, where it was chosen. */
  readonly threshold?: number;
  /** File of planted truth, unless it comes with an example. */
  readonly truth?: InputAt;
  /** File of the scores of the run that the genes are a part of. */
  readonly whole?: InputAt;
}

/** Search, filter and sort order of a list of genes. */
export interface ListByChangeKey {
  /** Which genes are listed. */
  readonly filter: ChangeFilter;
  /** Part of a gene's name. */
  readonly search: string;
  /** Absent for the order of the table. */
  readonly sort?: SortByChangeKey;
}

/** A column and a direction. */
export interface SortByChangeKey {
  /** True for descending order. */
  readonly descending: boolean;
  /** The column. */
  readonly key: ChangeKey;
}

/** Results along a sequence. Bins, tracks, layers and heads are counted from 0. */
export interface TrackResults {
  /** The records of a run over several. */
  readonly all?: readonly string[];
  /** Assembly, as set by the user. */
  readonly assembly?: string;
  /** The model to compare with. */
  readonly compared?: StoredCompared;
  /** Index of a genome with random access. */
  readonly fai?: InputAt;
  /** A file of genes. */
  readonly genes?: InputAt;
  /** Index of its compression. */
  readonly gzi?: InputAt;
  /** The head whose attention is shown. */
  readonly head: number;
  /** Layer of the head. */
  readonly layer: number;
  /** Measured tracks. */
  readonly measured: readonly MeasuredTrack[];
  /** A file of motifs. */
  readonly motifs?: InputAt;
  /** True if each track has its own scale. */
  readonly ownScale: boolean;
  /** The region that was run. */
  readonly place?: StoredStretch;
  /** True if the model was run. */
  readonly ran: boolean;
  /** The record. */
  readonly record?: string;
  /** A file of regions. */
  readonly regions?: InputAt;
  /** Scores of the variants computed so far. */
  readonly scores?: InputAt;
  /** The sequence. */
  readonly sequence?: InputAt;
  /** The tracks that are shown. */
  readonly shown: readonly number[];
  /** Sites planted in simulated sequences. */
  readonly sites?: InputAt;
  /** Bases to replace. */
  readonly stretch?: StoredStretch;
  /** A file of variants. */
  readonly variants?: InputAt;
  /** Number of variants before selection; absent for all. */
  readonly variantsOf?: number;
}

/** A second model beside the open one, and the tracks that are overlaid. */
export interface StoredCompared {
  /** Track of the other. */
  readonly against: number;
  /** The other model. */
  readonly model: ModelAt;
  /** Track of the open model. */
  readonly track: number;
}

/** A measured track under a predicted one. */
export interface MeasuredTrack {
  /** Its file. */
  readonly input: InputAt;
  /** The predicted track. */
  readonly track: number;
  /** Summary of bases for the value of a bin. */
  readonly value: ValueOfBin;
}

/** A half-open range of bases of a record, from 0. */
export interface StoredStretch {
  /** Exclusive end. */
  readonly end: number;
  /** The first. */
  readonly start: number;
}
