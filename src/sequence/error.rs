//! Everything that can be wrong with a file of sequences, each with its place and a remedy.

use crate::input::Problem;
use crate::input::budget;

/// The remedy where two names mean a sequence alike.
pub(crate) const SAME_SEQUENCE: &str = "Choose one of them with --rename OTHER=NAME; the other is then left out.";

/// Error in a file of sequences, with its place and a remedy.
///
/// Its text reads `FILE, record R, line L, column C: found …; expected …. REMEDY`.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error(
    "{file}{}{}{}: {problem}. {}",
    .record.as_ref().map(|record| format!(", record {record}")).unwrap_or_default(),
    .line.map(|line| format!(", line {line}")).unwrap_or_default(),
    .column.map(|column| format!(", column {column}")).unwrap_or_default(),
    .problem.remedy()
)]
pub struct SequenceError {
    /// The file's name as the caller gave it.
    pub file: String,
    /// The record's name, where the problem has one.
    pub record: Option<String>,
    /// Line of the (unpacked) text, counted from 1.
    pub line: Option<u64>,
    /// Byte of the line, counted from 1.
    pub column: Option<u64>,
    /// The problem.
    pub problem: Box<SequenceProblem>,
}

impl SequenceError {
    /// A problem of the file as a whole.
    pub(super) fn file(file: &str, problem: SequenceProblem) -> Self {
        Self {
            file: file.to_owned(),
            record: None,
            line: None,
            column: None,
            problem: Box::new(problem),
        }
    }

    /// That a record of so many bases has none that is known.
    pub(crate) fn without_base(file: &str, record: &str, bases: u64) -> Self {
        Self {
            record: Some(record.to_owned()),
            ..Self::file(file, SequenceProblem::without_base(bases))
        }
    }

