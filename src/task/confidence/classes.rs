//! Genes of known class, of which one half may be held out.

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use super::fit::{choose, short};
use super::{Calibration, Conformal, Reliability, sigmoid};

/// Smallest number of genes for a calibration.
pub const FEWEST: usize = 50;

/// Reason why genes are unfit for calibration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Too few.
    #[error("found {found} genes; expected at least {FEWEST} to calibrate on. Give more genes")]
    Few {
        /// Number of genes.
        found: usize,
    },
    /// Too few to split.
    #[error("found {found} genes; expected at least {}, {FEWEST} in either half. Give more genes", 2 * FEWEST)]
    FewToHalve {
        /// Number of genes.
        found: usize,
    },
    /// All of the same class.
    #[error(
        "found {on} of {genes} genes on; expected some of each class. Give genes that are on and genes that are off"
    )]
    OneClass {
        /// Number of genes that are on.
        on: usize,
        /// Number of genes.
        genes: usize,
    },
}

/// Checks genes for calibration; `labels` for a model of classes.
///
/// # Errors
/// [`Unfit::Few`], [`Unfit::OneClass`].
pub fn check(genes: usize, labels: Option<&[bool]>) -> Result<(), Unfit> {
    if genes < FEWEST {
        return Err(Unfit::Few { found: genes });
    }
    match labels.map(|labels| labels.iter().filter(|&&on| on).count()) {
        Some(on) if on == 0 || on == genes => Err(Unfit::OneClass { on, genes }),
        _ => Ok(()),
    }
}

/// Genes of known class, with a model's scores.
#[derive(Debug, Clone, Default)]
pub struct Classes {
    /// Log-odds of *on*, uncalibrated.
    pub log_odds: Vec<f64>,
    /// True for genes that are on.
    pub labels: Vec<bool>,
}

impl Classes {
    /// Splits them at random into halves with equal numbers of either class.
    ///
    /// # Errors
    /// If a half has too few genes, or genes of one class.
    pub fn halved(&self, seed: u64) -> Result<[Self; 2], Unfit> {
        let mut order: Vec<usize> = (0..self.labels.len()).collect();
        order.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
        // Equal numbers of either class in both; the sort is stable.
        order.sort_by_key(|&gene| self.labels[gene]);
        let halves = [0, 1].map(|first| {
            let genes = order.iter().skip(first).step_by(2);
            let (log_odds, labels) = genes.map(|&gene| (self.log_odds[gene], self.labels[gene])).unzip();
            Self { log_odds, labels }
        });
        for Self { labels, .. } in &halves {
            if labels.len() < FEWEST {
                let found = self.labels.len();
                return Err(Unfit::FewToHalve { found });
            }
            check(labels.len(), Some(labels))?;
        }
        Ok(halves)
    }

    /// Selects and fits a calibration map for their log-odds, and computes conformal scores. `data` names the genes.
    pub fn calibrated(&self, seed: u64, data: &str) -> (Calibration, Conformal) {
        let calibration = choose(&self.log_odds, &self.labels, seed, data.to_owned());
        let scores = self.log_odds.iter().zip(&self.labels);
        let scores = scores.map(|(&z, &on)| if on { -z } else { z }).collect();
        (calibration, Conformal::of(scores, 0.0, data.to_owned()))
    }

    /// Compares the probabilities after a map with the classes; without one, those of the model.
    pub fn compared(&self, calibration: Option<&Calibration>) -> Reliability {
        let raw: Vec<f64> = self.log_odds.iter().map(|&z| sigmoid(z)).collect();
        let calibrated: Option<Vec<f64>> =
            calibration.map(|map| self.log_odds.iter().map(|&z| map.probability(z)).collect());
        rounded(Reliability::of(calibrated.as_ref().unwrap_or(&raw), &raw, &self.labels))
    }
}

fn rounded(found: Reliability) -> Reliability {
    let mut bins = found.bins;
    for bin in &mut bins {
        for share in [&mut bin.mean, &mut bin.on, &mut bin.low, &mut bin.high] {
            *share = short(*share);
        }
    }
    Reliability {
        brier: short(found.brier),
        brier_raw: short(found.brier_raw),
        calibration_error: short(found.calibration_error),
        calibration_error_raw: short(found.calibration_error_raw),
        bins,
        ..found
    }
}
