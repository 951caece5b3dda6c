//! `regulens evaluate` for a model of level: how its levels compare with measured ones.

use std::path::Path;

use regulens::engine::{Predictions, PrepareOptions};
use regulens::task::Score;
use regulens::task::level::LevelScore;

use crate::cli::ensemble::Measured;
use crate::cli::error::CliError;
use crate::cli::levels::Levelled;
use crate::cli::runner::Runner;
use crate::cli::scores;
use crate::cli::signal::{LabelArgs, tell_deviations, tell_notes};

/// Runs a model on the genes of a table with measured levels: predictions, levels, and the file that they are from.
pub fn predict(
    model: &mut Runner,
    input: &Path,
    labels: &LabelArgs,
) -> Result<(Predictions, Vec<f64>, String), CliError> {
    let Levelled { table, levels } = Levelled::read(input, labels, &labels.counts()?, None)?;
    let engine = model.engine();
    let prepared = engine.prepare(&table, &PrepareOptions::default())?;
    tell_notes(&table);
    tell_deviations(&table, engine.card());
    Ok((model.predict(&prepared)?, levels, table.file))
}

/// Runs a model on the genes of a table, and scores its predictions.
pub fn measure(model: &mut Runner, input: &Path, labels: &LabelArgs) -> Result<Measured<LevelScore>, CliError> {
    let outcome = model.engine().outcome();
    let (predictions, levels, file) = predict(model, input, labels)?;
    Measured::of(predictions, outcome, |predicted| {
        let predicted: Vec<f64> = predicted.iter().map(|&value| value.into()).collect();
        LevelScore::of(&predicted, &levels).ok_or_else(|| {
            CliError::file(
                &file,
                "the predicted levels are constant, so that no correlation is defined. Give more genes.",
            )
        })
    })
}

/// The scores as text.
pub fn text(score: &LevelScore) -> String {
    scores::lines("genes", score.n, score.columns(), &[])
}
