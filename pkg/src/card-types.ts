/** The types of the model card, made from its JSON Schema: `npm run schema-types` in `www`. Not to be edited. */

/** A map from log-odds to probabilities, the simplest first. */
export type CalibrationMethod = "none" | "temperature" | "platt" | "isotonic";
/** The element type that a model file stores. Computation is float32 either way. */
export type Dtype = "f16" | "f32" | "i8";
/** A baseline of models of tables, by the question that it answers. */
export type Contrast = "zero" | "class-mean" | "midpoint" | "other" | "gene-mean" | "training-mean";
/** Input and output of a model. */
export type Task = "on-off" | "change" | "tracks" | "level";
/** A function of each value. */
export type TransformKind = "none" | "log1p";

/**
 * Description of a model, its training data and its scores. It stands as JSON text in the `__metadata__` of a
 * safetensors model file, under `regulens.card`.
 *
 * Family, variant, marks and bins must be there; the rest has a default, so that cards of older versions keep loading.
 * Fields that a reader does not know are kept.
 */
export interface ModelCard {
  /** The genome assembly of the training data, such as `hg19`. */
  assembly?: string | null;
  /** Base pairs a bin. */
  bin_size: number;
  /** Number of bins of each mark in one example; for a model of sequences, number of bins that it predicts. */
  bins: number;
  /**
   * A map from log-odds to probabilities, of a model that says whether a gene is on, by `regulens calibrate
   * confidence`.
   */
  calibration?: Calibration | null;
  /** The cell type of the training data; the first, A, of two. */
  cell_type?: CellType | null;
  /** The second cell type, B, of a model of the change from A to B. */
  cell_type_b?: CellType | null;
  /** The same of a model that predicts a change. */
  change_metrics?: ChangeScoreReport | null;
  /** Works to cite when the model is used. */
  citation: string[];
  /**
   * The mean profiles of the training genes of either class, of a model that says whether a gene is on: what the
   * contrast `class-mean` compares with.
   */
  class_means?: ClassMeans | null;
  /** Distances of measurements from predictions, of a model of tables, by the same command. */
  conformal?: Conformal | null;
  /** The element type that the file stores. */
  dtype: Dtype;
  /**
   * Which explanation of a model of tables won the deletion test, by `regulens calibrate explanations`: the page shows
   * it first.
   */
  explanation?: ExplanationChoice | null;
  /** The published family in kebab case, such as `attentive-chrome`. */
  family: "attentive-chrome" | "deep-diff" | "basenji";
  /**
   * The version of the card's format: 2 for a card with `members`, `calibration`, `conformal` or `track_conformal`,
   * else 1. A reader refuses a later one than it knows, and reads earlier ones.
   */
  format_version: 1 | 2;
  /**
   * The smallest and the largest mean over a gene's bins among the training genes, of each mark, of a change of each
   * mark of A and then of B: what lies outside is unlike any of them.
   */
  gene_ranges?: number[][];
  /** The sizes that make the architecture, such as `bin_rnn_size`. */
  hyperparameters: {
    [k: string]: unknown;
  };

