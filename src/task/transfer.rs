//! Scores of a model on genes of its own cell type and of others, for its card: the difference is the cost of transfer.

use serde::{Deserialize, Serialize};

/// Figures of a model on genes of one cell type, rounded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Transfer {
    /// Its name, such as `H1`.
    pub cell_type: String,
    /// The genes, such as `test genes of H1`.
    pub data: String,
    /// Their number.
    pub genes: usize,
    /// The number that is on.
    pub on: usize,
    /// The number that is called on.
    pub called_on: usize,
    /// Area under the ROC curve.
    pub auroc: f64,
    /// Brier score of `probability`.
    pub brier: f64,
    /// Its expected calibration error.
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
