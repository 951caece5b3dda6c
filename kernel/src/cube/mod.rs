//! The recurrence on a GPU in one launch for all time steps, encoders and directions; attention and convolution in one
//! launch each.
//!
//! `forward`, `backward`, `attention`, `convolution` and `final_states` contain the kernels, with only CubeCL's prelude
//! in scope; this file registers them. `sequence` registers the parts of sequence networks: `block`, `first_block`,
//! `pool`, `softmax`. `reduce` has maximum and sum over a workgroup, for attention and softmax. `product` multiplies
//! float32 matrices on CUDA.

mod attention;
#[cfg(feature = "autodiff")]
mod autodiff;
#[cfg(feature = "autodiff")]
mod backward;
mod block;
mod convolution;
mod final_states;
mod first_block;
mod forward;
mod pool;
#[cfg(feature = "cuda")]
mod product;
mod reduce;
mod sequence;
mod softmax;

use burn::backend::{TensorMetadata, tensor::FloatTensor};
use burn::tensor::{DType, Shape};
use burn_cubecl::{
    CubeBackend, kernel::into_contiguous, ops::numeric::empty_device_contiguous_dtype, tensor::CubeTensor,
};
use cubecl::features::Plane;
use cubecl::prelude::{Client, CubeCount, CubeDim};

use super::attention::AttentionBackend;
use super::convolution::{ConvolutionBackend, Sizes as ConvolutionSizes, Stride};
use super::final_states::FinalStatesBackend;
use super::{RecurrentBackend, Sizes};

/// Genes per workgroup, which share weights in registers.
const GENES: usize = 4;

impl RecurrentBackend for CubeBackend {
    fn bilstm(
        x: FloatTensor<Self>,
        input: FloatTensor<Self>,
        recurrent: FloatTensor<Self>,
        bias: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        launch_forward([x, input, recurrent, bias], false).0
    }

    fn attentive_bilstm(
        x: FloatTensor<Self>,
        input: FloatTensor<Self>,
        recurrent: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        context: FloatTensor<Self>,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        Self::attention(Self::bilstm(x, input, recurrent, bias), context)
    }
}

impl AttentionBackend for CubeBackend {
    fn attention(states: FloatTensor<Self>, context: FloatTensor<Self>) -> (FloatTensor<Self>, FloatTensor<Self>) {
        let [states, context] = [states, context].map(ready);
        let [examples, encoders, positions, channels] = states.shape().dims();
        assert_eq!(context.shape().dims(), [encoders, channels], "context vectors");
        assert_eq!(check_sizes(positions, 0), Ok(()));
        let sums = empty_like(&states, [examples, encoders, channels]);
        let weights = empty_like(&states, [examples, encoders, positions]);
        let client = states.client.clone();
        // SAFETY: every index is in bounds for the shapes that were just checked.
        unsafe {
            attention::attention::launch_unchecked(
                &client,
                // Examples and encoders on two axes: one axis of a grid has at most 65,535.
                CubeCount::Static(encoders as u32, examples as u32, 1),
                CubeDim::new_1d(ATTENTION_THREADS),
                states.into_buffer_arg(),
                context.into_buffer_arg(),
                sums.clone().into_buffer_arg(),
                weights.clone().into_buffer_arg(),
                encoders,
                positions,
                channels,
                ATTENTION_THREADS as usize,
                has_planes(&client),
            );
        }
        (sums, weights)
    }
}

impl ConvolutionBackend for CubeBackend {
    fn convolution(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        left: usize,
        right: usize,
        pool: usize,
    ) -> FloatTensor<Self> {
        let [x, weight, bias] = [x, weight, bias].map(ready);
        let sizes = ConvolutionSizes::new(
            x.shape().dims(),
            weight.shape().dims(),
            bias.shape().dims(),
            Stride { left, right, pool },
        );
        let y = empty_like(&x, sizes.result());
        let outputs: usize = sizes.result().iter().product();
        let client = x.client.clone();
        // SAFETY: every index is in bounds for the shapes that `ConvolutionSizes` has just checked.
        unsafe {
            convolution::convolution::launch_unchecked(
                &client,
                blocks(outputs),
                CubeDim::new_1d(BLOCK_THREADS),
                x.into_buffer_arg(),
                weight.into_buffer_arg(),
                bias.into_buffer_arg(),
                y.clone().into_buffer_arg(),
                outputs as u32,
                sizes.positions,
                sizes.encoders,
                sizes.channels,
                sizes.filters,
                sizes.width,
                sizes.pooled,
                left,
                pool,
            );
        }
        y
    }
}

impl FinalStatesBackend for CubeBackend {
    fn final_states(states: FloatTensor<Self>) -> FloatTensor<Self> {
        let states = ready(states);
        let [examples, encoders, steps, both] = states.shape().dims();
        let y = empty_like(&states, [examples, encoders, both]);
        let values = examples * encoders * both;
        let client = states.client.clone();
        // SAFETY: a thread reads within its own row.
        unsafe {
            final_states::final_states::launch_unchecked(
                &client,
                blocks(values),
                CubeDim::new_1d(BLOCK_THREADS),
                states.into_buffer_arg(),
                y.clone().into_buffer_arg(),
                values as u32,
                steps,
                both / 2,
            );
        }
        y
    }
}

/// Threads per workgroup, for independent threads.
const BLOCK_THREADS: u32 = 64;

/// Enough workgroups for `threads`, on two axes: one has at most 65,535.
fn blocks(threads: usize) -> CubeCount {
    let blocks = threads.div_ceil(BLOCK_THREADS as usize);
    let rows = blocks.div_ceil(65_535);
    CubeCount::Static(blocks.div_ceil(rows) as u32, rows as u32, 1)
}

