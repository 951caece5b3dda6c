//! Models that learned to predict the same for all validation data.

use crate::cli::error::CliError;
use crate::cli::words::counted;
use crate::train::trainer::TrainingError;

/// Predictions no further apart than this are one.
const WITHIN: f64 = 1e-6;

/// Lowest and highest of some predictions.
#[derive(Debug, Clone, Copy)]
struct Range {
    low: f64,
    high: f64,
}

impl Range {
    const NONE: Self = Self {
        low: f64::INFINITY,
        high: f64::NEG_INFINITY,
    };

    fn add(&mut self, value: f64) {
        (self.low, self.high) = (self.low.min(value), self.high.max(value));
    }

    fn is_one(self) -> bool {
        self.high - self.low <= WITHIN
    }
}

/// Refuses predictions of validation genes that are all the same; `what` names them.
pub fn check(what: &str, predictions: impl Iterator<Item = f64>) -> Result<(), CliError> {
    let (mut genes, mut range) = (0, Range::NONE);
    for prediction in predictions {
        genes += 1;
        range.add(prediction);
    }
    if !range.is_one() {
        return Ok(());
    }
    Err(TrainingError::Constant {
        of: counted(genes, "validation gene"),
        what: format!("{what} {:.4}", range.low),
        remedy: "lower --learning-rate, or try --transform log1p",
    }
    .into())
}

/// Refuses predictions of validation windows, each [bins, tracks], in which no track differs between bins. Reads no
/// more windows than it needs.
pub fn check_tracks(tracks: usize, windows: impl Iterator<Item = Result<Vec<f32>, CliError>>) -> Result<(), CliError> {
    let (mut bins, mut ranges) = (0, vec![Range::NONE; tracks]);
    for predicted in windows {
        for bin in predicted?.chunks_exact(tracks) {
            bins += 1;
            for (range, &value) in ranges.iter_mut().zip(bin) {
                range.add(f64::from(value));
            }
        }
        if ranges.iter().any(|range| !range.is_one()) {
            return Ok(());
        }
    }
    if bins == 0 {
        return Ok(());
    }
    let what = match &ranges[..] {
        [only] => format!("a coverage of {:.4}", only.low),
        several => format!("the same coverage in each of {} tracks", several.len()),
    };
    Err(TrainingError::Constant {
        of: format!("{bins} bins of the validation windows"),
        what,
        remedy: "lower --learning-rate",
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

    #[test]
    fn tracks_are_refused_only_if_none_differs_between_bins() {
        let said = |windows: &[&[f32]]| {
            let windows = windows.iter().map(|window| Ok(window.to_vec()));
            check_tracks(2, windows).map_err(|error| error.to_string())
        };
        assert_eq!(said(&[]), Ok(()));
        assert_eq!(said(&[&[1.0, 2.0, 1.0, 2.0], &[1.0, 2.5]]), Ok(()));
        let error = said(&[&[1.0, 2.0, 1.0, 2.0], &[1.0, 2.0]]).unwrap_err();
        for part in [
            "all 3 bins of the validation windows get the same coverage in each of 2 tracks",
            "--learning-rate",
            "--allow-constant",
        ] {
            assert!(error.contains(part), "{error}");
        }
        assert!(!error.contains("log1p"), "{error}");
    }
}
