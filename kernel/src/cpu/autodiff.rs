//! Gradients on the CPU: one operation, whose backward pass recomputes the forward pass tile by tile and keeps nothing
//! in between.

use burn::backend::autodiff::{
    NodeId,
    checkpoint::{base::Checkpointer, strategy::CheckpointStrategy},
    grads::Gradients,
    ops::{Backward, Ops, OpsKind},
};
use burn::backend::{Autodiff, DispatchKindConversion, DispatchTensor, Flex, TensorMetadata, tensor::FloatTensor};
use burn::tensor::Tensor;

use super::simd::Simd;
use super::{Weights, head, run, slice, tensor};
use crate::{RecurrentBackend, Sizes};

/// Inputs, kept by the forward pass for the backward pass.
#[derive(Debug, Clone)]
struct Inputs {
    x: FloatTensor<Flex>,
    input: FloatTensor<Flex>,
    recurrent: FloatTensor<Flex>,
    bias: FloatTensor<Flex>,
    context: Option<FloatTensor<Flex>>,
}

/// The [`Inputs`] that need a gradient, in that order.
type Wanted = [Option<NodeId>; 5];

impl Inputs {
    /// [N, E, T, 2H], or with attention the weighted sums and the weights concatenated, [N, E, 2H + T].
    fn forward(&self) -> FloatTensor<Flex> {
        let Self {
            x,
            input,
            recurrent,
            bias,
            context,
        } = self.clone();
        let attentive = context.is_some();
        let (values, sizes) = run(x, input, recurrent, bias, context);
        if attentive {
            let row = 2 * sizes.hidden + sizes.steps;
            tensor(values, [sizes.examples, sizes.encoders, row])
        } else {
            tensor(values, sizes.states())
        }
    }

    /// From the gradient of the output of [`forward`](Self::forward).
    fn backward(self, upstream: FloatTensor<Flex>, wanted: Wanted, gradients: &mut Gradients) {
        let Self {
            x,
            input,
            recurrent,
            bias,
            context,
        } = self;
        let sizes = Sizes::forward(
            x.shape().dims(),
            input.shape().dims(),
            recurrent.shape().dims(),
            bias.shape().dims(),
        );
        let [x, input, recurrent, bias, upstream] =
            [x, input, recurrent, bias, upstream].map(|tensor| tensor.to_contiguous());
        let context = context.map(|context| context.to_contiguous());
        let weights = Weights {
            input: slice(&input),
            recurrent: slice(&recurrent),
            bias: slice(&bias),
        };
        let (of_weights, of_x) = Simd::detect().backward(
            slice(&x),
            &weights,
            head(context.as_ref(), sizes),
            slice(&upstream),
            sizes,
            wanted[0].is_some(),
        );
        let found = [
            tensor(of_x, if wanted[0].is_some() { x.shape().dims() } else { [0; 4] }),
            tensor::<4>(of_weights.input, input.shape().dims()),
            tensor::<4>(of_weights.recurrent, recurrent.shape().dims()),
            tensor::<3>(of_weights.bias, bias.shape().dims()),
            tensor(of_weights.context, [sizes.encoders, 2 * sizes.hidden]),
        ];
        for (node, gradient) in wanted.into_iter().zip(found) {
            if let Some(node) = node {
                gradients.register::<Flex>(node, gradient);
            }
        }
    }
}

/// The backward step of `bilstm`.
#[derive(Debug)]
struct BiLstm;

impl Backward<Flex, 4> for BiLstm {
    type State = Inputs;

    fn backward(self, ops: Ops<Inputs, 4>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let upstream = gradients.consume::<Flex>(&ops.node);
        let [x, input, recurrent, bias] = ops.parents.map(|node| node.map(|node| node.id));
        let wanted = [x, input, recurrent, bias, None];
        ops.state.backward(upstream, wanted, gradients);
    }
}

/// The backward step of `attentive_bilstm`.
#[derive(Debug)]
struct AttentiveBiLstm;

impl Backward<Flex, 5> for AttentiveBiLstm {
    type State = Inputs;

    fn backward(self, ops: Ops<Inputs, 5>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let upstream = gradients.consume::<Flex>(&ops.node);
        let wanted = ops.parents.map(|node| node.map(|node| node.id));
        ops.state.backward(upstream, wanted, gradients);
    }
}

impl<C> RecurrentBackend for Autodiff<Flex, C>
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
        let inputs = Inputs {
            x,
            input,
            recurrent,
            bias,
            context: None,
        };
        let out = inputs.forward();
        match BiLstm
            .prepare::<C>([x_node, input_node, recurrent_node, bias_node])
            .compute_bound()
            .stateful()
        {
            OpsKind::UnTracked(step) => step.finish(out),
            OpsKind::Tracked(step) => step.finish(inputs, out),
        }
    }

    fn attentive_bilstm(
        x: FloatTensor<Self>,
        input: FloatTensor<Self>,
        recurrent: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        context: FloatTensor<Self>,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        let (x, x_node) = x.into_parts();
        let (input, input_node) = input.into_parts();
        let (recurrent, recurrent_node) = recurrent.into_parts();
        let (bias, bias_node) = bias.into_parts();
        let (context, context_node) = context.into_parts();
        let channels = context.shape()[1];
        let inputs = Inputs {
            x,
            input,
            recurrent,
            bias,
            context: Some(context),
        };
        let out = inputs.forward();
        let both = match AttentiveBiLstm
            .prepare::<C>([x_node, input_node, recurrent_node, bias_node, context_node])
            .compute_bound()
            .stateful()
        {
            OpsKind::UnTracked(step) => step.finish(out),
            OpsKind::Tracked(step) => step.finish(inputs, out),
        };
        // One operation returns both, so that their gradients come back in one pass.
        let both = Tensor::<3>::from_primitive::<Self>(both);
        let [examples, encoders, row] = both.dims();
        let sums = both.clone().slice([0..examples, 0..encoders, 0..channels]);
        let weights = both.slice([0..examples, 0..encoders, channels..row]);
        const SAME: &str = "a tensor stays on the device that made it";
        (
            sums.try_into_primitive::<Self>().expect(SAME),
            weights.try_into_primitive::<Self>().expect(SAME),
        )
    }
}
