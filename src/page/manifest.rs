//! The manifest: what a page contains.

use serde::{Deserialize, Serialize};

/// What is shown first: of tables the whole set or one gene, of sequences the tracks, where the heads looked, or the
/// variants of a VCF.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum View {
    /// All results of tables.
    Set,
    /// One gene beside the table of genes.
    Gene,
    /// All results of sequences.
    Tracks,
    /// Attention of the heads.
    Attention,
    /// The table of variants.
    Variants,
}

/// The model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Model {
    /// Its name for people.
    pub name: String,
    /// The file that it is from.
    pub file: String,
    /// Its family, as its card has it.
    pub family: String,
    /// SHA-256 of its file.
    pub sha256: String,
    /// Whether the site that wrote the page listed the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified: Option<bool>,
    /// The papers to cite.
    pub citation: Vec<String>,
}

/// Data that a page holds a part of, or all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// What they are to the model: `table`, `table-b`, `sequences`, `measured`, `variants` or `regions`.
    pub role: String,
    /// The block that holds them.
    pub block: String,
    /// The file that they are from.
    pub file: String,
    /// How many genes, records, variants or regions of it are here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub items: Option<usize>,
    /// How many it had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<usize>,
    /// Of a measured track, the predicted one that it belongs to, counted from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub track: Option<usize>,
    /// Of a measured track, how bases become the value of a bin: `mean` or `sum`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// A block: `weights`, those of the inputs, `engine-cpu`, `engine-webgpu`, and the script `view`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockEntry {
    /// Its name.
    pub id: String,
    /// Bytes of what is in it.
    pub bytes: usize,
    /// SHA-256 of what is in it.
    pub sha256: String,
}

/// The manifest: what a page contains.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// See [`FORMAT_VERSION`](super::FORMAT_VERSION).
    pub format_version: u32,
    /// What wrote it, such as `Regulens 0.1.0`.
    pub program: String,
    /// Its title.
    pub title: String,
    /// The text below the title.
    pub caption: String,
    /// What is shown first.
    pub view: View,
    /// The gene, record, place or variant that is shown first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selected: Option<String>,
    /// The model.
    pub model: Model,
    /// The data.
    pub inputs: Vec<Input>,
    /// All blocks.
    pub blocks: Vec<BlockEntry>,
}

impl Manifest {
    /// As JSON that cannot end its element in HTML.
    pub fn text(&self) -> String {
        let json = serde_json::to_string(self).expect("texts and numbers are JSON");
        json.replace('<', "\\u003c")
    }
}
