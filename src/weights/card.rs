//! The model card: description, training data and scores of a model.
//!
//! It is stored as JSON in the model file, under the metadata key [`KEY`]. Names of fields are those of the JSON;
//! `regulens inspect --schema` generates `models/card.schema.json` from these types and their comments.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::Dtype;
use super::Problem;
use super::architecture;
use crate::input::geometry::Geometry;
use crate::input::{Budget, MarkDistribution, budget};
#[cfg(any(not(target_family = "wasm"), feature = "change"))]
use crate::task::change::ChangeScore;
#[cfg(any(not(target_family = "wasm"), feature = "sequences"))]
use crate::task::confidence::TrackConformal;
#[cfg(any(not(target_family = "wasm"), feature = "change"))]
use crate::task::confidence::{Calibration, Conformal};
use crate::task::explanation::ExplanationChoice;
#[cfg(not(target_family = "wasm"))]
use crate::task::level::LevelScore;
use crate::task::missing::MissingMarks;
use crate::task::on_off::OnOffScore;
#[cfg(any(not(target_family = "wasm"), feature = "sequences"))]
use crate::task::tracks::{EffectNull, TrackScore};
#[cfg(not(target_family = "wasm"))]
use crate::task::transfer::Transfer;
use crate::task::{Report, Task};

/// The order of bins in the direction of transcription.
pub const TRANSCRIPTION: &str = "transcription";

/// The metadata key of a model file's card.
pub const KEY: &str = "regulens.card";

/// The newest card version that this program reads and writes.
pub const FORMAT_VERSION: u32 = 2;

/// The card version without later fields, which earlier programs read.
const FIRST_VERSION: u32 = 1;

/// Largest number of bins in a card. It determines the memory of an example, so that a file must not choose it freely:
/// a million bins of 100 bp are a third of the longest human chromosome's arm.
pub const MAX_BINS: usize = 1_000_000;

