//! Web bindings: thin callers of [`engine`](crate::engine), like the command line.
//!
//! The crate is built for five purposes. Of the CPU engines (`flex`), the one that loads first has `tables` alone: it
//! reads them, runs models of on and off, and summarises attention. The full one also has models of level and of
//! `change`, explanations (`attribution`), and `sequences` with their models and readers. The WebGPU engine (`wgpu`)
//! only runs models, of all kinds, and so has no parsers; `files` (`prepare`) only reads files, and so has no models;
//! `foreign` (`import`, `calibrate`) only creates model files, from imported weights or with another calibration.

#![allow(clippy::use_self, reason = "what the bindings declare has its name")]

mod error;
mod object;
mod panic;

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
#[cfg(feature = "sequences")]
mod bytes;
#[cfg(all(feature = "flex", feature = "change"))]
mod change;
#[cfg(all(feature = "attribution", feature = "change"))]
mod confidence;
#[cfg(feature = "flex")]
mod describe;
#[cfg(feature = "wgpu")]
mod device;
#[cfg(all(feature = "attribution", feature = "tables"))]
mod explain;
#[cfg(feature = "import")]
mod foreign;
#[cfg(feature = "prepare")]
mod genes;
#[cfg(feature = "prepare")]
mod genome;
#[cfg(all(feature = "attribution", feature = "tables"))]
mod held_out;
#[cfg(feature = "prepare")]
mod planted;
#[cfg(feature = "prepare")]
mod preparation;
#[cfg(all(feature = "flex", feature = "tables"))]
mod prepared;
#[cfg(all(feature = "flex", feature = "tables"))]
mod preparer;
#[cfg(any(all(feature = "attribution", feature = "change"), feature = "import"))]
mod reliability;
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
#[cfg(all(feature = "flex", feature = "change"))]
pub use change::{fold_change, mark_weights};
#[cfg(feature = "flex")]
pub use describe::model_task;
#[cfg(feature = "wgpu")]
pub use device::start_device;
#[cfg(all(feature = "attribution", feature = "tables"))]
pub use explain::{ClassOptimisation, DeletionTest};
#[cfg(feature = "import")]
pub use foreign::{ForeignWeights, recalibrated};
#[cfg(feature = "prepare")]
pub use genes::{Genes, GenesReader};
#[cfg(feature = "prepare")]
pub use genome::{Genome, GenomeIndexer, older_index, read_regions};
#[cfg(all(feature = "attribution", feature = "tables"))]
pub use held_out::{HeldOut, MeanTrack};
#[cfg(feature = "prepare")]
pub use planted::{read_planted, read_planted_sites};
#[cfg(feature = "prepare")]
pub use preparation::{PreparedTable, SignalFile, TablePreparation};
#[cfg(all(feature = "flex", feature = "tables"))]
pub use prepared::Prepared;
#[cfg(all(feature = "flex", feature = "tables"))]
pub use preparer::Preparer;
#[cfg(any(all(feature = "flex", feature = "sequences"), feature = "prepare"))]
pub use sequence::{Fasta, genome_format, windows_around, windows_of};
#[cfg(feature = "signal")]
pub use signal::{Signal, write_bigwig};
#[cfg(all(feature = "flex", feature = "tables"))]
pub use summary::{AttentionSummary, auroc, pearson};
#[cfg(any(all(feature = "flex", feature = "tables"), feature = "prepare"))]
pub use table::{Counts, Table, TableReader};
#[cfg(any(all(feature = "flex", feature = "sequences"), feature = "prepare"))]
pub use variants::read_variants;
