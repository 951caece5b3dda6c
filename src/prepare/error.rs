//! Errors in annotations and signal files, with location and remedy.

use std::io;

use crate::input::{LINE_LIMIT, budget};
use crate::sequence::SAME_SEQUENCE;

/// Error in a file, with location and remedy.
///
/// Its text reads `FILE, line L: found …; expected …. REMEDY`.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{file}{}: {problem}. {}", .line.map(|line| format!(", line {line}")).unwrap_or_default(), .problem.remedy())]
pub struct PrepareError {
    /// The file's name as given by the caller.
    pub file: String,
    /// Line of the (unpacked) text, counted from 1.
    pub line: Option<u64>,
    /// The problem.
    pub problem: Box<PrepareProblem>,
}

/// The reason why reading signal ended early.
#[derive(Debug, thiserror::Error)]
pub enum SignalError {
    /// An invalid file.
    #[error(transparent)]
    Prepare(#[from] PrepareError),
    /// Cancelled by the caller.
    #[error("cancelled")]
    Cancelled,
}

impl SignalError {
    /// A stable name of this kind of error, in kebab case.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Prepare(error) => error.code(),
            Self::Cancelled => "cancelled",
        }
    }
}

impl PrepareError {
    /// A problem of the file as a whole.
    pub(super) fn file(file: &str, problem: PrepareProblem) -> Self {
        Self {
            file: file.to_owned(),
            line: None,
            problem: Box::new(problem),
        }
    }

    /// A problem of one line, counted from 1.
    pub(super) fn line(file: &str, line: u64, problem: PrepareProblem) -> Self {
        Self {
            line: Some(line),
            ..Self::file(file, problem)
        }
    }

    /// Stable code of the problem, in kebab case.
    pub fn code(&self) -> &'static str {
        self.problem.code()
    }
}

