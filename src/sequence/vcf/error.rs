//! Errors in variants, with location and remedy.

use crate::input::{Problem, budget};
use crate::sequence::{SAME_SEQUENCE, SequenceError};

/// Error in a file of variants, with location and remedy.
///
/// Its text reads `FILE, line L, column C: found …; expected …. REMEDY`.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error(
    "{file}{}{}: {problem}. {}",
    .line.map(|line| format!(", line {line}")).unwrap_or_default(),
    .column.map(|column| format!(", column {column}")).unwrap_or_default(),
    .problem.remedy()
)]
pub struct VcfError {
    /// The file's name as given by the caller.
    pub file: String,
    /// Line of the (unpacked) text, counted from 1.
    pub line: Option<u64>,
    /// The column's name, such as `REF`.
    pub column: Option<&'static str>,
    /// The problem.
    pub problem: Box<VcfProblem>,
}

impl VcfError {
    /// A problem of the file as a whole.
    pub(super) fn file(file: &str, problem: VcfProblem) -> Self {
        Self {
            file: file.to_owned(),
            line: None,
            column: None,
            problem: Box::new(problem),
        }
    }

    /// A problem of a line.
    pub(super) fn at(file: &str, line: u64, problem: VcfProblem) -> Self {
        Self {
            line: Some(line),
            ..Self::file(file, problem)
        }
    }

    /// A problem of a column of a line.
    pub(super) fn of(file: &str, line: u64, column: &'static str, problem: VcfProblem) -> Self {
        Self {
            column: Some(column),
            ..Self::at(file, line, problem)
        }
    }

    /// Stable code of the problem, in kebab case.
    pub fn code(&self) -> &'static str {
        self.problem.code()
    }

    /// Remedy for the user, in one or two sentences.
    pub fn remedy(&self) -> &'static str {
        self.problem.remedy()
    }
}

/// The reason why variants could not be located on a genome.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PlaceError {
    /// Variants that do not match it.
    #[error(transparent)]
    Variants(#[from] VcfError),
    /// A genome that could not be read.
    #[error(transparent)]
    Sequence(#[from] SequenceError),
}

/// Problem of a file of variants: found and expected content.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum VcfProblem {
    /// No bytes, or only blank lines.
    #[error("found an empty file; expected variants as VCF")]
    Empty,
    /// Truncated compressed data.
    #[error("found gzip data that end early; expected the complete compressed file")]
    GzipTruncated,
    /// Corrupt compressed data.
    #[error("found damaged gzip data; expected a file with a valid checksum")]
    GzipCorrupt,
    /// Another format.
    #[error("found {found}; expected variants as VCF, plain or gzipped")]
    Format {
        /// Apparent kind of the file.
        found: &'static str,
        /// Remedy for a file of that kind.
        remedy: &'static str,
    },
    /// Text that is not UTF-8.
    #[error("found bytes that are not UTF-8; expected text")]
    NotUtf8,
    /// No line with column names before the first row or the end.
    #[error("found no line #CHROM before the first row; expected #CHROM, POS, ID, REF, ALT, QUAL, FILTER, INFO")]
    NoColumns,
    /// Wrong column names.
    #[error("found the column {found}; expected {expected}")]
    ColumnName {
        /// Found name.
        found: String,
        /// Expected name.
        expected: &'static str,
    },
    /// A row with too few columns.
    #[error("found {found} columns; expected at least 8, separated by tabs")]
    Columns {
        /// Number of columns.
        found: usize,
    },
    /// A row without a sequence name.
    #[error("found no sequence name; expected one")]
    NoContig,
    /// An invalid position.
    #[error("found {found:?}; expected a position, counted from 1")]
    Position {
        /// The cell's text.
        found: String,
    },
    /// Invalid alleles.
    #[error("found {found:?}; expected bases (A, C, G, T, N){}", if *.alternative { ", with commas between \
        alternatives, or <…>, * or ." } else { "" })]
    Allele {
        /// The cell's text, or its beginning.
        found: String,
        /// True for the cell of alternatives.
        alternative: bool,
    },
    /// An invalid typed variant.
    #[error("found {found:?}; expected a variant such as chrI:1042 A>G")]
    Typed {
        /// The typed text.
        found: String,
    },
    /// A sequence that is missing from the genome.
    #[error("found the sequence {found}; expected one of {fasta}: {names}")]
    Contig {
        /// The name in the VCF.
        found: String,
        /// The file of sequences.
        fasta: String,
        /// The first names of the genome.
        names: String,
    },
    /// Two names that match a sequence equally well.
    #[error("found {} and {}, which both match {sequence} of {fasta}; expected one of them", .found[0], .found[1])]
    SameSequence {
        /// The names.
        found: [String; 2],
        /// The sequence.
        sequence: String,
        /// The file of sequences.
        fasta: String,
    },
    /// A variant beyond the end of its sequence.
    #[error("found bases {first} to {last} of {contig}; expected a position within its {length} bp (of {fasta})")]
    Beyond {
        /// The sequence.
        contig: String,
        /// Its length.
        length: u64,
        /// The first base of the variant.
        first: u64,
        /// The last one.
        last: u64,
        /// The file of sequences.
        fasta: String,
    },
    /// A reference that differs from the genome.
    #[error(
        "found {found} at {contig}:{position}; expected {expected}, as in {fasta}. {differ} of {rows} rows differ \
            from it"
    )]
    Reference {
        /// The sequence.
        contig: String,
        /// Position of the first base that differs, counted from 1.
        position: u64,
        /// The base in the VCF.
        found: char,
        /// The base in the genome.
        expected: char,
        /// The file of sequences.
        fasta: String,
        /// Number of rows that differ from the genome.
        differ: usize,
        /// Number of rows with a position in the genome.
        rows: usize,
    },
    /// Larger than the memory limit.
    #[error("found more than {limit} bytes of text; expected at most that")]
    TooLarge {
        /// The limit.
        limit: usize,
    },
    /// Alternatives, each with its reference, that exceed the memory limit.
    #[error(
        "found too many alternatives: with their references they need more than 64 MiB plus eight times the text; \
            expected fewer"
    )]
    References,
    /// Rows or names of sequences that exceed the memory limit.
    #[error("found {}; expected {}", budget::FOUND, budget::EXPECTED)]
    Memory,
}

