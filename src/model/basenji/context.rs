use burn::tensor::{Device, Tensor};

use super::distance::{mixing, position};
use super::{Config, Context};
use crate::kernel;
use crate::kernel::context::{attention_head, mix};
use crate::nn::{NamedTensors, named};
use crate::weights::architecture::basenji::{exponential_name, head_name};

/// What stands between H and the last block; see the equations in [`basenji`](super).
#[derive(Debug, Clone)]
pub enum Stage {
    /// `basenji`, whose dilated blocks have done it, and `standard`.
    None,
    /// Exponentials by their decays α.
    Exponentials(Vec<f64>),
    /// Heads, layer by layer.
    Attention(Vec<Vec<Head>>),
}

/// One head of attention.
#[derive(Debug, Clone)]
pub struct Head {
    /// W [d, d].
    weight: Tensor<2>,
    /// b `[d]`.
    bias: Tensor<1>,
    /// α, or α_l and α_r.
    decays: Vec<f64>,
}

impl Stage {
    /// Takes the heads and decays of a model.
    pub fn load(config: &Config, tensors: &NamedTensors, device: &Device) -> Self {
        let decay = |name: &str| f64::from(named(tensors, name)[0]);
        let head = |layer: usize, head: usize, size: usize| {
            let prefix = head_name(layer, head);
            let take = |part: &str| named(tensors, &format!("{prefix}/dense/{part}")).to_vec();
            let decays = config.context.decay_names().iter();
            Head {
                weight: kernel::tensor(take("kernel"), [size, size], device),
                bias: kernel::tensor(take("bias"), [size], device),
                decays: decays
                    .map(|name| decay(&format!("{prefix}/{name}")))
                    .collect(),
            }
        };
        match config.context {
            Context::Dilated | Context::None => Self::None,
            Context::ConstantExponentials => Self::Exponentials(config.decays.clone()),
            Context::LearnedExponentials => {
                let names = (0..config.exponentials).map(exponential_name);
                Self::Exponentials(names.map(|name| decay(&name)).collect())
            }
            Context::Attention(_) => {
                let layers = config.layer_channels().into_iter().enumerate();
                Self::Attention(
                    layers
                        .map(|(layer, size)| {
                            (0..config.heads).map(|h| head(layer, h, size)).collect()
                        })
                        .collect(),
                )
            }
        }
    }

    /// H [N, L, C] beside its context [N, L, C'], and where `maps` asks the attention [N, L, L] of each head, layer by layer.
    pub fn forward(
        &self,
        config: &Config,
        h: Tensor<3>,
        maps: bool,
    ) -> (Tensor<3>, Vec<Vec<Tensor<3>>>) {
        let ([_, length, _], device) = (h.dims(), h.device());
        match self {
            Self::None => (h, Vec::new()),
            Self::Exponentials(decays) => {
                let mut parts = vec![h.clone()];
                for &decay in decays {
                    let e = kernel::tensor(mixing(config, decay, length), [length; 2], &device);
                    parts.push(mix(h.clone(), e));
                }
                (kernel::join_channels(parts), Vec::new())
            }
            Self::Attention(layers) => {
                let mut h = h;
                let mut attention = Vec::new();
                for heads in layers {
                    let mut parts = vec![h.clone()];
                    let mut of_layer = Vec::new();
                    for head in heads {
                        let f = position(config, &head.decays, length)
                            .map(|f| kernel::tensor(f, [2 * length - 1], &device));
                        let attended = attention_head(
                            h.clone(),
                            head.weight.clone(),
                            head.bias.clone(),
                            f,
                            config.score_relu,
                            maps,
                        );
                        parts.push(attended.context);
                        of_layer.extend(attended.weights);
                    }
                    h = kernel::join_channels(parts);
                    if maps {
                        attention.push(of_layer);
                    }
                }
                (h, attention)
            }
        }
    }

    /// The position function of each head of each layer at t − i = −(bins − 1) … bins − 1; empty where there are none.
    pub fn positions(&self, config: &Config) -> Vec<Vec<Vec<f32>>> {
        let Self::Attention(layers) = self else {
            return Vec::new();
        };
        let of_layer = |heads: &Vec<Head>| {
            heads
                .iter()
                .filter_map(|head| position(config, &head.decays, config.bins()))
                .collect()
        };
        let layers: Vec<Vec<Vec<f32>>> = layers.iter().map(of_layer).collect();
        layers
            .into_iter()
            .filter(|heads| !heads.is_empty())
            .collect()
    }

    /// E of each exponential [bins, bins]; empty where there are none.
    pub fn mixing(&self, config: &Config) -> Vec<Vec<f32>> {
        match self {
            Self::Exponentials(decays) => decays
                .iter()
                .map(|&decay| mixing(config, decay, config.bins()))
                .collect(),
            _ => Vec::new(),
        }
    }
}