  /** Distribution of the values of each mark in the training data, before the transform. */
  input_distribution: MarkDistribution[];
  /** The same of B's training data, of a model of two cell types. */
  input_distribution_b?: MarkDistribution[];
  /** The same of a model that predicts the level of expression. */
  level_metrics?: LevelScoreReport | null;
  /**
   * The histone marks, in the order of the model's inputs. Tables are matched to it by name. A model of sequences has
   * none.
   */
  marks: string[];
  /**
   * The models whose mean is predicted, two or more; none of a file of one model. `variant` and `hyperparameters` are
   * then those of the first.
   */
  members?: Member[];
  /** Scores on data it was not trained on. */
  metrics?: OnOffScoreReport | null;
  /** The cost to a model of tables of each mark that was not measured, by `regulens calibrate missing-marks`. */
  missing_marks?: MissingMarks | null;
  /** A name for people, such as `LSTM-α,β on K562`. */
  name: string;
  /** Further notes for users. */
  notes: string[];
  /** Number of weights of the model; 0 in a card that does not say. */
  parameters: number;
  /** The quantity that a table has of each mark, such as `H3K4me3: counts of reads`, where it was recorded. */
  quantity?: string | null;
  /** The stretch that a model of sequences takes. */
  sequence?: Stretch | null;
  /** True if the training data were simulated. */
  simulated: boolean;
  /** Where the weights are from, where they were not trained here. */
  source?: string | null;
  /**
   * `genomic`: bin 1 has the lowest coordinate for genes of either strand (nothing is flipped). `transcription`: it is
   * the furthest upstream on the gene's own strand.
   */
  strand: string;
  /** Symmetric form of a model of a change beside its own. */
  symmetric?: Symmetry | null;
  /** Task of the model. A card of an older version does not say: it gets the task of its family. */
  task: Task;
  /**
   * The element type with which the test figures were measured, where they were measured again for a file of another
   * one.
   */
  tested_as?: Dtype | null;
  /** Distances of measured tracks from predicted ones, of a model of sequences, by the same command. */
  track_conformal?: TrackConformal | null;
  /** The same of a model that predicts tracks. */
  track_metrics?: TrackScoreReport | null;
  /** Tracks that a model of sequences predicts, in the order of its outputs. */
  tracks?: Track[];
  /** Record of its training. */
  training?: TrainingRecord | null;
  /** Figures on genes of its own cell type and of others, by `regulens calibrate transfer`. */
  transfer?: Transfer[];
  /** Transform of the counts before the model sees them. */
  transform: Transform;
  /** The unit of what a model of level predicts: `log2(count + 1)`. */
  unit?: string | null;
  /** The variant as its paper spells it, in kebab case, such as `lstm-alpha-beta`. */
  variant: string;
  /** Effects of variants drawn at random on a model of sequences, by `regulens calibrate variants`. */
  variant_null?: EffectNull | null;
  /** The stretch of genome that the bins cover, of a model of tables. */
  window?: Window;
}

/** A map from log-odds to probabilities, fitted to genes that the weights were not. */
export interface Calibration {
  /** Each map on genes that it was not fitted to, in the order of `CalibrationMethod`. */
  compared?: Compared[];
  /** Which genes they are. */
  data: string;
  /** Number of genes that it was fitted to. */
  genes: number;
  /** Log-odds and probabilities of isotonic regression, in rising order; between two the probability is linear. */
  knots?: number[][];
  /** The map that was chosen. */
  method: CalibrationMethod;
  /** Log-odds that are added behind it. */
  offset: number;
  /** The share of them that is on: what the probabilities assume. */
  on: number;
  /** Factor of the log-odds. */
  slope: number;
  /** Predicted and measured shares on test genes, where there were some. */
  test?: Reliability | null;
}

/** A map in cross-validation. */
export interface Compared {
  /** Mean squared difference of P(on) from 1 of genes that are on, and from 0 of the others. */
  brier: number;
  /** Mean of -log P of the class that was measured. */
  log_loss: number;
  /** The map. */
  method: CalibrationMethod;
}

/** Predicted probabilities beside measured shares. */
export interface Reliability {
  /** Tenths of the probability that have genes. */
  bins: ReliabilityBin[];
  /** Brier score of the probabilities. */
  brier: number;
  /** Brier score before the map. */
  brier_raw: number;
  /**
   * Expected calibration error: the mean over genes of how far their tenth's share of genes that are on lies from their
   * tenth's mean probability (Naeini, Cooper, Hauskrecht, 2015).
   */
  calibration_error: number;
  /** The same before the map. */
  calibration_error_raw: number;
  /** Number of genes. */
  n: number;
}

/** Genes of a tenth of the probability. */
export interface ReliabilityBin {
  /** The upper end. */
  high: number;
  /** The lower end of its 95 % interval (Wilson's). */
  low: number;
  /** Their mean probability. */
  mean: number;
  /** Number of genes. */
  n: number;
  /** The share of them that is on. */
  on: number;
}

/** A cell type by the names of its data set. */
export interface CellType {
  /** Its identifier, such as Roadmap's `E123`. */
  id: string;
  /** Its name, such as `K562`. */
  name: string;
}

/** Scores of a model on data that it was not fitted to. */
export interface ChangeScoreReport {
  /** Simpler predictors on the same test examples. */
  baselines: NamedChangeScore[];
  /** The measurement's agreement with itself, such as one half of its fragments with the other. */
  ceilings?: NamedChangeScore[];
  /** The same training from other seeds, this one included. */
  seeds: ChangeScoreSeed[];
  /** On examples that chose nothing. */
  test?: ChangeScore | null;
  /** On the examples that chose the epoch. */
  validation?: ChangeScore | null;
}

