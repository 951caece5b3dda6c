//! Chromosomes of signal files.

use serde::Serialize;

/// A chromosome of a signal file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Chromosome {
    /// As the file names it.
    pub name: String,
    /// Base pairs, where the file tells.
    pub length: Option<u32>,
}
