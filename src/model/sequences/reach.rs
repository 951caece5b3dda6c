//! Which bins see which bases, so that a long sequence is computed piece by piece, and a changed base costs no more
//! than what it changes.

use std::ops::Range;

use crate::kernel::block::Block;

/// A stretch of bins to be computed from a somewhat wider one of bases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tile {
    /// The bases, whole bins of them.
    pub bases: Range<usize>,
    /// The bins to keep, counted from the first of `bases`.
    pub keep: Range<usize>,
}

/// The blocks over the sequence, as far as positions go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// Zeros to the left and to the right of each block's input, and its pool.
    blocks: Vec<(usize, usize, usize)>,
    /// Bins that each dilated block sees to either side.
    dilated: Vec<(usize, usize)>,
    bin: usize,
}

impl Reach {
    /// No blocks yet, of a model whose bins are of so many bases.
    pub fn new(bin: usize) -> Self {
        Self {
            blocks: Vec::new(),
            dilated: Vec::new(),
            bin,
        }
    }

    /// Adds a block over the bases, with filters of this width.
    pub fn add(&mut self, shape: Block, width: usize) {
        self.blocks.push((shape.left(width), shape.right(width), shape.pool));
    }

    /// Adds a dilated block over the bins.
    pub fn add_dilated(&mut self, shape: Block, width: usize) {
        self.dilated.push((shape.left(width), shape.right(width)));
    }

    /// Returns the tile to compute for `bins` of a sequence of `length` bases. At a true end of the sequence the zeros
    /// are the model's own, block by block; at any other, wrong values creep in from the edge, and the bins that they
    /// reach are not kept.
    pub fn tile(&self, bins: Range<usize>, length: usize) -> Tile {
        let mut bases = bins.clone();
        let mut positions = length / self.bin;
        for &(left, right, pool) in self.blocks.iter().rev() {
            positions *= pool;
            bases = (bases.start * pool).saturating_sub(left)..(bases.end * pool + right).min(positions);
        }
        let (first, last) = (bases.start / self.bin, bases.end.div_ceil(self.bin));
        Tile {
            bases: first * self.bin..last * self.bin,
            keep: bins.start - first..bins.end - first,
        }
    }

    /// The bins before the dilated blocks that see any of `bases`.
    pub fn seen(&self, bases: Range<usize>, length: usize) -> Range<usize> {
        let mut positions = length;
        let mut seen = bases;
        for &(left, right, pool) in &self.blocks {
            seen = seen.start.saturating_sub(right)..(seen.end + left).min(positions);
            positions /= pool;
            seen = seen.start / pool..seen.end.div_ceil(pool).min(positions);
        }
        seen
    }

    /// The bins after the dilated blocks that see any of `bins`, of `all`.
    pub fn seen_dilated(&self, bins: Range<usize>, all: usize) -> Range<usize> {
        let (left, right) = self.dilated_reach();
        bins.start.saturating_sub(right)..(bins.end + left).min(all)
    }

    /// The bins before the dilated blocks that are seen by any of `bins` after them, of `all`.
    pub fn needed_dilated(&self, bins: Range<usize>, all: usize) -> Range<usize> {
        let (left, right) = self.dilated_reach();
        bins.start.saturating_sub(left)..(bins.end + right).min(all)
    }

    fn dilated_reach(&self) -> (usize, usize) {
        let sum = |side: fn(&(usize, usize)) -> usize| self.dilated.iter().map(side).sum();
        (sum(|&(left, _)| left), sum(|&(_, right)| right))
    }
}
