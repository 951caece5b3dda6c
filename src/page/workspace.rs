//! Workspaces: what is open, chosen and looked at in the page, as a file keeps it. Only the page writes and reads them:
//! its types, and what it checks of a file, are made from these.
//!
//! `x-of` names the list that a place counts in, or that has the id; `x-expected` says a pattern in words.

use std::collections::BTreeMap;

use schemars::JsonSchema;

use super::looked::Looked;
use super::manifest::BinValue;

/// A file among the inputs, counted from 0.
#[derive(Debug, JsonSchema)]
#[schemars(extend("x-of" = "inputs"))]
pub struct InputAt(pub usize);

/// A file among the models, counted from 0.
#[derive(Debug, JsonSchema)]
#[schemars(extend("x-of" = "models"))]
pub struct ModelAt(pub usize);

/// A sample, counted from 0.
#[derive(Debug, JsonSchema)]
#[schemars(extend("x-of" = "view.samples.tables"))]
pub struct SampleAt(pub usize);

/// State of the page.
#[derive(Debug, JsonSchema)]
pub struct Workspace {
    /// The program that wrote it, with its version.
    pub program: String,
    /// When, ISO 8601.
    pub date: String,
    /// Device of the models.
    pub device: Device,
    /// Preferred weights.
    pub weights: Weights,
    /// Files of models.
    pub models: Vec<WorkspaceModel>,
    /// Files of data.
    pub inputs: Vec<WorkspaceInput>,
    /// The model that is open.
    pub model: Option<ModelAt>,
    /// The results.
    pub view: Results,
    /// The part of them in view.
    pub looked: Looked,
    /// Runs that are kept for comparison.
    pub kept: Vec<KeptRun>,
    /// The user's notes.
    pub notes: String,
}

/// Device that models run on.
#[derive(Debug, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "StoredDevice")]
pub enum Device {
    /// The fastest.
    Auto,
    /// WebGPU.
    Webgpu,
    /// The CPU.
    Cpu,
}

/// Weights of the files that are chosen from the catalogue.
#[derive(Debug, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "StoredWeights")]
pub enum Weights {
    /// One seed.
    Float16,
    /// Several seeds.
    Ensemble,
}

/// A file by what is in it.
#[derive(Debug, JsonSchema)]
pub struct WorkspaceFile {
    /// Its name.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of its bytes.
    pub sha256: Sha256,
}

/// A SHA-256 in lower-case hexadecimal.
#[derive(Debug, JsonSchema)]
#[schemars(extend("pattern" = "^[0-9a-f]{64}$", "x-expected" = "64 hexadecimal digits"))]
pub struct Sha256(pub String);

/// A model by what is in its file.
#[derive(Debug, JsonSchema)]
pub struct WorkspaceModel {
    /// Its file.
    #[serde(flatten)]
    pub file: WorkspaceFile,
    /// Its name on its card.
    pub title: String,
    /// Its name in the catalogue; absent for the user's own file.
    pub id: Option<String>,
    /// Weights of the file, where it is of the catalogue.
    pub weights: Option<Weights>,
    /// True or false where the form of a change was asked for, and the card does not decide.
    pub symmetric: Option<bool>,
}

/// Data of the user, or of an example.
#[derive(Debug, JsonSchema)]
pub struct WorkspaceInput {
    /// Its file.
    #[serde(flatten)]
    pub file: WorkspaceFile,
    /// Its role.
    pub role: InputRole,
    /// The example of the catalogue that it belongs to; absent for the user's own file.
    pub example: Option<String>,
    /// Pasted text.
    pub text: Option<String>,
    /// Content that is in no file and is not text, in base64.
    pub base64: Option<String>,
    /// True if its values are simulated, where it is no example.
    pub simulated: Option<bool>,
}

