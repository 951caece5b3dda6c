/** Tracks along a sequence: predictions from DNA, attention of the heads, and the effects of changed bases. */

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

/** Sizes of a window and of the predictions for it; `binSize` is the number of bases per bin. */
export interface WindowShape extends Omit<TrackShape, "bin"> {
  readonly binSize: number;
}

/** Predicted tracks of one record. */
export interface TracksResult {
  /** Name of the record. */
  record: string;
  /** Length of the record in bases. */
  length: number;
  /** First base of the first bin, from 0. */
  origin: number;
  /** Bases per bin. */
  binSize: number;
  /** Number of bins. */
  bins: number;
  /** Predicted values, [bins, tracks]; for an ensemble the mean over members. */
  values: Float32Array;
  /** Spread of the values over ensemble members, [bins, tracks]; undefined for a single model. */
  spread?: MembersSpread | undefined;
  /** The windows that were run; neighbouring windows overlap by the cropped parts. */
  windows: readonly SequenceWindow[];
  /** Number of unknown bases added around the record. */
  padded: number;
  device: DeviceReport;
  /** Number of windows run on the GPU. */
  windowsOnGpu: number;
  seconds: number;
}

/** Options for the region to predict. */
export interface RegionOptions extends WorkOptions {
  /**
   * A stretch of the record, from 0, end excluded: only it is predicted, from windows whose middle one is centred on
   * it, as with `regulens predict --regions`. With `isWhole` all bins of these windows are kept.
   */
  region?: (Stretch & { isWhole?: boolean | undefined }) | undefined;
}

/** Options for attributing a track to bases. */
export interface BaseContributionOptions extends RegionOptions {
  /** Default: `integrated-gradients`, starting from shuffles; `gradient` takes a single pass, and is rough. */
  method?: "gradient" | "integrated-gradients" | undefined;
  /** Strands to average; default `both`. */
  strands?: "both" | "forward" | undefined;
  /** Number of shuffles used as baselines of a window, which preserve its dinucleotide counts; default 10. */
  shuffles?: number | undefined;
  /** Seed of the shuffles; default 1. */
  seed?: number | undefined;
}

/** Contribution of each base to a track's sum over a record, or over a region of it. */
export interface BaseContributions {
  record: string;
  track: number;
  method: "gradient" | "integrated-gradients";
  shuffles: number;
  /** The bases covered, from 0, end excluded. */
  start: number;
  end: number;
  /** The bases as codes. */
  codes: Uint8Array;
  /** Contribution of each base, [end − start], in the track's unit; for an ensemble the mean over members. */
  contributions: Float32Array;
  /** Spread of the contributions over ensemble members, [end − start]; undefined for a single model. */
  spread?: MembersSpread | undefined;
  /** First base of the summed bins, and the end (excluded) of the last. */
  bins: readonly [number, number];
  /** Sum of the track over these bins. */
  score: number;
  /** Mean of that sum over shuffles; undefined for a single gradient, which uses none. */
  baselineScore: number | undefined;
  /** Remainder distributed so that contributions add up, as a fraction of their total magnitude, on average. */
  remainder: number | undefined;
  /** True if that is at most 1 %, and for a single gradient, whose contributions need not add up. */
  isConverged: boolean;
}

/** Options for naming contributing stretches. */
export interface NamingOptions extends BaseContributionOptions {
  /** Maximum false discovery rate of seqlets (shuffles contain motifs by chance, too); default 0.2. */
  seqlets?: number | undefined;
  /** Maximum false discovery rate of names; default 0.05. */
  q?: number | undefined;
  /** Minimum number of similar seqlets in a pattern; default 4. */
  least?: number | undefined;
}

/** A stretch whose bases contribute more than those of shuffles do, in bases of the record, from 0. */
export interface Seqlet extends Stretch {
  /** Sum of its bases' contributions. */
  contribution: number;
  /** False discovery rate among seqlets that contribute at least as much. */
  q: number;
}

/** A site that matches a motif. */
export interface MotifMatch extends Stretch {
  strand: "+" | "-";
  /** Match score in bits. */
  bits: number;
  /** Probability that a random site scores as high. */
  p: number;
}

/** The best match of a seqlet, in bases of the record, from 0. */
export interface MotifName extends MotifMatch {
  /** Index in `seqlets`. */
  seqlet: number;
  /** Index in the file of motifs. */
  motif: number;
  /** Expected fraction of wrong names among those with q at most as large. */
  q: number;
}

/** Position of a pattern's columns on a seqlet, in bases of the record, from 0; it may extend beyond the seqlet. */
export interface PatternSite extends Stretch {
  /** Index in `seqlets`. */
  seqlet: number;
  /** `-` if the pattern reads on the reverse strand. */
  strand: "+" | "-";
}

/** Similar seqlets, named or not. */
export interface SeqletPattern {
  /** Frequencies of A, C, G and T in each column, [columns][4]; each row sums to 1. */
  rows: readonly (readonly number[])[];
  /** Mean contribution of the bases in each column over the seqlets, [columns], in the track's unit. */
  contributions: readonly number[];
  /** Its seqlets, from left to right. */
  sites: PatternSite[];
}

/** Contributions of the bases of a region, and motif names of the top stretches. */
export interface NamedContributions extends BaseContributions {
  /** Seqlets, from left to right. */
  seqlets: Seqlet[];
  /** Names of the seqlets that match a motif, in the order of the seqlets. */
  names: MotifName[];
  /** Patterns of similar seqlets, the largest first; a seqlet belongs to at most one pattern. */
  patterns: SeqletPattern[];
}

