/**
 * Interfaces of the engines for models of tracks along a sequence. Positions and bins are counted from 0; arrays are
 * row-major.
 */

import type { ModelCard, Task } from "../card.js";
import type { Intervals } from "./calibration.js";
import type { MeanDeletion } from "./deletion.js";
import type { Description, TrackShape, VariantTrackScore } from "./engine-types.js";
import type { MembersSpread } from "./members.js";
import type { EngineMotifSet, MotifParts } from "./motif-engine.js";

export type { TrackShape, VariantTrackScore } from "./engine-types.js";

/** Outputs of a model for one window. */
export interface TrackBatch {
  /** Predicted tracks, [bins − 2 · crop, tracks]. */
  prediction: Float32Array;
  /**
   * Attention of each layer, [heads, bins, bins]: the weight of the column's bin in the row's bin. Empty unless
   * requested.
   */
  attention: Float32Array[];
  /** Spread of the prediction over ensemble members; undefined for a single model, and for the self-test. */
  spread?: MembersSpread | undefined;
}

/** Predictions that a score sums; the defaults are those of `regulens interpret variants`. */
export interface ScoreSettings {
  /** Bins on either side of the bins with changed bases that are summed too; 2 by default. */
  around?: number | undefined;
  /** Strands to average; both by default. */
  strands?: "both" | "forward" | undefined;
  /** Shifts of the sequence relative to the bins, in bases, whose predictions are averaged; [0] by default. */
  shifts?: readonly number[] | undefined;
}

/** Effect of a variant, as an engine computes it, in a window centred on it. */
export interface EngineEffect {
  /** The window's first base in the record. */
  start: number;
  /** The predicted bins that are summed, end excluded. */
  bins: [number, number];
  reference: TrackBatch;
  alternative: TrackBatch;
  rows: VariantTrackScore[];
}

/** Effects of every single-base substitution in a stretch, as an engine computes them. */
export interface EngineMutagenesis {
  /** The reference bases, as codes. */
  codes: Uint8Array;
  /** The predicted bins that are summed, end excluded; those of the first window if there are several. */
  bins: [number, number];
  /** Sum of each track without any substitution, [tracks]. */
  sums: Float32Array;
  /** Change of each track by each substitution, [bases, 4, tracks]. */
  changes: Float32Array;
  /** Support of each track by each reference base, [bases, tracks]. */
  heights: Float32Array;
}

/** Called between two short steps of a window; if it rejects, the work stops with its error. */
export type Between = (done?: number, total?: number) => Promise<void>;

/** A model of tracks on one engine. A window is L codes: A 0, C 1, G 2, T 3, unknown bases 4. */
export interface EngineTrackModel {
  /** The self-test's input may be shorter than a window; all of its bins are predicted, in one step. */
  predict(codes: Uint8Array, attention: boolean, between?: Between): Promise<TrackBatch>;
  /**
   * Computes the effect of a variant at `position` of `codes`: the bases up to a window's length on either side, as far
   * as they exist, starting at base `first` of the record. Undefined if an allele is too long for the window.
   */
  variant(
    codes: Uint8Array,
    first: number,
    position: number,
    reference: Uint8Array,
    alternative: Uint8Array,
    settings: ScoreSettings,
    between?: Between,
  ): Promise<EngineEffect | undefined>;
  free(): void;
}

