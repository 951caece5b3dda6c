//! Spread of an ensemble's attention, and calibration of probabilities for genes of known class.

use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::Model;
use super::model::SpreadOf;
use super::object::to_js;
use super::reliability::{Found, known};
use crate::task::confidence::{Reliability, sigmoid};

#[wasm_bindgen]
impl Model {
    /// Spread of the members' attention for `values` [genes, bins, columns]: resolves to `{alpha, beta}`, each `{sd,
    /// low, high}` in the shape of `predict`, empty if the members' shapes differ; undefined for a single model.
    #[wasm_bindgen(js_name = attentionSpread)]
    pub async fn attention_spread(&self, values: Vec<f32>, genes: usize) -> Result<JsValue, JsValue> {
        let found = self.engine.attention_spread(&values, genes).await?;
        Ok(to_js(&found.map(|[alpha, beta]| AttentionSpread {
            alpha: (&alpha).into(),
            beta: (&beta).into(),
        })))
    }

    /// Reliability of the model's probabilities for genes of known class, from their uncalibrated log-odds; `labels`
    /// are 1 for on and 0 for off, genes with another one are ignored. `{n, brier, brierRaw, calibrationError,
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
}

#[derive(Serialize)]
struct AttentionSpread {
    alpha: SpreadOf,
    beta: SpreadOf,
}