/// Role of a file.
#[derive(Debug, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum InputRole {
    /// The signal of genes; of a change that of A.
    Table,
    /// That of B.
    TableB,
    /// Measured expression.
    Expression,
    /// Measured counts in A.
    CountsA,
    /// Measured counts in B.
    CountsB,
    /// Where something was planted in the genes.
    Truth,
    /// Symbols of the genes.
    Symbols,
    /// Figures of the run that the genes are a part of.
    Whole,
    /// DNA.
    Sequence,
    /// An index of the sequence.
    Index,
    /// Places of a genome.
    Regions,
    /// A measured track.
    Measured,
    /// Genes of an annotation.
    Genes,
    /// Motifs.
    Motifs,
    /// Variants of a VCF.
    Variants,
    /// Scores of the variants.
    Scores,
    /// Sites planted in a sequence.
    Sites,
}

/// A kept run.
#[derive(Debug, JsonSchema)]
pub struct KeptRun {
    /// Its model.
    pub model: ModelAt,
    /// Its tables, A first.
    #[schemars(length(min = 1))]
    pub tables: Vec<KeptTable>,
    /// Its letter beside the others.
    pub letter: Option<Letter>,
    /// The gene that is looked at in all kept runs.
    pub gene: Option<String>,
    /// The share of genes that its probabilities assume to be on, where that is another than the calibration's.
    #[schemars(range(min = 0, max = 1))]
    pub share_on: Option<f64>,
}

/// Letter of a kept run.
#[derive(Debug, JsonSchema)]
#[schemars(extend("enum" = ["A", "B", "C", "D", "E", "F", "G", "H", "I"]))]
pub struct Letter(pub String);

/// A table of a kept run.
#[derive(Debug, JsonSchema)]
pub struct KeptTable {
    /// Its file.
    pub table: InputAt,
    /// Its preparation.
    pub preparation: Preparation,
}

/// Preparation of a table before the model sees it.
#[derive(Debug, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "StoredPreparation")]
pub struct Preparation {
    /// First and last bin that are kept, from 1.
    pub select_bins: Option<(usize, usize)>,
    /// Factors by mark; absent where no mark has any.
    #[serde(default)]
    pub scale: BTreeMap<String, f64>,
}

/// Results of a model, by its task.
#[derive(Debug, JsonSchema)]
#[serde(tag = "task", rename_all = "kebab-case")]
pub enum Results {
    /// Which genes are on.
    OnOff(GeneResults<OnOffKey, OnOffFilter>),
    /// Levels of expression.
    Level(GeneResults<LevelKey, LevelFilter>),
    /// Changes from A to B.
    Change(GeneResults<ChangeKey, ChangeFilter>),
    /// Tracks along a sequence.
    Tracks(TrackResults),
}

/// Results of a model of genes: those of one outcome differ by the columns and filters of their list.
#[derive(Debug, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "GenesBy{Key}")]
pub struct GeneResults<Key, Filter> {
    /// The tables, A first.
    pub tables: Vec<OpenTable>,
    /// True if the model had been run on them.
    pub ran: bool,
    /// View along a gene; absent where nothing was chosen.
    pub shown: Option<Along>,
    /// The list of genes.
    pub listing: Listing<Key, Filter>,
    /// |log2 fold change| above which a gene goes up or down, where it was chosen.
    pub threshold: Option<f64>,
    /// Changes made to the signal of one gene.
    pub perturbation: Option<Perturbation>,
    /// Changes made to the signal of all genes.
    pub everywhere: Option<Vec<Change>>,
    /// File of what was planted in the genes, where it does not come with an example.
    pub truth: Option<InputAt>,
    /// The genes' symbols.
    pub symbols: Option<InputAt>,
    /// File of the known figures of the run that the genes are a part of.
    pub whole: Option<InputAt>,
    /// The user's word on the species of the genes.
    pub species: Option<String>,
    /// The user's word on the cell type of the data.
    pub cell: Option<SaidCell>,
    /// Samples beside each other, of which the tables above are one.
    pub samples: Option<Samples>,
}

/// A table of the results.
#[derive(Debug, JsonSchema)]
pub struct OpenTable {
    /// Its file; absent where none was read.
    pub table: Option<InputAt>,
    /// Its preparation.
    pub preparation: Preparation,
    /// Measured expression or counts of its genes.
    pub measured: Option<InputAt>,
}

