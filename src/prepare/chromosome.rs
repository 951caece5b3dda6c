//! Chromosomes of signal files.

use serde::Serialize;

/// A chromosome of a signal file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Chromosome {
    /// Its name in the file.
    pub name: String,
    /// Length in base pairs, if the file has it.
    pub length: Option<u32>,
}
