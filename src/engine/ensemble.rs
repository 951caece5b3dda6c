//! Mean and spread of the predictions of an ensemble.

use super::Batch;
use crate::interpret::deletion::Outcome;
use crate::metrics::mean_and_sd;
use crate::task::confidence::{Calibration, sigmoid};

/// Spread over the members of an ensemble: of their predictions `[N]`, attention or attributions.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Spread {
    /// Sample standard deviations.
    pub sd: Vec<f32>,
    /// Lowest values.
    pub low: Vec<f32>,
    /// Highest values.
    pub high: Vec<f32>,
}

impl Spread {
    /// Spread over the members of each value; empty if the members differ in length.
    pub fn of(members: &[&[f32]]) -> Self {
        let mut spread = Self::default();
        let length = members.first().map_or(0, |first| first.len());
        if members.iter().any(|values| values.len() != length) {
            return spread;
        }
        for at in 0..length {
            spread.push(members.iter().map(|values| f64::from(values[at])).collect());
        }
        spread
    }

    /// Spread over the members of each value; `None` without members.
    pub fn of_members(members: &[Vec<f32>]) -> Option<Self> {
        let values: Vec<&[f32]> = members.iter().map(Vec::as_slice).collect();
        (!members.is_empty()).then(|| Self::of(&values))
    }

    /// Appends the spread of further values.
    pub fn append(&mut self, more: Self) {
        self.sd.extend(more.sd);
        self.low.extend(more.low);
        self.high.extend(more.high);
    }

    fn push(&mut self, numbers: Vec<f64>) {
        self.sd.push(mean_and_sd(&numbers).1 as f32);
        self.low
            .push(numbers.iter().copied().fold(f64::INFINITY, f64::min) as f32);
        self.high
            .push(numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max) as f32);
    }
}

impl Batch {
    /// Mean of the members' predictions for the same genes: of log-odds, log2 fold changes or levels, and of α and β if
    /// all members have the same rows. `same` says which do: α, β, those of auxiliary encoders.
    pub(super) fn mean(members: &[Self], same: [bool; 3]) -> Self {
        let of = |values: fn(&Self) -> &Vec<f32>| narrowed(&means(members, values));
        let of_same = |same: bool, values: fn(&Self) -> &Vec<f32>| if same { of(values) } else { Vec::new() };
        let [rows, columns, auxiliary] = same;
        let logit = means(members, |batch| &batch.logit);
        Self {
            probability: logit.iter().map(|&z| sigmoid(z) as f32).collect(),
            probability_raw: Vec::new(),
            logit: narrowed(&logit),
            fold_change: of(|batch| &batch.fold_change),
            #[cfg(any(not(target_family = "wasm"), feature = "change"))]
            level: of(|batch| &batch.level),
            expression: of(|batch| &batch.expression),
            alpha: of_same(rows, |batch| &batch.alpha),
            beta: of_same(columns, |batch| &batch.beta),
            auxiliary_alpha: of_same(auxiliary, |batch| &batch.auxiliary_alpha),
            auxiliary_beta: of_same(auxiliary, |batch| &batch.auxiliary_beta),
            members: side_by_side(members),
        }
    }

    /// Number of members averaged here; 0 for a single model.
    pub fn number_of_members(&self, genes: usize) -> usize {
        self.members.len().checked_div(genes).unwrap_or_default()
    }

    /// Scores of one member, `[N]`.
    pub fn member(&self, genes: usize, member: usize) -> Vec<f32> {
        let members = self.number_of_members(genes);
        self.members
            .iter()
            .skip(member)
            .step_by(members.max(1))
            .copied()
            .collect()
    }

    /// Calibrates the probabilities.
    pub(super) fn calibrate(&mut self, calibration: &Calibration) {
        let calibrated = self.logit.iter().map(|&z| calibration.probability(f64::from(z)) as f32);
        let calibrated = calibrated.collect();
        self.probability_raw = std::mem::replace(&mut self.probability, calibrated);
    }