/// View along a gene.
#[derive(Debug, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "StoredAlong")]
pub enum Along {
    /// Attention.
    Alpha,
    /// Integrated gradients.
    IntegratedGradients,
    /// Saliency.
    Saliency,
    /// Class optimisation.
    ClassOptimisation,
}

/// The user's word on the cell type of the data.
#[derive(Debug, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "StoredCell")]
pub enum SaidCell {
    /// That of the model.
    Same,
    /// Another one.
    Another,
}

/// Search, filter and sort order of a list of genes.
#[derive(Debug, JsonSchema)]
#[schemars(rename = "ListBy{Key}")]
pub struct Listing<Key, Filter> {
    /// Part of a gene's name.
    pub search: String,
    /// Which genes are listed.
    pub filter: Filter,
    /// Absent where they stand as in the table.
    pub sort: Option<Sort<Key>>,
}

/// A column and a direction.
#[derive(Debug, JsonSchema)]
#[schemars(rename = "SortBy{Key}")]
pub struct Sort<Key> {
    /// The column.
    pub key: Key,
    /// True from the highest to the lowest.
    pub descending: bool,
}

/// A column of genes that are on or off; `beta:2` is β of the third mark.
#[derive(Debug, JsonSchema)]
#[schemars(
    extend("pattern" = r"^(gene|probability|sure|moved|label|measured|shares|top|beta:\d+)$", "x-expected" = "a column")
)]
pub struct OnOffKey(pub String);

/// A column of levels.
#[derive(Debug, JsonSchema)]
#[schemars(
    extend("pattern" = r"^(gene|level|interval|moved|measured|error|shares|top|beta:\d+)$", "x-expected" = "a column")
)]
pub struct LevelKey(pub String);

/// A column of changes.
#[derive(Debug, JsonSchema)]
#[schemars(
    extend("pattern" = "^(gene|change|moved|measured|error|sure|shares|a|b|top)$", "x-expected" = "a column")
)]
pub struct ChangeKey(pub String);

/// A column of samples; `sample:1` is the second.
#[derive(Debug, JsonSchema)]
#[schemars(
    extend("pattern" = r"^(gene|difference|range|cluster|sample:\d+)$", "x-expected" = "a column")
)]
pub struct SampleKey(pub String);

/// Which genes are listed; `missed` are those that were labelled or measured otherwise than predicted, `sure` those of
/// which one class can be excluded, `unsure` the others.
#[derive(Debug, JsonSchema)]
#[schemars(extend("enum" = ["all", "on", "off", "missed", "sure", "unsure"]))]
pub struct OnOffFilter(pub String);

/// Which levels are listed: all.
#[derive(Debug, JsonSchema)]
#[schemars(extend("enum" = ["all"]))]
pub struct LevelFilter(pub String);

/// Which genes are listed: those predicted higher in B or in A by more than twofold, of which the direction is missed,
/// or of which the sign is sure or cannot be said.
#[derive(Debug, JsonSchema)]
#[schemars(extend("enum" = ["all", "up", "down", "little", "missed", "sure", "unsure"]))]
pub struct ChangeFilter(pub String);

/// Which genes are listed: `differ` are high in one sample and low in another, `up` and `down` are of the pair.
#[derive(Debug, JsonSchema)]
#[schemars(extend("enum" = ["all", "differ", "up", "down", "high", "low"]))]
pub struct SampleFilter(pub String);

/// Changes of one gene's signal.
#[derive(Debug, JsonSchema)]
#[schemars(rename = "StoredPerturbation")]
pub struct Perturbation {
    /// The gene.
    pub gene: String,
    /// The changes, one after another.
    pub changes: Vec<Change>,
}

/// A change of the signal.
#[derive(Debug, JsonSchema)]
pub struct Change {
    /// Position of the mark; absent for all.
    pub mark: Option<usize>,
    /// Position of the cell type; absent for both, or the only one.
    pub cell: Option<CellAt>,
    /// First and last bin, from 1, both included.
    pub bins: (usize, usize),
    /// The new value.
    pub to: To,
}

/// 0 is A, 1 is B.
#[derive(Debug, JsonSchema)]
#[schemars(extend("enum" = [0, 1]))]
pub struct CellAt(pub u8);

