//! A fully connected layer with PyTorch's layout.

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor};

use super::{NamedTensors, named, parameter, values};
#[cfg(feature = "flex")]
use crate::kernel::input_gradient;
use crate::kernel::linear::{linear, rectified_linear};
use crate::weights;

/// y = W x + b.
#[derive(Module, Debug)]
pub struct Linear {
    /// W [outputs, inputs].
    weight: Param<Tensor<2>>,
    /// b `[outputs]`.
    bias: Param<Tensor<1>>,
}

impl Linear {
    /// Takes `{prefix}.weight` [outputs, inputs] and `{prefix}.bias` `[outputs]`.
    ///
    /// # Panics
    /// If a tensor is missing or of another size; reading a weight file checks both.
    pub fn load(tensors: &NamedTensors, prefix: &str, inputs: usize, outputs: usize, device: &Device) -> Self {
        let take = |part: &str| named(tensors, &format!("{prefix}.{part}")).to_vec();
        Self {
            weight: parameter(take("weight"), [outputs, inputs], device),
            bias: parameter(take("bias"), [outputs], device),
        }
    }

    /// The inverse of [`load`](Self::load).
    pub fn store(&self, prefix: &str, tensors: &mut NamedTensors) {
        let weight = weights::Tensor::new(self.weight.dims(), values(&self.weight));
        let bias = weights::Tensor::new(self.bias.dims(), values(&self.bias));
        tensors.insert(format!("{prefix}.weight"), weight);
        tensors.insert(format!("{prefix}.bias"), bias);
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
    #[cfg(feature = "flex")]
    pub fn input_gradient(&self, gradient: Tensor<2>) -> Tensor<2> {
        input_gradient::linear(self.weight.val(), gradient)
    }

    /// The same from that of max(0, y), given `rectified` max(0, y) itself.
    #[cfg(feature = "flex")]
    pub fn rectified_input_gradient(&self, rectified: Tensor<2>, gradient: Tensor<2>) -> Tensor<2> {
        self.input_gradient(input_gradient::relu(rectified, gradient))
    }
}
