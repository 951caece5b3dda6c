//! Sequences of which any bases can be asked for: all in memory, or read as they are asked for.

use std::borrow::Cow;
use std::io::{Read, Seek};
use std::ops::Range;

use super::codes::UNKNOWN;
use super::error::{SequenceError, SequenceProblem};
use super::{Fasta, Genome};

/// Bases that are read at a time to find one that is known: most sequences have one in the first of these.
const PIECE: u64 = 1 << 20;

/// Sequences that are told apart by their number, in the file's order.
pub trait Bases {
    /// The file's name, for messages.
    fn file(&self) -> &str;

    /// The sequences' names.
    fn names(&self) -> Vec<&str>;

    /// Number of bases of a sequence.
    ///
    /// # Errors
    /// [`SequenceError`] where the file cannot be read.
    fn length(&mut self, sequence: usize) -> Result<u64, SequenceError>;

    /// The codes of a range of a sequence, counted from 0, the end not included.
    ///
    /// # Errors
    /// [`SequenceProblem::BeyondSequence`], and what else is wrong with the file there.
    fn codes(&mut self, sequence: usize, range: Range<u64>) -> Result<Cow<'_, [u8]>, SequenceError>;

    /// That a sequence has a base that is known, as one must of which something is asked.
    ///
    /// # Errors
    /// [`SequenceProblem::NoBases`] and [`SequenceProblem::OnlyUnknown`] with the record, and what is wrong with the
    /// file.
    fn check_known(&mut self, sequence: usize) -> Result<(), SequenceError> {
        let length = self.length(sequence)?;
        let mut start = 0;
        while start < length {
            let end = length.min(start + PIECE);
            if self.codes(sequence, start..end)?.iter().any(|&code| code < UNKNOWN) {
                return Ok(());
            }
            start = end;
        }
        let record = self.names()[sequence];
        Err(SequenceError::without_base(self.file(), record, length))
    }

    /// The codes within `reach` bases of a range, as far as there are some, and which the first of them is.
    ///
    /// # Errors
    /// As [`codes`](Self::codes).
    fn around(
        &mut self,
        sequence: usize,
        range: Range<u64>,
        reach: u64,
    ) -> Result<(u64, Cow<'_, [u8]>), SequenceError> {
        let first = range.start.saturating_sub(reach);
        let end = range.end.saturating_add(reach).min(self.length(sequence)?);
        Ok((first, self.codes(sequence, first..end.max(first))?))
    }
}

impl Bases for Fasta {
    fn file(&self) -> &str {
        &self.file
    }

    fn names(&self) -> Vec<&str> {
        self.records.iter().map(|record| record.name.as_str()).collect()
    }

    fn length(&mut self, sequence: usize) -> Result<u64, SequenceError> {
        Ok(self.records[sequence].codes.len() as u64)
    }

    fn codes(&mut self, sequence: usize, range: Range<u64>) -> Result<Cow<'_, [u8]>, SequenceError> {
        let record = &self.records[sequence];
        if let Some(codes) = record.codes.get(range.start as usize..range.end as usize) {
            Ok(Cow::Borrowed(codes))
        } else {
            let problem = SequenceProblem::BeyondSequence {
                found: format!("{}:{}-{}", record.name, range.start.saturating_add(1), range.end),
                sequence: record.name.clone(),
                genome: self.file.clone(),
                length: record.codes.len() as u64,
            };
            Err(SequenceError::file(&self.file, problem))
        }
    }
}

impl<R: Read + Seek> Bases for Genome<R> {
    fn file(&self) -> &str {
        self.file()
    }

    fn names(&self) -> Vec<&str> {
        self.sequences().iter().map(String::as_str).collect()
    }

    fn length(&mut self, sequence: usize) -> Result<u64, SequenceError> {
        self.length(sequence)
    }

    fn codes(&mut self, sequence: usize, range: Range<u64>) -> Result<Cow<'_, [u8]>, SequenceError> {
        self.codes(sequence, range).map(Cow::Owned)
    }
}
