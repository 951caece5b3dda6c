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
  /** [cropped, tracks] */
  prediction: Float32Array;
  /**
   * For each layer [heads, bins, bins]: how much the bin of the row took from that of the column. Empty where it was
   * not asked for.
   */
  attention: Float32Array[];
  /** Spread of the prediction over the members of an ensemble; undefined of one model, and of the self-test. */
  spread?: MembersSpread | undefined;
}

/** Which predictions a score is made of; what is left out is as in `regulens interpret variants`. */
export interface ScoreSettings {
  /** Bins on either side of those that hold the changed bases whose predictions are summed; 2 by default. */
  around?: number | undefined;
  /** Which strands are averaged; both by default. */
  strands?: "both" | "forward" | undefined;
  /** By how many bases the sequence is shifted under the bins, for each prediction that is averaged; [0] by default. */
  shifts?: readonly number[] | undefined;
}

/** Effect of a variant, as an engine computes it, in a window that has it in its middle. */
export interface EngineEffect {
  /** The window's first base in the record. */
  start: number;
  /** The predicted bins that are summed, the second not included. */
  bins: [number, number];
  reference: TrackBatch;
  alternative: TrackBatch;
  rows: VariantTrackScore[];
}

/** Effects of every exchange of a base in a stretch, as an engine computes them. */
export interface EngineMutagenesis {
  /** The bases that stand there, as codes. */
  codes: Uint8Array;
  /** The predicted bins that are summed, the second not included; of the first window, where there are several. */
  bins: [number, number];
  /** Each track without any exchange, summed over them, [tracks]. */
  sums: Float32Array;
  /** [bases, 4, tracks] */
  changes: Float32Array;
  /** [bases, tracks] */
  heights: Float32Array;
}

/** Called between two steps of a window, none of which takes long; what it rejects with ends the work. */
export type Between = (done?: number, total?: number) => Promise<void>;

/** A model of tracks on one engine. A window is L codes: A 0, C 1, G 2, T 3, an unknown base 4. */
export interface EngineTrackModel {
  /** The self-test's input may be shorter than a window; every bin of it is predicted, in one step. */
  predict(codes: Uint8Array, attention: boolean, between?: Between): Promise<TrackBatch>;
  /**
   * Computes the effect of a variant at `position` of `codes`: the bases within a window's length of it on either side,
   * or as many as there are, from base `first` of the record on. Undefined where an allele is too long for the window.
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
   * The bases that a variant changes, [first, end] in `codes`, as `variant` has them; of an insertion the base before.
   * `codes` end behind the reference or later.
   */
  changedBases(codes: Uint8Array, position: number, reference: Uint8Array, alternative: Uint8Array): Uint32Array;
  /** SHA-256 of the file's bytes, lower-case hexadecimal. */
  readonly sha256: string;
  /** Describes the model. */
  describe(): Description;
  readonly shape: TrackShape;
  /** Number of members of an ensemble; 0 of one model. */
  readonly members: number;
  /** The prediction of one member of an ensemble, by its place, as `predict` has that of all. */
  member(index: number, codes: Uint8Array, attention: boolean, between?: Between): Promise<TrackBatch>;
  /** Takes the predictions of all members, in their order, together as `predict` does. */
  together(members: TrackBatch[]): TrackBatch;
  /**
   * The ends of intervals that hold a share `coverage` of what would be measured, of predictions [bins, tracks]; `sd`
   * has as many standard deviations of the members, and is empty of one model.
   */
  intervals(predicted: Float32Array, sd: Float32Array, coverage: number, padding: number): Intervals;
  /**
   * The bin behind each stretch of a window's bins whose tower another copy of the model may compute; none of an
   * ensemble.
   */
  readonly stretches: Uint32Array;
  /** The blocks before the dilated ones, for the bins of one stretch: [bins, channels]. */
  tower(codes: Uint8Array, first: number, end: number): Promise<Float32Array>;
  /**
   * The bins from `first` up to `end` of a layer, from all bins `h` of the one before, or from their towers, [bins,
   * channels]: `rows` [end − first, channels of the next], or behind the last layer the tracks of those of them that
   * are not cropped, [bins, tracks]; and if it is asked for `attention` [heads, end − first, bins]. Dilated blocks are
   * one layer, whose bins are wanted together, and from which `tracks` goes on.
   */
  contextRows(
    layer: number,
    h: Float32Array,
    first: number,
    end: number,
    attention: boolean,
  ): Promise<{ readonly rows: Float32Array; readonly attention: Float32Array }>;
  /** Returns what `predict` gives for any bins out of the context stage, [bins, channels]: [bins, tracks]. */
  tracks(stage: Float32Array, bins: number): Promise<Float32Array>;
  /**
   * For each layer the position function of each head, [heads, 2 · bins − 1], at t − i = −(bins − 1) … bins − 1; none
   * where there is none.
   */
  positionFunctions(): Float32Array[];
  /**
   * Replaces every base from `start` up to but not including `end` of `codes`, which are as for `variant`; `between` is
   * told how many exchanges are done, of how many.
   */
  mutagenesis(
    codes: Uint8Array,
    start: number,
    end: number,
    settings: ScoreSettings,
    between?: Between,
  ): Promise<EngineMutagenesis>;
  /**
   * Attributes the sum of a track over the bins of some windows to each of the bases `codes`: `windows` has of each the
   * code at which it begins, the first of its predicted bins that counts, and the one behind the last.
   */
  attribute(
    codes: Uint8Array,
    track: number,
    windows: Uint32Array,
    options: EngineBaseOptions,
    between?: Between,
  ): Promise<EngineBaseContributions>;
  /** Begins a deletion test of a track's sum. */
  deletionTest(track: number, options: EngineBaseDeletionOptions): EngineBaseDeletionTest;
  /** A short sequence that both devices run before a GPU's first result is shown. */
  selfTest(): { codes: Uint8Array };
}

