/** The types of the model card, made from its JSON Schema: `npm run schema-types` in `www`. Not to be edited. */

/** A map from log-odds to probabilities, simplest first. */
export type CalibrationMethod = "none" | "temperature" | "platt" | "isotonic";
/** Element type of the weights in a model file. Computation is in float32. */
export type Dtype = "f16" | "f32" | "i8";
/** Baseline of table models, by the question that it answers. */
export type Contrast = "zero" | "class-mean" | "midpoint" | "other" | "gene-mean" | "training-mean";
/** Input and output of a model. */
export type Task = "on-off" | "change" | "tracks" | "level";
/** A function of each value. */
export type TransformKind = "none" | "log1p";

/**
 * Description of a model, its training data and its scores, stored as JSON text in the `__metadata__` of a safetensors
 * model file, under `regulens.card`.
 *
 * Family, variant, marks and bins are required; other fields have defaults, so that cards of older versions load.
 * Unknown fields are kept.
 */
export interface ModelCard {
  /** The genome assembly of the training data, such as `hg19`. */
  assembly?: string | null;
  /** Base pairs per bin. */
  bin_size: number;
  /** Number of bins of each mark in an example; for a sequence model, number of predicted bins. */
  bins: number;
  /** Map from log-odds to calibrated probabilities of a model of on and off, from `regulens calibrate confidence`. */
  calibration?: Calibration | null;
  /** Cell type of the training data; A, the first, with two cell types. */
  cell_type?: CellType | null;
  /** Second cell type, B, of a model of the change from A to B. */
  cell_type_b?: CellType | null;
  /** Scores of a model of change on held-out data. */
  change_metrics?: ChangeScoreReport | null;
  /** Publications to cite. */
  citation: string[];
  /** Mean profiles of the training genes of each class, for the contrast `class-mean` of a model of on and off. */
  class_means?: ClassMeans | null;
  /** Conformal scores of a table model, from `regulens calibrate confidence`. */
  conformal?: Conformal | null;
  /** Element type of the weights in the file. */
  dtype: Dtype;
  /**
   * The explanation of a table model that won the deletion test, from `regulens calibrate explanations`; the page shows
   * it first.
   */
  explanation?: ExplanationChoice | null;
  /** The published family in kebab case, such as `attentive-chrome`. */
  family: "attentive-chrome" | "deep-diff" | "basenji";
  /**
   * Version of the card's format: 2 for a card with `members`, `calibration`, `conformal` or `track_conformal`, else 1.
   * Readers refuse later versions than they know, and read earlier ones.
   */
  format_version: 1 | 2;
  /**
   * Smallest and largest mean over a gene's bins among the training genes, for each mark; for a model of change, for
   * each mark of A and then of B. Genes outside are unlike all training genes.
   */
  gene_ranges?: number[][];
  /** Sizes of the architecture, such as `bin_rnn_size`. */
  hyperparameters: {
    [k: string]: unknown;
  };

