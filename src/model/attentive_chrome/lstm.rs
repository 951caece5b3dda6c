use burn::module::Module;
use burn::tensor::{Device, Tensor};

use super::{Embedding, Sizes};
use crate::kernel::final_states::final_states;
#[cfg(feature = "attribution")]
use crate::kernel::input_gradient;
use crate::nn::{BiLstm, Linear, NamedTensors};

/// LSTM, 10,049 parameters: one LSTM over all marks, whose last states are classified.
///
/// ```text
/// h = BiLSTM(x)                                               [T, 2H]
/// v = forward state after bin T | reverse state after bin 1   [2H]
/// logit = w·v + b
/// ```
#[derive(Module, Debug)]
pub struct Lstm {
    pub(super) bins: BiLstm,
    pub(super) classifier: Linear,
}

impl Lstm {
    pub(super) fn load(sizes: Sizes, tensors: &NamedTensors, device: &Device) -> Self {
        let bins = sizes.recurrence();
        Self {
            classifier: Linear::load(tensors, sizes.classifier(2 * bins.hidden), device),
            bins: BiLstm::load(tensors, vec![bins], device),
        }
    }

    pub(super) fn store(&self, tensors: &mut NamedTensors) {
        self.bins.store(tensors);
        self.classifier.store(tensors);
    }

    pub(super) fn embed(&self, x: Tensor<3>) -> Embedding {
        let states = self.bins.forward(x.unsqueeze_dim(2)); // [N, T, 1, M] -> [N, 1, T, 2H]
        Embedding {
            gene: final_states(states).squeeze_dim(1),
            alpha: None,
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
        let states = input_gradient::final_states(gene.unsqueeze_dim(1), x.dims()[1]); // [N, 1, T, 2H]
        let (states, x) = self.bins.input_gradient(x.unsqueeze_dim(2), states);
        let scores = self.classify(final_states(states).squeeze_dim(1));
        (scores, x.squeeze_dim(2))
    }
}