/** A model of tracks on the CPU engine. */
export interface CpuTrackModel extends EngineTrackModel {
  readonly card: ModelCard;
  /**
   * The bases that a variant changes, [first, end] in `codes`, which are as in `variant`; for an insertion, the base
   * before it. `codes` must reach at least to the end of the reference allele.
   */
  changedBases(codes: Uint8Array, position: number, reference: Uint8Array, alternative: Uint8Array): Uint32Array;
  /** SHA-256 of the file's bytes, lower-case hexadecimal. */
  readonly sha256: string;
  /** Describes the model. */
  describe(): Description;
  readonly shape: TrackShape;
  /** Number of ensemble members; 0 for a single model. */
  readonly members: number;
  /** Predicts with one ensemble member, by index; otherwise as `predict`. */
  member(index: number, codes: Uint8Array, attention: boolean, between?: Between): Promise<TrackBatch>;
  /** Combines the predictions of all members, in order, into the result of `predict`. */
  together(members: TrackBatch[]): TrackBatch;
  /**
   * Intervals that contain a fraction `coverage` of measured values, for predictions [bins, tracks]; `sd` [bins,
   * tracks] has standard deviations over members, and is empty for a single model.
   */
  intervals(predicted: Float32Array, sd: Float32Array, coverage: number, padding: number): Intervals;
  /**
   * End of each stretch of a window's bins whose tower another copy of the model can compute; empty for an ensemble.
   */
  readonly stretches: Uint32Array;
  /** The blocks before the dilated ones, for the bins of one stretch: [bins, channels]. */
  tower(codes: Uint8Array, first: number, end: number): Promise<Float32Array>;
  /**
   * Computes the bins `first` to `end` (excluded) of a layer from all bins `h` of the previous layer, or of the towers,
   * [bins, channels]. Returns `rows` [end − first, channels of the next layer], or after the last layer the tracks of
   * the uncropped bins among them, [bins, tracks]; and if requested, `attention` [heads, end − first, bins]. Dilated
   * blocks count as one layer, computed for all bins at once and followed by `tracks`.
   */
  contextRows(
    layer: number,
    h: Float32Array,
    first: number,
    end: number,
    attention: boolean,
  ): Promise<{ readonly rows: Float32Array; readonly attention: Float32Array }>;
  /** The tracks for any bins of the context stage's output, [bins, channels], as in `predict`: [bins, tracks]. */
  tracks(stage: Float32Array, bins: number): Promise<Float32Array>;
  /**
   * Position function of each head, [heads, 2 · bins − 1], at offsets t − i = −(bins − 1) … bins − 1, one array per
   * layer; empty for a model without position functions.
   */
  positionFunctions(): Float32Array[];
  /**
   * Substitutes every base from `start` to `end` (excluded) of `codes`, which are as in `variant`; `between` receives
   * the number of substitutions done, and the total.
   */
  mutagenesis(
    codes: Uint8Array,
    start: number,
    end: number,
    settings: ScoreSettings,
    between?: Between,
  ): Promise<EngineMutagenesis>;
  /**
   * Attributes the sum of a track over bins of some windows to each of the bases `codes`. `windows` has, for each
   * window, its first code, and the first and end (excluded) of its predicted bins to sum.
   */
  attribute(
    codes: Uint8Array,
    track: number,
    windows: Uint32Array,
    options: EngineBaseOptions,
    between?: Between,
  ): Promise<EngineBaseContributions>;
  /** Starts a deletion test of a track's sum. */
  deletionTest(track: number, options: EngineBaseDeletionOptions): EngineBaseDeletionTest;
  /** A short sequence that both devices run before any GPU result is shown. */
  selfTest(): { codes: Uint8Array };
}

/** A method that ranks bases. `motifs` (the best match of a known motif) and `random` are baselines. */
export type BaseExplanation = "gradient" | "integrated-gradients" | "attention" | "motifs" | "random";

/** Options of a deletion test of a track; the crate defines the defaults. */
export interface EngineBaseDeletionOptions {
  explanations?: readonly BaseExplanation[];
  strands?: "both" | "forward";
  shuffles?: number;
  seed?: number;
}

/** A deletion test of a track in progress. */
export interface EngineBaseDeletionTest {
  /** Adds the known motifs to the test; `codes` are the bases of the region. */
  know(motifs: EngineMotifSet, codes: Uint8Array): void;
  /** Adds the planted sites of the record, as `readPlantedSites` returns them. */
  plant(sites: Uint32Array): void;
  /**
   * Tests a window of L codes that starts at base `start` of a record of `length` bases; its predicted `bins` (first,
   * end excluded) are summed. `between` receives the number of explanations done, and the total.
   */
  add(
    record: string,
    start: number,
    length: number,
    codes: Uint8Array,
    bins: Uint32Array,
    between?: Between,
  ): Promise<void>;
  finish(): EngineBaseDeletion;
  free(): void;
}

/** Result of a deletion test of a track. */
export interface EngineBaseDeletion {
  /** Fraction of bases replaced at each step. */
  share: Float32Array;
  /** Sum of the track over each window's bins before replacement, [windows]. */
  scores: Float32Array;
  curves: BaseDeletionCurves[];
}

/** Effect of replacing bases in one order on a track's sum. */
export interface BaseDeletionCurves {
  explanation: BaseExplanation;
  /** Fraction of the sum that is lost, [windows, steps]. */
  change: Float32Array;
  /** Mean of that fraction over the steps, [windows]. */
  area: Float32Array;
  /** Mean over all windows. */
  mean: MeanDeletion;
  /** Planted sites that are replaced first, if they are known. */
  found: FoundSites | undefined;
}

/**
 * Planted sites among equally many top-ranked places, per window, so that recall equals precision: by stretches of
 * bases, if the explanation resolves bases within bins, and by bins.
 */
export interface FoundSites {
  bases: FoundPlaces | undefined;
  bins: FoundPlaces;
}

/** Places in simulated sequence where something was planted. */
export interface FoundPlaces {
  /** Number of places with an active site; as many top-ranked places are selected. */
  sites: number;
  /** Active places among the selected ones. */
  found: number;
  /** Number of places with decoys only, which have no effect. */
  decoys: number;
  /** Decoys among the selected places. */
  decoysFound: number;
}

/** Options for attributing a track to bases; the crate defines the defaults. */
export interface EngineBaseOptions {
  method?: "gradient" | "integrated-gradients";
  strands?: "both" | "forward";
  shuffles?: number;
  seed?: number;
}

