//! Changes of genes, measured or predicted, and mean weights of marks in genes that go up and down.

use wasm_bindgen::prelude::*;

use crate::input::log2_fold_change;
use crate::interpret::change::{CHANGED_MOST, Directions, mean_weight, reached_by};

/// log2((b + 1) / (a + 1)) of counts in A and in B, each `[genes]`; NaN if either is.
#[wasm_bindgen(js_name = foldChange)]
pub fn fold_change(a: &[f32], b: &[f32]) -> Vec<f32> {
    let pairs = a.iter().zip(b);
    pairs
        .map(|(&a, &b)| log2_fold_change([a.into(), b.into()]) as f32)
        .collect()
}

/// Mean weights of marks in genes with a `change` [genes] above `threshold`, and in those below its negative; the
/// default threshold is exceeded by a tenth of the genes. Returns the threshold, the numbers of genes that go up and
/// down, and for each of the `columns` of `beta` [genes, columns] the mean weight and its standard deviation over the
/// former and over the latter, NaN if not defined.
#[wasm_bindgen(js_name = markWeights)]
pub fn mark_weights(change: &[f32], beta: &[f32], columns: usize, threshold: Option<f64>) -> Vec<f64> {
    let threshold = threshold.unwrap_or_else(|| reached_by(CHANGED_MOST, change));
    let Directions { up, down } = Directions::new(change, threshold);
    let mut found = vec![threshold, up.len() as f64, down.len() as f64];
    for column in 0..columns {
        for genes in [&up, &down] {
            found.extend(mean_weight(beta, columns, column, genes));
        }
    }
    found
}
