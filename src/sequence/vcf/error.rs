//! Everything that can be wrong with variants, each with its place and a remedy.

use crate::input::{Problem, budget};
use crate::sequence::{SAME_SEQUENCE, SequenceError};

/// Error in a file of variants, with its place and a remedy.
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
    /// The file's name as the caller gave it.
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

/// Why variants could not be placed on a genome.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PlaceError {
    /// The variants are not of it.
    #[error(transparent)]
    Variants(#[from] VcfError),
    /// It could not be read.
    #[error(transparent)]
    Sequence(#[from] SequenceError),
}

/// Problem with a file of variants: the content found, and the content expected instead.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum VcfProblem {
    /// No bytes, or nothing but blank lines.
    #[error("found an empty file; expected variants as VCF")]
    Empty,
    /// The compressed data stop before their end.
    #[error("found gzip data that end early; expected the complete compressed file")]
    GzipTruncated,
    /// The compressed data contradict themselves.
    #[error("found damaged gzip data; expected a file with a valid checksum")]
    GzipCorrupt,
    /// Another format.
    #[error("found {found}; expected variants as VCF, plain or gzipped")]
    Format {
        /// Kind of file that the content looks like.
        found: &'static str,
        /// Remedy for a file of that kind.
        remedy: &'static str,
    },
    /// Text that is not UTF-8.
    #[error("found bytes that are not UTF-8; expected text")]
    NotUtf8,
    /// A row, or the end, before the line that names the columns.
    #[error("found no line #CHROM before the first row; expected #CHROM, POS, ID, REF, ALT, QUAL, FILTER, INFO")]
    NoColumns,
    /// The columns have other names.
    #[error("found the column {found}; expected {expected}")]
    ColumnName {
        /// The name as it stands.
        found: String,
        /// The name that it must have.
        expected: &'static str,
    },
    /// A row with too few columns.
    #[error("found {found} columns; expected at least 8, separated by tabs")]
    Columns {
        /// Number of columns.
        found: usize,
    },
    /// No sequence is named.
    #[error("found no sequence name; expected one")]
    NoContig,
    /// A position that is none.
    #[error("found {found:?}; expected a position, counted from 1")]
    Position {
        /// The cell as it stands.
        found: String,
    },
    /// A cell of alleles that holds something else.
    #[error("found {found:?}; expected bases (A, C, G, T, N){}", if *.alternative { ", separated by commas if \
        several, or <…>, * or ." } else { "" })]
    Allele {
        /// The cell as it stands, or its start.
        found: String,
        /// True if it is the cell of the alternatives.
        alternative: bool,
    },
    /// A variant as someone typed it.
    #[error("found {found:?}; expected a variant such as chrI:1042 A>G")]
    Typed {
        /// Text that was typed.
        found: String,
    },
    /// A sequence that the FASTA does not have.
    #[error("found the sequence {found}; expected one of {fasta}: {names}")]
    Contig {
        /// The name in the VCF.
        found: String,
        /// The file of sequences.
        fasta: String,
        /// The names in it, the first of them.
        names: String,
    },
    /// Two names for a sequence, neither of them closer.
    #[error("found {} and {}, which both match {sequence} of {fasta}; expected one of them", .found[0], .found[1])]
    SameSequence {
        /// The names.
        found: [String; 2],
        /// The sequence.
        sequence: String,
        /// The file of sequences.
        fasta: String,
    },
    /// A variant behind the end of its sequence.
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
    /// The FASTA has other bases there.
    #[error(
        "found {found} at {contig}:{position}; expected {expected}, as in {fasta}. {differ} of {rows} rows differ \
            from it"
    )]
    Reference {
        /// The sequence.
        contig: String,
        /// Position of the first base that differs, counted from 1.
        position: u64,
        /// That base by the VCF.
        found: char,
        /// That base by the FASTA.
        expected: char,
        /// The file of sequences.
        fasta: String,
        /// Number of rows with other bases than the FASTA.
        differ: usize,
        /// Number of rows whose sequence and position the FASTA has.
        rows: usize,
    },
    /// More than memory is set aside for.
    #[error("found more than {limit} bytes of text; expected at most that")]
    TooLarge {
        /// The limit.
        limit: usize,
    },
    /// Alternatives, each with its reference, that take too much memory.
    #[error(
        "found too many alternatives: with their references they need more than 64 MiB plus eight times the text; \
            expected fewer"
    )]
    References,
    /// Rows or names of sequences that take too much memory.
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

/// Only what unpacking can find gets here.
impl From<Problem> for VcfProblem {
    fn from(problem: Problem) -> Self {
        match problem {
            Problem::GzipTruncated => Self::GzipTruncated,
            _ => Self::GzipCorrupt,
        }
    }
}
