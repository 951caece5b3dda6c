//! Common interface of models of sequences, of whichever family.
//!
//! ```text
//! bases ─► tower ─► dilated ─► head ─► tracks         [bins, C] between them, a row for each bin
//! ```
//!
//! A model says what each part computes and how far it sees. Which parts run, over which bins and for whom, is the
//! engine's: tiles, stretches that several engines share, changed bases, strands, variants.

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

/// A model of sequences on its device. It is not printed, as [`TableModel`](super::tables::TableModel).
pub trait SequenceModel: Send + Sync {
    /// Its sizes.
    fn shape(&self) -> TrackShape;

    /// Bins that see a base.
    fn reach(&self) -> &Reach;

    /// Numbers of one bin in the largest activation of the [`tower`](Self::tower), its bases included.
    fn tower_size(&self) -> usize;

    /// Products and sums a bin, the context stage aside: how long a device takes for a short sequence.
    fn work(&self) -> u64;

    /// Returns true if the weights are on their device. Nothing can be predicted before.
    fn is_placed(&self) -> bool;

    /// Takes the weights to their device, where they are not there. Those of a file that could not be read leave the
    /// model without weights.
    fn place(&self, weights: &mut dyn Weights);

    /// The blocks over bases, [N, bins, C], of the codes of `examples` sequences of the same length, whole bins each;
    /// see [`codes`](crate::kernel::block::codes). At either end are zeros, as if nothing came before or after.
    fn tower(&self, codes: &[u8], examples: usize) -> Tensor<3>;

    /// The dilated blocks, where there are any: [N, bins, C] -> H [N, bins, C + D]. The tower's channels stand first
    /// in H, so that a changed base recomputes no others. `between` is asked after each block whether to go on.
    ///
    /// # Errors
    /// Those of `between`.
    fn dilated<'a>(&'a self, x: Tensor<3>, between: &'a mut dyn StepHook) -> Pass<'a, Tensor<3>>;

    /// The context stage and all that follows it, after as many of its layers as `rest` says: `h` is H [N, bins, C] as
    /// the next one reads it, of all bins of the model or, for the known case of a device, of a few. `between` is asked
    /// after each context and each block whether to go on.
    ///
    /// # Errors
    /// Those of `between`.
    fn head<'a>(&'a self, h: Tensor<3>, rest: Rest, between: &'a mut dyn StepHook) -> Pass<'a, Output>;

    /// Some `rows` of one layer of the context stage on the CPU, [N, rows, channels], and their attention [N, rows,
    /// bins] of each head where it is asked for: `h` is H [N, bins, C] as the layer reads it, or as dilated blocks do.
    fn context_rows(
        &self,
        layer: usize,
        h: Tensor<3>,
        rows: Range<usize>,
        attention: bool,
    ) -> (Tensor<3>, Vec<Tensor<3>>);

    /// Tracks before the link, [N, bins, tracks], of any bins that came out of the context stage: all that follows goes
    /// bin by bin.
    ///
    /// # Errors
    /// Those of `between`.
    fn tracks<'a>(&'a self, stage: Tensor<3>, between: &'a mut dyn StepHook) -> Pass<'a, Tensor<3>>;

    /// Coverage of what [`head`](Self::head) gives.
    fn link(&self, before: f32) -> f32;

    /// Number of times that [`dilated`](Self::dilated) and [`head`](Self::head) ask whether to go on.
    fn steps(&self) -> usize;

    /// True if a bin's prediction depends only on its own row of H.
    fn is_local(&self) -> bool;

    /// The position function of each head of each layer at t − i = −(bins − 1) … bins − 1; empty where there are none.
    fn position_functions(&self) -> Vec<Vec<Vec<f32>>> {
        Vec::new()
    }

    /// E [bins, bins] of each exponential; empty where there are none.
    fn mixing(&self) -> Vec<Vec<f32>> {
        Vec::new()
    }

    /// The model's weights as gradients read them.
    #[cfg(feature = "attribution")]
    fn gradients(&self) -> Box<dyn Gradients>;
}

/// Gradients of a model's tracks with respect to its sequence, computed by hand, on the CPU.
#[cfg(feature = "attribution")]
pub trait Gradients: Send + Sync {
    /// The sum of one sequence's prediction, without its gradient. `x` [L, 4] are the channels of its bases, which may
    /// be any numbers. `between` is asked after each block and head whether to go on.
    ///
    /// # Errors
    /// Those of `between`.
    ///
    /// # Panics
    /// If there are not as many bases, bins or tracks.
    fn sum<'a>(&'a self, x: Vec<f32>, summed: &'a Summed, between: &'a mut dyn StepHook) -> Pass<'a, f64>;

    /// The same with its gradient.
    ///
    /// # Errors
    /// Those of `between`.
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

/// The sizes of a model of sequences.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TrackShape {
    /// Bases that it reads.
    pub length: usize,
    /// Bases a bin.
    pub bin: usize,
    /// Bins before cropping.
    pub bins: usize,
    /// Bins cropped at each end.
    pub crop: usize,
    /// Bins that are predicted.
    pub cropped: usize,
    /// Tracks.
    pub tracks: usize,
    /// Layers of attention; 0 where there is none.
    pub layers: usize,
    /// Heads of each.
    pub heads: usize,
    /// Layers that each read all bins of the one before: those of attention, or 1 of exponentials; 0 where bins do not
    /// look at each other, and after dilated blocks.
    #[serde(rename = "contextLayers")]
    pub context_layers: usize,
}

/// Bounds on the memory of a model's weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// Bytes of the largest buffer: a block with more weights computes its filters in several parts.
    pub buffer: u64,
    /// True if it predicts whole windows alone, forward: filters are then kept in one form.
    pub windows: bool,
}

/// The part of a model behind its trunk that is run, and what is wanted of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rest {
    /// Layers of the context stage that are done.
    pub layers: usize,
    /// Bins that are cropped at each end.
    pub crop: usize,
    /// True if attention is asked for.
    pub attention: bool,
    /// True if the first layer of attention over one sequence is to be kept, where it can be: on the CPU, outside a
    /// page.
    pub keep: bool,
}

/// Output of a model for N sequences.
#[derive(Debug, Clone)]
pub struct Output {
    /// Tracks before the link [N, cropped bins, tracks].
    pub before_link: Tensor<3>,
    /// Attention [N, bins, bins] of each head, layer by layer, a row for each query bin; only where it was asked
    /// for, and without a layer that is kept.
    pub attention: Vec<Vec<Tensor<3>>>,
    /// The first layer of attention where it is kept, and its attention [heads, bins, bins], empty where it was not
    /// asked for.
    #[cfg(all(feature = "flex", not(target_arch = "wasm32")))]
    pub kept: Option<(CachedLayer, Vec<f32>)>,
}

/// Which part of a prediction is summed.
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
    /// By how much it changes with each channel of each base, [L, 4].
    pub gradient: Vec<f32>,
}
