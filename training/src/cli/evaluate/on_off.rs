//! `regulens evaluate` for a model that says whether genes are on: how well it ranks those that are above the others.

use std::path::Path;

use regulens::engine::{Predictions, PrepareOptions};
use regulens::task::Score;
use regulens::task::confidence::Calibration;
use regulens::task::on_off::OnOffScore;

use crate::cli::ensemble::Measured;
use crate::cli::error::CliError;
use crate::cli::runner::Runner;
use crate::cli::scores;
use crate::cli::signal::{LabelArgs, tell_deviations, tell_notes};

/// Predictions of a model for genes whose class is known.
pub struct Known {
    /// The predictions.
    pub predictions: Predictions,
    /// True of genes that are on, `[N]`.
    pub labels: Vec<bool>,
    /// The file that the genes are from.
    pub file: String,
}

/// Runs a model on the genes of a table with labels.
pub fn predict(model: &mut Runner, input: &Path, labels: &LabelArgs) -> Result<Known, CliError> {
    let engine = model.engine();
    let labels = labels.of_model(engine.card());
    let expression = labels.expression(None)?;
    let table = labels.table(input, expression.as_ref())?;
    let prepared = engine.prepare(&table, &PrepareOptions::default())?;
    tell_notes(&table);
    tell_deviations(&table, engine.card());
    Ok(Known {
        labels: prepared.labels().expect("the table has labels").to_vec(),
        predictions: model.predict(&prepared)?,
        file: table.file,
    })
}

/// Runs a model on the genes of a table, and scores how it ranks and calls them.
pub fn measure(model: &mut Runner, input: &Path, labels: &LabelArgs) -> Result<Measured<OnOffScore>, CliError> {
    let outcome = model.engine().outcome();
    let calibration = model.engine().card().calibration.clone();
    let Known {
        predictions,
        labels,
        file,
    } = predict(model, input, labels)?;
    // Log-odds rank as probabilities do, and do not run into 1.
    Measured::of(predictions, outcome, |logit| {
        score(&file, logit, &labels, calibration.as_ref())
    })
}

/// The score of log-odds; where the card has a calibration, genes are called by calibrated probabilities, and these are
/// what the Brier score and the log loss are of.
///
/// # Errors
/// If one of the log-odds is no number.
pub fn score(
    file: &str,
    log_odds: &[f32],
    labels: &[bool],
    calibration: Option<&Calibration>,
) -> Result<OnOffScore, CliError> {
    let scored = || {
        let raw = OnOffScore::of_log_odds(log_odds, labels)?;
        let Some(calibration) = calibration else {
            return Some(raw);
        };
        let calibrated = log_odds.iter().map(|&logit| calibration.log_odds(f64::from(logit)));
        let calibrated = OnOffScore::of_log_odds(&calibrated.collect::<Vec<f64>>(), labels)?;
        Some(OnOffScore {
            auroc: raw.auroc,
            auprc: raw.auprc,
            ..calibrated
        })
    };
    scored().ok_or_else(|| {
        CliError::file(
            file,
            "the log-odds of some genes are not numbers. Check the table for extreme values.",
        )
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
