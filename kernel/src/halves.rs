//! 16-bit weights on GPUs that support them, which halve memory and bandwidth.
//!
//! Only weights without loss are stored like this, such as those of a file in float16. They are multiplied by [`UNIT`],
//! so that the smallest number of the format becomes a normal one: GPUs may flush smaller ones to zero. Sums are
//! float32, and finally multiplied by a factor per filter, which contains 1 / [`UNIT`] and the batch normalisation.

#[cfg(all(feature = "attribution", any(feature = "wgpu", feature = "cuda")))]
use burn::tensor::FloatDType;
use burn::tensor::{DType, Device, Tensor, TensorData, f16};

/// Factor of stored weights. The largest weight that fits is 63.9.
pub const UNIT: f32 = 1024.0;

/// `values` in 16 bits, if `device` supports them and all are exact.
#[cfg(any(feature = "wgpu", feature = "cuda"))]
pub fn exact(values: &[f32], device: &Device) -> Option<Vec<f16>> {
    use burn::backend::DispatchDevice;
    use cubecl::prelude::Scalar;

    #[allow(irrefutable_let_patterns, reason = "an engine may have no device but a GPU")]
    let DispatchDevice::Cube(gpu) = device.as_dispatch() else {
        return None;
    };
    if !gpu.client().properties().supports_type(f16::elem_type_native()) {
        return None;
    }
    let half = |&value: &f32| {
        let half = f16::from_f32(value * UNIT);
        let same = half.to_f32() == value * UNIT && (half.is_normal() || value == 0.0);
        same.then_some(half)
    };
    values.iter().map(half).collect()
}

/// `None`: the CPU reads float32.
#[cfg(not(any(feature = "wgpu", feature = "cuda")))]
#[inline(always)]
pub fn exact(_: &[f32], _: &Device) -> Option<Vec<f16>> {
    None
}

/// b `[F]` followed by the factors of the filters, for 16-bit weights.
pub fn with_factors(bias: &[f32], factors: impl Iterator<Item = f64>) -> Vec<f32> {
    let factors = factors.map(|factor| (factor / f64::from(UNIT)) as f32);
    bias.iter().copied().chain(factors).collect()
}

/// A format of weights on a device.
pub trait Weight: Copy {
    /// Row-major weights on `device`.
    ///
    /// # Panics
    /// If `shape` does not match the values.
    fn place<const D: usize>(values: Vec<Self>, shape: [usize; D], device: &Device) -> Tensor<D>;
}

impl Weight for f32 {
    fn place<const D: usize>(values: Vec<Self>, shape: [usize; D], device: &Device) -> Tensor<D> {
        crate::tensor(values, shape, device)
    }
}

impl Weight for f16 {
    fn place<const D: usize>(values: Vec<Self>, shape: [usize; D], device: &Device) -> Tensor<D> {
        Tensor::from_data(TensorData::new(values, shape), (device, DType::F16))
    }
}

/// Weights [.., F] and b `[F]` in float32, read back from any device and format.
#[cfg(feature = "attribution")]
pub fn read_at_once<const D: usize>(weights: Tensor<D>, bias: Tensor<1>) -> (Vec<f32>, Vec<f32>) {
    #[cfg(any(feature = "wgpu", feature = "cuda"))]
    if weights.dtype() == DType::F16 {
        let filters = weights.dims()[D - 1];
        let mut weights = crate::read_at_once(weights.cast(FloatDType::F32));
        let mut bias = crate::read_at_once(bias);
        let factors = bias.split_off(filters);
        for row in weights.chunks_exact_mut(filters) {
            for (weight, factor) in row.iter_mut().zip(&factors) {
                *weight *= factor;
            }
        }
        return (weights, bias);
    }
    (crate::read_at_once(weights), crate::read_at_once(bias))
}
