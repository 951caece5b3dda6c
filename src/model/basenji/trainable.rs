use std::slice;

use burn::module::{Module, Param};
use burn::tensor::activation::{relu, softmax};
use burn::tensor::{Device, Tensor};

use super::forward::{self, Run, forward};
use super::{Config, Context, Link, Position, distance};
use crate::kernel::block::{self, Block};
use crate::kernel::context::{attend, attention_head, mix, query};
use crate::kernel::training_block::{Dropout, Normalised, training_block, training_first_block};
use crate::kernel::{float32_product, tensor};
use crate::model::sequences::at_once;
use crate::nn::{NamedTensors, gathered, parameter, scattered, values};
use crate::weights::architecture::basenji::{BlockSizes, Decay, Dense, Head};
use crate::weights::architecture::layers::Layer;

/// The model in training: batch normalisation with the batch's statistics, dropout, and moving statistics.
///
/// [`Basenji`](super::Basenji) predicts with the tensors that [`store`](Self::store) returns.
#[derive(Module, Debug)]
pub struct TrainableBasenji {
    blocks: Vec<TrainableBlock>,
    /// Heads of all layers, in order.
    heads: Vec<TrainableHead>,
    /// α of each learned exponential, `[1]`.
    exponentials: Vec<Param<Tensor<1>>>,
    last: TrainableBlock,
    /// W of the tracks [in, tracks].
    kernel: Param<Tensor<2>>,
    /// b `[tracks]`.
    bias: Param<Tensor<1>>,
    #[module(skip)]
    config: Config,
    /// Moving statistics of each block, the last one included.
    #[module(skip)]
    pub(super) moving: Vec<Statistics>,
}

/// One block's weights.
#[derive(Module, Debug)]
struct TrainableBlock {
    /// W [K, C, F].
    kernel: Param<Tensor<3>>,
    /// γ `[F]`.
    gamma: Param<Tensor<1>>,
    /// β `[F]`.
    beta: Param<Tensor<1>>,
    #[module(skip)]
    sizes: BlockSizes,
}

/// One head's weights.
#[derive(Module, Debug)]
struct TrainableHead {
    /// W [d, d].
    weight: Param<Tensor<2>>,
    /// b `[d]`.
    bias: Param<Tensor<1>>,
    /// α, or α_l and α_r, `[1]` each.
    decays: Vec<Param<Tensor<1>>>,
    #[module(skip)]
    layer: Head,
}

/// Mean and population variance of one block's convolution, `[F]` each.
#[derive(Debug, Clone)]
pub struct Statistics {
    /// μ.
    pub mean: Tensor<1>,
    /// σ².
    pub variance: Tensor<1>,
}

/// Output of a forward pass in training.
#[derive(Debug, Clone)]
pub struct TrainingOutput {
    /// The tracks before the link [N, cropped bins, tracks].
    pub before_link: Tensor<3>,
    /// The tracks [N, cropped bins, tracks].
    pub prediction: Tensor<3>,
    /// The batch's statistics of each block, for [`TrainableBasenji::update`].
    pub statistics: Vec<Statistics>,
}

impl TrainableBasenji {
    /// Loads the weights and moving statistics by their published names.
    ///
    /// # Panics
    /// If a tensor is missing or has another size; reading a weight file checks both.
    pub fn load(config: &Config, tensors: &NamedTensors, device: &Device) -> Self {
        let (blocks, last) = (config.blocks(), config.last_block());
        let heads = config.attention().into_iter().flatten();
        let (kernel, bias) = load_dense(tensors, &config.tracks_layer(), device);
        Self {
            heads: heads.map(|head| TrainableHead::load(tensors, head, device)).collect(),
            exponentials: load_decays(tensors, &config.learned_decays(), device),
            kernel,
            bias,
            moving: blocks
                .iter()
                .chain([&last])
                .map(|sizes| Statistics::load(tensors, sizes, device))
                .collect(),
            blocks: blocks
                .into_iter()
                .map(|sizes| TrainableBlock::load(tensors, sizes, device))
                .collect(),
            last: TrainableBlock::load(tensors, last, device),
            config: config.clone(),
        }
    }

    /// The weights and moving statistics under their published names, read back from the device.
    pub fn store(&self) -> NamedTensors {
        let mut tensors = NamedTensors::new();
        let blocks = self.blocks.iter().chain([&self.last]);
        for (block, moving) in blocks.zip(&self.moving) {
            block.store(moving, &mut tensors);
        }
        for head in &self.heads {
            head.store(&mut tensors);
        }
        store_decays(&mut tensors, &self.config.learned_decays(), &self.exponentials);
        let tracks = self.config.tracks_layer();
        store(&mut tensors, &tracks, 0, &self.kernel);
        store(&mut tensors, &tracks, 1, &self.bias);
        tensors
    }

