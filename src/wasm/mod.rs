//! The web bindings: a thin caller of [`engine`](crate::engine), as the command line is.
//!
//! The crate is built for four uses. Of the CPU's engines (`flex`), that of `tables` reads tables, runs their models
//! and sums attention up, and that of `sequences` reads sequences and variants and runs models of tracks; the WebGPU
//! engine (`wgpu`) only runs models, of both kinds, so that it carries no parser; `files` (`prepare`) only reads files,
//! so that it carries no model.

#![allow(clippy::use_self, reason = "what the bindings declare has its name")]

mod error;
mod object;
mod panic;

#[cfg(all(feature = "flex", feature = "tables"))]
mod change;
#[cfg(feature = "tables")]
mod model;
#[cfg(feature = "sequences")]
mod tracks;

#[cfg(feature = "attribution")]
mod mean;

#[cfg(feature = "prepare")]
mod annotation;
#[cfg(feature = "signal")]
mod blob;
#[cfg(feature = "flex")]
mod describe;
#[cfg(feature = "wgpu")]
mod device;
#[cfg(all(feature = "flex", feature = "tables"))]
mod explain;
#[cfg(feature = "prepare")]
mod genes;
#[cfg(feature = "prepare")]
mod genome;
#[cfg(feature = "prepare")]
mod preparation;
#[cfg(all(feature = "flex", feature = "tables"))]
mod prepared;
#[cfg(any(all(feature = "flex", feature = "sequences"), feature = "prepare"))]
mod sequence;
#[cfg(feature = "signal")]
mod signal;
#[cfg(all(feature = "flex", feature = "tables"))]
mod summary;
#[cfg(any(all(feature = "flex", feature = "tables"), feature = "prepare"))]
mod table;
#[cfg(any(all(feature = "flex", feature = "sequences"), feature = "prepare"))]
mod variants;

#[cfg(feature = "tables")]
pub use model::Model;
#[cfg(feature = "sequences")]
pub use tracks::TrackModel;
#[cfg(all(feature = "attribution", feature = "sequences"))]
pub use tracks::{BaseDeletionTest, MotifSearch, MotifSet};

#[cfg(feature = "prepare")]
pub use annotation::Annotation;
#[cfg(feature = "flex")]
pub use describe::model_task;
#[cfg(feature = "wgpu")]
pub use device::start_device;
#[cfg(all(feature = "flex", feature = "tables"))]
pub use explain::{ClassOptimisation, DeletionTest};
#[cfg(feature = "prepare")]
pub use genes::{Genes, GenesReader};
#[cfg(feature = "prepare")]
pub use genome::{Genome, GenomeIndexer, older_index, read_regions};
#[cfg(feature = "prepare")]
pub use preparation::{PreparedTable, SignalFile, TablePreparation};
#[cfg(all(feature = "flex", feature = "tables"))]
pub use prepared::Prepared;
#[cfg(any(all(feature = "flex", feature = "sequences"), feature = "prepare"))]
pub use sequence::{Fasta, genome_format, windows_around, windows_of};
#[cfg(feature = "signal")]
pub use signal::{Signal, write_bigwig};
#[cfg(all(feature = "flex", feature = "tables"))]
pub use summary::{AttentionSummary, HeldOut, MeanTrack, auroc};
#[cfg(any(all(feature = "flex", feature = "tables"), feature = "prepare"))]
pub use table::{Counts, Table, TableReader};
#[cfg(any(all(feature = "flex", feature = "sequences"), feature = "prepare"))]
pub use variants::read_variants;