/** Scores of a named predictor or comparison on the same test examples. */
export interface NamedChangeScore {
  /** The number of such genes; none where not recorded. */
  changed?: number | null;
  /** Mean squared error. */
  mse: number;
  /** Genes in the set. */
  n: number;
  /** The predictor, such as `logistic regression`, or the comparison. */
  name: string;
  /** Pearson's correlation. */
  pearson: number;
  /** 1 - residual sum of squares / total sum of squares. */
  r2: number;
  /**
   * Share of the genes of a measured |log2 fold change| above 1 whose sign is predicted; none where there are no such
   * genes.
   */
  sign_accuracy?: number | null;
  /** Spearman's correlation. */
  spearman: number;
}

/** A seed as cards keep it where the headline is Pearson's correlation. */
export interface ChangeScoreSeed {
  /** The seed. */
  seed: number;
  /** On the test examples, at the same epoch. */
  test?: ChangeScore | null;
  /** The loss that was trained, on the validation examples, at the chosen epoch; where it was recorded. */
  validation_loss?: number | null;
  /** Pearson's correlation there. */
  validation_pearson: number;
}

/** Agreement of predicted with measured log2 fold changes over one set of genes. */
export interface ChangeScore {
  /** The number of such genes; none where not recorded. */
  changed?: number | null;
  /** Mean squared error. */
  mse: number;
  /** Genes in the set. */
  n: number;
  /** Pearson's correlation. */
  pearson: number;
  /** 1 - residual sum of squares / total sum of squares. */
  r2: number;
  /**
   * Share of the genes of a measured |log2 fold change| above 1 whose sign is predicted; none where there are no such
   * genes.
   */
  sign_accuracy?: number | null;
  /** Spearman's correlation. */
  spearman: number;
}

/** Mean profiles [T, M] of training genes, in the table's values: float16 in little-endian order, in hexadecimal. */
export interface ClassMeans {
  /** Mean of genes that are off. */
  off: string;
  /** Mean of genes that are on. */
  on: string;
}

/**
 * Distances of measurements from predictions on genes that chose nothing: what sets and intervals are made of
 * (split-conformal prediction; Vovk, Gammerman, Shafer, 2005).
 */
export interface Conformal {
  /** Which genes they are. */
  data: string;
  /** Added to the standard deviation of the members; 0 where intervals are as wide for every gene. */
  floor: number;
  /** Number of genes; of more than 1,000 so many quantiles of the scores are kept. */
  genes: number;
  /**
   * The score of each gene, in rising order and rounded upwards: the log-odds of the class that was not measured, or
   * |measured - predicted|, over `floor` + the members' standard deviation where `floor` is above 0.
   */
  scores: number[];
  /** True if changes were predicted in the symmetric form. */
  symmetric?: boolean;
}

/**
 * The explanation that is shown first of a model of tables, the contrast that it has, and how all of them did in the
 * deletion test, in which the contrast takes the place of bins. Numbers have three decimals, so that the card stays
 * small.
 */
export interface ExplanationChoice {
  /** By how much each is larger than that of signal, gene by gene; 0 of signal itself. */
  ahead_of_signal: number[];
  /** The area under the fall of the prediction as bins are replaced in the order of each, the mean over genes. */
  areas: number[];
  /** The one of the largest area among those that can be shown along a gene, such as `integrated-gradients`. */
  best: string;
  /**
   * The contrast that explanations have unless another is asked for, which took the place of replaced bins; each mark's
   * mean over the gene in cards of before.
   */
  contrast?: Contrast | null;
  /** Every contrast that was compared. */
  contrasts?: ContrastFound[];
  /** Which genes, such as `validation genes of K562`. */
  data: string;
  /** Number of genes tested. */
  genes: number;
  /**
   * The mean contribution of each mark under the contrast, [M], or of a change of each mark of A and then of B, over
   * genes predicted on (higher in B).
   */
  roles_high?: number[];
  /** The same over genes predicted off (lower in B). */
  roles_low?: number[];
  /** The seed of the genes, where some were drawn, and of the order of bins of equal importance. */
  seed: number;
  /** The standard error of each of these over genes. */
  standard_errors: number[];
  /**
   * Explanations tested, by the names of `regulens interpret deletion`; `signal`, its own size, is what to compare
   * with.
   */
  tested: string[];
}

