//! A fully connected layer with PyTorch's layout.

use std::slice;

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor};

use super::{NamedTensors, gathered, parameter, scattered, values};
#[cfg(feature = "attribution")]
use crate::kernel::input_gradient;
use crate::kernel::linear::{linear, rectified_linear};
use crate::weights::architecture::layers;

/// y = W x + b.
#[derive(Module, Debug)]
pub struct Linear {
    /// W [outputs, inputs].
    weight: Param<Tensor<2>>,
    /// b `[outputs]`.
    bias: Param<Tensor<1>>,
    #[module(skip)]
    layer: layers::Linear,
}

impl Linear {
    /// Takes its tensors.
    ///
    /// # Panics
    /// If a tensor is missing or of another size; reading a weight file checks both.
    pub fn load(tensors: &NamedTensors, layer: layers::Linear, device: &Device) -> Self {
        let take = |part| gathered(tensors, slice::from_ref(&layer), part);
        Self {
            weight: parameter(take(0), [layer.outputs, layer.inputs], device),
            bias: parameter(take(1), [layer.outputs], device),
            layer,
        }
    }

    /// The inverse of [`load`](Self::load).
    pub fn store(&self, tensors: &mut NamedTensors) {
        let layer = slice::from_ref(&self.layer);
        scattered(tensors, layer, 0, values(&self.weight));
        scattered(tensors, layer, 1, values(&self.bias));
    }

    /// [N, inputs] -> [N, outputs].
    pub fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        linear(x, self.weight.val(), self.bias.val())
    }

    /// max(0, y): [N, inputs] -> [N, outputs].
    pub fn forward_rectified(&self, x: Tensor<2>) -> Tensor<2> {
        rectified_linear(x, self.weight.val(), self.bias.val())
    }

    /// The gradient of x [N, inputs], from that of y [N, outputs]; on the CPU.
    #[cfg(feature = "attribution")]
    pub fn input_gradient(&self, gradient: Tensor<2>) -> Tensor<2> {
        input_gradient::linear(self.weight.val(), gradient)
    }

    /// The same from that of max(0, y), given `rectified` max(0, y) itself.
    #[cfg(feature = "attribution")]
    pub fn rectified_input_gradient(&self, rectified: Tensor<2>, gradient: Tensor<2>) -> Tensor<2> {
        self.input_gradient(input_gradient::relu(rectified, gradient))
    }
}
