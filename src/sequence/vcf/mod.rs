//! VCF: variants of a genome, plain or gzipped.
//!
//! ```text
//! ##fileformat=VCFv4.3
//! #CHROM POS  ID  REF ALT   QUAL FILTER INFO [FORMAT sample …]
//! chrI   1042 .   A   G,AT  .    .      .                        one row, two alternatives
//! ```
//!
//! A row keeps its text, so that [writing](Vcf::write) only adds to it. Alternatives without bases (`<DEL>`, `*`,
//! breakends) are kept but not scored.
//!
//! ```text
//! bytes ─ read ─► Vcf: header, rows ─ place (on a FASTA) ─► Variant: record, position, codes
//!       ─► scores ─ write ─► VCF with more in INFO
//! ```
//!
//! Own reader: noodles-vcf parses fields that are only passed on, and would add to the engine that loads first.

mod error;
mod place;
mod read;
mod write;

use std::borrow::Cow;

pub use error::{PlaceError, VcfError, VcfProblem};
pub use place::{Variant, WithoutScore};
pub use write::{Info, InfoField};

/// A whole file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vcf {
    /// Its name as given by the caller.
    pub file: String,
    /// The lines before the first row, without line breaks; the last one has the column names.
    pub header: Vec<String>,
    /// The rows in the file's order.
    pub rows: Vec<Row>,
}

/// One row: its text, and its position. Other fields are parsed from the text on request, to save memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its line in the (unpacked) file, counted from 1.
    pub line: u64,
    /// The whole row, without line break.
    pub text: Box<str>,
    /// The first base of the reference, counted from 1.
    pub position: u64,
}

impl Row {
    /// Name of its sequence.
    pub fn contig(&self) -> &str {
        self.cell(0)
    }

    /// The variant's id; `.` if it has none.
    pub fn id(&self) -> &str {
        self.cell(2)
    }

    /// The reference bases, in upper case; a row with ambiguous letters is not scored.
    pub fn reference(&self) -> Cow<'_, str> {
        upper(self.cell(3))
    }

    /// The alternative alleles.
    pub fn alternatives(&self) -> impl Iterator<Item = Alternative<'_>> {
        // Reading has checked each allele.
        self.cell(4).split(',').filter_map(Alternative::read)
    }

    fn cell(&self, column: usize) -> &str {
        self.text.split('\t').nth(column).unwrap_or_default()
    }
}

/// An alternative allele.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Alternative<'a> {
    /// Bases, in upper case.
    Bases(Cow<'a, str>),
    /// An allele without bases, as in the file.
    Other(Cow<'a, str>),
}

impl Alternative<'_> {
    /// Text of the allele, with bases in upper case.
    pub fn text(&self) -> &str {
        match self {
            Self::Bases(text) | Self::Other(text) => text,
        }
    }
}

/// A text in upper case, borrowed if it is already.
fn upper(text: &str) -> Cow<'_, str> {
    match text.bytes().any(|letter| letter.is_ascii_lowercase()) {
        true => Cow::Owned(text.to_ascii_uppercase()),
        false => Cow::Borrowed(text),
    }
}
