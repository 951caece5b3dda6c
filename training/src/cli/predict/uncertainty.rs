//! Spread, sets and intervals of predictions, as additional columns.

use regulens::engine::{Guarantee, Predictions, Spread};
use regulens::interpret::deletion::Outcome;
use regulens::weights::ModelCard;

use super::Column;
use crate::cli::error::CliError;

/// The spread of an ensemble's members, and prediction sets or intervals at a coverage.
#[derive(Debug, Default)]
pub struct Uncertainty {
    /// Name of the predicted column.
    column: &'static str,
    spread: Option<Spread>,
    /// Prediction sets, [on, off], of a model of on and off.
    sets: Vec<[bool; 2]>,
    /// Ends of the intervals; empty for a model of on and off.
    low: Vec<f32>,
    high: Vec<f32>,
}

/// Checks that a model guarantees a coverage, before it predicts.
///
/// # Errors
/// As [`Guarantee::of`].
pub fn check(card: &ModelCard, coverage: Option<f64>) -> Result<(), CliError> {
    coverage.map_or(Ok(()), |coverage| guarantee(card, coverage).map(drop))
}

fn guarantee(card: &ModelCard, coverage: f64) -> Result<Guarantee<'_>, CliError> {
    Guarantee::of(card, card.is_symmetric(), coverage).map_err(|why| CliError::Usage(format!("--coverage: {why}")))
}

impl Uncertainty {
    /// Computes the uncertainty of a model's predictions.
    ///
    /// # Errors
    /// As [`check`].
    pub fn of(
        predictions: &Predictions,
        outcome: Outcome,
        card: &ModelCard,
        coverage: Option<f64>,
    ) -> Result<Self, CliError> {
        let values = &predictions.values;
        let mut uncertainty = Self {
            column: outcome.name(),
            spread: values.spread(outcome, card.calibration.as_ref()),
            ..Self::default()
        };
        let Some(coverage) = coverage else {
            return Ok(uncertainty);
        };
        let guarantee = guarantee(card, coverage)?;
        if outcome == Outcome::Probability {
            let sets = values.logit.iter().map(|&logit| guarantee.set(logit.into()));
            uncertainty.sets = sets.collect();
            return Ok(uncertainty);
        }
        let sd = uncertainty.spread.as_ref().map_or(&[][..], |spread| &spread.sd);
        (uncertainty.low, uncertainty.high) = guarantee.intervals(values.predicted(outcome), sd);
        Ok(uncertainty)
    }

    /// Numeric columns.
    pub fn columns(&self) -> Vec<Column<'_>> {
        let spread = self.spread.iter().flat_map(|spread| {
            [("sd", &spread.sd), ("low", &spread.low), ("high", &spread.high)]
                .map(|(ending, values)| (format!("{}_{ending}", self.column), values))
        });
        let interval = [("interval_low", &self.low), ("interval_high", &self.high)];
        let interval = interval.map(|(name, values)| (name.to_owned(), values)).into_iter();
        spread
            .chain(interval.filter(|(_, values)| !values.is_empty()))
            .map(|(name, values)| (name, 1, values.as_slice()))
            .collect()
    }

    /// Returns true if there are prediction sets.
    pub fn has_sets(&self) -> bool {
        !self.sets.is_empty()
    }

    /// The prediction set of a gene in words, if there is one.
    pub fn set(&self, gene: usize) -> Option<&'static str> {
        self.sets.get(gene).map(|set| match set {
            [true, true] => "on|off",
            [true, false] => "on",
            [false, _] => "off",
        })
    }
}
