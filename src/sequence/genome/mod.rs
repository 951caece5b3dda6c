//! Random access to the bases of a genome.
//!
//! ```text
//! 2bit ──────────────────────────────► two_bit ─┐
//! FASTA ───────────► text ─┐                     ├─► Genome: names, lengths, codes of a range
//! FASTA in blocks ─► blocks ┴─► indexed (.fai) ─┘
//! ```
//!
//! The format is recognised by content. Files are read in pieces of 64 KiB: memory holds the names of sequences, the
//! requested codes, and one piece.

mod blocks;
mod fai;
mod indexed;
mod indexer;
mod source;
mod two_bit;

use std::io::{Read, Seek};
use std::ops::{ControlFlow, Range};

pub use self::indexer::{Indexer, MadeIndexes};

use self::blocks::Blocks;
use self::indexed::{Indexed, Text};
use self::source::Source;
use self::two_bit::TwoBit;
use super::Names;
use super::codes::UNKNOWN;
use super::error::{SequenceError, SequenceProblem};

/// First bytes by which formats are recognised.
const OPENING: usize = 18;

/// Called occasionally with the numbers of bytes read and of all, and may cancel. For a compressed file, the numbers
/// may first be those of the file and then those of its text.
pub type Turn<'a> = &'a mut dyn FnMut(u64, u64) -> ControlFlow<()>;

/// The reason why a genome could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum GenomeError {
    /// An invalid file or index.
    #[error(transparent)]
    Sequence(#[from] SequenceError),
    /// Cancelled by the caller.
    #[error("cancelled")]
    Cancelled,
}

/// The indexes beside a genome: their names, for messages, and contents.
#[derive(Debug, Clone, Copy, Default)]
pub struct Indexes<'a> {
    /// `.fai`, for FASTA.
    pub fai: Option<(&'a str, &'a [u8])>,
    /// `.gzi`, for FASTA in bgzip blocks.
    pub gzi: Option<(&'a str, &'a [u8])>,
}

impl Indexes<'_> {
    /// The problem of an index, called `index`, that is older than the file `genome`.
    pub fn older(index: &str, genome: &str) -> SequenceError {
        let genome = genome.to_owned();
        SequenceError::file(index, SequenceProblem::IndexOlder { genome })
    }
}

/// Formats of genomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GenomeFormat {
    /// UCSC's compact format.
    TwoBit,
    /// Uncompressed FASTA.
    Fasta,
    /// FASTA in bgzip blocks.
    FastaBlocks,
    /// FASTA in one gzip stream, without random access.
    FastaGzip,
}

impl GenomeFormat {
    /// Recognises the format by the first 18 bytes; FASTA is assumed if it is neither 2bit nor gzip.
    pub fn of(opening: &[u8]) -> Self {
        if two_bit::is_two_bit(opening) {
            Self::TwoBit
        } else if blocks::is_blocked(opening) {
            Self::FastaBlocks
        } else if opening.starts_with(&[0x1f, 0x8b]) {
            Self::FastaGzip
        } else {
            Self::Fasta
        }
    }
}

/// A genome in a file.
pub struct Genome<R> {
    file: String,
    content: Content<R>,
    sequences: Vec<String>,
    by_name: Names,
}

enum Content<R> {
    TwoBit(TwoBit<R>),
    Indexed(Indexed<R>),
}

