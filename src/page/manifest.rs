//! The manifest: the content of a page. Its JSON Schema, and from it the page's types, are generated from these types.

use serde::{Deserialize, Serialize};

use super::looked::Looked;
use crate::task::Task;
use crate::task::level::LevelScore;

/// Largest size of a block, in bytes: that of a model file or a table in a browser.
#[cfg(feature = "schema")]
const MOST_BYTES: usize = 600_000_000;

/// Role of data for the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Role {
    /// The signal of genes; for a change, that of A.
    Table,
    /// That of B.
    TableB,
    /// DNA.
    Sequences,
    /// A measured track.
    Measured,
    /// Variants of a VCF.
    Variants,
    /// Regions of a genome.
    Regions,
    /// Genes that overlap the page's bases, and those near each of its variants, as JSON.
    Genes,
}

impl Role {
    /// Its name in the manifest, and of its first block.
    pub fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::TableB => "table-b",
            Self::Sequences => "sequences",
            Self::Measured => "measured",
            Self::Variants => "variants",
            Self::Regions => "regions",
            Self::Genes => "genes",
        }
    }
}

/// Summary of bases for the value of a bin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "ValueOfBin"))]
pub enum BinValue {
    /// Their mean.
    Mean,
    /// Their sum.
    Sum,
}

/// The model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "ExportedModel"))]
pub struct Model {
    /// Display name.
    pub name: String,
    /// Its file.
    pub file: String,
    /// Its family, from its card.
    pub family: String,
    /// SHA-256 of its file.
    pub sha256: String,
    /// Its task.
    pub task: Task,
    /// True if the site that wrote the page lists the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified: Option<bool>,
    /// True if it predicts the symmetric form of a change; absent otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub symmetric: Option<bool>,
    /// Publications to cite.
    pub citation: Vec<String>,
}

/// Data of a page, complete or a part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "ExportedInput"))]
pub struct Input {
    /// Its role.
    pub role: Role,
    /// Its block.
    #[cfg_attr(feature = "schema", schemars(extend("x-of" = "blocks")))]
    pub block: String,
    /// Their file.
    pub file: String,
    /// Number of genes, records, variants or regions in the page; absent for a measured track.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub items: Option<usize>,
    /// Number in the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<usize>,
    /// Preparation steps applied to the values, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prepared: Option<Vec<String>>,
    /// Notes of the table: its quantity, and marks that were not measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<Vec<String>>,
    /// True if simulated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub simulated: Option<bool>,
    /// The predicted track that a measured one belongs to, counted from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub track: Option<usize>,
    /// Summary of bases for the value of a bin, for a measured track.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<BinValue>,
    /// The sample of a table, counted from 0; absent for the table that is open first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(extend("x-of" = "samples.list")))]
    pub sample: Option<usize>,
}

impl Input {
    /// A complete file, in the block named after its role.
    pub fn new(role: Role, file: &str) -> Self {
        Self {
            role,
            block: role.name().to_owned(),
            file: file.to_owned(),
            items: None,
            of: None,
            prepared: None,
            notes: None,
            simulated: None,
            track: None,
            value: None,
            sample: None,
        }
    }

    /// `items` of the `of` genes, records, variants or regions of a file.
    #[must_use]
    pub fn part(self, items: usize, of: usize) -> Self {
        Self {
            items: Some(items),
            of: Some(of),
            ..self
        }
    }
}

/// One of several samples.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "ExportedSample"))]
pub struct Sample {
    /// Its name.
    pub name: String,
    /// The file of its table, or those of A and of B.
    pub files: Vec<String>,
}

/// Several samples side by side: predictions of the page's genes in each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "ExportedSamples"))]
pub struct Samples {
    /// The block with one row per gene of the page: its predictions in each sample, empty if missing.
    #[cfg_attr(feature = "schema", schemars(extend("x-of" = "blocks")))]
    pub block: String,
    /// The samples.
    #[cfg_attr(feature = "schema", schemars(length(min = 2)))]
    pub list: Vec<Sample>,
    /// The sample that is open first, counted from 0; absent if the open table belongs to none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(extend("x-of" = "samples.list")))]
    pub open: Option<usize>,
    /// The two samples of the difference, counted from 0: the second minus the first.
    #[cfg_attr(feature = "schema", schemars(extend("x-of" = "samples.list")))]
    pub pair: (usize, usize),
}

/// Kind of measurement of genes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum MeasuredKind {
    /// Their expression.
    Expression,
    /// Their levels, log2(count + 1).
    Levels,
    /// Counts in A.
    CountsA,
    /// Counts in B.
    CountsB,
}

/// Measured expression or levels of the page's genes, or counts of A or of B.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "MeasuredValues"))]
pub struct MeasuredValues {
    /// The kind of measurement.
    pub of: MeasuredKind,
    /// Its file.
    pub file: String,
    /// Null if not measured.
    pub values: Vec<Option<f64>>,
    /// Class of each gene by its expression: on (1) or off (0).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(inner(range(max = 1))))]
    pub labels: Option<Vec<Option<u8>>>,
    /// Median of the whole file, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub median: Option<f64>,
}

