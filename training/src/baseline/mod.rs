//! Simple predictors, fitted to the same data as a model: what the model has to beat.
//!
//! [`attentive_chrome`] has those of whether a gene is on, [`mod@level`] those of its level, [`deep_diff`] those of a
//! change in expression, [`mod@basenji`] that of tracks.

pub mod attentive_chrome;
pub mod basenji;
pub mod deep_diff;
pub mod level;
mod mean_mark;
mod values;

/// Why a baseline could not be fitted.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// A table without both classes ranks nothing and teaches nothing.
    #[error(
        "{file}: found {genes} genes of a single class; expected genes that are on and genes that are off. Add \
            genes, or check the labels."
    )]
    OneClass {
        /// The table.
        file: String,
        /// Its genes.
        genes: usize,
    },
    /// Too few genes to fit to, or to compare with.
    #[error("{file}: found {genes} genes; expected {least} or more. Add genes.")]
    FewGenes {
        /// The table.
        file: String,
        /// Its genes.
        genes: usize,
        /// Number of genes that are needed.
        least: usize,
    },
    /// Genes of one change in expression correlate with nothing and teach nothing.
    #[error(
        "{file}: found the log2 fold change {change} in all {genes} genes; expected different values. Check that \
            --expression names the counts of two cell types."
    )]
    NoChange {
        /// The table.
        file: String,
        /// Its genes.
        genes: usize,
        /// Their log2 fold change.
        change: f64,
    },
    /// Sequences without one of the splits.
    #[error(
        "{folder}: found no {split} window; expected training, validation and test windows. Run `regulens prepare \
            tracks` again with --valid and --test."
    )]
    NoWindows {
        /// The prepared folder.
        folder: String,
        /// The split.
        split: &'static str,
    },
    /// The optimiser found no minimum at any strength of L2.
    #[error(
        "{file}: found no minimum of the logistic loss ({reason}); expected convergence. Check the table for \
            extreme values."
    )]
    NotConverged {
        /// The training table.
        file: String,
        /// Message of the optimiser.
        reason: String,
    },
    /// The caller ended it.
    #[error("interrupted; nothing was written")]
    Interrupted,
}

/// At most `most` of `genes`, evenly spread, the first among them.
fn spread(genes: usize, most: usize) -> Vec<usize> {
    let kept = genes.min(most);
    (0..kept).map(|at| at * genes / kept).collect()
}
