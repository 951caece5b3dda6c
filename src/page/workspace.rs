//! Workspaces: the state of the page as a file. Only the page writes and reads them: its types, and its checks of a
//! file, are generated from these types.
//!
//! `x-of` names the list that an index or id refers to; `x-expected` describes a pattern in words.

use std::collections::BTreeMap;

use schemars::JsonSchema;

use super::looked::Looked;
use super::manifest::BinValue;

/// A file among the inputs, counted from 0.
#[derive(Debug, JsonSchema)]
#[schemars(extend("x-of" = "inputs"))]
pub struct InputAt(pub usize);

/// Index of a file among the models.
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
    /// Date, ISO 8601.
    pub date: String,
    /// Device of the models.
    pub device: Device,
    /// Preferred weights.
    pub weights: Weights,
    /// Model files.
    pub models: Vec<WorkspaceModel>,
    /// Data files.
    pub inputs: Vec<WorkspaceInput>,
    /// The open model.
    pub model: Option<ModelAt>,
    /// The results.
    pub view: Results,
    /// The part of them in view.
    pub looked: Looked,
    /// Runs kept for comparison.
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

/// Weights of files from the catalogue.
#[derive(Debug, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "StoredWeights")]
pub enum Weights {
    /// One seed.
    Float16,
    /// Several seeds.
    Ensemble,
}

/// A file, identified by its content.
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

/// A model, identified by its file's content.
#[derive(Debug, JsonSchema)]
pub struct WorkspaceModel {
    /// Its file.
    #[serde(flatten)]
    pub file: WorkspaceFile,
    /// Its name, from its card.
    pub title: String,
    /// Its name in the catalogue; absent for the user's own file.
    pub id: Option<String>,
    /// Weights of the file, if from the catalogue.
    pub weights: Option<Weights>,
    /// True or false if the user set the form of a change instead of the card.
    pub symmetric: Option<bool>,
}

/// Data of the user or of an example.
#[derive(Debug, JsonSchema)]
pub struct WorkspaceInput {
    /// Its file.
    #[serde(flatten)]
    pub file: WorkspaceFile,
    /// Its role.
    pub role: InputRole,
    /// Its example in the catalogue; absent for the user's own file.
    pub example: Option<String>,
    /// Pasted text.
    pub text: Option<String>,
    /// Binary content that is not from a file, in base64.
    pub base64: Option<String>,
    /// True if its values are simulated, unless it is an example.
    pub simulated: Option<bool>,
}

/// Role of a file.
#[derive(Debug, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum InputRole {
    /// The signal of genes; for a change, that of A.
    Table,
    /// That of B.
    TableB,
    /// Measured expression.
    Expression,
    /// Measured counts in A.
    CountsA,
    /// Measured counts in B.
    CountsB,
    /// Planted truth of the genes.
    Truth,
    /// Symbols of the genes.
    Symbols,
    /// Scores of the run that the genes are a part of.
    Whole,
    /// DNA.
    Sequence,
    /// An index of the sequence.
    Index,
    /// Regions of a genome.
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
    /// Its letter among the kept runs.
    pub letter: Option<Letter>,
    /// The gene shown in all kept runs.
    pub gene: Option<String>,
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
    /// First and last selected bin, from 1.
    pub select_bins: Option<(usize, usize)>,
    /// Factors by mark; absent if there are none.
    #[serde(default)]
    pub scale: BTreeMap<String, f64>,
}

/// Results of a model, by its task.
#[derive(Debug, JsonSchema)]
#[serde(tag = "task", rename_all = "kebab-case")]
pub enum Results {
    /// Genes on or off.
    OnOff(GeneResults<OnOffKey, OnOffFilter>),
    /// Levels of expression.
    Level(GeneResults<LevelKey, LevelFilter>),
    /// Changes from A to B.
    Change(GeneResults<ChangeKey, ChangeFilter>),
    /// Tracks along a sequence.
    Tracks(TrackResults),
}

/// Results of a model of genes: outcomes differ in the columns and filters of the list.
#[derive(Debug, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "GenesBy{Key}")]
pub struct GeneResults<Key, Filter> {
    /// The tables, A first.
    pub tables: Vec<OpenTable>,
    /// True if the model was run on them.
    pub ran: bool,
    /// View along a gene; absent for the default.
    pub shown: Option<Along>,
    /// The list of genes.
    pub listing: Listing<Key, Filter>,
    /// |log2 fold change| above which a gene goes up or down, where it was chosen.
    pub threshold: Option<f64>,
    /// Perturbation of the signal of one gene.
    pub perturbation: Option<Perturbation>,
    /// Perturbation of the signal of all genes.
    pub everywhere: Option<Vec<Change>>,
    /// File of planted truth, unless it comes with an example.
    pub truth: Option<InputAt>,
    /// The genes' symbols.
    pub symbols: Option<InputAt>,
    /// File of the scores of the run that the genes are a part of.
    pub whole: Option<InputAt>,
    /// Species of the genes, as set by the user.
    pub species: Option<String>,
    /// Cell type of the data, as set by the user.
    pub cell: Option<SaidCell>,
    /// Samples side by side, which include the tables above.
    pub samples: Option<Samples>,
}

