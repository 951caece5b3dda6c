//! Tiles of a sequence, which bound the memory of a pass before the context stage.

use std::ops::Range;

use burn::tensor::Tensor;

use crate::error::Error;
use crate::kernel;
use crate::model::sequences::{SequenceModel, StepHook, Tile};

/// A sequence model with the size of its tiles.
#[derive(Clone, Copy)]
pub struct Tiles<'a> {
    model: &'a dyn SequenceModel,
    /// Bytes of the largest activation of a tile, exceeded only if a single bin takes more.
    working: u64,
}

impl<'a> Tiles<'a> {
    /// Tiles of `model` whose largest activation has at most `working` bytes.
    pub fn new(model: &'a dyn SequenceModel, working: u64) -> Self {
        Self { model, working }
    }

    /// H [N, bins, C] from the codes of `examples` sequences of the same length, a whole number of bins; see
    /// [`codes`](crate::kernel::block::codes). `between` is called after each tile and each dilated block.
    ///
    /// # Errors
    /// Errors of `between`.
    ///
    /// # Panics
    /// If the number of bins is not whole.
    pub async fn trunk(&self, codes: &[u8], examples: usize, between: &mut dyn StepHook) -> Result<Tensor<3>, Error> {
        let bins = codes.len() / examples / self.model.shape().bin;
        let tower = self.tower(codes, examples, 0..bins, between).await?;
        self.model.dilated(tower, between).await
    }

    /// The blocks before the dilated ones, for `bins` of each sequence: [N, bins, C]. `between` is called after each
    /// tile.
    ///
    /// # Errors
    /// Errors of `between`.
    ///
    /// # Panics
    /// If the number of bins is not whole.
    pub async fn tower(
        &self,
        codes: &[u8],
        examples: usize,
        bins: Range<usize>,
        between: &mut dyn StepHook,
    ) -> Result<Tensor<3>, Error> {
        let length = codes.len() / examples;
        assert!(
            examples * length == codes.len() && length.is_multiple_of(self.model.shape().bin),
            "sequences of whole bins"
        );
        let step = self.step(examples, bins.len());
        let mut parts = Vec::with_capacity(bins.len().div_ceil(step));
        for first in bins.clone().step_by(step) {
            let tile = self.model.reach().tile(first..bins.end.min(first + step), length);
            let x = self.tile(codes, examples, &tile);
            // A GPU starts now, and its buffers serve the next tile.
            kernel::flush(&x.device());
            parts.push(x);
            between.ask().await?;
        }
        Ok(match parts.len() {
            1 => parts.swap_remove(0),
            _ => kernel::join_stretches(parts),
        })
    }

    fn tile(&self, codes: &[u8], examples: usize, tile: &Tile) -> Tensor<3> {
        let sequences = codes.chunks_exact(codes.len() / examples);
        let bases = sequences.flat_map(|sequence| &sequence[tile.bases.clone()]);
        let bases: Vec<u8> = bases.copied().collect();
        let x = self.model.tower(&bases, examples);
        if tile.keep == (0..x.dims()[1]) {
            return x;
        }
        kernel::stretch(x, tile.keep.clone())
    }

    /// The stretches of `bins` bins of a sequence that [`tower`](Self::tower) computes separately.
    pub fn stretches(&self, bins: usize) -> impl Iterator<Item = Range<usize>> + use<> {
        let step = self.step(1, bins);
        (0..bins).step_by(step).map(move |first| first..bins.min(first + step))
    }

    /// Number of bins per tile of `bins` bins. Several tiles are rounded up to a power of two, of about equal size, to
    /// balance the work of engines that share them.
    fn step(&self, examples: usize, bins: usize) -> usize {
        let tiles = bins.div_ceil(self.bins_at_once(examples)).max(1);
        bins.div_ceil(tiles.next_power_of_two()).max(1)
    }

    /// Largest number of bins in a tile.
    fn bins_at_once(&self, examples: usize) -> usize {
        let bytes = (4 * self.model.tower_size() as u64).saturating_mul(examples as u64);
        usize::try_from(self.working / bytes.max(1))
            .unwrap_or(usize::MAX)
            .clamp(1, self.model.shape().bins)
    }
}
