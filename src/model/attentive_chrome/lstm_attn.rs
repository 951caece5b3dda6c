use burn::module::Module;
use burn::tensor::{Device, Tensor};

use super::{Embedding, Sizes};
use crate::nn::{AttentiveBiLstm, Linear, NamedTensors};

/// LSTM-Attn, 10,113 parameters: one LSTM over all marks, and attention over its states.
///
/// ```text
/// h = BiLSTM(x)                  [T, 2H]
/// v, α = attention(h)            [2H], [1, T]: one α for all marks together
/// logit = w·v + b
/// ```
#[derive(Module, Debug)]
pub struct LstmAttn {
    pub(super) bins: AttentiveBiLstm,
    pub(super) classifier: Linear,
}

impl LstmAttn {
    pub(super) fn load(sizes: Sizes, tensors: &NamedTensors, device: &Device) -> Self {
        let bins = sizes.encoder();
        Self {
            classifier: Linear::load(tensors, sizes.classifier(bins.context.size), device),
            bins: AttentiveBiLstm::load(tensors, vec![bins], device),
        }
    }

    pub(super) fn store(&self, tensors: &mut NamedTensors) {
        self.bins.store(tensors);
        self.classifier.store(tensors);
    }

    pub(super) fn place(&mut self) {
        self.bins.place();
    }

    pub(super) fn embed(&self, x: Tensor<3>) -> Embedding {
        let (gene, alpha) = self.bins.forward(x.unsqueeze_dim(2)); // [N, T, 1, M] -> [N, 1, 2H], [N, 1, T]
        Embedding {
            gene: gene.squeeze_dim(1),
            alpha: Some(alpha),
            beta: None,
        }
    }

    pub(super) fn classify(&self, gene: Tensor<2>) -> Tensor<2> {
        self.classifier.forward(gene)
    }

    /// See [`input_gradient`](super::AttentiveChrome::input_gradient).
    #[cfg(feature = "attribution")]
    pub(super) fn input_gradient(&self, x: Tensor<3>, slopes: Tensor<2>) -> (Tensor<2>, Tensor<3>) {
        let gene = self.classifier.input_gradient(slopes); // [N, 2H]
        let x = x.unsqueeze_dim(2); // [N, T, 1, M]
        let (gene, x) = self.bins.input_gradient(x, gene.unsqueeze_dim(1));
        (self.classify(gene().squeeze_dim(1)), x.squeeze_dim(2))
    }
}
