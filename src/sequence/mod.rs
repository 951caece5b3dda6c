//! DNA: letters, FASTA files, variants, and the input windows of models.
//!
//! ```text
//! bytes ─ fasta ─► records: name, codes, what was unknown      codes     a byte a base
//!                    │
//!                 windows ─► what a model of a fixed length is given, and which of its bins are kept
//!                    │
//! source ─ genome ─► codes of the bases that are asked for      regions   places, as browsers and BED write them
//! ```
//!
//! Functions take bytes, or sources that implement [`Read`](std::io::Read) and [`Seek`](std::io::Seek), without paths
//! or threads, so that they run in a page.

mod bases;
pub mod codes;
mod error;
mod fasta;
pub mod genome;
pub mod motifs;
mod names;
mod regions;
pub mod vcf;
mod windows;

pub use bases::Bases;
pub(crate) use error::SAME_SEQUENCE;
pub use error::{SequenceError, SequenceProblem};
pub use fasta::{Counts, Fasta, FastaReader, Record};
pub use genome::{Genome, GenomeError};
pub use names::{Names, Owners};
pub use regions::{PlacedRegions, Region};
pub use windows::{Around, Shape, Window, Windows};
