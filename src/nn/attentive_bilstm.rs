//! Bidirectional LSTMs, each with attention over its states.

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use super::{Attention, BiLstm, NamedTensors};
use crate::kernel::{self, Placed};
use crate::weights::architecture::layers::Encoder;

/// E parallel encoders, one level of the model:
///
/// ```text
/// h = BiLSTM(x)      a, r = attention(h)
/// ```
#[derive(Module, Debug)]
pub struct AttentiveBiLstm {
    rnn: BiLstm,
    attention: Attention,
    /// Packed weights, for a model that is not trained.
    #[module(skip)]
    placed: Option<Placed>,
}

impl AttentiveBiLstm {
    /// Loads encoders of equal size.
    ///
    /// # Panics
    /// If there are none, or a tensor is missing or has another size; reading a weight file checks both.
    pub fn load(tensors: &NamedTensors, encoders: Vec<Encoder>, device: &Device) -> Self {
        let (recurrences, contexts) = encoders.into_iter().map(|each| (each.recurrence, each.context)).unzip();
        Self {
            rnn: BiLstm::load(tensors, recurrences, device),
            attention: Attention::load(tensors, contexts, device),
            placed: None,
        }
    }

    /// The inverse of [`load`](Self::load).
    pub fn store(&self, tensors: &mut NamedTensors) {
        self.rnn.store(tensors);
        self.attention.store(tensors);
    }

    /// Packs the weights for many forward passes. They are copied: do not place a model in training.
    pub fn place(&mut self) {
        self.placed = Some(Placed::new(self.rnn.weights(), self.attention.context()));
    }

    /// Attends to x [N, T, E, I]: the weighted sums r [N, E, 2H] and the weights a [N, E, T].
    pub fn forward(&self, x: Tensor<4>) -> (Tensor<3>, Tensor<3>) {
        match &self.placed {
            Some(placed) => placed.forward(x),
            None => kernel::attentive_bilstm(x, &self.rnn.weights(), self.attention.context()),
        }
    }

    /// Returns a function for r [N, E, 2H], and the gradient of x [N, T, E, I], from that of r; on the CPU.
    #[cfg(feature = "attribution")]
    pub fn input_gradient(&self, x: Tensor<4>, gradient: Tensor<3>) -> (impl FnOnce() -> Tensor<3> + use<>, Tensor<4>) {
        let (weights, context) = (self.rnn.weights(), self.attention.context());
        kernel::input_gradient::attentive_bilstm(x, &weights, context, gradient)
    }
}
