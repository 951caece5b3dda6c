//! Attention models of gene regulation: read signal, run a model, see what it attended to.
//!
//! ```text
//! input ──► engine ──► model ──► nn ──► kernel        weights: model files and their cards
//!   │          │
//! tables    load, describe, predict                   interpret: summaries of attention
//! ```
//!
//! The command line (`training/`) and the web bindings (`wasm`, built for WebAssembly alone) are two thin callers of `engine`.

#[cfg(any(feature = "flex", feature = "wgpu", feature = "cuda"))]
pub mod engine;
pub mod error;
pub mod input;
pub mod interpret;
#[cfg(any(feature = "flex", feature = "wgpu", feature = "cuda"))]
pub mod kernel;
pub mod metrics;
#[cfg(any(feature = "flex", feature = "wgpu", feature = "cuda"))]
pub mod model;
#[cfg(any(feature = "flex", feature = "wgpu", feature = "cuda"))]
pub mod nn;
#[cfg(feature = "simulate")]
pub mod simulate;
pub mod weights;

#[cfg(all(target_arch = "wasm32", any(feature = "flex", feature = "wgpu")))]
pub mod wasm;

pub use error::Error;