impl VcfProblem {
    /// Stable code of the problem, in kebab case.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::GzipTruncated => "gzip-truncated",
            Self::GzipCorrupt => "gzip-corrupt",
            Self::Format { .. } => "format",
            Self::NotUtf8 => "not-utf8",
            Self::NoColumns | Self::ColumnName { .. } | Self::Columns { .. } => "columns",
            Self::NoContig | Self::Contig { .. } => "unknown-sequence",
            Self::SameSequence { .. } => "same-sequence",
            Self::Position { .. } => "position",
            Self::Allele { .. } | Self::Typed { .. } => "allele",
            Self::Beyond { .. } => "beyond-sequence",
            Self::Reference { .. } => "reference-differs",
            Self::TooLarge { .. } | Self::References | Self::Memory => "too-large",
        }
    }

    /// Remedy for the user, in one or two sentences.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Empty => "Choose the file with the variants; this one may be a failed download.",
            Self::GzipTruncated => "Download or copy the file again; its end is missing.",
            Self::GzipCorrupt => "Download or copy the file again; check it with `gzip -t`.",
            Self::Format { remedy, .. } => remedy,
            Self::NotUtf8 => "Save the text as UTF-8.",
            Self::NoColumns | Self::ColumnName { .. } => {
                "Begin the file as VCF requires, with ##fileformat=VCFv4.3 and the line #CHROM."
            }
            Self::Columns { .. } => "Separate the columns by tabs, and write . for a missing value.",
            Self::NoContig => "Name the sequence as in the FASTA.",
            Self::Position { .. } => "Correct the row; positions refer to the sequence in the FASTA.",
            Self::Allele { .. } => "Correct the row; `bcftools norm --check-ref e` finds such rows in advance.",
            Self::Typed { .. } => {
                "Write NAME:POSITION REFERENCE>ALTERNATIVE, with the sequence name of the FASTA and the position \
                    counted from 1."
            }
            Self::Contig { .. } => {
                "Use the FASTA of the assembly on which the variants were called, or rename the sequence with \
                    --rename OTHER=NAME."
            }
            Self::SameSequence { .. } => SAME_SEQUENCE,
            Self::Beyond { .. } | Self::Reference { .. } => {
                "Use the FASTA of the assembly on which the variants were called; `bcftools norm --check-ref e` \
                    lists all rows that differ."
            }
            Self::References => "Give each alternative its own row, or shorten REF.",
            Self::Memory => budget::REMEDY,
            Self::TooLarge { .. } => "Extract the region of interest: bcftools view -t chr1:1-200000 FILE > OUT.vcf.",
        }
    }
}

/// Only errors of decompression occur here.
impl From<Problem> for VcfProblem {
    fn from(problem: Problem) -> Self {
        match problem {
            Problem::GzipTruncated => Self::GzipTruncated,
            _ => Self::GzipCorrupt,
        }
    }
}
