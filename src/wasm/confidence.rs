//! How sure the predictions of an ensemble are, and how well probabilities fit genes of known class.

use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::Model;
use super::object::{Js, to_js};
use crate::engine::Spread;
use crate::task::confidence::{Reliability, sigmoid};

#[wasm_bindgen]
impl Model {
    /// The spread of the members' attention for `values` [genes, bins, columns]: resolves to `{alpha, beta}`, each
    /// `{sd, low, high}` of the shape that `predict` gives, empty where members have it not in common; undefined of one
    /// model.
    #[wasm_bindgen(js_name = attentionSpread)]
    pub async fn attention_spread(&self, values: Vec<f32>, genes: usize) -> Result<JsValue, JsValue> {
        let found = self.engine.attention_spread(&values, genes).await?;
        Ok(to_js(&found.map(|[alpha, beta]| AttentionSpread {
            alpha: spread(&alpha),
            beta: spread(&beta),
        })))
    }

    /// How well the model's probabilities fit genes of known class, of their log-odds before any calibration; `labels`
    /// are 1 for on and 0 for off, genes with another one are left out. `{n, brier, brierRaw, calibrationError,
    /// calibrationErrorRaw, bins: {n, mean, on, low, high}[]}`; undefined without genes of both classes.
    pub fn reliability(&self, logit: &[f32], labels: &[u8]) -> JsValue {
        let (log_odds, labels) = known(logit, labels);
        if labels.iter().all(|&on| on) || labels.iter().all(|&on| !on) {
            return JsValue::UNDEFINED;
        }
        let raw: Vec<f64> = log_odds.iter().copied().map(sigmoid).collect();
        let calibrated = self.engine.card().calibration.as_ref();
        let calibrated: Option<Vec<f64>> = calibrated.map(|map| log_odds.iter().map(|&z| map.probability(z)).collect());
        to_js(&Found::of(&Reliability::of(
            calibrated.as_ref().unwrap_or(&raw),
            &raw,
            &labels,
        )))
    }

    /// Calibrates the model on one half of genes of known class and compares it on the other half: `{weights, fitted,
    /// tested, on, method, before, after}`, of which `weights` is the model file with the new calibration. `weights` is
    /// the model's own file, `logit` and `labels` are as of `reliability`, `file` is that of the genes.
    #[cfg(feature = "calibrate")]
    pub fn recalibrated(
        &self,
        weights: &[u8],
        logit: &[f32],
        labels: &[u8],
        file: &str,
        seed: u32,
    ) -> Result<JsValue, JsValue> {
        let (log_odds, labels) = known(logit, labels);
        let genes = crate::task::confidence::Classes { log_odds, labels };
        let found = self.engine.recalibrated(weights, &genes, file, seed.into())?;
        Ok(to_js(&Recalibrated {
            weights: Js::bytes(&found.weights),
            fitted: found.fitted,
            tested: found.after.n,
            on: found.calibration.on,
            method: found.calibration.method,
            before: Found::of(&found.before),
            after: Found::of(&found.after),
        }))
    }
}

/// Log-odds and classes of the genes whose class is known.
fn known(logit: &[f32], labels: &[u8]) -> (Vec<f64>, Vec<bool>) {
    let genes = logit.iter().zip(labels).filter(|&(_, &label)| label < 2);
    genes.map(|(&z, &label)| (f64::from(z), label == 1)).unzip()
}

/// A [`Spread`] in typed arrays.
#[derive(Serialize)]
pub(super) struct SpreadOf {
    sd: Js,
    low: Js,
    high: Js,
}

pub(super) fn spread(of: &Spread) -> SpreadOf {
    SpreadOf {
        sd: Js::floats(&of.sd),
        low: Js::floats(&of.low),
        high: Js::floats(&of.high),
    }
}

#[derive(Serialize)]
struct AttentionSpread {
    alpha: SpreadOf,
    beta: SpreadOf,
}

#[cfg(feature = "calibrate")]
#[derive(Serialize)]
struct Recalibrated {
    weights: Js,
    fitted: usize,
    tested: usize,
    on: f64,
    method: crate::task::confidence::CalibrationMethod,
    before: Found,
    after: Found,
}

/// A [`Reliability`] as JavaScript spells it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Found {
    n: usize,
    brier: f64,
    brier_raw: f64,
    calibration_error: f64,
    calibration_error_raw: f64,
    bins: Js,
}

impl Found {
    fn of(found: &Reliability) -> Self {
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
