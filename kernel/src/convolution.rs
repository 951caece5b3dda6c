//! Convolution along a sequence with ReLU and max-pooling, as one operation.

use burn::backend::{Backend, Dispatch, backend_extension, tensor::FloatTensor};
use burn::tensor::{Tensor, activation::relu};

use super::precision::product;
pub(crate) use super::sizes::Convolved as Sizes;
pub use super::sizes::Stride;

/// E parallel convolutions, each with F filters of K positions:
///
/// ```text
/// y_tf = max(0, b_f + Σ_c Σ_k W_fck x_(t + k - left),c)        then the maximum over each `pool` frames
/// ```
///
/// `x` is [N, T, E, C], `weight` W [E, F, C, K], `bias` b [E, F]; the result is [N, E, frames, F], in the layout that
/// [`attention`](super::attention::attention) takes.
///
/// # Panics
/// If the shapes do not match, or the sequence is shorter than one frame.
pub fn convolution(x: Tensor<4>, weight: Tensor<4>, bias: Tensor<2>, stride: Stride) -> Tensor<4> {
    Tensor::from_dispatch(<Dispatch as ConvolutionBackend>::convolution(
        x.into_dispatch(),
        weight.into_dispatch(),
        bias.into_dispatch(),
        stride.left,
        stride.right,
        stride.pool,
    ))
}

/// The same in ordinary tensor operations, differentiable by Burn.
pub fn composed(x: Tensor<4>, weight: Tensor<4>, bias: Tensor<2>, stride: Stride) -> Tensor<4> {
    let [examples, positions, encoders, channels] = x.dims();
    let [_, filters, _, width] = weight.dims();
    let frames = stride.frames(positions, width);
    let x = x.permute([2, 0, 1, 3]); // [E, N, T, C]
    let zeros = |positions| Tensor::zeros([encoders, examples, positions, channels], &x.device());
    let mut parts = vec![x.clone()];
    if stride.left > 0 {
        parts.insert(0, zeros(stride.left));
    }
    if stride.right > 0 {
        parts.push(zeros(stride.right));
    }
    let padded = Tensor::cat(parts, 2);
    let shifted = (0..width).map(|k| padded.clone().narrow(2, k, frames));
    let windows = Tensor::stack::<5>(shifted.collect(), 4) // [E, N, frames, C, K]
        .reshape([encoders, examples * frames, channels * width]);
    let filter = weight.reshape([encoders, filters, channels * width]).swap_dims(1, 2);
    let y = relu(product(windows, filter) + bias.unsqueeze_dim(1)) // [E, N frames, F]
        .reshape([encoders, examples, frames, filters])
        .swap_dims(0, 1);
    if stride.pool == 1 {
        return y;
    }
    let pooled = frames / stride.pool;
    y.narrow(2, 0, pooled * stride.pool)
        .reshape([examples, encoders, pooled, stride.pool, filters])
        .max_dim(3)
        .squeeze_dim(3)
}

/// Convolution on one device. Shapes as in [`convolution`]; all tensors are float32.
#[backend_extension(
    Cube: cfg(any(feature = "wgpu", feature = "cuda")),
    Flex: cfg(feature = "flex"),
    Autodiff: cfg(feature = "autodiff")
)]
pub trait ConvolutionBackend: Backend {
    /// The rectified and pooled frames.
    fn convolution(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        left: usize,
        right: usize,
        pool: usize,
    ) -> FloatTensor<Self>;
}

/// Gradients are Burn's own, of the composed operations.
#[cfg(feature = "autodiff")]
impl<B, C> ConvolutionBackend for burn::backend::Autodiff<B, C>
where
    B: Backend,
    C: burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy,
    burn::backend::DispatchTensor: burn::backend::DispatchKindConversion<Self>,
{
    fn convolution(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        left: usize,
        right: usize,
        pool: usize,
    ) -> FloatTensor<Self> {
        let y = composed(
            Tensor::from_primitive::<Self>(x),
            Tensor::from_primitive::<Self>(weight),
            Tensor::from_primitive::<Self>(bias),
            Stride { left, right, pool },
        );
        y.try_into_primitive::<Self>()
            .expect("a tensor stays on the device that made it")
    }
}