    /// A problem of a line, in a record where one has begun.
    pub(super) fn line(file: &str, record: Option<String>, line: u64, problem: SequenceProblem) -> Self {
        Self {
            record,
            line: Some(line),
            ..Self::file(file, problem)
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

/// Problem with a file of sequences: the content found, and the content expected instead.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SequenceProblem {
    /// No bytes, or nothing but blank lines.
    #[error("found an empty file; expected DNA as FASTA")]
    Empty,
    /// The compressed data stop before their end.
    #[error("found gzip data that end early; expected the complete compressed file")]
    GzipTruncated,
    /// The compressed data contradict themselves.
    #[error("found damaged gzip data; expected a file with a valid checksum")]
    GzipCorrupt,
    /// Another format.
    #[error("found {found}; expected DNA as FASTA, plain or gzipped")]
    Format {
        /// Kind of file that the content looks like.
        found: &'static str,
        /// Remedy for a file of that kind.
        remedy: &'static str,
    },
    /// Another text than is meant, or none.
    #[error("found {found}; expected {expected}")]
    Text {
        /// Kind of file that the content looks like.
        found: &'static str,
        /// Content that is read there.
        expected: &'static str,
        /// Remedy for a file of that kind.
        remedy: &'static str,
    },
    /// A header that names nothing.
    #[error("found a header without a name; expected >NAME")]
    NoName,
    /// A name that was there before.
    #[error("found a second record with this name, the first on line {first}; expected each name once")]
    Duplicate {
        /// The line of the first header with that name.
        first: u64,
    },
    /// A header and no base below it.
    #[error("found no base below the header; expected a sequence")]
    NoBases,
    /// Nothing but N.
    #[error("found only unknown bases (N), {bases} of them; expected A, C, G and T")]
    OnlyUnknown {
        /// Number of unknown bases.
        bases: u64,
    },
    /// A letter that proteins have and DNA has not.
    #[error("found the letter {letter}, an amino acid; expected DNA: A, C, G, T, N, or another IUPAC code for bases")]
    Protein {
        /// The letter as it stands.
        letter: char,
    },
    /// Letters that DNA may have, more of them than any has.
    #[error("found {ambiguous} letters other than A, C, G, T and N among {bases}, as in a protein; expected DNA")]
    MostlyAmbiguous {
        /// Letters that stand for several bases.
        ambiguous: u64,
        /// All letters.
        bases: u64,
    },
    /// A gap of an alignment.
    #[error("found {letter:?}, an alignment gap; expected bases without gaps")]
    Gap {
        /// The character.
        letter: char,
    },
    /// Anything else.
    #[error("found {found}; expected a letter of DNA")]
    Letter {
        /// The character, quoted, or the byte.
        found: String,
    },
    /// More than memory is set aside for.
    #[error("found more than {limit} bases; expected at most that")]
    TooLarge {
        /// The limit.
        limit: u64,
    },
    /// Entries that take more memory than their text allows.
    #[error("found {}; expected {}", budget::FOUND, budget::EXPECTED)]
    Memory,
    /// The system refuses.
    #[error("found that it cannot be read: {0}; expected a readable file")]
    Io(String),
    /// A compressed file of which no part can be read by itself.
    #[error("found gzip compression in one stream, which cannot be read in parts; expected bgzip compression")]
    NotBlocked,
    /// The blocks of a compressed file contradict each other.
    #[error("found damaged bgzip data: {0}; expected a complete file")]
    Blocks(String),
    /// A 2bit file whose parts contradict each other.
    #[error("found a damaged 2bit file: {0}; expected a complete one")]
    TwoBit(String),
    /// Lines of several lengths, among which a base cannot be found by counting.
    #[error("found a line of a different length than those above it; expected lines of equal length in a record")]
    UnevenLines,
    /// An index that is none.
    #[error("found {found}; expected {expected}")]
    IndexFormat {
        /// Content of the file.
        found: String,
        /// Content that such an index has.
        expected: &'static str,
    },
    /// An index that contradicts its file.
    #[error("found {found}; expected the index of {genome}")]
    IndexOfAnother {
        /// Where they differ.
        found: String,
        /// The file that it lies beside.
        genome: String,
    },
    /// An index made before its file was.
    #[error("found an index older than {genome}; expected one made after it")]
    IndexOlder {
        /// The file that it lies beside.
        genome: String,
    },
    /// A place that cannot be read as one.
    #[error("found {found}; expected {expected}")]
    Region {
        /// As it stands.
        found: String,
        /// Notation of places there.
        expected: &'static str,
    },
    /// A name that no sequence has.
    #[error("found no sequence {name} in {genome}; expected one of {has}")]
    NoSequence {
        /// The name.
        name: String,
        /// The genome's file.
        genome: String,
        /// Some names that there are.
        has: String,
    },
    /// Two names for a sequence, neither of them closer.
    #[error("found {} and {}, which both match {sequence} of {genome}; expected one of them", .found[0], .found[1])]
    SameSequence {
        /// The names.
        found: [String; 2],
        /// The sequence.
        sequence: String,
        /// The genome's file.
        genome: String,
    },
    /// A place beyond a sequence.
    #[error(
        "found {found}, beyond the end of {sequence} in {genome}, which has {length} bp; expected a position \
        within it"
    )]
    BeyondSequence {
        /// The place.
        found: String,
        /// The sequence.
        sequence: String,
        /// The genome's file.
        genome: String,
        /// The sequence's length.
        length: u64,
    },
}

impl SequenceProblem {
    /// That of a sequence of so many bases, none of which is known.
    pub(super) fn without_base(bases: u64) -> Self {
        match bases {
            0 => Self::NoBases,
            bases => Self::OnlyUnknown { bases },
        }
    }

