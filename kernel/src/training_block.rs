//! Convolution blocks in training: batch norm with the batch's statistics, dropout, pooling.

use burn::backend::{Backend, Dispatch, backend_extension, tensor::FloatTensor};
use burn::tensor::{Device, Tensor};

#[cfg(any(feature = "wgpu", feature = "cuda"))]
use super::block::one_hot;
use super::block::{Block, convolved, pooled};
pub use super::sizes::Dropout;
use super::tensor;

impl Dropout {
    /// The dropout factors of all values of a tensor.
    pub fn factors<const D: usize>(self, shape: [usize; D], device: &Device) -> Tensor<D> {
        let values = (0..shape.iter().product()).map(|index| self.factor(index));
        tensor(values.collect(), shape, device)
    }
}

/// Settings of a block in training.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Learning {
    /// The block.
    pub shape: Block,
    /// Constant added to the variance.
    pub epsilon: f32,
    /// Dropout.
    pub dropout: Dropout,
}

/// Output of a block in training.
#[derive(Debug, Clone)]
pub struct Normalised {
    /// The block's output [N, L / pool, F].
    pub y: Tensor<3>,
    /// Mean of the convolution over all positions of the batch `[F]`, without gradients.
    pub mean: Tensor<1>,
    /// Its population variance `[F]`, without gradients.
    pub variance: Tensor<1>,
}

/// One block in training:
///
/// ```text
/// z = conv(max(0, x))                                  rectified where the block rectifies; no bias
/// μ, σ² = mean and population variance of z over N and L
/// y = dropout(γ (z − μ) / √(σ² + ε) + β)               then the maximum over each `pool` positions
/// ```
///
/// `x` is [N, L, C], `kernel` [K, C, F], `gamma` and `beta` `[F]`.
///
/// # Panics
/// If the shapes do not match, or the sequence is shorter than `pool`.
pub fn training_block(
    x: Tensor<3>,
    kernel: Tensor<3>,
    gamma: Tensor<1>,
    beta: Tensor<1>,
    shape: Block,
    epsilon: f32,
    dropout: Dropout,
) -> Normalised {
    normalised(<Dispatch as TrainingBackend>::training_block(
        x.into_dispatch(),
        kernel.into_dispatch(),
        gamma.into_dispatch(),
        beta.into_dispatch(),
        Learning {
            shape,
            epsilon,
            dropout,
        },
    ))
}

/// The same on bases: `codes` [N, L] from [`codes`](super::block::codes), `kernel` [K, 4, F].
///
/// # Panics
/// As [`training_block`].
pub fn training_first_block(
    codes: Tensor<2>,
    kernel: Tensor<3>,
    gamma: Tensor<1>,
    beta: Tensor<1>,
    pool: usize,
    epsilon: f32,
    dropout: Dropout,
) -> Normalised {
    normalised(<Dispatch as TrainingBackend>::training_first_block(
        codes.into_dispatch(),
        kernel.into_dispatch(),
        gamma.into_dispatch(),
        beta.into_dispatch(),
        Learning {
            shape: Block {
                dilation: 1,
                pool,
                rectify: false,
            },
            epsilon,
            dropout,
        },
    ))
}

type DispatchTensors = (FloatTensor<Dispatch>, FloatTensor<Dispatch>, FloatTensor<Dispatch>);

fn normalised((y, mean, variance): DispatchTensors) -> Normalised {
    Normalised {
        y: Tensor::from_dispatch(y),
        mean: Tensor::<1>::from_dispatch(mean).detach(),
        variance: Tensor::<1>::from_dispatch(variance).detach(),
    }
}

/// [`training_block`] in ordinary tensor operations, differentiable by Burn.
pub fn composed(
    x: Tensor<3>,
    kernel: Tensor<3>,
    gamma: Tensor<1>,
    beta: Tensor<1>,
    shape: Block,
    epsilon: f32,
    dropout: Dropout,
) -> Normalised {
    let device = x.device();
    let z = convolved(x, kernel, shape);
    let [examples, length, filters] = z.dims();
    let z = z.reshape([examples * length, filters]);
    let mean = z.clone().mean_dim(0); // [1, F]
    let centred = z - mean.clone();
    let variance = centred.clone().powi_scalar(2).mean_dim(0);
    let scale = gamma.reshape([1, filters]) / variance.clone().add_scalar(epsilon).sqrt();
    let mut y = centred * scale + beta.reshape([1, filters]);
    if dropout.rate > 0.0 {
        y = y * dropout.factors([examples * length, filters], &device);
    }
    Normalised {
        y: pooled(y.reshape([examples, length, filters]), shape.pool),
        mean: mean.reshape([filters]).detach(),
        variance: variance.reshape([filters]).detach(),
    }
}

