//! Basenji and attention-Basenji: predict the coverage of thousands of experiments in bins along a DNA sequence, the
//! latter with attention between bins.
//!
//! Kelley et al., Genome Research 2018; Angus and Eyuboglu 2018: seven variants, which differ in the connection between
//! distant bins.
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
//! Follows the code where it differs from the report; [`Equations::Paper`] follows the report.

#[cfg(feature = "autodiff")]
mod average;
mod context;
mod cost;
mod distance;
mod folded;
mod forward;
#[cfg(feature = "attribution")]
mod gradient;
#[cfg(all(feature = "flex", not(target_arch = "wasm32")))]
mod incremental;
mod inference;
mod reach;
#[cfg(feature = "autodiff")]
mod trainable;

#[cfg(feature = "autodiff")]
pub use trainable::{Statistics, TrainableBasenji, TrainingOutput};

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use burn::tensor::{Device, Tensor};

#[cfg(feature = "attribution")]
use super::sequences::Gradients;
use super::sequences::{Output, Pass, Reach, Rest, Room, SequenceModel, StepHook, TrackShape, at_once};
use crate::error::Error;
use crate::nn::NamedTensors;
pub use crate::weights::architecture::basenji::{Config, Context, Equations, FAMILY, Link, Position, variants};
use crate::weights::{ModelCard, Weights};
use distance::{mixing, position};
use folded::Folded;
use forward::{Step, forward};
use inference::Inference;

/// A model of any variant, for prediction.
#[derive(Debug, Clone)]
pub struct Basenji {
    config: Config,
    /// [Its own](context::taken_decays).
    decays: Vec<f64>,
    /// Set when placed.
    layers: OnceLock<Arc<Layers>>,
    reach: Reach,
    device: Device,
    room: Room,
}

/// Weights on their device.
#[derive(Debug)]
struct Layers {
    /// The blocks over bases, then the dilated ones.
    blocks: Vec<Folded>,
    /// The heads, or the exponentials, of each layer of the context stage.
    stage: Vec<Vec<context::Context>>,
    last: Folded,
    dense: Folded,
}

/// Builds the model of a card, without weights.
pub(super) fn build(
    card: &ModelCard,
    weights: &mut dyn Weights,
    room: Room,
    device: &Device,
) -> Result<Box<dyn SequenceModel>, Error> {
    let config = Config::of(card).map_err(|problem| problem.of(&card.name))?;
    cost::check_buffers(&config, room.buffer)?;
    Ok(Box::new(Basenji::unplaced(&config, weights, room, device)))
}

impl Basenji {
    /// Loads the weights by their published names and frees each once it is placed.
    ///
    /// # Panics
    /// If a tensor is missing or has another size; reading a weight file checks both.
    pub fn load(config: &Config, mut tensors: NamedTensors, room: Room, device: &Device) -> Self {
        let model = Self::unplaced(config, &mut tensors, room, device);
        model.place(&mut tensors);
        model
    }

    /// The same without weights, except decays; [`place`](Self::place) takes the rest.
    fn unplaced(config: &Config, weights: &mut dyn Weights, room: Room, device: &Device) -> Self {
        Self {
            decays: context::taken_decays(config, weights),
            layers: OnceLock::new(),
            reach: reach::of(config),
            config: config.clone(),
            device: device.clone(),
            room,
        }
    }

    fn layers(&self) -> &Layers {
        self.layers.get().expect("a model is placed before it predicts")
    }

    /// Runs `steps` on all bins of `x`.
    async fn run(&self, steps: &[Step], x: Tensor<3>, between: &mut dyn StepHook) -> Result<Tensor<3>, Error> {
        forward(&mut Inference::of(self), &self.config, steps, x, between).await
    }
}

impl SequenceModel for Basenji {
    fn shape(&self) -> TrackShape {
        let config = &self.config;
        TrackShape {
            length: config.length,
            bin: config.bin(),
            bins: config.bins(),
            crop: config.crop(),
            cropped: config.cropped(),
            tracks: config.targets,
            layers: config.layers,
            heads: config.heads,
            context_layers: config.context_layers(),
        }
    }

    fn reach(&self) -> &Reach {
        &self.reach
    }