impl<R: Read + Seek> Genome<R> {
    /// Opens a file; `file` is its name in messages. A FASTA file without `.fai` is read once; without `.gzi`, the
    /// blocks of a compressed one are visited. `turn` is called meanwhile.
    ///
    /// # Errors
    /// [`GenomeError::Sequence`] for an unknown format or inconsistent content, an index of another file, or gzip
    /// without blocks.
    pub fn open(file: &str, source: R, indexes: Indexes<'_>, turn: Turn<'_>) -> Result<Self, GenomeError> {
        let mut source = Source::new(file, source)?;
        let opening = source.up_to(0, OPENING)?;
        let mut sequences = Vec::new();
        let content = match GenomeFormat::of(&opening) {
            GenomeFormat::TwoBit => {
                let (opened, names) = TwoBit::open(source)?;
                sequences = names;
                Content::TwoBit(opened)
            }
            GenomeFormat::FastaGzip => return Err(source.error(SequenceProblem::NotBlocked).into()),
            GenomeFormat::FastaBlocks => {
                let text = Text::Blocks(Blocks::open(source, indexes.gzi, turn)?);
                Content::Indexed(Indexed::open(text, indexes.fai, turn)?)
            }
            GenomeFormat::Fasta => Content::Indexed(Indexed::open(Text::Plain(source), indexes.fai, turn)?),
        };
        if let Content::Indexed(indexed) = &content {
            sequences = indexed.names().map(str::to_owned).collect();
        }
        Ok(Self {
            file: file.to_owned(),
            by_name: Names::new(sequences.iter().map(String::as_str)),
            content,
            sequences,
        })
    }

    /// Its format.
    pub fn format(&self) -> GenomeFormat {
        match &self.content {
            Content::TwoBit(_) => GenomeFormat::TwoBit,
            Content::Indexed(indexed) => indexed.format(),
        }
    }

    /// Its name, as given by the caller.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The names of its sequences, in the file's order.
    pub fn sequences(&self) -> &[String] {
        &self.sequences
    }

    /// Matches the names of its sequences in other files.
    pub fn matching(&self) -> &Names {
        &self.by_name
    }

    /// Adds `other` as a name of the sequence `name`. Returns false if there is no such sequence.
    pub fn rename(&mut self, other: &str, name: &str) -> bool {
        self.by_name.rename(other, name)
    }

    /// The index of the sequence of this name, matched exactly or else without `chr`.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.by_name.find(name)
    }

    /// Length of a sequence, by index.
    ///
    /// # Errors
    /// [`SequenceError`] if a 2bit file is damaged.
    pub fn length(&mut self, sequence: usize) -> Result<u64, SequenceError> {
        match &mut self.content {
            Content::TwoBit(two_bit) => two_bit.length(sequence),
            Content::Indexed(indexed) => Ok(indexed.length(sequence)),
        }
    }

    /// The [codes](super::codes) of a half-open range of a sequence, counted from 0.
    ///
    /// # Errors
    /// [`SequenceProblem::BeyondSequence`], and problems of the file.
    pub fn codes(&mut self, sequence: usize, range: Range<u64>) -> Result<Vec<u8>, SequenceError> {
        let length = self.length(sequence)?;
        let name = &self.sequences[sequence];
        if range.start > range.end || range.end > length {
            let problem = SequenceProblem::BeyondSequence {
                found: format!("{name}:{}-{}", range.start.saturating_add(1), range.end),
                sequence: name.clone(),
                genome: self.file.clone(),
                length,
            };
            return Err(SequenceError::file(&self.file, problem));
        }
        match &mut self.content {
            Content::TwoBit(two_bit) => two_bit.codes(sequence, range),
            Content::Indexed(indexed) => indexed.codes(sequence, range),
        }
    }

    /// `length` codes from `start` on, with unknown bases outside the sequence.
    ///
    /// # Errors
    /// As [`codes`](Self::codes), except for positions outside the sequence.
    pub fn window(&mut self, sequence: usize, start: i64, length: usize) -> Result<Vec<u8>, SequenceError> {
        let bases = self.length(sequence)? as i64;
        let range = start.clamp(0, bases)..start.saturating_add(length as i64).clamp(0, bases);
        let mut codes = vec![UNKNOWN; length];
        if !range.is_empty() {
            let there = self.codes(sequence, range.start as u64..range.end as u64)?;
            let at = (range.start - start) as usize;
            codes[at..at + there.len()].copy_from_slice(&there);
        }
        Ok(codes)
    }
}