    /// Its configuration.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Forward pass in training, for the codes of `examples` sequences. `seed` seeds dropout and must differ between
    /// steps; without it there is no dropout.
    pub fn forward(&self, codes: &[u8], examples: usize, seed: Option<u64>) -> TrainingOutput {
        let codes = block::codes(codes, examples, &self.bias.device());
        let mut run = Learning {
            model: self,
            seed,
            statistics: Vec::with_capacity(self.moving.len()),
        };
        let first = run.first_block(codes);
        let config = &self.config;
        let steps = forward::all(config, 1);
        let before_link = at_once(forward(&mut run, config, &steps, first, &mut async || Ok(())));
        TrainingOutput {
            prediction: link(before_link.clone(), config.link),
            before_link,
            statistics: run.statistics,
        }
    }

    /// Updates the moving statistics with those of one batch: m ← 0.9 m + 0.1 of the batch's.
    ///
    /// # Panics
    /// If the statistics are not those of this model.
    pub fn update(&mut self, statistics: Vec<Statistics>) {
        assert_eq!(statistics.len(), self.moving.len(), "one for each block");
        let keep = self.config.batch_norm_momentum;
        let moved = |old: &Tensor<1>, new: Tensor<1>| {
            (old.clone() * keep + new.to_device(&old.device()) * (1.0 - keep)).detach()
        };
        for (moving, batch) in self.moving.iter_mut().zip(statistics) {
            moving.mean = moved(&moving.mean, batch.mean);
            moving.variance = moved(&moving.variance, batch.variance);
        }
    }

    /// Penalty on the weights, `[1]`: `l2` / 2 times the sum of squares of convolution kernels, plus `l1` times the sum
    /// of absolute values of the last dense kernel.
    pub fn penalty(&self, l2: f64, l1: f64) -> Tensor<1> {
        let squares = self.blocks.iter().chain([&self.last]);
        let squares = squares.map(|block| block.kernel.val().powi_scalar(2).sum());
        let squares = squares.reduce(|sum, block| sum + block).expect("a block");
        squares * (0.5 * l2) + self.kernel.val().abs().sum() * l1
    }

    /// Clips decays at 0, after each step of the optimiser.
    pub fn clip_decays(mut self) -> Self {
        let clip = |decay: Param<Tensor<1>>| {
            // On the inner tensor: the result must be a leaf of the autodiff graph.
            decay.map(|decay| Tensor::from_inner(decay.inner().clamp_min(0.0)).require_grad())
        };
        self.exponentials = self.exponentials.into_iter().map(clip).collect();
        for head in &mut self.heads {
            let decays = std::mem::take(&mut head.decays);
            head.decays = decays.into_iter().map(clip).collect();
        }
        self
    }

    /// Dropout of one block, drawn independently of other blocks.
    fn dropout(&self, index: usize, seed: Option<u64>) -> Dropout {
        let Some(seed) = seed else {
            return Dropout::NONE;
        };
        let dense = self.blocks.get(index).is_some_and(|block| block.sizes.dense);
        let rate = if dense {
            self.config.dilated_dropout
        } else {
            self.config.dropout
        };
        Self::apart(rate, index, seed)
    }

    /// Dropout of a head's Q and of its context, drawn independently of blocks and of each other.
    fn dropouts(&self, head: usize, seed: Option<u64>) -> [Dropout; 2] {
        let Some(seed) = seed else {
            return [Dropout::NONE; 2];
        };
        let first = self.moving.len() + 2 * head;
        [
            Self::apart(self.config.attention_query_dropout, first, seed),
            Self::apart(self.config.attention_dropout, first + 1, seed),
        ]
    }

    fn apart(rate: f64, index: usize, seed: u64) -> Dropout {
        // Not the odd number by which a block's values are numbered, so that no block's draws are those of another,
        // shifted.
        let seed = seed.wrapping_add((index as u64 + 1).wrapping_mul(0xd1b5_4a32_d192_ed03));
        Dropout {
            rate: rate as f32,
            seed,
        }
    }

