use burn::module::Module;
use burn::tensor::{Device, Tensor};

use super::perceptron::Perceptron;
use super::{Embedding, Sizes};
use crate::kernel::convolution::Stride;
use crate::nn::{Attention, Convolution, NamedTensors};

/// CNN-Attn, 112,851 parameters: DeepChrome's convolution without pooling, with attention to every bin.
///
/// ```text
/// h = ReLU(conv(x))              [T, F]
/// v, α = attention(h)            [F], [1, T]: one α for all marks together
/// logit = w·ReLU(W_2 ReLU(W_1 v + b_1) + b_2) + b
/// ```
///
/// The paper describes it in one sentence. Our choice: DeepChrome's filters and its classifier on v, zero padding so
/// that frames correspond to bins (of nine zeros, the odd one on the right), and its dropout before W_1.
#[derive(Module, Debug)]
pub struct CnnAttn {
    pub(super) convolution: Convolution,
    pub(super) attention: Attention,
    pub(super) classifier: Perceptron,
}

impl CnnAttn {
    pub(super) fn load(sizes: Sizes, tensors: &NamedTensors, device: &Device) -> Self {
        let stride = Stride::same(sizes.width);
        Self {
            convolution: Convolution::load(tensors, vec![sizes.convolution()], stride, device),
            attention: Attention::load(tensors, vec![sizes.frame_context()], device),
            classifier: Perceptron::load(sizes.cnn_attn_perceptron(), tensors, device),
        }
    }

    pub(super) fn store(&self, tensors: &mut NamedTensors) {
        self.convolution.store(tensors);
        self.attention.store(tensors);
        self.classifier.store(tensors);
    }

    pub(super) fn embed(&self, x: Tensor<3>) -> Embedding {
        let frames = self.convolution.forward(x.unsqueeze_dim(2)); // [N, T, 1, M] -> [N, 1, T, F]
        let (gene, alpha) = self.attention.forward(frames); // [N, 1, F], [N, 1, T]
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
        let x = x.unsqueeze_dim(2); // [N, T, 1, M]
        let frames = self.convolution.forward(x.clone()); // [N, 1, T, F]
        let (gene, _) = self.attention.forward(frames.clone());
        let (scores, gene) = self.classifier.input_gradient(gene.squeeze_dim(1), slopes); // [N, 1], [N, F]
        let frames = self.attention.input_gradient(frames, gene.unsqueeze_dim(1));
        let x = self.convolution.input_gradient(x, frames);
        (scores, x.squeeze_dim(2))
    }
}
