//! Genes of known class, of which one half may be held out.

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use regulens::task::confidence::{Calibration, Reliability, sigmoid};

use super::super::{FEWEST, check};
use super::fit::short;
use crate::cli::error::CliError;
use crate::cli::evaluate::on_off::Known;

/// Genes of known class, with what a model says of them.
pub struct Classes {
    /// The file that they are from.
    pub file: String,
    /// Log-odds of *on* before any calibration.
    pub log_odds: Vec<f64>,
    /// True of genes that are on.
    pub labels: Vec<bool>,
}

impl From<Known> for Classes {
    fn from(known: Known) -> Self {
        Self {
            log_odds: super::doubles(&known.predictions.values.logit),
            labels: known.labels,
            file: known.file,
        }
    }
}

impl Classes {
    /// Keeps one half of either class, drawn at random, and returns the other.
    ///
    /// # Errors
    /// If a half has too few genes, or genes of one class.
    pub fn halved(&mut self, seed: u64) -> Result<Self, CliError> {
        let mut order: Vec<usize> = (0..self.labels.len()).collect();
        order.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
        // As many of either class in both; the sort is stable.
        order.sort_by_key(|&gene| self.labels[gene]);
        let of = |rest: usize| {
            let genes = order.iter().skip(rest).step_by(2);
            let (log_odds, labels) = genes.map(|&gene| (self.log_odds[gene], self.labels[gene])).unzip();
            Self {
                file: self.file.clone(),
                log_odds,
                labels,
            }
        };
        let (kept, other) = (of(0), of(1));
        for half in [&kept, &other] {
            if half.labels.len() < FEWEST {
                return Err(CliError::File {
                    file: self.file.clone(),
                    problem: format!(
                        "found {} genes; expected at least {} for --half, {FEWEST} in either half. Give more genes, or \
                         leave --half out",
                        self.labels.len(),
                        2 * FEWEST
                    ),
                });
            }
            check(&self.file, half.labels.len(), Some(&half.labels))?;
        }
        *self = kept;
        Ok(other)
    }

    /// Compares the probabilities that a map gives these genes with their classes.
    pub fn compared(&self, calibration: &Calibration) -> Reliability {
        let calibrated: Vec<f64> = self.log_odds.iter().map(|&z| calibration.probability(z)).collect();
        let raw: Vec<f64> = self.log_odds.iter().map(|&z| sigmoid(z)).collect();
        rounded(Reliability::of(&calibrated, &raw, &self.labels))
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
