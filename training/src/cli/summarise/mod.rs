//! `regulens summarise`: many runs in one table.

mod attentive_chrome;
mod deep_diff;

use clap::Subcommand;

use super::error::CliError;

/// Results to summarise.
#[derive(Debug, Subcommand)]
pub enum SummariseArgs {
    /// Make AttentiveChrome's table 2: test AUROC of each variant and baseline over cell types, and wins against
    /// DeepChrome
    #[command(name = "table-2")]
    Table2(attentive_chrome::Table2Args),
    /// Make DeepDiff's table 1 and figure 4: all variants and baselines on the same test genes, averaged over seeds
    #[command(name = "deep-diff")]
    DeepDiff(deep_diff::ChangeArgs),
}

/// Summarises, and prints the table.
pub fn run(args: &SummariseArgs) -> Result<(), CliError> {
    match args {
        SummariseArgs::Table2(args) => attentive_chrome::run(args),
        SummariseArgs::DeepDiff(args) => deep_diff::run(args),
    }
}
