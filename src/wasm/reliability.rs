//! Reliability of probabilities for genes of known class, with names for JavaScript.

use serde::Serialize;

use super::object::Js;
use crate::task::confidence::Reliability;

/// Log-odds and classes of the genes whose class is known.
pub fn known(logit: &[f32], labels: &[u8]) -> (Vec<f64>, Vec<bool>) {
    let genes = logit.iter().zip(labels).filter(|&(_, &label)| label < 2);
    genes.map(|(&z, &label)| (f64::from(z), label == 1)).unzip()
}

/// A [`Reliability`] with names for JavaScript.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Found {
    n: usize,
    brier: f64,
    brier_raw: f64,
    calibration_error: f64,
    calibration_error_raw: f64,
    bins: Js,
}

impl Found {
    /// The same figures.
    pub fn of(found: &Reliability) -> Self {
        Self {
            n: found.n,
            brier: found.brier,
            brier_raw: found.brier_raw,
            calibration_error: found.calibration_error,
            calibration_error_raw: found.calibration_error_raw,
            bins: Js::list(found.bins.iter()),
        }
    }
}
