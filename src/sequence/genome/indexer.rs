//! Builds the indexes of a FASTA file that is pushed in chunks, for callers that cannot block.

use super::GenomeFormat;
use super::blocks::Unpacker;
use super::fai::{self, Builder};
use crate::sequence::error::{SequenceError, SequenceProblem};

/// Indexes a FASTA file, plain or in bgzip blocks.
pub struct Indexer {
    file: String,
    /// Bytes so far, until the format is known.
    opening: Vec<u8>,
    blocks: Option<Unpacker>,
    known: bool,
    builder: Builder,
}

/// Indexes of a FASTA file, as written by `samtools faidx` and `bgzip -r`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeIndexes {
    /// `.fai`.
    pub fai: String,
    /// `.gzi`, for a file in blocks.
    pub gzi: Option<Vec<u8>>,
}

impl Indexer {
    /// Starts a file; `file` is its name in messages.
    pub fn new(file: &str) -> Self {
        Self {
            file: file.to_owned(),
            opening: Vec::new(),
            blocks: None,
            known: false,
            builder: Builder::new(file),
        }
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// [`SequenceError`] if it is not a FASTA file with random access.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), SequenceError> {
        if self.known {
            return self.take(bytes);
        }
        self.opening.extend_from_slice(bytes);
        if self.opening.len() < super::OPENING {
            return Ok(());
        }
        self.begin()
    }

    /// The indexes.
    ///
    /// # Errors
    /// As [`push`](Self::push), and where the file ends early or is empty.
    pub fn finish(mut self) -> Result<MadeIndexes, SequenceError> {
        if !self.known {
            self.begin()?;
        }
        let gzi = self.blocks.map(Unpacker::finish).transpose()?;
        let fai = fai::write(&self.builder.finish()?);
        Ok(MadeIndexes { fai, gzi })
    }

    fn begin(&mut self) -> Result<(), SequenceError> {
        self.known = true;
        let opening = std::mem::take(&mut self.opening);
        match GenomeFormat::of(&opening) {
            GenomeFormat::Fasta => {}
            GenomeFormat::FastaBlocks => self.blocks = Some(Unpacker::new(&self.file)),
            GenomeFormat::FastaGzip => return Err(self.error(SequenceProblem::NotBlocked)),
            GenomeFormat::TwoBit => {
                let (found, remedy) = ("2bit, which needs no index", "Open it as it is.");
                return Err(self.error(SequenceProblem::Format { found, remedy }));
            }
        }
        self.take(&opening)
    }

    fn take(&mut self, bytes: &[u8]) -> Result<(), SequenceError> {
        match &mut self.blocks {
            Some(blocks) => blocks.push(bytes, &mut |text| self.builder.push(text)),
            None => self.builder.push(bytes),
        }
    }

    fn error(&self, problem: SequenceProblem) -> SequenceError {
        SequenceError::file(&self.file, problem)
    }
}
