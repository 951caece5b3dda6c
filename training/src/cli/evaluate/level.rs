//! `regulens evaluate` for a model of level: how its levels compare with measured ones.

use std::path::Path;

use regulens::engine::PrepareOptions;
use regulens::task::Score;
use regulens::task::level::LevelScore;

use crate::cli::error::CliError;
use crate::cli::levels::Levelled;
use crate::cli::runner::Runner;
use crate::cli::scores;
use crate::cli::signal::{LabelArgs, tell_deviations, tell_notes};

/// Runs a model on the genes of a table, and scores its predictions.
pub fn measure(runner: &mut Runner, input: &Path, labels: &LabelArgs) -> Result<LevelScore, CliError> {
    let Levelled { table, levels } = Levelled::read(input, labels, &labels.counts()?, None)?;
    let prepared = runner.engine().prepare(&table, &PrepareOptions::default())?;
    tell_notes(&table);
    tell_deviations(&table, runner.engine().card());
    let predicted = runner.predict(&prepared)?.values.level;
    let predicted: Vec<f64> = predicted.into_iter().map(f64::from).collect();
    LevelScore::of(&predicted, &levels).ok_or_else(|| CliError::File {
        file: table.file,
        problem: "the predicted levels of its genes have no spread, so that no correlation exists. Give more genes."
            .to_owned(),
    })
}

/// The scores as text.
pub fn text(score: &LevelScore) -> String {
    scores::lines("genes", score.n, score.columns(), &[])
}
