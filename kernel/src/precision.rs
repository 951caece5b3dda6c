//! Precision of matrix products.

use burn::tensor::Tensor;

#[cfg(feature = "cuda")]
use burn::backend::{Backend, Dispatch, backend_extension, tensor::FloatTensor};
#[cfg(feature = "autodiff")]
use std::sync::atomic::{AtomicU8, Ordering};

/// Precision of factors in training. Sums, normalisation, weights and predictions are float32.
#[cfg(feature = "autodiff")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Factors {
    /// float32: 24 bits.
    Float32,
    /// On CUDA rounded to 11 bits, for tensor cores (NVIDIA's TF32); elsewhere float32.
    Tf32,
    /// bfloat16: 8 bits.
    Bfloat16,
}

#[cfg(feature = "autodiff")]
static FACTORS: AtomicU8 = AtomicU8::new(Factors::Float32 as u8);

/// Sets the factors of products that are tracked by autodiff, on devices whose training uses Burn's own operations.
#[cfg(feature = "autodiff")]
pub fn train_with(factors: Factors) {
    FACTORS.store(factors as u8, Ordering::Relaxed);
}

/// A B, in the requested precision.
pub(crate) fn product<const D: usize>(a: Tensor<D>, b: Tensor<D>) -> Tensor<D> {
    #[cfg(feature = "autodiff")]
    if a.device().is_autodiff() {
        use burn::tensor::FloatDType;
        let factors = FACTORS.load(Ordering::Relaxed);
        if factors == Factors::Bfloat16 as u8 {
            let (a, b) = (a.cast(FloatDType::BF16), b.cast(FloatDType::BF16));
            return a.matmul(b).cast(FloatDType::F32);
        }
        if factors == Factors::Tf32 as u8 {
            return a.matmul(b);
        }
    }
    float32_product(a, b)
}

/// A B with float32 factors, independent of the setting for training.
#[cfg(feature = "cuda")]
pub fn float32_product<const D: usize>(a: Tensor<D>, b: Tensor<D>) -> Tensor<D> {
    let product = <Dispatch as ProductBackend>::product(a.into_dispatch(), b.into_dispatch());
    Tensor::from_dispatch(product)
}

/// A B with float32 factors, independent of the setting for training.
#[cfg(not(feature = "cuda"))]
pub fn float32_product<const D: usize>(a: Tensor<D>, b: Tensor<D>) -> Tensor<D> {
    a.matmul(b)
}

/// Products of float32 on one device: Burn's own, except on CUDA.
#[cfg(feature = "cuda")]
#[backend_extension(
    Cube: cfg(feature = "cuda"),
    Flex: cfg(feature = "flex"),
    Autodiff: cfg(feature = "autodiff")
)]
pub trait ProductBackend: Backend {
    /// A [.., M, K] times B [.., K, N]; leading dimensions broadcast from 1.
    fn product(a: FloatTensor<Self>, b: FloatTensor<Self>) -> FloatTensor<Self>;
}

#[cfg(all(feature = "cuda", feature = "flex"))]
impl ProductBackend for burn::backend::Flex {
    fn product(a: FloatTensor<Self>, b: FloatTensor<Self>) -> FloatTensor<Self> {
        use burn::backend::ops::FloatTensorOps;
        Self::float_matmul(a, b)
    }
}

#[cfg(all(feature = "cuda", feature = "autodiff"))]
mod gradient {
    use burn::backend::autodiff::{
        checkpoint::{base::Checkpointer, strategy::CheckpointStrategy},
        grads::Gradients,
        ops::{Backward, Ops, OpsKind},
    };
    use burn::backend::{Autodiff, DispatchKindConversion, DispatchTensor, TensorMetadata, tensor::FloatTensor};

    use super::{Backend, ProductBackend};

    /// The backward step of a product with respect to both factors.
    #[derive(Debug)]
    struct ProductBackward;

    impl<B: ProductBackend> Backward<B, 2> for ProductBackward {
        type State = (FloatTensor<B>, FloatTensor<B>);

        fn backward(self, ops: Ops<Self::State, 2>, gradients: &mut Gradients, _: &mut Checkpointer) {
            let (a, b) = ops.state;
            let upstream = gradients.consume::<B>(&ops.node);
            let [a_node, b_node] = ops.parents;
            if let Some(node) = a_node {
                let gradient = B::product(upstream.clone(), transposed::<B>(b.clone()));
                gradients.register::<B>(node.id, shaped_as::<B>(gradient, &a));
            }
            if let Some(node) = b_node {
                let gradient = B::product(transposed::<B>(a), upstream);
                gradients.register::<B>(node.id, shaped_as::<B>(gradient, &b));
            }
        }
    }

    fn transposed<B: Backend>(matrix: FloatTensor<B>) -> FloatTensor<B> {
        let rank = matrix.shape().num_dims();
        B::float_swap_dims(matrix, rank - 2, rank - 1)
    }

    /// Summed over broadcast dimensions of the factor.
    fn shaped_as<B: Backend>(gradient: FloatTensor<B>, factor: &FloatTensor<B>) -> FloatTensor<B> {
        let (found, wanted) = (gradient.shape(), factor.shape());
        (0..found.num_dims())
            .filter(|&dim| found[dim] != wanted[dim])
            .fold(gradient, |sum, dim| B::float_sum_dim(sum, dim))
    }

    impl<B, C> ProductBackend for Autodiff<B, C>
    where
        B: ProductBackend,
        C: CheckpointStrategy,
        DispatchTensor: DispatchKindConversion<Self>,
    {
        fn product(a: FloatTensor<Self>, b: FloatTensor<Self>) -> FloatTensor<Self> {
            let (a, a_node) = a.into_parts();
            let (b, b_node) = b.into_parts();
            match ProductBackward
                .prepare::<C>([a_node, b_node])
                .compute_bound()
                .stateful()
            {
                OpsKind::UnTracked(step) => step.finish(B::product(a, b)),
                OpsKind::Tracked(step) => {
                    let product = B::product(a.clone(), b.clone());
                    step.finish((a, b), product)
                }
            }
        }
    }
}