  /** Distribution of each mark's values in the training data, before the transform. */
  input_distribution: MarkDistribution[];
  /** The same for B's training data, in a model of two cell types. */
  input_distribution_b?: MarkDistribution[];
  /** Scores of a model of expression level on held-out data. */
  level_metrics?: LevelScoreReport | null;
  /** Histone marks, in the order of the model's inputs; tables are matched by name. Empty for a sequence model. */
  marks: string[];
  /**
   * Members of an ensemble, two or more, whose mean is predicted; empty for a single model. `variant` and
   * `hyperparameters` are those of the first.
   */
  members?: Member[];
  /** Scores of a model of on and off on held-out data. */
  metrics?: OnOffScoreReport | null;
  /** Decrease of a table model's scores for each missing mark, from `regulens calibrate missing-marks`. */
  missing_marks?: MissingMarks | null;
  /** Name of the model, such as `LSTM-α,β on K562`. */
  name: string;
  /** Further notes for users. */
  notes: string[];
  /** Number of weights; 0 if the card has none. */
  parameters: number;
  /** Quantity of each mark in tables, such as `H3K4me3: counts of reads`, if recorded. */
  quantity?: string | null;
  /** The input window of a sequence model. */
  sequence?: Stretch | null;
  /** True if the training data were simulated. */
  simulated: boolean;
  /** Origin of imported weights. */
  source?: string | null;
  /**
   * `genomic`: bin 1 has the lowest coordinate for genes on either strand. `transcription`: bin 1 is the furthest
   * upstream on the gene's strand.
   */
  strand: string;
  /** Symmetric form of a model of change. */
  symmetric?: Symmetry | null;
  /** Task of the model; by default the task of its family, for cards of older versions. */
  task: Task;
  /** Element type at which the test scores were measured, if measured again for a file of another type. */
  tested_as?: Dtype | null;
  /** Conformal scores of a sequence model, from `regulens calibrate confidence`. */
  track_conformal?: TrackConformal | null;
  /** Scores of a sequence model on held-out data. */
  track_metrics?: TrackScoreReport | null;
  /** Tracks that a sequence model predicts, in the order of its outputs. */
  tracks?: Track[];
  /** Record of the training. */
  training?: TrainingRecord | null;
  /** Scores on genes of its own cell type and of others, from `regulens calibrate transfer`. */
  transfer?: Transfer[];
  /** Transform of the counts before the model. */
  transform: Transform;
  /** Unit of the predictions of a model of level: `log2(count + 1)`. */
  unit?: string | null;
  /** The variant in kebab case, such as `lstm-alpha-beta`. */
  variant: string;
  /** Effects of random variants predicted by a sequence model, from `regulens calibrate variants`. */
  variant_null?: EffectNull | null;
  /** The genomic window of the bins, for a table model. */
  window?: Window;
}

/** A map from log-odds to calibrated probabilities, fitted on genes that were not used to train the weights. */
export interface Calibration {
  /** Each map in cross-validation, in the order of `CalibrationMethod`. */
  compared?: Compared[];
  /** Name of the genes. */
  data: string;
  /** Number of genes in the fit. */
  genes: number;
  /** Log-odds and probabilities of isotonic regression, ascending; linear in between. */
  knots?: number[][];
  /** The selected map. */
  method: CalibrationMethod;
  /** Offset of the log-odds. */
  offset: number;
  /** Fraction of these that are on: the prior of the probabilities. */
  on: number;
  /** Factor of the log-odds. */
  slope: number;
  /** Predicted probabilities and measured fractions on test genes, if any. */
  test?: Reliability | null;
}

/** A map in cross-validation. */
export interface Compared {
  /** Brier score: mean squared difference between P(on) and 1 for genes that are on, 0 for others. */
  brier: number;
  /** Mean of −log P of the measured class. */
  log_loss: number;
  /** The map. */
  method: CalibrationMethod;
}

/** Predicted probabilities and measured fractions. */
export interface Reliability {
  /** Tenths of the probability with genes. */
  bins: ReliabilityBin[];
  /** Brier score of the probabilities. */
  brier: number;
  /** Brier score without the map. */
  brier_raw: number;
  /**
   * Expected calibration error: the mean over genes of the difference between mean probability and fraction on in their
   * tenth of the probability (Naeini, Cooper, Hauskrecht, 2015).
   */
  calibration_error: number;
  /** Expected calibration error without the map. */
  calibration_error_raw: number;
  /** Number of genes. */
  n: number;
}

/** Genes in a tenth of the probability. */
export interface ReliabilityBin {
  /** The upper end. */
  high: number;
  /** Lower end of its 95 % interval (Wilson). */
  low: number;
  /** Their mean probability. */
  mean: number;
  /** Number of genes. */
  n: number;
  /** Fraction of these that are on. */
  on: number;
}

/** A cell type, as named by its data set. */
export interface CellType {
  /** Its identifier, such as Roadmap's `E123`. */
  id: string;
  /** Its name, such as `K562`. */
  name: string;
}

/** Scores of a model on held-out data. */
export interface ChangeScoreReport {
  /** Simpler predictors on the same test examples. */
  baselines: NamedChangeScore[];
  /** Agreement of the measurement with itself, such as of two halves of its fragments. */
  ceilings?: NamedChangeScore[];
  /** Trainings from other seeds, this one included. */
  seeds: ChangeScoreSeed[];
  /** On test examples. */
  test?: ChangeScore | null;
  /** On validation examples, which selected the epoch. */
  validation?: ChangeScore | null;
}

