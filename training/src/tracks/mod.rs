//! Sequences with measured tracks, as models of sequence are trained on them: a folder that `regulens prepare tracks`
//! writes.
//!
//! ```text
//! dataset.json    what the others hold: sequences, tracks, windows of each split     manifest
//! sequences.u8    a code a base, all sequences after each other
//! targets.f32     [bins of all sequences, tracks]                                     dataset   reads them,
//! mask.u8         a byte a bin: 1 excludes it from loss and scores, 0 counts it       writer    writes them
//! ```

pub mod dataset;
pub mod manifest;

/// Fault of a prepared folder, or of the files that one is to be made of.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {problem}")]
pub struct TracksError {
    /// Which file, or folder.
    pub file: String,
    /// The fault that was found, what was expected, and what to do.
    pub problem: String,
}
