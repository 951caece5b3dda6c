//! Explanations of predictions: attributions, deletion tests, motifs, scores of variants, and the gradients under them.
#![cfg(all(
    feature = "attribution",
    feature = "autodiff",
    feature = "import",
    not(target_arch = "wasm32")
))]

#[path = "../common/mod.rs"]
mod common;

mod attributions_golden;
mod constants;
mod contrasts;
mod explanations;
mod input_gradients;
mod motifs_golden;
mod sequence_gradients;
mod sequence_gradients_on_gpus;
mod sequences_golden;
mod variant_scores;
