//! A genome of which only the bases are read that are asked for.
//!
//! ```text
//! 2bit ──────────────────────────────► two_bit ─┐
//! FASTA ───────────► text ─┐                     ├─► Genome: names, lengths, codes of a range
//! FASTA in blocks ─► blocks ┴─► indexed (.fai) ─┘
//! ```
//!
//! The format is told by content. Files are read in pieces of 64 KiB, so that memory holds the names of sequences, the
//! codes that are asked for, and one piece.

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

/// Bytes at the start by which formats are recognised.
const OPENING: usize = 18;

/// Asked now and then whether to go on, with the bytes that were read and those there are. First may come those of a
/// packed file, then those of its text.
pub type Turn<'a> = &'a mut dyn FnMut(u64, u64) -> ControlFlow<()>;

/// Why a genome could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum GenomeError {
    /// The file, or an index of it, could not be used.
    #[error(transparent)]
    Sequence(#[from] SequenceError),
    /// The caller asked to stop.
    #[error("cancelled")]
    Cancelled,
}

/// The indexes that lie beside a genome: their names for messages, and their content.
#[derive(Debug, Clone, Copy, Default)]
pub struct Indexes<'a> {
    /// `.fai`, of FASTA.
    pub fai: Option<(&'a str, &'a [u8])>,
    /// `.gzi`, of FASTA in bgzip's blocks.
    pub gzi: Option<(&'a str, &'a [u8])>,
}

impl Indexes<'_> {
    /// The problem with an index, called `index`, that was made before the file `genome` was.
    pub fn older(index: &str, genome: &str) -> SequenceError {
        let genome = genome.to_owned();
        SequenceError::file(index, SequenceProblem::IndexOlder { genome })
    }
}

/// The formats of a genome of which parts can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GenomeFormat {
    /// UCSC's packing.
    TwoBit,
    /// FASTA, not packed.
    Fasta,
    /// FASTA in bgzip's blocks.
    FastaBlocks,
    /// FASTA in one stream of gzip: no part of it can be read by itself.
    FastaGzip,
}

impl GenomeFormat {
    /// Tells the format by the first 18 bytes; what is neither 2bit nor gzip counts as FASTA.
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

/// A genome, from a file of which parts are read.
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
    /// Opens a file; `file` is its name for messages. A FASTA without `.fai` is read once from end to end; of one in
    /// blocks without `.gzi` the blocks are visited. `turn` hears of that.
    ///
    /// # Errors
    /// [`GenomeError::Sequence`] where the content is none of the formats or contradicts itself, where an index is of
    /// another file, and where gzip is not blocked.
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

    /// Format in which it is kept.
    pub fn format(&self) -> GenomeFormat {
        match &self.content {
            Content::TwoBit(_) => GenomeFormat::TwoBit,
            Content::Indexed(indexed) => indexed.format(),
        }
    }

    /// Its name, as the caller gave it.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The names of its sequences, in the file's order.
    pub fn sequences(&self) -> &[String] {
        &self.sequences
    }

    /// The names by which other files call its sequences.
    pub fn matching(&self) -> &Names {
        &self.by_name
    }

    /// Lets other files call a sequence `other`. False where there is no sequence `name`.
    pub fn rename(&mut self, other: &str, name: &str) -> bool {
        self.by_name.rename(other, name)
    }

    /// The number of the sequence of this name, exactly, or else without regard to `chr`.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.by_name.find(name)
    }

    /// The bases of a sequence, by its number.
    ///
    /// # Errors
    /// [`SequenceError`] where a 2bit file is damaged.
    pub fn length(&mut self, sequence: usize) -> Result<u64, SequenceError> {
        match &mut self.content {
            Content::TwoBit(two_bit) => two_bit.length(sequence),
            Content::Indexed(indexed) => Ok(indexed.length(sequence)),
        }
    }

    /// The [codes](super::codes) of a range of a sequence, counted from 0, the end not included.
    ///
    /// # Errors
    /// [`SequenceProblem::BeyondSequence`], and what else is wrong with the file there.
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

    /// `length` codes from `start` on, with unknown bases where the sequence has none.
    ///
    /// # Errors
    /// As [`codes`](Self::codes), but for places beyond the sequence.
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
