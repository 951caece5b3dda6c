//! Agreement of predicted classes and their probabilities with what was measured.
//!
//! All take log-odds: they do not run into 1 as probabilities do. Class true is called at a probability of a half or
//! more.

use super::numbers;

/// Brier's score: the mean squared difference of probability and class, from 0 for a seer to 1; a quarter for whoever
/// says a half to everything.
pub fn brier<S: Copy + Into<f64>>(log_odds: &[S], labels: &[bool]) -> Option<f64> {
    mean(log_odds, labels, |z, label| {
        let probability = 1.0 / (1.0 + (-z).exp());
        (probability - f64::from(u8::from(label))).powi(2)
    })
}

/// The mean of −ln of the probability given to the class that was measured. `None` also where a class was given none.
pub fn log_loss<S: Copy + Into<f64>>(log_odds: &[S], labels: &[bool]) -> Option<f64> {
    mean(log_odds, labels, |z, label| {
        let wrong = if label { -z } else { z };
        wrong.max(0.0) + (-z.abs()).exp().ln_1p()
    })
}

/// The share of examples whose class is called rightly.
pub fn accuracy<S: Copy + Into<f64>>(log_odds: &[S], labels: &[bool]) -> Option<f64> {
    mean(log_odds, labels, |z, label| f64::from(u8::from((z >= 0.0) == label)))
}

/// The number of examples that are called class true.
pub fn called<S: Copy + Into<f64>>(log_odds: &[S]) -> usize {
    log_odds.iter().filter(|&&z| z.into() >= 0.0).count()
}

fn mean<S: Copy + Into<f64>>(log_odds: &[S], labels: &[bool], of: impl Fn(f64, bool) -> f64) -> Option<f64> {
    let log_odds = numbers(log_odds)?;
    let sum: f64 = log_odds.iter().zip(labels).map(|(&z, &label)| of(z, label)).sum();
    let mean = sum / labels.len() as f64;
    (log_odds.len() == labels.len() && mean.is_finite()).then_some(mean)
}
