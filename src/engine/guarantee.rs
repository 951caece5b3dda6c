//! Conformal prediction sets and intervals with a requested coverage.

use crate::task::confidence::Conformal;
#[cfg(any(not(target_family = "wasm"), feature = "sequences"))]
use crate::task::confidence::TrackConformal;
use crate::weights::ModelCard;

/// A coverage that the conformal scores of a model's card guarantee, and its bound.
#[derive(Debug, Clone, Copy)]
pub struct Guarantee<'a> {
    conformal: &'a Conformal,
    bound: f64,
}

/// The reason why a coverage is not guaranteed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum NoGuarantee {
    /// Not between 0 and 1.
    #[error("found {0}; expected a share between 0 and 1, such as 0.9")]
    Coverage(f64),
    /// The card has no scores.
    #[error("{0} was not calibrated. Give a model that `regulens calibrate confidence` wrote")]
    NotCalibrated(String),
    /// The model predicts changes in another form than it was calibrated in.
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
    /// Calibrated on too few genes.
    #[error("{coverage} takes {needed} scores; the card of {name} has {kept} of {genes} genes: give at most {most:.4}")]
    Few {
        /// The requested coverage.
        coverage: f64,
        /// Smallest number of scores for this coverage.
        needed: usize,
        /// The model.
        name: String,
        /// Number of scores in the card.
        kept: usize,
        /// Number of genes in the calibration.
        genes: usize,
        /// The highest coverage that they guarantee.
        most: f64,
    },
    /// Calibrated on too few windows.
    #[cfg(any(not(target_family = "wasm"), feature = "sequences"))]
    #[error("{coverage} takes {needed} windows; the card of {name} has {windows}: give at most {most:.4}")]
    FewWindows {
        /// The requested coverage.
        coverage: f64,
        /// Smallest number of windows for this coverage.
        needed: usize,
        /// The model.
        name: String,
        /// Number of windows in the calibration.
        windows: usize,
        /// The highest coverage that they guarantee.
        most: f64,
    },
}

/// A coverage that the card of a sequence model guarantees, and the bound of each track.
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
    /// If the coverage is not between 0 and 1, or the model was not calibrated, or on too few windows.
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

    /// Lower and upper ends of the interval of each prediction [bins, tracks], none below 0. `sd` is the standard
    /// deviation of the ensemble's members for each, empty for a single model. All are NaN if the sequence was padded
    /// with `padding` unknown bases: calibration windows never were, so the guarantee does not hold.
    pub fn intervals(&self, predicted: &[f32], sd: &[f32], padding: usize) -> (Vec<f32>, Vec<f32>) {
        if padding > 0 {
            return (vec![f32::NAN; predicted.len()], vec![f32::NAN; predicted.len()]);
        }
        self.conformal.intervals(&self.bounds, predicted, sd)
    }

    /// A note that a sequence padded with `padding` unknown bases has no intervals.
    #[cfg(not(target_family = "wasm"))]
    pub fn withdrawn(padding: usize) -> Option<String> {
        (padding > 0).then(|| {
            "no interval: unknown bases were put around it, and the calibration had none such, so its ends are nan \
             (bedGraph and bigWig leave them out)"
                .to_owned()
        })
    }
}

/// Refuses a coverage that is not between 0 and 1.
fn share(coverage: f64) -> Result<(), NoGuarantee> {
    if coverage > 0.0 && coverage < 1.0 {
        return Ok(());
    }
    Err(NoGuarantee::Coverage(coverage))
}

impl<'a> Guarantee<'a> {
    /// The bound for a coverage. `symmetric` says if the model predicts changes in the symmetric form.
    ///
    /// # Errors
    /// If the coverage is not between 0 and 1, or the model was not calibrated in this form, or on too few genes.
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

    /// The prediction set at these log-odds: whether it contains on, and off.
    pub fn set(&self, log_odds: f64) -> [bool; 2] {
        Conformal::set(self.bound, log_odds)
    }

    /// Half of the width of an interval; `sd` is the members' standard deviation, 0 for a single model.
    pub fn half_width(&self, sd: f64) -> f64 {
        self.conformal.half_width(self.bound, sd)
    }

    /// Lower and upper ends of the interval of each prediction. `sd` has a standard deviation for each, or is
    /// empty for a single model.
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
