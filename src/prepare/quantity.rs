//! What the values of a bin are, and how they are made of those of its bases.

/// How the values of a bin's bases become the bin's. A base without a value has 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Summary {
    /// Their mean.
    #[default]
    Mean,
    /// Their sum.
    Sum,
    /// The largest.
    Max,
}

/// What the values of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// Reads that share a base with the bin.
    Counts,
    /// Signal of a bin's bases.
    Signal(Summary),
}

impl Quantity {
    /// In words.
    pub fn describe(self) -> &'static str {
        match self {
            Self::Counts => "counts of reads",
            Self::Signal(Summary::Mean) => "mean signal",
            Self::Signal(Summary::Sum) => "sum of signal",
            Self::Signal(Summary::Max) => "largest signal",
        }
    }
}
