/**
 * Interfaces of the wasm engines, as declared by their Rust source (`src/wasm/`).
 *
 * Arrays are row-major. N genes, M marks in the model's order, T bins.
 */

import type { CardReader, EngineTrackModel, SequenceParts, SequencesEngine } from "./track-engine.js";
import type { MeanDeletion, PlantedShares } from "./deletion.js";
import type { Assumed, Intervals, Reliability } from "./calibration.js";
import type { EngineAttentionSpread, MembersSpread } from "./members.js";
import type { ModelCard } from "../card.js";
import type { Description, TableLayout, Understanding } from "./engine-types.js";

export type { Intervals } from "./calibration.js";
export type { Deviation, TableLayout, Understanding } from "./engine-types.js";

/** Outputs of a model for one batch of genes. */
export type Batch = {
  /** P(gene on), [N]; empty for a model of a change or a level. */
  probability: Float32Array;
  /** The value before the sigmoid, [N]; empty for a model of a change or a level. */
  logit: Float32Array;
  /** log2((B + 1) / (A + 1)), [N], of a model of a change; empty for any other. */
  foldChange: Float32Array;
  /** log2(count + 1), [N], of a model of level; empty or absent for any other. */
  level?: Float32Array;
  /** log2(count + 1) in A and in B, [N, 2], of a model of a change with auxiliary tasks; empty for any other. */
  expression: Float32Array;
  /** Attention over bins, [N, rows, T]; sums to 1 over T. Empty for a variant that does not attend to bins. */
  alpha: Float32Array;
  /** Attention over marks, [N, columns]; sums to 1 over each softmax. Empty for a variant that does not weigh marks. */
  beta: Float32Array;
  /** Attention over bins of auxiliary encoders, [N, rows, T]; empty where there are none. */
  auxiliaryAlpha: Float32Array;
  /** Attention of auxiliary tasks over marks, [N, rows]; empty where there are none. */
  auxiliaryBeta: Float32Array;
  /** σ(logit), [N], where the card has a calibration and `probability` is calibrated; empty or absent otherwise. */
  probabilityRaw?: Float32Array;
  /** Log-odds, log2 fold changes or levels of each member of an ensemble, [N, members]; absent of a single model. */
  members?: Float32Array;
  /** Sample standard deviation of the members' P(on), calibrated where it is, of their fold changes or levels, [N]. */
  sd?: Float32Array;
  /** The lowest of them, [N]. */
  low?: Float32Array;
  /** The highest of them, [N]. */
  high?: Float32Array;
};

/** The self-test's input: small, and run on both GPU and CPU. */
export interface SelfTest {
  /** [N, T, columns]. */
  values: Float32Array;
  /** N. */
  genes: number;
}

/** Something that runs one model. */
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
  /** One a gene, 1 = on; absent where the table has none. */
  readonly labels: Uint8Array | undefined;
  /** Values of the genes from `start` up to but not including `end`, [end − start, T, columns], as in the file. */
  values(start: number, end: number): Float32Array;
  free(): void;
}

/** A table's values in the model's mark order, ready to run. */
export interface EnginePrepared {
  readonly genes: number;
  /** The genes' names, of a pair in A's order and spelling. */
  readonly names: string[];
  /** Genes of a pair that A alone has, and those that B alone has. */
  readonly unmatched: [string[], string[]];
  /** Where the genes stand among others, [N], found by their ids without versions; −1 for one that does not. */
  placesIn(genes: readonly string[]): Int32Array;
  /** Measured counts of the genes, [N], found by their ids without versions; NaN for a gene that has none. */
  counts(of: EngineCounts): Float32Array;
  /** Which of the genes are on by measured counts, [N]: 1 for on, 0 for off, 255 for a gene that has none. */
  on(of: EngineCounts): Uint8Array;
  /**
   * Values of the genes from `start` up to but not including `end`, [end − start, T, columns]: the marks, of a pair A's
   * and then B's.
   */
  values(start: number, end: number): Float32Array;
  free(): void;
}

