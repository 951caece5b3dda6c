use std::iter::repeat_n;
use std::ops::Range;

use burn::tensor::{Device, Tensor};

use super::distance::{mixing, position};
use super::{Between, Config, Context};
use crate::error::Error;
use crate::kernel;
use crate::kernel::context::{attention_head, mix};
use crate::kernel::halves;
#[cfg(all(feature = "flex", not(target_arch = "wasm32")))]
use crate::kernel::kept::{Layer, Sequence};
use crate::nn::taken;
use crate::weights::Weights;
use crate::weights::architecture::basenji;

/// Stage between H and the last block; see the equations in [`basenji`](super).
#[derive(Debug, Clone)]
pub enum Stage {
    /// `basenji`, whose dilated blocks have done it, and `standard`.
    None,
    /// Exponentials.
    Exponentials(Exponentials),
    /// Heads, layer by layer.
    Attention(Vec<Vec<Head>>),
}

/// Exponentials by their decays.
#[derive(Debug, Clone)]
pub struct Exponentials {
    /// α.
    decays: Vec<f64>,
    /// E [L, L] of each for the model's own L, made once; empty where they would take more than [`KEPT`].
    made: Vec<Tensor<2>>,
}

/// Bytes of all E that are kept from pass to pass: five of the published size are 20 MiB.
const KEPT: usize = 64 << 20;

/// One head of attention.
#[derive(Debug, Clone)]
pub struct Head {
    /// W [d, d].
    weight: Tensor<2>,
    /// b `[d]`.
    bias: Tensor<1>,
    /// α, or α_l and α_r.
    decays: Vec<f64>,
    /// f for the model's own bins, made once, where it has one.
    made: Option<Tensor<1>>,
}

impl Stage {
    /// Takes the heads of a model out of `weights`; `decays` are [its own](taken_decays).
    pub fn load(config: &Config, decays: &[f64], weights: &mut dyn Weights, device: &Device) -> Self {
        match config.context {
            Context::Dilated | Context::None => Self::None,
            Context::ConstantExponentials | Context::LearnedExponentials => {
                Self::Exponentials(Exponentials::new(config, decays.to_vec(), device))
            }
            Context::Attention(_) => {
                let mut decays = decays;
                let mut of_layer = |heads: &Vec<basenji::Head>| {
                    let heads = heads.iter();
                    heads
                        .map(|head| {
                            let (own, others) = decays.split_at(head.decays.len());
                            decays = others;
                            Head::load(config, head, own, weights, device)
                        })
                        .collect()
                };
                Self::Attention(config.attention().iter().map(&mut of_layer).collect())
            }
        }
    }

    /// H [N, L, C] beside its context [N, L, C'], and where `maps` asks the attention [N, L, L] of each head, layer by
    /// layer: of the layers from `first` on. `between` is asked after each exponential and each head.
    pub async fn forward(
        &self,
        first: usize,
        config: &Config,
        mut h: Tensor<3>,
        maps: bool,
        between: &mut dyn Between,
    ) -> Result<(Tensor<3>, Vec<Vec<Tensor<3>>>), Error> {
        let mut attention = Vec::new();
        for layer in first..config.context_layers() {
            let all = 0..h.dims()[1];
            let (beside, of_layer) = self.rows(config, layer, h, all, maps, between).await?;
            h = beside;
            if !of_layer.is_empty() {
                attention.push(of_layer);
            }
        }
        Ok((h, attention))
    }

    /// Returns the `rows` of one layer's H [N, L, C] beside their context, [N, R, C + C'], and where `maps` asks the
    /// attention [N, R, L] of each head: bit for bit as [`forward`](Self::forward) has them.
    pub async fn rows(
        &self,
        config: &Config,
        layer: usize,
        h: Tensor<3>,
        rows: Range<usize>,
        maps: bool,
        between: &mut dyn Between,
    ) -> Result<(Tensor<3>, Vec<Tensor<3>>), Error> {
        let ([_, length, channels], device) = (h.dims(), h.device());
        let count = match self {
            Self::None => 0,
            Self::Exponentials(exponentials) => exponentials.decays.len(),
            Self::Attention(layers) => layers[layer].len(),
        };
        let of_rows = if rows == (0..length) {
            h.clone()
        } else {
            kernel::stretch(h.clone(), rows.clone())
        };
        let mut parts = kernel::Channels::new(of_rows, (1 + count) * channels);
        let mut attention = Vec::new();
        for index in 0..count {
            parts.push(match self {
                Self::None => break,
                Self::Exponentials(exponentials) => {
                    let e = exponentials.e(config, index, length, &device);
                    mix(h.clone(), e, rows.clone())
                }
                Self::Attention(layers) => {
                    let head = &layers[layer][index];
                    let attended = attention_head(
                        h.clone(),
                        head.weight.clone(),
                        head.bias.clone(),
                        head.position(config, length, &device),
                        config.score_relu,
                        rows.clone(),
                        maps,
                    );
                    attention.extend(attended.weights);
                    attended.context
                }
            });
            between.ask().await?;
        }
        Ok((parts.joined(), attention))
    }

