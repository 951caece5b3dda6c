//! The web bindings: a thin caller of [`engine`](crate::engine), as the command line is.
//!
//! The crate is built twice. The CPU engine (`flex`) reads tables, runs models and sums attention up; the WebGPU engine (`wgpu`)
//! only runs models, so that it carries no parser. Both export the same [`Model`].

mod error;
mod model;
mod object;

#[cfg(feature = "wgpu")]
mod device;
#[cfg(feature = "flex")]
mod explain;
#[cfg(feature = "flex")]
mod summary;
#[cfg(feature = "flex")]
mod table;

pub use model::Model;

#[cfg(feature = "wgpu")]
pub use device::start_device;
#[cfg(feature = "flex")]
pub use explain::{ClassOptimisation, importance_of};
#[cfg(feature = "flex")]
pub use summary::{AttentionSummary, auroc};
#[cfg(feature = "flex")]
pub use table::{Counts, Prepared, Table, TableReader};
