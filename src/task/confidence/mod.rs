//! Confidence in predictions: calibrated probabilities, and conformal sets and intervals, from held-out genes.

#[cfg(feature = "calibrate")]
mod classes;
#[cfg(feature = "calibrate")]
mod fit;
#[cfg(any(not(target_family = "wasm"), feature = "sequences"))]
mod tracks;

#[cfg(feature = "calibrate")]
pub use classes::{Classes, FEWEST, Unfit, check};
#[cfg(feature = "calibrate")]
pub use fit::short;
#[cfg(all(feature = "calibrate", any(not(target_family = "wasm"), feature = "sequences")))]
pub use tracks::TrackCalibration;
#[cfg(any(not(target_family = "wasm"), feature = "sequences"))]
pub use tracks::{TrackConformal, TrackDistances};

use serde::{Deserialize, Serialize};

use crate::metrics::wilson;

/// A map from log-odds to calibrated probabilities, fitted on genes that were not used to train the weights.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Calibration {
    /// The selected map.
    pub method: CalibrationMethod,
    /// Factor of the log-odds.
    pub slope: f64,
    /// Offset of the log-odds.
    pub offset: f64,
    /// Log-odds and probabilities of isotonic regression, ascending; linear in between.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub knots: Vec<[f64; 2]>,
    /// Number of genes in the fit.
    pub genes: usize,
    /// Fraction of these that are on: the prior of the probabilities.
    pub on: f64,
    /// Name of the genes.
    pub data: String,
    /// Each map in cross-validation, in the order of [`CalibrationMethod`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub compared: Vec<Compared>,
    /// Predicted probabilities and measured fractions on test genes, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test: Option<Reliability>,
}

/// A map from log-odds to probabilities, simplest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum CalibrationMethod {
    /// σ(z), uncalibrated.
    None,
    /// σ(slope z).
    Temperature,
    /// σ(slope z + offset) (Platt, 1999).
    Platt,
    /// Isotonic regression (Zadrozny and Elkan, 2002).
    Isotonic,
}

/// A map in cross-validation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Compared {
    /// The map.
    pub method: CalibrationMethod,
    /// Mean of −log P of the measured class.
    pub log_loss: f64,
    /// Brier score: mean squared difference between P(on) and 1 for genes that are on, 0 for others.
    pub brier: f64,
}

/// Predicted probabilities and measured fractions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Reliability {
    /// Number of genes.
    pub n: usize,
    /// Brier score of the probabilities.
    pub brier: f64,
    /// Brier score without the map.
    pub brier_raw: f64,
    /// Expected calibration error: the mean over genes of the difference between mean probability and fraction on in
    /// their tenth of the probability (Naeini, Cooper, Hauskrecht, 2015).
    pub calibration_error: f64,
    /// Expected calibration error without the map.
    pub calibration_error_raw: f64,
    /// Tenths of the probability with genes.
    pub bins: Vec<ReliabilityBin>,
}

/// Genes in a tenth of the probability.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReliabilityBin {
    /// Number of genes.
    pub n: usize,
    /// Their mean probability.
    pub mean: f64,
    /// Fraction of these that are on.
    pub on: f64,
    /// Lower end of its 95 % interval (Wilson).
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// 0.9 in binary is slightly larger, so that ten times 0.9 would exceed 9.
const ROUNDING: f64 = 1e-6;

/// Conformal scores on held-out genes, for prediction sets and intervals (split-conformal prediction; Vovk, Gammerman,
/// Shafer, 2005).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Conformal {
    /// The score of each gene, ascending, rounded upwards: the log-odds of the class that was not measured, or
    /// |measured - predicted|, over `floor` + the members' standard deviation where `floor` is above 0.
    pub scores: Vec<f64>,
    /// Added to the standard deviation of the ensemble's members; 0 if all intervals have equal width.
    pub floor: f64,
    /// Number of genes; for more than 1,000, this number of quantiles of the scores is kept.
    pub genes: usize,
    /// True if changes were predicted in the symmetric form.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub symmetric: bool,
    /// Name of the genes.
    pub data: String,
}

