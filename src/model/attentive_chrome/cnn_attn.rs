use burn::module::Module;
use burn::tensor::{Device, Tensor};

use super::{Embedding, Sizes};
use crate::kernel::convolution::Stride;
use crate::nn::{Attention, Convolution, Linear, NamedTensors};

/// CNN-Attn, 112,851 parameters: DeepChrome's convolution without pooling, so that every bin can be attended to.
///
/// ```text
/// h = ReLU(conv(x))              [T, F]
/// v, α = attention(h)            [F], [1, T]: one α for all marks together
/// logit = w·ReLU(W_2 ReLU(W_1 v + b_1) + b_2) + b
/// ```
///
/// The paper has one sentence on it. Our choice: DeepChrome's filters and its classifier on v, zeros on either side so that frames
/// stand for bins (of nine, the odd one on the right), and its dropout before W_1.
#[derive(Module, Debug)]
pub struct CnnAttn {
    pub(super) convolution: Convolution,
    pub(super) attention: Attention,
    pub(super) hidden_1: Linear,
    pub(super) hidden_2: Linear,
    pub(super) classifier: Linear,
}

impl CnnAttn {
    pub(super) fn load(sizes: Sizes, tensors: &NamedTensors, device: &Device) -> Self {
        let Sizes {
            marks,
            filters,
            width,
            hidden_1,
            hidden_2,
            ..
        } = sizes;
        let linear =
            |prefix, inputs, outputs| Linear::load(tensors, prefix, inputs, outputs, device);
        Self {
            convolution: Convolution::load(
                tensors,
                &["conv".to_owned()],
                [filters, marks, width],
                Stride::same(width),
                device,
            ),
            attention: Attention::load(tensors, &[String::new()], filters, device),
            hidden_1: linear("linear_1", filters, hidden_1),
            hidden_2: linear("linear_2", hidden_1, hidden_2),
            classifier: linear("linear_3", hidden_2, 1),
        }
    }

    pub(super) fn store(&self, tensors: &mut NamedTensors) {
        self.convolution.store(&["conv".to_owned()], tensors);
        self.attention.store(&[String::new()], tensors);
        self.hidden_1.store("linear_1", tensors);
        self.hidden_2.store("linear_2", tensors);
        self.classifier.store("linear_3", tensors);
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
        let hidden = self.hidden_1.forward_rectified(gene);
        let hidden = self.hidden_2.forward_rectified(hidden);
        self.classifier.forward(hidden)
    }

    /// See [`input_gradient`](super::AttentiveChrome::input_gradient).
    #[cfg(feature = "flex")]
    pub(super) fn input_gradient(&self, x: Tensor<3>, scores: Tensor<2>) -> Tensor<3> {
        let x = x.unsqueeze_dim(2); // [N, T, 1, M]
        let frames = self.convolution.forward(x.clone()); // [N, 1, T, F]
        let (gene, _) = self.attention.forward(frames.clone());
        let hidden_1 = self.hidden_1.forward_rectified(gene.squeeze_dim(1));
        let hidden_2 = self.hidden_2.forward_rectified(hidden_1.clone());

        let hidden = self.classifier.input_gradient(scores);
        let hidden = self.hidden_2.rectified_input_gradient(hidden_2, hidden);
        let gene = self.hidden_1.rectified_input_gradient(hidden_1, hidden); // [N, F]
        let frames = self.attention.input_gradient(frames, gene.unsqueeze_dim(1));
        let x = self.convolution.input_gradient(x, frames);
        x.squeeze_dim(2)
    }
}
