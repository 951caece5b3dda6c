/**
 * The model card: what a weight file says about itself.
 *
 * Field names are those of the JSON in the file, described by `models/card.schema.json`.
 */

/** What models read and predict. */
export const KNOWN_TASKS = ["on-off", "change", "tracks"] as const;

/**
 * What a model reads and predicts: whether genes are on, how they change between two cell types, or tracks along a
 * sequence.
 */
export type Task = (typeof KNOWN_TASKS)[number];

/** Test or validation scores on `n` genes. */
export interface Score {
  /** Number of genes. */
  n: number;
  /** Area under the receiver operating characteristic, 0 to 1. */
  auroc: number;
  /** Area under the precision-recall curve, 0 to 1. */
  auprc: number;
}

/** Scores of one training run. */
export interface SeedScore {
  seed: number;
  validation_auroc: number;
  /** Absent without test genes. */
  test_auroc?: number | null;
  test_auprc?: number | null;
}

/** A simple method's scores on the same split. */
export interface Baseline {
  name: string;
  auroc: number;
  auprc: number;
}

/** How predicted log2 fold changes compare with measured ones over `n` genes. */
export interface ChangeScore {
  n: number;
  /** Pearson's correlation. */
  pearson: number;
  /** Spearman's correlation. */
  spearman: number;
  r2: number;
  mse: number;
  /** Share of the genes whose measured |log2 fold change| is above 1 of which the sign is predicted. */
  sign_accuracy?: number | null;
}

/** How well a model of a change does. */
export interface ChangeMetrics {
  validation?: ChangeScore | null;
  test?: ChangeScore | null;
  seeds?: { seed: number; validation_pearson: number; test?: ChangeScore | null }[];
  baselines?: ({ name: string } & ChangeScore)[];
}

/** What a track is. */
export interface TrackCard {
  name: string;
  /** What was measured: `CAGE`, `DNase`, `ATAC`, `ChIP`, `MNase`, … */
  assay?: string;
  /** What was measured in what. */
  description?: string;
  /** What a value is, for instance `fragment coverage summed over 128 bp`. */
  unit?: string;
}

/** How predicted tracks compare with measured ones over `n` bins. */
export interface TrackScore {
  n: number;
  /** Pearson's correlation, the mean over tracks. */
  pearson: number;
  /** The same of log2(x + 1). */
  log_pearson: number;
  r2: number;
  /** One track after the other. */
  per_track?: { name: string; pearson?: number | null; log_pearson?: number | null; r2?: number | null }[];
}

/** How well a model of tracks does. */
export interface TrackMetrics {
  validation?: TrackScore | null;
  test?: TrackScore | null;
  seeds?: { seed: number; validation_loss: number; validation_pearson: number; test?: TrackScore | null }[];
  baselines?: ({ name: string } & TrackScore)[];
  /** How far the measurement agrees with itself. */
  ceilings?: ({ name: string } & TrackScore)[];
}

/** Which explanation of a model of tables is shown first; by `regulens calibrate explanations`. */
export interface ExplanationChoice {
  /** The one of the largest area among those that can be shown along a gene. */
  best: string;
  /** How many genes were tested. */
  genes: number;
  /** Which genes: "validation genes of K562". */
  data: string;
  seed: number;
  /** What was tested, as `regulens interpret deletion` calls it. */
  tested: string[];
  /** The area under the fall of the prediction as bins are replaced in the order of each, the mean over genes. */
  areas: number[];
  /** How much larger that is than with the signal's own size, gene by gene; 0 of signal itself. */
  ahead_of_signal: number[];
  /** The standard error of that over genes. */
  standard_errors: number[];
}

/** What variants drawn at random do to a model's tracks; by `regulens calibrate variants`. */
export interface EffectNull {
  /** The file of the genome that they were drawn from. */
  genome: string;
  /** How they were drawn, in words. */
  drawn: string;
  seed: number;
  /** Of which scores. */
  around: number;
  strands: string;
  shifts: number[];
  tracks: TrackNull[];
}