/// See [`super::check_sizes`].
pub(super) fn check_sizes(positions: usize, hidden: usize) -> Result<(), String> {
    if hidden > MOST_HIDDEN {
        return Err(format!(
            "found {hidden} hidden units a direction; GPUs run {MOST_HIDDEN} at most"
        ));
    }
    if positions > MOST_POSITIONS {
        return Err(format!(
            "found attention over {positions} positions; GPUs run {MOST_POSITIONS} at most"
        ));
    }
    Ok(())
}

/// The backward pass has one thread per gate row, 4H in all, and WebGPU guarantees 256 threads per workgroup.
const MOST_HIDDEN: usize = 64;

/// Threads per row of attention.
const ATTENTION_THREADS: u32 = 64;

/// Scores are in workgroup memory, of which WebGPU guarantees 16 KiB.
const MOST_POSITIONS: usize = 4096 - ATTENTION_THREADS as usize;

/// Values for the backward pass: the activated gates [N, E, 2, T, 4H] and the cells [N, E, 2, T, H], both at their
/// position t.
type GatesAndCells = (CubeTensor, CubeTensor);

/// The states, and with `recorded` the values for the backward pass.
fn launch_forward(tensors: [CubeTensor; 4], recorded: bool) -> (CubeTensor, Option<GatesAndCells>) {
    let [x, input, recurrent, bias] = tensors.map(ready);
    let sizes = Sizes::forward(
        x.shape().dims(),
        input.shape().dims(),
        recurrent.shape().dims(),
        bias.shape().dims(),
    );
    let Sizes {
        examples,
        steps,
        encoders,
        inputs,
        hidden,
    } = sizes;
    assert_eq!(check_sizes(0, hidden), Ok(()));
    let genes = if examples == 1 { 1 } else { GENES };
    let states = empty_like(&x, sizes.states());
    // A kernel without recording still binds both: one element each.
    let [gates, cells] = if recorded {
        let Sizes {
            examples,
            steps,
            encoders,
            hidden,
            ..
        } = sizes;
        [
            [examples, encoders, 2, steps, 4 * hidden],
            [examples, encoders, 2, steps, hidden],
        ]
    } else {
        [[1; 5]; 2]
    }
    .map(|shape| empty_like(&x, shape));
    let client = x.client.clone();
    // SAFETY: every index is in bounds for the shapes that `Sizes` has just checked.
    unsafe {
        forward::bilstm_forward::launch_unchecked(
            &client,
            CubeCount::Static(examples.div_ceil(genes) as u32, encoders as u32, 1),
            CubeDim::new_1d(2 * hidden as u32),
            x.into_buffer_arg(),
            input.into_buffer_arg(),
            recurrent.into_buffer_arg(),
            bias.into_buffer_arg(),
            states.clone().into_buffer_arg(),
            gates.clone().into_buffer_arg(),
            cells.clone().into_buffer_arg(),
            examples as u32,
            steps,
            encoders,
            inputs,
            hidden,
            genes,
            recorded,
        );
    }
    (states, recorded.then_some((gates, cells)))
}

/// The gradient with respect to the gates before activation, [N, E, 2, T, 4H], from the gradient of the states [N, E,
/// T, 2H]. All other gradients are products of it.
#[cfg(feature = "autodiff")]
fn launch_backward(
    states_gradient: CubeTensor,
    gates: CubeTensor,
    cells: CubeTensor,
    recurrent: CubeTensor,
) -> CubeTensor {
    let [states_gradient, gates, cells, recurrent] = [states_gradient, gates, cells, recurrent].map(ready);
    let [examples, encoders, steps, both] = states_gradient.shape().dims();
    let hidden = both / 2;
    let shape = [examples, encoders, 2, steps, 4 * hidden];
    assert_eq!(gates.shape().dims(), shape, "gates");
    assert_eq!(cells.shape().dims(), [examples, encoders, 2, steps, hidden], "cells");
    assert_eq!(
        recurrent.shape().dims(),
        [encoders, 2, 4 * hidden, hidden],
        "recurrent weights"
    );
    let gradient = empty_like(&gates, shape);
    let client = gates.client.clone();
    // SAFETY: every index is in bounds for the shapes that were just checked.
    unsafe {
        backward::bilstm_backward::launch_unchecked(
            &client,
            CubeCount::Static(examples as u32, 2 * encoders as u32, 1),
            CubeDim::new_1d(4 * hidden as u32),
            states_gradient.into_buffer_arg(),
            gates.into_buffer_arg(),
            cells.into_buffer_arg(),
            recurrent.into_buffer_arg(),
            gradient.clone().into_buffer_arg(),
            steps,
            encoders,
            hidden,
        );
    }
    gradient
}

/// Returns true if a kernel may use subgroups. WebGPU has them, but wgpu 30 does not request them from a browser.
fn has_planes(client: &Client) -> bool {
    client.properties().features.plane.contains(Plane::Ops)
}

/// Contiguous float32, as the kernels index it.
fn ready(tensor: CubeTensor) -> CubeTensor {
    assert_eq!(tensor.dtype, DType::F32, "GPU kernels compute in float32");
    into_contiguous(tensor)
}

fn empty_like<const D: usize>(tensor: &CubeTensor, shape: [usize; D]) -> CubeTensor {
    empty_device_contiguous_dtype(
        tensor.client.clone(),
        tensor.device.clone(),
        Shape::new(shape),
        tensor.dtype,
    )
}
