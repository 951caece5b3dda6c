//! VCF: variants of a genome, plain or gzipped.
//!
//! ```text
//! ##fileformat=VCFv4.3
//! #CHROM POS  ID  REF ALT   QUAL FILTER INFO [FORMAT sample …]
//! chrI   1042 .   A   G,AT  .    .      .                        one row, two alternatives
//! ```
//!
//! A row keeps its text, so that [writing](Vcf::write) only adds to what was read. Alternatives without bases (`<DEL>`,
//! `*`, breakends) are kept and not scored.
//!
//! ```text
//! bytes ─ read ─► Vcf: header, rows ─ place (on a FASTA) ─► Variant: record, position, codes
//!       ─► scores ─ write ─► VCF with more in INFO
//! ```
//!
//! Kept by hand: noodles-vcf parses what is only passed on, and would add to the engine that loads first.

mod error;
mod place;
mod read;
mod write;

pub use error::{PlaceError, VcfError, VcfProblem};
pub use place::{Variant, WithoutScore};
pub use write::{Info, InfoField};

/// A whole file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vcf {
    /// Its name as the caller gave it.
    pub file: String,
    /// The lines before the first row, without their ends; the last one names the columns.
    pub header: Vec<String>,
    /// The rows in the file's order.
    pub rows: Vec<Row>,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its line in the (unpacked) file, counted from 1.
    pub line: u64,
    /// The whole row as it stands, without its end.
    pub text: String,
    /// The sequence that it lies on.
    pub contig: String,
    /// The first base of `reference`, counted from 1.
    pub position: u64,
    /// The variant's id; `.` if it has none.
    pub id: String,
    /// The bases that the reference has there, in upper case; a row with others of IUPAC's letters is not scored.
    pub reference: String,
    /// The alternative alleles.
    pub alternatives: Vec<Alternative>,
}

/// An alternative allele.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Alternative {
    /// These bases, in upper case.
    Bases(String),
    /// An allele without bases, as in the file.
    Other(String),
}

impl Alternative {
    /// As the file has it, bases in upper case.
    pub fn text(&self) -> &str {
        match self {
            Self::Bases(text) | Self::Other(text) => text,
        }
    }
}