    /// Spread of the members' predictions, in the unit of the outcome and calibrated like the mean; `None` for a single
    /// model.
    pub fn spread(&self, outcome: Outcome, calibration: Option<&Calibration>) -> Option<Spread> {
        let genes = self.predicted(outcome).len();
        let members = self.number_of_members(genes);
        if members == 0 {
            return None;
        }
        let mut spread = Spread::default();
        for scores in self.members.chunks_exact(members) {
            let predicted = scores.iter().map(|&score| {
                if outcome == Outcome::Probability {
                    calibration.map_or_else(|| sigmoid(score.into()), |map| map.probability(score.into()))
                } else {
                    f64::from(score)
                }
            });
            spread.push(predicted.collect());
        }
        Some(spread)
    }
}

/// Means over the members; empty if a member lacks these values.
pub(super) fn means(members: &[Batch], values: fn(&Batch) -> &Vec<f32>) -> Vec<f64> {
    let length = members.first().map_or(0, |first| values(first).len());
    if members.iter().any(|one| values(one).len() != length) {
        return Vec::new();
    }
    let mut sums = vec![0.0_f64; length];
    for one in members {
        for (sum, &value) in sums.iter_mut().zip(values(one)) {
            *sum += f64::from(value);
        }
    }
    sums.into_iter().map(|sum| sum / members.len() as f64).collect()
}

fn narrowed(values: &[f64]) -> Vec<f32> {
    values.iter().map(|&value| value as f32).collect()
}

/// The members' scores, [N, members].
fn side_by_side(members: &[Batch]) -> Vec<f32> {
    let scores: Vec<&[f32]> = members.iter().map(Batch::scored).collect();
    let genes = scores.first().map_or(0, |scores| scores.len());
    (0..genes)
        .flat_map(|gene| scores.iter().map(move |scores| scores[gene]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(logit: f32, beta: f32) -> Batch {
        Batch {
            probability: vec![1.0 / (1.0 + (-logit).exp())],
            logit: vec![logit],
            alpha: vec![1.0],
            beta: vec![beta],
            ..Batch::default()
        }
    }

    #[test]
    fn log_odds_are_averaged_and_probabilities_spread() {
        let mean = Batch::mean(&[member(-1.0, 0.25), member(3.0, 0.75)], [true; 3]);
        assert_eq!((mean.logit[0], mean.beta[0], mean.alpha[0]), (1.0, 0.5, 1.0));
        assert!((mean.probability[0] - 0.731_058_6).abs() < 1e-6);
        let spread = mean.spread(Outcome::Probability, None).unwrap();
        let [low, high] = [spread.low[0], spread.high[0]];
        assert!((low - 0.268_941_4).abs() < 1e-6 && (high - 0.952_574_1).abs() < 1e-6);
        // The sample standard deviation of two numbers is their distance over the root of 2.
        assert!((spread.sd[0] - (high - low) / 2.0_f32.sqrt()).abs() < 1e-6);
        assert_eq!(mean.member(1, 1), [3.0]);
    }

    #[test]
    fn attention_of_other_rows_has_no_mean() {
        let mean = Batch::mean(&[member(-1.0, 0.25), member(3.0, 0.75)], [false, true, true]);
        assert!(mean.alpha.is_empty());
        assert_eq!(mean.beta, [0.5]);
    }

    #[test]
    fn numbers_of_members_spread_value_by_value() {
        let spread = Spread::of(&[&[1.0, -2.0], &[3.0, -2.0]]);
        assert_eq!(spread.sd, [2.0_f32.sqrt(), 0.0]);
        assert_eq!(
            (&spread.low[..], &spread.high[..]),
            (&[1.0, -2.0][..], &[3.0, -2.0][..])
        );
        assert_eq!(Spread::of(&[&[1.0], &[1.0, 2.0]]), Spread::default());
        assert_eq!(
            Spread::of_members(&[vec![1.0, -2.0], vec![3.0, -2.0]]).as_ref(),
            Some(&spread)
        );
        assert_eq!(Spread::of_members(&[]), None);
    }

    #[test]
    fn one_model_has_no_spread() {
        assert_eq!(member(1.0, 0.5).spread(Outcome::Probability, None), None);
    }
}