    fn tower_size(&self) -> usize {
        cost::tower_size(&self.config)
    }

    fn work(&self) -> u64 {
        cost::work(&self.config)
    }

    fn is_placed(&self) -> bool {
        self.layers.get().is_some()
    }

    fn place(&self, weights: &mut dyn Weights) {
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
            // Another thread may have placed them meanwhile.
            let _ = self.layers.set(Arc::new(layers));
        }
    }

    fn tower(&self, codes: &[u8], examples: usize) -> Tensor<3> {
        let first = self.layers().blocks.first().expect("a block");
        let x = first.forward_codes(codes, examples, &self.device);
        at_once(self.run(&forward::tower(&self.config, 1), x, &mut async || Ok(())))
    }

    fn dilated<'a>(&'a self, x: Tensor<3>, between: &'a mut dyn StepHook) -> Pass<'a, Tensor<3>> {
        Box::pin(async move { self.run(&forward::dilated(&self.config), x, between).await })
    }

    fn head<'a>(&'a self, h: Tensor<3>, rest: Rest, between: &'a mut dyn StepHook) -> Pass<'a, Output> {
        Box::pin(async move {
            let [_, bins, _] = h.dims();
            let mut run = Inference {
                shown: Some(rest.crop..bins - rest.crop),
                maps: rest.attention,
                #[cfg(all(feature = "flex", not(target_arch = "wasm32")))]
                first: rest.keep.then(Default::default),
                ..Inference::of(self)
            };
            let steps = forward::head(&self.config, rest.layers);
            Ok(Output {
                before_link: forward(&mut run, &self.config, &steps, h, between).await?,
                attention: run.attention,
                #[cfg(all(feature = "flex", not(target_arch = "wasm32")))]
                kept: run.first.and_then(incremental::FirstLayer::finish),
            })
        })
    }

    fn context_rows(
        &self,
        layer: usize,
        h: Tensor<3>,
        rows: Range<usize>,
        attention: bool,
    ) -> (Tensor<3>, Vec<Tensor<3>>) {
        let mut run = Inference {
            rows: Some(rows),
            maps: attention,
            ..Inference::of(self)
        };
        let mut steps = forward::dilated(&self.config);
        steps.push(Step::Context(layer));
        let stage = at_once(forward(&mut run, &self.config, &steps, h, &mut async || Ok(())));
        (stage, run.attention.into_iter().flatten().collect())
    }

    fn tracks<'a>(&'a self, stage: Tensor<3>, between: &'a mut dyn StepHook) -> Pass<'a, Tensor<3>> {
        Box::pin(self.run(&[Step::Last, Step::Tracks], stage, between))
    }

    fn link(&self, before: f32) -> f32 {
        self.config.link.apply(before)
    }

    /// After each dilated block, each step of the context stage, the last block and the tracks.
    fn steps(&self) -> usize {
        let Layers { blocks, stage, .. } = self.layers();
        let heads: usize = stage.iter().map(Vec::len).sum();
        blocks.len() - self.config.filters.len() + heads + 2
    }

    fn is_local(&self) -> bool {
        matches!(self.config.context, Context::Dilated | Context::None)
    }

    fn position_functions(&self) -> Vec<Vec<Vec<f32>>> {
        let Config { layers, heads, .. } = self.config;
        let of_head = self.decays.len() / (layers * heads).max(1);
        if of_head == 0 || !matches!(self.config.context, Context::Attention(_)) {
            return Vec::new();
        }
        let function = |decays: &[f64]| position(&self.config, decays, self.config.bins());
        let of_layer = |decays: &[f64]| decays.chunks(of_head).filter_map(function).collect();
        self.decays.chunks(heads * of_head).map(of_layer).collect()
    }

    fn mixing(&self) -> Vec<Vec<f32>> {
        if matches!(self.config.context, Context::Attention(_)) {
            return Vec::new();
        }
        let decays = self.decays.iter();
        decays
            .map(|&decay| mixing(&self.config, decay, self.config.bins()))
            .collect()
    }

    #[cfg(feature = "attribution")]
    fn gradients(&self) -> Box<dyn Gradients> {
        Box::new(gradient::Backward::of(self))
    }
}
