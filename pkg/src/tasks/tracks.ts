/** Tracks along a sequence: predictions from DNA, where the heads attended, and the effects of changed bases. */

import type { DeviceReport } from "../engine/device.js";
import type { ScoreSettings, SequenceWindow, VariantTrackScore } from "../engine/track-engine.js";
import type { Stretch } from "../io/sequences.js";
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
  /** The windows that were run; several overlap by what is cropped. */
  windows: readonly SequenceWindow[];
  /** Bases added around the record, all unknown. */
  padded: number;
  device: DeviceReport;
  /** How many windows the GPU ran. */
  windowsOnGpu: number;
  seconds: number;
}

/** Of what to predict. */
export interface RegionOptions extends WorkOptions {
  /**
   * A stretch of the record, from 0, the end not included: only it is predicted, from windows of which the middle one
   * has it in its middle, as `regulens predict --regions` does. With `isWhole` all bins of these windows are kept.
   */
  region?: (Stretch & { isWhole?: boolean | undefined }) | undefined;
}

/** How a track is attributed to bases. */
export interface BaseContributionOptions extends RegionOptions {
  /** Default: `integrated-gradients`, from shuffles; `gradient` is one pass, and rough. */
  method?: "gradient" | "integrated-gradients" | undefined;
  /** Which strands are averaged; both by default. */
  strands?: "both" | "forward" | undefined;
  /** How many shuffles of a window it is compared with, which keep its pairs of neighbours; default 10. */
  shuffles?: number | undefined;
  /** What they are drawn from; default 1. */
  seed?: number | undefined;
}

/** How much of a track's sum over a record, or a region of it, each base accounts for. */
export interface BaseContributions {
  record: string;
  track: number;
  method: "gradient" | "integrated-gradients";
  shuffles: number;
  /** The bases that are covered, from 0, the end not included. */
  start: number;
  end: number;
  /** Those bases as codes. */
  codes: Uint8Array;
  /** [end − start], in the track's unit. */
  contributions: Float32Array;
  /** First base of the bins that are summed, and the one behind their last. */
  bins: readonly [number, number];
  /** The sum of the track over these bins. */
  score: number;
  /** The mean of that over shuffles; undefined of one gradient, which has none. */
  baselineScore: number | undefined;
  /** The share of the sum of the sizes of contributions that was shared out so that they add up, on average. */
  remainder: number | undefined;
  /** Whether that is at most 1 %; true of one gradient, which promises no sum. */
  isConverged: boolean;
}

/** Attention of the heads in one window. */
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

/** A variant of a record that is named, as `readVariants` gives it. */
export interface NamedVariant extends Variant {
  /** The record's name; may be left out where there is one record only. */
  chromosome?: string | undefined;
  /** What it is called; `.` by default. */
  id?: string | undefined;
}

/** How variants are scored. */
export interface ScoreOptions extends WorkOptions, ScoreSettings {}

/** How a list of variants is scored. */
export interface ScoreVariantsOptions extends ScoreOptions {
  /**
   * Called when a variant is done, with its place in the list and its rows: none where an allele says no bases or is
   * too long. It must not throw.
   */
  onScored?: ((variant: number, rows: readonly VariantScore[]) => void) | undefined;
}

/** What stands against scoring a variant. */
export interface VariantFault {
  /**
   * `no-such-record`: on a sequence that is not there; `outside`: beyond the end of its sequence; `reference-differs`:
   * the sequence has other bases there, where it is known; `no-bases`: an allele says no bases (`<DEL>`, `*`).
   */
  code: "no-such-record" | "outside" | "reference-differs" | "no-bases";
  /** The bases that are there, where they differ. */
  found?: string | undefined;
}

/** One variant and track: a row of the table that `regulens interpret variants --tsv` writes. */
export interface VariantScore extends VariantTrackScore {
  sequence: string;
  /** From 1. */
  position: number;
  id: string;
  reference: string;
  alternative: string;
}

/** The effect of a variant in the window centred on it. */
export interface VariantEffect {
  /** First base of the window in the record; below 0 where the window begins before it. */
  start: number;
  /** First base of the first predicted bin. */
  origin: number;
  /** The bins that are summed: first and the one after the last, counted from `origin`. */
  bins: readonly [number, number];
  /** [bins, tracks] */
  reference: Float32Array;
  alternative: Float32Array;
  /** For each layer [heads, window bins, window bins]; empty for a variant of the model without attention. */
  attention: { reference: Float32Array[]; alternative: Float32Array[] };
  /** For each track. */
  scores: VariantTrackScore[];
}

/** Every base of a region replaced by every other. */
export interface Mutagenesis {
  /** The stretch, from 0, the end not included. */
  start: number;
  end: number;
  /** The bases that stand there, as codes [end − start]. */
  codes: Uint8Array;
  /**
   * The bins over which changes are summed, those of the stretch and around it: first and the one after the last, in a
   * window with the stretch in its middle. A stretch longer than half of what that predicts takes several windows, of
   * which this is the first.
   */
  bins: readonly [number, number];
  /** Each track without any change, summed over these bins, [tracks]. */
  reference: Float32Array;
  /** Change of the sum over these bins, [tracks, end − start, 4]; 0 for the base that stands there. */
  change: Float32Array;
  /**
   * How much each base that stands there holds the track up: the mean change by the three others, with its sign turned,
   * [end − start, tracks].
   */
  contribution: Float32Array;
}

/** Settings of mutagenesis. */
export type MutagenesisOptions = ScoreOptions;