/// Description of a model, its training data and its scores, stored as JSON text in the `__metadata__` of a safetensors
/// model file, under `regulens.card`.
///
/// Family, variant, marks and bins are required; other fields have defaults, so that cards of older versions load.
/// Unknown fields are kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ModelCard {
    /// Version of the card's format: 2 for a card with `members`, `calibration`, `conformal` or `track_conformal`, else
    /// 1. Readers refuse later versions than they know, and read earlier ones.
    #[serde(default = "format_version")]
    #[cfg_attr(feature = "schema", schemars(extend("enum" = [FIRST_VERSION, FORMAT_VERSION])))]
    pub format_version: u32,
    /// Name of the model, such as `LSTM-α,β on K562`.
    #[serde(default)]
    pub name: String,
    /// Task of the model; by default the task of its family, for cards of older versions.
    #[serde(default = "until_settled")]
    pub task: Task,
    /// The published family in kebab case, such as `attentive-chrome`.
    #[cfg_attr(feature = "schema", schemars(extend("enum" = architecture::ids())))]
    pub family: String,
    /// The variant in kebab case, such as `lstm-alpha-beta`.
    pub variant: String,
    /// Sizes of the architecture, such as `bin_rnn_size`.
    #[serde(default)]
    pub hyperparameters: Map<String, Value>,
    // The first engine keeps these in `extra`: it runs no such file.
    /// Members of an ensemble, two or more, whose mean is predicted; empty for a single model. `variant` and
    /// `hyperparameters` are those of the first.
    #[cfg(any(not(target_family = "wasm"), feature = "change"))]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<Member>,
    /// Histone marks, in the order of the model's inputs; tables are matched by name. Empty for a sequence model.
    #[cfg_attr(feature = "schema", schemars(inner(length(min = 1)), extend("uniqueItems" = true)))]
    pub marks: Vec<String>,
    /// Number of bins of each mark in an example; for a sequence model, number of predicted bins.
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = MAX_BINS)))]
    pub bins: usize,
    /// Base pairs per bin.
    #[serde(default = "bin_size")]
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    pub bin_size: usize,
    /// The genomic window of the bins, for a table model.
    #[serde(default, skip_serializing_if = "Window::is_none")]
    pub window: Window,
    /// The input window of a sequence model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequence: Option<Stretch>,
    /// Tracks that a sequence model predicts, in the order of its outputs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tracks: Vec<Track>,
    /// `genomic`: bin 1 has the lowest coordinate for genes on either strand. `transcription`: bin 1 is the furthest
    /// upstream on the gene's strand.
    #[serde(default = "strand")]
    pub strand: String,
    /// Quantity of each mark in tables, such as `H3K4me3: counts of reads`, if recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<String>,
    /// The genome assembly of the training data, such as `hg19`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assembly: Option<String>,
    /// Cell type of the training data; A, the first, with two cell types.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cell_type: Option<CellType>,
    /// Second cell type, B, of a model of the change from A to B.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cell_type_b: Option<CellType>,
    /// Transform of the counts before the model.
    #[serde(default)]
    pub transform: Transform,
    /// Element type of the weights in the file.
    #[serde(default)]
    pub dtype: Dtype,
    /// Number of weights; 0 if the card has none.
    #[serde(default)]
    pub parameters: usize,
    /// Record of the training.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub training: Option<TrainingRecord>,
    /// Distribution of each mark's values in the training data, before the transform.
    #[serde(default)]
    pub input_distribution: Vec<MarkDistribution>,
    /// The same for B's training data, in a model of two cell types.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub input_distribution_b: Vec<MarkDistribution>,
    /// Scores of a model of on and off on held-out data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metrics: Option<Report<OnOffScore>>,
    // An engine without such models keeps this field and those of sequences in `extra`: reading them would add 12 kB to
    // the page's first load.
    /// Scores of a model of change on held-out data.
    #[cfg(any(not(target_family = "wasm"), feature = "change"))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change_metrics: Option<Report<ChangeScore>>,
    /// Scores of a model of expression level on held-out data.
    #[cfg(not(target_family = "wasm"))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level_metrics: Option<Report<LevelScore>>,
    /// Scores of a sequence model on held-out data.
    #[cfg(any(not(target_family = "wasm"), feature = "sequences"))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub track_metrics: Option<Report<TrackScore>>,
    /// Unit of the predictions of a model of level: `log2(count + 1)`.
    #[cfg(any(not(target_family = "wasm"), feature = "import"))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Effects of random variants predicted by a sequence model, from `regulens calibrate variants`.
    #[cfg(any(not(target_family = "wasm"), feature = "sequences"))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant_null: Option<EffectNull>,
    /// The explanation of a table model that won the deletion test, from `regulens calibrate explanations`; the page
    /// shows it first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explanation: Option<ExplanationChoice>,
    /// Mean profiles of the training genes of each class, for the contrast `class-mean` of a model of on and off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class_means: Option<ClassMeans>,
    /// Smallest and largest mean over a gene's bins among the training genes, for each mark; for a model of change, for
    /// each mark of A and then of B. Genes outside are unlike all training genes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gene_ranges: Vec<[f64; 2]>,
    /// Symmetric form of a model of change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub symmetric: Option<Symmetry>,
    /// Decrease of a table model's scores for each missing mark, from `regulens calibrate missing-marks`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing_marks: Option<MissingMarks>,
    /// Map from log-odds to calibrated probabilities of a model of on and off, from `regulens calibrate confidence`.
    #[cfg(any(not(target_family = "wasm"), feature = "change"))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calibration: Option<Calibration>,
    /// Conformal scores of a table model, from `regulens calibrate confidence`.
    #[cfg(any(not(target_family = "wasm"), feature = "change"))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conformal: Option<Conformal>,
    /// Conformal scores of a sequence model, from `regulens calibrate confidence`.
    #[cfg(any(not(target_family = "wasm"), feature = "sequences"))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub track_conformal: Option<TrackConformal>,
    /// Scores on genes of its own cell type and of others, from `regulens calibrate transfer`.
    #[cfg(not(target_family = "wasm"))]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transfer: Vec<Transfer>,
    /// Origin of imported weights.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// True if the training data were simulated.
    #[serde(default)]
    pub simulated: bool,
    /// Publications to cite.
    #[serde(default)]
    pub citation: Vec<String>,
    /// Further notes for users.
    #[serde(default)]
    pub notes: Vec<String>,
    /// Element type at which the test scores were measured, if measured again for a file of another type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tested_as: Option<Dtype>,
    /// Unknown fields, kept when the card is written.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// One member of an ensemble.
