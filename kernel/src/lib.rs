//! Custom operations: a bidirectional LSTM of several independent encoders, soft attention, convolution along a
//! sequence, and on the CPU the fully connected layer.
//!
//! ```text
//!       bilstm, attentive_bilstm, Placed             what a model calls
//!                  │
//!        RecurrentBackend (one trait)                registered with Burn's dispatch
//!        ┌─────────┴──────────┐
//!      cube                  cpu                     one launch | tiles of genes in SIMD; each with its own gradient
//! ```
//!
//! Burn's stock LSTM issues about thirty operations per time step; one AttentiveChrome forward pass would be some
//! 30,000 GPU launches. Here one launch runs all time steps of all encoders and both directions. [`composed`] is the
//! same function in ordinary tensor operations: slow, simple, and the reference for tests.
//!
//! `input_gradient` has gradients with respect to a model's input on the CPU, for explanations: training uses Burn's
//! autodiff, which the page does not load. `sequence_gradient` has the same for sequence networks.

pub mod attention;
pub mod block;
pub mod compare;
pub mod composed;
pub mod context;
pub mod convolution;

#[cfg(feature = "flex")]
mod cpu;
#[cfg(any(feature = "wgpu", feature = "cuda"))]
mod cube;
pub mod final_states;
pub mod halves;
#[cfg(all(feature = "flex", not(target_arch = "wasm32")))]
pub mod incremental;
#[cfg(feature = "flex")]
pub mod input_gradient;
pub mod linear;
mod placed;
mod precision;
#[cfg(feature = "attribution")]
pub mod sequence_gradient;
mod sizes;
mod tensor_ops;
#[cfg(all(feature = "flex", not(target_arch = "wasm32")))]
mod threads;
#[cfg(feature = "autodiff")]
pub mod training_block;

#[cfg(any(feature = "wgpu", feature = "cuda"))]
use burn::backend::DispatchDevice;
use burn::backend::{Backend, Dispatch, backend_extension, tensor::FloatTensor};
use burn::tensor::{Device, Tensor};

pub use placed::Placed;
pub use precision::float32_product;
#[cfg(feature = "autodiff")]
pub use precision::{Factors, train_with};
pub(crate) use sizes::Sizes;
pub use tensor_ops::{
    Channels, flush, join, join_channels, join_stretches, read, read_at_once, row, stretch, sum, tensor,
};
#[cfg(all(feature = "flex", not(target_arch = "wasm32")))]
pub use threads::{set_threads, threads};

/// The weights of E bidirectional LSTMs, gate blocks in the order i, f, g, o.
#[derive(Debug, Clone)]
pub struct BiLstmWeights {
    /// Input weights [E, 2, 4H, I]; direction 0 reads t = 1 … T, direction 1 reads t = T … 1.
    pub input: Tensor<4>,
    /// Recurrent weights [E, 2, 4H, H].
    pub recurrent: Tensor<4>,
    /// The sum of both biases [E, 2, 4H].
    pub bias: Tensor<3>,
}

/// Runs E independent bidirectional LSTMs over all time steps, from zero states.
///
/// `x` is [N, T, E, I], N and T at least 1: encoder e reads `x[:, :, e, :]`. The result is [N, E, T, 2H], at each t the
/// forward state followed by the reverse direction's state at t.
///
/// # Panics
/// If the shapes do not match, or exceed the device's limits; see [`check_sizes`].
pub fn bilstm(x: Tensor<4>, weights: &BiLstmWeights) -> Tensor<4> {
    Tensor::from_dispatch(<Dispatch as RecurrentBackend>::bilstm(
        x.into_dispatch(),
        weights.input.clone().into_dispatch(),
        weights.recurrent.clone().into_dispatch(),
        weights.bias.clone().into_dispatch(),
    ))
}

/// [`bilstm`] with attention over the states of each encoder:
///
/// ```text
/// a_t = softmax_t(h_t · w)       r = Σ_t a_t h_t
/// ```
///
/// `context` w is [E, 2H]. The result is r [N, E, 2H] and a [N, E, T]. The CPU never stores the states: attention and
/// gradients are computed while they are in cache.
///
/// # Panics
/// As [`bilstm`].
pub fn attentive_bilstm(x: Tensor<4>, weights: &BiLstmWeights, context: Tensor<2>) -> (Tensor<3>, Tensor<3>) {
    let (sums, weights) = <Dispatch as RecurrentBackend>::attentive_bilstm(
        x.into_dispatch(),
        weights.input.clone().into_dispatch(),
        weights.recurrent.clone().into_dispatch(),
        weights.bias.clone().into_dispatch(),
        context.into_dispatch(),
    );
    (Tensor::from_dispatch(sums), Tensor::from_dispatch(weights))
}

/// Checks that `device` supports recurrences of `hidden` units per direction, and attention over `positions`. Call it
/// before placing a model: GPUs limit the threads and the memory of a workgroup.
///
/// # Errors
/// A sentence with the size that exceeds the limit. The CPU runs any size.
#[allow(
    unreachable_patterns,
    clippy::match_single_binding,
    reason = "an engine may have no device but a GPU, or none but the CPU"
)]
pub fn check_sizes(device: &Device, positions: usize, hidden: usize) -> Result<(), String> {
    match device.as_dispatch() {
        #[cfg(any(feature = "wgpu", feature = "cuda"))]
        DispatchDevice::Cube(_) => cube::check_sizes(positions, hidden),
        _ => {
            let _ = (positions, hidden);
            Ok(())
        }
    }
}

/// Recurrence on one device. Shapes as in [`bilstm`]; all tensors are float32.
#[backend_extension(
    Cube: cfg(any(feature = "wgpu", feature = "cuda")),
    Flex: cfg(feature = "flex"),
    Autodiff: cfg(feature = "autodiff")
)]
pub trait RecurrentBackend: Backend {
    /// The states [N, E, T, 2H].
    fn bilstm(
        x: FloatTensor<Self>,
        input: FloatTensor<Self>,
        recurrent: FloatTensor<Self>,
        bias: FloatTensor<Self>,
    ) -> FloatTensor<Self>;

    /// The weighted sums [N, E, 2H] and the weights [N, E, T] of the attention with `context` [E, 2H].
    fn attentive_bilstm(
        x: FloatTensor<Self>,
        input: FloatTensor<Self>,
        recurrent: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        context: FloatTensor<Self>,
    ) -> (FloatTensor<Self>, FloatTensor<Self>);
}