/** Score of a named predictor or comparison on the same test examples. */
export interface NamedChangeScore {
  /** Number of such genes; null if not recorded. */
  changed?: number | null;
  /** Mean squared error. */
  mse: number;
  /** Genes in the set. */
  n: number;
  /** The predictor, such as `logistic regression`, or the comparison. */
  name: string;
  /** Pearson correlation. */
  pearson: number;
  /** 1 - residual sum of squares / total sum of squares. */
  r2: number;
  /**
   * Fraction of genes with a measured |log2 fold change| above 1 whose sign is predicted correctly; null if there are
   * no such genes.
   */
  sign_accuracy?: number | null;
  /** Spearman correlation. */
  spearman: number;
}

/** Score of a seed in a card, with Pearson correlation as headline. */
export interface ChangeScoreSeed {
  /** The seed. */
  seed: number;
  /** Score on the test examples at the same epoch. */
  test?: ChangeScore | null;
  /** Training loss on the validation examples at the selected epoch, if recorded. */
  validation_loss?: number | null;
  /** Pearson correlation on the validation examples. */
  validation_pearson: number;
}

/** Agreement of predicted with measured log2 fold changes over one set of genes. */
export interface ChangeScore {
  /** Number of such genes; null if not recorded. */
  changed?: number | null;
  /** Mean squared error. */
  mse: number;
  /** Genes in the set. */
  n: number;
  /** Pearson correlation. */
  pearson: number;
  /** 1 - residual sum of squares / total sum of squares. */
  r2: number;
  /**
   * Fraction of genes with a measured |log2 fold change| above 1 whose sign is predicted correctly; null if there are
   * no such genes.
   */
  sign_accuracy?: number | null;
  /** Spearman correlation. */
  spearman: number;
}

/** Mean profiles [T, M] of training genes, in the table's units: float16 in little-endian order, in hexadecimal. */
export interface ClassMeans {
  /** Mean of genes that are off. */
  off: string;
  /** Mean of genes that are on. */
  on: string;
}

/**
 * Conformal scores on held-out genes, for prediction sets and intervals (split-conformal prediction; Vovk, Gammerman,
 * Shafer, 2005).
 */
export interface Conformal {
  /** Name of the genes. */
  data: string;
  /** Added to the standard deviation of the ensemble's members; 0 if all intervals have equal width. */
  floor: number;
  /** Number of genes; for more than 1,000, this number of quantiles of the scores is kept. */
  genes: number;
  /**
   * The score of each gene, ascending, rounded upwards: the log-odds of the class that was not measured, or |measured -
   * predicted|, over `floor` + the members' standard deviation where `floor` is above 0.
   */
  scores: number[];
  /** True if changes were predicted in the symmetric form. */
  symmetric?: boolean;
}

/**
 * The default explanation of a table model, its contrast, and the deletion test of all explanations, in which the
 * contrast's baseline replaces bins. Numbers have three decimals, to keep the card small.
 */
export interface ExplanationChoice {
  /** Paired difference of each area from that of signal; 0 for signal itself. */
  ahead_of_signal: number[];
  /**
   * Area under the decrease of the prediction when bins are replaced in the order of each explanation, averaged over
   * genes.
   */
  areas: number[];
  /** The explanation with the largest area among those shown along a gene, such as `integrated-gradients`. */
  best: string;
  /**
   * Default contrast of explanations, whose baseline replaced bins; each mark's mean over the gene in cards of earlier
   * versions.
   */
  contrast?: Contrast | null;
  /** All compared contrasts. */
  contrasts?: ContrastFound[];
  /** Name of the genes, such as `validation genes of K562`. */
  data: string;
  /** Number of genes tested. */
  genes: number;
  /**
   * Mean contribution of each mark under the contrast, [M], or for a change of each mark of A and then of B, over genes
   * predicted on (higher in B).
   */
  roles_high?: number[];
  /** Mean contribution of each mark over genes predicted off (lower in B). */
  roles_low?: number[];
  /** Seed of the selection of genes, if any, and of the order of equally important bins. */
  seed: number;
  /** Standard error of each difference over genes. */
  standard_errors: number[];
  /**
   * Tested explanations, by the names of `regulens interpret deletion`; `signal`, the size of the signal, is the
   * reference.
   */
  tested: string[];
}

