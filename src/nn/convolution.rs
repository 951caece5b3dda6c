//! Parallel convolutions along a sequence, with ReLU.

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor};

use super::{NamedTensors, gathered, parameter, scattered, values};
use crate::kernel::convolution::{Stride, convolution};
use crate::weights::architecture::layers;

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
    #[module(skip)]
    layers: Vec<layers::Convolution>,
}

impl Convolution {
    /// Loads convolutions of equal size.
    ///
    /// # Panics
    /// If there are none, or a tensor is missing or has another size; reading a weight file checks both.
    pub fn load(tensors: &NamedTensors, layers: Vec<layers::Convolution>, stride: Stride, device: &Device) -> Self {
        let layers::Convolution {
            channels,
            filters,
            width,
            ..
        } = layers[0];
        let encoders = layers.len();
        Self {
            weight: parameter(
                gathered(tensors, &layers, 0),
                [encoders, filters, channels, width],
                device,
            ),
            bias: parameter(gathered(tensors, &layers, 1), [encoders, filters], device),
            stride,
            layers,
        }
    }

    /// The inverse of [`load`](Self::load).
    pub fn store(&self, tensors: &mut NamedTensors) {
        scattered(tensors, &self.layers, 0, values(&self.weight));
        scattered(tensors, &self.layers, 1, values(&self.bias));
    }

    /// [N, T, E, C] -> [N, E, frames, F].
    pub fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        convolution(x, self.weight.val(), self.bias.val(), self.stride)
    }

    /// The gradient of x [N, T, E, C], from that of the result [N, E, frames, F]; on the CPU.
    #[cfg(feature = "attribution")]
    pub fn input_gradient(&self, x: Tensor<4>, gradient: Tensor<4>) -> Tensor<4> {
        let (weight, bias) = (self.weight.val(), self.bias.val());
        crate::kernel::input_gradient::convolution(x, weight, bias, self.stride, gradient)
    }
}