/// Problem of a file: found and expected content.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PrepareProblem {
    /// An error of the operating system.
    #[error("found that it cannot be read: {0}; expected a readable file")]
    Io(String),
    /// No bytes, or only comments.
    #[error("found an empty file; expected {expected}")]
    Empty {
        /// Expected content.
        expected: &'static str,
    },
    /// Truncated compressed data.
    #[error("found gzip data that end early; expected the complete compressed file")]
    GzipTruncated,
    /// Corrupt compressed data.
    #[error("found damaged gzip data; expected a file with a valid checksum")]
    GzipCorrupt,
    /// An unsupported format.
    #[error("found {found}; expected {expected}")]
    Format {
        /// Apparent kind of the file.
        found: String,
        /// Supported formats.
        expected: &'static str,
        /// Remedy for a file of that kind.
        remedy: &'static str,
    },
    /// A line longer than any such file has.
    #[error("found a line of more than {LINE_LIMIT} bytes; expected one record per line")]
    LineTooLong,
    /// An invalid row.
    #[error("found {found}; expected {expected}")]
    Row {
        /// Content of the row.
        found: String,
        /// Requirement of the format.
        expected: &'static str,
    },
    /// An annotation without genes.
    #[error("found no gene in {rows} rows; expected {expected}")]
    NoGenes {
        /// Number of rows.
        rows: u64,
        /// Kind of rows that are genes.
        expected: &'static str,
    },
    /// A selection without genes.
    #[error("found no gene that {choice}, of {genes}; expected at least one")]
    NoneChosen {
        /// The selection, as a clause.
        choice: String,
        /// Genes before the selection.
        genes: usize,
    },
    /// An unknown gene.
    #[error("found no gene {name}; expected its symbol or ID{}", alike(near))]
    NoGene {
        /// The requested name.
        name: String,
        /// Similar names, best first.
        near: Vec<String>,
    },
    /// A name of several genes.
    #[error("found {} genes called {name}: {}; expected one", places.len(), list(places))]
    SeveralGenes {
        /// The requested name.
        name: String,
        /// Their ids and locations.
        places: Vec<String>,
    },
    /// A chromosome that recurs, or a start before the previous one.
    #[error("found {found} after {after}; expected rows sorted by chromosome and start")]
    Unsorted {
        /// Location of the row.
        found: String,
        /// Previous row.
        after: String,
    },
    /// Two values of one base.
    #[error("found {found}, which begins before the previous interval ends at {end}; expected one value per base")]
    Overlap {
        /// Location of the row.
        found: String,
        /// End of the previous interval.
        end: u32,
    },
    /// A negative or infinite value.
    #[error("found {value} at {place}; expected finite signal of 0 or more")]
    NoSignal {
        /// The value.
        value: f32,
        /// Chromosome and bases.
        place: String,
    },
    /// An inconsistent bigWig file.
    #[error("found a damaged bigWig file: {0}; expected a complete one")]
    BigWig(String),
    /// A complete bigWig file with chromosomes but without values.
    #[error("found a bigWig file without values; expected signal")]
    NoValues,
    /// An inconsistent BAM file.
    #[error("found a damaged BAM file: {0}; expected a complete one")]
    Bam(String),
    /// A BAM file without its last block.
    #[error("found no end marker in the BAM file; expected a complete file")]
    BamTruncated,
    /// An invalid index.
    #[error("found an index that does not match the BAM file: {0}; expected the index of this file")]
    Index(String),
    /// Chromosome names without any in common.
    #[error(
        "found the chromosomes {}; expected some of those in the annotation: {}",
        list(signal),
        list(annotation)
    )]
    NoCommonChromosome {
        /// The signal's names.
        signal: Vec<String>,
        /// The annotation's names.
        annotation: Vec<String>,
    },
    /// Two names that match a sequence equally well.
    #[error("found the chromosomes {} and {}, which both match {sequence}; expected one of them", found[0], found[1])]
    SameSequence {
        /// Both names.
        found: [String; 2],
        /// The requested name.
        sequence: String,
    },
    /// Chromosome names that match no sequence.
    #[error(
        "found the chromosomes {}; expected some of the sequences of {genome}: {}",
        list(signal),
        list(sequences)
    )]
    NoCommonSequence {
        /// The signal's names.
        signal: Vec<String>,
        /// The names of the sequences.
        sequences: Vec<String>,
        /// Their file.
        genome: String,
    },
    /// A chromosome whose length differs from that of the sequence of its name.
    #[error("found {chromosome} with {length} bp; expected {expected} bp, the length of {sequence} in {genome}")]
    SequenceLength {
        /// The signal's name.
        chromosome: String,
        /// Its length.
        length: u64,
        /// The name of the sequence.
        sequence: String,
        /// The length of that.
        expected: u64,
        /// Its file.
        genome: String,
    },
    /// A row beyond the end of its sequence.
    #[error("found {found}, beyond the end of {sequence} in {genome}, which has {length} bp; expected rows within it")]
    BeyondSequence {
        /// Location of the row.
        found: String,
        /// The name of the sequence.
        sequence: String,
        /// Its length.
        length: u64,
        /// Its file.
        genome: String,
    },
    /// Larger than the memory limit.
    #[error("found {genes} genes of {bins} bins and {marks} marks, {} MiB; expected at most {} \
        MiB", bytes >> 20, limit >> 20)]
    TooLarge {
        /// Number of genes.
        genes: usize,
        /// Bins of each.
        bins: usize,
        /// Marks.
        marks: usize,
        /// Bytes needed.
        bytes: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// Entries that exceed the memory limit.
    #[error("found {}; expected {}", budget::FOUND, budget::EXPECTED)]
    Memory,
    /// No gene with readable signal.
    #[error("found none of {genes} genes on a chromosome that every signal file has; expected at least one")]
    NoneLeft {
        /// Genes before.
        genes: usize,
    },
}

