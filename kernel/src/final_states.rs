//! The last state of each direction of a recurrence.

use burn::backend::{Backend, Dispatch, backend_extension, tensor::FloatTensor};
use burn::tensor::Tensor;

/// The forward state after the last time step and the reverse state after the first, concatenated: states [N, E, T, 2H]
/// -> [N, E, 2H].
pub fn final_states(states: Tensor<4>) -> Tensor<3> {
    Tensor::from_dispatch(<Dispatch as FinalStatesBackend>::final_states(states.into_dispatch()))
}

/// The same in ordinary tensor operations, differentiable by Burn.
pub fn composed(states: Tensor<4>) -> Tensor<3> {
    let [_, _, steps, both] = states.dims();
    let forward = states.clone().narrow(2, steps - 1, 1).narrow(3, 0, both / 2);
    let reverse = states.narrow(2, 0, 1).narrow(3, both / 2, both / 2);
    Tensor::cat(vec![forward, reverse], 3).squeeze_dim(2)
}

/// Final states on one device. All tensors are float32.
#[backend_extension(
    Cube: cfg(any(feature = "wgpu", feature = "cuda")),
    Flex: cfg(feature = "flex"),
    Autodiff: cfg(feature = "autodiff")
)]
pub trait FinalStatesBackend: Backend {
    /// [N, E, T, 2H] -> [N, E, 2H].
    fn final_states(states: FloatTensor<Self>) -> FloatTensor<Self>;
}

/// Gradients are Burn's own, of the composed operations.
#[cfg(feature = "autodiff")]
impl<B, C> FinalStatesBackend for burn::backend::Autodiff<B, C>
where
    B: Backend,
    C: burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy,
    burn::backend::DispatchTensor: burn::backend::DispatchKindConversion<Self>,
{
    fn final_states(states: FloatTensor<Self>) -> FloatTensor<Self> {
        composed(Tensor::from_primitive::<Self>(states))
            .try_into_primitive::<Self>()
            .expect("a tensor stays on the device that made it")
    }
}