/** Result of a contrast on validation genes, and for planted marks on simulated genes. */
export interface ContrastFound {
  /** Paired difference of the areas of integrated gradients and of signal with this contrast, averaged over genes. */
  ahead_of_signal: number;
  /**
   * Fraction of genes predicted on whose baseline is predicted off; for a change, the median of (f − f(baseline)) / f
   * over genes predicted to change at least twofold.
   */
  answers: number;
  /** The contrast. */
  contrast: Contrast;
  /** True if it qualifies as default. */
  meets: boolean;
  /** Fraction of its baselines, over all genes, outside the range of training genes. */
  outside: number;
  /** Fraction of planted marks in bins among the same number of largest contributions. */
  recovered?: number | null;
  /** Fraction of planted marks with the planted sign, among those with a sum of contributions above a tenth. */
  signs?: number | null;
  /** Its standard error over genes. */
  standard_error: number;
}

/** Distribution of one mark's values over all genes and bins. */
export interface MarkDistribution {
  /** Fraction of values that are integers, 0 included. */
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
  /** Population standard deviation. */
  standard_deviation: number;
  /**
   * The largest number of which all values are integer multiples: 1 for counts, 2 for doubled counts, 0.01 for counts
   * divided by 100. Null if there is none, or if fewer than 50 values are not 0.
   */
  step: number | null;
  /** Number of values; 0 if not recorded. */
  values: number;
  /** Fraction of values that are 0. */
  zero_fraction: number;
}

/** Scores of a model on held-out data. */
export interface LevelScoreReport {
  /** Simpler predictors on the same test examples. */
  baselines: NamedLevelScore[];
  /** Agreement of the measurement with itself, such as of two halves of its fragments. */
  ceilings?: NamedLevelScore[];
  /** Trainings from other seeds, this one included. */
  seeds: LevelScoreSeed[];
  /** On test examples. */
  test?: LevelScore | null;
  /** On validation examples, which selected the epoch. */
  validation?: LevelScore | null;
}

/** Score of a named predictor or comparison on the same test examples. */
export interface NamedLevelScore {
  /** Mean squared error. */
  mse: number;
  /** Genes in the set. */
  n: number;
  /** The predictor, such as `logistic regression`, or the comparison. */
  name: string;
  /** Pearson correlation. */
  pearson: number;
  /** 1 - residual sum of squares / total sum of squares. */
  r2: number;
  /** Spearman correlation. */
  spearman: number;
}

/** Score of a seed in a card, with Pearson correlation as headline. */
export interface LevelScoreSeed {
  /** The seed. */
  seed: number;
  /** Score on the test examples at the same epoch. */
  test?: LevelScore | null;
  /** Training loss on the validation examples at the selected epoch, if recorded. */
  validation_loss?: number | null;
  /** Pearson correlation on the validation examples. */
  validation_pearson: number;
}

/** Agreement of predicted and measured levels over one set of genes. */
export interface LevelScore {
  /** Mean squared error. */
  mse: number;
  /** Genes in the set. */
  n: number;
  /** Pearson correlation. */
  pearson: number;
  /** 1 - residual sum of squares / total sum of squares. */
  r2: number;
  /** Spearman correlation. */
  spearman: number;
}

/** One member of an ensemble. */
export interface Member {
  /** Sizes of its architecture. */
  hyperparameters: {
    [k: string]: unknown;
  };

  /** Seed of its training, if recorded. */
  seed?: number | null;
  /** Its variant, in the card's family. */
  variant: string;
}

/** Scores of a model on held-out data. */
export interface OnOffScoreReport {
  /** Simpler predictors on the same test examples. */
  baselines: NamedOnOffScore[];
  /** Agreement of the measurement with itself, such as of two halves of its fragments. */
  ceilings?: NamedOnOffScore[];
  /** Trainings from other seeds, this one included. */
  seeds: OnOffScoreSeed[];
  /** On test examples. */
  test?: OnOffScore | null;
  /** On validation examples, which selected the epoch. */
  validation?: OnOffScore | null;
}