impl PrepareProblem {
    /// Stable code of the problem, in kebab case.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Io(_) => "io",
            Self::Empty { .. } => "empty",
            Self::GzipTruncated => "gzip-truncated",
            Self::GzipCorrupt => "gzip-corrupt",
            Self::Format { .. } => "format",
            Self::LineTooLong => "line-too-long",
            Self::Row { .. } => "row",
            Self::NoGenes { .. } => "no-genes",
            Self::NoneChosen { .. } => "none-chosen",
            Self::NoGene { .. } => "no-gene",
            Self::SeveralGenes { .. } => "several-genes",
            Self::Unsorted { .. } => "unsorted",
            Self::Overlap { .. } => "overlap",
            Self::NoSignal { .. } => "no-signal",
            Self::BigWig(_) => "bigwig-damaged",
            Self::NoValues => "no-values",
            Self::Bam(_) => "bam-damaged",
            Self::BamTruncated => "bam-truncated",
            Self::Index(_) => "index",
            Self::NoCommonChromosome { .. } => "no-common-chromosome",
            Self::NoCommonSequence { .. } => "no-common-sequence",
            Self::SameSequence { .. } => "same-sequence",
            Self::SequenceLength { .. } => "sequence-length",
            Self::BeyondSequence { .. } => "beyond-sequence",
            Self::TooLarge { .. } | Self::Memory => "too-large",
            Self::NoneLeft { .. } => "none-left",
        }
    }

    /// Remedy for the user, in one or two sentences.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Io(_) => "Check the disk and the permissions of the file.",
            Self::Empty { .. } => "Check that it was written completely.",
            Self::GzipTruncated | Self::GzipCorrupt | Self::BigWig(_) | Self::Bam(_) => "Download or copy it again.",
            Self::NoValues => {
                "Leave it out: a value can stand in for a mark that was not measured. If it was measured, make the \
                    file again from its reads."
            }
            Self::BamTruncated => {
                "Copy it again; if it is complete, add an end marker with `samtools view -b FILE > OUT.bam`."
            }
            Self::Format { remedy, .. } => remedy,
            Self::LineTooLong => "Check that the file is what its name says.",
            Self::Row { .. } => "Correct or remove the row.",
            Self::NoGenes { .. } => "Choose the gene annotation of this genome.",
            Self::NoneChosen { .. } => "Check the selection against the annotation.",
            Self::NoGene { .. } => "Check the name, and that the annotation is for this genome.",
            Self::SeveralGenes { .. } => "Name it by its ID, or by its position if the ID is repeated too.",
            Self::Unsorted { .. } => "Sort it: sort -k1,1 -k2,2n FILE; `track` lines go before the sorted rows.",
            Self::Overlap { .. } => {
                "Give each base one value, such as the mean: bedtools merge -d -1 -c 4 -o mean -i FILE; or make the \
                    file again from the reads."
            }
            Self::NoSignal { .. } => {
                "Give counts or coverage: log ratios and input-subtracted signal cannot be converted to counts."
            }
            Self::Index(_) => "Make it again with `samtools index FILE`, or remove it.",
            Self::NoCommonChromosome { .. } => {
                "Use signal and annotation of the same genome. A missing or extra `chr` makes no difference; rename \
                    other chromosomes of the signal with --rename OTHER=NAME."
            }
            Self::SameSequence { .. } => SAME_SEQUENCE,
            Self::NoCommonSequence { .. } => {
                "Use signal and sequences of the same genome. A missing or extra `chr` makes no difference; rename \
                    other sequences with --rename OTHER=NAME."
            }
            Self::SequenceLength { .. } | Self::BeyondSequence { .. } => {
                "Use signal and sequences of the same assembly."
            }
            Self::TooLarge { .. } => "Choose fewer genes with --genes or --biotype, or larger bins.",
            Self::Memory => budget::REMEDY,
            Self::NoneLeft { .. } => "Use signal and annotation of the same genome.",
        }
    }
}

/// An error of reading text or bytes, as a problem.
pub(super) fn of_io(error: &io::Error) -> PrepareProblem {
    PrepareProblem::Io(error.to_string())
}

/// Suggested names, for a message.
fn alike(near: &[String]) -> String {
    match near {
        [] => String::new(),
        near => format!(", such as {}", near.join(", ")),
    }
}

/// The first few names, for a message.
fn list(names: &[String]) -> String {
    const SHOWN: usize = 5;
    let shown = names.iter().take(SHOWN).cloned().collect::<Vec<_>>();
    let more = if names.len() > SHOWN { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}
