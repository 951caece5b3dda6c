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
/** A file among the models, counted from 0. */
export type ModelAt = number;
/** A file among the inputs, counted from 0. */
export type InputAt = number;
/** Parts of the results that can be brought into view. */
export type View =
  "set" | "gene" | "integrated-gradients" | "saliency" | "class-optimisation" | "tracks" | "attention" | "variants";
/** Weights of the files that are chosen from the catalogue. */
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
/** The user's word on the cell type of the data. */
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
 * Which genes are listed; `missed` are those that were labelled or measured otherwise than predicted, `sure` those of
 * which one class can be excluded, `unsure` the others.
 */
export type OnOffFilter = "all" | "on" | "off" | "missed" | "sure" | "unsure";
/** A column of genes that are on or off; `beta:2` is β of the third mark. */
export type OnOffKey = string;
/** Which genes are listed: `differ` are high in one sample and low in another, `up` and `down` are of the pair. */
export type SampleFilter = "all" | "differ" | "up" | "down" | "high" | "low";
/** A sample, counted from 0. */
export type SampleAt = number;
/** A column of samples; `sample:1` is the second. */
export type SampleKey = string;
/** View along a gene. */
export type StoredAlong = "alpha" | "integrated-gradients" | "saliency" | "class-optimisation";
/** Which levels are listed: all. */
export type LevelFilter = "all";
/** A column of levels. */
export type LevelKey = string;
/**
 * Which genes are listed: those predicted higher in B or in A by more than twofold, of which the direction is missed,
 * or of which the sign is sure or cannot be said.
 */
export type ChangeFilter = "all" | "up" | "down" | "little" | "missed" | "sure" | "unsure";
/** A column of changes. */
export type ChangeKey = string;
/** Summary of bases into the value of a bin. */
export type ValueOfBin = "mean" | "sum";

/** State of the page. */
export interface Workspace {
  /** When, ISO 8601. */
  readonly date: string;
  /** Device of the models. */
  readonly device: StoredDevice;
  /** Files of data. */
  readonly inputs: readonly WorkspaceInput[];
  /** Runs that are kept for comparison. */
  readonly kept: readonly KeptRun[];
  /** The part of them in view. */
  readonly looked: Looked;
  /** The model that is open. */
  readonly model?: ModelAt;
  /** Files of models. */
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

/** Data of the user, or of an example. */
export interface WorkspaceInput {
  /** Content that is in no file and is not text, in base64. */
  readonly base64?: string;
  /** Its size. */
  readonly bytes: number;
  /** The example of the catalogue that it belongs to; absent for the user's own file. */
  readonly example?: string;
  /** Its name. */
  readonly name: string;
  /** Its role. */
  readonly role: InputRole;
  /** SHA-256 of its bytes. */
  readonly sha256: Sha256;
  /** True if its values are simulated, where it is no example. */
  readonly simulated?: boolean;
  /** Pasted text. */
  readonly text?: string;
}

/** A kept run. */
export interface KeptRun {
  /** The gene that is looked at in all kept runs. */
  readonly gene?: string;
  /** Its letter beside the others. */
  readonly letter?: Letter;
  /** Its model. */
  readonly model: ModelAt;
  /** The share of genes that its probabilities assume to be on, where that is another than the calibration's. */
  readonly share_on?: number;
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
  /** Factors by mark; absent where no mark has any. */
  scale?: {
    [k: string]: number;
  };

