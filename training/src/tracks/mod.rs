//! Training data of sequence models: sequences with measured tracks, in a folder written by `regulens prepare tracks`.
//!
//! ```text
//! dataset.json    what the others hold: sequences, tracks, windows of each split     manifest
//! sequences.u8    a code a base, all sequences after each other
//! targets.f32     [bins of all sequences, tracks]                                     dataset   reads them,
//! mask.u8         a byte a bin: 1 excludes it from loss and scores, 0 counts it       writer    writes them
//! ```

pub mod dataset;
pub mod manifest;

/// Problem of a prepared folder, or of its source files.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {problem}")]
pub struct TracksError {
    /// The file or folder.
    pub file: String,
    /// Found content, expected content, and remedy.
    pub problem: String,
}
