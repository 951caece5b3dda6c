use std::slice;

use burn::module::{Module, Param};
use burn::tensor::activation::{relu, softmax};
use burn::tensor::{Device, Tensor};

use super::{Config, Context, Equations, Link, Position};
use crate::kernel::block::{self, Block};
use crate::kernel::context::{attend, attention_head, mix, query};
use crate::kernel::training_block::{Dropout, Normalised, training_block, training_first_block};
use crate::kernel::{float32_product, join_channels, tensor};
use crate::nn::{NamedTensors, gathered, parameter, scattered, values};
use crate::weights::architecture::basenji::{BlockSizes, Decay, Dense, Head};
use crate::weights::architecture::layers::Layer;

/// The same model while it learns: batch normalisation by the batch's own statistics, dropout, and moving statistics on
/// the way.
///
/// Predictions after training are [`Basenji`](super::Basenji)'s, made of what [`store`](Self::store) gives.
#[derive(Module, Debug)]
pub struct TrainableBasenji {
    blocks: Vec<TrainableBlock>,
    /// Heads, layer after layer.
    heads: Vec<TrainableHead>,
    /// α of each learned exponential, `[1]`.
    exponentials: Vec<Param<Tensor<1>>>,
    last: TrainableBlock,
    /// W of the tracks [in, tracks].
    kernel: Param<Tensor<2>>,
    /// Their b `[tracks]`.
    bias: Param<Tensor<1>>,
    #[module(skip)]
    config: Config,
    /// The moving statistics of each block and then of the last.
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

/// Output that a step of learning starts from.
#[derive(Debug, Clone)]
pub struct Learnt {
    /// The tracks before the link [N, cropped bins, tracks].
    pub before_link: Tensor<3>,
    /// The tracks [N, cropped bins, tracks].
    pub prediction: Tensor<3>,
    /// The batch's statistics of each block, for [`TrainableBasenji::update`].
    pub statistics: Vec<Statistics>,
}

impl TrainableBasenji {
    /// Takes the weights and moving statistics under their published names.
    ///
    /// # Panics
    /// If a tensor is missing or of another size; reading a weight file checks both.
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

    /// Its sizes and settings.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Predicts for the codes of `examples` sequences, as it learns. `seed` is what dropout is drawn from, unlike for
    /// each step; without one nothing is dropped.
    pub fn forward(&self, codes: &[u8], examples: usize, seed: Option<u64>) -> Learnt {
        let device = self.bias.device();
        let mut statistics = Vec::with_capacity(self.moving.len());
        let (first, rest) = self.blocks.split_first().expect("a block");
        let codes = block::codes(codes, examples, &device);
        let epsilon = self.config.batch_norm_epsilon as f32;
        let normalised = training_first_block(
            codes,
            first.kernel.val(),
            first.gamma.val(),
            first.beta.val(),
            first.sizes.pool,
            epsilon,
            self.dropout(0, seed),
        );
        let mut x = taken(normalised, &mut statistics);
        for (index, block) in rest.iter().enumerate() {
            let dropout = self.dropout(index + 1, seed);
            x = block.forward(x, epsilon, dropout, &mut statistics);
        }
        let stage = self.context(x, seed);
        // The last block's statistics are over all bins: cropping comes after it.
        let dropout = self.dropout(self.blocks.len(), seed);
        let x = self.last.forward(stage, epsilon, dropout, &mut statistics);
        let x = relu(x.narrow(1, self.config.crop(), self.config.cropped()));
        let tracks = self.config.targets;
        let before_link =
            float32_product(x, self.kernel.val().unsqueeze_dim(0)) + self.bias.val().reshape([1, 1, tracks]);
        Learnt {
            prediction: link(before_link.clone(), self.config.link),
            before_link,
            statistics,
        }
    }

    /// Moves the moving statistics by those of one batch: m ← 0.9 m + 0.1 of the batch's.
    ///
    /// # Panics
    /// If they are not those of this model.
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

    /// Penalty on the size of weights, `[1]`: half of `l2` times the sum of squares of the convolutions' kernels, and
    /// `l1` times the sum of the last dense kernel's absolute values.
    pub fn penalty(&self, l2: f64, l1: f64) -> Tensor<1> {
        let squares = self.blocks.iter().chain([&self.last]);
        let squares = squares.map(|block| block.kernel.val().powi_scalar(2).sum());
        let squares = squares.reduce(|sum, block| sum + block).expect("a block");
        squares * (0.5 * l2) + self.kernel.val().abs().sum() * l1
    }

    /// Sets decays below 0 to 0, as after each step of the optimiser.
    pub fn clip_decays(mut self) -> Self {
        let clip = |decay: Param<Tensor<1>>| {
            // Through the inner tensor: what is computed from a leaf that learns would be no leaf.
            decay.map(|decay| Tensor::from_inner(decay.inner().clamp_min(0.0)).require_grad())
        };
        self.exponentials = self.exponentials.into_iter().map(clip).collect();
        for head in &mut self.heads {
            let decays = std::mem::take(&mut head.decays);
            head.decays = decays.into_iter().map(clip).collect();
        }
        self
    }

    /// Dropout of one block. Blocks draw apart from each other.
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

    /// Dropout of a head's Q, and of its context. They draw apart from blocks and from each other.
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
        // Another odd number than the one that a block's values go by: no block's choice is another's, moved along.
        let seed = seed.wrapping_add((index as u64 + 1).wrapping_mul(0xd1b5_4a32_d192_ed03));
        Dropout {
            rate: rate as f32,
            seed,
        }
    }

