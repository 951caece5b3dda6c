//! Precision of matrix products in training.

use burn::tensor::Tensor;

#[cfg(feature = "autodiff")]
use std::sync::atomic::{AtomicBool, Ordering};

#[cfg(feature = "autodiff")]
static HALF: AtomicBool = AtomicBool::new(false);

/// Lets the products of matrices take their factors as bfloat16 wherever gradients are recorded, on devices whose
/// training goes through Burn's own operations. Sums, normalisation, weights and predictions stay float32.
#[cfg(feature = "autodiff")]
pub fn train_in_bf16(yes: bool) {
    HALF.store(yes, Ordering::Relaxed);
}

/// A B, in the requested precision.
#[cfg(feature = "autodiff")]
pub(crate) fn product<const D: usize>(a: Tensor<D>, b: Tensor<D>) -> Tensor<D> {
    use burn::tensor::FloatDType;
    if HALF.load(Ordering::Relaxed) && a.device().is_autodiff() {
        let (a, b) = (a.cast(FloatDType::BF16), b.cast(FloatDType::BF16));
        return a.matmul(b).cast(FloatDType::F32);
    }
    a.matmul(b)
}

/// A B.
#[cfg(not(feature = "autodiff"))]
pub(crate) fn product<const D: usize>(a: Tensor<D>, b: Tensor<D>) -> Tensor<D> {
    a.matmul(b)
}
