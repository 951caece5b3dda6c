//! Chromosomes of signal files.

/// A chromosome of a signal file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chromosome {
    /// As the file names it.
    pub name: String,
    /// Base pairs, where the file tells.
    pub length: Option<u32>,
}