/** Measured counts of genes in the engine's memory. */
export interface EngineCounts {
  /** Genes in the file. */
  readonly genes: number;
  /** Their median, at or above which a gene is on; undefined where the file says by 0 and 1 which are. */
  readonly median: number | undefined;
  free(): void;
}

/** Options for preparing a table before the model sees it. */
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
  /** Reports how the model understands the table of one of its cell types, counted from 0. */
  understand(table: EngineTable, cellType: number): Understanding;
  prepare(table: EngineTable, options: PrepareOptions): EnginePrepared;
  /** The same for the tables of two cell types; models of change only. */
  preparePair(a: EngineTable, b: EngineTable, optionsA: PrepareOptions, optionsB: PrepareOptions): EnginePrepared;
  free(): void;
}

/** A model on the full CPU engine, which also says what its predictions depend on. */
export interface ExplainingModel extends CpuModel {
  /** ∂ score(on) / ∂ x, [N, T, M], of `values` [N, T, M]. */
  saliency(values: Float32Array, genes: number): Float32Array;
  /** Attributes the scores of `values` [N, T, columns]. */
  attribute(
    values: Float32Array,
    genes: number,
    method: AttributionMethod,
    baseline: Contrast | Float32Array,
  ): Promise<EngineAttributions>;
  /** Spread of attention over the members, of `values` [N, T, columns]; undefined of a single model. */
  attentionSpread(values: Float32Array, genes: number): Promise<EngineAttentionSpread | undefined>;
  /** The log2 fold changes of `values` [N, T, columns] with both cell types at the middle of the two, [N]. */
  noChange(values: Float32Array, genes: number): Promise<Float32Array>;
  /**
   * Sets that hold the class that would be measured in a share `coverage` of genes, [N]: 1 for on, 2 for off, 3 where
   * neither can be excluded.
   */
  sets(logit: Float32Array, coverage: number): Uint8Array;
  /**
   * Compares the probabilities of `logit` [N] with labels [N]: 1 for on, 0 for off, of others nothing is known.
   * Undefined where either class has no gene. `shareOn` is the share of on that calibrated probabilities assume, where
   * that is not the calibration's.
   */
  reliability(logit: Float32Array, labels: Uint8Array, shareOn?: number): Reliability | undefined;
  /** Probabilities of `logit` [N] where a share of genes is on, and the spread of `members` [N, members]. */
  assume(logit: Float32Array, members: Float32Array, shareOn: number): Assumed;
  /** The ends of intervals that hold a share `coverage` of changes or levels; `sd` is empty of one model. */
  intervals(predicted: Float32Array, sd: Float32Array, coverage: number): Intervals;
  /** Begins to look for the input that this model is most sure is of a class, or moves furthest towards it. */
  classOptimisation(of: ClassName, lambda: number, steps: number, seed: number): EngineClassOptimisation;
  /** Begins to average explanations of genes of a class, with no genes. */
  heldOut(of: ClassName): EngineHeldOut;
  /** Begins to remove bins of genes. */
  deletionTest(options: EngineDeletionOptions): EngineDeletionTest;
}

/** A class of genes: `on` or `off`, of a change `up` or `down`, of a level `high` or `low`. */
export type ClassName = "on" | "off" | "up" | "down" | "high" | "low";

/**
 * A way to say which bins a prediction depends on. `signal` and `random` explain nothing: an explanation that means
 * something must do better than the size of the signal itself, and than chance.
 */
export type Explanation =
  | "alpha"
  | "saliency"
  | Extract<AttributionMethod, "gradient-x-input" | "integrated-gradients" | "occlusion">
  | "class-optimisation"
  | "signal"
  | "random";

/**
 * A way to share a score out among the values that it was computed from, against a baseline: the gradient times the
 * difference, to first order; the mean gradient on the way from the baseline times the difference, which adds up to the
 * difference of scores; what the score loses if the baseline takes a value's place, or that of all marks of a cell type
 * in a bin, exact, which does not add up; of whole marks the mean over all orders of what each adds, which does.
 */
export type AttributionMethod =
  "gradient-x-input" | "integrated-gradients" | "occlusion" | "occlusion-of-bins" | "shapley";

