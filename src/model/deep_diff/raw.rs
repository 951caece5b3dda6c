use burn::module::Module;
use burn::tensor::Device;
#[cfg(feature = "attribution")]
use burn::tensor::Tensor;

use super::{Architecture, Inputs, Output};
use crate::nn::{AttentiveBiLstm, Linear, NamedTensors};

/// Raw: d, Raw: c and Raw, 55,681, 100,801 and 145,921 parameters at the published sizes:
///
/// ```text
/// for each column k of D, C or R:   h^k = BiLSTM_k(x[:, k])      m^k, α^k = attention_k(h^k)
/// s = BiLSTM(m^1 … m^K)             v, β = attention(s)
/// y = w·v + b
/// ```
#[derive(Module, Debug)]
pub struct Raw {
    bins: AttentiveBiLstm,
    marks: AttentiveBiLstm,
    classifier: Linear,
}

impl Raw {
    pub(super) fn load(architecture: Architecture, tensors: &NamedTensors, device: &Device) -> Self {
        let (sizes, variant) = (architecture.sizes(), architecture.variant());
        Self {
            bins: AttentiveBiLstm::load(tensors, sizes.raw_encoders(variant), device),
            marks: AttentiveBiLstm::load(tensors, vec![sizes.raw_level_2(variant)], device),
            classifier: Linear::load(tensors, sizes.raw_classifier(), device),
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

    pub(super) fn forward(&self, inputs: Inputs) -> Output {
        let x = inputs.raw.expect("a raw variant has a raw part");
        let (embeddings, alpha) = self.bins.forward(x.unsqueeze_dim(3)); // [N, T, K, 1] -> [N, K, 2H], [N, K, T]
        let (vector, beta) = self.marks.forward(embeddings.unsqueeze_dim(2)); // [N, K, 1, 2H] -> [N, 1, H], [N, 1, K]
        Output {
            fold_change: self.classifier.forward(vector.squeeze_dim(1)),
            expression: None,
            alpha,
            beta: beta.squeeze_dim(1),
            auxiliary: None,
            embeddings: None,
        }
    }

    /// The fold change [N, 1], and the gradient of the raw part of `inputs`, [N, T, K], from the gradient of the fold
    /// change.
    #[cfg(feature = "attribution")]
    pub(super) fn input_gradient(&self, inputs: Inputs, slopes: Tensor<2>) -> (Tensor<2>, Tensor<3>) {
        let x = inputs.raw.expect("a raw variant has a raw part").unsqueeze_dim(3); // [N, T, K, 1]
        let (embeddings, _) = self.bins.forward(x.clone());
        let vector = self.classifier.input_gradient(slopes).unsqueeze_dim(1); // [N, 1, H]
        let (vector, embeddings) = self.marks.input_gradient(embeddings.unsqueeze_dim(2), vector); // [N, K, 1, 2H]
        let (_, x) = self.bins.input_gradient(x, embeddings.squeeze_dim(2));
        (self.classifier.forward(vector().squeeze_dim(1)), x.squeeze_dim(3))
    }
}