/** Result of a contrast on validation genes, and for planted marks on simulated ones. */
export interface ContrastFound {
  /**
   * By how much the area of integrated gradients is larger than that of signal, where the contrast takes the place of
   * replaced bins; the mean over genes.
   */
  ahead_of_signal: number;
  /**
   * Share of all genes predicted on whose baseline is predicted off; for a change the median of (f − f of the baseline)
   * / f over all genes that are predicted to change twofold.
   */
  answers: number;
  /** Which one. */
  contrast: Contrast;
  /** True if it meets the conditions of a default. */
  meets: boolean;
  /** The share of its baselines, of all genes, that lie outside the range of training genes. */
  outside: number;
  /** The share of planted marks in bins that is among as many that contribute most. */
  recovered?: number | null;
  /** Share of planted marks with the planted sign, among those whose contributions add up to more than a tenth. */
  signs?: number | null;
  /** Its standard error over genes. */
  standard_error: number;
}

/** The distribution of one mark's values over all genes and bins. */
export interface MarkDistribution {
  /** Fraction of values that are whole numbers, 0 included. */
  integer_fraction: number;
  /** The mark. */
  mark: string;
  /** Largest value. */
  max: number;
  /** Arithmetic mean. */
  mean: number;
  /** 50th percentile. */
  median: number;
  /** 90th percentile. */
  p90: number;
  /** 99th percentile. */
  p99: number;
  /** Standard deviation of the population. */
  standard_deviation: number;
  /**
   * The largest number of which every value is a whole multiple: 1 for counts, 2 where each was doubled, 0.01 where
   * each was divided by 100. Null where there is no such number, or fewer than 50 values that are not 0.
   */
  step: number | null;
  /** Number of values; 0 where it was not recorded. */
  values: number;
  /** Fraction of values that are 0. */
  zero_fraction: number;
}

/** Scores of a model on data that it was not fitted to. */
export interface LevelScoreReport {
  /** Simpler predictors on the same test examples. */
  baselines: NamedLevelScore[];
  /** The measurement's agreement with itself, such as one half of its fragments with the other. */
  ceilings?: NamedLevelScore[];
  /** The same training from other seeds, this one included. */
  seeds: LevelScoreSeed[];
  /** On examples that chose nothing. */
  test?: LevelScore | null;
  /** On the examples that chose the epoch. */
  validation?: LevelScore | null;
}

/** Scores of a named predictor or comparison on the same test examples. */
export interface NamedLevelScore {
  /** Mean squared error. */
  mse: number;
  /** Genes in the set. */
  n: number;
  /** The predictor, such as `logistic regression`, or the comparison. */
  name: string;
  /** Pearson's correlation. */
  pearson: number;
  /** 1 - residual sum of squares / total sum of squares. */
  r2: number;
  /** Spearman's correlation. */
  spearman: number;
}

/** A seed as cards keep it where the headline is Pearson's correlation. */
export interface LevelScoreSeed {
  /** The seed. */
  seed: number;
  /** On the test examples, at the same epoch. */
  test?: LevelScore | null;
  /** The loss that was trained, on the validation examples, at the chosen epoch; where it was recorded. */
  validation_loss?: number | null;
  /** Pearson's correlation there. */
  validation_pearson: number;
}

/** The agreement of predicted and measured levels over one set of genes. */
export interface LevelScore {
  /** Mean squared error. */
  mse: number;
  /** Genes in the set. */
  n: number;
  /** Pearson's correlation. */
  pearson: number;
  /** 1 - residual sum of squares / total sum of squares. */
  r2: number;
  /** Spearman's correlation. */
  spearman: number;
}

/** One of several models of the same input whose mean a file predicts. */
export interface Member {
  /** The sizes that make its architecture. */
  hyperparameters: {
    [k: string]: unknown;
  };

  /** The seed of its training, where that was recorded. */
  seed?: number | null;
  /** Its variant, of the card's family. */
  variant: string;
}

