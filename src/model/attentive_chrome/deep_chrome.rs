use burn::module::Module;
use burn::tensor::{Device, Tensor};

use super::{Embedding, Sizes};
use crate::kernel::convolution::Stride;
use crate::nn::{Convolution, Linear, NamedTensors};
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
    pub(super) hidden_1: Linear,
    pub(super) hidden_2: Linear,
    pub(super) classifier: Linear,
}

impl DeepChrome {
    pub(super) fn load(sizes: Sizes, tensors: &NamedTensors, device: &Device) -> Self {
        let Sizes {
            marks,
            filters,
            width,
            hidden_1,
            hidden_2,
            ..
        } = sizes;
        let stride = Stride {
            left: 0,
            right: 0,
            pool: POOL,
        };
        let linear =
            |prefix, inputs, outputs| Linear::load(tensors, prefix, inputs, outputs, device);
        Self {
            convolution: Convolution::load(
                tensors,
                &["conv".to_owned()],
                [filters, marks, width],
                stride,
                device,
            ),
            hidden_1: linear("linear_1", sizes.pooled_frames() * filters, hidden_1),
            hidden_2: linear("linear_2", hidden_1, hidden_2),
            classifier: linear("linear_3", hidden_2, 2),
        }
    }

    pub(super) fn store(&self, tensors: &mut NamedTensors) {
        self.convolution.store(&["conv".to_owned()], tensors);
        self.hidden_1.store("linear_1", tensors);
        self.hidden_2.store("linear_2", tensors);
        self.classifier.store("linear_3", tensors);
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
        let hidden = self.hidden_1.forward_rectified(gene);
        let hidden = self.hidden_2.forward_rectified(hidden);
        self.classifier.forward(hidden)
    }

    /// See [`input_gradient`](super::AttentiveChrome::input_gradient).
    #[cfg(feature = "flex")]
    pub(super) fn input_gradient(&self, x: Tensor<3>, scores: Tensor<2>) -> Tensor<3> {
        let x = x.unsqueeze_dim(2); // [N, T, 1, M]
        let pooled = self.convolution.forward(x.clone()); // [N, 1, frames, F]
        let shape = pooled.dims();
        let [examples, _, frames, filters] = shape;
        let gene = pooled.reshape([examples, frames * filters]);
        let hidden_1 = self.hidden_1.forward_rectified(gene);
        let hidden_2 = self.hidden_2.forward_rectified(hidden_1.clone());

        let hidden = self.classifier.input_gradient(scores);
        let hidden = self.hidden_2.rectified_input_gradient(hidden_2, hidden);
        let gene = self.hidden_1.rectified_input_gradient(hidden_1, hidden); // [N, frames F]
        let x = self.convolution.input_gradient(x, gene.reshape(shape));
        x.squeeze_dim(2)
    }
}
