//! Bidirectional LSTMs, each with attention over its states.

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use super::{Attention, BiLstm, NamedTensors};
use crate::kernel::{self, Placed};
use crate::weights::architecture::layers::Encoder;

/// E encoders side by side, a level of the model:
///
/// ```text
/// h = BiLSTM(x)      a, r = attention(h)
/// ```
#[derive(Module, Debug)]
pub struct AttentiveBiLstm {
    rnn: BiLstm,
    attention: Attention,
    /// The weights in the layout that the device reads fastest, for a model that will not be trained.
    #[module(skip)]
    placed: Option<Placed>,
}

impl AttentiveBiLstm {
    /// Gathers encoders of one size.
    ///
    /// # Panics
    /// If there is none, and if a tensor is missing or of another size; reading a weight file checks both.
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

    /// Prepares the weights once for many forward passes. It copies them, so a model that is still in training must not
    /// be placed.
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

    /// Returns a function that gives r [N, E, 2H], and the gradient of x [N, T, E, I], from that of r; on the CPU.
    #[cfg(feature = "attribution")]
    pub fn input_gradient(&self, x: Tensor<4>, gradient: Tensor<3>) -> (impl FnOnce() -> Tensor<3> + use<>, Tensor<4>) {
        let (weights, context) = (self.rnn.weights(), self.attention.context());
        kernel::input_gradient::attentive_bilstm(x, &weights, context, gradient)
    }
}
