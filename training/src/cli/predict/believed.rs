//! Confidence in predictions, as columns behind them.

use regulens::engine::{Predictions, Spread};
use regulens::interpret::deletion::Outcome;
use regulens::task::confidence::Conformal;
use regulens::weights::ModelCard;

use super::Column;
use crate::cli::error::CliError;

/// The spread of members, and the sets or intervals at a coverage.
#[derive(Debug, Default)]
pub struct Believed {
    /// Name of what is spread.
    column: &'static str,
    spread: Option<Spread>,
    /// Classes, on and off, that cannot be excluded, of a model of whether genes are on.
    sets: Vec<[bool; 2]>,
    /// Ends of the intervals, of other models.
    low: Vec<f32>,
    high: Vec<f32>,
}

/// Checks that a coverage can be had of a model, before it predicts.
///
/// # Errors
/// A coverage that is no share, a model that was not calibrated, and one that was on too few genes.
pub fn check(card: &ModelCard, coverage: Option<f64>) -> Result<(), CliError> {
    coverage.map_or(Ok(()), |coverage| bound(card, coverage).map(drop))
}

fn bound(card: &ModelCard, coverage: f64) -> Result<(&Conformal, f64), CliError> {
    if !(coverage > 0.0 && coverage < 1.0) {
        return Err(CliError::Usage(format!(
            "--coverage: found {coverage}; expected a share between 0 and 1, such as 0.9"
        )));
    }
    let conformal = card.conformal.as_ref().ok_or_else(|| {
        CliError::Usage(format!(
            "--coverage: {} was not calibrated. Give a model that `regulens calibrate confidence` wrote",
            card.name
        ))
    })?;
    if conformal.symmetric != card.is_symmetric() {
        let form = if conformal.symmetric {
            "in the symmetric form"
        } else {
            "as published"
        };
        return Err(CliError::Usage(format!(
            "--coverage: {} was calibrated {form}. Leave --symmetric out, or run `calibrate confidence` with it",
            card.name
        )));
    }
    let bound = conformal.bound(coverage).ok_or_else(|| {
        let (kept, genes) = (conformal.scores.len(), conformal.genes);
        CliError::Usage(format!(
            "--coverage: {coverage} takes {} scores; the card of {} has {kept} of {genes} genes: give at most {:.4}",
            Conformal::needed(coverage),
            card.name,
            kept as f64 / (kept + 1) as f64
        ))
    })?;
    Ok((conformal, bound))
}

impl Believed {
    /// Measures the confidence in predictions of a model.
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
        let mut believed = Self {
            column: outcome.name(),
            spread: values.spread(outcome, card.calibration.as_ref()),
            ..Self::default()
        };
        let Some(coverage) = coverage else {
            return Ok(believed);
        };
        let (conformal, bound) = bound(card, coverage)?;
        if outcome == Outcome::Probability {
            let sets = values.logit.iter().map(|&logit| Conformal::set(bound, logit.into()));
            believed.sets = sets.collect();
            return Ok(believed);
        }
        for (gene, &predicted) in values.predicted(outcome).iter().enumerate() {
            let sd = believed
                .spread
                .as_ref()
                .map_or(0.0, |spread| f64::from(spread.sd[gene]));
            let half = conformal.half_width(bound, sd);
            believed.low.push((f64::from(predicted) - half) as f32);
            believed.high.push((f64::from(predicted) + half) as f32);
        }
        Ok(believed)
    }

    /// Columns of numbers.
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

    /// Returns true if there is a set for each gene.
    pub fn has_sets(&self) -> bool {
        !self.sets.is_empty()
    }

    /// The set of a gene in words, where there is one.
    pub fn set(&self, gene: usize) -> Option<&'static str> {
        self.sets.get(gene).map(|set| match set {
            [true, true] => "on|off",
            [true, false] => "on",
            [false, _] => "off",
        })
    }
}
