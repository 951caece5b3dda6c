//! Basenji and attention-Basenji: what does a stretch of DNA look like in each of thousands of experiments, and which
//! other stretches does each of its bins look at?
//!
//! Kelley et al., Genome Research 2018; Angus and Eyuboglu 2018: seven variants, which differ in how bins learn of
//! distant ones.
//!
//! ```text
//! block:   y = max over p of BN(conv(ReLU(x)))         zeros on either side, as TensorFlow pads; dense blocks give [x | y]
//! H      = blocks over the bases, [L, d]                not yet rectified; L bins of 128 bp
//! ```
//!
//! | | context stage |
//! |---|---|
//! | `basenji` | dilated dense blocks, within H |
//! | `standard` | none |
//! | `exp-constant`, `exp-variable` | [H \| E_1 H \| …], E_k of a decay α_k |
//! | `attention-none`, `-variable`, `-two-sided` | [H \| A_1 H \| …], A = softmax over t of S ⊙ f(t − i), S = tanh(H W + b) Hᵀ |
//!
//! ```text
//! y = W ReLU(block of width 1 of the stage) + c             for the bins that are not cropped
//! prediction = link(y)
//! ```
//!
//! Where the report and its code differ, this is the code, or by [`Equations::Paper`] the report.

#[cfg(feature = "autodiff")]
mod average;
mod context;
mod distance;
mod folded;
mod forward;
#[cfg(feature = "attribution")]
mod gradient;
#[cfg(all(feature = "flex", not(target_arch = "wasm32")))]
mod kept;
mod pass;
mod predicting;
mod reach;
#[cfg(feature = "autodiff")]
mod trainable;

#[cfg(feature = "attribution")]
pub use gradient::{Gradients, InputGradient, Summed};
#[cfg(feature = "autodiff")]
pub use trainable::{Learnt, Statistics, TrainableBasenji};

use std::ops::Range;
use std::sync::OnceLock;

use burn::tensor::{Device, Tensor};

use crate::error::Error;
use crate::kernel;
use crate::nn::NamedTensors;
use crate::weights::Weights;
pub use crate::weights::architecture::basenji::{Config, Context, Equations, FAMILY, Link, Position, variants};
use distance::{mixing, position};
use folded::Folded;
use forward::{Step, forward};
#[cfg(all(feature = "flex", not(target_arch = "wasm32")))]
pub use kept::Layer as KeptLayer;
pub(crate) use pass::at_once;
pub use pass::{Between, OnTheWay};
use predicting::Predicting;
pub use predicting::{Output, Rest};
use reach::{Reach, Tile};

/// A model of any variant, as it predicts.
#[derive(Debug, Clone)]
pub struct Basenji {
    config: Config,
    /// [Its own](context::taken_decays).
    decays: Vec<f64>,
    /// Once they are placed.
    layers: OnceLock<Layers>,
    reach: Reach,
    device: Device,
    room: Room,
}

/// Weights on their device.
#[derive(Debug, Clone)]
struct Layers {
    /// The blocks over the sequence, then the dilated ones.
    blocks: Vec<Folded>,
    /// The heads, or the exponentials, of each layer of the context stage.
    stage: Vec<Vec<context::Context>>,
    last: Folded,
    dense: Folded,
}

/// Bounds on the memory of a model as it predicts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// Bytes of the largest activation of a tile of a sequence.
    pub working: u64,
    /// Bytes of the largest buffer: a block with more weights computes its filters in several parts.
    pub buffer: u64,
    /// True if it predicts whole windows alone, forward: filters are then kept in one form.
    pub windows: bool,
}

impl Basenji {
    /// Takes the weights under their published names, each of which is freed once it is placed. No activation of a
    /// sequence gets larger than `room` has for them before the context stage, as long as one bin does not.
    ///
    /// # Panics
    /// If a tensor is missing or of another size; reading a weight file checks both.
    pub fn load(config: &Config, mut tensors: NamedTensors, room: Room, device: &Device) -> Self {
        let model = Self::unplaced(config, &mut tensors, room, device);
        model.place(&mut tensors);
        model
    }

    /// The same, of which [`place`](Self::place) takes the weights but for decays.
    pub fn unplaced(config: &Config, weights: &mut dyn Weights, room: Room, device: &Device) -> Self {
        Self {
            decays: context::taken_decays(config, weights),
            layers: OnceLock::new(),
            reach: Reach::of(config),
            config: config.clone(),
            device: device.clone(),
            room,
        }
    }

    /// Returns true if the weights are on their device. Nothing can be predicted before.
    pub fn is_placed(&self) -> bool {
        self.layers.get().is_some()
    }

