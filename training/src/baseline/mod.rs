//! Baselines: simple predictors fitted to the same data as a model.
//!
//! [`attentive_chrome`] has those for on and off, [`mod@level`] those for level, [`deep_diff`] those for change,
//! [`mod@basenji`] that for tracks.

pub mod attentive_chrome;
pub mod basenji;
pub mod deep_diff;
pub mod level;
mod mean_mark;
mod values;

/// The reason why a baseline could not be fitted.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// A table of one class.
    #[error(
        "{file}: found all {genes} genes of one class; expected genes that are on and genes that are off. \
         Add genes, or check the labels."
    )]
    OneClass {
        /// The table.
        file: String,
        /// Number of genes.
        genes: usize,
    },
    /// Too few genes to fit or compare.
    #[error("{file}: found {genes} genes; expected {least} or more. Add genes.")]
    FewGenes {
        /// The table.
        file: String,
        /// Number of genes.
        genes: usize,
        /// Smallest number of genes.
        least: usize,
    },
    /// Genes with equal changes of expression.
    #[error(
        "{file}: found a log2 fold change of {change} in all {genes} genes; expected genes that change differently. \
         Check that --expression names two cell types' counts."
    )]
    NoChange {
        /// The table.
        file: String,
        /// Number of genes.
        genes: usize,
        /// Their log2 fold change.
        change: f64,
    },
    /// Sequences without windows of a split.
    #[error(
        "{folder}: found no {split} window; expected some to train, to validate and to test. \
         Prepare the data again with --valid and --test."
    )]
    NoWindows {
        /// The prepared folder.
        folder: String,
        /// The split.
        split: &'static str,
    },
    /// The optimiser found no minimum at any L2 strength.
    #[error(
        "{file}: found no minimum of the logistic loss ({reason}); expected one. Check the table for extreme values."
    )]
    NotConverged {
        /// The training table.
        file: String,
        /// Message of the optimiser.
        reason: String,
    },
    /// Cancelled by the caller.
    #[error("interrupted; nothing was written")]
    Interrupted,
}

/// At most `most` of `genes`, evenly spaced, including the first.
fn spread(genes: usize, most: usize) -> Vec<usize> {
    let kept = genes.min(most);
    (0..kept).map(|at| at * genes / kept).collect()
}