/** Scores of a model on data that it was not fitted to. */
export interface OnOffScoreReport {
  /** Simpler predictors on the same test examples. */
  baselines: NamedOnOffScore[];
  /** The measurement's agreement with itself, such as one half of its fragments with the other. */
  ceilings?: NamedOnOffScore[];
  /** The same training from other seeds, this one included. */
  seeds: OnOffScoreSeed[];
  /** On examples that chose nothing. */
  test?: OnOffScore | null;
  /** On the examples that chose the epoch. */
  validation?: OnOffScore | null;
}

/** Scores of a named predictor or comparison on the same test examples. */
export interface NamedOnOffScore {
  /** Share of the genes that are called rightly. */
  accuracy?: number | null;
  /** Average precision, genes of one score called together; none where not recorded. */
  auprc?: number | null;
  /** Area under the ROC curve, ties counting a half. */
  auroc: number;
  /** Brier score: the mean squared distance of the probability from 1 or 0. */
  brier?: number | null;
  /** Genes that are called on, at a half or more; none without probabilities. */
  called_on?: number | null;
  /** AUROC of a simple predictor less that of this model on the same genes. */
  difference?: number | null;
  /** The upper end. */
  difference_high?: number | null;
  /** The lower end of its 95 % interval, by DeLong's test. */
  difference_low?: number | null;
  /** The mean of -ln of the probability of what was measured. */
  log_loss?: number | null;
  /** Genes in the set; 0 where not recorded. */
  n?: number;
  /** The predictor, such as `logistic regression`, or the comparison. */
  name: string;
  /** Genes that are on; none where not recorded. */
  on?: number | null;
}

/** A seed as cards keep it. */
export interface OnOffScoreSeed {
  /** The seed. */
  seed: number;
  /** Average precision on the test genes, at the same epoch. */
  test_auprc?: number | null;
  /** AUROC on the test genes, at the same epoch. */
  test_auroc?: number | null;
  /** AUROC on the validation genes, at the chosen epoch. */
  validation_auroc: number;
  /** The loss that was trained, on the validation genes, at the chosen epoch; where it was recorded. */
  validation_loss?: number | null;
}

/** Agreement of predictions with measurements over one set of genes. */
export interface OnOffScore {
  /** Share of the genes that are called rightly. */
  accuracy?: number | null;
  /** Average precision, genes of one score called together; none where not recorded. */
  auprc?: number | null;
  /** Area under the ROC curve, ties counting a half. */
  auroc: number;
  /** Brier score: the mean squared distance of the probability from 1 or 0. */
  brier?: number | null;
  /** Genes that are called on, at a half or more; none without probabilities. */
  called_on?: number | null;
  /** AUROC of a simple predictor less that of this model on the same genes. */
  difference?: number | null;
  /** The upper end. */
  difference_high?: number | null;
  /** The lower end of its 95 % interval, by DeLong's test. */
  difference_low?: number | null;
  /** The mean of -ln of the probability of what was measured. */
  log_loss?: number | null;
  /** Genes in the set; 0 where not recorded. */
  n?: number;
  /** Genes that are on; none where not recorded. */
  on?: number | null;
}

/**
 * The cost of one mark that was not measured: its mean in the training data stands in for it, in all bins of all genes.
 * Numbers are rounded, so that the card stays small.
 */
export interface MissingMarks {
  /**
   * The number of genes that are then called otherwise, on or off, or up or down, or whose predicted level then differs
   * twofold; in the same order.
   */
  changed_calls: number[];
  /** Which genes were tested, such as `test genes of K562`. */
  data: string;
  /** The number of genes that were tested. */
  genes: number;
  /** With all marks measured: the AUROC, or of a model that predicts a change or a level Pearson's correlation. */
  score: number;
  /**
   * The same without one mark: each of the card's marks by itself; of a model of two cell types each in A alone, then
   * each in B alone, then each in both.
   */
  scores: number[];
}

/** The stretch of sequence that a model takes. */
export interface Stretch {
  /** Bases at either end that are seen and get no prediction. */
  buffer: number;
  /** Bases. */
  length: number;
}

/**
 * The symmetric form (f(A, B) − f(B, A)) / 2 of a model f of a change: 0 where both cell types are the same, and of the
 * other sign where they are exchanged.
 */
