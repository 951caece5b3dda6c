//! Receptive fields of bins, for computing long sequences in tiles and edited bases with the least work.

use std::ops::Range;

use crate::kernel::block::Block;

/// A stretch of bins, and the wider stretch of bases from which they are computed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tile {
    /// The bases, a whole number of bins.
    pub bases: Range<usize>,
    /// The bins to keep, counted from the first of `bases`.
    pub keep: Range<usize>,
}

/// Receptive fields of the blocks over a sequence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// Padding to the left and right of each block's input, and its pool.
    blocks: Vec<(usize, usize, usize)>,
    /// Bins to either side in the receptive field of each dilated block.
    dilated: Vec<(usize, usize)>,
    bin: usize,
}

impl Reach {
    /// No blocks yet; a bin of the model has `bin` bases.
    pub fn new(bin: usize) -> Self {
        Self {
            blocks: Vec::new(),
            dilated: Vec::new(),
            bin,
        }
    }

    /// Adds a block over bases, with filters of this width.
    pub fn add(&mut self, shape: Block, width: usize) {
        self.blocks.push((shape.left(width), shape.right(width), shape.pool));
    }

    /// Adds a dilated block over the bins.
    pub fn add_dilated(&mut self, shape: Block, width: usize) {
        self.dilated.push((shape.left(width), shape.right(width)));
    }

    /// The tile to compute for `bins` of a sequence of `length` bases. At the ends of the sequence padding is the
    /// model's own, block by block; at other edges of the tile values are wrong, and bins that depend on them are not
    /// kept.
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

    /// The bins before the dilated blocks that depend on any of `bases`.
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

    /// The bins after the dilated blocks, of `all`, that depend on any of `bins`.
    pub fn seen_dilated(&self, bins: Range<usize>, all: usize) -> Range<usize> {
        let (left, right) = self.dilated_reach();
        bins.start.saturating_sub(right)..(bins.end + left).min(all)
    }

    /// The bins before the dilated blocks, of `all`, on which any of `bins` after them depend.
    pub fn needed_dilated(&self, bins: Range<usize>, all: usize) -> Range<usize> {
        let (left, right) = self.dilated_reach();
        bins.start.saturating_sub(left)..(bins.end + right).min(all)
    }

    fn dilated_reach(&self) -> (usize, usize) {
        let sum = |side: fn(&(usize, usize)) -> usize| self.dilated.iter().map(side).sum();
        (sum(|&(left, _)| left), sum(|&(_, right)| right))
    }
}