/**
 * A contrast: what a gene is compared with, by the question that this answers. No signal: why this prediction rather
 * than that of a gene without signal? The average training gene of the class that is not predicted: what sets it apart
 * from that? Of a change both cell types at the middle of the two: why changed rather than unchanged? Each at the
 * other's: why this change rather than the reverse one? Each mark's mean over the gene: where along this gene? Each
 * mark's mean in the training data: what sets it apart from a flat, average signal?
 */
export type Contrast = "zero" | "class-mean" | "midpoint" | "other" | "gene-mean" | "training-mean";

/** Attributions of genes, as an engine computes them. */
export interface EngineAttributions {
  /** [N, T, columns]; by occlusion of bins [N, T, cell types]; by Shapley values [N, columns]. */
  values: Float32Array;
  /** The score that is attributed, [N]: log-odds of on, or a log2 fold change. */
  score: Float32Array;
  /** The same of the baseline, [N]. */
  baselineScore: Float32Array;
  /** Sum of the attributions less (score − baselineScore), [N]. */
  completeness: Float32Array;
  /** 1 where that is as good as 0, [N]. */
  complete: Uint8Array;
  /**
   * 1 where the mean of a mark over the gene lies outside the range of the training genes, [N]; 0 where the card has no
   * range.
   */
  outside: Uint8Array;
  /** The same of what the gene is compared with, [N]. */
  baselineOutside: Uint8Array;
  /** Number of neighbouring bins that were replaced at once, and have one value; 1 of other methods. */
  window: number;
  /** Spread of `values` over the members' contributions to their own scores; absent of a single model. */
  spread?: MembersSpread;
  /** The same of each column's sum over the bins, [N, columns]; absent where `values` has not a value for each bin. */
  sumSpread?: MembersSpread | undefined;
}

