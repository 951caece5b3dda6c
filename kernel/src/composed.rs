//! The recurrence in ordinary tensor operations: the reference for tests of the fused paths.

use burn::tensor::{Tensor, activation::sigmoid};

use super::BiLstmWeights;
use super::precision::product;

/// As [`bilstm`](super::bilstm), with one batched product per time step for all encoders and directions; differentiable
/// by Burn.
///
/// ```text
/// z_t = W_ih x_t + W_hh h_{t-1} + b        i, f, o = σ(z_i), σ(z_f), σ(z_o)     g = tanh(z_g)
/// c_t = f c_{t-1} + i g                    h_t = o tanh(c_t)
/// ```
pub fn bilstm(x: Tensor<4>, weights: &BiLstmWeights) -> Tensor<4> {
    let [examples, steps, encoders, inputs] = x.dims();
    let [_, _, gates, hidden] = weights.recurrent.dims();
    let lanes = 2 * encoders;
    let device = x.device();

    // [E, 1, N * T, I] x [E, 2, I, 4H]: the input part of all gates at once, then [2E, N, T, 4H].
    let by_encoder = x.permute([2, 0, 1, 3]).reshape([encoders, 1, examples * steps, inputs]);
    let by_encoder = by_encoder.expand([encoders, 2, examples * steps, inputs]);
    let input_part =
        product(by_encoder, weights.input.clone().swap_dims(2, 3)) + weights.bias.clone().unsqueeze_dim::<4>(2);
    let input_part = input_part.reshape([lanes, examples, steps, gates]);
    let recurrent = weights
        .recurrent
        .clone()
        .reshape([lanes, gates, hidden])
        .swap_dims(1, 2);

    // The reverse direction runs over the flipped sequence, so that one product serves both.
    let input_part = input_part.reshape([encoders, 2, examples, steps, gates]);
    let forward = input_part.clone().narrow(1, 0, 1);
    let reverse = input_part.narrow(1, 1, 1).flip([3]);
    let input_part = Tensor::cat(vec![forward, reverse], 1).reshape([lanes, examples, steps, gates]);

    let mut state = Tensor::<3>::zeros([lanes, examples, hidden], &device);
    let mut cell = Tensor::<3>::zeros([lanes, examples, hidden], &device);
    let mut states = Vec::with_capacity(steps);
    for t in 0..steps {
        let z = input_part.clone().narrow(2, t, 1).squeeze_dim::<3>(2) + product(state, recurrent.clone());
        let gate = |k: usize| z.clone().narrow(2, k * hidden, hidden);
        cell = sigmoid(gate(1)) * cell + sigmoid(gate(0)) * gate(2).tanh();
        state = sigmoid(gate(3)) * cell.clone().tanh();
        states.push(state.clone());
    }
    // [T × [2E, N, H]] -> [E, 2, N, T, H], the reverse direction turned back, then [N, E, T, 2H].
    let states = Tensor::stack::<4>(states, 2).reshape([encoders, 2, examples, steps, hidden]);
    let forward = states.clone().narrow(1, 0, 1);
    let reverse = states.narrow(1, 1, 1).flip([3]);
    Tensor::cat(vec![forward, reverse], 1)
        .permute([2, 0, 3, 1, 4])
        .reshape([examples, encoders, steps, 2 * hidden])
}