#[cfg(any(not(target_family = "wasm"), feature = "change"))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Member {
    /// Its variant, in the card's family.
    pub variant: String,
    /// Sizes of its architecture.
    #[serde(default)]
    pub hyperparameters: Map<String, Value>,
    /// Seed of its training, if recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
}

#[cfg(any(not(target_family = "wasm"), feature = "change"))]
impl Member {
    /// A single model as a member.
    pub(super) fn of(card: &ModelCard) -> Self {
        Self {
            variant: card.variant.clone(),
            hyperparameters: card.hyperparameters.clone(),
            seed: card.training.as_ref().map(|training| training.seed),
        }
    }

    /// The card of one member, without results of the ensemble.
    pub(crate) fn card(&self, of_all: &ModelCard) -> ModelCard {
        let mut card = ModelCard {
            variant: self.variant.clone(),
            hyperparameters: self.hyperparameters.clone(),
            parameters: 0,
            members: Vec::new(),
            ..of_all.clone()
        };
        card.forget_scores();
        card
    }
}

/// The genomic window of an example's bins.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Window {
    /// Point that the window is relative to: `TSS`, the transcription start site.
    pub anchor: String,
    /// Base pairs upstream of it, for a gene on the plus strand; negative if the bins begin downstream.
    pub upstream: i64,
    /// Base pairs downstream of it.
    pub downstream: i64,
}

/// The input window of a sequence model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Stretch {
    /// Bases.
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    pub length: usize,
    /// Bases at either end without predictions.
    pub buffer: usize,
}

/// A track that a model predicts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Track {
    /// Its name, unique in the model.
    pub name: String,
    /// Assay: `CAGE`, `DNase`, `ATAC`, `ChIP`, `MNase` or another.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub assay: String,
    /// Experiment and sample.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Unit of its values, such as `fragment coverage summed over 128 bp`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unit: String,
}

/// A cell type, as named by its data set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CellType {
    /// Its identifier, such as Roadmap's `E123`.
    pub id: String,
    /// Its name, such as `K562`.
    #[serde(default)]
    pub name: String,
}

/// Mean profiles [T, M] of training genes, in the table's units: float16 in little-endian order, in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ClassMeans {
    /// Mean of genes that are on.
    pub on: String,
    /// Mean of genes that are off.
    pub off: String,
}

impl ClassMeans {
    /// Means of genes' values [N, T, M] by class; `None` if a class has no gene, or a mean exceeds float16.
    pub fn of(values: &[f32], labels: &[bool]) -> Option<Self> {
        let size = values.len() / labels.len().max(1);
        let mean = |class: bool| {
            let genes = labels.iter().filter(|&&on| on == class).count();
            let mut sums = vec![0.0_f64; size];
            for (gene, _) in values.chunks_exact(size).zip(labels).filter(|&(_, &on)| on == class) {
                sums.iter_mut()
                    .zip(gene)
                    .for_each(|(sum, &value)| *sum += f64::from(value));
            }
            let means: Vec<f32> = sums.into_iter().map(|sum| (sum / genes as f64) as f32).collect();
            (genes > 0).then_some(means)
        };
        Some(Self {
            on: Self::encoded(&mean(true)?)?,
            off: Self::encoded(&mean(false)?)?,
        })
    }

    /// Encodes a profile; `None` if it exceeds float16. The last three of eleven digits are 0: means over some hundred
    /// genes are less precise, and the card compresses better.
    pub fn encoded(profile: &[f32]) -> Option<String> {
        let short = |value: f32| half::f16::from_bits(half::f16::from_f32(value).to_bits().saturating_add(4) & !7);
        let halves = profile.iter().map(|&value| short(value));
        let bytes: Vec<u8> = halves.clone().flat_map(half::f16::to_le_bytes).collect();
        halves
            .into_iter()
            .all(half::f16::is_finite)
            .then(|| base16ct::lower::encode_string(&bytes))
    }

