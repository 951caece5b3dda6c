/** Tracks along a sequence: predictions from DNA, where the heads attended, and the effects of changed bases. */

import type { DeviceReport } from "../engine/device.js";
import type { MembersSpread } from "../engine/members.js";
import type { ChangeOfMatch } from "../engine/motif-engine.js";
import type {
  BaseDeletionCurves,
  BaseExplanation,
  ScoreSettings,
  SequenceWindow,
  TrackShape,
  VariantTrackScore,
} from "../engine/track-engine.js";
import type { PlantedSites } from "../explain/planted-sites.js";
import type { Motifs } from "../io/motifs.js";
import type { Stretch } from "../io/sequences.js";
import type { WorkOptions } from "../progress.js";

/** Sizes of a window and of what is predicted for it; `binSize` is the bases of a bin. */
export interface WindowShape extends Omit<TrackShape, "bin"> {
  readonly binSize: number;
}

/** Predicted tracks of one record. */
export interface TracksResult {
  /** Name of the record. */
  record: string;
  /** Its bases. */
  length: number;
  /** The first base of the first bin. */
  origin: number;
  /** Bases of a bin. */
  binSize: number;
  /** Number of bins. */
  bins: number;
  /** [bins, tracks]; of an ensemble the mean of its members. */
  values: Float32Array;
  /** Spread of these over the members of an ensemble, [bins, tracks]; absent for a single model. */
  spread?: MembersSpread | undefined;
  /** The windows that were run; several overlap by what is cropped. */
  windows: readonly SequenceWindow[];
  /** Bases added around the record, all unknown. */
  padded: number;
  device: DeviceReport;
  /** Number of windows that the GPU ran. */
  windowsOnGpu: number;
  seconds: number;
}

/** Options for the region to predict. */
export interface RegionOptions extends WorkOptions {
  /**
   * A stretch of the record, from 0, the end not included: only it is predicted, from windows of which the middle one
   * has it in its middle, as `regulens predict --regions` does. With `isWhole` all bins of these windows are kept.
   */
  region?: (Stretch & { isWhole?: boolean | undefined }) | undefined;
}

/** Options for attributing a track to bases. */
export interface BaseContributionOptions extends RegionOptions {
  /** Default: `integrated-gradients`, from shuffles; `gradient` is one pass, and rough. */
  method?: "gradient" | "integrated-gradients" | undefined;
  /** Which strands are averaged; both by default. */
  strands?: "both" | "forward" | undefined;
  /** Number of shuffles of a window with which it is compared, which keep its pairs of neighbours; default 10. */
  shuffles?: number | undefined;
  /** Seed of the shuffles; default 1. */
  seed?: number | undefined;
}

/** Contribution of each base to a track's sum over a record, or a region of it. */
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
  /** [end − start], in the track's unit; of an ensemble the mean of its members. */
  contributions: Float32Array;
  /** Spread of these over the members of an ensemble, [end − start]; absent for a single model. */
  spread?: MembersSpread | undefined;
  /** First base of the bins that are summed, and the one behind their last. */
  bins: readonly [number, number];
  /** The sum of the track over these bins. */
  score: number;
  /** The mean of that over shuffles; undefined of one gradient, which has none. */
  baselineScore: number | undefined;
  /** The share of the sum of the sizes of contributions that was shared out so that they add up, on average. */
  remainder: number | undefined;
  /** True if that is at most 1 %, and for one gradient, which promises no sum. */
  isConverged: boolean;
}

/** Options for naming stretches of contributions. */
export interface NamingOptions extends BaseContributionOptions {
  /** The largest share of false ones among seqlets; shuffles have motifs by chance, too. Default 0.2. */
  seqlets?: number | undefined;
  /** The largest share of wrong names; default 0.05. */
  q?: number | undefined;
  /** Least number of similar seqlets that make a pattern; default 4. */
  least?: number | undefined;
}

/** A stretch whose bases contribute more than those of shuffles do, in bases of the record, from 0. */
export interface Seqlet extends Stretch {
  /** The sum of what its bases contribute. */
  contribution: number;
  /** The share of false ones among seqlets that contribute as much. */
  q: number;
}

/** A site that matches a motif. */
export interface MotifMatch extends Stretch {
  strand: "+" | "-";
  /** Its score. */
  bits: number;
  /** Probability that a random site scores as high. */
  p: number;
}

