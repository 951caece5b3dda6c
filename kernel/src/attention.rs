//! Soft attention as one operation: scores, softmax and weighted sum.

use burn::backend::{Backend, Dispatch, backend_extension, tensor::FloatTensor};
use burn::tensor::{Tensor, activation::softmax};

use super::precision::product;

/// E attentions over T positions of N examples each:
///
/// ```text
/// a_t = softmax_t(h_t · w)       r = Σ_t a_t h_t
/// ```
///
/// `states` h is [N, E, T, C], `context` w is [E, C]. The result is r [N, E, C] and a [N, E, T].
pub fn attention(states: Tensor<4>, context: Tensor<2>) -> (Tensor<3>, Tensor<3>) {
    let (sum, weights) = <Dispatch as AttentionBackend>::attention(states.into_dispatch(), context.into_dispatch());
    (Tensor::from_dispatch(sum), Tensor::from_dispatch(weights))
}

/// The same in ordinary tensor operations, differentiable by Burn: the reference for tests of the fused paths.
pub fn composed(states: Tensor<4>, context: Tensor<2>) -> (Tensor<3>, Tensor<3>) {
    let context = context.unsqueeze_dim::<3>(2).unsqueeze_dim::<4>(0); // [1, E, C, 1]
    let weights = softmax(product(states.clone(), context), 2); // [N, E, T, 1]
    let sum = product(weights.clone().swap_dims(2, 3), states); // [N, E, 1, C]
    (sum.squeeze_dim(2), weights.squeeze_dim(3))
}

/// Attention on one device. Shapes as in [`attention`]; all tensors are float32.
#[backend_extension(
    Cube: cfg(any(feature = "wgpu", feature = "cuda")),
    Flex: cfg(feature = "flex"),
    Autodiff: cfg(feature = "autodiff")
)]
pub trait AttentionBackend: Backend {
    /// The weighted sums and the weights.
    fn attention(states: FloatTensor<Self>, context: FloatTensor<Self>) -> (FloatTensor<Self>, FloatTensor<Self>);
}

/// Gradients are Burn's own, of the composed operations: attention is a small part of a training step.
#[cfg(feature = "autodiff")]
impl<B, C> AttentionBackend for burn::backend::Autodiff<B, C>
where
    B: Backend,
    C: burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy,
    burn::backend::DispatchTensor: burn::backend::DispatchKindConversion<Self>,
{
    fn attention(states: FloatTensor<Self>, context: FloatTensor<Self>) -> (FloatTensor<Self>, FloatTensor<Self>) {
        let (sum, weights) = composed(
            Tensor::from_primitive::<Self>(states),
            Tensor::from_primitive::<Self>(context),
        );
        const SAME: &str = "a tensor stays on the device that made it";
        (
            sum.try_into_primitive::<Self>().expect(SAME),
            weights.try_into_primitive::<Self>().expect(SAME),
        )
    }
}