    /// Decodes a profile; `None` if the text is invalid or a value is not finite.
    pub fn decoded(text: &str) -> Option<Vec<f32>> {
        let bytes = base16ct::lower::decode_vec(text).ok()?;
        let values: Vec<f32> = bytes
            .chunks_exact(2)
            .map(|pair| half::f16::from_le_bytes([pair[0], pair[1]]).to_f32())
            .collect();
        values.iter().all(|value| value.is_finite()).then_some(values)
    }
}

/// Smallest and largest mean over a gene's bins, for each column of values [N, T, columns]; four digits each, to keep
/// the card small.
pub fn gene_ranges(values: &[f32], [bins, columns]: [usize; 2]) -> Vec<[f64; 2]> {
    let mut ranges = vec![[f64::INFINITY, f64::NEG_INFINITY]; columns];
    for gene in values.chunks_exact(bins * columns) {
        for (column, [low, high]) in ranges.iter_mut().enumerate() {
            let sum: f64 = gene
                .iter()
                .skip(column)
                .step_by(columns)
                .map(|&value| f64::from(value))
                .sum();
            let mean = sum / bins as f64;
            (*low, *high) = (low.min(mean), high.max(mean));
        }
    }
    let short = |value: f64| format!("{value:.3e}").parse().unwrap_or(value);
    ranges.into_iter().map(|ends| ends.map(short)).collect()
}

/// The symmetric form (f(A, B) − f(B, A)) / 2 of a model f of change: 0 for equal cell types, and of opposite sign when
/// they are swapped.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Symmetry {
    /// True if the symmetric form is the default: if it exceeds f by more than two standard errors over seeds on
    /// validation genes.
    pub default: bool,
    /// Number of seeds compared.
    pub seeds: usize,
    /// Pearson correlation of f on validation genes, averaged over seeds.
    pub validation: f64,
    /// Pearson correlation of the symmetric form on validation genes, averaged over seeds.
    pub validation_symmetric: f64,
    /// Standard error over seeds of the difference.
    pub standard_error: f64,
    /// Pearson correlation of f with these weights on test genes.
    pub test: f64,
    /// Pearson correlation of the symmetric form with these weights on test genes.
    pub test_symmetric: f64,
    /// Median of |f(A, A)| over test genes: predictions for no change.
    pub no_change: f64,
}

/// Transform of a table's values before the model: first the function, then the factor of each mark.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Transform {
    /// Function of each value.
    #[serde(default)]
    pub kind: TransformKind,
    /// One factor per mark, in the order of the card's marks; absent without scaling.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(length(min = 1)))]
    pub scale: Option<Vec<f32>>,
}

/// A function of each value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum TransformKind {
    /// Identity: raw counts, as published.
    #[default]
    None,
    /// ln(1 + x).
    Log1p,
}

/// Measurements per epoch of a training. A card keeps it as raw JSON, so that a page need not parse it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TrainingHistory {
    /// Names of the measurements: the training loss, and those on validation data.
    pub columns: Vec<String>,
    /// The epochs, counted from 1; all or some.
    pub epochs: Vec<usize>,
    /// Values of each column, [columns, epochs]; null if not defined.
    pub values: Vec<Vec<Option<f64>>>,
}

/// A file that a training read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TrainingFile {
    /// Its flag, such as `train`.
    pub flag: String,
    /// Its name, without folders.
    pub name: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
}

/// Record of a training.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct TrainingRecord {
    /// The data set and its origin.
    pub data: String,
    /// Split into training, validation and test genes.
    pub split: String,
    /// Number of training genes; null for training on windows of sequences, or if not recorded. Written as 0 in JSON if
    /// null.
    #[serde(with = "zero_for_none")]
    #[cfg_attr(feature = "schema", schemars(with = "usize"))]
    pub genes: Option<usize>,
    /// All settings of the optimisation by name.
    pub recipe: Map<String, Value>,
    /// Seed of initialisation and shuffling.
    pub seed: u64,
    /// Number of epochs that ran.
    pub epochs: usize,
    /// The epoch, from 1, of these weights: the best on validation data.
    pub best_epoch: usize,
    /// Date, as `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// The program and its version.
    pub program: String,
    /// Arguments of `regulens train`, files without folders.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// Files that it read.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<Vec<TrainingFile>>"))]
    pub files: Option<Value>,
    /// The processor's architecture and the widest SIMD used, which affect the last digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub processor: Option<String>,
    /// Measurements per epoch, for the seed of these weights.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<TrainingHistory>"))]
    pub history: Option<Value>,
}