/** Score of a named predictor or comparison on the same test examples. */
export interface NamedOnOffScore {
  /** Accuracy: fraction of genes predicted correctly. */
  accuracy?: number | null;
  /** Average precision, with genes of equal score grouped; null if not recorded. */
  auprc?: number | null;
  /** Area under the ROC curve; ties count as a half. */
  auroc: number;
  /** Brier score: mean squared difference between probability and class. */
  brier?: number | null;
  /** Genes predicted on, at a probability of 0.5 or more; null without probabilities. */
  called_on?: number | null;
  /** AUROC of a simple predictor minus that of this model on the same genes. */
  difference?: number | null;
  /** Upper end of its 95 % confidence interval. */
  difference_high?: number | null;
  /** Lower end of its 95 % confidence interval, by DeLong's test. */
  difference_low?: number | null;
  /** Mean of −ln P of the measured class. */
  log_loss?: number | null;
  /** Genes in the set; 0 if not recorded. */
  n?: number;
  /** The predictor, such as `logistic regression`, or the comparison. */
  name: string;
  /** Genes that are on; null if not recorded. */
  on?: number | null;
}

/** Score of a seed in a card. */
export interface OnOffScoreSeed {
  /** The seed. */
  seed: number;
  /** Average precision on the test genes at the same epoch. */
  test_auprc?: number | null;
  /** AUROC on the test genes at the same epoch. */
  test_auroc?: number | null;
  /** AUROC on the validation genes at the selected epoch. */
  validation_auroc: number;
  /** Training loss on the validation genes at the selected epoch, if recorded. */
  validation_loss?: number | null;
}

/** Agreement of predictions with measurements over one set of genes. */
export interface OnOffScore {
  /** Accuracy: fraction of genes predicted correctly. */
  accuracy?: number | null;
  /** Average precision, with genes of equal score grouped; null if not recorded. */
  auprc?: number | null;
  /** Area under the ROC curve; ties count as a half. */
  auroc: number;
  /** Brier score: mean squared difference between probability and class. */
  brier?: number | null;
  /** Genes predicted on, at a probability of 0.5 or more; null without probabilities. */
  called_on?: number | null;
  /** AUROC of a simple predictor minus that of this model on the same genes. */
  difference?: number | null;
  /** Upper end of its 95 % confidence interval. */
  difference_high?: number | null;
  /** Lower end of its 95 % confidence interval, by DeLong's test. */
  difference_low?: number | null;
  /** Mean of −ln P of the measured class. */
  log_loss?: number | null;
  /** Genes in the set; 0 if not recorded. */
  n?: number;
  /** Genes that are on; null if not recorded. */
  on?: number | null;
}

/**
 * Decrease of a table model's scores for each missing mark, which is replaced by its mean in the training data in all
 * bins of all genes. Numbers are rounded, to keep the card small.
 */
export interface MissingMarks {
  /** Number of genes whose call changes (on or off, up or down, or a predicted level by twofold), in the same order. */
  changed_calls: number[];
  /** Name of the genes, such as `test genes of K562`. */
  data: string;
  /** Number of genes. */
  genes: number;
  /** Score with all marks: AUROC, or the Pearson correlation of a model of change or level. */
  score: number;
  /**
   * Score without one mark: each of the card's marks; with two cell types each in A alone, then each in B alone, then
   * each in both.
   */
  scores: number[];
}

/** The input window of a sequence model. */
export interface Stretch {
  /** Bases at either end without predictions. */
  buffer: number;
  /** Bases. */
  length: number;
}

/**
 * The symmetric form (f(A, B) − f(B, A)) / 2 of a model f of change: 0 for equal cell types, and of opposite sign when
 * they are swapped.
 */
