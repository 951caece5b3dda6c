//! Sets and intervals that hold what would be measured as often as is asked.

use crate::task::confidence::Conformal;
#[cfg(any(not(target_family = "wasm"), feature = "sequences"))]
use crate::task::confidence::TrackConformal;
use crate::weights::ModelCard;

/// A coverage that a model's card can promise, and the bound that it takes.
#[derive(Debug, Clone, Copy)]
pub struct Guarantee<'a> {
    conformal: &'a Conformal,
    bound: f64,
}

/// The reason why a coverage cannot be had.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum NoGuarantee {
    /// It is no share.
    #[error("found {0}; expected a share between 0 and 1, such as 0.9")]
    Coverage(f64),
    /// The card has no scores.
    #[error("{0} is not calibrated. Give a model written by `regulens calibrate confidence`")]
    NotCalibrated(String),
    /// The model predicts changes in another form than the scores were measured in.
    #[error(
        "{name} was calibrated {form}. Leave --symmetric (in JavaScript `symmetric`) out, or run `regulens calibrate \
         confidence` with it"
    )]
    Form {
        /// The model.
        name: String,
        /// The form of the scores.
        form: &'static str,
    },
    /// The scores are of too few genes.
    #[error(
        "{coverage} needs {needed} scores; the card of {name} has {kept}, from {genes} genes: give at most \
        {most:.4}"
    )]
    Few {
        /// The coverage that was asked for.
        coverage: f64,
        /// Fewest scores for it.
        needed: usize,
        /// The model.
        name: String,
        /// Scores that the card has.
        kept: usize,
        /// Genes that they are of.
        genes: usize,
        /// The highest coverage that they promise.
        most: f64,
    },
    /// The distances are of too few windows.
    #[cfg(any(not(target_family = "wasm"), feature = "sequences"))]
    #[error("{coverage} needs {needed} windows; the card of {name} has {windows}: give at most {most:.4}")]
    FewWindows {
        /// The coverage that was asked for.
        coverage: f64,
        /// Fewest windows for it.
        needed: usize,
        /// The model.
        name: String,
        /// Windows that the card's distances are of.
        windows: usize,
        /// The highest coverage that they promise.
        most: f64,
    },
}

/// A coverage that the card of a model of sequences can promise, and the bound of each track that it takes.
#[cfg(any(not(target_family = "wasm"), feature = "sequences"))]
#[derive(Debug, Clone)]
pub struct TrackGuarantee<'a> {
    conformal: &'a TrackConformal,
    bounds: Vec<f64>,
}

#[cfg(any(not(target_family = "wasm"), feature = "sequences"))]
impl<'a> TrackGuarantee<'a> {
    /// The bounds for a coverage.
    ///
    /// # Errors
    /// A coverage that is no share, a model that was not calibrated, and one that was on too few windows.
    pub fn of(card: &'a ModelCard, coverage: f64) -> Result<Self, NoGuarantee> {
        share(coverage)?;
        let conformal = card.track_conformal.as_ref();
        let conformal = conformal.ok_or_else(|| NoGuarantee::NotCalibrated(card.name.clone()))?;
        let windows = conformal.windows;
        let bounds = conformal.bounds(coverage).ok_or_else(|| NoGuarantee::FewWindows {
            coverage,
            needed: Conformal::needed(coverage),
            name: card.name.clone(),
            windows,
            most: Conformal::most(windows),
        })?;
        Ok(Self { conformal, bounds })
    }

    /// The ends of the interval of each prediction [bins, tracks], none below 0; `sd` is the members' standard
    /// deviation of each, nothing of one model. All are NaN of a sequence that `padding` unknown bases were put around:
    /// no window of a calibration was, so that nothing is promised of it.
    pub fn intervals(&self, predicted: &[f32], sd: &[f32], padding: usize) -> (Vec<f32>, Vec<f32>) {
        if padding > 0 {
            return (vec![f32::NAN; predicted.len()], vec![f32::NAN; predicted.len()]);
        }
        self.conformal.intervals(&self.bounds, predicted, sd)
    }

    /// A note that intervals are withdrawn of a sequence that `padding` unknown bases were put around.
    #[cfg(not(target_family = "wasm"))]
    pub fn withdrawn(padding: usize) -> Option<String> {
        (padding > 0).then(|| {
            "no interval: the sequence was padded with unknown bases, which the calibration did not have; its ends \
                are nan (omitted from bedGraph and bigWig)"
                .to_owned()
        })
    }
}

/// Refuses a coverage that is no share.
fn share(coverage: f64) -> Result<(), NoGuarantee> {
    if coverage > 0.0 && coverage < 1.0 {
        return Ok(());
    }
    Err(NoGuarantee::Coverage(coverage))
}

impl<'a> Guarantee<'a> {
    /// The bound for a coverage; `symmetric` is the form in which the model predicts.
    ///
    /// # Errors
    /// A coverage that is no share, a model that was not calibrated in this form, and one that was on too few genes.
    pub fn of(card: &'a ModelCard, symmetric: bool, coverage: f64) -> Result<Self, NoGuarantee> {
        share(coverage)?;
        let name = || card.name.clone();
        let conformal = card.conformal.as_ref();
        let conformal = conformal.ok_or_else(|| NoGuarantee::NotCalibrated(name()))?;
        if conformal.symmetric != symmetric {
            let form = if conformal.symmetric {
                "in the symmetric form"
            } else {
                "as published"
            };
            return Err(NoGuarantee::Form { name: name(), form });
        }
        let kept = conformal.scores.len();
        let bound = conformal.bound(coverage).ok_or_else(|| NoGuarantee::Few {
            needed: Conformal::needed(coverage),
            most: Conformal::most(kept),
            name: name(),
            genes: conformal.genes,
            coverage,
            kept,
        })?;
        Ok(Self { conformal, bound })
    }

    /// The classes, on and off, that cannot be excluded at these log-odds.
    pub fn set(&self, log_odds: f64) -> [bool; 2] {
        Conformal::set(self.bound, log_odds)
    }

    /// Half of the width of an interval; `sd` is the members' standard deviation, 0 of one model.
    pub fn half_width(&self, sd: f64) -> f64 {
        self.conformal.half_width(self.bound, sd)
    }

    /// The ends of the interval of each prediction; `sd` has as many standard deviations, or none of one model.
    pub fn intervals(&self, predicted: &[f32], sd: &[f32]) -> (Vec<f32>, Vec<f32>) {
        let sd = |gene: usize| sd.get(gene).copied().unwrap_or_default();
        let of = |(gene, &predicted): (usize, &f32)| {
            let half = self.half_width(sd(gene).into());
            (
                (f64::from(predicted) - half) as f32,
                (f64::from(predicted) + half) as f32,
            )
        };
        predicted.iter().enumerate().map(of).unzip()
    }
}
