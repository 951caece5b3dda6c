use burn::module::Module;
use burn::tensor::{Device, Tensor};

use super::perceptron::Perceptron;
use super::{Embedding, Sizes};
use crate::kernel::convolution::Stride;
use crate::nn::{Convolution, NamedTensors};
use crate::weights::architecture::attentive_chrome::POOL;

/// DeepChrome (Singh, Lanchantin, Robins, Qi, Bioinformatics 2016), 644,177 parameters:
///
/// ```text
/// y = ReLU(conv(x))              [T - 9, F], no padding
/// p = max over 5 frames of y     [18, F] of 100 bins; frames left over are dropped
/// v = p, frame after frame       [900]
/// score(on), score(off) = W_3 ReLU(W_2 ReLU(W_1 v + b_1) + b_2) + b_3
/// logit = score(on) - score(off), which makes P(on) the published softmax
/// ```
#[derive(Module, Debug)]
pub struct DeepChrome {
    pub(super) convolution: Convolution,
    pub(super) classifier: Perceptron,
    /// 2, or 1 for a model of level.
    #[module(skip)]
    pub(super) scores: usize,
}

impl DeepChrome {
    pub(super) fn load(sizes: Sizes, tensors: &NamedTensors, device: &Device) -> Self {
        let stride = Stride {
            left: 0,
            right: 0,
            pool: POOL,
        };
        Self {
            convolution: Convolution::load(tensors, vec![sizes.convolution()], stride, device),
            classifier: Perceptron::load(sizes.deep_chrome_perceptron(), tensors, device),
            scores: sizes.scores,
        }
    }

    pub(super) fn store(&self, tensors: &mut NamedTensors) {
        self.convolution.store(tensors);
        self.classifier.store(tensors);
    }

    pub(super) fn embed(&self, x: Tensor<3>) -> Embedding {
        let pooled = self.convolution.forward(x.unsqueeze_dim(2)); // [N, T, 1, M] -> [N, 1, frames, F]
        let [examples, _, frames, filters] = pooled.dims();
        Embedding {
            gene: pooled.reshape([examples, frames * filters]),
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
        let x = x.unsqueeze_dim(2); // [N, T, 1, M]
        let pooled = self.convolution.forward(x.clone()); // [N, 1, frames, F]
        let shape = pooled.dims();
        let [examples, _, frames, filters] = shape;
        let gene = pooled.reshape([examples, frames * filters]);
        let (scores, gene) = self.classifier.input_gradient(gene, slopes); // [N, 2 or 1], [N, frames F]
        let x = self.convolution.input_gradient(x, gene.reshape(shape));
        (scores, x.squeeze_dim(2))
    }
}