    /// Takes the weights to their device, where they are not there. Those of a file that could not be read leave the
    /// model without weights.
    pub fn place(&self, weights: &mut dyn Weights) {
        if self.is_placed() {
            return;
        }
        let Self { config, device, .. } = self;
        let (epsilon, room) = (config.batch_norm_epsilon, self.room);
        let mut load = |sizes, first| Folded::load(weights, sizes, epsilon, first, room, device);
        let blocks = config.blocks();
        let blocks = blocks.iter().enumerate();
        let blocks = blocks.map(|(index, sizes)| load(sizes, index == 0)).collect();
        let last = load(&config.last_block(), false);
        let layers = Layers {
            blocks,
            last,
            stage: context::load(config, &self.decays, weights, device),
            dense: Folded::dense_layer(weights, &config.tracks_layer(), room, device),
        };
        if !weights.failed() {
            // Another thread may have placed the same ones meanwhile.
            let _ = self.layers.set(layers);
        }
    }

    fn layers(&self) -> &Layers {
        self.layers.get().expect("a model is placed before it predicts")
    }

    /// Its sizes and settings.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// H [N, bins, C] of the codes of `examples` sequences of the same length, whole bins each; see
    /// [`codes`](crate::kernel::block::codes). `between` is asked after each tile and each dilated block whether to go
    /// on.
    ///
    /// # Errors
    /// Those of `between`.
    ///
    /// # Panics
    /// If there are not whole bins.
    pub async fn trunk(&self, codes: &[u8], examples: usize, between: &mut dyn Between) -> Result<Tensor<3>, Error> {
        let bins = codes.len() / examples / self.config.bin();
        let tower = self.tower(codes, examples, 0..bins, between).await?;
        self.dilated(tower, between).await
    }

    /// The blocks before the dilated ones, for `bins` of each sequence: [N, bins, C]. `between` is asked after each
    /// tile.
    ///
    /// # Errors
    /// Those of `between`.
    ///
    /// # Panics
    /// If there are not whole bins.
    pub async fn tower(
        &self,
        codes: &[u8],
        examples: usize,
        bins: Range<usize>,
        between: &mut dyn Between,
    ) -> Result<Tensor<3>, Error> {
        let length = codes.len() / examples;
        assert!(
            examples * length == codes.len() && length.is_multiple_of(self.config.bin()),
            "sequences of whole bins"
        );
        let step = self.step(examples, bins.len());
        let mut parts = Vec::with_capacity(bins.len().div_ceil(step));
        for first in bins.clone().step_by(step) {
            let tile = self.reach.tile(first..bins.end.min(first + step), length);
            parts.push(self.tile(codes, examples, &tile));
            // A GPU computes it now, and what it takes serves the next one.
            kernel::flush(&self.device);
            between.ask().await?;
        }
        Ok(match parts.len() {
            1 => parts.swap_remove(0),
            _ => kernel::join_stretches(parts),
        })
    }

    fn tile(&self, codes: &[u8], examples: usize, tile: &Tile) -> Tensor<3> {
        let length = codes.len() / examples;
        let first = self.layers().blocks.first().expect("a block");
        let sequences = codes.chunks_exact(length);
        let bases = sequences.flat_map(|sequence| &sequence[tile.bases.clone()]);
        let bases: Vec<u8> = bases.copied().collect();
        let x = first.forward_codes(&bases, examples, &self.device);
        let steps = forward::tower(&self.config, 1);
        let x = at_once(self.run(&steps, x, &mut async || Ok(())));
        if tile.keep == (0..x.dims()[1]) {
            return x;
        }
        kernel::stretch(x, tile.keep.clone())
    }

    /// The stretches of `bins` bins of a sequence that [`tower`](Self::tower) computes by themselves.
    pub fn stretches(&self, bins: usize) -> impl Iterator<Item = Range<usize>> {
        let step = self.step(1, bins);
        (0..bins).step_by(step).map(move |first| first..bins.min(first + step))
    }

    /// Number of bins in each tile of `bins` bins. The number of tiles, where there are several, is rounded up to a
    /// power of two, and all are about as large, so that engines that share them have as much to do.
    fn step(&self, examples: usize, bins: usize) -> usize {
        let tiles = bins.div_ceil(self.bins_at_once(examples)).max(1);
        bins.div_ceil(tiles.next_power_of_two()).max(1)
    }

    /// Largest number of bins in a tile.
    fn bins_at_once(&self, examples: usize) -> usize {
        let mut positions = self.config.bin();
        // The codes themselves are one number a base.
        let mut largest = positions;
        for (filters, pool) in self.config.filters.iter().zip(&self.config.pools) {
            positions /= pool;
            largest = largest.max(positions.saturating_mul(*filters));
        }
        let bytes = (4 * largest as u64).saturating_mul(examples as u64);
        usize::try_from(self.room.working / bytes.max(1))
            .unwrap_or(usize::MAX)
            .clamp(1, self.config.bins())
    }

