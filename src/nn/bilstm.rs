//! Bidirectional LSTMs, several side by side.

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor};

use super::{NamedTensors, named, parameter, values};
use crate::kernel::{self, BiLstmWeights};
use crate::weights;

/// E independent bidirectional LSTMs of the same size, PyTorch's equations and gate order i, f, g, o:
///
/// ```text
/// z = W_ih x_t + b_ih + W_hh h_{t-1} + b_hh
/// i = σ(z_i)   f = σ(z_f)   g = tanh(z_g)   o = σ(z_o)
/// c_t = f c_{t-1} + i g       h_t = o tanh(c_t)
/// ```
///
/// Both biases exist and both train.
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
}

/// The suffix of a key for each direction.
const DIRECTIONS: [&str; 2] = ["", "_reverse"];

impl BiLstm {
    /// Gathers the encoders whose keys begin with `prefixes` ("rnn_hms.0.rnn", …), each of `inputs` inputs and `hidden`
    /// units.
    ///
    /// # Panics
    /// If a tensor is missing or of another size; reading a weight file checks both.
    pub fn load(tensors: &NamedTensors, prefixes: &[String], inputs: usize, hidden: usize, device: &Device) -> Self {
        let gather = |key: &str| -> Vec<f32> {
            let pairs = prefixes
                .iter()
                .flat_map(|prefix| DIRECTIONS.map(|suffix| format!("{prefix}.{key}{suffix}")));
            pairs.flat_map(|name| named(tensors, &name).iter().copied()).collect()
        };
        let encoders = prefixes.len();
        let gates = 4 * hidden;
        Self {
            input: parameter(gather("weight_ih_l0"), [encoders, 2, gates, inputs], device),
            recurrent: parameter(gather("weight_hh_l0"), [encoders, 2, gates, hidden], device),
            input_bias: parameter(gather("bias_ih_l0"), [encoders, 2, gates], device),
            recurrent_bias: parameter(gather("bias_hh_l0"), [encoders, 2, gates], device),
        }
    }

    /// The inverse of [`load`](Self::load).
    pub fn store(&self, prefixes: &[String], tensors: &mut NamedTensors) {
        let [_, _, gates, inputs] = self.input.dims();
        let hidden = gates / 4;
        let mut scatter = |key: &str, shape: &[usize], values: Vec<f32>| {
            let size = shape.iter().product();
            let names = prefixes
                .iter()
                .flat_map(|prefix| DIRECTIONS.map(|suffix| format!("{prefix}.{key}{suffix}")));
            for (name, part) in names.zip(values.chunks_exact(size)) {
                tensors.insert(name, weights::Tensor::new(shape, part.to_vec()));
            }
        };
        scatter("weight_ih_l0", &[gates, inputs], values(&self.input));
        scatter("weight_hh_l0", &[gates, hidden], values(&self.recurrent));
        scatter("bias_ih_l0", &[gates], values(&self.input_bias));
        scatter("bias_hh_l0", &[gates], values(&self.recurrent_bias));
    }

    /// E.
    pub fn encoders(&self) -> usize {
        self.input.dims()[0]
    }

    /// The states of all encoders: [N, T, E, I] -> [N, E, T, 2H], [forward | reverse] at each t.
    pub fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        kernel::bilstm(x, &self.weights())
    }

    /// The gradient of x [N, T, E, I], from that of the states [N, E, T, 2H]; on the CPU.
    #[cfg(feature = "flex")]
    pub fn input_gradient(&self, x: Tensor<4>, gradient: Tensor<4>) -> Tensor<4> {
        kernel::input_gradient::bilstm(x, &self.weights(), gradient)
    }

    /// As the kernels take them: both biases enter every gate as one sum.
    pub fn weights(&self) -> BiLstmWeights {
        BiLstmWeights {
            input: self.input.val(),
            recurrent: self.recurrent.val(),
            bias: kernel::sum(self.input_bias.val(), self.recurrent_bias.val()),
        }
    }
}