impl Calibration {
    /// P(on) from log-odds.
    pub fn probability(&self, log_odds: f64) -> f64 {
        if self.knots.is_empty() {
            return sigmoid(self.slope * log_odds + self.offset);
        }
        let above = self.knots.partition_point(|&[z, _]| z <= log_odds);
        match (above.checked_sub(1).map(|at| self.knots[at]), self.knots.get(above)) {
            (None, Some(&[_, p])) | (Some([_, p]), None) => p,
            (Some([low, p]), Some(&[high, q])) => p + (q - p) * (log_odds - low) / (high - low),
            (None, None) => unreachable!("there are knots"),
        }
    }

    /// Log-odds of the calibrated probability, which are finite.
    pub fn log_odds(&self, log_odds: f64) -> f64 {
        if self.knots.is_empty() {
            return self.slope * log_odds + self.offset;
        }
        let p = self.probability(log_odds).clamp(1e-12, 1.0 - 1e-12);
        (p / (1.0 - p)).ln()
    }

    /// The problem of an invalid map.
    pub fn problem(&self) -> Option<String> {
        let finite = [self.slope, self.offset, self.on]
            .iter()
            .chain(self.knots.as_flattened())
            .all(|number| number.is_finite());
        let rises = self.knots.is_sorted_by(|[a, p], [b, q]| a < b && p <= q);
        let is_share = |p: &f64| (0.0..=1.0).contains(p);
        let shares = self.knots.iter().map(|[_, p]| p).chain([&self.on]).all(is_share);
        let says = self.method == CalibrationMethod::Isotonic;
        let is_map = finite && rises && shares && self.slope > 0.0 && says != self.knots.is_empty();
        (!is_map).then(|| "a calibration that is no rising map of log-odds; expected one".to_owned())
    }
}

impl Conformal {
    /// The score that a fraction `coverage` of genes does not exceed, with the finite-sample correction; `None` if
    /// there are too few genes.
    pub fn bound(&self, coverage: f64) -> Option<f64> {
        let rank = ((self.scores.len() + 1) as f64 * coverage - ROUNDING).ceil() as usize;
        self.scores.get(rank.max(1) - 1).copied()
    }

    /// Smallest number of genes for a coverage.
    pub fn needed(coverage: f64) -> usize {
        (coverage / (1.0 - coverage) - ROUNDING).ceil() as usize
    }

    /// The highest coverage that `draws` genes or windows guarantee, with four digits, rounded down.
    pub fn most(draws: usize) -> f64 {
        let most = draws as f64 / (draws + 1) as f64;
        (most * 1e4 + ROUNDING).floor() / 1e4
    }

    /// The prediction set [on, off] at a bound; never empty.
    pub fn set(bound: f64, log_odds: f64) -> [bool; 2] {
        let set = [-log_odds <= bound, log_odds <= bound];
        if set == [false, false] {
            [log_odds >= 0.0, log_odds < 0.0]
        } else {
            set
        }
    }

    /// Half of the width of an interval at a bound; `sd` is the members' standard deviation.
    pub fn half_width(&self, bound: f64, sd: f64) -> f64 {
        if self.floor > 0.0 {
            bound * (self.floor + sd)
        } else {
            bound
        }
    }

    /// The problem of invalid scores.
    pub fn problem(&self) -> Option<String> {
        let finite = self.scores.iter().chain([&self.floor]).all(|score| score.is_finite());
        let are_scores = finite && self.scores.is_sorted() && self.floor >= 0.0;
        (!are_scores).then(|| "conformal scores that do not rise; expected finite ones in order".to_owned())
    }
}

