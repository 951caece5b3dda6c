//! Decrease of a table model's scores for missing marks, for its card.

use serde::{Deserialize, Serialize};

/// Decrease of a table model's scores for each missing mark, which is replaced by its mean in the training data in all
/// bins of all genes. Numbers are rounded, to keep the card small.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MissingMarks {
    /// Name of the genes, such as `test genes of K562`.
    pub data: String,
    /// Number of genes.
    pub genes: usize,
    /// Score with all marks: AUROC, or the Pearson correlation of a model of change or level.
    pub score: f64,
    /// Score without one mark: each of the card's marks; with two cell types each in A alone, then each in B alone,
    /// then each in both.
    pub scores: Vec<f64>,
    /// Number of genes whose call changes (on or off, up or down, or a predicted level by twofold), in the same order.
    pub changed_calls: Vec<usize>,
}

impl MissingMarks {
    /// Number of cases for `marks` in this number of cell types.
    pub fn cases(marks: usize, cell_types: usize) -> usize {
        marks * if cell_types == 2 { 3 } else { 1 }
    }

    /// Its problem, if it is invalid for this number of cases.
    pub fn problem(&self, cases: usize) -> Option<String> {
        let found = [self.scores.len(), self.changed_calls.len()];
        (found != [cases; 2]).then(|| {
            format!(
                "{} scores and {} changed_calls in missing_marks; expected {cases}",
                found[0], found[1]
            )
        })
    }
}