/** A way to order bases; `motifs`, the best match of a known one, and `random` explain nothing. */
export type BaseExplanation = "gradient" | "integrated-gradients" | "attention" | "motifs" | "random";

/** Options of a deletion test of a track; the crate has the defaults. */
export interface EngineBaseDeletionOptions {
  explanations?: readonly BaseExplanation[];
  strands?: "both" | "forward";
  shuffles?: number;
  seed?: number;
}

/** A deletion test of a track under way. */
export interface EngineBaseDeletionTest {
  /** The known motifs, where they are tested; `codes` are the bases of the place. */
  know(motifs: EngineMotifSet, codes: Uint8Array): void;
  /** The sites planted in the record, where they are known, as `readPlantedSites` gives them. */
  plant(sites: Uint32Array): void;
  /**
   * Tests a window of L codes that begins at base `start` of a record of `length` bases, whose predicted `bins` (the
   * first, and the one behind the last) are summed. `between` is told how many explanations are done, of how many.
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
  /** The share of the bases that is replaced at each step. */
  share: Float32Array;
  /** The track's sum over each window's bins before anything is replaced, [windows]. */
  scores: Float32Array;
  curves: BaseDeletionCurves[];
}

/** Effect of replacing bases in one order on a track's sum. */
export interface BaseDeletionCurves {
  explanation: BaseExplanation;
  /** The share of the sum that is lost, [windows, steps]. */
  change: Float32Array;
  /** The mean of that along the curve, [windows]. */
  area: Float32Array;
  /** The mean over all windows. */
  mean: MeanDeletion;
  /** Counts of planted sites that go first, where that is known. */
  found: FoundSites | undefined;
}

/**
 * Number of planted sites among as many of the most important places, window by window, so that recall and precision
 * are the same: by stretches of bases, where an explanation tells bases of a bin from each other, and by bins.
 */
export interface FoundSites {
  bases: FoundPlaces | undefined;
  bins: FoundPlaces;
}

/** Places of simulated sequence in which something was planted. */
export interface FoundPlaces {
  /** Places where something acts; so many are chosen. */
  sites: number;
  /** Those that are chosen. */
  found: number;
  /** Places of decoys alone, which do nothing. */
  decoys: number;
  /** Those that are chosen. */
  decoysFound: number;
}

/** Options for attributing a track to bases; the crate has the defaults. */
export interface EngineBaseOptions {
  method?: "gradient" | "integrated-gradients";
  strands?: "both" | "forward";
  shuffles?: number;
  seed?: number;
}