    /// The dilated blocks, where there are any: [N, bins, C] -> [N, bins, C + D F]. What comes in stands first in what
    /// comes out. `between` is asked after each of them whether to go on.
    ///
    /// # Errors
    /// Those of `between`.
    pub async fn dilated(&self, x: Tensor<3>, between: &mut dyn Between) -> Result<Tensor<3>, Error> {
        self.run(&forward::dilated(&self.config), x, between).await
    }

    /// The context stage and what follows it, after as many of its layers as `rest` says: `h` is H [N, bins, C] as the
    /// next one reads it, of all bins of the model or, for the known case of a device, of a few. `between` is asked
    /// after each head and each block whether to go on.
    ///
    /// # Errors
    /// Those of `between`.
    pub async fn head(&self, h: Tensor<3>, rest: &Rest, between: &mut dyn Between) -> Result<Output, Error> {
        let [_, bins, _] = h.dims();
        let mut run = Predicting {
            shown: Some(rest.crop..bins - rest.crop),
            maps: rest.attention,
            #[cfg(all(feature = "flex", not(target_arch = "wasm32")))]
            first: rest.keep.then(Default::default),
            ..Predicting::of(self)
        };
        let before_link = forward(
            &mut run,
            &self.config,
            &forward::head(&self.config, rest.layers),
            h,
            between,
        )
        .await?;
        Ok(Output {
            before_link,
            attention: run.attention,
            #[cfg(all(feature = "flex", not(target_arch = "wasm32")))]
            kept: run.first.and_then(kept::First::kept),
        })
    }

    /// Some `rows` of one layer of the context stage on the CPU, [N, rows, channels], and their attention [N, rows,
    /// bins] of each head where it is asked for: `h` is H [N, bins, C] as the layer reads it, or as dilated blocks do.
    pub fn context_rows(
        &self,
        layer: usize,
        h: Tensor<3>,
        rows: Range<usize>,
        attention: bool,
    ) -> (Tensor<3>, Vec<Tensor<3>>) {
        let mut run = Predicting {
            rows: Some(rows),
            maps: attention,
            ..Predicting::of(self)
        };
        let mut steps = forward::dilated(&self.config);
        steps.push(Step::Context(layer));
        let stage = at_once(forward(&mut run, &self.config, &steps, h, &mut async || Ok(())));
        (stage, run.attention.into_iter().flatten().collect())
    }

    /// Tracks before the link, [N, bins, tracks], of any bins that came out of the context stage: all that follows goes
    /// bin by bin.
    ///
    /// # Errors
    /// Those of `between`.
    pub async fn tracks(&self, stage: Tensor<3>, between: &mut dyn Between) -> Result<Tensor<3>, Error> {
        self.run(&[Step::Last, Step::Tracks], stage, between).await
    }

    /// Runs `steps` on all bins of `x`.
    async fn run(&self, steps: &[Step], x: Tensor<3>, between: &mut dyn Between) -> Result<Tensor<3>, Error> {
        forward(&mut Predicting::of(self), &self.config, steps, x, between).await
    }

    /// Number of times that a whole pass over one sequence of `bins` bins asks whether to go on: after each stretch of
    /// the tower, each dilated block and each step of the context stage, the last block and the tracks.
    pub fn steps(&self, bins: usize) -> usize {
        let Layers { blocks, stage, .. } = self.layers();
        let heads: usize = stage.iter().map(Vec::len).sum();
        self.stretches(bins).count() + blocks.len() - self.config.filters.len() + heads + 2
    }

    /// True if a bin's prediction depends only on its own row of H.
    pub fn is_local(&self) -> bool {
        matches!(self.config.context, Context::Dilated | Context::None)
    }

    /// Which bins see which bases.
    pub(crate) fn reach(&self) -> &Reach {
        &self.reach
    }

    /// The position function of each head of each layer at t − i = −(bins − 1) … bins − 1; empty where there are none.
    pub fn position_functions(&self) -> Vec<Vec<Vec<f32>>> {
        let Config { layers, heads, .. } = self.config;
        let of_head = self.decays.len() / (layers * heads).max(1);
        if of_head == 0 || !matches!(self.config.context, Context::Attention(_)) {
            return Vec::new();
        }
        let function = |decays: &[f64]| position(&self.config, decays, self.config.bins());
        let of_layer = |decays: &[f64]| decays.chunks(of_head).filter_map(function).collect();
        self.decays.chunks(heads * of_head).map(of_layer).collect()
    }

    /// E [bins, bins] of each exponential; empty where there are none.
    pub fn mixing(&self) -> Vec<Vec<f32>> {
        if matches!(self.config.context, Context::Attention(_)) {
            return Vec::new();
        }
        let decays = self.decays.iter();
        decays
            .map(|&decay| mixing(&self.config, decay, self.config.bins()))
            .collect()
    }
}
