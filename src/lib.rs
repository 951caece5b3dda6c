//! Attention models of gene regulation: read signal, run a model, and inspect its attention.
//!
//! ```text
//! input ──► engine ──► model ──► nn ──► kernel        weights: model files and their cards
//!   │          │
//! tables    load, describe, predict                   interpret: what predictions depend on
//! ```
//!
//! A prediction needs a model file and a table; marks are matched by name:
//!
#![cfg_attr(feature = "flex", doc = "```no_run")]
#![cfg_attr(not(feature = "flex"), doc = "```ignore")]
//! use std::ops::ControlFlow;
//!
//! use regulens::engine::{DeviceKind, Engine, PrepareOptions};
//! use regulens::input::SignalTable;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let engine = Engine::load(
//!     "k562.safetensors",
//!     &std::fs::read("k562.safetensors")?,
//!     &DeviceKind::Cpu.open()?,
//! )?;
//! let table = SignalTable::read("genes.csv", &std::fs::read("genes.csv")?)?;
//! let prepared = engine.prepare(&table, &PrepareOptions::default())?;
//! // 256 genes at a time; a caller who wants to cancel breaks.
//! let on_the_way = |done, total| {
//!     println!("{done} of {total} genes");
//!     ControlFlow::Continue(())
//! };
//! let predictions = pollster::block_on(engine.predict(&prepared, 256, on_the_way))?;
//! println!(
//!     "P({} is on) = {}",
//!     predictions.genes[0], predictions.values.probability[0]
//! );
//! # Ok(())
//! # }
//! ```
//!
//! | feature | what it adds |
//! |---|---|
//! | none | tables, sequences, model files, metrics, summaries: no Burn |
//! | `flex` | models on the CPU |
//! | `wgpu`, `cuda` | models on a GPU |
//! | `autodiff` | gradients, for training |
//! | `simulate` | data with planted truth |
//! | `import` | PyTorch's weight files and TensorFlow's checkpoints |
//! | `signal` | measured tracks from bigWig and bedGraph |
//! | `page` | pages of one file |
//! | `prepare` | tables from bigWig, BAM, bedGraph and annotations |
//! | `schema` | the JSON Schema of model cards |
//!
//! The command line (`training/`) and the web bindings (`wasm`, built for WebAssembly alone) are thin callers of
//! `engine`.

// CI lints the bindings without models; the builds of the engines see all.
#![cfg_attr(target_arch = "wasm32", deny(warnings))]

#[cfg(any(feature = "flex", feature = "wgpu", feature = "cuda"))]
pub mod engine;
pub mod error;
pub mod input;
pub mod interpret;
#[cfg(any(feature = "flex", feature = "wgpu", feature = "cuda"))]
pub use regulens_kernel as kernel;
pub mod metrics;
#[cfg(any(feature = "flex", feature = "wgpu", feature = "cuda"))]
pub mod model;
#[cfg(any(feature = "flex", feature = "wgpu", feature = "cuda"))]
pub mod nn;
#[cfg(feature = "page")]
pub mod page;
#[cfg(feature = "signal")]
pub mod prepare;
pub mod sequence;
#[cfg(feature = "simulate")]
pub mod simulate;
pub mod task;
pub mod weights;

#[cfg(all(
    target_arch = "wasm32",
    any(feature = "flex", feature = "wgpu", feature = "prepare", feature = "import")
))]
pub mod wasm;

pub use error::Error;
