//! The web bindings: a thin caller of [`engine`](crate::engine), as the command line is.
//!
//! The crate is built for three uses. The CPU engine (`flex`) reads tables, runs models and sums attention up; the
//! WebGPU engine (`wgpu`) only runs models, so that it carries no parser; `files` (`prepare`) only reads files, so that
//! it carries no model. Both engines export the same [`Model`] and [`TrackModel`].

mod error;
mod object;

#[cfg(any(feature = "flex", feature = "wgpu"))]
mod model;
#[cfg(any(feature = "flex", feature = "wgpu"))]
mod tracks;

#[cfg(feature = "prepare")]
mod annotation;
#[cfg(feature = "signal")]
mod blob;
#[cfg(feature = "flex")]
mod describe;
#[cfg(feature = "wgpu")]
mod device;
#[cfg(feature = "flex")]
mod explain;
#[cfg(feature = "prepare")]
mod genes;
#[cfg(feature = "prepare")]
mod genome;
#[cfg(feature = "prepare")]
mod preparation;
#[cfg(feature = "flex")]
mod prepared;
#[cfg(any(feature = "flex", feature = "prepare"))]
mod sequence;
#[cfg(feature = "signal")]
mod signal;
#[cfg(feature = "flex")]
mod summary;
#[cfg(any(feature = "flex", feature = "prepare"))]
mod table;
#[cfg(any(feature = "flex", feature = "prepare"))]
mod variants;

#[cfg(any(feature = "flex", feature = "wgpu"))]
pub use model::Model;
#[cfg(any(feature = "flex", feature = "wgpu"))]
pub use tracks::TrackModel;

#[cfg(feature = "prepare")]
pub use annotation::Annotation;
#[cfg(feature = "flex")]
pub use describe::model_task;
#[cfg(feature = "wgpu")]
pub use device::start_device;
#[cfg(feature = "flex")]
pub use explain::{ClassOptimisation, DeletionTest};
#[cfg(feature = "prepare")]
pub use genes::{Genes, GenesReader};
#[cfg(feature = "prepare")]
pub use genome::{Genome, GenomeIndexer, older_index, read_regions};
#[cfg(feature = "prepare")]
pub use preparation::{PreparedTable, SignalFile, TablePreparation};
#[cfg(feature = "flex")]
pub use prepared::Prepared;
#[cfg(any(feature = "flex", feature = "prepare"))]
pub use sequence::{Fasta, genome_format, windows_around, windows_of};
#[cfg(feature = "signal")]
pub use signal::{Signal, write_bigwig};
#[cfg(feature = "flex")]
pub use summary::{AttentionSummary, HeldOut, MeanTrack, auroc};
#[cfg(any(feature = "flex", feature = "prepare"))]
pub use table::{Counts, Table, TableReader};
#[cfg(any(feature = "flex", feature = "prepare"))]
pub use variants::read_variants;