export interface Symmetry {
  /**
   * True if the symmetric form is the default: if it exceeds f by more than two standard errors over seeds on
   * validation genes.
   */
  default: boolean;
  /** Median of |f(A, A)| over test genes: predictions for no change. */
  no_change: number;
  /** Number of seeds compared. */
  seeds: number;
  /** Standard error over seeds of the difference. */
  standard_error: number;
  /** Pearson correlation of f with these weights on test genes. */
  test: number;
  /** Pearson correlation of the symmetric form with these weights on test genes. */
  test_symmetric: number;
  /** Pearson correlation of f on validation genes, averaged over seeds. */
  validation: number;
  /** Pearson correlation of the symmetric form on validation genes, averaged over seeds. */
  validation_symmetric: number;
}

/**
 * Conformal scores of tracks in held-out windows, for prediction intervals.
 *
 * Bins of a window are correlated, windows are not: a window is one draw, whatever its number of bins (split-conformal
 * prediction of groups; Lee, Barber, Willett, 2023). So all windows have equal weight, and their number corrects the
 * bound.
 */
export interface TrackConformal {
  /** Name of the windows. */
  data: string;
  /** Per track, in the card's order. */
  tracks: TrackDistances[];
  /** Number of windows. */
  windows: number;
}

/** Scores of one track. */
export interface TrackDistances {
  /** Added to either, to avoid zeros: the median over bins. */
  floor: number;
  /**
   * Quantiles of the bins' scores at even levels, the last one the largest, rounded upwards: |measured − predicted|
   * divided by `floor` + the standard deviation of an ensemble's members, or for a single model by `floor` +
   * √predicted, the standard deviation of a count.
   */
  scores: number[];
}

/** Scores of a model on held-out data. */
export interface TrackScoreReport {
  /** Simpler predictors on the same test examples. */
  baselines: NamedTrackScore[];
  /** Agreement of the measurement with itself, such as of two halves of its fragments. */
  ceilings?: NamedTrackScore[];
  /** Trainings from other seeds, this one included. */
  seeds: TrackScoreSeed[];
  /** On test examples. */
  test?: TrackScore | null;
  /** On validation examples, which selected the epoch. */
  validation?: TrackScore | null;
}

/** Score of a named predictor or comparison on the same test examples. */
export interface NamedTrackScore {
  /** Pearson correlation of log2(x + 1). */
  log_pearson: number;
  /** Bins compared. */
  n: number;
  /** The predictor, such as `logistic regression`, or the comparison. */
  name: string;
  /** Pearson correlation. */
  pearson: number;
  /** Per track. */
  per_track?: TrackValue[];
  /** 1 - residual sum of squares / total sum of squares. */
  r2: number;
}

/** One track of a `TrackScore`. Correlations are absent if a side is constant. */
export interface TrackValue {
  /** Pearson correlation of log2(x + 1). */
  log_pearson?: number | null;
  /** The track. */
  name: string;
  /** Pearson correlation. */
  pearson?: number | null;
  /** 1 - residual sum of squares / total sum of squares. */
  r2?: number | null;
}

/** Score of a seed in a card, with Pearson correlation as headline. */
export interface TrackScoreSeed {
  /** The seed. */
  seed: number;
  /** Score on the test examples at the same epoch. */
  test?: TrackScore | null;
  /** Training loss on the validation examples at the selected epoch, if recorded. */
  validation_loss?: number | null;
  /** Pearson correlation on the validation examples. */
  validation_pearson: number;
}

/** Agreement of predicted and measured coverage over one set of sequences: means over tracks, and each track. */
export interface TrackScore {
  /** Pearson correlation of log2(x + 1). */
  log_pearson: number;
  /** Bins compared. */
  n: number;
  /** Pearson correlation. */
  pearson: number;
  /** Per track. */
  per_track?: TrackValue[];
  /** 1 - residual sum of squares / total sum of squares. */
  r2: number;
}

/** A track that a model predicts. */
export interface Track {
  /** Assay: `CAGE`, `DNase`, `ATAC`, `ChIP`, `MNase` or another. */
  assay?: string;
  /** Experiment and sample. */
  description?: string;
  /** Its name, unique in the model. */
  name: string;
  /** Unit of its values, such as `fragment coverage summed over 128 bp`. */
  unit?: string;
}

