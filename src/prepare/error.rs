//! Everything that can be wrong with annotations and signal files, each with its place and a remedy.

use std::io;

use crate::input::{LINE_LIMIT, budget};
use crate::sequence::SAME_SEQUENCE;

/// Error in a file, with its place and a remedy.
///
/// Its text reads `FILE, line L: found …; expected …. REMEDY`.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{file}{}: {problem}. {}", .line.map(|line| format!(", line {line}")).unwrap_or_default(), .problem.remedy())]
pub struct PrepareError {
    /// The file's name as the caller gave it.
    pub file: String,
    /// Line of the (unpacked) text, counted from 1.
    pub line: Option<u64>,
    /// The problem.
    pub problem: Box<PrepareProblem>,
}

/// Why reading signal ended early.
#[derive(Debug, thiserror::Error)]
pub enum SignalError {
    /// The file could not be used.
    #[error(transparent)]
    Prepare(#[from] PrepareError),
    /// The caller asked to stop.
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

/// Problem with a file: the content found, and the content expected instead.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PrepareProblem {
    /// The system refuses.
    #[error("found that it cannot be read: {0}; expected a readable file")]
    Io(String),
    /// No bytes, or nothing but comments.
    #[error("found an empty file; expected {expected}")]
    Empty {
        /// Content that should be there.
        expected: &'static str,
    },
    /// The compressed data stop before their end.
    #[error("found gzip data that end early; expected the complete compressed file")]
    GzipTruncated,
    /// The compressed data contradict themselves.
    #[error("found damaged gzip data; expected a file with a valid checksum")]
    GzipCorrupt,
    /// A format that is not read here.
    #[error("found {found}; expected {expected}")]
    Format {
        /// Kind of file that the content looks like.
        found: String,
        /// The formats that are read.
        expected: &'static str,
        /// Remedy for a file of that kind.
        remedy: &'static str,
    },
    /// A line that no such file has.
    #[error("found a line of more than {LINE_LIMIT} bytes; expected one record per line")]
    LineTooLong,
    /// A row that its format does not allow.
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
        /// Rows that were read.
        rows: u64,
        /// Rows that are read as genes.
        expected: &'static str,
    },
    /// A choice of genes that leaves none.
    #[error("found no gene that {choice}, of {genes}; expected at least one")]
    NoneChosen {
        /// The choice, as a clause.
        choice: String,
        /// Genes before it.
        genes: usize,
    },
    /// A gene that is not there.
    #[error("found no gene {name}; expected its symbol or ID{}", alike(near))]
    NoGene {
        /// The name that was asked for.
        name: String,
        /// Names that are like it, the nearest first.
        near: Vec<String>,
    },
    /// A name that several genes have.
    #[error("found {} genes called {name}: {}; expected one", places.len(), list(places))]
    SeveralGenes {
        /// The name that was asked for.
        name: String,
        /// Their ids and places.
        places: Vec<String>,
    },
    /// A chromosome that comes back, or a start before the one above.
    #[error("found {found} after {after}; expected rows sorted by chromosome and start")]
    Unsorted {
        /// This row's place.
        found: String,
        /// Rows above it.
        after: String,
    },
    /// Two values for one base.
    #[error("found {found}, which begins before the previous interval ends at {end}; expected one value per base")]
    Overlap {
        /// This row's place.
        found: String,
        /// End of the interval above.
        end: u32,
    },
    /// A value below zero, or an infinite one.
    #[error("found {value} at {place}; expected finite signal of 0 or more")]
    NoSignal {
        /// The value.
        value: f32,
        /// Chromosome and bases.
        place: String,
    },
    /// A bigWig file whose parts contradict each other.
    #[error("found a damaged bigWig file: {0}; expected a complete one")]
    BigWig(String),
    /// A whole bigWig file that says which chromosomes there are, and holds no value.
    #[error("found a bigWig file without values; expected signal")]
    NoValues,
    /// A BAM file whose parts contradict each other.
    #[error("found a damaged BAM file: {0}; expected a complete one")]
    Bam(String),
    /// A BAM file without its last block.
    #[error("found no end marker in the BAM file; expected a complete file")]
    BamTruncated,
    /// An index that cannot be used.
    #[error("found an index that does not match the BAM file: {0}; expected the index of this file")]
    Index(String),
    /// Names of chromosomes that have nothing in common.
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
    /// Two names for one sequence, neither of which is closer.
    #[error("found the chromosomes {} and {}, which both match {sequence}; expected one of them", found[0], found[1])]
    SameSequence {
        /// Both names.
        found: [String; 2],
        /// The name that is asked for.
        sequence: String,
    },
    /// Names of chromosomes, none of which is a sequence.
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
    /// A chromosome of another length than the sequence of its name.
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
        /// This row's place.
        found: String,
        /// The name of the sequence.
        sequence: String,
        /// Its length.
        length: u64,
        /// Its file.
        genome: String,
    },
    /// More than memory is set aside for.
    #[error("found {genes} genes of {bins} bins and {marks} marks, {} MiB; expected at most {} \
        MiB", bytes >> 20, limit >> 20)]
    TooLarge {
        /// Genes asked for.
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
    /// Entries that take more memory than their text allows.
    #[error("found {}; expected {}", budget::FOUND, budget::EXPECTED)]
    Memory,
    /// No gene whose signal could be read.
    #[error("found none of {genes} genes on a chromosome in every signal file; expected at least one")]
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

/// Names to choose from, for a message.
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
