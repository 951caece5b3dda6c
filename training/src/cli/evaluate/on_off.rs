//! `regulens evaluate` for a model that says whether genes are on: how well it ranks those that are above the others.

use std::path::Path;

use regulens::engine::PrepareOptions;
use regulens::task::Score;
use regulens::task::on_off::OnOffScore;

use crate::cli::ensemble::{self, Measured};
use crate::cli::error::CliError;
use crate::cli::runner::Runner;
use crate::cli::scores;
use crate::cli::signal::{LabelArgs, tell_deviations, tell_notes};

/// Runs models on the genes of a table, and scores how their mean ranks and calls them.
pub fn measure(models: &mut [Runner], input: &Path, labels: &LabelArgs) -> Result<Measured<OnOffScore>, CliError> {
    let engine = models[0].engine();
    let labels = labels.of_model(engine.card());
    let expression = labels.expression(None)?;
    let table = labels.table(input, expression.as_ref())?;
    let prepared = engine.prepare(&table, &PrepareOptions::default())?;
    tell_notes(&table);
    tell_deviations(&table, engine.card());

    let labels = prepared.labels().expect("the table has labels");
    // Log-odds rank as probabilities do, and do not run into 1.
    let together = ensemble::predict(models, &prepared)?;
    Measured::of(together, |logit| {
        OnOffScore::of_log_odds(logit, labels).ok_or_else(|| CliError::File {
            file: table.file.clone(),
            problem: "the model gives a log-odds that is no number for some of its genes. Check the table for extreme \
                values."
                .to_owned(),
        })
    })
}

/// The scores as text, with the genes of each class and those that are called so.
pub fn text(score: &OnOffScore) -> String {
    let counts = [("on", score.on), ("called on", score.called_on)];
    let counts: Vec<_> = counts
        .into_iter()
        .filter_map(|(name, on)| Some((name, on?)))
        .map(|(name, on)| (name, format!("{on}, off {}", score.n.saturating_sub(on))))
        .collect();
    scores::lines("genes", score.n, score.columns(), &counts)
}

/// Prints what is wrong however well genes are ranked.
pub fn warn(score: &OnOffScore) {
    if let Some(warning) = score.warning() {
        eprintln!("warning: {warning}");
    }
}
