//! Attention models of gene regulation: read signal, run a model, see what it attended to.
//!
//! ```text
//! input ──► engine ──► model ──► nn ──► kernel        weights: model files and their cards
//!   │          │
//! tables    load, describe, predict                   interpret: summaries of attention
//! ```
//!
//! The command line (`training/`) and the web bindings ([`wasm`]) are two thin callers of `engine`.

pub mod error;
pub mod input;
pub mod interpret;
pub mod metrics;
#[cfg(feature = "simulate")]
pub mod simulate;
pub mod weights;

pub use error::Error;
