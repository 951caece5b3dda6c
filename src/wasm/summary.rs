//! Summaries over genes: mean attention, AUROC, and correlation.

use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::object::{Js, to_js};
use crate::interpret;
use crate::metrics;

/// Mean attention of the genes predicted on and off, accumulated batch by batch.
#[wasm_bindgen]
pub struct AttentionSummary {
    summary: interpret::AttentionSummary,
}

#[wasm_bindgen]
impl AttentionSummary {
    /// For α of `rows` x `bins` per gene; a gene is predicted on if its probability is at least `threshold`.
    #[wasm_bindgen(constructor)]
    pub fn new(rows: usize, bins: usize, threshold: f32) -> Self {
        Self {
            summary: interpret::AttentionSummary::new(rows, bins, threshold),
        }
    }

    /// Adds a batch: `probability` `[N]`, `alpha` [N, rows, bins].
    pub fn add(&mut self, probability: &[f32], alpha: &[f32]) {
        self.summary.add(probability, alpha);
    }

    /// `{on, off, genesOn, genesOff}`: mean α [rows, bins] of either group, undefined for a group without genes.
    pub fn finish(&self) -> JsValue {
        let means = self.summary.finish();
        to_js(&Means {
            on: means.on.as_deref().map(Js::floats),
            off: means.off.as_deref().map(Js::floats),
            genes_on: means.genes_on,
            genes_off: means.genes_off,
        })
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Means {
    on: Option<Js>,
    off: Option<Js>,
    genes_on: usize,
    genes_off: usize,
}

/// Area under the ROC curve of scores for labels (1 for on, 0 for off), with ties counting a half; undefined if a class
/// has no gene.
#[wasm_bindgen]
pub fn auroc(scores: &[f32], labels: &[u8]) -> Option<f64> {
    let labels: Vec<bool> = labels.iter().map(|&label| label != 0).collect();
    metrics::auroc(scores, &labels)
}

/// Pearson correlation of the pairs that are both known; undefined if either side is constant, or there are none.
#[wasm_bindgen]
pub fn pearson(x: &[f32], y: &[f32]) -> Option<f64> {
    let pairs = x.iter().zip(y).filter(|(x, y)| x.is_finite() && y.is_finite());
    let (x, y): (Vec<f32>, Vec<f32>) = pairs.unzip();
    metrics::pearson(&x, &y)
}
