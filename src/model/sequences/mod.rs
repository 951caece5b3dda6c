//! Common interface of sequence models.
//!
//! ```text
//! bases ─► tower ─► dilated ─► head ─► tracks         [bins, C] between them, a row for each bin
//! ```
//!
//! A model computes its parts and defines their receptive fields. The engine decides which parts run, over which bins:
//! tiles, stretches shared by several engines, edited bases, strands, variants.

mod pass;
mod reach;

pub(crate) use pass::at_once;
pub use pass::{Pass, ProgressHook, StepHook};
pub use reach::{Reach, Tile};

use std::ops::Range;

use burn::tensor::Tensor;
use serde::Serialize;

#[cfg(all(feature = "flex", not(target_arch = "wasm32")))]
pub use crate::kernel::incremental::Layer as CachedLayer;
use crate::weights::Weights;

/// A sequence model on its device. Without `Debug`, like [`TableModel`](super::tables::TableModel).
pub trait SequenceModel: Send + Sync {
    /// Its sizes.
    fn shape(&self) -> TrackShape;

    /// Receptive fields.
    fn reach(&self) -> &Reach;

    /// Values per bin in the largest activation of the [`tower`](Self::tower), its bases included.
    fn tower_size(&self) -> usize;

    /// Multiply-adds per bin without the context stage: a measure of the time of a short sequence.
    fn work(&self) -> u64;

    /// Returns true if the weights are on their device, which predictions need.
    fn is_placed(&self) -> bool;

    /// Moves the weights to their device, unless they are there. If the file could not be read, the model stays without
    /// weights.
    fn place(&self, weights: &mut dyn Weights);

    /// The blocks over bases, [N, bins, C], for the codes of `examples` sequences of the same length, a whole number of
    /// bins; see [`codes`](crate::kernel::block::codes). Both ends are padded with zeros.
    fn tower(&self, codes: &[u8], examples: usize) -> Tensor<3>;

    /// The dilated blocks, if there are any: [N, bins, C] -> H [N, bins, C + D]. The tower's channels come first in H,
    /// so that an edited base recomputes no others. `between` is called after each block.
    ///
    /// # Errors
    /// Errors of `between`.
    fn dilated<'a>(&'a self, x: Tensor<3>, between: &'a mut dyn StepHook) -> Pass<'a, Tensor<3>>;

    /// The context stage and all later layers, starting after the layers that `rest` counts as done. `h` is H [N, bins,
    /// C], the input of the next one, with all bins of the model or, in the self-test, a few. `between` is called after
    /// each context and each block.
    ///
    /// # Errors
    /// Errors of `between`.
    fn head<'a>(&'a self, h: Tensor<3>, rest: Rest, between: &'a mut dyn StepHook) -> Pass<'a, Output>;

    /// Some `rows` of one layer of the context stage on the CPU, [N, rows, channels], and if requested the attention
    /// [N, rows, bins] of each head. `h` is H [N, bins, C], the input of the layer or of the dilated blocks.
    fn context_rows(
        &self,
        layer: usize,
        h: Tensor<3>,
        rows: Range<usize>,
        attention: bool,
    ) -> (Tensor<3>, Vec<Tensor<3>>);

    /// Tracks before the link, [N, bins, tracks], for any bins of the context stage's output: later layers are per bin.
    ///
    /// # Errors
    /// Errors of `between`.
    fn tracks<'a>(&'a self, stage: Tensor<3>, between: &'a mut dyn StepHook) -> Pass<'a, Tensor<3>>;

    /// Coverage from the output of [`head`](Self::head).
    fn link(&self, before: f32) -> f32;

    /// Number of calls of `between` in [`dilated`](Self::dilated) and [`head`](Self::head).
    fn steps(&self) -> usize;

    /// True if a bin's prediction depends only on its own row of H.
    fn is_local(&self) -> bool;

