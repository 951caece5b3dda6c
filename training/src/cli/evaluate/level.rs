//! `regulens evaluate` for a model of level: how its levels compare with measured ones.

use std::path::Path;

use regulens::engine::PrepareOptions;
use regulens::task::Score;
use regulens::task::level::LevelScore;

use crate::cli::ensemble::{self, Measured};
use crate::cli::error::CliError;
use crate::cli::levels::Levelled;
use crate::cli::runner::Runner;
use crate::cli::scores;
use crate::cli::signal::{LabelArgs, tell_deviations, tell_notes};

/// Runs models on the genes of a table, and scores the mean of their predictions.
pub fn measure(models: &mut [Runner], input: &Path, labels: &LabelArgs) -> Result<Measured<LevelScore>, CliError> {
    let Levelled { table, levels } = Levelled::read(input, labels, &labels.counts()?, None)?;
    let engine = models[0].engine();
    let prepared = engine.prepare(&table, &PrepareOptions::default())?;
    tell_notes(&table);
    tell_deviations(&table, engine.card());
    let together = ensemble::predict(models, &prepared)?;
    Measured::of(together, |predicted| {
        let predicted: Vec<f64> = predicted.iter().map(|&value| value.into()).collect();
        LevelScore::of(&predicted, &levels).ok_or_else(|| CliError::File {
            file: table.file.clone(),
            problem: "the predicted levels of its genes have no spread, so that no correlation exists. Give more \
                genes."
                .to_owned(),
        })
    })
}

/// The scores as text.
pub fn text(score: &LevelScore) -> String {
    scores::lines("genes", score.n, score.columns(), &[])
}
