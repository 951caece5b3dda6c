/**
 * Interfaces of the wasm engines, as declared in their Rust source (`src/wasm/`).
 *
 * Arrays are row-major. N genes, M marks in the model's order, T bins.
 */

import type { CardReader, EngineTrackModel, SequenceParts, SequencesEngine } from "./track-engine.js";
import type { MeanDeletion, PlantedShares } from "./deletion.js";
import type { Intervals, Reliability } from "./calibration.js";
import type { EngineAttentionSpread, MembersSpread } from "./members.js";
import type { ModelCard } from "../card.js";
import type { Description, TableLayout, Understanding } from "./engine-types.js";

export type { Intervals } from "./calibration.js";
export type { Deviation, TableLayout, Understanding } from "./engine-types.js";

/** Outputs of a model for one batch of genes. */
export type Batch = {
  /** P(gene on), [N]; empty for a model of a change or of level. */
  probability: Float32Array;
  /** Logit, the value before the sigmoid, [N]; empty for a model of a change or of level. */
  logit: Float32Array;
  /** log2((B + 1) / (A + 1)) from a model of a change, [N]; otherwise empty. */
  foldChange: Float32Array;
  /** log2(count + 1) from a model of level, [N]; otherwise empty or absent. */
  level?: Float32Array;
  /** log2(count + 1) in A and in B from a model of a change with auxiliary tasks, [N, 2]; otherwise empty. */
  expression: Float32Array;
  /** Attention over bins, [N, rows, T]; sums to 1 over T. Empty for a variant without attention over bins. */
  alpha: Float32Array;
  /** Attention over marks, [N, columns]; sums to 1 over each softmax. Empty for a variant without weights of marks. */
  beta: Float32Array;
  /** Attention over bins of auxiliary encoders, [N, rows, T]; empty without auxiliary encoders. */
  auxiliaryAlpha: Float32Array;
  /** Attention of auxiliary tasks over marks, [N, rows]; empty without auxiliary tasks. */
  auxiliaryBeta: Float32Array;
  /** σ(logit), [N], if the card has a calibration, which `probability` then includes; otherwise empty or absent. */
  probabilityRaw?: Float32Array;
  /** Each ensemble member's log-odds, log2 fold change or level, [N, members]; absent for a single model. */
  members?: Float32Array;
  /** Sample standard deviation over members of P(on) (calibrated if the model is), fold change or level, [N]. */
  sd?: Float32Array;
  /** Lowest of the members' values, [N]. */
  low?: Float32Array;
  /** Highest of the members' values, [N]. */
  high?: Float32Array;
};

/** The self-test's input: small, and run on both GPU and CPU. */
export interface SelfTest {
  /** [N, T, columns]. */
  values: Float32Array;
  /** N. */
  genes: number;
}

/** A model in an engine that runs it. */
export interface EngineModel {
  /** Runs `genes` genes of `values` [N, T, columns]. */
  predict(values: Float32Array, genes: number): Promise<Batch>;
  /** Releases the memory. */
  free(): void;
}

/** A table in the engine's memory. */
export interface EngineTable {
  readonly file: string;
  readonly layout: TableLayout;
  readonly genes: string[];
  readonly marks: string[];
  readonly bins: number;
  readonly notes: string[];
  /** One label per gene, 1 = on; undefined if the table has none. */
  readonly labels: Uint8Array | undefined;
  /** Values as in the file, genes `start` to `end` (excluded), [end − start, T, columns]. */
  values(start: number, end: number): Float32Array;
  free(): void;
}

/** A table's values in the model's mark order, ready to run. */
export interface EnginePrepared {
  readonly genes: number;
  /** Gene names; for a pair, in A's order and spelling. */
  readonly names: string[];
  /** For a pair, the genes that only A has and the genes that only B has. */
  readonly unmatched: [string[], string[]];
  /** Index of each gene in `genes`, [N], matched by id without version; −1 if it is not there. */
  placesIn(genes: readonly string[]): Int32Array;
  /** Measured count of each gene, [N], matched by id without version; NaN if there is none. */
  counts(of: EngineCounts): Float32Array;
  /** Labels by measured counts, [N]: 1 for on, 0 for off, 255 for a gene without a count. */
  on(of: EngineCounts): Uint8Array;
  /**
   * Values of genes `start` to `end` (excluded), [end − start, T, columns]: the marks; for a pair, A's marks and then
   * B's.
   */
  values(start: number, end: number): Float32Array;
  free(): void;
}

/** Measured counts of genes in the engine's memory. */
export interface EngineCounts {
  /** Number of genes in the file. */
  readonly genes: number;
  /** Median count, at or above which a gene is on; undefined if the file has 0/1 labels instead of counts. */
  readonly median: number | undefined;
  free(): void;
}

