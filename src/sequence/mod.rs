//! DNA: letters, FASTA files, variants, and the windows of a sequence that a model reads.
//!
//! ```text
//! bytes ─ fasta ─► records: name, codes, what was unknown      codes     a byte a base
//!                    │
//!                 windows ─► what a model of a fixed length is given, and which of its bins are kept
//! ```
//!
//! Everything here takes bytes and knows neither paths nor threads, so that it runs in a page as it does in the
//! program.

pub mod codes;
mod error;
mod fasta;
pub mod vcf;
mod windows;

pub use error::{SequenceError, SequenceProblem};
pub use fasta::{Counts, Fasta, FastaReader, Record};
pub use windows::{Shape, Window, Windows};