/// Serialises `None` as 0.
mod zero_for_none {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<To: Serializer>(number: &Option<usize>, to: To) -> Result<To::Ok, To::Error> {
        number.unwrap_or(0).serialize(to)
    }

    pub fn deserialize<'de, From: Deserializer<'de>>(from: From) -> Result<Option<usize>, From::Error> {
        usize::deserialize(from).map(|number| (number > 0).then_some(number))
    }
}

/// Placeholder for a card without a task, until [`ModelCard::from_json`] sets that of its family.
fn until_settled() -> Task {
    Task::OnOff
}

fn format_version() -> u32 {
    FIRST_VERSION
}

/// 100 bp: the bins of AttentiveChrome and DeepDiff.
fn bin_size() -> usize {
    100
}

fn strand() -> String {
    "genomic".to_owned()
}

impl ModelCard {
    /// The card of a model of which only the architecture is known: bins of 100 bp around the TSS, raw counts.
    ///
    /// # Panics
    /// If the family is not known.
    pub fn new(family: &str, variant: &str, marks: Vec<String>, bins: usize) -> Self {
        let known = architecture::family(family).unwrap_or_else(|problem| panic!("{problem}"));
        // Other fields get the defaults of cards that omit them.
        let least = json!({ "family": family, "variant": variant, "marks": marks, "bins": bins });
        let card: Self = serde_json::from_str(&least.to_string()).expect("what a card must have");
        Self {
            name: format!("{family} {variant}"),
            task: known.task(),
            window: Window::around_tss(bins, card.bin_size),
            ..card
        }
    }

    /// Reads a card's JSON.
    ///
    /// # Errors
    /// [`Problem::CardTooNew`] for a `format_version` later than [`FORMAT_VERSION`]; [`Problem::Task`] and
    /// [`Problem::Family`] for unknown ones; [`Problem::TaskOfFamily`] if these contradict each other;
    /// [`Problem::Card`] for any other problem.
    pub fn from_json(text: &str) -> Result<Self, Problem> {
        // The version first: a later one may change the meaning of any field.
        #[derive(Deserialize)]
        struct Version {
            #[serde(default = "format_version")]
            format_version: u32,
        }
        let malformed = |error: serde_json::Error| Problem::Card {
            reason: format!("{error}{}", excerpt(text, &error)),
        };
        if !Budget::of(text.len() as u64).json(text.as_bytes()) {
            return Err(Problem::Card {
                reason: format!("{}; expected {}", budget::FOUND, budget::EXPECTED),
            });
        }
        let Version { format_version } = serde_json::from_str(text).map_err(malformed)?;
        if format_version > FORMAT_VERSION {
            return Err(Problem::CardTooNew {
                found: format_version,
                known: FORMAT_VERSION,
            });
        }
        let kind = serde_json::from_str::<Kind>(text).map_err(malformed)?;
        let task = kind.task()?;
        let mut card: Self = serde_json::from_str(text).map_err(malformed)?;
        card.task = task;
        if card.window.is_none() && !card.takes_sequences() {
            card.window = Window::around_tss(card.bins, card.bin_size);
        }
        card.check()?;
        card.retell();
        Ok(card)
    }

    /// Updates statements of earlier versions on simple predictors, which ignored the interval.
    fn retell(&mut self) {
        let notes = &mut self.notes;
        self.metrics.iter().for_each(|report| report.retell(notes));
        #[cfg(any(not(target_family = "wasm"), feature = "change"))]
        self.change_metrics.iter().for_each(|report| report.retell(notes));
        #[cfg(not(target_family = "wasm"))]
        self.level_metrics.iter().for_each(|report| report.retell(notes));
        #[cfg(any(not(target_family = "wasm"), feature = "sequences"))]
        self.track_metrics.iter().for_each(|report| report.retell(notes));
    }

