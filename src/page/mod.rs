//! Pages of one file: engine, weights, selected genes or sequences, and a view of them, in one `.html` that needs no
//! network.
//!
//! ```text
//! <script type="application/json" id="regulens-export">   the manifest: what there is
//! <script type="text/plain" id="regulens-block-weights">  a block a thing: base64 of gzip
//! <script type="text/plain" id="regulens-block-table">    …
//! <script>                                                unpacks the view, which is a block too, and runs it
//! ```
//!
//! The parts come from a built site's folder `standalone/`; `www/src/standalone/` assembles the same page in the
//! browser. Uncompressed blocks are equal to the byte, their gzip may differ. Hashes are of uncompressed content.

mod block;
mod data;
mod error;
mod looked;
mod manifest;
mod parts;
mod template;
#[cfg(feature = "schema")]
pub mod workspace;

pub use block::Block;
#[cfg(feature = "signal")]
pub use data::bed_graph;
pub use data::{fasta, whole_run};
pub use error::PageError;
pub use looked::{Looked, View};
#[cfg(feature = "schema")]
pub use manifest::schema;
pub use manifest::{
    BinValue, BlockEntry, ColumnWeights, DirectionWeights, Input, Manifest, MeanAttention, MeasuredKind,
    MeasuredValues, MeasuredWhole, Model, Role, Sample, Samples, Weight, WholeRun,
};
pub use parts::Parts;
pub use template::Page;

/// The format version that is written and read.
pub const FORMAT_VERSION: u32 = 2;