/** Record of a training. */
export interface TrainingRecord {
  /** The epoch, from 1, of these weights: the best on validation data. */
  best_epoch: number;
  /** Arguments of `regulens train`, files without folders. */
  command?: string | null;
  /** The data set and its origin. */
  data: string;
  /** Date, as `YYYY-MM-DD`. */
  date?: string | null;
  /** Number of epochs that ran. */
  epochs: number;
  /** Files that it read. */
  files?: TrainingFile[] | null;
  /**
   * Number of training genes; null for training on windows of sequences, or if not recorded. Written as 0 in JSON if
   * null.
   */
  genes: number;
  /** Measurements per epoch, for the seed of these weights. */
  history?: TrainingHistory | null;
  /** The processor's architecture and the widest SIMD used, which affect the last digits. */
  processor?: string | null;
  /** The program and its version. */
  program: string;
  /** All settings of the optimisation by name. */
  recipe: {
    [k: string]: unknown;
  };

  /** Seed of initialisation and shuffling. */
  seed: number;
  /** Split into training, validation and test genes. */
  split: string;
}

/** A file that a training read. */
export interface TrainingFile {
  /** Its flag, such as `train`. */
  flag: string;
  /** Its name, without folders. */
  name: string;
  /** SHA-256 of its bytes, in hexadecimal. */
  sha256: string;
}

/** Measurements per epoch of a training. A card keeps it as raw JSON, so that a page need not parse it. */
export interface TrainingHistory {
  /** Names of the measurements: the training loss, and those on validation data. */
  columns: string[];
  /** The epochs, counted from 1; all or some. */
  epochs: number[];
  /** Values of each column, [columns, epochs]; null if not defined. */
  values: (number | null)[][];
}

/** Scores of a model on genes of one cell type, rounded. */
export interface Transfer {
  /** Area under the ROC curve. */
  auroc: number;
  /** Brier score of `probability`. */
  brier: number;
  /** Expected calibration error of `probability`. */
  calibration_error: number;
  /** Number of genes predicted on. */
  called_on: number;
  /** Its name, such as `H1`. */
  cell_type: string;
  /** Name of the genes, such as `test genes of H1`. */
  data: string;
  /** Number of genes. */
  genes: number;
  /** Number of genes that are on. */
  on: number;
}

/** Transform of a table's values before the model: first the function, then the factor of each mark. */
export interface Transform {
  /** Function of each value. */
  kind: TransformKind;
  /** One factor per mark, in the order of the card's marks; absent without scaling. */
  scale?: number[] | null;
}

/** Effects of random variants of a genome on a model: its null distribution. */
export interface EffectNull {
  /** Number of summed bins on either side of those that contain the changed bases. */
  around: number;
  /** Description of the draw. */
  drawn: string;
  /** File of the genome of the variants. */
  genome: string;
  /** Seed of the draw. */
  seed: number;
  /** Shifts of the sequence against the bins, in bases, over which predictions were averaged. */
  shifts: number[];
  /** Averaged strands: `both` or `forward`. */
  strands: string;
  /** Per track. */
  tracks: TrackNull[];
}

/** Null distribution of one track. */
export interface TrackNull {
  /** Predictions without a variant, summed over the same bins: quantiles at even levels from smallest to largest. */
  activity: number[];
  /** Effects of single-base substitutions, by ascending activity. */
  bases: Stratum[];
  /** Effects of insertions and deletions. */
  indels: Stratum[];
  /** The track's name. */
  track: string;
}

/** Variants at places of similar activity. */
export interface Stratum {
  /** Number of variants. */
  count: number;
  /**
   * |alternative - reference| of them: quantiles at the levels 0, 0.04, …, 0.88, 0.91, 0.94, 0.96, 0.98, 0.99, 0.995,
   * 0.998, 0.999 and 1.
   */
  effects: number[];
  /** The largest prediction without a variant at these places; the last stratum includes larger ones. */
  up_to: number;
}

/** The genomic window of an example's bins. */
export interface Window {
  /** Point that the window is relative to: `TSS`, the transcription start site. */
  anchor: string;
  /** Base pairs downstream of it. */
  downstream: number;
  /** Base pairs upstream of it, for a gene on the plus strand; negative if the bins begin downstream. */
  upstream: number;
}
