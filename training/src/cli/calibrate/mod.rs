//! `regulens calibrate`: what a model says by chance, kept in its card, so that scores can be held against it.

mod draw;
mod variants;

use clap::Subcommand;

use super::error::CliError;

/// What to calibrate.
#[derive(Debug, Subcommand)]
pub enum CalibrateArgs {
    /// Effects of random variants of a genome, by which scores of variants get percentiles
    Variants(variants::VariantsArgs),
}

/// Calibrates, and writes the model with what was found in its card.
pub fn run(args: &CalibrateArgs) -> Result<(), CliError> {
    match args {
        CalibrateArgs::Variants(args) => variants::run(args),
    }
}