/** Options for preparing a table before the model reads it. */
export interface PrepareOptions {
  /** Keep these bins of each gene, from 1, inclusive. */
  selectBins?: readonly [number, number];
  /** Multiply each value of a mark by this factor. */
  scale?: Readonly<Record<string, number>>;
}

/** A model on a CPU engine. */
export interface CpuModel extends EngineModel {
  /** The self-test's input for this model. */
  selfTest(): SelfTest;
  readonly card: ModelCard;
  /** SHA-256 of the file's bytes, lower-case hexadecimal. */
  readonly sha256: string;
  /** Describes the model. */
  describe(): Description;
}

/** Matches tables to the model of a card. */
export interface EnginePreparer {
  /** Reports how the model reads the table of one of its cell types, counted from 0. */
  understand(table: EngineTable, cellType: number): Understanding;
  prepare(table: EngineTable, options: PrepareOptions): EnginePrepared;
  /** Prepares the tables of two cell types, for models of a change only. */
  preparePair(a: EngineTable, b: EngineTable, optionsA: PrepareOptions, optionsB: PrepareOptions): EnginePrepared;
  free(): void;
}

/** A model on the full CPU engine, which can also explain its predictions. */
export interface ExplainingModel extends CpuModel {
  /** Saliency ∂ score(on) / ∂ x of `values` [N, T, M], [N, T, M]. */
  saliency(values: Float32Array, genes: number): Float32Array;
  /** Attributes the scores of `values` [N, T, columns]. */
  attribute(
    values: Float32Array,
    genes: number,
    method: AttributionMethod,
    baseline: Contrast | Float32Array,
  ): Promise<EngineAttributions>;
  /** Spread of attention over ensemble members, for `values` [N, T, columns]; undefined for a single model. */
  attentionSpread(values: Float32Array, genes: number): Promise<EngineAttentionSpread | undefined>;
  /** Log2 fold changes of `values` [N, T, columns] if both cell types are set to their midpoint, [N]. */
  noChange(values: Float32Array, genes: number): Promise<Float32Array>;
  /**
   * Prediction sets that contain the measured class for a fraction `coverage` of genes, [N]: 1 for on, 2 for off, 3 for
   * both.
   */
  sets(logit: Float32Array, coverage: number): Uint8Array;
  /**
   * Compares the probabilities of `logit` [N] with labels [N]: 1 for on, 0 for off, other values for unknown. Undefined
   * unless both classes have genes.
   */
  reliability(logit: Float32Array, labels: Uint8Array): Reliability | undefined;
  /** Intervals that contain a fraction `coverage` of measured changes or levels; `sd` is empty for a single model. */
  intervals(predicted: Float32Array, sd: Float32Array, coverage: number): Intervals;
  /** Starts a search for the input that maximises the score of a class. */
  classOptimisation(of: ClassName, lambda: number, steps: number, seed: number): EngineClassOptimisation;
  /** Starts averaging explanations over genes of a class. */
  heldOut(of: ClassName): EngineHeldOut;
  /** Starts a deletion test of bins. */
  deletionTest(options: EngineDeletionOptions): EngineDeletionTest;
}

/** A class of genes: `on` or `off`; `up` or `down` for a change; `high` or `low` for a level. */
export type ClassName = "on" | "off" | "up" | "down" | "high" | "low";

/**
 * A method that ranks bins by importance for a prediction. `signal` and `random` are baselines: a meaningful
 * explanation outperforms both the magnitude of the signal and chance.
 */
export type Explanation =
  | "alpha"
  | "saliency"
  | Extract<AttributionMethod, "gradient-x-input" | "integrated-gradients" | "occlusion">
  | "class-optimisation"
  | "signal"
  | "random";

/**
 * A method that attributes a score to the input values, relative to a baseline. Gradient × (input − baseline): first
 * order. Integrated gradients: the mean gradient along the path times the difference; sums to the difference of scores.
 * Occlusion: the loss of score if the baseline replaces a value, or all marks of one cell type in a bin; exact, but
 * does not sum. Shapley: for whole marks, the mean contribution over all orders; sums to the difference of scores.
 */
export type AttributionMethod =
  "gradient-x-input" | "integrated-gradients" | "occlusion" | "occlusion-of-bins" | "shapley";

/**
 * The baseline of an attribution, named by the question that it answers. `zero`: why this prediction rather than that
 * for no signal? `class-mean`, the mean training gene of the other class: what distinguishes the gene from it? For a
 * change, `midpoint`, both cell types at their midpoint: why changed rather than unchanged? `other`, cell types
 * exchanged: why this change rather than the reverse? `gene-mean`, each mark's mean over the gene: where along the
 * gene? `training-mean`: what distinguishes it from a flat, average signal?
 */
