//! Errors in sequence files, with location and remedy.

use crate::input::Problem;
use crate::input::budget;

/// Remedy if two names match a sequence equally well.
pub(crate) const SAME_SEQUENCE: &str = "Say which of them it is with --rename OTHER=NAME; the other is then left out.";

/// Error in a sequence file, with location and remedy.
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
    /// The file's name as given by the caller.
    pub file: String,
    /// The record's name, if the problem has one.
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

    /// The problem of a record without known bases.
    pub(crate) fn without_base(file: &str, record: &str, bases: u64) -> Self {
        Self {
            record: Some(record.to_owned()),
            ..Self::file(file, SequenceProblem::without_base(bases))
        }
    }

    /// A problem of a line, within a record if one has begun.
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

/// Problem of a sequence file: found and expected content.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SequenceProblem {
    /// No bytes, or only blank lines.
    #[error("found an empty file; expected DNA as FASTA")]
    Empty,
    /// Truncated compressed data.
    #[error("found gzip data that end early; expected the whole compressed file")]
    GzipTruncated,
    /// Corrupt compressed data.
    #[error("found damaged gzip data; expected a file whose checksum holds")]
    GzipCorrupt,
    /// Another format.
    #[error("found {found}; expected DNA as FASTA, plain or gzipped")]
    Format {
        /// Apparent kind of the file.
        found: &'static str,
        /// Remedy for a file of that kind.
        remedy: &'static str,
    },
    /// Unexpected text.
    #[error("found {found}; expected {expected}")]
    Text {
        /// Apparent kind of the file.
        found: &'static str,
        /// Expected content.
        expected: &'static str,
        /// Remedy for a file of that kind.
        remedy: &'static str,
    },
    /// A header without a name.
    #[error("found a header without a name; expected >NAME")]
    NoName,
    /// A repeated name.
    #[error("found a second record of this name, the first on line {first}; expected each name once")]
    Duplicate {
        /// The line of the first header with that name.
        first: u64,
    },
    /// A record without bases.
    #[error("found no base below the header; expected a sequence")]
    NoBases,
    /// Unknown bases only.
    #[error("found only unknown bases (N), {bases} of them; expected A, C, G and T")]
    OnlyUnknown {
        /// Number of unknown bases.
        bases: u64,
    },
    /// A letter of proteins, not of DNA.
    #[error(
        "found the letter {letter}, an amino acid; expected DNA: A, C, G, T, N, or another letter of IUPAC's for bases"
    )]
    Protein {
        /// The letter.
        letter: char,
    },
    /// More ambiguous letters than DNA has.
    #[error("found {ambiguous} letters other than A, C, G, T and N among {bases}, as a protein has; expected DNA")]
    MostlyAmbiguous {
        /// Number of ambiguous letters.
        ambiguous: u64,
        /// Number of letters.
        bases: u64,
    },
    /// A gap of an alignment.
    #[error("found {letter:?}, a gap of an alignment; expected bases without gaps")]
    Gap {
        /// The character.
        letter: char,
    },
    /// Any other character.
    #[error("found {found}; expected a letter of DNA")]
    Letter {
        /// The character, quoted, or the byte.
        found: String,
    },
    /// Larger than the memory limit.
    #[error("found more than {limit} bases; expected at most that")]
    TooLarge {
        /// The limit.
        limit: u64,
    },
    /// Entries that exceed the memory limit.
    #[error("found {}; expected {}", budget::FOUND, budget::EXPECTED)]
    Memory,
    /// An error of the operating system.
    #[error("found that it cannot be read: {0}; expected a readable file")]
    Io(String),
    /// A compressed file without random access.
    #[error("found gzip in one stream, of which no part can be read by itself; expected the blocks of bgzip")]
    NotBlocked,
    /// Inconsistent blocks of a compressed file.
    #[error("found damaged bgzip data: {0}; expected a whole file")]
    Blocks(String),
    /// An inconsistent 2bit file.
    #[error("found a damaged 2bit file: {0}; expected a whole one")]
    TwoBit(String),
    /// Lines of several lengths, which prevent finding a base by counting.
    #[error("found a line of another length than those above it; expected lines of one length in a record")]
    UnevenLines,
    /// An invalid index.
    #[error("found {found}; expected {expected}")]
    IndexFormat {
        /// Content of the file.
        found: String,
        /// Expected content of such an index.
        expected: &'static str,
    },
    /// An index that does not match its file.
    #[error("found {found}; expected the index of {genome}")]
    IndexOfAnother {
        /// The difference.
        found: String,
        /// The file that it is beside.
        genome: String,
    },
    /// An index older than its file.
    #[error("found an index older than {genome}; expected one that was made after it")]
    IndexOlder {
        /// The file that it is beside.
        genome: String,
    },
    /// An invalid region.
    #[error("found {found}; expected {expected}")]
    Region {
        /// Its text.
        found: String,
        /// Expected notation of regions.
        expected: &'static str,
    },
    /// An unknown name of a sequence.
    #[error("found no sequence {name} in {genome}; expected one of {has}")]
    NoSequence {
        /// The name.
        name: String,
        /// The genome's file.
        genome: String,
        /// Some of the known names.
        has: String,
    },
    /// Two names that match a sequence equally well.
    #[error("found {} and {}, which both mean {sequence} of {genome}; expected one name for it", .found[0], .found[1])]
    SameSequence {
        /// The names.
        found: [String; 2],
        /// The sequence.
        sequence: String,
        /// The genome's file.
        genome: String,
    },
    /// A region beyond the end of a sequence.
    #[error("found {found}, beyond the end of {sequence} of {genome}, which has {length} bp; expected a place in it")]
    BeyondSequence {
        /// The region.
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
    /// The problem of a sequence of `bases` bases, all unknown.
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
            Self::GzipCorrupt => "Download or copy the file again; `gzip -t` tells whether it is whole.",
            Self::Format { remedy, .. } | Self::Text { remedy, .. } => remedy,
            Self::NoName => "Give the record a name behind the `>`.",
            Self::Duplicate { .. } => "Rename one of the records, or remove it.",
            Self::NoBases => {
                "Put its sequence below the header, take the sequence of an assembly that has it, or ask for others."
            }
            Self::OnlyUnknown { .. } => "Take the sequence of an assembly that has it, or ask for others.",
            Self::Protein { .. } | Self::MostlyAmbiguous { .. } => {
                "Give the DNA of the locus, with its surroundings, instead of the protein."
            }
            Self::Gap { .. } => "Remove the gaps, or put N where bases are not known.",
            Self::Letter { .. } => {
                "Remove everything but sequence; a header begins with `>`, and numbers do not belong between bases."
            }
            Self::Memory => budget::REMEDY,
            Self::TooLarge { .. } => "Cut out the regions of interest: samtools faidx GENOME.fa chr1:1-200000.",
            Self::Io(_) => "Check the disk, and who may read the file.",
            Self::NotBlocked => {
                "Pack it anew: gunzip -c GENOME.fa.gz | bgzip > GENOME.bgz.fa.gz && samtools faidx GENOME.bgz.fa.gz; \
                    or unpack it, or give a 2bit file."
            }
            Self::Blocks(_) | Self::TwoBit(_) => "Download or copy the file again.",
            Self::UnevenLines => {
                "Put each record in one line: awk '/^>/ {if (NR > 1) print s; print; s = \"\"; next} {s = s $0} END \
                    {print s}' GENOME.fa > EVEN.fa; or make a 2bit file, faToTwoBit GENOME.fa GENOME.2bit."
            }
            Self::IndexFormat { .. } | Self::IndexOfAnother { .. } => {
                "Make it anew, samtools faidx GENOME.fa; or remove it."
            }
            Self::IndexOlder { .. } => {
                "Make it anew, samtools faidx GENOME.fa; if only a copy changed the times, touch the index."
            }
            Self::Region { .. } => "Correct the place, or remove it.",
            Self::NoSequence { .. } => {
                "Take places of the same assembly; `chr` before a name makes no difference, and --rename OTHER=NAME says \
                    what else a sequence is called."
            }
            Self::SameSequence { .. } => SAME_SEQUENCE,
            Self::BeyondSequence { .. } => "Take places of the same assembly, within its sequences.",
        }
    }
}

/// Errors of decompression and decoding.
impl From<Problem> for SequenceProblem {
    fn from(problem: Problem) -> Self {
        let format = |found, remedy| Self::Format { found, remedy };
        match problem {
            Problem::GzipTruncated => Self::GzipTruncated,
            Problem::Io(reason) => Self::Io(reason),
            Problem::Memory => Self::Memory,
            Problem::Binary { kind, .. } => format(
                kind,
                "Give the sequence as FASTA; gzip is the only packing that is read.",
            ),
            Problem::NotUtf8 { found } => format(found, "Save the text as UTF-8."),
            _ => Self::GzipCorrupt,
        }
    }
}