    /// H beside its context.
    fn context(&self, h: Tensor<3>, seed: Option<u64>) -> Tensor<3> {
        let ([_, length, _], device) = (h.dims(), h.device());
        match self.config.context {
            Context::Dilated | Context::None => h,
            Context::ConstantExponentials => {
                let decays = self.config.decays.iter();
                let e = decays.map(|&decay| {
                    let e = super::distance::mixing(&self.config, decay, length);
                    tensor(e, [length; 2], &device)
                });
                mixed(h, e)
            }
            Context::LearnedExponentials => {
                let e = self.exponentials.iter().map(|decay| {
                    let decay = decay.val().reshape([1, 1]);
                    // P, and its softmax down each column.
                    let p = (distances(length, &device) * decay.neg()).exp();
                    softmax(p * self.weighs_itself(length, &device), 0)
                });
                mixed(h, e)
            }
            Context::Attention(_) => {
                let mut h = h;
                for (layer, heads) in self.heads.chunks(self.config.heads).enumerate() {
                    let first = layer * self.config.heads;
                    let contexts = heads.iter().enumerate().map(|(index, head)| {
                        let position = self.position(head, length, &device);
                        let dropouts = self.dropouts(first + index, seed);
                        head.context(h.clone(), position, self.config.score_relu, dropouts)
                    });
                    let parts = std::iter::once(h.clone()).chain(contexts).collect();
                    h = join_channels(parts);
                }
                h
            }
        }
    }

    /// 1 between different bins [L, L], and 0, or by the report's equations 1, of a bin with itself.
    fn weighs_itself(&self, length: usize, device: &Device) -> Tensor<2> {
        let itself = f32::from(u8::from(self.config.equations == Equations::Paper));
        let pairs = (0..length).flat_map(|i| (0..length).map(move |t| i == t));
        let values = pairs.map(|same| if same { itself } else { 1.0 }).collect();
        tensor(values, [length; 2], device)
    }

    /// f [2L − 1] of a head, differentiable in its decays; see the inference model's.
    fn position(&self, head: &TrainableHead, length: usize, device: &Device) -> Option<Tensor<1>> {
        let Context::Attention(position) = self.config.context else {
            return None;
        };
        let paper = self.config.equations == Equations::Paper;
        let of_offset = |f: &dyn Fn(f64) -> f64| {
            let offsets = 1 - length as i64..length as i64;
            let values = offsets.map(|offset| f(offset as f64) as f32).collect();
            tensor(values, [2 * length - 1], device)
        };
        let decay = |index: usize| head.decays[index].val();
        let far = self.config.zero_far && position == Position::OneSided;
        let counts = of_offset(&|offset| {
            let counts = (offset != 0.0 || paper) && !(far && offset.abs() > 103.0);
            f64::from(u8::from(counts))
        });
        let exponent = match position {
            Position::None => return None,
            Position::OneSided => of_offset(&f64::abs) * decay(0),
            Position::TwoSided => {
                let half = (self.config.bins() / 2) as f64;
                let scale = if paper { 1.0 } else { 0.01 };
                let left = of_offset(&|offset| scale * (offset + half).max(0.0)) * decay(0);
                let right = of_offset(&|offset| scale * (half - offset).max(0.0)) * decay(1);
                left.max_pair(right)
            }
        };
        Some(exponent.neg().exp() * counts)
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

    fn forward(&self, x: Tensor<3>, epsilon: f32, dropout: Dropout, statistics: &mut Vec<Statistics>) -> Tensor<3> {
        let shape = Block {
            dilation: self.sizes.dilation,
            pool: self.sizes.pool,
            rectify: true,
        };
        let normalised = training_block(
            x.clone(),
            self.kernel.val(),
            self.gamma.val(),
            self.beta.val(),
            shape,
            epsilon,
            dropout,
        );
        let y = taken(normalised, statistics);
        if self.sizes.dense { join_channels(vec![x, y]) } else { y }
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

    /// Its context of H, less what is dropped of Q and of the context.
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

/// Part `part` of a layer as it learns.
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

/// A block's output, its statistics set aside.
fn taken(normalised: Normalised, statistics: &mut Vec<Statistics>) -> Tensor<3> {
    statistics.push(Statistics {
        mean: normalised.mean,
        variance: normalised.variance,
    });
    normalised.y
}

/// [H | E_1 H | E_2 H …].
fn mixed(h: Tensor<3>, e: impl Iterator<Item = Tensor<2>>) -> Tensor<3> {
    let [_, length, _] = h.dims();
    let contexts = e.map(|e| mix(h.clone(), e, 0..length));
    join_channels(std::iter::once(h.clone()).chain(contexts).collect())
}

/// |i − t| [L, L].
fn distances(length: usize, device: &Device) -> Tensor<2> {
    let pairs = (0..length).flat_map(|i| (0..length).map(move |t| i.abs_diff(t) as f32));
    tensor(pairs.collect(), [length; 2], device)
}

/// Coverage of y, differentiable; [`Link::apply`] has the clips.
fn link(y: Tensor<3>, link: Link) -> Tensor<3> {
    match link {
        // Above 0 the second term is e⁰, below the first is 0.
        Link::ExpLinear => relu(y.clone()) + y.clamp(-50.0, 0.0).exp(),
        Link::Softplus => {
            let y = y.clamp(-50.0, 10_000.0);
            relu(y.clone()) + y.abs().neg().exp().log1p()
        }
        Link::Exp => y.clamp(-50.0, 50.0).exp(),
    }
}
