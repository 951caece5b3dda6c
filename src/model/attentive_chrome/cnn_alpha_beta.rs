use burn::module::Module;
use burn::tensor::{Device, Tensor};

use super::{Embedding, Sizes};
use crate::kernel::convolution::Stride;
use crate::nn::{Attention, Convolution, Linear, NamedTensors};

/// CNN-α,β, 10,651 parameters: a convolution and α for each mark, then a convolution over marks and β.
///
/// ```text
/// for each mark j:   h^j = ReLU(conv_j(x[:, :, j]))     [T, F]
///                    m^j, α^j = attention_j(h^j)        [F], [T]
/// s = ReLU(conv(m^1 … m^M))                             [M, F']
/// v, β = attention(s)                                   [F'], [M]
/// logit = w·v + b
/// ```
///
/// The paper describes it in one sentence. Our choice: width and number of filters of DeepChrome over bins, the same
/// number of filters of width three over marks, and zero padding so that frames correspond to bins and marks.
#[derive(Module, Debug)]
pub struct CnnAlphaBeta {
    pub(super) bin_convolution: Convolution,
    pub(super) bin_attention: Attention,
    pub(super) mark_convolution: Convolution,
    pub(super) mark_attention: Attention,
    pub(super) classifier: Linear,
}

impl CnnAlphaBeta {
    pub(super) fn load(sizes: Sizes, tensors: &NamedTensors, device: &Device) -> Self {
        let (convolutions, contexts) = sizes
            .mark_frames()
            .into_iter()
            .map(|each| (each.convolution, each.context))
            .unzip();
        let marks = sizes.level_2_frames();
        Self {
            bin_convolution: Convolution::load(tensors, convolutions, Stride::same(sizes.width), device),
            bin_attention: Attention::load(tensors, contexts, device),
            mark_convolution: Convolution::load(tensors, vec![marks.convolution], Stride::same(sizes.hm_width), device),
            mark_attention: Attention::load(tensors, vec![marks.context], device),
            classifier: Linear::load(tensors, sizes.classifier(sizes.hm_filters), device),
        }
    }

    pub(super) fn store(&self, tensors: &mut NamedTensors) {
        self.bin_convolution.store(tensors);
        self.bin_attention.store(tensors);
        self.mark_convolution.store(tensors);
        self.mark_attention.store(tensors);
        self.classifier.store(tensors);
    }

    pub(super) fn embed(&self, x: Tensor<3>) -> Embedding {
        let frames = self.bin_convolution.forward(x.unsqueeze_dim(3)); // [N, T, M, 1] -> [N, M, T, F]
        let (embeddings, alpha) = self.bin_attention.forward(frames); // [N, M, F], [N, M, T]
        let frames = self.mark_convolution.forward(embeddings.unsqueeze_dim(2)); // [N, M, 1, F] -> [N, 1, M, F']
        let (gene, beta) = self.mark_attention.forward(frames); // [N, 1, F'], [N, 1, M]
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
        let bins = self.bin_convolution.forward(x.clone()); // [N, M, T, F]
        let (embeddings, _) = self.bin_attention.forward(bins.clone());
        let embeddings = embeddings.unsqueeze_dim(2); // [N, M, 1, F]
        let marks = self.mark_convolution.forward(embeddings.clone()); // [N, 1, M, F']
        let (gene, _) = self.mark_attention.forward(marks.clone()); // [N, 1, F']
        let scores = self.classify(gene.squeeze_dim(1));

        let gene = self.classifier.input_gradient(slopes); // [N, F']
        let marks = self.mark_attention.input_gradient(marks, gene.unsqueeze_dim(1));
        let embeddings = self.mark_convolution.input_gradient(embeddings, marks);
        let bins = self.bin_attention.input_gradient(bins, embeddings.squeeze_dim(2));
        let x = self.bin_convolution.input_gradient(x, bins);
        (scores, x.squeeze_dim(3))
    }
}