    /// Removes scores, which are those of other weights.
    #[cfg(any(not(target_family = "wasm"), feature = "change"))]
    pub(super) fn forget_scores(&mut self) {
        self.calibration = None;
        self.conformal = None;
        self.metrics = None;
        self.change_metrics = None;
        #[cfg(any(not(target_family = "wasm"), feature = "sequences"))]
        {
            self.track_metrics = None;
            self.variant_null = None;
            self.track_conformal = None;
        }
        #[cfg(not(target_family = "wasm"))]
        {
            self.transfer.clear();
            self.level_metrics = None;
        }
    }

    /// Removes results that depend on probabilities: calibration, conformal scores, and scores on cell types.
    #[cfg(not(target_family = "wasm"))]
    pub fn forget_confidence(&mut self) {
        self.calibration = None;
        self.conformal = None;
        self.track_conformal = None;
        self.transfer.clear();
    }

    /// Smallest version whose readers understand the card.
    fn least_version(&self) -> u32 {
        #[cfg(any(not(target_family = "wasm"), feature = "change"))]
        if !self.members.is_empty() || self.calibration.is_some() || self.conformal.is_some() {
            return FORMAT_VERSION;
        }
        #[cfg(any(not(target_family = "wasm"), feature = "sequences"))]
        if self.track_conformal.is_some() {
            return FORMAT_VERSION;
        }
        FIRST_VERSION
    }

    /// The card's JSON, on one line.
    ///
    /// # Errors
    /// [`Problem::Card`] if [`from_json`](Self::from_json) would refuse it: JSON has no NaN and no infinity, and marks
    /// must have names.
    pub fn to_json(&self) -> Result<String, Problem> {
        let card = Self {
            format_version: self.least_version(),
            ..self.clone()
        };
        let text = serde_json::to_string(&card).map_err(|error| Problem::Card {
            reason: error.to_string(),
        })?;
        Self::from_json(&text)?;
        Ok(text)
    }

    /// The window around a TSS that the bins cover.
    pub fn geometry(&self) -> Geometry {
        Geometry {
            bin_size: self.bin_size as i64,
            upstream: self.window.upstream,
            downstream: self.window.downstream,
            strand_flip: self.strand == TRANSCRIPTION,
        }
    }

    /// Number of cell types of an example: two for a model of change.
    pub fn conditions(&self) -> usize {
        self.task.conditions()
    }

    /// Returns true for a sequence model, false for a table model.
    pub fn takes_sequences(&self) -> bool {
        self.task.takes_sequences()
    }

    /// Values per bin of an example: one per mark and cell type.
    pub fn columns(&self) -> usize {
        self.marks.len() * self.conditions()
    }

    /// The cell types of the training data, if named: one, or A and B.
    pub fn cell_types(&self) -> impl Iterator<Item = Option<&CellType>> {
        let named = [&self.cell_type, &self.cell_type_b].into_iter();
        named.map(Option::as_ref).take(self.conditions())
    }

    /// Distributions of each mark's values in the training data, by cell type.
    pub fn distributions(&self) -> impl Iterator<Item = &[MarkDistribution]> {
        let recorded = [&self.input_distribution, &self.input_distribution_b].into_iter();
        recorded.map(Vec::as_slice).take(self.conditions())
    }

    /// Means of the values of a bin in the training data, [columns]; `None` if the card lacks any.
    pub fn training_means(&self) -> Option<Vec<f32>> {
        let means = self.distributions().flat_map(|recorded| {
            let mean = |mark: &String| recorded.iter().find(|one| one.mark == *mark).map(|one| one.mean as f32);
            self.marks.iter().map(mean).collect::<Vec<_>>()
        });
        means.collect()
    }

    /// Returns true if the symmetric form of a change is the default.
    pub fn is_symmetric(&self) -> bool {
        self.task == Task::Change && self.symmetric.as_ref().is_some_and(|symmetric| symmetric.default)
    }

