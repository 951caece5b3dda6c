//! Parallel bidirectional LSTMs.

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor};

use super::{NamedTensors, gathered, parameter, scattered, values};
use crate::kernel::{self, BiLstmWeights};
use crate::weights::architecture::layers::{Direction, Recurrence};

/// E independent bidirectional LSTMs of the same size, PyTorch's equations and gate order i, f, g, o:
///
/// ```text
/// z = W_ih x_t + b_ih + W_hh h_{t-1} + b_hh
/// i = σ(z_i)   f = σ(z_f)   g = tanh(z_g)   o = σ(z_o)
/// c_t = f c_{t-1} + i g       h_t = o tanh(c_t)
/// ```
///
/// Both biases exist and are trained.
#[derive(Module, Debug)]
pub struct BiLstm {
    /// W_ih [E, 2, 4H, I].
    input: Param<Tensor<4>>,
    /// W_hh [E, 2, 4H, H].
    recurrent: Param<Tensor<4>>,
    /// b_ih [E, 2, 4H].
    input_bias: Param<Tensor<3>>,
    /// b_hh [E, 2, 4H].
    recurrent_bias: Param<Tensor<3>>,
    #[module(skip)]
    layers: Vec<Recurrence>,
}

/// The directions of each recurrence.
fn directions(layers: &[Recurrence]) -> Vec<Direction> {
    layers.iter().flat_map(Recurrence::directions).collect()
}

impl BiLstm {
    /// Loads recurrences of equal size.
    ///
    /// # Panics
    /// If there are none, or a tensor is missing or has another size; reading a weight file checks both.
    pub fn load(tensors: &NamedTensors, layers: Vec<Recurrence>, device: &Device) -> Self {
        let Recurrence { inputs, hidden, .. } = layers[0];
        let (encoders, gates) = (layers.len(), 4 * hidden);
        let directions = directions(&layers);
        let gather = |part| gathered(tensors, &directions, part);
        Self {
            input: parameter(gather(0), [encoders, 2, gates, inputs], device),
            recurrent: parameter(gather(1), [encoders, 2, gates, hidden], device),
            input_bias: parameter(gather(2), [encoders, 2, gates], device),
            recurrent_bias: parameter(gather(3), [encoders, 2, gates], device),
            layers,
        }
    }

    /// The inverse of [`load`](Self::load).
    pub fn store(&self, tensors: &mut NamedTensors) {
        let directions = directions(&self.layers);
        scattered(tensors, &directions, 0, values(&self.input));
        scattered(tensors, &directions, 1, values(&self.recurrent));
        scattered(tensors, &directions, 2, values(&self.input_bias));
        scattered(tensors, &directions, 3, values(&self.recurrent_bias));
    }

    /// The states of all encoders: [N, T, E, I] -> [N, E, T, 2H], [forward | reverse] at each t.
    pub fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        kernel::bilstm(x, &self.weights())
    }

    /// The states [N, E, T, 2H], and the gradient of x [N, T, E, I], from that of the states; on the CPU.
    #[cfg(feature = "attribution")]
    pub fn input_gradient(&self, x: Tensor<4>, gradient: Tensor<4>) -> (Tensor<4>, Tensor<4>) {
        kernel::input_gradient::bilstm(x, &self.weights(), gradient)
    }

    /// For the kernels, which take the sum of both biases.
    pub fn weights(&self) -> BiLstmWeights {
        BiLstmWeights {
            input: self.input.val(),
            recurrent: self.recurrent.val(),
            bias: kernel::sum(self.input_bias.val(), self.recurrent_bias.val()),
        }
    }
}
