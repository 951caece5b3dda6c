//! Confidence in a model's predictions: probabilities that hold on genes that chose nothing, and sets and
//! intervals that hold the truth as often as is asked.

#[cfg(feature = "calibrate")]
mod classes;
#[cfg(feature = "calibrate")]
mod fit;
mod share;
#[cfg(any(not(target_family = "wasm"), feature = "sequences"))]
mod tracks;

#[cfg(feature = "calibrate")]
pub use classes::{Classes, FEWEST, Unfit, check};
#[cfg(feature = "calibrate")]
pub use fit::short;
pub use share::NoShare;
#[cfg(all(feature = "calibrate", any(not(target_family = "wasm"), feature = "sequences")))]
pub use tracks::TrackCalibration;
#[cfg(any(not(target_family = "wasm"), feature = "sequences"))]
pub use tracks::{TrackConformal, TrackDistances};

use serde::{Deserialize, Serialize};

use crate::metrics::wilson;

/// A map from log-odds to probabilities, fitted to genes that the weights were not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Calibration {
    /// The map that was chosen.
    pub method: CalibrationMethod,
    /// Factor of the log-odds.
    pub slope: f64,
    /// Log-odds that are added behind it.
    pub offset: f64,
    /// Log-odds and probabilities of isotonic regression, in rising order; between two the probability is linear.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub knots: Vec<[f64; 2]>,
    /// Number of genes that it was fitted to.
    pub genes: usize,
    /// The share of them that is on: what the probabilities assume.
    pub on: f64,
    /// Which genes they are.
    pub data: String,
    /// Each map on genes that it was not fitted to, in the order of [`CalibrationMethod`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub compared: Vec<Compared>,
    /// Predicted and measured shares on test genes, where there were some.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test: Option<Reliability>,
}

/// A map from log-odds to probabilities, the simplest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum CalibrationMethod {
    /// σ(z): as the model has it.
    None,
    /// σ(slope z).
    Temperature,
    /// σ(slope z + offset) (Platt, 1999).
    Platt,
    /// The best step function that rises (Zadrozny and Elkan, 2002).
    Isotonic,
}

/// A map in cross-validation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Compared {
    /// The map.
    pub method: CalibrationMethod,
    /// Mean of -log P of the class that was measured.
    pub log_loss: f64,
    /// Mean squared difference of P(on) from 1 of genes that are on, and from 0 of the others.
    pub brier: f64,
}

/// Predicted probabilities beside measured shares.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Reliability {
    /// Number of genes.
    pub n: usize,
    /// Brier score of the probabilities.
    pub brier: f64,
    /// Brier score before the map.
    pub brier_raw: f64,
    /// Expected calibration error: the mean over genes of how far their tenth's share of genes that are on lies from
    /// their tenth's mean probability (Naeini, Cooper, Hauskrecht, 2015).
    pub calibration_error: f64,
    /// The same before the map.
    pub calibration_error_raw: f64,
    /// Tenths of the probability that have genes.
    pub bins: Vec<ReliabilityBin>,
}

/// Genes of a tenth of the probability.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReliabilityBin {
    /// Number of genes.
    pub n: usize,
    /// Their mean probability.
    pub mean: f64,
    /// The share of them that is on.
    pub on: f64,
    /// The lower end of its 95 % interval (Wilson's).
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// 0.9 in binary is a little more, and ten times it would be more than 9.
const ROUNDING: f64 = 1e-6;

/// Distances of measurements from predictions on genes that chose nothing: what sets and intervals are made of
/// (split-conformal prediction; Vovk, Gammerman, Shafer, 2005).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Conformal {
    /// The score of each gene, in rising order and rounded upwards: the log-odds of the class that was not measured, or
    /// |measured - predicted|, over `floor` + the members' standard deviation where `floor` is above 0.
    pub scores: Vec<f64>,
    /// Added to the standard deviation of the members; 0 where intervals are as wide for every gene.
    pub floor: f64,
    /// Number of genes; of more than 1,000 so many quantiles of the scores are kept.
    pub genes: usize,
    /// True if changes were predicted in the symmetric form.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub symmetric: bool,
    /// Which genes they are.
    pub data: String,
}

impl Calibration {
    /// P(on) of log-odds.
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

    /// The fault of numbers that are no map.
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
    /// The score that a share `coverage` of genes does not exceed, with the correction for so many genes; none where
    /// they are too few for it.
    pub fn bound(&self, coverage: f64) -> Option<f64> {
        let rank = ((self.scores.len() + 1) as f64 * coverage - ROUNDING).ceil() as usize;
        self.scores.get(rank.max(1) - 1).copied()
    }

    /// Fewest genes for a coverage.
    pub fn needed(coverage: f64) -> usize {
        (coverage / (1.0 - coverage) - ROUNDING).ceil() as usize
    }

    /// The highest coverage that so many genes, or windows, promise, in four digits and not rounded above it.
    pub fn most(draws: usize) -> f64 {
        let most = draws as f64 / (draws + 1) as f64;
        (most * 1e4 + ROUNDING).floor() / 1e4
    }

    /// The classes, on and off, that cannot be excluded at a bound; never none of both.
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

    /// The fault of numbers that are no scores.
    pub fn problem(&self) -> Option<String> {
        let finite = self.scores.iter().chain([&self.floor]).all(|score| score.is_finite());
        let are_scores = finite && self.scores.is_sorted() && self.floor >= 0.0;
        (!are_scores).then(|| "conformal scores that do not rise; expected finite ones in order".to_owned())
    }
}

/// P(on) of log-odds as they are.
pub fn sigmoid(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

impl Reliability {
    /// Compares probabilities with classes, in tenths of the probability; `raw` are the probabilities before the map.
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