    /// Checks that the fields are consistent.
    fn check(&self) -> Result<(), Problem> {
        let malformed = |reason: String| Err(Problem::Card { reason });
        if self.takes_sequences() {
            self.check_sequences()?;
        } else if self.marks.is_empty() {
            return malformed("no marks; expected at least one".to_owned());
        }
        if let Some(problem) = self.explanation.as_ref().and_then(ExplanationChoice::problem) {
            return malformed(problem);
        }
        #[cfg(any(not(target_family = "wasm"), feature = "change"))]
        {
            let calibration = self.calibration.as_ref().and_then(Calibration::problem);
            if let Some(problem) = calibration.or_else(|| self.conformal.as_ref().and_then(Conformal::problem)) {
                return malformed(problem);
            }
        }
        #[cfg(any(not(target_family = "wasm"), feature = "sequences"))]
        if let Some(problem) = self
            .track_conformal
            .as_ref()
            .and_then(|found| found.problem(self.tracks.len()))
        {
            return malformed(problem);
        }
        #[cfg(not(target_family = "wasm"))]
        if let Some(problem) = self.transfer.iter().find_map(Transfer::problem) {
            return malformed(problem);
        }
        for (index, mark) in self.marks.iter().enumerate() {
            if mark.trim().is_empty() {
                return malformed(format!("no name for mark {}; expected one", index + 1));
            }
            if self.marks[..index].contains(mark) {
                return malformed(format!("the mark {mark} twice; expected it once"));
            }
        }
        if self.bins == 0 || self.bins > MAX_BINS {
            return malformed(format!("{} bins; expected 1 to {MAX_BINS}", self.bins));
        }
        let cases = MissingMarks::cases(self.marks.len(), self.conditions());
        if let Some(problem) = self.missing_marks.as_ref().and_then(|found| found.problem(cases)) {
            return malformed(problem);
        }
        if self.bin_size == 0 {
            return malformed("a bin_size of 0; expected base pairs a bin".to_owned());
        }
        if let Some(scale) = &self.transform.scale {
            if scale.len() != self.marks.len() {
                return malformed(format!(
                    "{} factors in transform.scale; expected one for each of {} marks",
                    scale.len(),
                    self.marks.len()
                ));
            }
            if let Some(factor) = scale.iter().find(|factor| !factor.is_finite()) {
                return malformed(format!("{factor} in transform.scale; expected finite factors"));
            }
        }
        // Four digits per float16.
        let digits = 4 * self.bins.saturating_mul(self.marks.len());
        if let Some(means) = &self.class_means
            && [&means.on, &means.off].iter().any(|text| text.len() != digits)
        {
            return malformed(format!("class_means of another length; expected {digits} digits each"));
        }
        if ![0, self.columns()].contains(&self.gene_ranges.len()) {
            return malformed(format!(
                "{} gene_ranges; expected one for each of {} marks",
                self.gene_ranges.len(),
                self.columns()
            ));
        }
        Ok(())
    }

    /// Checks that the fields of a sequence model are consistent.
    fn check_sequences(&self) -> Result<(), Problem> {
        let malformed = |reason: String| Err(Problem::Card { reason });
        if !self.marks.is_empty() {
            return malformed("marks; expected none in a model of sequences".to_owned());
        }
        if self.sequence.is_none() {
            return malformed("no sequence; expected its length and buffer".to_owned());
        }
        if self.tracks.is_empty() {
            return malformed("no tracks; expected at least one".to_owned());
        }
        let mut names: Vec<&str> = self.tracks.iter().map(|track| track.name.as_str()).collect();
        names.sort_unstable();
        if names[0].trim().is_empty() {
            return malformed("a track without a name; expected one".to_owned());
        }
        if let Some([twice_0, ..]) = names.windows(2).find(|two| two[0] == two[1]) {
            return malformed(format!("the track {twice_0} twice; expected it once"));
        }
        #[cfg(any(not(target_family = "wasm"), feature = "sequences"))]
        if let Some(null) = &self.variant_null {
            if let Some(problem) = null.problem() {
                return malformed(problem);
            }
            if let Some(track) = null.tracks.iter().find(|track| !names.contains(&track.track.as_str())) {
                return malformed(format!("a null of {}; expected one of the model's tracks", track.track));
            }
        }
        Ok(())
    }
}

