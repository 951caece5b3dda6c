//! `regulens evaluate` for a model of change: how its log2 fold changes compare with measured ones.

use std::path::{Path, PathBuf};

use regulens::engine::Predictions;
use regulens::input::{expression_of_pair, log2_fold_change};
use regulens::task::Score;
use regulens::task::change::ChangeScore;

use crate::cli::ensemble::Measured;
use crate::cli::error::CliError;
use crate::cli::pairs::{self, Tables};
use crate::cli::runner::Runner;
use crate::cli::signal::{LabelArgs, select_bins};
use crate::cli::{files, scores};

/// Runs a model on the genes of two tables with measured changes: predictions, changes, and the file that the genes
/// are from.
pub fn predict(
    model: &mut Runner,
    input: &[PathBuf],
    labels: &LabelArgs,
) -> Result<(Predictions, Vec<f64>, String), CliError> {
    let engine = model.engine();
    let [a, b] = input else {
        return Err(CliError::Usage(format!(
            "{} takes two tables: --input A B; found {}",
            engine.card().name,
            input.len()
        )));
    };
    let [expression_a, expression_b] = labels.expression_pair()?;
    let read = |path: &Path| select_bins(files::table(path)?, labels.bins());
    let tables = Tables::read(a, Some(b), read)?;
    let prepared = tables.prepare(engine)?;
    tables.tell(engine.card());
    pairs::tell_unmatched(&tables, &prepared);
    let measured = expression_of_pair(&tables.a.file, prepared.names(), &expression_a, &expression_b)?;
    let measured = measured.into_iter().map(log2_fold_change).collect();
    Ok((model.predict(&prepared)?, measured, tables.a.file))
}

/// Runs a model on the genes of two tables, and scores its predictions.
pub fn measure(model: &mut Runner, input: &[PathBuf], labels: &LabelArgs) -> Result<Measured<ChangeScore>, CliError> {
    let outcome = model.engine().outcome();
    let (predictions, measured, file) = predict(model, input, labels)?;
    Measured::of(predictions, outcome, |predicted| {
        let predicted: Vec<f64> = predicted.iter().map(|&value| value.into()).collect();
        ChangeScore::of(&predicted, &measured).ok_or_else(|| {
            CliError::file(
                &file,
                "the predicted or the measured changes are constant, so that no correlation is defined. Give more \
                    genes.",
            )
        })
    })
}

/// The scores as text; of the share of signs, which genes it covers.
pub fn text(score: &ChangeScore) -> String {
    let figures = ChangeScore {
        sign_accuracy: None,
        ..*score
    };
    let sign = score.sign_accuracy.map_or_else(
        || "no gene changes by more than 1".to_owned(),
        |share| {
            let of = score.changed.map_or_else(String::new, |changed| format!("{changed} "));
            format!("{share:.4} of {of}genes whose |log2 fold change| is above 1")
        },
    );
    scores::lines("genes", score.n, figures.columns(), &[("sign", sign)])
}