/// The run of which the page has a part of the genes. Summaries cover all of its genes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WholeRun {
    /// Number of predicted genes.
    pub genes: usize,
    /// Selection of the page's genes: "those with the highest P(on)".
    pub chosen: String,
    /// The block with one row per gene: its prediction, and its label if the table has any.
    #[cfg_attr(feature = "schema", schemars(extend("x-of" = "blocks")))]
    pub block: String,
    /// Area under the ROC curve against the table's labels; absent without labels, and with labels of one class.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auroc: Option<f64>,
    /// Mean α; absent for a model without attention to bins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attention: Option<MeanAttention>,
    /// Agreement of predictions with measured expression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measured: Option<MeasuredWhole>,
    /// Pearson correlation of predicted and measured changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pearson: Option<f64>,
    /// Mean weights of marks in genes that go up and in genes that go down, for a change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weights: Option<DirectionWeights>,
    /// Agreement of predicted and measured levels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub levels: Option<LevelScore>,
}

/// Mean α over the genes predicted on and over those predicted off.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MeanAttention {
    /// [rows, T]; absent without such genes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<Vec<f32>>,
    /// [rows, T]; absent without such genes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub off: Option<Vec<f32>>,
    /// Genes predicted on that have a mean.
    pub genes_on: usize,
    /// Genes predicted off that have a mean.
    pub genes_off: usize,
}

/// Agreement of predictions with measured expression.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MeasuredWhole {
    /// Its file.
    pub file: String,
    /// Number of measured genes.
    pub genes: usize,
    /// Number of these that are on.
    pub on: usize,
    /// Absent if all are of one class.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auroc: Option<f64>,
}

/// Mean weights of marks in genes that go up and in genes that go down.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DirectionWeights {
    /// True if genes are grouped by measured instead of predicted change.
    pub by_measured: bool,
    /// |log2 fold change| above which a gene goes up or down.
    pub threshold: f64,
    /// Genes that go up.
    pub up: usize,
    /// Genes that go down.
    pub down: usize,
    /// Per column of β.
    pub columns: Vec<ColumnWeights>,
}

/// Mean weights of a column of β.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ColumnWeights {
    /// Over genes that go up; absent without any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub up: Option<Weight>,
    /// Over genes that go down; absent without any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub down: Option<Weight>,
}

/// A mean weight.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "WeightOfGenes"))]
pub struct Weight {
    /// Over the genes.
    pub mean: f64,
    /// Standard deviation over genes; absent for a single gene.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deviation: Option<f64>,
}

/// A block: `weights`, those of the inputs, of the whole run and of the samples, `engine-cpu`, `engine-webgpu`, and the
/// script `view`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BlockEntry {
    /// Its name.
    #[cfg_attr(feature = "schema", schemars(length(max = 64)))]
    pub id: String,
    /// Uncompressed size in bytes.
    #[cfg_attr(feature = "schema", schemars(range(max = MOST_BYTES)))]
    pub bytes: usize,
    /// SHA-256 of the uncompressed content.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = "^[0-9a-f]{64}$"), extend("x-expected" = "64 hexadecimal digits")))]
    pub sha256: String,
}

/// The manifest: the content of a page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Manifest {
    /// The version of the format.
    pub format_version: u32,
    /// Program that wrote it, such as `Regulens 0.1.0`.
    pub program: String,
    /// Date, ISO 8601; omitted by the program, so that its output is reproducible to the byte.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// The address of the site that wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// Its title.
    pub title: String,
    /// The text below the title.
    pub caption: String,
    /// The first view.
    pub looked: Looked,
    /// The model.
    pub model: Model,
    /// The data.
    pub inputs: Vec<Input>,
    /// The whole run, if the page has a part of its genes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<WholeRun>,
    /// Symbols of genes from an annotation, by id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub symbols: Option<Vec<(String, String)>>,
    /// Measurements of the genes, in their order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measured: Option<Vec<MeasuredValues>>,
    /// Several samples, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub samples: Option<Samples>,
    /// The assembly of the sequences as set by the user, `hg38`, or the species of the genes, `mouse`; or `another`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assembly: Option<String>,
    /// All blocks.
    pub blocks: Vec<BlockEntry>,
}

impl Manifest {
    /// JSON that cannot end its element in HTML.
    pub fn text(&self) -> String {
        let json = serde_json::to_string(self).expect("texts and numbers are JSON");
        json.replace('<', "\\u003c")
    }
}

/// The JSON Schema of the manifests that this version writes.
#[cfg(feature = "schema")]
pub fn schema() -> serde_json::Value {
    crate::weights::schema_of::<Manifest>()
}