/** Contributions of bases. */
export interface EngineBaseContributions {
  /** [codes]; of an ensemble the mean of its members. */
  contributions: Float32Array;
  /** Their spread over the members of an ensemble, [codes]; undefined of one model. */
  spread?: MembersSpread | undefined;
  score: number;
  /** The mean of the score over shuffles; undefined of one gradient, which has none. */
  baselineScore: number | undefined;
  /** The share of the sum of the sizes of contributions that was shared out so that they add up. */
  remainder: number | undefined;
  isConverged: boolean;
}

/** A record of a FASTA file. */
export interface EngineRecord {
  name: string;
  description: string;
  /** Number of bases. */
  length: number;
  /** Bases in lower case: masked repeats, mostly. They count like any other. */
  lower: number;
  /** Number of bases that are N. */
  unknown: number;
  /** Count of each of IUPAC's other letters: those for several bases, and U for T. */
  iupac: Record<string, number>;
}

/** A window on a record. */
export interface SequenceWindow {
  /**
   * Its first base in the record; below 0 where the record is shorter than the window, and unknown bases stand around
   * it.
   */
  start: number;
  /** Predicted bins that are kept: from the first up to but not including the second. */
  keep: [number, number];
  /** Which bin of the record the first of them is, counted from the record's first base. */
  firstBin: number;
}

/** Records in the engine's memory. */
export interface EngineFasta {
  readonly records: EngineRecord[];
  /** The codes of a record's bases from `start` up to but not including `end`. */
  codes(record: number, start: number, end: number): Uint8Array;
  free(): void;
}

/** The windows around a region. */
export interface EngineAround {
  /** As those of a record, but that `firstBin` counts from the first bin that is kept. */
  windows: SequenceWindow[];
  /** First base of the first bin that is kept; below 0 where the bin begins before the sequence. */
  start: number;
  bins: number;
}

/** Format of a file of sequences: no part of what is gzipped without blocks can be read by itself. */
export type SequenceFormat = "2bit" | "FASTA" | "FASTA in blocks" | "gzip";

/** Summary of the bases of a bin that becomes its value: 0 where nothing was measured. */
export type BinValue = "mean" | "sum";

/** Measured values along chromosomes. */
export interface EngineSignal {
  /** `bedGraph` or `bigWig`. */
  readonly kind: string;
  readonly chromosomes: { name: string; length: number | null }[];
  /** Values of `count` bins of `size` bases from base `start` on. Throws where the file has no such chromosome. */
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
  /** One row for each alternative. */
  alternative: string;
}

/** Readers and writers of the files of tracks. */
export interface SequenceParts {
  Fasta: new (file: string, bytes: Uint8Array) => EngineFasta;
  /** Tells by the first 18 bytes. */
  genomeFormat(opening: Uint8Array): SequenceFormat;
  /** The windows of a model that cover so many bases of a record, in order. Errors name it and its file. */
  windowsOf(file: string, record: string, bases: number, length: number, bin: number, crop: number): SequenceWindow[];
  /**
   * The windows of a model around bases. They keep the bins that overlap them, or with `whole`, the bases of the
   * sequence, every bin that they predict of it.
   */
  windowsAround(start: number, end: number, length: number, bin: number, crop: number, whole?: number): EngineAround;
  /** `read` gives `size` bytes from `offset` on: a file is not read as a whole where it need not be. */
  Signal: new (file: string, size: number, read: ReadAt) => EngineSignal;
  readVariants(file: string, bytes: Uint8Array): VariantRow[];
  /** A bigWig file of bins of `size` bases of one chromosome. NaN stands for no value. */
  writeBigWig(chromosome: string, length: number, start: number, size: number, values: Float32Array): Uint8Array;
}

/** Gives up to `size` bytes of a file from `offset` on. */
export type ReadAt = (offset: number, size: number) => Uint8Array;

/** Functions that every CPU engine has. */
export interface CardReader {
  /** The task of a model file, or of its header alone, as its card says. */
  modelTask(bytes: Uint8Array, file: string): Task;
}

/** The part of the full CPU engine that reads sequences and runs their models. */
export interface SequencesEngine extends SequenceParts, MotifParts, CardReader {
  /**
   * With `later` weights are placed once they are needed: until then `bytes` must stay as they are. One for `windows`
   * takes less memory, and has only `predict` of a sequence, and its parts.
   */
  TrackModel: new (bytes: Uint8Array, file: string, later?: boolean, windows?: boolean) => CpuTrackModel;
}
