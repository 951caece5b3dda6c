//! Blocks of a convolutional trunk over slices: convolution along a sequence, bias or batch norm, and max-pooling, tile
//! by tile.
//!
//! ```text
//! inference   a whole call, which stores values before pooling for one tile only
//! filters     windows against filters, directly or by minimal filtering              winograd    minimal filtering
//! kmer_tables the first block, on bases: sums of table rows, one row per 3-mer; and its backward pass
//! window      a tile's positions, padded and rectified
//! norm        batch norm, dropout and pooling of rows, forward and backward
//! training    a whole call in training, and its gradients            first    the same on bases
//! reversed    the gradient of the input alone, at prediction
//! ```

mod filters;
#[cfg(feature = "autodiff")]
pub mod first;
mod inference;
mod kmer_tables;
#[cfg(feature = "autodiff")]
mod norm;
#[cfg(feature = "attribution")]
mod reversed;
#[cfg(feature = "autodiff")]
pub mod training;
mod window;
mod winograd;

#[cfg(all(test, feature = "autodiff"))]
mod tests;

pub use filters::Filters;
pub use inference::{block, first_block, with_filters};
#[cfg(feature = "autodiff")]
pub use norm::Parameters;
#[cfg(feature = "attribution")]
pub use reversed::Reversed;

/// Approximate number of positions of one tile.
const TILE: usize = 96;

/// The sizes of one block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layer {
    /// N.
    pub examples: usize,
    /// L.
    pub positions: usize,
    /// C.
    pub channels: usize,
    /// F.
    pub filters: usize,
    /// K.
    pub width: usize,
    /// Distance between taps.
    pub dilation: usize,
    /// Width of max-pooling; the remainder is dropped.
    pub pool: usize,
    /// True if x goes through a ReLU first.
    pub rectify: bool,
}

impl Layer {
    /// Total zeros of "same" padding.
    fn padding(&self) -> usize {
        (self.width - 1) * self.dilation
    }

    /// Zeros on the left.
    fn left(&self) -> usize {
        self.padding() / 2
    }

    /// Positions of the result.
    pub fn pooled(&self) -> usize {
        self.positions / self.pool
    }

    /// The shape of the result.
    pub fn result(&self) -> [usize; 3] {
        [self.examples, self.pooled(), self.filters]
    }

    /// Pooled positions of one tile.
    fn tile(&self) -> usize {
        (TILE / self.pool).max(1)
    }
}