/** A match that a variant creates, destroys or changes. */
export interface MotifChange {
  /** Index in the file of motifs. */
  motif: number;
  /** Allele with the match: only the alternative, only the reference; or both, with scores at least one bit apart. */
  kind: ChangeOfMatch;
  /** False discovery rate among matches at least as significant, over all motifs and both alleles. */
  q: number;
  /** Score of the alternative minus that of the reference; sites that are likelier by chance count as 0. */
  bits: number;
  /** Best site in the reference, in bases of the record, from 0; undefined if every site is likelier by chance. */
  reference?: MotifMatch | undefined;
  /** Best site in the alternative, in bases of the record with the variant applied. */
  alternative?: MotifMatch | undefined;
}

/** Options for deletion tests of a track's sum. */
export interface BaseDeletionOptions extends RegionOptions {
  /** Default: all that the model has, and known motifs if they are given. */
  explanations?: readonly BaseExplanation[] | undefined;
  /** Known motifs, whose matches are tested in addition to explanations. */
  motifs?: Motifs | undefined;
  /** Sites planted in simulated sequence: the result then has the number of sites that each explanation finds. */
  truth?: PlantedSites | undefined;
  /** Default: `both`. */
  strands?: "both" | "forward" | undefined;
  /** Number of shuffles used as baselines of integrated gradients. Default: 10. */
  shuffles?: number | undefined;
  /** Seed of shuffles and random orders. Default: 1. */
  seed?: number | undefined;
}

/**
 * Loss of a track's sum as the bases that an explanation ranks first are replaced by bases of shuffles, for each window
 * that predicts a record, or a region of it.
 */
export interface BaseDeletion {
  record: string;
  track: number;
  /** Number of windows tested. */
  windows: number;
  /** Number of ranked bases in these windows. */
  bases: number;
  /** Fraction of these bases replaced at each step. */
  share: Float32Array;
  /** Sum of the track over each window's bins before replacement, [windows]. */
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
  /** Attention, one array of [heads, bins, bins] per layer. */
  layers: Float32Array[];
}

/** A change of the sequence. */
export interface Variant {
  /** Position in the record, from 0. */
  position: number;
  reference: string;
  alternative: string;
  /** Origin of the variant, for messages: `v.vcf, line 12`. */
  source?: string | undefined;
}

/** A variant of a named record, as `readVariants` returns it. */
export interface NamedVariant extends Variant {
  /** The record's name; optional if there is only one record. */
  chromosome?: string | undefined;
  /** Name of the variant; default `.`. */
  id?: string | undefined;
}

/** Options for scoring variants. */
export interface ScoreOptions extends WorkOptions, ScoreSettings {}

/** Options for scoring a list of variants. */
export interface ScoreVariantsOptions extends ScoreOptions {
  /**
   * Called when a variant is done, with its index in the list and its rows; there are none if an allele has no bases or
   * is too long. It must not throw.
   */
  onScored?: ((variant: number, rows: readonly VariantScore[]) => void) | undefined;
}

/** Reason why a variant cannot be scored. */
export interface VariantFault {
  /**
   * `no-such-record`: the sequence does not exist; `outside`: beyond the end of the sequence; `reference-differs`: the
   * known bases of the sequence differ there; `no-bases`: an allele has no bases (`<DEL>`, `*`).
   */
  code: "no-such-record" | "outside" | "reference-differs" | "no-bases";
  /** The sequence's bases, if they differ. */
  found?: string | undefined;
}

/** Score of one variant for one track: a row of the table that `regulens interpret variants --tsv` writes. */
export interface VariantScore extends VariantTrackScore {
  sequence: string;
  /** Position in the record, from 1. */
  position: number;
  id: string;
  reference: string;
  alternative: string;
}

/** The effect of a variant in the window centred on it. */
export interface VariantEffect {
  /** First base of the window in the record; negative if the window begins before the record. */
  start: number;
  /** First base of the first predicted bin. */
  origin: number;
  /** The bins that are summed: first and end (excluded), counted from `origin`. */
  bins: readonly [number, number];
  /** Predicted values, [bins, tracks]; for an ensemble the means over members. */
  reference: Float32Array;
  alternative: Float32Array;
  /** Spread of the values over ensemble members, [bins, tracks]; undefined for a single model. */
  spread?: { reference: MembersSpread; alternative: MembersSpread } | undefined;
  /** Attention per layer, [heads, window bins, window bins]; empty for a model variant without attention. */
  attention: { reference: Float32Array[]; alternative: Float32Array[] };
  /** Scores, one per track. */
  scores: VariantTrackScore[];
}

/** Every base of a region substituted by every other. */
export interface Mutagenesis {
  /** The region, from 0, end excluded. */
  start: number;
  end: number;
  /** The reference bases, as codes [end − start]. */
  codes: Uint8Array;
  /**
   * The bins over which changes are summed, those of the region and around it: first and end (excluded), in a window
   * centred on the region. A region longer than half of what a window predicts takes several windows, of which this is
   * the first.
   */
  bins: readonly [number, number];
  /** Sum of each track over these bins without substitution, [tracks]. */
  reference: Float32Array;
  /** Change of the sum over these bins, [tracks, end − start, 4]; 0 for the reference base. */
  change: Float32Array;
  /**
   * Support of each track by each reference base, [end − start, tracks]: the negative mean change over the three
   * substitutions.
   */
  contribution: Float32Array;
}

/** Settings of mutagenesis. */
export type MutagenesisOptions = ScoreOptions;