/// Blocks in training on one device. Shapes as in [`training_block`]; all tensors are float32. The results
/// are y, the mean and the variance.
#[backend_extension(
    Cube: cfg(any(feature = "wgpu", feature = "cuda")),
    Flex: cfg(feature = "flex"),
    Autodiff: cfg(feature = "autodiff")
)]
pub trait TrainingBackend: Backend {
    /// A block on the output of other blocks.
    fn training_block(
        x: FloatTensor<Self>,
        kernel: FloatTensor<Self>,
        gamma: FloatTensor<Self>,
        beta: FloatTensor<Self>,
        learning: Learning,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>);

    /// The block on bases.
    fn training_first_block(
        codes: FloatTensor<Self>,
        kernel: FloatTensor<Self>,
        gamma: FloatTensor<Self>,
        beta: FloatTensor<Self>,
        learning: Learning,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>);
}

/// On GPUs, gradients are Burn's own.
#[cfg(any(feature = "wgpu", feature = "cuda"))]
fn on_gpu<B>(
    x: Tensor<3>,
    [kernel, gamma, beta]: [FloatTensor<B>; 3],
    learning: Learning,
) -> (FloatTensor<B>, FloatTensor<B>, FloatTensor<B>)
where
    B: Backend,
    burn::backend::DispatchTensor: burn::backend::DispatchKindConversion<B>,
{
    let Learning {
        shape,
        epsilon,
        dropout,
    } = learning;
    let (kernel, gamma, beta) = (
        Tensor::from_primitive::<B>(kernel),
        Tensor::from_primitive::<B>(gamma),
        Tensor::from_primitive::<B>(beta),
    );
    let normalised = composed(x, kernel, gamma, beta, shape, epsilon, dropout);
    let stays = "a tensor stays on the device that made it";
    (
        normalised.y.try_into_primitive::<B>().expect(stays),
        normalised.mean.try_into_primitive::<B>().expect(stays),
        normalised.variance.try_into_primitive::<B>().expect(stays),
    )
}

#[cfg(any(feature = "wgpu", feature = "cuda"))]
impl<C> TrainingBackend for burn::backend::Autodiff<burn_cubecl::CubeBackend, C>
where
    C: burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy,
    burn::backend::DispatchTensor: burn::backend::DispatchKindConversion<Self>,
{
    fn training_block(
        x: FloatTensor<Self>,
        kernel: FloatTensor<Self>,
        gamma: FloatTensor<Self>,
        beta: FloatTensor<Self>,
        learning: Learning,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>) {
        on_gpu::<Self>(Tensor::from_primitive::<Self>(x), [kernel, gamma, beta], learning)
    }

    fn training_first_block(
        codes: FloatTensor<Self>,
        kernel: FloatTensor<Self>,
        gamma: FloatTensor<Self>,
        beta: FloatTensor<Self>,
        learning: Learning,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>) {
        let x = one_hot(Tensor::from_primitive::<Self>(codes));
        on_gpu::<Self>(x, [kernel, gamma, beta], learning)
    }
}

#[cfg(any(feature = "wgpu", feature = "cuda"))]
impl TrainingBackend for burn_cubecl::CubeBackend {
    fn training_block(
        x: FloatTensor<Self>,
        kernel: FloatTensor<Self>,
        gamma: FloatTensor<Self>,
        beta: FloatTensor<Self>,
        learning: Learning,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>) {
        on_gpu::<Self>(Tensor::from_primitive::<Self>(x), [kernel, gamma, beta], learning)
    }

    fn training_first_block(
        codes: FloatTensor<Self>,
        kernel: FloatTensor<Self>,
        gamma: FloatTensor<Self>,
        beta: FloatTensor<Self>,
        learning: Learning,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>) {
        let x = one_hot(Tensor::from_primitive::<Self>(codes));
        on_gpu::<Self>(x, [kernel, gamma, beta], learning)
    }
}