/** The null of one track. */
export interface TrackNull {
  track: string;
  /** Quantiles of what is predicted without a variant, at even levels. */
  activity: number[];
  /** Of single bases, by activity. */
  bases: EffectStratum[];
  /** Of insertions and deletions. */
  indels: EffectStratum[];
}

/** Random variants at places of like activity. */
export interface EffectStratum {
  up_to: number;
  count: number;
  /** Quantiles of |alternative - reference|, at the levels that the card's schema lists. */
  effects: number[];
}

/** How the values of one mark were distributed over all bins and genes of the training table. */
export interface MarkDistribution {
  mark: string;
  mean: number;
  standard_deviation: number;
  /** Share of values that are zero. */
  zero_fraction: number;
  /** Share of values that are whole numbers. */
  integer_fraction: number;
  median: number;
  p90: number;
  p99: number;
  max: number;
  /** The largest number of which every value is a whole multiple: 1 for counts, 2 where each was doubled. */
  step?: number | null;
  /** Number of values; 0 where it was not recorded. */
  values: number;
}

/** How a model was trained. */
export interface TrainingRecord {
  data?: string;
  split?: string;
  genes?: number;
  recipe?: Record<string, unknown>;
  seed?: number;
  epochs?: number;
  best_epoch?: number;
  date?: string;
  program?: string;
}

/** What a weight file says about itself. */
export interface ModelCard {
  format_version: number;
  /** Name shown to users. */
  name: string;
  /** What it reads and predicts: that of its family, where an older file does not say. */
  task: Task;
  /** Whose equations it has, in kebab case; `Description` has its title. */
  family: string;
  /** Which of them, in kebab case, for instance `lstm-alpha-beta`. */
  variant: string;
  /** Sizes, under the names of the published code. */
  hyperparameters: Record<string, unknown>;
  /** Marks in the model's order; tables are matched to it by name. */
  marks: string[];
  /** Number of bins that the model was trained on. */
  bins: number;
  /** Width of a bin in base pairs. */
  bin_size: number;
  /** Window around the anchor, in base pairs. */
  window: { anchor: string; upstream: number; downstream: number };
  /** `genomic`: bin 1 has the lowest coordinate whatever the gene's strand. */
  strand: string;
  assembly?: string | null;
  cell_type?: { id: string; name: string } | null;
  /** Of a model of a change, the second cell type, B; `cell_type` is A. */
  cell_type_b?: { id: string; name: string } | null;
  /** What is done to each value before the model sees it. The engine does it; callers pass raw values. */
  transform: { kind: string; scale?: number[] | null };
  /** How the weights are stored. */
  dtype: string;
  /**
   * The element type with which the test figures were measured, where they were measured again for a file of another
   * one.
   */
  tested_as?: string | null;
  /** Number of trained parameters. */
  parameters: number;
  training?: TrainingRecord | null;
  input_distribution?: MarkDistribution[];
  /** Of a model of a change, that of B. */
  input_distribution_b?: MarkDistribution[];
  metrics?: { validation?: Score | null; test?: Score | null; seeds?: SeedScore[]; baselines?: Baseline[] } | null;
  /** Of a model of a change. */
  change_metrics?: ChangeMetrics | null;
  /** Of a model of tracks: bases of its window, and those at either end whose bins are not predicted. */
  sequence?: { length: number; buffer: number } | null;
  /** Of a model of tracks, in the order of its predictions. */
  tracks?: TrackCard[];
  /** Of a model of tracks. */
  track_metrics?: TrackMetrics | null;
  /** What random variants do, of models of tracks that were calibrated. */
  variant_null?: EffectNull | null;
  /** What is shown first, of models of tables that were calibrated. */
  explanation?: ExplanationChoice | null;
  /** The file that it was imported from. */
  source?: string | null;
  /** Whether it was trained on simulated data. */
  simulated?: boolean;
  citation?: string[];
  notes?: string[];
}

/** The task that a card, an entry of the catalogue or a description says; undefined for one that is not known here. */
export function taskOf({ task }: { readonly task?: string | null }): Task | undefined {
  return KNOWN_TASKS.find((known) => known === task);
}
