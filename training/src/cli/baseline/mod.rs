//! `regulens baseline`: simple predictors, to compare a model with.

mod attentive_chrome;
mod basenji;
mod deep_diff;

use clap::Subcommand;

use super::error::CliError;

/// Which family's baselines to fit.
#[derive(Debug, Subcommand)]
pub enum BaselineArgs {
    /// AttentiveChrome's: logistic regression, linear SVM and random forest, on every bin and on mark means; the mean
    /// of H3K4me3
    AttentiveChrome(attentive_chrome::AttentiveChromeArgs),
    /// DeepDiff's: support vector regression in one layer and in two, ReliefF with a random forest, AttentiveChrome as
    /// two regressions; ridge on log ratios and the mean log ratio of H3K4me3
    DeepDiff(Box<deep_diff::DeepDiffArgs>),
    /// Basenji's: ridge regression on 4-mers and GC within Basenji's reach; and how well the measurement agrees with
    /// itself
    Basenji(basenji::BasenjiArgs),
}

/// Fits, and prints the scores on the test genes.
pub fn run(args: &BaselineArgs) -> Result<(), CliError> {
    match args {
        BaselineArgs::AttentiveChrome(args) => attentive_chrome::run(args),
        BaselineArgs::DeepDiff(args) => deep_diff::run(args),
        BaselineArgs::Basenji(args) => basenji::run(args),
    }
}
