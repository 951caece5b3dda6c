//! The web bindings: a thin caller of [`engine`](crate::engine), as the command line is.
//!
//! The crate is built twice. The CPU engine (`flex`) reads tables, runs models and sums attention up; the WebGPU engine (`wgpu`)
//! only runs models, so that it carries no parser. Both export the same [`Model`] and
//! [`TrackModel`].

mod error;
mod model;
mod object;
mod tracks;

#[cfg(feature = "wgpu")]
mod device;
#[cfg(feature = "flex")]
mod explain;
#[cfg(feature = "flex")]
mod sequence;
#[cfg(feature = "signal")]
mod signal;
#[cfg(feature = "flex")]
mod summary;
#[cfg(feature = "flex")]
mod table;
#[cfg(feature = "flex")]
mod variants;

pub use model::Model;
pub use tracks::{TrackModel, TrackReference};

#[cfg(feature = "wgpu")]
pub use device::start_device;
#[cfg(feature = "flex")]
pub use explain::{ClassOptimisation, importance_of};
#[cfg(feature = "flex")]
pub use sequence::{Fasta, model_family};
#[cfg(feature = "signal")]
pub use signal::{Signal, write_bigwig};
#[cfg(feature = "flex")]
pub use summary::{AttentionSummary, auroc};
#[cfg(feature = "flex")]
pub use table::{Counts, Prepared, Table, TableReader};
#[cfg(feature = "flex")]
pub use variants::read_variants;