/** Contributions of bases. */
export interface EngineBaseContributions {
  /** Contribution of each base, [codes]; for an ensemble the mean over members. */
  contributions: Float32Array;
  /** Spread of the contributions over ensemble members, [codes]; undefined for a single model. */
  spread?: MembersSpread | undefined;
  score: number;
  /** Mean score over the shuffles; undefined for a single gradient, which uses none. */
  baselineScore: number | undefined;
  /** Remainder that was distributed so that contributions add up, as a fraction of their total magnitude. */
  remainder: number | undefined;
  isConverged: boolean;
}

/** A record of a FASTA file. */
export interface EngineRecord {
  name: string;
  description: string;
  /** Number of bases. */
  length: number;
  /** Number of lower-case bases, usually masked repeats. They are treated like any other base. */
  lower: number;
  /** Number of bases N. */
  unknown: number;
  /** Count of each other IUPAC letter: the ambiguity codes, and U for T. */
  iupac: Record<string, number>;
}

/** A window of a record. */
export interface SequenceWindow {
  /**
   * Its first base in the record; negative if the record is shorter than the window and padded with unknown bases.
   */
  start: number;
  /** Predicted bins to keep: first, end excluded. */
  keep: [number, number];
  /** Index of the first of them among the bins of the record. */
  firstBin: number;
}

/** Records in the engine's memory. */
export interface EngineFasta {
  readonly records: EngineRecord[];
  /** Codes of the bases `start` to `end` (excluded) of a record. */
  codes(record: number, start: number, end: number): Uint8Array;
  free(): void;
}

/** The windows around a region. */
export interface EngineAround {
  /** Windows as for a record, except that `firstBin` counts from the first bin kept. */
  windows: SequenceWindow[];
  /** First base of the first bin kept; negative if the bin begins before the sequence. */
  start: number;
  bins: number;
}

/** Format of a sequence file. A file that is gzipped as one stream allows no random access. */
export type SequenceFormat = "2bit" | "FASTA" | "FASTA in blocks" | "gzip";

/** Summary of a bin's bases; 0 where nothing was measured. */
export type BinValue = "mean" | "sum";

/** Measured values along chromosomes. */
export interface EngineSignal {
  /** `bedGraph` or `bigWig`. */
  readonly kind: string;
  readonly chromosomes: { name: string; length: number | null }[];
  /** Values of `count` bins of `size` bases, from base `start` on. Throws if the file lacks the chromosome. */
  bins(chromosome: string, start: number, count: number, size: number, value: BinValue): Float32Array;
  free(): void;
}

/** One row of a VCF file. */
export interface VariantRow {
  /** Line in the file, from 1. */
  line: number;
  chromosome: string;
  /** From 0. */
  position: number;
  id: string;
  reference: string;
  /** The alternative allele; a VCF row with several alternatives becomes several of these. */
  alternative: string;
}

/** Readers and writers of the files of tracks. */
export interface SequenceParts {
  Fasta: new (file: string, bytes: Uint8Array) => EngineFasta;
  /** Detects the format from the first 18 bytes. */
  genomeFormat(opening: Uint8Array): SequenceFormat;
  /** A model's windows that cover a record of `bases` bases, in order. Errors name the record and its file. */
  windowsOf(file: string, record: string, bases: number, length: number, bin: number, crop: number): SequenceWindow[];
  /**
   * A model's windows around bases. They keep the bins that overlap these bases or, if `whole` (the length of the
   * sequence) is given, every bin that they predict within the sequence.
   */
  windowsAround(start: number, end: number, length: number, bin: number, crop: number, whole?: number): EngineAround;
  /** `read` returns `size` bytes from `offset` on, so that the file is read in parts where possible. */
  Signal: new (file: string, size: number, read: ReadAt) => EngineSignal;
  readVariants(file: string, bytes: Uint8Array): VariantRow[];
  /** A bigWig file of bins of `size` bases on one chromosome. NaN stands for no value. */
  writeBigWig(chromosome: string, length: number, start: number, size: number, values: Float32Array): Uint8Array;
}

/** Returns up to `size` bytes of a file from `offset` on. */
export type ReadAt = (offset: number, size: number) => Uint8Array;

/** Functions of every CPU engine. */
export interface CardReader {
  /** The task on the card of a model file, or of its header alone. */
  modelTask(bytes: Uint8Array, file: string): Task;
}

/** The part of the full CPU engine that reads sequences and runs their models. */
export interface SequencesEngine extends SequenceParts, MotifParts, CardReader {
  /**
   * With `later`, weights are loaded when first needed: until then `bytes` must not change. With `windows`, the model
   * takes less memory and has only `predict` and the parts of it.
   */
  TrackModel: new (bytes: Uint8Array, file: string, later?: boolean, windows?: boolean) => CpuTrackModel;
}
