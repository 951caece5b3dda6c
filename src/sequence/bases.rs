//! Random access to the bases of sequences, in memory or read on request.

use std::borrow::Cow;
use std::io::{Read, Seek};
use std::ops::Range;

use super::codes::UNKNOWN;
use super::error::{SequenceError, SequenceProblem};
use super::{Fasta, Genome};

/// Bases read at a time when searching for a known one, which most sequences have among the first.
const PIECE: u64 = 1 << 20;

/// Sequences by index, in the file's order.
pub trait Bases {
    /// The file's name, for messages.
    fn file(&self) -> &str;

    /// The sequences' names.
    fn names(&self) -> Vec<&str>;

    /// Number of bases of a sequence.
    ///
    /// # Errors
    /// [`SequenceError`] if the file cannot be read.
    fn length(&mut self, sequence: usize) -> Result<u64, SequenceError>;

    /// The codes of a half-open range of a sequence, counted from 0.
    ///
    /// # Errors
    /// [`SequenceProblem::BeyondSequence`], and problems of the file.
    fn codes(&mut self, sequence: usize, range: Range<u64>) -> Result<Cow<'_, [u8]>, SequenceError>;

    /// Checks that a sequence has a known base.
    ///
    /// # Errors
    /// [`SequenceProblem::NoBases`] and [`SequenceProblem::OnlyUnknown`] with the record, and problems of the file.
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

    /// The codes of a range and of up to `reach` bases on either side, and the position of the first code.
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