/// P(on) from uncalibrated log-odds.
pub fn sigmoid(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

impl Reliability {
    /// Compares probabilities with classes, in tenths of the probability; `raw` are the probabilities without the map.
    pub fn of(probabilities: &[f64], raw: &[f64], labels: &[bool]) -> Self {
        let bins = tenths(probabilities, labels);
        Self {
            n: labels.len(),
            brier: brier(probabilities, labels),
            brier_raw: brier(raw, labels),
            calibration_error: calibration_error(&bins),
            calibration_error_raw: calibration_error(&tenths(raw, labels)),
            bins,
        }
    }
}

/// The Brier score of probabilities of *on*.
pub fn brier(probabilities: &[f64], labels: &[bool]) -> f64 {
    let squares = probabilities.iter().zip(labels);
    let sum: f64 = squares.map(|(p, &on)| (p - f64::from(u8::from(on))).powi(2)).sum();
    sum / labels.len() as f64
}

fn tenths(probabilities: &[f64], labels: &[bool]) -> Vec<ReliabilityBin> {
    let mut bins = [(0_usize, 0.0, 0_usize); 10];
    for (&p, &on) in probabilities.iter().zip(labels) {
        let bin = &mut bins[((p * 10.0) as usize).min(9)];
        *bin = (bin.0 + 1, bin.1 + p, bin.2 + usize::from(on));
    }
    let with_genes = bins.into_iter().filter(|bin| bin.0 > 0);
    with_genes
        .map(|(n, sum, on)| {
            let share = on as f64 / n as f64;
            let interval = wilson(share, n as f64);
            ReliabilityBin {
                n,
                mean: sum / n as f64,
                on: share,
                low: interval.start,
                high: interval.end,
            }
        })
        .collect()
}

fn calibration_error(bins: &[ReliabilityBin]) -> f64 {
    let n: usize = bins.iter().map(|bin| bin.n).sum();
    let far = bins.iter().map(|bin| bin.n as f64 * (bin.mean - bin.on).abs());
    far.sum::<f64>() / n as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knots_are_joined_by_lines_and_end_flat() {
        let map = Calibration {
            method: CalibrationMethod::Isotonic,
            slope: 1.0,
            offset: 0.0,
            knots: vec![[-1.0, 0.1], [1.0, 0.5]],
            genes: 2,
            on: 0.5,
            data: String::new(),
            compared: Vec::new(),
            test: None,
        };
        let found = [-9.0, -1.0, 0.0, 1.0, 9.0].map(|z| map.probability(z));
        for (found, expected) in found.into_iter().zip([0.1, 0.1, 0.3, 0.5, 0.5]) {
            assert!((found - expected).abs() < 1e-12, "{found}, expected {expected}");
        }
        assert_eq!(map.problem(), None);
        let falls = Calibration {
            knots: vec![[-1.0, 0.6], [1.0, 0.5]],
            ..map
        };
        assert!(falls.problem().is_some());
    }

    #[test]
    fn the_bound_has_the_rank_that_its_guarantee_takes() {
        let conformal = Conformal {
            scores: (1..=9).map(f64::from).collect(),
            floor: 0.0,
            genes: 9,
            symmetric: false,
            data: String::new(),
        };
        // (9 + 1) 0.9 = 9: the largest of nine scores.
        assert_eq!(conformal.bound(0.9), Some(9.0));
        assert_eq!(conformal.bound(0.91), None);
        assert_eq!((Conformal::needed(0.9), Conformal::needed(0.95)), (9, 19));
        // 45 / 46 is 0.97826: 0.9783 would be refused.
        assert_eq!([9, 16, 45].map(Conformal::most), [0.9, 0.9411, 0.9782]);
    }

    #[test]
    fn a_set_excludes_what_is_beyond_the_bound_and_is_never_empty() {
        assert_eq!(Conformal::set(1.0, 2.0), [true, false]);
        assert_eq!(Conformal::set(1.0, -0.5), [true, true]);
        assert_eq!(Conformal::set(-1.0, 0.5), [true, false]);
        assert_eq!(Conformal::set(-1.0, -0.5), [false, true]);
    }

    #[test]
    fn the_error_of_calibration_is_the_mean_distance_of_tenths() {
        // Two genes at 0.25, one of them on; two at 0.95, both on.
        let found = Reliability::of(&[0.25, 0.25, 0.95, 0.95], &[0.5; 4], &[true, false, true, true]);
        assert!((found.calibration_error - 0.15).abs() < 1e-12);
        assert!((found.calibration_error_raw - 0.25).abs() < 1e-12);
        assert_eq!(found.bins.len(), 2);
    }
}