export interface Symmetry {
  /**
   * True if the model predicts it unless f is asked for: where it is ahead of f by more than two standard errors over
   * seeds on validation genes.
   */
  default: boolean;
  /** The median of |f(A, A)| over test genes: what f says of no change. */
  no_change: number;
  /** Number of seeds compared. */
  seeds: number;
  /** The standard error over seeds of the difference. */
  standard_error: number;
  /** Pearson's correlation of these weights' f on test genes. */
  test: number;
  /** The same of the symmetric form. */
  test_symmetric: number;
  /** Pearson's correlation of f on validation genes, the mean over seeds. */
  validation: number;
  /** The same of the symmetric form. */
  validation_symmetric: number;
}

/**
 * Distances of measured tracks from predicted ones in windows that taught nothing: what intervals are made of.
 *
 * Bins of a window are alike, windows are not: a window is one draw, however many bins it has (split-conformal
 * prediction of groups; Lee, Barber, Willett, 2023). So each window weighs the same, and their number corrects the
 * bound.
 */
export interface TrackConformal {
  /** Which windows they are. */
  data: string;
  /** Track by track, in the card's order. */
  tracks: TrackDistances[];
  /** Number of windows. */
  windows: number;
}

/** Distances of one track. */
export interface TrackDistances {
  /** Added to either, so that none vanishes: its median over the bins. */
  floor: number;
  /**
   * Quantiles of the bins' scores at even levels, the last of them the largest, rounded upwards: |measured - predicted|
   * over `floor` + the members' standard deviation, of one model over `floor` + √predicted, the standard deviation of a
   * count.
   */
  scores: number[];
}

/** Scores of a model on data that it was not fitted to. */
export interface TrackScoreReport {
  /** Simpler predictors on the same test examples. */
  baselines: NamedTrackScore[];
  /** The measurement's agreement with itself, such as one half of its fragments with the other. */
  ceilings?: NamedTrackScore[];
  /** The same training from other seeds, this one included. */
  seeds: TrackScoreSeed[];
  /** On examples that chose nothing. */
  test?: TrackScore | null;
  /** On the examples that chose the epoch. */
  validation?: TrackScore | null;
}

/** Scores of a named predictor or comparison on the same test examples. */
export interface NamedTrackScore {
  /** The same of log2(x + 1). */
  log_pearson: number;
  /** Bins compared. */
  n: number;
  /** The predictor, such as `logistic regression`, or the comparison. */
  name: string;
  /** Pearson's correlation. */
  pearson: number;
  /** Track by track. */
  per_track?: TrackValue[];
  /** 1 - residual sum of squares / total sum of squares. */
  r2: number;
}

/** One track of a `TrackScore`. A correlation is not there where a side has no spread. */
export interface TrackValue {
  /** The same of log2(x + 1). */
  log_pearson?: number | null;
  /** The track. */
  name: string;
  /** Pearson's correlation. */
  pearson?: number | null;
  /** 1 - residual sum of squares / total sum of squares. */
  r2?: number | null;
}

/** A seed as cards keep it where the headline is Pearson's correlation. */
export interface TrackScoreSeed {
  /** The seed. */
  seed: number;
  /** On the test examples, at the same epoch. */
  test?: TrackScore | null;
  /** The loss that was trained, on the validation examples, at the chosen epoch; where it was recorded. */
  validation_loss?: number | null;
  /** Pearson's correlation there. */
  validation_pearson: number;
}

/** Agreement of predicted with measured coverage over one set of sequences: means over tracks, and each track. */
export interface TrackScore {
  /** The same of log2(x + 1). */
  log_pearson: number;
  /** Bins compared. */
  n: number;
  /** Pearson's correlation. */
  pearson: number;
  /** Track by track. */
  per_track?: TrackValue[];
  /** 1 - residual sum of squares / total sum of squares. */
  r2: number;
}

/** A track that a model predicts. */
export interface Track {
  /** The kind of experiment: `CAGE`, `DNase`, `ATAC`, `ChIP`, `MNase` or another. */
  assay?: string;
  /** Measurement and its sample. */
  description?: string;
  /** Its name, unlike those of the model's other tracks. */
  name: string;
  /** Unit of its values, such as `fragment coverage summed over 128 bp`. */
  unit?: string;
}

