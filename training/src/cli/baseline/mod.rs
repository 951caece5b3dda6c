//! `regulens baseline`: simple predictors, to compare a model with.

mod attentive_chrome;
mod basenji;
mod deep_diff;

use clap::Subcommand;

use super::error::CliError;

/// Which family's baselines to fit.
#[derive(Debug, Subcommand)]
pub enum BaselineArgs {
    /// Fit on/off baselines: logistic regression, linear SVM and random forest (per bin and per mark), and mean H3K4me3
    AttentiveChrome(attentive_chrome::AttentiveChromeArgs),
    /// Fit change baselines: SVR, ReliefF with random forest, AttentiveChrome regressions, ridge and the H3K4me3 log
    /// ratio
    DeepDiff(Box<deep_diff::DeepDiffArgs>),
    /// Fit track baselines (ridge regression on 4-mers and GC), and report how reproducible the measurements are
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
