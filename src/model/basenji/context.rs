use std::iter::repeat_n;
use std::ops::Range;

use burn::tensor::{Device, Tensor};

use super::distance::{mixing, position};
use super::{Config, Context as Kind};
use crate::kernel;
use crate::kernel::context::{Attended, attention_head, mix};
use crate::kernel::halves;
use crate::nn::taken;
use crate::weights::Weights;
use crate::weights::architecture::basenji;

/// One context of each bin: an attention head or an exponential.
#[derive(Debug)]
pub enum Context {
    Exponential(Box<Exponential>),
    Head(Box<Head>),
}

/// An exponential, by its decay.
#[derive(Debug)]
pub struct Exponential {
    /// α.
    decay: f64,
    /// E [L, L] for the model's L, cached unless all of them exceed [`KEPT`].
    made: Option<Tensor<2>>,
}

/// Largest size of all cached E, in bytes: five of the published size take 20 MiB.
const KEPT: usize = 64 << 20;

/// An attention head.
#[derive(Debug)]
pub struct Head {
    /// W [d, d].
    weight: Tensor<2>,
    /// b `[d]`.
    bias: Tensor<1>,
    /// α, or α_l and α_r.
    decays: Vec<f64>,
    /// f for the model's number of bins, cached, if the head has one.
    made: Option<Tensor<1>>,
}

/// Loads the context stage between H and the last block from `weights`, layer by layer; see the equations in
/// [`basenji`](super). `decays` come from [`taken_decays`].
pub fn load(config: &Config, decays: &[f64], weights: &mut dyn Weights, device: &Device) -> Vec<Vec<Context>> {
    match config.context {
        Kind::Dilated | Kind::None => Vec::new(),
        Kind::ConstantExponentials | Kind::LearnedExponentials => {
            let length = config.bins();
            let keeps = 4 * length * length * decays.len() <= KEPT;
            let exponential = |&decay: &f64| {
                let mut exponential = Exponential { decay, made: None };
                exponential.made = keeps.then(|| exponential.e(config, length, device));
                Context::Exponential(Box::new(exponential))
            };
            vec![decays.iter().map(exponential).collect()]
        }
        Kind::Attention(_) => {
            let mut decays = decays;
            let mut head = |head: &basenji::Head| {
                let (own, others) = decays.split_at(head.decays.len());
                decays = others;
                Context::Head(Box::new(Head::load(config, head, own, weights, device)))
            };
            let layers = config.attention();
            layers
                .iter()
                .map(|heads| heads.iter().map(&mut head).collect())
                .collect()
        }
    }
}

impl Context {
    /// The context of `rows` of H [N, L, C], [N, R, C], and for a head, if `maps`, the attention [N, R, L].
    pub fn of(&self, config: &Config, h: &Tensor<3>, rows: Range<usize>, maps: bool) -> Attended {
        let ([_, length, _], device) = (h.dims(), h.device());
        match self {
            Self::Exponential(exponential) => Attended {
                context: mix(h.clone(), exponential.e(config, length, &device), rows),
                weights: None,
            },
            Self::Head(head) => {
                let (weight, bias) = (head.weight.clone(), head.bias.clone());
                let f = head.position(config, length, &device);
                attention_head(h.clone(), weight, bias, f, config.score_relu, rows, maps)
            }
        }
    }
}

/// Removes from `weights` the decays of the context stage: α of each exponential, or α, or α_l and α_r, of each head of
/// each layer.
pub fn taken_decays(config: &Config, weights: &mut dyn Weights) -> Vec<f64> {
    let learned = match config.context {
        Kind::Dilated | Kind::None => Vec::new(),
        Kind::ConstantExponentials => return config.decays.clone(),
        Kind::LearnedExponentials => config.learned_decays(),
        Kind::Attention(_) => {
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

    /// W [d, d].
    #[cfg(all(feature = "flex", not(target_arch = "wasm32")))]
    pub fn weight(&self) -> &Tensor<2> {
        &self.weight
    }

    /// b `[d]`.
    #[cfg(all(feature = "flex", not(target_arch = "wasm32")))]
    pub fn bias(&self) -> &Tensor<1> {
        &self.bias
    }

    /// W [d, d] and b `[d]`, read back.
    #[cfg(feature = "attribution")]
    pub fn weights(&self) -> (Vec<f32>, Vec<f32>) {
        halves::read_at_once(self.weight.clone(), self.bias.clone())
    }

    /// f [2L − 1] for L bins, if the head has one.
    pub fn position(&self, config: &Config, length: usize, device: &Device) -> Option<Tensor<1>> {
        if length == config.bins() && self.made.is_some() {
            return self.made.clone();
        }
        position(config, &self.decays, length).map(|f| kernel::tensor(f, [2 * length - 1], device))
    }
}

impl Exponential {
    /// α.
    #[cfg(feature = "attribution")]
    pub fn decay(&self) -> f64 {
        self.decay
    }

    fn e(&self, config: &Config, length: usize, device: &Device) -> Tensor<2> {
        match &self.made {
            Some(e) if length == config.bins() => e.clone(),
            _ => kernel::tensor(mixing(config, self.decay, length), [length; 2], device),
        }
    }
}