export type Contrast = "zero" | "class-mean" | "midpoint" | "other" | "gene-mean" | "training-mean";

/** Attributions of genes, as an engine computes them. */
export interface EngineAttributions {
  /** Attributions: [N, T, columns]; occlusion of bins gives [N, T, cell types], Shapley values give [N, columns]. */
  values: Float32Array;
  /** The attributed score, [N]: log-odds of on, level, or log2 fold change. */
  score: Float32Array;
  /** Score of the baseline, [N]. */
  baselineScore: Float32Array;
  /** Sum of the attributions less (score − baselineScore), [N]. */
  completeness: Float32Array;
  /** 1 where `completeness` is negligible, [N]. */
  complete: Uint8Array;
  /**
   * 1 if a mark's mean over the gene is outside the range of the training genes, [N]; 0 if the card has no range.
   */
  outside: Uint8Array;
  /** The same flag for the baseline, [N]. */
  baselineOutside: Uint8Array;
  /** Number of neighbouring bins occluded together, which share one value; 1 for other methods. */
  window: number;
  /** Spread of `values` over members, each attributed to its own score; absent for a single model. */
  spread?: MembersSpread;
  /** Spread of each column's sum over bins, [N, columns]; absent unless `values` has one value per bin. */
  sumSpread?: MembersSpread | undefined;
}

/** Effect of removing bins in the order of one explanation. */
export interface DeletionCurves {
  explanation: Explanation;
  /**
   * Decrease of P(predicted class) for each number of removed bins, [N, steps]; positive if the model became less
   * confident.
   */
  change: Float32Array;
  /**
   * Area under each gene's curve over the fraction of removed bins, i.e. its mean change, [N]: the larger, the more the
   * prediction depends on the top-ranked bins.
   */
  area: Float32Array;
  /** Lowest and highest change over several random orders, [N, steps]. */
  least?: Float32Array | undefined;
  greatest?: Float32Array | undefined;
  /** Fractions of planted marks that are removed first, if the truth is known. */
  planted?: PlantedShares | undefined;
  /** Mean over the tested genes. */
  mean: MeanDeletion;
}

/** Explanations that rank the bins of a mark, named as in `regulens interpret held-out`. */
export type HeldOutKind =
  | "alpha"
  | "alpha-beta"
  | "saliency"
  | "absolute-saliency"
  | "class-optimisation"
  | "signal"
  | "difference"
  | "tss-distance"
  | "uniform";

/** Mean profile of one explanation of a mark over genes. */
export interface HeldOutProfile {
  kind: HeldOutKind;
  /** True if the explanation differs between marks; false if all marks share it. */
  marksApart: boolean;
  /** True if it differs between a mark in A and the same mark in B; changes only. */
  cellTypesApart: boolean;
  /** Mean profile, [T]; empty if there are no genes. */
  values: Float32Array;
  /** Pearson's r with the track; undefined if either is constant over bins, or there are no genes. */
  r: number | undefined;
}

/** Settings of a deletion test; the crate defines the defaults. */
export interface EngineDeletionOptions {
  explanations?: readonly Explanation[];
  /** Class maps of on and off, or up and down, [T, columns]. */
  maps?: { high: Float32Array; low: Float32Array };
  steps?: readonly number[];
  contrast?: Contrast;
  randomOrders?: number;
  seed?: number;
}

/** Running means of explanations over genes. */
export interface EngineHeldOut {
  /** Adds `genes` genes to the means: `values` [N, T, columns]. */
  add(values: Float32Array, genes: number): Promise<void>;
  /** Starts averaging a track. */
  track(): EngineMeanTrack;
  /** Profiles of a column (marks of A, then of B) by each explanation, and their correlation with a track. */
  explained(column: number, classMap: Float32Array | undefined, track: EngineMeanTrack): HeldOutProfile[];
  free(): void;
}

/** Running mean of a track over genes. */
export interface EngineMeanTrack {
  /** Adds a gene: the bins from `first` on in one of the `columns` of `values` [T, columns]. */
  add(values: Float32Array, columns: number, column: number, first: number): void;
  /** The mean, [T]; empty if there are no genes. */
  mean(): Float32Array;
  readonly genes: number;
  free(): void;
}

/** A deletion test in progress. */
export interface EngineDeletionTest {
  /**
   * Tests further genes: their names (which seed the random orders), their values [N, T, columns], and what is planted
   * in them, of the same shape, if known.
   */
  add(names: readonly string[], values: Float32Array, planted: Uint8Array | undefined): Promise<void>;
  /** Appends the result of a test of further genes with the same options. */
  append(found: EngineDeletion): void;
  finish(): EngineDeletion;
  free(): void;
}