/// New value of the signal.
#[derive(Debug, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum To {
    /// None.
    Zero,
    /// That of the other cell type.
    Other,
    /// The middle of both.
    Middle,
    /// A multiple.
    Scale {
        /// Its factor.
        factor: f64,
    },
}

/// Samples beside each other. Their predictions are made again.
#[derive(Debug, JsonSchema)]
#[schemars(rename = "StoredSamples")]
pub struct Samples {
    /// Tables of each sample.
    pub tables: Vec<Vec<InputAt>>,
    /// Preparation of the tables of each cell type; absent before a run.
    pub alike: Option<Vec<Alike>>,
    /// The list.
    pub listing: SampleListing,
}

/// Choices that were accepted for the tables of all samples.
#[derive(Debug, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Alike {
    /// True if bins are selected.
    pub select_bins: bool,
    /// Deviations to be rescaled, each as its code and mark.
    pub rescale: Vec<String>,
}

/// Search, filter and sort order of a list of samples. Samples are counted from 0.
#[derive(Debug, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "StoredSampleListing")]
pub struct SampleListing {
    /// The column.
    pub sort: Sort<SampleKey>,
    /// Which genes are listed.
    pub filter: SampleFilter,
    /// Part of a gene's name.
    pub search: String,
    /// The two samples that the difference is of.
    pub pair: (SampleAt, SampleAt),
    /// True if samples stand as they cluster.
    pub is_clustered: bool,
}

/// Results along a sequence. Bins, tracks, layers and heads are counted from 0.
#[derive(Debug, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TrackResults {
    /// The sequence.
    pub sequence: Option<InputAt>,
    /// The record.
    pub record: Option<String>,
    /// The user's word on the assembly.
    pub assembly: Option<String>,
    /// Index of a genome that is read by slices.
    pub fai: Option<InputAt>,
    /// Index of its compression.
    pub gzi: Option<InputAt>,
    /// The place of it that was run.
    pub place: Option<Stretch>,
    /// A file of regions.
    pub regions: Option<InputAt>,
    /// One of genes.
    pub genes: Option<InputAt>,
    /// One of motifs.
    pub motifs: Option<InputAt>,
    /// Sites planted in simulated sequences.
    pub sites: Option<InputAt>,
    /// True if the model had been run.
    pub ran: bool,
    /// The tracks that are shown.
    pub shown: Vec<usize>,
    /// Layer of the head.
    pub layer: usize,
    /// The head whose attention is shown.
    pub head: usize,
    /// Measured tracks.
    pub measured: Vec<MeasuredTrack>,
    /// True if each track has a scale of its own.
    pub own_scale: bool,
    /// A file of variants.
    pub variants: Option<InputAt>,
    /// Number of variants that those were chosen from; absent where they are all.
    pub variants_of: Option<usize>,
    /// The scores of the variants, as far as they were computed.
    pub scores: Option<InputAt>,
    /// The model that is compared with.
    pub compared: Option<Compared>,
    /// The records that were run one after another.
    pub all: Option<Vec<String>>,
    /// Bases that are to be replaced.
    pub stretch: Option<Stretch>,
}

/// Bases of a record: the first, from 0, and the one after the last.
#[derive(Debug, JsonSchema)]
#[schemars(rename = "StoredStretch")]
pub struct Stretch {
    /// The first.
    pub start: usize,
    /// The one after the last.
    pub end: usize,
}

/// A measured track under a predicted one.
#[derive(Debug, JsonSchema)]
pub struct MeasuredTrack {
    /// Its file.
    pub input: InputAt,
    /// The predicted track.
    pub track: usize,
    /// Summary of bases into the value of a bin.
    pub value: BinValue,
}

/// A model beside the open one, and the tracks that lie over each other.
#[derive(Debug, JsonSchema)]
#[schemars(rename = "StoredCompared")]
pub struct Compared {
    /// The other model.
    pub model: ModelAt,
    /// Track of the open model.
    pub track: usize,
    /// Track of the other.
    pub against: usize,
}

/// The JSON Schema of workspaces.
pub fn schema() -> serde_json::Value {
    crate::weights::schema_of_read::<Workspace>()
}