/// A table of the results.
#[derive(Debug, JsonSchema)]
pub struct OpenTable {
    /// Its file; absent if none was read.
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

/// Cell type of the data, as set by the user.
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
    /// Absent for the order of the table.
    pub sort: Option<Sort<Key>>,
}

/// A column and a direction.
#[derive(Debug, JsonSchema)]
#[schemars(rename = "SortBy{Key}")]
pub struct Sort<Key> {
    /// The column.
    pub key: Key,
    /// True for descending order.
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

/// Listed genes: `missed` are those labelled or measured unlike their prediction, `sure` those with a prediction set of
/// one class, `unsure` the others.
#[derive(Debug, JsonSchema)]
#[schemars(extend("enum" = ["all", "on", "off", "missed", "sure", "unsure"]))]
pub struct OnOffFilter(pub String);

/// Listed levels: all.
#[derive(Debug, JsonSchema)]
#[schemars(extend("enum" = ["all"]))]
pub struct LevelFilter(pub String);

/// Listed genes: those predicted higher in B or in A by more than twofold, those with a wrong predicted direction, or
/// those whose interval excludes or includes 0.
#[derive(Debug, JsonSchema)]
#[schemars(extend("enum" = ["all", "up", "down", "little", "missed", "sure", "unsure"]))]
pub struct ChangeFilter(pub String);

/// Listed genes: `differ` are high in one sample and low in another, `up` and `down` refer to the pair.
#[derive(Debug, JsonSchema)]
#[schemars(extend("enum" = ["all", "differ", "up", "down", "high", "low"]))]
pub struct SampleFilter(pub String);

/// Changes of one gene's signal.
#[derive(Debug, JsonSchema)]
#[schemars(rename = "StoredPerturbation")]
pub struct Perturbation {
    /// The gene.
    pub gene: String,
    /// The changes, in order.
    pub changes: Vec<Change>,
}

/// A change of the signal.
#[derive(Debug, JsonSchema)]
pub struct Change {
    /// Index of the mark; absent for all.
    pub mark: Option<usize>,
    /// Index of the cell type; absent for both, or the only one.
    pub cell: Option<CellAt>,
    /// First and last bin, from 1, inclusive.
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
    /// Mean of both.
    Middle,
    /// A multiple.
    Scale {
        /// Its factor.
        factor: f64,
    },
}

/// Samples side by side. Their predictions are computed again.
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

/// Settings accepted for the tables of all samples.
#[derive(Debug, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Alike {
    /// True if bins are selected.
    pub select_bins: bool,
    /// Deviations to correct by a factor, each as its code and mark.
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
    /// The two samples of the difference.
    pub pair: (SampleAt, SampleAt),
    /// True for the order of clustering.
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
    /// Assembly, as set by the user.
    pub assembly: Option<String>,
    /// Index of a genome with random access.
    pub fai: Option<InputAt>,
    /// Index of its compression.
    pub gzi: Option<InputAt>,
    /// The region that was run.
    pub place: Option<Stretch>,
    /// A file of regions.
    pub regions: Option<InputAt>,
    /// A file of genes.
    pub genes: Option<InputAt>,
    /// A file of motifs.
    pub motifs: Option<InputAt>,
    /// Sites planted in simulated sequences.
    pub sites: Option<InputAt>,
    /// True if the model was run.
    pub ran: bool,
    /// The tracks that are shown.
    pub shown: Vec<usize>,
    /// Layer of the head.
    pub layer: usize,
    /// The head whose attention is shown.
    pub head: usize,
    /// Measured tracks.
    pub measured: Vec<MeasuredTrack>,
    /// True if each track has its own scale.
    pub own_scale: bool,
    /// A file of variants.
    pub variants: Option<InputAt>,
    /// Number of variants before selection; absent for all.
    pub variants_of: Option<usize>,
    /// Scores of the variants computed so far.
    pub scores: Option<InputAt>,
    /// The model to compare with.
    pub compared: Option<Compared>,
    /// The records of a run over several.
    pub all: Option<Vec<String>>,
    /// Bases to replace.
    pub stretch: Option<Stretch>,
}

/// A half-open range of bases of a record, from 0.
#[derive(Debug, JsonSchema)]
#[schemars(rename = "StoredStretch")]
pub struct Stretch {
    /// The first.
    pub start: usize,
    /// Exclusive end.
    pub end: usize,
}

/// A measured track under a predicted one.
#[derive(Debug, JsonSchema)]
pub struct MeasuredTrack {
    /// Its file.
    pub input: InputAt,
    /// The predicted track.
    pub track: usize,
    /// Summary of bases for the value of a bin.
    pub value: BinValue,
}

/// A second model beside the open one, and the tracks that are overlaid.
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