    /// f [2L − 1] of a head, differentiable in its decays; see the inference model's.
    fn position(&self, head: &TrainableHead, length: usize, device: &Device) -> Option<Tensor<1>> {
        let config = &self.config;
        if config.context == Context::Attention(Position::None) {
            return None;
        }
        let of_offset = |f: &dyn Fn(i64) -> f64| {
            let offsets = 1 - length as i64..length as i64;
            let values = offsets.map(|offset| f(offset) as f32).collect();
            tensor(values, [2 * length - 1], device)
        };
        let scale = distance::scale(config);
        let exponents =
            head.decays.iter().enumerate().map(|(side, decay)| {
                of_offset(&|offset| scale * distance::distances(config, offset)[side]) * decay.val()
            });
        let exponent = exponents.reduce(Tensor::max_pair).expect("a decay");
        let counts = of_offset(&|offset| f64::from(u8::from(distance::counts(config, offset))));
        Some(exponent.neg().exp() * counts)
    }
}

/// A forward pass in training.
struct Learning<'a> {
    model: &'a TrainableBasenji,
    seed: Option<u64>,
    statistics: Vec<Statistics>,
}

impl Learning<'_> {
    fn first_block(&mut self, codes: Tensor<2>) -> Tensor<3> {
        let block = &self.model.blocks[0];
        let normalised = training_first_block(
            codes,
            block.kernel.val(),
            block.gamma.val(),
            block.beta.val(),
            block.sizes.pool,
            self.model.config.batch_norm_epsilon as f32,
            self.model.dropout(0, self.seed),
        );
        self.taken(normalised)
    }

    /// y of a block, by its number among all, the last one included.
    fn normalised(&mut self, block: &TrainableBlock, number: usize, x: Tensor<3>) -> Tensor<3> {
        let shape = Block {
            dilation: block.sizes.dilation,
            pool: block.sizes.pool,
            rectify: true,
        };
        let normalised = training_block(
            x,
            block.kernel.val(),
            block.gamma.val(),
            block.beta.val(),
            shape,
            self.model.config.batch_norm_epsilon as f32,
            self.model.dropout(number, self.seed),
        );
        self.taken(normalised)
    }

    /// A block's output; stores its statistics.
    fn taken(&mut self, normalised: Normalised) -> Tensor<3> {
        self.statistics.push(Statistics {
            mean: normalised.mean,
            variance: normalised.variance,
        });
        normalised.y
    }
}

impl Run for Learning<'_> {
    fn block(&mut self, number: usize, x: &Tensor<3>) -> Vec<Tensor<3>> {
        vec![self.normalised(&self.model.blocks[number], number, x.clone())]
    }

    fn context(&mut self, layer: usize, number: usize, h: &Tensor<3>) -> Tensor<3> {
        let (model, [_, length, _], device) = (self.model, h.dims(), h.device());
        let mixed = |e| mix(h.clone(), e, 0..length);
        let of_pairs = |f: &dyn Fn(i64) -> f32| {
            let pairs = (0..length).flat_map(|i| (0..length).map(move |t| i.abs_diff(t) as i64));
            tensor(pairs.map(f).collect(), [length; 2], &device)
        };
        match model.config.context {
            Context::Dilated | Context::None => unreachable!("they have no layers of context"),
            Context::ConstantExponentials => {
                let e = distance::mixing(&model.config, model.config.decays[number], length);
                mixed(tensor(e, [length; 2], &device))
            }
            Context::LearnedExponentials => {
                let decay = model.exponentials[number].val().reshape([1, 1]);
                // P, and its softmax down each column.
                let p = (of_pairs(&|distance| distance as f32) * decay.neg()).exp();
                let counts = |distance| f32::from(u8::from(distance::counts(&model.config, distance)));
                mixed(softmax(p * of_pairs(&counts), 0))
            }
            Context::Attention(_) => {
                let number = layer * model.config.heads + number;
                let head = &model.heads[number];
                let position = model.position(head, length, &device);
                let dropouts = model.dropouts(number, self.seed);
                head.context(h.clone(), position, model.config.score_relu, dropouts)
            }
        }
    }

    fn last(&mut self, h: Tensor<3>) -> Tensor<3> {
        let (model, config) = (self.model, &self.model.config);
        // Statistics cover all bins: cropping comes later.
        let y = self.normalised(&model.last, model.blocks.len(), h);
        y.narrow(1, config.crop(), config.cropped())
    }

    fn tracks(&mut self, x: Tensor<3>) -> Tensor<3> {
        let model = self.model;
        let bias = model.bias.val().reshape([1, 1, model.config.targets]);
        float32_product(relu(x), model.kernel.val().unsqueeze_dim(0)) + bias
    }
}

impl TrainableBlock {
    fn load(tensors: &NamedTensors, sizes: BlockSizes, device: &Device) -> Self {
        let shape = [sizes.width, sizes.channels, sizes.filters];
        Self {
            kernel: load(tensors, &sizes, 0, shape, device),
            gamma: load(tensors, &sizes, 1, [sizes.filters], device),
            beta: load(tensors, &sizes, 2, [sizes.filters], device),
            sizes,
        }
    }