/** Record of a training. */
export interface TrainingRecord {
  /** The epoch, from 1, whose weights these are: best on the validation genes. */
  best_epoch: number;
  /** The arguments behind `regulens train`, files without their folders. */
  command?: string | null;
  /** The data set and where it is from. */
  data: string;
  /** The day, as `YYYY-MM-DD`. */
  date?: string | null;
  /** Number of epochs that ran. */
  epochs: number;
  /** The files that it read. */
  files?: TrainingFile[] | null;
  /**
   * Number of genes the weights were fitted to; none where they were fitted to windows of sequences, or where it was
   * not recorded. In JSON none is 0.
   */
  genes: number;
  /** The epochs of the seed whose weights these are. */
  history?: TrainingHistory | null;
  /** The processor's architecture and its widest vectors that were used, on which the last digits depend. */
  processor?: string | null;
  /** The program and its version. */
  program: string;
  /** Every setting of the optimisation by name. */
  recipe: {
    [k: string]: unknown;
  };

  /** The seed of initialisation and shuffling. */
  seed: number;
  /** Split into training, validation and test genes. */
  split: string;
}

/** A file that a training read. */
export interface TrainingFile {
  /** The flag that named it, such as `train`. */
  flag: string;
  /** Its name, without its folder. */
  name: string;
  /** SHA-256 of its bytes, in hexadecimal digits. */
  sha256: string;
}

/** The epochs of a training: all, or some of them. A card holds it as it came, so that a page need not know it. */
export interface TrainingHistory {
  /** The names of what was measured: the training loss, and what was measured on the validation data. */
  columns: string[];
  /** The epochs, counted from 1. */
  epochs: number[];
  /** The values of each column, [columns, epochs]; none where one is not defined. */
  values: (number | null)[][];
}

/** Figures of a model on genes of one cell type, rounded. */
export interface Transfer {
  /** Area under the ROC curve. */
  auroc: number;
  /** Brier score of `probability`. */
  brier: number;
  /** Its expected calibration error. */
  calibration_error: number;
  /** The number that is called on. */
  called_on: number;
  /** Its name, such as `H1`. */
  cell_type: string;
  /** The genes, such as `test genes of H1`. */
  data: string;
  /** Their number. */
  genes: number;
  /** The number that is on. */
  on: number;
}

/**
 * Transform of a table's values before the model sees them: first the function, then each mark's values times its
 * scale.
 */
export interface Transform {
  /** A function of each value. */
  kind: TransformKind;
  /** One factor a mark, in the order of the card's marks; absent where nothing is scaled. */
  scale?: number[] | null;
}

/** The effects of variants drawn at random from a genome: what a model says where nothing is known to happen. */
export interface EffectNull {
  /** Number of bins that were summed on either side of those that hold the changed bases. */
  around: number;
  /** Description of the draw, in words. */
  drawn: string;
  /** The file of the genome that variants were drawn from. */
  genome: string;
  /** The seed of the draw. */
  seed: number;
  /** By how many bases the sequence was moved under the bins, for each prediction that was averaged. */
  shifts: number[];
  /** Which strands were averaged: `both` or `forward`. */
  strands: string;
  /** Track by track. */
  tracks: TrackNull[];
}

/** The null of one track. */
export interface TrackNull {
  /**
   * Predictions at the places without a variant, summed over the same bins: quantiles at even levels from the smallest
   * to the largest.
   */
  activity: number[];
  /** Effects of single bases that change, by activity, from the least on. */
  bases: Stratum[];
  /** Effects of insertions and deletions. */
  indels: Stratum[];
  /** The track's name. */
  track: string;
}

/** Variants at places of like activity. */
export interface Stratum {
  /** Number of variants. */
  count: number;
  /**
   * |alternative - reference| of them: quantiles at the levels 0, 0.04, …, 0.88, 0.91, 0.94, 0.96, 0.98, 0.99, 0.995,
   * 0.998, 0.999 and 1.
   */
  effects: number[];
  /**
   * The largest prediction without a variant of these places; places beyond that of the last stratum are of it, too.
   */
  up_to: number;
}

/** The stretch of genome that an example's bins cover. */
export interface Window {
  /** Point that the window is placed around: `TSS`, the transcription start site. */
  anchor: string;
  /** Base pairs behind it. */
  downstream: number;
  /** Base pairs before it, of a gene on the plus strand; below 0 where the bins begin behind it. */
  upstream: number;
}
