//! The classifier of DeepChrome and CNN-Attn.

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use crate::nn::{Linear, NamedTensors};
use crate::weights::architecture::layers;

/// scores = W_3 ReLU(W_2 ReLU(W_1 v + b_1) + b_2) + b_3
#[derive(Module, Debug)]
pub struct Perceptron {
    hidden_1: Linear,
    hidden_2: Linear,
    classifier: Linear,
}

impl Perceptron {
    /// Loads its three layers.
    pub fn load(layers: [layers::Linear; 3], tensors: &NamedTensors, device: &Device) -> Self {
        let [hidden_1, hidden_2, classifier] = layers.map(|layer| Linear::load(tensors, layer, device));
        Self {
            hidden_1,
            hidden_2,
            classifier,
        }
    }

    /// The inverse of [`load`](Self::load).
    pub fn store(&self, tensors: &mut NamedTensors) {
        self.hidden_1.store(tensors);
        self.hidden_2.store(tensors);
        self.classifier.store(tensors);
    }

    /// The scores [N, outputs] of genes [N, inputs].
    pub fn forward(&self, gene: Tensor<2>) -> Tensor<2> {
        let hidden = self.hidden_1.forward_rectified(gene);
        let hidden = self.hidden_2.forward_rectified(hidden);
        self.classifier.forward(hidden)
    }

    /// The scores [N, outputs] and the gradient with respect to `gene` [N, inputs], from the gradient of the scores.
    #[cfg(feature = "attribution")]
    pub fn input_gradient(&self, gene: Tensor<2>, slopes: Tensor<2>) -> (Tensor<2>, Tensor<2>) {
        let hidden_1 = self.hidden_1.forward_rectified(gene);
        let hidden_2 = self.hidden_2.forward_rectified(hidden_1.clone());
        let scores = self.classifier.forward(hidden_2.clone());

        let hidden = self.classifier.input_gradient(slopes);
        let hidden = self.hidden_2.rectified_input_gradient(hidden_2, hidden);
        (scores, self.hidden_1.rectified_input_gradient(hidden_1, hidden))
    }
}
