//! Soft attention with a learned context vector.

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor};

use super::{NamedTensors, named, parameter, values};
use crate::kernel::attention::attention;
use crate::weights::{self, architecture::context_key};

/// E attentions side by side, one for each encoder, without bias, tanh or scaling:
///
/// ```text
/// a_t = softmax_t(h_t · w)       r = Σ_t a_t h_t
/// ```
#[derive(Module, Debug)]
pub struct Attention {
    /// w [E, C, 1].
    context: Param<Tensor<3>>,
}

impl Attention {
    /// Gathers the context vectors of `size` C under `prefixes`.
    ///
    /// # Panics
    /// If a tensor is missing or of another size; reading a weight file checks both.
    pub fn load(tensors: &NamedTensors, prefixes: &[String], size: usize, device: &Device) -> Self {
        let context = prefixes
            .iter()
            .flat_map(|prefix| named(tensors, &context_key(prefix)).iter().copied())
            .collect();
        Self {
            context: parameter(context, [prefixes.len(), size, 1], device),
        }
    }

    /// The inverse of [`load`](Self::load).
    pub fn store(&self, prefixes: &[String], tensors: &mut NamedTensors) {
        let [_, size, _] = self.context.dims();
        for (prefix, part) in prefixes.iter().zip(values(&self.context).chunks_exact(size)) {
            tensors.insert(context_key(prefix), weights::Tensor::new([size, 1], part.to_vec()));
        }
    }

    /// Attends to states h [N, E, T, C]: the weighted sums r [N, E, C] and the weights a [N, E, T].
    pub fn forward(&self, states: Tensor<4>) -> (Tensor<3>, Tensor<3>) {
        attention(states, self.context())
    }

    /// The gradient of the states [N, E, T, C], from that of the weighted sums r [N, E, C]; on the CPU.
    #[cfg(feature = "flex")]
    pub fn input_gradient(&self, states: Tensor<4>, gradient: Tensor<3>) -> Tensor<4> {
        crate::kernel::input_gradient::attention(states, self.context(), gradient)
    }

    /// The context vectors w [E, C].
    pub fn context(&self) -> Tensor<2> {
        self.context.val().squeeze_dim(2)
    }
}
