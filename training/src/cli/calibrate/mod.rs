//! `regulens calibrate`: what is measured of a finished model and kept in its card: what it says by chance, so that
//! scores can be held against it, which explanation its predictions depend on, what a missing mark and another cell
//! type cost, how well it does, its confidence, and which form of a change is the default.

mod confidence;
mod contrasts;
mod draw;
mod explanations;
mod missing_marks;
mod scores;
mod symmetric;
mod transfer;
mod variants;

use std::path::Path;

use clap::Subcommand;
use regulens::task::confidence::{Unfit, check as check_genes};
use regulens::weights::{ModelCard, WeightFile};
use serde_json::Value;

use super::error::CliError;
use super::files;
use super::opened::Opened;

/// Calibration to run.
#[derive(Debug, Subcommand)]
pub enum CalibrateArgs {
    /// Add a null distribution of random variants to a model card, for percentiles of variant scores
    Variants(variants::VariantsArgs),
    /// Choose the explanation that does best in the deletion test, as the default of a model card
    Explanations(explanations::ExplanationsArgs),
    /// Add the effect of each missing mark on predictions to a model card
    MissingMarks(missing_marks::MissingMarksArgs),
    /// Add the scores on genes of one cell type to a model card
    Transfer(transfer::TransferArgs),
    /// Add calibrated probabilities, prediction sets and intervals to a model card
    Confidence(confidence::ConfidenceArgs),
    /// Recompute the scores in the card of an on/off model
    Scores(scores::ScoresArgs),
    /// Choose between f and its symmetric form as the default of a change model
    Symmetric(symmetric::SymmetricArgs),
}

/// Calibrates, and writes the model with what was found in its card.
pub fn run(args: &CalibrateArgs) -> Result<(), CliError> {
    match args {
        CalibrateArgs::Variants(args) => variants::run(args),
        CalibrateArgs::Explanations(args) => explanations::run(args),
        CalibrateArgs::MissingMarks(args) => missing_marks::run(args),
        CalibrateArgs::Transfer(args) => transfer::run(args),
        CalibrateArgs::Confidence(args) => confidence::run(args),
        CalibrateArgs::Scores(args) => scores::run(args),
        CalibrateArgs::Symmetric(args) => symmetric::run(args),
    }
}

/// Refuses genes that are too few, or of one class.
fn check(file: &str, genes: usize, labels: Option<&[bool]>) -> Result<(), CliError> {
    check_genes(genes, labels).map_err(|unfit| refused(file, unfit))
}

/// The refusal of genes of a file.
fn refused(file: &str, unfit: Unfit) -> CliError {
    CliError::file(file, unfit.to_string())
}

/// A model of whether genes are on.
fn on_off(file: &Path) -> Result<WeightFile, CliError> {
    match Opened::read(file)? {
        Opened::OnOff(weights) => Ok(weights),
        Opened::Level(weights) | Opened::Change(weights) | Opened::Tracks(weights) => Err(CliError::Usage(format!(
            "{}: {} is not an on/off model. Give a model of attentive-chrome",
            file.display(),
            weights.card.name
        ))),
    }
}

/// Writes the same weights with their card.
fn write(out: &Path, weights: &WeightFile) -> Result<(), CliError> {
    let WeightFile { card, tensors, .. } = weights;
    files::write(out, &WeightFile::write(card, tensors, card.dtype)?)
}

/// SHA-256 of the files that a flag of `train` named, as a card has them.
fn hashes_of<'a>(card: &'a ModelCard, flag: &str) -> Vec<&'a str> {
    let files = card.training.as_ref().and_then(|training| training.files.as_ref());
    let named = files
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter(|file| file["flag"] == flag);
    named.filter_map(|file| file["sha256"].as_str()).collect()
}
