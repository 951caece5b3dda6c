/**
 * What the engines offer for models of tracks along a sequence. Positions and bins are counted from 0; arrays are
 * row-major.
 */

import type { ModelCard } from "../card.js";

/** Sizes of a model of tracks. */
export interface TrackShape {
  /** Bases of one window, L. */
  length: number;
  /** Bases of a bin. */
  bin: number;
  /** Bins of a window, before any is cropped. */
  bins: number;
  /** Bins that are cropped at either end: what they would need lies outside of the window. */
  crop: number;
  /** Bins that are predicted. */
  cropped: number;
  /** Tracks that are predicted. */
  tracks: number;
  /** Layers of attention; 0 for a variant without. */
  layers: number;
  /** Heads of each layer. */
  heads: number;
}

/** What a model makes of one window. */
export interface TrackBatch {
  /** [cropped, tracks] */
  prediction: Float32Array;
  /**
   * For each layer [heads, bins, bins]: how much the bin of the row took from that of the column. Empty where it was
   * not asked for.
   */
  attention: Float32Array[];
}

/** A window's numbers before the last stages, kept so that a changed base costs only what it reaches. */
export interface EngineReference {
  /** [cropped, tracks] */
  readonly prediction: Float32Array;
  free(): void;
}

/** Called between two steps of a window, none of which takes long; what it rejects with ends the work. */
export type Between = () => Promise<void>;

/** A model of tracks on one engine. A window is L codes: A 0, C 1, G 2, T 3, an unknown base 4. */
export interface EngineTrackModel {
  /** The known case may be shorter than a window; of it every bin is predicted, in one step. */
  predict(codes: Uint8Array, attention: boolean, between?: Between): Promise<TrackBatch>;
  free(): void;
}

/** A model of tracks on the CPU engine. */
export interface CpuTrackModel extends EngineTrackModel {
  readonly card: ModelCard;
  /** SHA-256 of the file's bytes, lower-case hexadecimal. */
  readonly sha256: string;
  readonly shape: TrackShape;
  /**
   * For each layer the position function of each head, [heads, 2 · bins − 1], at t − i = −(bins − 1) … bins − 1; none
   * where there is none.
   */
  positionFunctions(): Float32Array[];
  reference(codes: Uint8Array, between?: Between): Promise<EngineReference>;
  /** The same window with another base at `position`. */
  edited(reference: EngineReference, position: number, code: number, attention: boolean): Promise<TrackBatch>;
  /** A short sequence that both devices run before a GPU's first result is shown. */
  knownCase(): { codes: Uint8Array };
}

/** A record of a FASTA file. */
export interface EngineRecord {
  name: string;
  description: string;
  /** Number of bases. */
  length: number;
  /** Bases in lower case: masked repeats, mostly. They count like any other. */
  lower: number;
  /** How many are N. */
  unknown: number;
  /** How often each of IUPAC's other letters stands there: those for several bases, and U for T. */
  iupac: Record<string, number>;
}

/** A window on a record. */
export interface SequenceWindow {
  /**
   * Its first base in the record; below 0 where the record is shorter than the window, and unknown bases stand around
   * it.
   */
  start: number;
  /** Of the predicted bins, those that are kept: from the first up to but not including the second. */
  keep: [number, number];
  /** Which bin of the record the first of them is, counted from the record's first base. */
  firstBin: number;
}

/** Records in the engine's memory. */
export interface EngineFasta {
  readonly records: EngineRecord[];
  /** The codes of a record. */
  codes(record: number): Uint8Array;
  windows(record: number, length: number, bin: number, crop: number): SequenceWindow[];
  free(): void;
}

/** How the bases of a bin become its value: 0 where nothing was measured. */
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

/** What reads and writes the files of tracks. */
export interface FileParts {
  Fasta: new (file: string, bytes: Uint8Array) => EngineFasta;
  /** `read` gives `size` bytes from `offset` on: a file is not read as a whole where it need not be. */
  Signal: new (file: string, size: number, read: ReadAt) => EngineSignal;
  readVariants(file: string, bytes: Uint8Array): VariantRow[];
  /** A bigWig file of bins of `size` bases of one chromosome. NaN stands for no value. */
  writeBigWig(chromosome: string, length: number, start: number, size: number, values: Float32Array): Uint8Array;
}

/** Gives up to `size` bytes of a file from `offset` on. */
export type ReadAt = (offset: number, size: number) => Uint8Array;

/** The parts of the CPU engine that are for tracks. */
export interface TrackParts extends FileParts {
  TrackModel: new (bytes: Uint8Array, file: string) => CpuTrackModel;
  /** The family of a model file, as its card says. */
  modelFamily(bytes: Uint8Array, file: string): string;
}
