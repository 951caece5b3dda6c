//! The gradient of a track with respect to the bases against Burn's autodiff of the model's definition, which has its
//! batch normalisation unfolded and its attention in ordinary tensor operations.

use crate::common::draw::Draw;
use burn::tensor::activation::{relu, softmax};
use burn::tensor::{Device, Tensor, TensorData};
use pollster::block_on;
use regulens::kernel::block::{self, Block};
use regulens::model::basenji::{Basenji, Config, Context, Link};
use regulens::model::sequences::{Room, SequenceModel, Summed};
use regulens::nn::NamedTensors;
use regulens::weights;
use regulens::weights::architecture::basenji::BlockSizes;
use regulens::weights::architecture::layers::Layer;

/// Differences, relative to the largest gradient, that are rounding alone.
const TOLERANCE: f64 = 2e-5;

impl Draw {
    /// In [-width, width).
    fn within(&mut self, count: usize, width: f32) -> Vec<f32> {
        (0..count).map(|_| self.symmetric() * width).collect()
    }

    fn weights(&mut self, config: &Config) -> NamedTensors {
        let tensors = config.tensors().into_iter().map(|(name, shape)| {
            let count: usize = shape.iter().product();
            let inputs: usize = shape[..shape.len() - 1].iter().product();
            let positive = ["gamma", "moving_variance", "decay", "alpha"]
                .iter()
                .any(|part| name.contains(part));
            let values = if positive {
                self.within(count, 0.4).into_iter().map(|value| 0.8 + value).collect()
            } else {
                self.within(count, (3.0 / inputs as f32).sqrt().min(1.0))
            };
            (name, weights::Tensor::new(shape, values))
        });
        tensors.collect()
    }
}

/// The model as its equations have it.
struct Definition<'a> {
    config: &'a Config,
    tensors: &'a NamedTensors,
    model: &'a Basenji,
}

impl Definition<'_> {
    fn tensor<const D: usize>(&self, name: &str) -> Tensor<D> {
        let weights::Tensor { shape, values } = &self.tensors[name];
        let shape: [usize; D] = shape.clone().try_into().expect("as many dimensions");
        placed(values.clone(), shape).autodiff()
    }

    fn block(&self, x: Tensor<3>, sizes: &BlockSizes, first: bool) -> Tensor<3> {
        let names = Layer::tensors(sizes);
        let kernel: Tensor<3> = self.tensor(&names[0].0);
        let [gamma, beta, mean, variance] = [1, 2, 3, 4].map(|part: usize| {
            let values: Tensor<1> = self.tensor(&names[part].0);
            values.reshape([1, 1, sizes.filters])
        });
        let shape = Block {
            dilation: sizes.dilation,
            pool: 1,
            rectify: !first,
        };
        let none = Tensor::<1>::zeros([sizes.filters], &x.device());
        let z = block::composed(x.clone(), kernel, none, shape);
        let y = (z - mean) / (variance + self.config.batch_norm_epsilon).sqrt() * gamma + beta;
        let [examples, length, filters] = y.dims();
        let pooled = length / sizes.pool;
        let y = y.narrow(1, 0, pooled * sizes.pool);
        let y = y
            .reshape([examples, pooled, sizes.pool, filters])
            .max_dim(2)
            .reshape([examples, pooled, filters]);
        if sizes.dense { Tensor::cat(vec![x, y], 2) } else { y }
    }

    fn stage(&self, h: Tensor<3>) -> Tensor<3> {
        let bins = self.config.bins();
        let mixing = self.model.mixing();
        if !mixing.is_empty() {
            let contexts = mixing
                .into_iter()
                .map(|e| placed(e, [1, bins, bins]).autodiff().matmul(h.clone()));
            return Tensor::cat(std::iter::once(h.clone()).chain(contexts).collect(), 2);
        }
        let positions = self.model.position_functions();
        let mut h = h;
        for (layer, heads) in self.config.attention().iter().enumerate() {
            let contexts = heads.iter().enumerate().map(|(number, head)| {
                let names = Layer::tensors(&head.query);
                let (weight, bias): (Tensor<2>, Tensor<1>) = (self.tensor(&names[0].0), self.tensor(&names[1].0));
                let size = head.query.outputs;
                let query = (h.clone().matmul(weight.unsqueeze_dim(0)) + bias.reshape([1, 1, size])).tanh();
                let mut scores = query.matmul(h.clone().swap_dims(1, 2));
                if self.config.score_relu {
                    scores = relu(scores);
                }
                if let Some(f) = positions.get(layer).map(|heads| &heads[number]) {
                    let rows = (0..bins).flat_map(|bin| f[bins - 1 - bin..][..bins].iter().copied());
                    scores = scores * placed(rows.collect(), [1, bins, bins]).autodiff();
                }
                softmax(scores, 2).matmul(h.clone())
            });
            h = Tensor::cat(std::iter::once(h.clone()).chain(contexts).collect(), 2);
        }
        h
    }

    /// The sum of a track over bins.
    fn sum(&self, x: Tensor<3>, summed: &Summed) -> Tensor<1> {
        let mut h = x;
        for (index, sizes) in self.config.blocks().iter().enumerate() {
            h = self.block(h, sizes, index == 0);
        }
        let h = relu(self.block(self.stage(h), &self.config.last_block(), false));
        let names = Layer::tensors(&self.config.tracks_layer());
        let (weight, bias): (Tensor<2>, Tensor<1>) = (self.tensor(&names[0].0), self.tensor(&names[1].0));
        let y = h.matmul(weight.unsqueeze_dim(0)) + bias.reshape([1, 1, self.config.targets]);
        let first = self.config.crop() + summed.bins.start;
        let y = y.narrow(1, first, summed.bins.len()).narrow(2, summed.track, 1);
        let y = match self.config.link {
            Link::ExpLinear => relu(y.clone()) + y.clamp_max(0.0).exp(),
            Link::Softplus => y.exp().log1p(),
            Link::Exp => y.exp(),
        };
        y.sum()
    }
}