/** An input being optimised towards a class. */
export interface EngineClassOptimisation {
  /** Takes `count` steps; returns the loss before each. */
  step(count: number): Float32Array;
  /** The current input, clamped to 0 … 1 and divided by its maximum, [T, columns]. */
  map(): Float32Array;
  free(): void;
}

/** Decrease of P(predicted class) as bins are removed. */
export interface EngineDeletion {
  steps: number[];
  /** P(on) before removal, [N]. */
  probability: Float32Array;
  /** Fractions of planted marks removed first by a random order, if the truth is known. */
  chance?: PlantedShares | undefined;
  curves: DeletionCurves[];
}

/** Reads a table piece by piece. */
interface EngineTableReader {
  push(chunk: Uint8Array): void;
  /** Rows read so far. */
  readonly rows: number;
  finish(): EngineTable;
  free(): void;
}

/** Mean attention over the genes predicted on and over those predicted off; it has the rows of α. */
export interface AttentionMeans {
  /** Mean α of the genes predicted on, [rows, T]; undefined if there are none. */
  on: Float32Array | undefined;
  /** Mean α of the genes predicted off, [rows, T]; undefined if there are none. */
  off: Float32Array | undefined;
  genesOn: number;
  genesOff: number;
}

/** Accumulates {@link AttentionMeans} batch by batch, or the means of other numbers per gene, row and bin. */
export interface EngineAttentionSummary {
  add(probability: Float32Array, alpha: Float32Array): void;
  finish(): AttentionMeans;
  free(): void;
}

/** Readers of tables. */
export interface TableParts {
  TableReader: new (file: string) => EngineTableReader;
  Counts: new (file: string, bytes: Uint8Array) => EngineCounts;
}

/** File readers of every kind, as in the engine for files, which runs no model. */
export interface FileEngine extends TableParts, SequenceParts {}

/**
 * The CPU engine that loads first, for any SIMD instructions: it reads the tables of all models, and runs the on/off
 * models.
 */
export interface TablesEngine extends TableParts, CardReader {
  Model: new (bytes: Uint8Array, file: string, symmetric?: boolean) => CpuModel;
  Preparer: new (bytes: Uint8Array, file: string) => EnginePreparer;
  AttentionSummary: new (rows: number, bins: number, threshold: number) => EngineAttentionSummary;
  /** Area under the ROC curve, with ties counted as one half; undefined if one class has no gene. */
  auroc(scores: Float32Array, labels: Uint8Array): number | undefined;
  /** Pearson's correlation over the pairs with two finite values; undefined if either is constant over them. */
  pearson(x: Float32Array, y: Float32Array): number | undefined;
}

/** The full CPU engine: models of every kind, and their explanations. */
export interface FullEngine extends TablesEngine, SequencesEngine {
  Model: new (bytes: Uint8Array, file: string, symmetric?: boolean) => ExplainingModel;
  /** log2((b + 1) / (a + 1)) of counts in A and in B, [N] each; NaN if either count is NaN. */
  foldChange(a: Float32Array, b: Float32Array): Float32Array;
  /**
   * Mean weights of marks, `beta` [N, columns], over genes with a `change` [N] above `threshold` and over those below
   * its negative. The default threshold is exceeded by one gene in ten. Returns the threshold, the numbers of genes up
   * and down, and for each column the mean and standard deviation among the genes up, then among the genes down; NaN
   * for none.
   */
  markWeights(change: Float32Array, beta: Float32Array, columns: number, threshold: number | undefined): Float64Array;
}

/** The CPU engines, by name. */
export interface CpuEngines {
  tables: TablesEngine;
  full: FullEngine;
}

/** A CPU engine. */
export type CpuName = keyof CpuEngines;

export type { CardReader, SequencesEngine };

/** Input of a model. */
export type Reads = "tables" | "sequences";

/** Properties that a started WebGPU device reports. */
export interface GpuInfo {
  /** The adapter's name; browsers usually leave it empty. */
  name: string;
  backend: string;
  deviceType: string;
  driver: string;
  /** Maximum size of one buffer binding, in bytes. */
  maxBufferBytes: number;
}

/** The WebGPU engine's module, before its device is started. */
export interface GpuEngine {
  Model: new (bytes: Uint8Array, file: string, symmetric?: boolean) => EngineModel;
  TrackModel: new (bytes: Uint8Array, file: string) => EngineTrackModel;
  /** Requests a device; await it before creating a model. `onLost` is called if the device is lost, or on a trap. */
  startDevice(onLost: (message: string) => void): Promise<GpuInfo>;
}
