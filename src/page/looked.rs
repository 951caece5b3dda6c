//! The part of the results in view, common to links, history, workspaces and pages of one file.

use serde::{Deserialize, Serialize};

/// The part of the results in view. Bases and bins are counted from 1.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Looked {
    /// The part of the results; absent if not specified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub view: Option<View>,
    /// The gene.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gene: Option<String>,
    /// The record of the sequences.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<String>,
    /// The bases in view: `chr7:5,530,601-5,566,779`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The bin of the record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bin: Option<usize>,
    /// The variant: `chr7:5530601 A>AT`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    /// Coverage of the sets and intervals of genes, or of bins of tracks, if shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 0, max = 1)))]
    pub coverage: Option<f64>,
}

/// Parts of the results that can be brought into view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum View {
    /// All results of tables.
    Set,
    /// One gene beside the table of genes.
    Gene,
    /// The gene with its integrated gradients.
    IntegratedGradients,
    /// The gene with its saliency.
    Saliency,
    /// The gene beside the input that maximises a class.
    ClassOptimisation,
    /// All results of sequences.
    Tracks,
    /// Attention of the heads.
    Attention,
    /// The table of variants.
    Variants,
}