    /// Stable code of the problem, in kebab case.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::GzipTruncated => "gzip-truncated",
            Self::GzipCorrupt => "gzip-corrupt",
            Self::Format { .. } | Self::Text { .. } => "format",
            Self::NoName => "no-name",
            Self::Duplicate { .. } => "duplicate-record",
            Self::NoBases => "no-bases",
            Self::OnlyUnknown { .. } => "only-unknown",
            Self::Protein { .. } | Self::MostlyAmbiguous { .. } => "protein",
            Self::Gap { .. } => "gap",
            Self::Letter { .. } => "letter",
            Self::TooLarge { .. } | Self::Memory => "too-large",
            Self::Io(_) => "io",
            Self::NotBlocked => "not-blocked",
            Self::Blocks(_) => "blocks-damaged",
            Self::TwoBit(_) => "2bit-damaged",
            Self::UnevenLines => "uneven-lines",
            Self::IndexFormat { .. } => "index-format",
            Self::IndexOfAnother { .. } => "index-of-another",
            Self::IndexOlder { .. } => "index-older",
            Self::Region { .. } => "region",
            Self::NoSequence { .. } => "no-sequence",
            Self::SameSequence { .. } => "same-sequence",
            Self::BeyondSequence { .. } => "beyond-sequence",
        }
    }

    /// Remedy for the user, in one or two sentences.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Empty => "Choose the file with the sequence; this one may be a failed download.",
            Self::GzipTruncated => "Download or copy the file again; its end is missing.",
            Self::GzipCorrupt => "Download or copy the file again; check it with `gzip -t`.",
            Self::Format { remedy, .. } | Self::Text { remedy, .. } => remedy,
            Self::NoName => "Name the record after the `>`.",
            Self::Duplicate { .. } => "Rename one of the records, or remove it.",
            Self::NoBases => {
                "Put its sequence below the header, use an assembly that has the sequence, or request others."
            }
            Self::OnlyUnknown { .. } => "Use an assembly that has the sequence, or request others.",
            Self::Protein { .. } | Self::MostlyAmbiguous { .. } => {
                "Give the DNA of the locus, with its surroundings, instead of the protein."
            }
            Self::Gap { .. } => "Remove the gaps, or replace them with N where bases are unknown.",
            Self::Letter { .. } => {
                "Remove everything but sequence; a header begins with `>`, and numbers are not allowed between \
                    bases."
            }
            Self::Memory => budget::REMEDY,
            Self::TooLarge { .. } => "Extract the regions of interest: samtools faidx GENOME.fa chr1:1-200000.",
            Self::Io(_) => "Check the disk and the permissions of the file.",
            Self::NotBlocked => {
                "Compress it with bgzip: gunzip -c GENOME.fa.gz | bgzip > GENOME.bgz.fa.gz && samtools faidx \
                    GENOME.bgz.fa.gz; or decompress it, or give a 2bit file."
            }
            Self::Blocks(_) | Self::TwoBit(_) => "Download or copy the file again.",
            Self::UnevenLines => {
                "Put each record on one line: awk '/^>/ {if (NR > 1) print s; print; s = \"\"; next} {s = s $0} END \
                    {print s}' GENOME.fa > EVEN.fa; or make a 2bit file: faToTwoBit GENOME.fa GENOME.2bit."
            }
            Self::IndexFormat { .. } | Self::IndexOfAnother { .. } => {
                "Make it again with samtools faidx GENOME.fa, or remove it."
            }
            Self::IndexOlder { .. } => {
                "Make it again with samtools faidx GENOME.fa; if only copying changed the times, touch the index."
            }
            Self::Region { .. } => "Correct or remove the region.",
            Self::NoSequence { .. } => {
                "Use regions of the same assembly. A missing or extra `chr` makes no difference; rename other \
                    sequences with --rename OTHER=NAME."
            }
            Self::SameSequence { .. } => SAME_SEQUENCE,
            Self::BeyondSequence { .. } => "Use regions of the same assembly, within its sequences.",
        }
    }
}

/// The fault that keeps a file from being read as text.
impl From<Problem> for SequenceProblem {
    fn from(problem: Problem) -> Self {
        let format = |found, remedy| Self::Format { found, remedy };
        match problem {
            Problem::GzipTruncated => Self::GzipTruncated,
            Problem::Io(reason) => Self::Io(reason),
            Problem::Memory => Self::Memory,
            Problem::Binary { kind, .. } => {
                format(kind, "Give the sequence as FASTA; only gzip compression is supported.")
            }
            Problem::NotUtf8 { found } => format(found, "Save the text as UTF-8."),
            _ => Self::GzipCorrupt,
        }
    }
}