/** The best match of a seqlet, in bases of the record, from 0. */
export interface MotifName extends MotifMatch {
  /** Its place in `seqlets`. */
  seqlet: number;
  /** Its place in the file of motifs. */
  motif: number;
  /** The expected share of wrong names among those with a q as small. */
  q: number;
}

/** Where a seqlet has the columns of its pattern, in bases of the record, from 0; they may reach beyond its ends. */
export interface PatternSite extends Stretch {
  /** Its place in `seqlets`. */
  seqlet: number;
  /** `-` where the pattern reads on the other strand. */
  strand: "+" | "-";
}

/** Seqlets that look alike, whether they have a name or not. */
export interface SeqletPattern {
  /** [columns][4]: how often A, C, G and T stand in each column; each row sums to 1. */
  rows: readonly (readonly number[])[];
  /** [columns]: what the bases of a column contribute, the mean over its seqlets, in the track's unit. */
  contributions: readonly number[];
  /** Its seqlets, from left to right. */
  sites: PatternSite[];
}

/** Contributions of the bases of a place, and the names of the stretches that matter most. */
export interface NamedContributions extends BaseContributions {
  /** From left to right. */
  seqlets: Seqlet[];
  /** Names of the seqlets that match a motif, in their order. */
  names: MotifName[];
  /** Seqlets that look alike, those of most seqlets first; a seqlet is in one pattern, or in none. */
  patterns: SeqletPattern[];
}

/** A match that a variant makes, breaks or changes. */
export interface MotifChange {
  /** Its place in the file of motifs. */
  motif: number;
  /** Allele with the match: the alternative or the reference alone; or both, and its score changes by a bit or more. */
  kind: ChangeOfMatch;
  /** The share of wrong ones among matches as sure, over all motifs and both alleles. */
  q: number;
  /** The alternative's score less the reference's; a site that is likelier by chance counts as 0. */
  bits: number;
  /** The best site in the reference, in bases of the record, from 0; absent where each is likelier by chance. */
  reference?: MotifMatch | undefined;
  /** The same in the alternative; bases are those of the record with the variant in it. */
  alternative?: MotifMatch | undefined;
}

/** Options for testing what a track's sum depends on. */
export interface BaseDeletionOptions extends RegionOptions {
  /** Default: all that the model has, and known motifs where they are given. */
  explanations?: readonly BaseExplanation[] | undefined;
  /** Known motifs, whose matches are tested beside explanations. */
  motifs?: Motifs | undefined;
  /** Sites planted in simulated sequence: then it is said how many sites each explanation finds. */
  truth?: PlantedSites | undefined;
  /** Default: `both`. */
  strands?: "both" | "forward" | undefined;
  /** Shuffles that integrated gradients start from. Default: 10. */
  shuffles?: number | undefined;
  /** Seed of shuffles and random orders. Default: 1. */
  seed?: number | undefined;
}

/**
 * Loss of a track's sum where the bases are replaced, by those of shuffles, that an explanation ranks first: of each
 * window that predicts a record, or a region of it.
 */
export interface BaseDeletion {
  record: string;
  track: number;
  /** Number of windows that were tested. */
  windows: number;
  /** Number of their bases that are ranked. */
  bases: number;
  /** The share of these that is replaced at each step. */
  share: Float32Array;
  /** The track's sum over each window's bins before anything is replaced, [windows]. */
  scores: Float32Array;
  curves: BaseDeletionCurves[];
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
  /** Name of the variant; `.` by default. */
  id?: string | undefined;
}

/** Options for scoring variants. */
export interface ScoreOptions extends WorkOptions, ScoreSettings {}

/** Options for scoring a list of variants. */
export interface ScoreVariantsOptions extends ScoreOptions {
  /**
   * Called when a variant is done, with its place in the list and its rows: none where an allele says no bases or is
   * too long. It must not throw.
   */
  onScored?: ((variant: number, rows: readonly VariantScore[]) => void) | undefined;
}

/** Reason against scoring a variant. */
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
  /** [bins, tracks]; of an ensemble the means of its members. */
  reference: Float32Array;
  alternative: Float32Array;
  /** Spread of these over the members of an ensemble, [bins, tracks]; absent for a single model. */
  spread?: { reference: MembersSpread; alternative: MembersSpread } | undefined;
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
   * Support of the track by each base that stands there: the mean change by the three others, with its sign turned,
   * [end − start, tracks].
   */
  contribution: Float32Array;
}

/** Settings of mutagenesis. */
export type MutagenesisOptions = ScoreOptions;
