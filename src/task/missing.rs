//! Decrease of a table model's scores for missing marks, for its card.

use serde::{Deserialize, Serialize};

/// The cost of one mark that was not measured: its mean in the training data stands in for it, in all bins of all
/// genes. Numbers are rounded, so that the card stays small.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MissingMarks {
    /// Which genes were tested, such as `test genes of K562`.
    pub data: String,
    /// The number of genes that were tested.
    pub genes: usize,
    /// With all marks measured: the AUROC, or of a model that predicts a change or a level Pearson's correlation.
    pub score: f64,
    /// The same without one mark: each of the card's marks by itself; of a model of two cell types each in A alone,
    /// then each in B alone, then each in both.
    pub scores: Vec<f64>,
    /// The number of genes that are then called otherwise, on or off, or up or down, or whose predicted level then
    /// differs twofold; in the same order.
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
