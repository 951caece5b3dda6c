use burn::module::Module;
use burn::tensor::{Device, Tensor};

use super::{Embedding, Sizes};
use crate::nn::{AttentiveBiLstm, Linear, NamedTensors};

/// LSTM-α,β, 55,681 parameters at the published sizes:
///
/// ```text
/// for each mark j:   h^j = BiLSTM_j(x[:, :, j])         [T, 2H]
///                    m^j, α^j = attention_j(h^j)        [2H], [T]
/// s = BiLSTM(m^1 … m^M)                                 [M, H]
/// v, β = attention(s)                                   [H], [M]
/// logit = w·v + b          P(on) = σ(logit)
/// ```
///
/// Follows the authors' code where it differs from the paper: one sigmoid unit instead of a softmax over two classes.
#[derive(Module, Debug)]
pub struct LstmAlphaBeta {
    pub(super) bins: AttentiveBiLstm,
    pub(super) marks: AttentiveBiLstm,
    pub(super) classifier: Linear,
}

impl LstmAlphaBeta {
    pub(super) fn load(sizes: Sizes, tensors: &NamedTensors, device: &Device) -> Self {
        let marks = sizes.level_2();
        Self {
            bins: AttentiveBiLstm::load(tensors, sizes.mark_encoders(), device),
            classifier: Linear::load(tensors, sizes.classifier(marks.context.size), device),
            marks: AttentiveBiLstm::load(tensors, vec![marks], device),
        }
    }

    pub(super) fn store(&self, tensors: &mut NamedTensors) {
        self.bins.store(tensors);
        self.marks.store(tensors);
        self.classifier.store(tensors);
    }

    pub(super) fn place(&mut self) {
        self.bins.place();
        self.marks.place();
    }

    pub(super) fn embed(&self, x: Tensor<3>) -> Embedding {
        let (embeddings, alpha) = self.bins.forward(x.unsqueeze_dim(3)); // [N, T, M, 1] -> [N, M, 2H], [N, M, T]
        let (gene, beta) = self.marks.forward(embeddings.unsqueeze_dim(2)); // [N, M, 1, 2H] -> [N, 1, H], [N, 1, M]
        Embedding {
            gene: gene.squeeze_dim(1),
            alpha: Some(alpha),
            beta: Some(beta.squeeze_dim(1)),
        }
    }

    pub(super) fn classify(&self, gene: Tensor<2>) -> Tensor<2> {
        self.classifier.forward(gene)
    }

    /// See [`input_gradient`](super::AttentiveChrome::input_gradient).
    #[cfg(feature = "attribution")]
    pub(super) fn input_gradient(&self, x: Tensor<3>, slopes: Tensor<2>) -> (Tensor<2>, Tensor<3>) {
        let x = x.unsqueeze_dim(3); // [N, T, M, 1]
        let (embeddings, _) = self.bins.forward(x.clone());
        let gene = self.classifier.input_gradient(slopes); // [N, H]
        let (gene, embeddings) = self
            .marks
            .input_gradient(embeddings.unsqueeze_dim(2), gene.unsqueeze_dim(1)); // [N, 1, H], [N, M, 1, 2H]
        let (_, x) = self.bins.input_gradient(x, embeddings.squeeze_dim(2));
        (self.classify(gene().squeeze_dim(1)), x.squeeze_dim(3))
    }
}
