//! Scores of a model on genes of its own cell type and of others, for its card: the difference is the cost of transfer.

use serde::{Deserialize, Serialize};

/// Scores of a model on genes of one cell type, rounded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Transfer {
    /// Its name, such as `H1`.
    pub cell_type: String,
    /// Name of the genes, such as `test genes of H1`.
    pub data: String,
    /// Number of genes.
    pub genes: usize,
    /// Number of genes that are on.
    pub on: usize,
    /// Number of genes predicted on.
    pub called_on: usize,
    /// Area under the ROC curve.
    pub auroc: f64,
    /// Brier score of `probability`.
    pub brier: f64,
    /// Expected calibration error of `probability`.
    pub calibration_error: f64,
}

impl Transfer {
    /// The problem of invalid scores.
    pub fn problem(&self) -> Option<String> {
        let figures = [self.auroc, self.brier, self.calibration_error];
        let are_shares = figures.iter().all(|figure| (0.0..=1.0).contains(figure));
        let are_counts = [self.on, self.called_on].iter().all(|&count| count <= self.genes);
        (!are_shares || !are_counts).then(|| {
            format!(
                "figures of {} in transfer ; expected shares from 0 to 1, and no more genes on than there are",
                self.cell_type
            )
        })
    }
}