/// Fields on the kind of model, unchecked, and on the program that wrote the card.
#[derive(Deserialize)]
struct Kind {
    #[serde(default = "format_version")]
    format_version: u32,
    task: Option<String>,
    family: String,
    training: Option<Writer>,
}

/// The program that trained the model.
#[derive(Deserialize)]
struct Writer {
    #[serde(default)]
    program: String,
}

impl Kind {
    /// The card's task, or its family's.
    fn task(&self) -> Result<Task, Problem> {
        let Some(found) = &self.task else {
            return Ok(architecture::family(&self.family)?.task());
        };
        let stated = Task::find(found).ok_or_else(|| Problem::Task {
            found: found.clone(),
            writer: self.writer(),
            known: Task::ALL.map(Task::id).join(", "),
        })?;
        let family = architecture::family(&self.family)?;
        if !family.does(stated) {
            return Err(Problem::TaskOfFamily {
                found: stated,
                family: family.id(),
                writer: self.writer(),
                expected: family.task(),
            });
        }
        Ok(stated)
    }

    /// `card of format version 1, by regulens 0.1.0`.
    fn writer(&self) -> String {
        let program = self.training.as_ref().map_or("", |training| &training.program);
        let by = if program.is_empty() { "" } else { ", by " };
        format!("card of format version {}{by}{program}", self.format_version)
    }
}

impl Window {
    /// Returns true if there is no transform.
    fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// The window of `bins` bins of `bin_size` bp centred on the TSS, as in both published data sets.
    pub fn around_tss(bins: usize, bin_size: usize) -> Self {
        let length = i64::try_from(bins.saturating_mul(bin_size)).unwrap_or(i64::MAX);
        Self {
            anchor: "TSS".to_owned(),
            upstream: length / 2,
            downstream: length - length / 2,
        }
    }
}

impl Transform {
    /// Applies the transform in place to values with marks innermost, in the order of the card's marks ([genes, bins,
    /// marks], row-major).
    pub fn apply(&self, values: &mut [f32]) {
        if self.kind == TransformKind::Log1p {
            for value in values.iter_mut() {
                *value = value.ln_1p();
            }
        }
        if let Some(scale) = &self.scale {
            for bin in values.chunks_exact_mut(scale.len()) {
                for (value, factor) in bin.iter_mut().zip(scale) {
                    *value *= factor;
                }
            }
        }
    }
}

impl Transform {
    /// Chain rule: converts, in place, a gradient with respect to transformed values into one with respect to `values`,
    /// before [`apply`](Self::apply).
    pub fn chain(&self, values: &[f32], gradient: &mut [f32]) {
        if self.kind == TransformKind::Log1p {
            for (gradient, value) in gradient.iter_mut().zip(values) {
                *gradient /= 1.0 + value;
            }
        }
        if let Some(scale) = &self.scale {
            for bin in gradient.chunks_exact_mut(scale.len()) {
                for (gradient, factor) in bin.iter_mut().zip(scale) {
                    *gradient *= factor;
                }
            }
        }
    }
}

/// The text around an error of `serde_json`: a card is one long line, so that a column alone says little.
fn excerpt(text: &str, error: &serde_json::Error) -> String {
    let Some(line) = error.line().checked_sub(1).and_then(|index| text.lines().nth(index)) else {
        return String::new();
    };
    let end = line.floor_char_boundary(error.column());
    let start = line.floor_char_boundary(end.saturating_sub(40));
    format!(", after `{}`", &line[start..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(stated: &str) -> Result<Task, Problem> {
        let text = json!({ "task": stated, "family": "attentive-chrome" }).to_string();
        serde_json::from_str::<Kind>(&text).expect("a kind").task()
    }

    #[test]
    fn an_unknown_task_is_refused_with_those_that_there_are() {
        assert_eq!(task("level").ok(), Some(Task::Level));
        assert_eq!(task("on-off").ok(), Some(Task::OnOff));
        let known = task("motifs").unwrap_err().to_string();
        assert!(known.ends_with("expected on-off, change, tracks, level"), "{known}");
    }
}