    /// The first layer of attention, of one sequence on the CPU: H beside its context, the attention [heads, L, L]
    /// where `maps` asks, and what is kept of it. `None` where there is no such layer, or the sequence is elsewhere.
    #[cfg(all(feature = "flex", not(target_arch = "wasm32")))]
    pub async fn first(
        &self,
        config: &Config,
        h: &Tensor<3>,
        maps: bool,
        between: &mut dyn Between,
    ) -> Result<Option<(Tensor<3>, Vec<f32>, Layer)>, Error> {
        let Self::Attention(layers) = self else {
            return Ok(None);
        };
        let (Some(heads), Some(sequence)) = (layers.first(), Sequence::new(h)) else {
            return Ok(None);
        };
        let ([_, length, _], device) = (h.dims(), h.device());
        let of_head = if maps { length * length } else { 0 };
        let (mut parts, mut kept) = (vec![h.clone()], Layer::default());
        let mut attention = vec![0.0; heads.len() * of_head];
        for (index, head) in heads.iter().enumerate() {
            let f = head.position(config, length, &device);
            let (weight, bias) = (&head.weight, &head.bias);
            let attention = &mut attention[index * of_head..][..of_head];
            parts.push(sequence.attend(weight, bias, f.as_ref(), config.score_relu, attention, &mut kept));
            between.ask().await?;
        }
        Ok(Some((kernel::join_channels(parts), attention, kept)))
    }

    /// Number of times that [`forward`](Self::forward) asks whether to go on.
    pub fn steps(&self) -> usize {
        match self {
            Self::None => 0,
            Self::Exponentials(exponentials) => exponentials.decays.len(),
            Self::Attention(layers) => layers.iter().map(Vec::len).sum(),
        }
    }
}

/// α of each exponential, or α, or α_l and α_r, of each head of each layer: what a stage has besides matrices. They
/// are taken out of `weights`, where they are there.
pub fn taken_decays(config: &Config, weights: &mut dyn Weights) -> Vec<f64> {
    let learned = match config.context {
        Context::Dilated | Context::None => Vec::new(),
        Context::ConstantExponentials => return config.decays.clone(),
        Context::LearnedExponentials => config.learned_decays(),
        Context::Attention(_) => {
            let heads = config.attention().into_iter().flatten();
            heads.flat_map(|head| head.decays).collect()
        }
    };
    let mut value = |decay| {
        let [values] = taken(weights, decay);
        f64::from(values[0])
    };
    learned.iter().map(&mut value).collect()
}

impl Head {
    fn load(
        config: &Config,
        layer: &basenji::Head,
        decays: &[f64],
        weights: &mut dyn Weights,
        device: &Device,
    ) -> Self {
        let [weight, bias] = taken(weights, &layer.query);
        let size = layer.query.outputs;
        let (weight, bias) = match halves::exact(&weight, device) {
            Some(halves) => (
                halves::Weight::place(halves, [size, size], device),
                halves::with_factors(&bias, repeat_n(1.0, size)),
            ),
            None => (kernel::tensor(weight, [size, size], device), bias),
        };
        let values = bias.len();
        let mut head = Self {
            weight,
            bias: kernel::tensor(bias, [values], device),
            decays: decays.to_vec(),
            made: None,
        };
        head.made = head.position(config, config.bins(), device);
        head
    }

    /// W [d, d] and b `[d]`, read back.
    #[cfg(feature = "attribution")]
    pub fn weights(&self) -> (Vec<f32>, Vec<f32>) {
        halves::read_at_once(self.weight.clone(), self.bias.clone())
    }

    /// f [2L − 1] for L bins, where it has one.
    pub fn position(&self, config: &Config, length: usize, device: &Device) -> Option<Tensor<1>> {
        if length == config.bins() && self.made.is_some() {
            return self.made.clone();
        }
        position(config, &self.decays, length).map(|f| kernel::tensor(f, [2 * length - 1], device))
    }
}

impl Exponentials {
    fn new(config: &Config, decays: Vec<f64>, device: &Device) -> Self {
        let length = config.bins();
        let mut exponentials = Self {
            decays,
            made: Vec::new(),
        };
        if 4 * length * length * exponentials.decays.len() <= KEPT {
            let all = 0..exponentials.decays.len();
            exponentials.made = all.map(|index| exponentials.e(config, index, length, device)).collect();
        }
        exponentials
    }

    /// α of each.
    #[cfg(feature = "attribution")]
    pub fn decays(&self) -> &[f64] {
        &self.decays
    }

    /// E [L, L] of one of them.
    fn e(&self, config: &Config, index: usize, length: usize, device: &Device) -> Tensor<2> {
        match self.made.get(index) {
            Some(e) if length == config.bins() => e.clone(),
            _ => {
                let values = mixing(config, self.decays[index], length);
                kernel::tensor(values, [length; 2], device)
            }
        }
    }
}
