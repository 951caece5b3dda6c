/** Tracks along a sequence: what a model of DNA predicts, where its heads looked, and what a changed base changes. */

import type { DeviceReport } from "../engine/device.js";
import type { SequenceWindow } from "../engine/track-engine.js";
import type { WorkOptions } from "../progress.js";

/** Predicted tracks of one record. */
export interface TracksResult {
  /** Name of the record. */
  record: string;
  /** Its bases. */
  length: number;
  /** The first base of the first bin. */
  origin: number;
  /** Bases of a bin. */
  bin: number;
  /** Number of bins. */
  bins: number;
  /** [bins, tracks] */
  values: Float32Array;
  /** The windows that were run; where there are several, they overlap by what is cropped. */
  windows: readonly SequenceWindow[];
  /** Bases added around the record, all unknown. */
  padded: number;
  device: DeviceReport;
  /** How many windows the GPU ran. */
  windowsOnGpu: number;
  seconds: number;
}

/** Where the heads looked in one window. */
export interface WindowAttention {
  window: SequenceWindow;
  /** First base of the window's first bin in the record. */
  start: number;
  bins: number;
  heads: number;
  /** For each layer [heads, bins, bins]. */
  layers: Float32Array[];
}

/** A change of the sequence. */
export interface Variant {
  /** From 0 in the record. */
  position: number;
  reference: string;
  alternative: string;
  /** Where it is from, for messages: `v.vcf, line 12`. */
  source?: string | undefined;
}

/** What a variant changes in the window around it. */
export interface VariantEffect {
  window: SequenceWindow;
  /** First base of the first predicted bin in the record. */
  origin: number;
  /** [bins, tracks] */
  reference: Float32Array;
  alternative: Float32Array;
  /** For each layer [heads, window bins, window bins]; empty for a variant of the model without attention. */
  attention: { reference: Float32Array[]; alternative: Float32Array[] };
}

/** Every base of a stretch replaced by every other. */
export interface Mutagenesis {
  window: SequenceWindow;
  /** The stretch, from 0, the end not included. */
  start: number;
  end: number;
  /** The bases that stand there, as codes [end − start]. */
  codes: Uint8Array;
  /** The bins over which changes were added up: first and the one after the last, counted from `origin`. */
  bins: readonly [number, number];
  /** First base of the window's first predicted bin. */
  origin: number;
  /** The reference's sum over these bins, [tracks]. */
  reference: Float32Array;
  /** Change of the sum over these bins, [end − start, 4, tracks]; 0 for the base that stands there. */
  change: Float32Array;
}

/** How to mutate. */
export interface MutagenesisOptions extends WorkOptions {
  /** Bins beyond either end of the stretch whose predictions count; 4 by default. */
  around?: number | undefined;
}