/** Effect of removing bins in the order of one explanation. */
export interface DeletionCurves {
  explanation: Explanation;
  /**
   * P(predicted class) before less after, for each number of removed bins, [N, steps]; above 0 where the model became
   * less sure.
   */
  change: Float32Array;
  /**
   * Area under each gene's curve over the share of removed bins, which is its mean change, [N]: the larger, the more
   * the prediction depends on what goes first.
   */
  area: Float32Array;
  /** Least and greatest change over several random orders, [N, steps]. */
  least?: Float32Array | undefined;
  greatest?: Float32Array | undefined;
  /** Shares of what was planted that go first; where that is known. */
  planted?: PlantedShares | undefined;
  /** The mean over the tested genes. */
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

/** Profile that one explanation gives of a mark, on average over genes. */
export interface HeldOutProfile {
  kind: HeldOutKind;
  /** True if it tells marks apart; else it says the same of each. */
  marksApart: boolean;
  /** True if it tells a mark in A from the same mark in B; of a change only. */
  cellTypesApart: boolean;
  /** [T]; empty where there are no genes. */
  values: Float32Array;
  /** Pearson's r with the track; absent where either is the same in every bin, or there are no genes. */
  r: number | undefined;
}

/** Settings of a deletion test; the crate has the defaults. */
export interface EngineDeletionOptions {
  explanations?: readonly Explanation[];
  /** Maps of the class on and off, or up and down, [T, columns]. */
  maps?: { high: Float32Array; low: Float32Array };
  steps?: readonly number[];
  contrast?: Contrast;
  randomOrders?: number;
  seed?: number;
}

/** Means of explanations over genes. */
export interface EngineHeldOut {
  /** Adds `genes` genes that count: `values` [N, T, columns]. */
  add(values: Float32Array, genes: number): Promise<void>;
  /** Begins to average a track, with no genes. */
  track(): EngineMeanTrack;
  /** Profiles that explanations give of a column, marks of A and then of B, and their agreement with a track. */
  explained(column: number, classMap: Float32Array | undefined, track: EngineMeanTrack): HeldOutProfile[];
  free(): void;
}

/** The mean of a track over genes. */
export interface EngineMeanTrack {
  /** Adds a gene: the bins from `first` on of one of the `columns` of `values` [T, columns]. */
  add(values: Float32Array, columns: number, column: number, first: number): void;
  /** [T]; empty where there are no genes. */
  mean(): Float32Array;
  readonly genes: number;
  free(): void;
}

/** A deletion test under way. */
export interface EngineDeletionTest {
  /**
   * Tests further genes: their names, by which random orders are drawn, their values [N, T, columns], and what is
   * planted in them, of the same shape, where that is known.
   */
  add(names: readonly string[], values: Float32Array, planted: Uint8Array | undefined): Promise<void>;
  /** Takes what a test with the same options found elsewhere of further genes. */
  append(found: EngineDeletion): void;
  finish(): EngineDeletion;
  free(): void;
}

/** An input on its way to what a model is most sure of. */
export interface EngineClassOptimisation {
  /** Goes `count` steps on; the loss before each. */
  step(count: number): Float32Array;
  /** The input so far, clamped to 0 … 1 and divided by its greatest value, [T, columns]. */
  map(): Float32Array;
  free(): void;
}

/** Fall of P(predicted class) as bins were removed. */
export interface EngineDeletion {
  steps: number[];
  /** P(on) before, [N]. */
  probability: Float32Array;
  /** Shares of what was planted that go first by chance; where that is known. */
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

/** Mean attention over the genes predicted on and over those predicted off; as many rows as α has. */
export interface AttentionMeans {
  /** Mean α of the genes predicted on, [rows, T]; absent where there are none. */
  on: Float32Array | undefined;
  /** Mean α of the genes predicted off, [rows, T]; absent where there are none. */
  off: Float32Array | undefined;
  genesOn: number;
  genesOff: number;
}

/** Adds up {@link AttentionMeans} batch by batch; or the means of other numbers of each gene, row and bin. */
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

/** Readers of files of every kind, as in the engine of files, which knows no model. */
export interface FileEngine extends TableParts, SequenceParts {}

/**
 * The CPU engine that answers first, started, whichever instructions it uses: it reads the tables of all models, and
 * runs those that say which genes are on.
 */
export interface TablesEngine extends TableParts, CardReader {
  Model: new (bytes: Uint8Array, file: string, symmetric?: boolean) => CpuModel;
  Preparer: new (bytes: Uint8Array, file: string) => EnginePreparer;
  AttentionSummary: new (rows: number, bins: number, threshold: number) => EngineAttentionSummary;
  /** Area under the ROC curve, ties counting a half; absent where one class has no gene. */
  auroc(scores: Float32Array, labels: Uint8Array): number | undefined;
  /** Pearson's correlation of the pairs of which both are finite; absent where either does not vary over them. */
  pearson(x: Float32Array, y: Float32Array): number | undefined;
}

/** The CPU engine that has all: models of every kind, and what predictions depend on. */
export interface FullEngine extends TablesEngine, SequencesEngine {
  Model: new (bytes: Uint8Array, file: string, symmetric?: boolean) => ExplainingModel;
  /** log2((b + 1) / (a + 1)) of counts in A and in B, [N] each; NaN where either is. */
  foldChange(a: Float32Array, b: Float32Array): Float32Array;
  /**
   * Weights of marks in genes of a `change`, [N], above `threshold` and below its negative; `beta` is [N, columns].
   * Without a threshold it is that which a tenth of the genes goes beyond. The threshold, how many genes go up and
   * down, and of each column the mean weight and its deviation over the former and over the latter; NaN where there is
   * none.
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

/** Properties that a started WebGPU device reports of itself. */
export interface GpuInfo {
  /** The adapter's name; browsers mostly leave it empty. */
  name: string;
  backend: string;
  deviceType: string;
  driver: string;
  /** The most bytes that one binding of a buffer may have. */
  maxBufferBytes: number;
}

/** The WebGPU engine's module, before its device is started. */
export interface GpuEngine {
  Model: new (bytes: Uint8Array, file: string, symmetric?: boolean) => EngineModel;
  TrackModel: new (bytes: Uint8Array, file: string) => EngineTrackModel;
  /** Requests a device; await it before making a model. `onLost` is called on a lost device and on a trap. */
  startDevice(onLost: (message: string) => void): Promise<GpuInfo>;
}
