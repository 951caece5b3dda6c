//! Agreement of predicted classes and probabilities with measurements.
//!
//! Functions take log-odds, which do not saturate at 1 like probabilities. The predicted class is true at a probability
//! of 0.5 or more.

use super::numbers;

/// Brier score: the mean squared difference of probability and class, from 0 for perfect predictions to 1; 0.25 for
/// constant probabilities of 0.5.
pub fn brier<S: Copy + Into<f64>>(log_odds: &[S], labels: &[bool]) -> Option<f64> {
    mean(log_odds, labels, |z, label| {
        let probability = 1.0 / (1.0 + (-z).exp());
        (probability - f64::from(u8::from(label))).powi(2)
    })
}

/// Mean of −ln P of the measured class. `None` also if one has a probability of 0.
pub fn log_loss<S: Copy + Into<f64>>(log_odds: &[S], labels: &[bool]) -> Option<f64> {
    mean(log_odds, labels, |z, label| {
        let wrong = if label { -z } else { z };
        wrong.max(0.0) + (-z.abs()).exp().ln_1p()
    })
}

/// Accuracy: fraction of examples with a correct class.
pub fn accuracy<S: Copy + Into<f64>>(log_odds: &[S], labels: &[bool]) -> Option<f64> {
    mean(log_odds, labels, |z, label| f64::from(u8::from((z >= 0.0) == label)))
}

/// Number of examples whose predicted class is true.
pub fn called<S: Copy + Into<f64>>(log_odds: &[S]) -> usize {
    log_odds.iter().filter(|&&z| z.into() >= 0.0).count()
}

fn mean<S: Copy + Into<f64>>(log_odds: &[S], labels: &[bool], of: impl Fn(f64, bool) -> f64) -> Option<f64> {
    let log_odds = numbers(log_odds)?;
    let sum: f64 = log_odds.iter().zip(labels).map(|(&z, &label)| of(z, label)).sum();
    let mean = sum / labels.len() as f64;
    (log_odds.len() == labels.len() && mean.is_finite()).then_some(mean)
}
