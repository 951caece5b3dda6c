//! Models: layers and kernels against their definitions on every native device, gradients, metrics.
#![cfg(all(feature = "flex", feature = "autodiff", not(target_arch = "wasm32")))]

#[path = "../common/mod.rs"]
mod common;

mod areas;
mod attention;
mod batches;
mod blocks;
mod blocks_on_gpus;
mod convolution;
mod gradients;
mod linear;
mod metrics;
mod products;
mod recurrence;
mod stored_metrics;
