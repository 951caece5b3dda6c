//! The recurrence on the CPU: blocks of genes against packed weights, in whatever SIMD the machine has.
//!
//! ```text
//! panel       weights packed for the product, and the product of a block of genes with them
//! activation  σ and tanh over slices, within 2e-7
//! forward     the time loop                     backward     the same loop the other way
//! attention   scores, softmax, weighted sum
//! ```
//!
//! The arithmetic is written once as plain loops over fixed-size arrays, which the compiler turns into SIMD; [`simd`] compiles
//! them a second time for wider vectors and takes that version where the machine has them.

mod activation;
mod attention;
mod backward;
mod forward;
mod panel;
mod simd;

use burn::backend::{Flex, TensorMetadata, tensor::FloatTensor};
use burn::tensor::TensorData;

use super::attention::AttentionBackend;
use super::{RecurrentBackend, Sizes};

/// One call's inputs as slices, in the shapes of [`super::bilstm`].
pub(super) struct ForwardInputs<'a> {
    pub x: &'a [f32],
    pub input: &'a [f32],
    pub recurrent: &'a [f32],
    pub bias: &'a [f32],
}

/// What the backward pass will need, in the shapes of [`RecurrentBackend::bilstm_recorded`].
pub(super) struct Record {
    pub gates: Vec<f32>,
    pub cells: Vec<f32>,
}

impl RecurrentBackend for Flex {
    fn bilstm(
        x: FloatTensor<Self>,
        input: FloatTensor<Self>,
        recurrent: FloatTensor<Self>,
        bias: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        run(x, input, recurrent, bias, false).0
    }

    fn bilstm_recorded(
        x: FloatTensor<Self>,
        input: FloatTensor<Self>,
        recurrent: FloatTensor<Self>,
        bias: FloatTensor<Self>,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>) {
        let (states, record, sizes) = run(x, input, recurrent, bias, true);
        let record = record.expect("a recording was asked for");
        let gates = tensor(record.gates, sizes.gates());
        let cells = tensor(record.cells, sizes.cells());
        (states, gates, cells)
    }

    fn bilstm_backward(
        states_gradient: FloatTensor<Self>,
        gates: FloatTensor<Self>,
        cells: FloatTensor<Self>,
        recurrent: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        let sizes = Sizes::backward(
            states_gradient.shape().dims(),
            gates.shape().dims(),
            cells.shape().dims(),
            recurrent.shape().dims(),
        );
        let [states_gradient, gates, cells, recurrent] =
            [states_gradient, gates, cells, recurrent].map(|tensor| tensor.to_contiguous());
        let inputs = backward::Inputs {
            states_gradient: slice(&states_gradient),
            gates: slice(&gates),
            cells: slice(&cells),
            recurrent: slice(&recurrent),
        };
        tensor(simd::backward(&inputs, sizes), sizes.gates())
    }
}

impl AttentionBackend for Flex {
    fn attention(
        states: FloatTensor<Self>,
        context: FloatTensor<Self>,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        let [examples, encoders, positions, channels] = states.shape().dims();
        assert_eq!(
            context.shape().dims(),
            [encoders, channels],
            "context vectors"
        );
        let [states, context] = [states, context].map(|tensor| tensor.to_contiguous());
        let sizes = attention::Sizes {
            rows: examples * encoders,
            encoders,
            positions,
            channels,
        };
        let (sums, weights) = simd::attention(slice(&states), slice(&context), sizes);
        (
            tensor(sums, [examples, encoders, channels]),
            tensor(weights, [examples, encoders, positions]),
        )
    }
}

fn run(
    x: FloatTensor<Flex>,
    input: FloatTensor<Flex>,
    recurrent: FloatTensor<Flex>,
    bias: FloatTensor<Flex>,
    recorded: bool,
) -> (FloatTensor<Flex>, Option<Record>, Sizes) {
    let sizes = Sizes::forward(
        x.shape().dims(),
        input.shape().dims(),
        recurrent.shape().dims(),
        bias.shape().dims(),
    );
    let [x, input, recurrent, bias] =
        [x, input, recurrent, bias].map(|tensor| tensor.to_contiguous());
    let inputs = ForwardInputs {
        x: slice(&x),
        input: slice(&input),
        recurrent: slice(&recurrent),
        bias: slice(&bias),
    };
    let zeros = |shape: [usize; 5]| vec![0.0; shape.iter().product()];
    let mut record = recorded.then(|| Record {
        gates: zeros(sizes.gates()),
        cells: zeros(sizes.cells()),
    });
    let states = simd::forward(&inputs, sizes, record.as_mut());
    (tensor(states, sizes.states()), record, sizes)
}

fn slice(tensor: &FloatTensor<Flex>) -> &[f32] {
    tensor
        .as_slice::<f32>()
        .expect("a contiguous float32 tensor")
}

fn tensor<const D: usize>(values: Vec<f32>, shape: [usize; D]) -> FloatTensor<Flex> {
    FloatTensor::<Flex>::from_data(TensorData::new(values, shape))
}
