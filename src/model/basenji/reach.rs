//! Which bins see which bases, so that a long sequence is computed piece by piece, and a changed base costs no more
//! than what it changes.

use std::ops::Range;

use super::Config;
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
    /// Computes the reach of a model's blocks.
    pub fn of(config: &Config) -> Self {
        let (mut blocks, mut dilated) = (Vec::new(), Vec::new());
        for sizes in config.blocks() {
            let shape = Block {
                dilation: sizes.dilation,
                pool: sizes.pool,
                rectify: true,
            };
            let (left, right) = (shape.left(sizes.width), shape.right(sizes.width));
            if sizes.dense {
                dilated.push((left, right));
            } else {
                blocks.push((left, right, sizes.pool));
            }
        }
        Self {
            blocks,
            dilated,
            bin: config.bin(),
        }
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

#[cfg(test)]
mod tests {
    use super::super::Context;
    use super::*;

    #[test]
    fn a_tile_in_the_middle_has_a_halo_and_one_at_an_end_has_none_there() {
        let config = Config::published(Context::None);
        let reach = Reach::of(&config);
        // 10 + 2·2 + 8·2 + 32·2 + 128·1 = 222 bases before and 265 behind, in whole bins.
        assert_eq!(
            reach.tile(100..110, config.length),
            Tile {
                bases: 98 * 128..113 * 128,
                keep: 2..12
            }
        );
        assert_eq!(reach.tile(0..1024, config.length).bases, 0..131_072);
        assert_eq!(reach.tile(0..4, config.length).keep, 0..4);
    }

    #[test]
    fn a_base_is_seen_by_the_bins_whose_tiles_hold_it() {
        for config in [
            Config::published(Context::Dilated),
            Config::tutorial(),
            Config::small(Context::None),
        ] {
            let reach = Reach::of(&config);
            for base in [0, 1, 5_000, 5_119, config.length - 1] {
                let seen = reach.seen(base..base + 1, config.length);
                for bin in 0..config.bins() {
                    let holds = reach.tile(bin..bin + 1, config.length).bases.contains(&base);
                    assert!(holds || !seen.contains(&bin), "base {base}, bin {bin}");
                }
                assert!(seen.contains(&(base / config.bin())));
            }
        }
    }

    #[test]
    fn dilated_blocks_see_126_bins_to_either_side() {
        let reach = Reach::of(&Config::published(Context::Dilated));
        assert_eq!(reach.seen_dilated(500..503, 1024), 374..629);
        assert_eq!(reach.needed_dilated(374..629, 1024), 248..755);
        assert_eq!(reach.seen_dilated(10..12, 1024), 0..138);
    }
}