    /// The position function of each head of each layer, at t − i = −(bins − 1) … bins − 1; empty if there are none.
    fn position_functions(&self) -> Vec<Vec<Vec<f32>>> {
        Vec::new()
    }

    /// E [bins, bins] of each exponential; empty if there are none.
    fn mixing(&self) -> Vec<Vec<f32>> {
        Vec::new()
    }

    /// The model's weights for gradients.
    #[cfg(feature = "attribution")]
    fn gradients(&self) -> Box<dyn Gradients>;
}

/// Analytical gradients of a model's tracks with respect to its sequence, on the CPU.
#[cfg(feature = "attribution")]
pub trait Gradients: Send + Sync {
    /// The sum over one sequence's prediction, without its gradient. `x` [L, 4] are the channels of its bases, with any
    /// values. `between` is called after each block and head.
    ///
    /// # Errors
    /// Errors of `between`.
    ///
    /// # Panics
    /// If bases, bins or tracks are out of bounds.
    fn sum<'a>(&'a self, x: Vec<f32>, summed: &'a Summed, between: &'a mut dyn StepHook) -> Pass<'a, f64>;

    /// The sum with its gradient.
    ///
    /// # Errors
    /// Errors of `between`.
    ///
    /// # Panics
    /// As [`sum`](Self::sum).
    fn input_gradient<'a>(
        &'a self,
        x: Vec<f32>,
        summed: &'a Summed,
        between: &'a mut dyn StepHook,
    ) -> Pass<'a, InputGradient>;
}

/// Sizes of a sequence model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TrackShape {
    /// Input length in bases.
    pub length: usize,
    /// Bases per bin.
    pub bin: usize,
    /// Bins before cropping.
    pub bins: usize,
    /// Bins cropped at each end.
    pub crop: usize,
    /// Predicted bins, after cropping.
    pub cropped: usize,
    /// Number of tracks.
    pub tracks: usize,
    /// Number of attention layers, or 0.
    pub layers: usize,
    /// Heads per attention layer.
    pub heads: usize,
    /// Number of layers in which each bin reads all bins: attention layers, or 1 for exponentials; 0 if there are none,
    /// as with dilated blocks.
    #[serde(rename = "contextLayers")]
    pub context_layers: usize,
}

/// Bounds on the memory of a model's weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// Bytes of the largest buffer: a block with larger weights is split along its filters.
    pub buffer: u64,
    /// True if the model only predicts whole windows: filters are then held in one form.
    pub windows: bool,
}

/// The layers after the trunk to run, and their outputs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rest {
    /// Layers of the context stage that are done.
    pub layers: usize,
    /// Bins that are cropped at each end.
    pub crop: usize,
    /// True if attention is requested.
    pub attention: bool,
    /// True to cache the first attention layer over one sequence, which is possible on the CPU outside a page.
    pub keep: bool,
}

/// Output of a model for N sequences.
#[derive(Debug, Clone)]
pub struct Output {
    /// Tracks before the link [N, cropped bins, tracks].
    pub before_link: Tensor<3>,
    /// Attention [N, bins, bins] of each head, layer by layer, one row per query bin; if requested, and without a
    /// cached layer.
    pub attention: Vec<Vec<Tensor<3>>>,
    /// The first attention layer, if cached, and its attention [heads, bins, bins], empty if not requested.
    #[cfg(all(feature = "flex", not(target_arch = "wasm32")))]
    pub kept: Option<(CachedLayer, Vec<f32>)>,
}

/// The part of a prediction that is summed.
#[cfg(feature = "attribution")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summed {
    /// The track, counted from 0.
    pub track: usize,
    /// Its predicted bins, counted from 0.
    pub bins: Range<usize>,
}

/// A sum over bins of a track, and its gradient.
#[cfg(feature = "attribution")]
#[derive(Debug, Clone, PartialEq)]
pub struct InputGradient {
    /// The sum.
    pub sum: f64,
    /// ∂ sum / ∂ channel of each base, [L, 4].
    pub gradient: Vec<f32>,
}