  /** First and last bin that are kept, from 1. */
  readonly selectBins?: readonly [number, number];
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

/** A model by what is in its file. */
export interface WorkspaceModel {
  /** Its size. */
  readonly bytes: number;
  /** Its name in the catalogue; absent for the user's own file. */
  readonly id?: string;
  /** Its name. */
  readonly name: string;
  /** SHA-256 of its bytes. */
  readonly sha256: Sha256;
  /** True or false where the form of a change was asked for, and the card does not decide. */
  readonly symmetric?: boolean;
  /** Its name on its card. */
  readonly title: string;
  /** Weights of the file, where it is of the catalogue. */
  readonly weights?: StoredWeights;
}

/** Results of a model of genes: those of one outcome differ by the columns and filters of their list. */
export interface GenesByOnOffKey {
  /** The user's word on the cell type of the data. */
  readonly cell?: StoredCell;
  /** Changes made to the signal of all genes. */
  readonly everywhere?: readonly Change[];
  /** The list of genes. */
  readonly listing: ListByOnOffKey;
  /** Changes made to the signal of one gene. */
  readonly perturbation?: StoredPerturbation;
  /** True if the model had been run on them. */
  readonly ran: boolean;
  /** Samples beside each other, of which the tables above are one. */
  readonly samples?: StoredSamples;
  /** View along a gene; absent where nothing was chosen. */
  readonly shown?: StoredAlong;
  /** The user's word on the species of the genes. */
  readonly species?: string;
  /** The genes' symbols. */
  readonly symbols?: InputAt;
  /** The tables, A first. */
  readonly tables: readonly OpenTable[];
  /** |log2 fold change| above which a gene goes up or down, where it was chosen. */
  readonly threshold?: number;
  /** File of what was planted in the genes, where it does not come with an example. */
  readonly truth?: InputAt;
  /** File of the known figures of the run that the genes are a part of. */
  readonly whole?: InputAt;
}

/** A change of the signal. */
export interface Change {
  /** First and last bin, from 1, both included. */
  readonly bins: readonly [number, number];
  /** Position of the cell type; absent for both, or the only one. */
  readonly cell?: CellAt;
  /** Position of the mark; absent for all. */
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
  /** Absent where they stand as in the table. */
  readonly sort?: SortByOnOffKey;
}

/** A column and a direction. */
export interface SortByOnOffKey {
  /** True from the highest to the lowest. */
  readonly descending: boolean;
  /** The column. */
  readonly key: OnOffKey;
}

/** Changes of one gene's signal. */
export interface StoredPerturbation {
  /** The changes, one after another. */
  readonly changes: readonly Change[];
  /** The gene. */
  readonly gene: string;
}

/** Samples beside each other. Their predictions are made again. */
export interface StoredSamples {
  /** Preparation of the tables of each cell type; absent before a run. */
  readonly alike?: readonly Alike[];
  /** The list. */
  readonly listing: StoredSampleListing;
  /** Tables of each sample. */
  readonly tables: readonly (readonly InputAt[])[];
}

/** Choices that were accepted for the tables of all samples. */
export interface Alike {
  /** Deviations to be rescaled, each as its code and mark. */
  readonly rescale: readonly string[];
  /** True if bins are selected. */
  readonly selectBins: boolean;
}

/** Search, filter and sort order of a list of samples. Samples are counted from 0. */
export interface StoredSampleListing {
  /** Which genes are listed. */
  readonly filter: SampleFilter;
  /** True if samples stand as they cluster. */
  readonly isClustered: boolean;
  /** The two samples that the difference is of. */
  readonly pair: readonly [SampleAt, SampleAt];
  /** Part of a gene's name. */
  readonly search: string;
  /** The column. */
  readonly sort: SortBySampleKey;
}

/** A column and a direction. */
export interface SortBySampleKey {
  /** True from the highest to the lowest. */
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
  /** Its file; absent where none was read. */
  readonly table?: InputAt;
}

/** Results of a model of genes: those of one outcome differ by the columns and filters of their list. */
export interface GenesByLevelKey {
  /** The user's word on the cell type of the data. */
  readonly cell?: StoredCell;
  /** Changes made to the signal of all genes. */
  readonly everywhere?: readonly Change[];
  /** The list of genes. */
  readonly listing: ListByLevelKey;
  /** Changes made to the signal of one gene. */
  readonly perturbation?: StoredPerturbation;
  /** True if the model had been run on them. */
  readonly ran: boolean;
  /** Samples beside each other, of which the tables above are one. */
  readonly samples?: StoredSamples;
  /** View along a gene; absent where nothing was chosen. */
  readonly shown?: StoredAlong;
  /** The user's word on the species of the genes. */
  readonly species?: string;
  /** The genes' symbols. */
  readonly symbols?: InputAt;
  /** The tables, A first. */
  readonly tables: readonly OpenTable[];
  /** |log2 fold change| above which a gene goes up or down, where it was chosen. */
  readonly threshold?: number;
  /** File of what was planted in the genes, where it does not come with an example. */
  readonly truth?: InputAt;
  /** File of the known figures of the run that the genes are a part of. */
  readonly whole?: InputAt;
}

/** Search, filter and sort order of a list of genes. */
export interface ListByLevelKey {
  /** Which genes are listed. */
  readonly filter: LevelFilter;
  /** Part of a gene's name. */
  readonly search: string;
  /** Absent where they stand as in the table. */
  readonly sort?: SortByLevelKey;
}

/** A column and a direction. */
export interface SortByLevelKey {
  /** True from the highest to the lowest. */
  readonly descending: boolean;
  /** The column. */
  readonly key: LevelKey;
}

/** Results of a model of genes: those of one outcome differ by the columns and filters of their list. */
export interface GenesByChangeKey {
  /** The user's word on the cell type of the data. */
  readonly cell?: StoredCell;
  /** Changes made to the signal of all genes. */
  readonly everywhere?: readonly Change[];
  /** The list of genes. */
  readonly listing: ListByChangeKey;
  /** Changes made to the signal of one gene. */
  readonly perturbation?: StoredPerturbation;
  /** True if the model had been run on them. */
  readonly ran: boolean;
  /** Samples beside each other, of which the tables above are one. */
  readonly samples?: StoredSamples;
  /** View along a gene; absent where nothing was chosen. */
  readonly shown?: StoredAlong;
  /** The user's word on the species of the genes. */
  readonly species?: string;
  /** The genes' symbols. */
  readonly symbols?: InputAt;
  /** The tables, A first. */
  readonly tables: readonly OpenTable[];
  /** |log2 fold change| above which a gene goes up or down, where it was chosen. */
  readonly threshold?: number;
  /** File of what was planted in the genes, where it does not come with an example. */
  readonly truth?: InputAt;
  /** File of the known figures of the run that the genes are a part of. */
  readonly whole?: InputAt;
}

/** Search, filter and sort order of a list of genes. */
export interface ListByChangeKey {
  /** Which genes are listed. */
  readonly filter: ChangeFilter;
  /** Part of a gene's name. */
  readonly search: string;
  /** Absent where they stand as in the table. */
  readonly sort?: SortByChangeKey;
}

/** A column and a direction. */
export interface SortByChangeKey {
  /** True from the highest to the lowest. */
  readonly descending: boolean;
  /** The column. */
  readonly key: ChangeKey;
}

/** Results along a sequence. Bins, tracks, layers and heads are counted from 0. */
export interface TrackResults {
  /** The records that were run one after another. */
  readonly all?: readonly string[];
  /** The user's word on the assembly. */
  readonly assembly?: string;
  /** The model that is compared with. */
  readonly compared?: StoredCompared;
  /** Index of a genome that is read by slices. */
  readonly fai?: InputAt;
  /** One of genes. */
  readonly genes?: InputAt;
  /** Index of its compression. */
  readonly gzi?: InputAt;
  /** The head whose attention is shown. */
  readonly head: number;
  /** Layer of the head. */
  readonly layer: number;
  /** Measured tracks. */
  readonly measured: readonly MeasuredTrack[];
  /** One of motifs. */
  readonly motifs?: InputAt;
  /** True if each track has a scale of its own. */
  readonly ownScale: boolean;
  /** The place of it that was run. */
  readonly place?: StoredStretch;
  /** True if the model had been run. */
  readonly ran: boolean;
  /** The record. */
  readonly record?: string;
  /** A file of regions. */
  readonly regions?: InputAt;
  /** The scores of the variants, as far as they were computed. */
  readonly scores?: InputAt;
  /** The sequence. */
  readonly sequence?: InputAt;
  /** The tracks that are shown. */
  readonly shown: readonly number[];
  /** Sites planted in simulated sequences. */
  readonly sites?: InputAt;
  /** Bases that are to be replaced. */
  readonly stretch?: StoredStretch;
  /** A file of variants. */
  readonly variants?: InputAt;
  /** Number of variants that those were chosen from; absent where they are all. */
  readonly variantsOf?: number;
}

/** A model beside the open one, and the tracks that lie over each other. */
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
  /** Summary of bases into the value of a bin. */
  readonly value: ValueOfBin;
}

/** Bases of a record: the first, from 0, and the one after the last. */
export interface StoredStretch {
  /** The one after the last. */
  readonly end: number;
  /** The first. */
  readonly start: number;
}
