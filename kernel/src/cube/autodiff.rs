//! Gradients on a GPU: the sequential part is a kernel, the rest a few products.

use burn::backend::autodiff::{
    checkpoint::{base::Checkpointer, strategy::CheckpointStrategy},
    grads::Gradients,
    ops::{Backward, Ops, OpsKind},
};
use burn::backend::{Autodiff, DispatchKindConversion, DispatchTensor, tensor::FloatTensor};
use burn::tensor::Tensor;
use burn_cubecl::{CubeBackend, tensor::CubeTensor};

use super::{launch_backward, launch_forward};
use crate::RecurrentBackend;
use crate::attention::AttentionBackend;
use crate::precision::product;

/// The backward step of `bilstm` with respect to x, input weights, recurrent weights and bias.
#[derive(Debug)]
struct BiLstmBackward;

/// Tensors that the forward pass keeps for the backward pass.
#[derive(Debug, Clone)]
struct Recorded {
    x: CubeTensor,
    input: CubeTensor,
    recurrent: CubeTensor,
    states: CubeTensor,
    gates: CubeTensor,
    cells: CubeTensor,
}

impl Backward<CubeBackend, 4> for BiLstmBackward {
    type State = Recorded;

    fn backward(self, ops: Ops<Self::State, 4>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let Recorded {
            x,
            input,
            recurrent,
            states,
            gates,
            cells,
        } = ops.state;
        let upstream = gradients.consume::<CubeBackend>(&ops.node);
        let dz = Tensor::<5>::from_primitive::<CubeBackend>(launch_backward(upstream, gates, cells, recurrent));
        let x = Tensor::<4>::from_primitive::<CubeBackend>(x);
        let input = Tensor::<4>::from_primitive::<CubeBackend>(input);
        let states = Tensor::<4>::from_primitive::<CubeBackend>(states);

        let [examples, encoders, _, steps, quadruple] = dz.dims();
        let hidden = quadruple / 4;
        let inputs = input.dims()[3];
        let rows = examples * steps;
        // [E, 2, N * T, 4H]
        let dz = dz.permute([1, 2, 0, 3, 4]).reshape([encoders, 2, rows, quadruple]);
        let [x_node, input_node, recurrent_node, bias_node] = ops.parents;

        if let Some(node) = bias_node {
            let bias: Tensor<3> = dz.clone().sum_dim(2).squeeze_dim(2);
            gradients.register::<CubeBackend>(node.id, primitive(bias));
        }
        if let Some(node) = recurrent_node {
            let previous = previous_states(states, hidden)
                .permute([1, 2, 0, 3, 4])
                .reshape([encoders, 2, rows, hidden]);
            let product = product(dz.clone().swap_dims(2, 3), previous);
            gradients.register::<CubeBackend>(node.id, primitive(product));
        }
        if let Some(node) = input_node {
            let by_encoder = x
                .permute([2, 0, 1, 3])
                .reshape([encoders, 1, rows, inputs])
                .expand([encoders, 2, rows, inputs]);
            let product = product(dz.clone().swap_dims(2, 3), by_encoder);
            gradients.register::<CubeBackend>(node.id, primitive(product));
        }
        if let Some(node) = x_node {
            let product = product(dz, input)
                .sum_dim(1)
                .reshape([encoders, examples, steps, inputs]);
            gradients.register::<CubeBackend>(node.id, primitive(product.permute([1, 2, 0, 3])));
        }
    }
}

/// h_{t-1} in each direction's own order, at position t: [N, E, T, 2H] -> [N, E, 2, T, H], zero where a direction
/// begins.
fn previous_states(states: Tensor<4>, hidden: usize) -> Tensor<5> {
    let [examples, encoders, steps, _] = states.dims();
    let zero = Tensor::<4>::zeros([examples, encoders, 1, hidden], &states.device());
    let forward = states
        .clone()
        .slice([0..examples, 0..encoders, 0..steps - 1, 0..hidden]);
    let reverse = states.slice([0..examples, 0..encoders, 1..steps, hidden..2 * hidden]);
    let forward = Tensor::cat(vec![zero.clone(), forward], 2);
    let reverse = Tensor::cat(vec![reverse, zero], 2);
    Tensor::stack(vec![forward, reverse], 2)
}

fn primitive<const D: usize>(tensor: Tensor<D>) -> CubeTensor {
    tensor
        .try_into_primitive::<CubeBackend>()
        .expect("a tensor stays on the device that made it")
}

impl<C> RecurrentBackend for Autodiff<CubeBackend, C>
where
    C: CheckpointStrategy,
    DispatchTensor: DispatchKindConversion<Self>,
{
    fn bilstm(
        x: FloatTensor<Self>,
        input: FloatTensor<Self>,
        recurrent: FloatTensor<Self>,
        bias: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        let (x, x_node) = x.into_parts();
        let (input, input_node) = input.into_parts();
        let (recurrent, recurrent_node) = recurrent.into_parts();
        let (bias, bias_node) = bias.into_parts();
        match BiLstmBackward
            .prepare::<C>([x_node, input_node, recurrent_node, bias_node])
            .compute_bound()
            .stateful()
        {
            OpsKind::UnTracked(step) => step.finish(CubeBackend::bilstm(x, input, recurrent, bias)),
            OpsKind::Tracked(step) => {
                let tensors = [x.clone(), input.clone(), recurrent.clone(), bias];
                let (states, record) = launch_forward(tensors, true);
                let (gates, cells) = record.expect("a recording was asked for");
                let recorded = Recorded {
                    x,
                    input,
                    recurrent,
                    states: states.clone(),
                    gates,
                    cells,
                };
                step.finish(recorded, states)
            }
        }
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
