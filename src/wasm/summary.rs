//! Sums of attention over a set of genes.

use js_sys::Float32Array;
use wasm_bindgen::prelude::*;

use super::object::object;
use crate::interpret;

/// Average attention of the genes predicted on and off, added up batch by batch.
#[wasm_bindgen]
pub struct AttentionSummary {
    summary: interpret::AttentionSummary,
}

#[wasm_bindgen]
impl AttentionSummary {
    /// For α of `rows` x `bins` a gene; a gene is predicted on where its probability is at least `threshold`.
    #[wasm_bindgen(constructor)]
    pub fn new(rows: usize, bins: usize, threshold: f32) -> Self {
        Self {
            summary: interpret::AttentionSummary::new(rows, bins, threshold),
        }
    }

    /// Adds a batch: `probability` [N], `alpha` [N, rows, bins].
    pub fn add(&mut self, probability: &[f32], alpha: &[f32]) {
        self.summary.add(probability, alpha);
    }

    /// `{on, off, genesOn, genesOff}`: mean α [rows, bins] of either group, undefined for a group without genes.
    pub fn finish(&self) -> JsValue {
        let means = self.summary.finish();
        let array = |mean: &Option<Vec<f32>>| {
            mean.as_deref()
                .map_or(JsValue::UNDEFINED, |mean| Float32Array::from(mean).into())
        };
        object([
            ("on", array(&means.on)),
            ("off", array(&means.off)),
            ("genesOn", (means.genes_on as f64).into()),
            ("genesOff", (means.genes_off as f64).into()),
        ])
    }
}