fn placed<const D: usize>(values: Vec<f32>, shape: [usize; D]) -> Tensor<D> {
    Tensor::from_data(TensorData::new(values, shape), &Device::flex())
}

fn small(context: Context, link: Link) -> Config {
    let small = Config::small(context);
    let attends = matches!(context, Context::Attention(_));
    Config {
        length: 520,
        filters: vec![6, 9],
        kernels: vec![7, 4],
        pools: vec![4, 2],
        dilated_filters: small.dilated_filters.min(5),
        dilations: if small.dilations.is_empty() {
            Vec::new()
        } else {
            vec![1, 2, 4]
        },
        layers: if attends { 2 } else { 0 },
        heads: if attends { 2 } else { 0 },
        final_filters: 7,
        targets: 3,
        link,
        buffer: 64,
        ..small
    }
}

#[test]
fn the_gradient_of_a_track_is_that_of_the_definition_for_every_variant() {
    let room = Room {
        buffer: 1 << 30,
        windows: false,
    };
    for (number, context) in Context::ALL.into_iter().enumerate() {
        let link = [Link::ExpLinear, Link::Softplus, Link::Exp][number % 3];
        let config = small(context, link);
        let mut draw = Draw(7 + number as u32);
        let mut tensors = draw.weights(&config);
        // The links are curved where the tracks lie around 0.
        let last = Layer::tensors(&config.tracks_layer());
        tensors
            .get_mut(&last[0].0)
            .expect("the tracks' weights")
            .values
            .iter_mut()
            .for_each(|weight| *weight *= 0.2);
        let device = Device::flex();
        let model = Basenji::load(&config, tensors.clone(), room, &device);
        let summed = Summed { track: 1, bins: 5..20 };
        // Letters, and what lies between letters.
        let mut x = draw.within(4 * config.length, 1.0);
        for (base, channels) in x.chunks_exact_mut(4).enumerate().skip(200) {
            channels.fill(0.0);
            channels[base * base % 7 % 4] = 1.0;
        }
        let definition = Definition {
            config: &config,
            tensors: &tensors,
            model: &model,
        };
        let leaf = placed(x.clone(), [1, config.length, 4]).autodiff().require_grad();
        let sum = definition.sum(leaf.clone(), &summed);
        let gradients = sum.clone().backward();
        let expected: Vec<f32> = leaf
            .grad(&gradients)
            .expect("a gradient")
            .into_data()
            .try_to_vec()
            .expect("float32");
        let sum = f64::from(sum.into_scalar::<f32>());

        let between = &mut async || Ok(());
        let reads = model.gradients();
        let found = block_on(reads.input_gradient(x.clone(), &summed, between)).expect("nothing ends it");
        let alone = block_on(reads.sum(x, &summed, between)).expect("nothing ends it");
        assert_eq!(found.sum, alone, "{context:?}");
        assert!(
            (found.sum - sum).abs() < 1e-5 * sum.abs().max(1.0),
            "{context:?}: {} is not {sum}",
            found.sum
        );
        let largest = expected
            .iter()
            .fold(0.0_f64, |largest, value| largest.max(f64::from(value.abs())));
        let apart = found
            .gradient
            .iter()
            .zip(&expected)
            .map(|(a, b)| f64::from((a - b).abs()));
        let apart = apart.fold(0.0, f64::max) / largest;
        assert!(
            largest > 1e-4 && apart < TOLERANCE,
            "{context:?}, {link:?}: {apart:e} of {largest}"
        );
    }
}
