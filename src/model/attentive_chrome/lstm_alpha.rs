use burn::module::Module;
use burn::tensor::{Device, Tensor};

use super::{Embedding, Sizes};
use crate::nn::{AttentiveBiLstm, Linear, NamedTensors};

/// LSTM-α, 65,729 parameters: the first level of LSTM-α,β, followed by a multilayer perceptron.
///
/// ```text
/// for each mark j:   h^j = BiLSTM_j(x[:, :, j])         m^j, α^j = attention_j(h^j)
/// v = m^1 … m^M                                         [M 2H], mark after mark
/// logit = w·ReLU(W v + c) + b
/// ```
///
/// The paper gives "a two-layer MLP" without its width; `head_hidden` 64 is our choice. The authors' Lua code has one
/// layer, w·v + b, which is `head_hidden` 0 (45,441 parameters).
#[derive(Module, Debug)]
pub struct LstmAlpha {
    pub(super) bins: AttentiveBiLstm,
    pub(super) hidden: Option<Linear>,
    pub(super) classifier: Linear,
}

impl LstmAlpha {
    pub(super) fn load(sizes: Sizes, tensors: &NamedTensors, device: &Device) -> Self {
        let (hidden, classifier) = sizes.head();
        Self {
            bins: AttentiveBiLstm::load(tensors, sizes.mark_encoders(), device),
            hidden: hidden.map(|hidden| Linear::load(tensors, hidden, device)),
            classifier: Linear::load(tensors, classifier, device),
        }
    }

    pub(super) fn store(&self, tensors: &mut NamedTensors) {
        self.bins.store(tensors);
        if let Some(hidden) = &self.hidden {
            hidden.store(tensors);
        }
        self.classifier.store(tensors);
    }

    pub(super) fn place(&mut self) {
        self.bins.place();
    }

    pub(super) fn embed(&self, x: Tensor<3>) -> Embedding {
        let (embeddings, alpha) = self.bins.forward(x.unsqueeze_dim(3)); // [N, T, M, 1] -> [N, M, 2H], [N, M, T]
        let [examples, marks, size] = embeddings.dims();
        Embedding {
            gene: embeddings.reshape([examples, marks * size]),
            alpha: Some(alpha),
            beta: None,
        }
    }

    pub(super) fn classify(&self, gene: Tensor<2>) -> Tensor<2> {
        match &self.hidden {
            None => self.classifier.forward(gene),
            Some(hidden) => self.classifier.forward(hidden.forward_rectified(gene)),
        }
    }

    /// See [`input_gradient`](super::AttentiveChrome::input_gradient).
    #[cfg(feature = "attribution")]
    pub(super) fn input_gradient(&self, x: Tensor<3>, slopes: Tensor<2>) -> (Tensor<2>, Tensor<3>) {
        let x = x.unsqueeze_dim(3); // [N, T, M, 1]
        let (embeddings, _) = self.bins.forward(x.clone());
        let shape = embeddings.dims();
        let [examples, marks, size] = shape;
        let gene = embeddings.reshape([examples, marks * size]);
        let slope = self.classifier.input_gradient(slopes);
        let (scores, slope) = match &self.hidden {
            None => (self.classifier.forward(gene), slope),
            Some(hidden) => {
                let units = hidden.forward_rectified(gene);
                let scores = self.classifier.forward(units.clone());
                (scores, hidden.rectified_input_gradient(units, slope))
            }
        }; // [N, 1], [N, M 2H]
        let (_, x) = self.bins.input_gradient(x, slope.reshape(shape));
        (scores, x.squeeze_dim(3))
    }
}
