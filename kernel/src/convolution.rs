//! Convolution over the positions of a sequence, rectified and pooled, as one operation.

use burn::backend::{Backend, Dispatch, backend_extension, tensor::FloatTensor};
use burn::tensor::{Tensor, activation::relu};

use super::precision::product;

/// How a convolution goes along its sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stride {
    /// Zeros before the first position.
    pub left: usize,
    /// Zeros after the last.
    pub right: usize,
    /// Frames that one maximum is taken over, and the step between maxima; frames left over at the end are dropped. 1
    /// pools nothing.
    pub pool: usize,
}

impl Stride {
    /// As many frames as positions, for filters of `width`: of an odd number of zeros the odd one is on the right.
    pub fn same(width: usize) -> Self {
        let left = (width - 1) / 2;
        Self {
            left,
            right: width - 1 - left,
            pool: 1,
        }
    }

    /// Frames before pooling, of `positions` under filters of `width`.
    pub fn frames(self, positions: usize, width: usize) -> usize {
        (self.left + positions + self.right + 1).saturating_sub(width)
    }
}

/// E convolutions side by side, each with F filters of K positions:
///
/// ```text
/// y_tf = max(0, b_f + Σ_c Σ_k W_fck x_(t + k - left),c)        then the maximum over each `pool` frames
/// ```
///
/// `x` is [N, T, E, C], `weight` W [E, F, C, K], `bias` b [E, F]; the result is [N, E, frames, F], in the layout that
/// [`attention`](super::attention::attention) takes.
///
/// # Panics
/// If the shapes do not belong together, or the sequence has not even one frame.
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

/// The same in ordinary tensor operations, differentiable by Burn alone.
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

/// What a device offers for convolution. Shapes as in [`convolution`]; all tensors are float32.
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

/// Gradients are Burn's own, through the composed operations.
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

/// The sizes of one call, checked against each other before anything is indexed by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sizes {
    /// N.
    pub examples: usize,
    /// T.
    pub positions: usize,
    /// E.
    pub encoders: usize,
    /// C.
    pub channels: usize,
    /// F.
    pub filters: usize,
    /// K.
    pub width: usize,
    /// Frames after pooling.
    pub pooled: usize,
    /// How the filters go along.
    pub stride: Stride,
}

impl Sizes {
    /// Reads the sizes of a call.
    pub(crate) fn new(x: [usize; 4], weight: [usize; 4], bias: [usize; 2], stride: Stride) -> Self {
        let [examples, positions, encoders, channels] = x;
        let [_, filters, _, width] = weight;
        assert_eq!(weight, [encoders, filters, channels, width], "filters");
        assert_eq!(bias, [encoders, filters], "bias");
        let pooled = stride.frames(positions, width) / stride.pool;
        assert!(pooled > 0, "{positions} positions have no frame of {width}");
        Self {
            examples,
            positions,
            encoders,
            channels,
            filters,
            width,
            pooled,
            stride,
        }
    }

    /// The same without pooling.
    #[cfg(feature = "flex")]
    pub(crate) fn unpooled(self) -> Self {
        Self {
            pooled: self.stride.frames(self.positions, self.width),
            stride: Stride { pool: 1, ..self.stride },
            ..self
        }
    }

    /// The shape of the result.
    pub(crate) fn result(&self) -> [usize; 4] {
        [self.examples, self.encoders, self.pooled, self.filters]
    }
}
