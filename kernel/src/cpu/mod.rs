//! CPU operations over packed weights, for the machine's instruction sets.
//!
//! ```text
//! simd        choice of the instruction set              vector      a register of each
//! parallel    work split among threads                   buffer      memory on cache lines
//!
//! for tables, in tiles of a few genes:
//! level       a whole forward call                       gradient    a whole backward call
//! forward     the time loop over a tile                  backward    the backward time loop, gradients of weights
//! packed      weights of the forward loop                transposed  weights of the backward loop
//! activation  gates and softmax, within 2e-7             attention   over one gene's states, while they are in cache
//! steps       the positions of a direction, in order     linear      a fully connected layer
//! convolution windows against filters
//!
//! for sequences, in tiles of positions:
//! product     a tile of sums in registers                block       convolution, batch norm, pooling; training
//! context     attention of every bin to every other      incremental the same, after some bins have changed
//! context_gradient   the gradient of the bins
//! ```
//!
//! This file, `blocks`, `autodiff` and `learning` register the operations with Burn; the others work on slices.

mod activation;
mod attention;
#[cfg(feature = "autodiff")]
mod autodiff;
mod backward;
mod block;
mod blocks;
mod buffer;
#[cfg(test)]
mod cases;
mod context;
#[cfg(feature = "attribution")]
mod context_gradient;
mod convolution;
mod forward;
mod gradient;
#[cfg(not(target_arch = "wasm32"))]
mod incremental;
#[cfg(feature = "autodiff")]
mod learning;
mod level;
mod linear;
#[cfg(all(test, feature = "autodiff", feature = "attribution"))]
mod not_a_number;
mod packed;
mod parallel;
mod product;
mod simd;
mod steps;
mod transposed;
mod vector;

use burn::backend::{Flex, TensorMetadata, tensor::FloatTensor};
use burn::tensor::TensorData;

#[cfg(feature = "attribution")]
pub(super) use self::block::{Layer, Reversed};
pub(super) use self::blocks::PackedBlock;
#[cfg(not(target_arch = "wasm32"))]
pub(super) use self::context::{Bins, Head as AttentionHead, Query};
#[cfg(feature = "attribution")]
pub use self::context_gradient::Attended;
#[cfg(feature = "attribution")]
pub(super) use self::context_gradient::{attended_gradient, mixed_gradient};
#[cfg(not(target_arch = "wasm32"))]
pub(super) use self::incremental::{CachedHead, ChangedBins};
pub(super) use self::level::Head;
use self::packed::Packed;
pub(super) use self::packed::Weights;
pub(super) use self::simd::Simd;
use super::attention::AttentionBackend;
use super::compare::rectified;
use super::convolution::{self as convolutions, ConvolutionBackend, Stride};
use super::final_states::FinalStatesBackend;
use super::linear::LinearBackend;
use super::{RecurrentBackend, Sizes};

/// The weights of a level, packed once for many calls.
#[derive(Debug)]
pub(super) struct PackedLevel {
    simd: Simd,
    packed: Packed,
    context: Vec<f32>,
    /// Sizes for one example and one step.
    sizes: Sizes,
}

impl PackedLevel {
    /// Packs the weights of [`super::bilstm`] and the context vectors [E, 2H].
    pub fn new(
        input: FloatTensor<Flex>,
        recurrent: FloatTensor<Flex>,
        bias: FloatTensor<Flex>,
        context: FloatTensor<Flex>,
    ) -> Self {
        let [encoders, _, _, inputs] = input.shape().dims();
        let sizes = Sizes::forward(
            [1, 1, encoders, inputs],
            input.shape().dims(),
            recurrent.shape().dims(),
            bias.shape().dims(),
        );
        let [input, recurrent, bias, context] = [input, recurrent, bias, context].map(|tensor| tensor.to_contiguous());
        let weights = Weights {
            input: slice(&input),
            recurrent: slice(&recurrent),
            bias: slice(&bias),
        };
        let simd = Simd::detect();
        Self {
            simd,
            packed: Packed::new(&weights, sizes, simd.lanes()),
            context: slice(&context).to_vec(),
            sizes,
        }
    }

    /// As [`RecurrentBackend::attentive_bilstm`].
    pub fn run(&self, x: FloatTensor<Flex>) -> (FloatTensor<Flex>, FloatTensor<Flex>) {
        let [examples, steps, encoders, inputs] = x.shape().dims();
        assert_eq!(
            [encoders, inputs],
            [self.sizes.encoders, self.sizes.inputs],
            "x [N, T, E, I]"
        );
        let sizes = Sizes {
            examples,
            steps,
            ..self.sizes
        };
        let x = x.to_contiguous();
        let head = Head::Attention(&self.context);
        split(&self.simd.forward(slice(&x), &self.packed, head, sizes), sizes)
    }
}

impl RecurrentBackend for Flex {
    fn bilstm(
        x: FloatTensor<Self>,
        input: FloatTensor<Self>,
        recurrent: FloatTensor<Self>,
        bias: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        let (states, sizes) = run(x, input, recurrent, bias, None);
        tensor(states, sizes.states())
    }

    fn attentive_bilstm(
        x: FloatTensor<Self>,
        input: FloatTensor<Self>,
        recurrent: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        context: FloatTensor<Self>,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        let (both, sizes) = run(x, input, recurrent, bias, Some(context));
        split(&both, sizes)
    }
}

