//! Convolutions along a sequence, rectified, several side by side.

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor};

use super::{NamedTensors, named, parameter, values};
use crate::kernel::convolution::{Stride, convolution};
use crate::weights;

/// E convolutions of the same size, each with F filters:
///
/// ```text
/// y_tf = max(0, b_f + Σ_c Σ_k W_fck x_(t + k - left),c)        then the maximum over each `pool` frames
/// ```
#[derive(Module, Debug)]
pub struct Convolution {
    /// W [E, F, C, K].
    weight: Param<Tensor<4>>,
    /// b [E, F].
    bias: Param<Tensor<2>>,
    #[module(skip)]
    stride: Stride,
}

impl Convolution {
    /// Gathers `{prefix}.weight` `filters` [F, C, K] and `{prefix}.bias` `[F]` of each of `prefixes`.
    ///
    /// # Panics
    /// If a tensor is missing or of another size; reading a weight file checks both.
    pub fn load(
        tensors: &NamedTensors,
        prefixes: &[String],
        filters: [usize; 3],
        stride: Stride,
        device: &Device,
    ) -> Self {
        let gather = |part: &str| -> Vec<f32> {
            prefixes
                .iter()
                .flat_map(|prefix| named(tensors, &format!("{prefix}.{part}")).iter().copied())
                .collect()
        };
        let encoders = prefixes.len();
        let [count, channels, width] = filters;
        Self {
            weight: parameter(gather("weight"), [encoders, count, channels, width], device),
            bias: parameter(gather("bias"), [encoders, count], device),
            stride,
        }
    }

    /// The inverse of [`load`](Self::load).
    pub fn store(&self, prefixes: &[String], tensors: &mut NamedTensors) {
        let [_, filters, channels, width] = self.weight.dims();
        let mut scatter = |part: &str, shape: &[usize], values: Vec<f32>| {
            let size = shape.iter().product();
            for (prefix, values) in prefixes.iter().zip(values.chunks_exact(size)) {
                let tensor = weights::Tensor::new(shape, values.to_vec());
                tensors.insert(format!("{prefix}.{part}"), tensor);
            }
        };
        scatter("weight", &[filters, channels, width], values(&self.weight));
        scatter("bias", &[filters], values(&self.bias));
    }

    /// E.
    pub fn encoders(&self) -> usize {
        self.bias.dims()[0]
    }

    /// [N, T, E, C] -> [N, E, frames, F].
    pub fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        convolution(x, self.weight.val(), self.bias.val(), self.stride)
    }

    /// The gradient of x [N, T, E, C], from that of the result [N, E, frames, F]; on the CPU.
    #[cfg(feature = "flex")]
    pub fn input_gradient(&self, x: Tensor<4>, gradient: Tensor<4>) -> Tensor<4> {
        let (weight, bias) = (self.weight.val(), self.bias.val());
        crate::kernel::input_gradient::convolution(x, weight, bias, self.stride, gradient)
    }
}
