//! Bidirectional LSTMs, each with attention over its states.

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use super::{Attention, BiLstm, NamedTensors};
use crate::kernel::{self, Placed};

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
    /// Gathers the encoders whose recurrences' keys begin with `recurrences` and whose context vectors' with
    /// `attentions`, each of `inputs` inputs and `hidden` units.
    ///
    /// # Panics
    /// If a tensor is missing or of another size; reading a weight file checks both.
    pub fn load(
        tensors: &NamedTensors,
        recurrences: &[String],
        attentions: &[String],
        inputs: usize,
        hidden: usize,
        device: &Device,
    ) -> Self {
        Self {
            rnn: BiLstm::load(tensors, recurrences, inputs, hidden, device),
            attention: Attention::load(tensors, attentions, 2 * hidden, device),
            placed: None,
        }
    }

    /// The inverse of [`load`](Self::load).
    pub fn store(&self, recurrences: &[String], attentions: &[String], tensors: &mut NamedTensors) {
        self.rnn.store(recurrences, tensors);
        self.attention.store(attentions, tensors);
    }

    /// Prepares the weights once for many forward passes. It copies them, so a model that is still in training must not
    /// be placed.
    pub fn place(&mut self) {
        self.placed = Some(Placed::new(self.rnn.weights(), self.attention.context()));
    }

    /// E.
    pub fn encoders(&self) -> usize {
        self.rnn.encoders()
    }

    /// Attends to x [N, T, E, I]: the weighted sums r [N, E, 2H] and the weights a [N, E, T].
    pub fn forward(&self, x: Tensor<4>) -> (Tensor<3>, Tensor<3>) {
        match &self.placed {
            Some(placed) => placed.forward(x),
            None => kernel::attentive_bilstm(x, &self.rnn.weights(), self.attention.context()),
        }
    }

    /// The gradient of x [N, T, E, I], from that of the weighted sums r [N, E, 2H]; on the CPU.
    #[cfg(feature = "flex")]
    pub fn input_gradient(&self, x: Tensor<4>, gradient: Tensor<3>) -> Tensor<4> {
        let (weights, context) = (self.rnn.weights(), self.attention.context());
        kernel::input_gradient::attentive_bilstm(x, &weights, context, gradient)
    }
}