impl AttentionBackend for Flex {
    fn attention(states: FloatTensor<Self>, context: FloatTensor<Self>) -> (FloatTensor<Self>, FloatTensor<Self>) {
        let [examples, encoders, positions, channels] = states.shape().dims();
        assert_eq!(context.shape().dims(), [encoders, channels], "context vectors");
        let [states, context] = [states, context].map(|tensor| tensor.to_contiguous());
        let (sums, weights) = Simd::detect().attention(slice(&states), slice(&context), positions, channels);
        (
            tensor(sums, [examples, encoders, channels]),
            tensor(weights, [examples, encoders, positions]),
        )
    }
}

impl LinearBackend for Flex {
    fn linear(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        rectified: bool,
    ) -> FloatTensor<Self> {
        let [examples, inputs] = x.shape().dims();
        let [outputs] = bias.shape().dims();
        assert_eq!(weight.shape().dims(), [outputs, inputs], "weights");
        let [x, weight, bias] = [x, weight, bias].map(|tensor| tensor.to_contiguous());
        let mut y = Simd::detect().linear(slice(&x), slice(&weight), slice(&bias));
        if rectified {
            rectify(&mut y);
        }
        tensor(y, [examples, outputs])
    }
}

impl ConvolutionBackend for Flex {
    fn convolution(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        left: usize,
        right: usize,
        pool: usize,
    ) -> FloatTensor<Self> {
        let sizes = convolutions::Sizes::new(
            x.shape().dims(),
            weight.shape().dims(),
            bias.shape().dims(),
            Stride { left, right, pool },
        );
        let [x, weight, bias] = [x, weight, bias].map(|tensor| tensor.to_contiguous());
        let y = Simd::detect().convolution(slice(&x), slice(&weight), slice(&bias), sizes);
        tensor(y, sizes.result())
    }
}

impl FinalStatesBackend for Flex {
    fn final_states(states: FloatTensor<Self>) -> FloatTensor<Self> {
        let [examples, encoders, steps, both] = states.shape().dims();
        let states = states.to_contiguous();
        let mut last = Vec::with_capacity(examples * encoders * both);
        for states in slice(&states).chunks_exact(steps * both) {
            last.extend_from_slice(&states[(steps - 1) * both..][..both / 2]);
            last.extend_from_slice(&states[both / 2..both]);
        }
        tensor(last, [examples, encoders, both])
    }
}

/// One call with weights packed for it alone: [N, E, row] of its head.
fn run(
    x: FloatTensor<Flex>,
    input: FloatTensor<Flex>,
    recurrent: FloatTensor<Flex>,
    bias: FloatTensor<Flex>,
    context: Option<FloatTensor<Flex>>,
) -> (Vec<f32>, Sizes) {
    let sizes = Sizes::forward(
        x.shape().dims(),
        input.shape().dims(),
        recurrent.shape().dims(),
        bias.shape().dims(),
    );
    let [x, input, recurrent, bias] = [x, input, recurrent, bias].map(|tensor| tensor.to_contiguous());
    let context = context.map(|context| context.to_contiguous());
    let weights = Weights {
        input: slice(&input),
        recurrent: slice(&recurrent),
        bias: slice(&bias),
    };
    let simd = Simd::detect();
    let packed = Packed::new(&weights, sizes, simd.lanes());
    let out = simd.forward(slice(&x), &packed, head(context.as_ref(), sizes), sizes);
    (out, sizes)
}

/// Head of a recurrence of `sizes`: attention if there are context vectors.
fn head(context: Option<&FloatTensor<Flex>>, sizes: Sizes) -> Head<'_> {
    let Some(context) = context else {
        return Head::States;
    };
    assert_eq!(
        context.shape().dims(),
        [sizes.encoders, 2 * sizes.hidden],
        "context vectors"
    );
    Head::Attention(slice(context))
}

/// Splits `both` into the weighted sums [N, E, 2H] and weights [N, E, T].
fn split(both: &[f32], sizes: Sizes) -> (FloatTensor<Flex>, FloatTensor<Flex>) {
    let Sizes {
        examples,
        steps,
        encoders,
        hidden,
        ..
    } = sizes;
    let mut sums = Vec::with_capacity(examples * encoders * 2 * hidden);
    let mut weights = Vec::with_capacity(examples * encoders * steps);
    for row in both.chunks_exact(2 * hidden + steps) {
        let (sum, weight) = row.split_at(2 * hidden);
        sums.extend_from_slice(sum);
        weights.extend_from_slice(weight);
    }
    (
        tensor(sums, [examples, encoders, 2 * hidden]),
        tensor(weights, [examples, encoders, steps]),
    )
}

fn rectify(values: &mut [f32]) {
    for value in values {
        *value = rectified(*value);
    }
}

fn slice(tensor: &FloatTensor<Flex>) -> &[f32] {
    tensor.as_slice::<f32>().expect("a contiguous float32 tensor")
}

fn tensor<const D: usize>(values: Vec<f32>, shape: [usize; D]) -> FloatTensor<Flex> {
    FloatTensor::<Flex>::from_data(TensorData::new(values, shape))
}
