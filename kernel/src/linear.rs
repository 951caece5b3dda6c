//! A fully connected layer as one operation.

use burn::backend::{Backend, Dispatch, backend_extension, tensor::FloatTensor};
use burn::tensor::{Tensor, activation::relu};

use super::precision::product;

/// y = W x + b: `x` [N, inputs], `weight` W [outputs, inputs], `bias` b `[outputs]`; the result is [N, outputs].
pub fn linear(x: Tensor<2>, weight: Tensor<2>, bias: Tensor<1>) -> Tensor<2> {
    run(x, weight, bias, false)
}

/// y = max(0, W x + b), as [`linear`].
pub fn rectified_linear(x: Tensor<2>, weight: Tensor<2>, bias: Tensor<1>) -> Tensor<2> {
    run(x, weight, bias, true)
}

fn run(x: Tensor<2>, weight: Tensor<2>, bias: Tensor<1>, rectified: bool) -> Tensor<2> {
    Tensor::from_dispatch(<Dispatch as LinearBackend>::linear(
        x.into_dispatch(),
        weight.into_dispatch(),
        bias.into_dispatch(),
        rectified,
    ))
}

/// The same in ordinary tensor operations, differentiable by Burn.
pub fn composed(x: Tensor<2>, weight: Tensor<2>, bias: Tensor<1>, rectified: bool) -> Tensor<2> {
    let y = product(x, weight.transpose()) + bias.unsqueeze();
    if rectified { relu(y) } else { y }
}

/// A fully connected layer on one device. Shapes as in [`linear`]; all tensors are float32.
///
/// The CPU has its own: Burn's matrix products for all number types are a fifth of the engine that a page loads.
#[backend_extension(
    Cube: cfg(any(feature = "wgpu", feature = "cuda")),
    Flex: cfg(feature = "flex"),
    Autodiff: cfg(feature = "autodiff")
)]
pub trait LinearBackend: Backend {
    /// The result of the layer, `rectified` or not.
    fn linear(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        rectified: bool,
    ) -> FloatTensor<Self>;
}

/// Burn's operations, for backends without their own.
#[cfg(any(feature = "wgpu", feature = "cuda", feature = "autodiff"))]
fn composed_on<B>(x: FloatTensor<B>, weight: FloatTensor<B>, bias: FloatTensor<B>, rectified: bool) -> FloatTensor<B>
where
    B: Backend,
    burn::backend::DispatchTensor: burn::backend::DispatchKindConversion<B>,
{
    let y = composed(
        Tensor::from_primitive::<B>(x),
        Tensor::from_primitive::<B>(weight),
        Tensor::from_primitive::<B>(bias),
        rectified,
    );
    y.try_into_primitive::<B>()
        .expect("a tensor stays on the device that made it")
}

#[cfg(any(feature = "wgpu", feature = "cuda"))]
impl LinearBackend for burn_cubecl::CubeBackend {
    fn linear(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        rectified: bool,
    ) -> FloatTensor<Self> {
        composed_on::<Self>(x, weight, bias, rectified)
    }
}

#[cfg(feature = "autodiff")]
impl<B, C> LinearBackend for burn::backend::Autodiff<B, C>
where
    B: Backend,
    C: burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy,
    burn::backend::DispatchTensor: burn::backend::DispatchKindConversion<Self>,
{
    fn linear(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        rectified: bool,
    ) -> FloatTensor<Self> {
        composed_on::<Self>(x, weight, bias, rectified)
    }
}