    fn store(&self, moving: &Statistics, tensors: &mut NamedTensors) {
        store(tensors, &self.sizes, 0, &self.kernel);
        store(tensors, &self.sizes, 1, &self.gamma);
        store(tensors, &self.sizes, 2, &self.beta);
        moving.store(&self.sizes, tensors);
    }
}

impl TrainableHead {
    fn load(tensors: &NamedTensors, layer: Head, device: &Device) -> Self {
        let (weight, bias) = load_dense(tensors, &layer.query, device);
        Self {
            weight,
            bias,
            decays: load_decays(tensors, &layer.decays, device),
            layer,
        }
    }

    fn store(&self, tensors: &mut NamedTensors) {
        store(tensors, &self.layer.query, 0, &self.weight);
        store(tensors, &self.layer.query, 1, &self.bias);
        store_decays(tensors, &self.layer.decays, &self.decays);
    }

    /// The context of H, with dropout of Q and of the context.
    fn context(
        &self,
        h: Tensor<3>,
        position: Option<Tensor<1>>,
        rectify: bool,
        [of_query, of_context]: [Dropout; 2],
    ) -> Tensor<3> {
        let (shape, device) = (h.dims(), h.device());
        let (weight, bias) = (self.weight.val(), self.bias.val());
        let mut context = if of_query.rate == 0.0 {
            attention_head(h, weight, bias, position, rectify, 0..shape[1], false).context
        } else {
            let query = query(h.clone(), weight, bias) * of_query.factors(shape, &device);
            attend(h, query, position, rectify).0
        };
        if of_context.rate > 0.0 {
            context = context * of_context.factors(shape, &device);
        }
        context
    }
}

impl Statistics {
    fn load(tensors: &NamedTensors, sizes: &BlockSizes, device: &Device) -> Self {
        let take = |part| tensor(gathered(tensors, slice::from_ref(sizes), part), [sizes.filters], device);
        Self {
            mean: take(3),
            variance: take(4),
        }
    }

    fn store(&self, sizes: &BlockSizes, tensors: &mut NamedTensors) {
        for (part, statistic) in [(3, &self.mean), (4, &self.variance)] {
            let data = statistic.clone().into_data();
            let values = data.try_to_vec().expect("statistics are float32");
            scattered(tensors, slice::from_ref(sizes), part, values);
        }
    }
}

/// Loads part `part` of a layer as a parameter.
fn load<const D: usize>(
    tensors: &NamedTensors,
    layer: &impl Layer,
    part: usize,
    shape: [usize; D],
    device: &Device,
) -> Param<Tensor<D>> {
    parameter(gathered(tensors, slice::from_ref(layer), part), shape, device)
}

/// The inverse of [`load`].
fn store<const D: usize>(tensors: &mut NamedTensors, layer: &impl Layer, part: usize, weight: &Param<Tensor<D>>) {
    scattered(tensors, slice::from_ref(layer), part, values(weight));
}

/// W and b of a dense layer.
fn load_dense(tensors: &NamedTensors, layer: &Dense, device: &Device) -> (Param<Tensor<2>>, Param<Tensor<1>>) {
    let shape = [layer.inputs, layer.outputs];
    (
        load(tensors, layer, 0, shape, device),
        load(tensors, layer, 1, [layer.outputs], device),
    )
}

fn load_decays(tensors: &NamedTensors, decays: &[Decay], device: &Device) -> Vec<Param<Tensor<1>>> {
    let decays = decays.iter();
    decays.map(|decay| load(tensors, decay, 0, [1], device)).collect()
}

/// The inverse of [`load_decays`].
fn store_decays(tensors: &mut NamedTensors, decays: &[Decay], values: &[Param<Tensor<1>>]) {
    for (decay, value) in decays.iter().zip(values) {
        store(tensors, decay, 0, value);
    }
}

/// Coverage from y, differentiable; [`Link::apply`] has the clipping limits.
fn link(y: Tensor<3>, link: Link) -> Tensor<3> {
    match link {
        // Above 0 the second term is e⁰, below 0 the first is 0.
        Link::ExpLinear => relu(y.clone()) + y.clamp(-50.0, 0.0).exp(),
        Link::Softplus => {
            let y = y.clamp(-50.0, 10_000.0);
            relu(y.clone()) + y.abs().neg().exp().log1p()
        }
        Link::Exp => y.clamp(-50.0, 50.0).exp(),
    }
}
