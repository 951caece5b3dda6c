//! Random access to a file.

use std::io::{Read, Seek, SeekFrom};

use crate::sequence::error::{SequenceError, SequenceProblem};

/// A file and its size.
pub struct Source<R> {
    /// Its name, for messages.
    pub file: String,
    /// Size in bytes.
    pub size: u64,
    inner: R,
}

impl<R: Read + Seek> Source<R> {
    pub fn new(file: &str, mut inner: R) -> Result<Self, SequenceError> {
        let size = inner
            .seek(SeekFrom::End(0))
            .map_err(|error| SequenceError::file(file, SequenceProblem::Io(error.to_string())))?;
        Ok(Self {
            file: file.to_owned(),
            size,
            inner,
        })
    }

    /// Fills `buffer` with the bytes from `at` on.
    ///
    /// # Errors
    /// [`SequenceProblem::Io`], also if the file ends too early.
    pub fn read_at(&mut self, at: u64, buffer: &mut [u8]) -> Result<(), SequenceError> {
        let place = SeekFrom::Start(at);
        let read = self.inner.seek(place).and_then(|_| self.inner.read_exact(buffer));
        read.map_err(|error| self.error(SequenceProblem::Io(error.to_string())))
    }

    /// Up to `most` bytes from `at` on, fewer at the end of the file.
    pub fn up_to(&mut self, at: u64, most: usize) -> Result<Vec<u8>, SequenceError> {
        let mut bytes = vec![0; self.size.saturating_sub(at).min(most as u64) as usize];
        self.read_at(at, &mut bytes)?;
        Ok(bytes)
    }

    /// A problem of the file as a whole.
    pub fn error(&self, problem: SequenceProblem) -> SequenceError {
        SequenceError::file(&self.file, problem)
    }
}
