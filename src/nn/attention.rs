//! Soft attention with a learned context vector.

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor};

use super::{NamedTensors, gathered, parameter, scattered, values};
use crate::kernel::attention::attention;
use crate::weights::architecture::layers;

/// E parallel attentions, one per encoder, without bias, tanh or scaling:
///
/// ```text
/// a_t = softmax_t(h_t · w)       r = Σ_t a_t h_t
/// ```
#[derive(Module, Debug)]
pub struct Attention {
    /// w [E, C, 1].
    context: Param<Tensor<3>>,
    #[module(skip)]
    layers: Vec<layers::Context>,
}

impl Attention {
    /// Loads context vectors of equal size.
    ///
    /// # Panics
    /// If there are none, or a tensor is missing or has another size; reading a weight file checks both.
    pub fn load(tensors: &NamedTensors, layers: Vec<layers::Context>, device: &Device) -> Self {
        let shape = [layers.len(), layers[0].size, 1];
        Self {
            context: parameter(gathered(tensors, &layers, 0), shape, device),
            layers,
        }
    }

    /// The inverse of [`load`](Self::load).
    pub fn store(&self, tensors: &mut NamedTensors) {
        scattered(tensors, &self.layers, 0, values(&self.context));
    }

    /// Attends to states h [N, E, T, C]: the weighted sums r [N, E, C] and the weights a [N, E, T].
    pub fn forward(&self, states: Tensor<4>) -> (Tensor<3>, Tensor<3>) {
        attention(states, self.context())
    }

    /// The gradient of the states [N, E, T, C], from that of the weighted sums r [N, E, C]; on the CPU.
    #[cfg(feature = "attribution")]
    pub fn input_gradient(&self, states: Tensor<4>, gradient: Tensor<3>) -> Tensor<4> {
        crate::kernel::input_gradient::attention(states, self.context(), gradient)
    }

    /// The context vectors w [E, C].
    pub fn context(&self) -> Tensor<2> {
        self.context.val().squeeze_dim(2)
    }
}
