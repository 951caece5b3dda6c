//! Records of epochs, and the best epoch.
//!
//! An undefined metric, such as the correlation of constant predictions, is NaN here and null in JSON.

use regulens::nn::NamedTensors;
use serde::{Deserialize, Deserializer, Serialize};

/// Results of one epoch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EpochRecord {
    /// Counted from 1.
    pub epoch: usize,
    /// Mean loss over the training data during the epoch.
    pub training_loss: f64,
    /// The learner's [metrics](super::learner::Learner::METRICS) on the validation data.
    #[serde(deserialize_with = "undefined_too")]
    pub validation: Vec<f64>,
    /// The learning rate of the last step.
    pub rate: f64,
    /// Duration, including validation.
    pub seconds: f64,
}

/// Numbers, with null for NaN.
fn undefined_too<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<f64>, D::Error> {
    let numbers = Vec::<Option<f64>>::deserialize(from)?;
    Ok(numbers.into_iter().map(|number| number.unwrap_or(f64::NAN)).collect())
}

/// The metric as text.
pub fn shown(metric: f64) -> String {
    match metric.is_nan() {
        true => "undefined".to_owned(),
        false => format!("{metric:.4}"),
    }
}

/// The weights of the best epoch so far.
#[derive(Debug, Clone, PartialEq)]
pub struct Best {
    /// Counted from 1.
    pub epoch: usize,
    /// Score on the validation data, which selected it.
    pub score: f64,
    /// Its weights, by their published names.
    pub weights: NamedTensors,
}

/// Returns true if a score is better than the best so far; false for ties and undefined scores.
pub fn is_better(score: f64, best: f64) -> bool {
    score > best || (best.is_nan() && !score.is_nan())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tie_or_what_is_not_defined_is_no_progress() {
        const UNDEFINED: f64 = f64::NAN;
        for (score, best, expected) in [
            (0.6, 0.5, true),
            (0.5, 0.5, false),
            (0.4, 0.5, false),
            (UNDEFINED, 0.5, false),
            (UNDEFINED, UNDEFINED, false),
            (-0.9, UNDEFINED, true),
        ] {
            assert_eq!(is_better(score, best), expected, "{score} {best}");
        }
    }

    #[test]
    fn a_record_with_what_is_not_defined_is_read_again() {
        let record = EpochRecord {
            epoch: 1,
            training_loss: 0.5,
            validation: vec![f64::NAN, 2.0],
            rate: 2e-4,
            seconds: 0.0,
        };
        let text = serde_json::to_string(&record).unwrap();
        let again: EpochRecord = serde_json::from_str(&text).unwrap();
        assert!(again.validation[0].is_nan() && again.validation[1] == 2.0);
        assert_eq!([shown(f64::NAN), shown(0.5)], ["undefined", "0.5000"]);
    }
}
