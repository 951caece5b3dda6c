//! Models that learned to predict the same for every gene.

use crate::cli::error::CliError;
use crate::train::trainer::TrainingError;

/// Predictions no further apart than this are one.
const WITHIN: f64 = 1e-6;

/// Refuses predictions of validation genes that are all the same; `what` names them.
pub fn check(what: &str, predictions: impl Iterator<Item = f64>) -> Result<(), CliError> {
    let (mut genes, mut low, mut high) = (0, f64::INFINITY, f64::NEG_INFINITY);
    for prediction in predictions {
        genes += 1;
        (low, high) = (low.min(prediction), high.max(prediction));
    }
    if high - low > WITHIN {
        return Ok(());
    }
    Err(TrainingError::Constant {
        genes,
        what: format!("{what} {low:.4}"),
    }
    .into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn predictions_within_a_millionth_are_refused_with_what_they_are() {
        let said = |predictions: [f64; 3]| check("P(on)", predictions.into_iter()).map_err(|error| error.to_string());
        assert_eq!(said([0.5, 0.500_002, 0.5]), Ok(()));
        let error = said([0.5, 0.500_000_9, 0.5]).unwrap_err();
        for part in [
            "all 3 validation genes",
            "P(on) 0.5000",
            "--learning-rate",
            "--allow-constant",
        ] {
            assert!(error.contains(part), "{error}");
        }
    }
}
