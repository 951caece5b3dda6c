//! Makes the indexes of a FASTA that comes in pieces, for callers that cannot wait inside a call.

use super::GenomeFormat;
use super::blocks::Unpacker;
use super::fai::{self, Builder};
use crate::sequence::error::{SequenceError, SequenceProblem};

/// Takes a FASTA, plain or in bgzip's blocks, from its beginning to its end.
pub struct Indexer {
    file: String,
    /// Until the format is known, what has come.
    opening: Vec<u8>,
    blocks: Option<Unpacker>,
    known: bool,
    builder: Builder,
}

/// The content of a FASTA's indexes, as `samtools faidx` and `bgzip -r` write them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeIndexes {
    /// `.fai`.
    pub fai: String,
    /// `.gzi`, of one in blocks.
    pub gzi: Option<Vec<u8>>,
}

impl Indexer {
    /// Begins a file, of this name for messages.
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
    /// [`SequenceError`] where it is no FASTA of which parts can be read.
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
