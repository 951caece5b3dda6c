//! Registers sequence blocks in training with Burn: one operation each, with its backward pass.

use burn::backend::{Autodiff, DispatchKindConversion, DispatchTensor, Flex, TensorMetadata, tensor::FloatTensor};
use burn::backend::{
    AutodiffBackend,
    autodiff::{
        checkpoint::{base::Checkpointer, strategy::CheckpointStrategy},
        grads::Gradients,
        ops::{Backward, Ops, OpsKind},
    },
};

use super::block::training::{self, Output, Record};
use super::block::{Layer, Parameters, first};
use super::blocks::{codes, layer};
use super::simd::Simd;
use super::{slice, tensor};
use crate::training_block::{Learning, TrainingBackend};

/// Input of a block.
#[derive(Debug, Clone)]
enum Input {
    /// [N, L, C].
    Channels(FloatTensor<Flex>),
    /// [N L].
    Bases(Vec<u8>),
}

/// One call.
#[derive(Debug, Clone)]
struct Call {
    input: Input,
    kernel: FloatTensor<Flex>,
    gamma: FloatTensor<Flex>,
    beta: FloatTensor<Flex>,
    learning: Learning,
    layer: Layer,
}

/// y, mean and variance.
type Results = [FloatTensor<Flex>; 3];

impl Call {
    fn parameters(&self) -> Parameters<'_> {
        Parameters {
            kernel: slice(&self.kernel),
            gamma: slice(&self.gamma),
            beta: slice(&self.beta),
            epsilon: self.learning.epsilon,
            dropout: self.learning.dropout,
        }
    }

    fn forward(&self) -> (Results, Record) {
        let (simd, parameters, layer) = (Simd::detect(), self.parameters(), self.layer);
        let Output { y, record } = match &self.input {
            Input::Channels(x) => training::forward(simd, slice(x), parameters, layer),
            Input::Bases(codes) => first::forward(simd, codes, parameters, layer),
        };
        let of_filters = |values: &[f64]| {
            let values = values[..layer.filters].iter();
            tensor(values.map(|&value| value as f32).collect(), [layer.filters])
        };
        let results = [
            tensor(y, layer.result()),
            of_filters(&record.statistics.mean),
            of_filters(&record.statistics.variance),
        ];
        (results, record)
    }

    fn backward(&self, record: Record, upstream: FloatTensor<Flex>, wants_x: bool) -> training::Gradients {
        let (simd, parameters, layer) = (Simd::detect(), self.parameters(), self.layer);
        let upstream = upstream.to_contiguous();
        let dy = slice(&upstream);
        match &self.input {
            Input::Channels(x) => training::backward(simd, slice(x), parameters, layer, record, dy, wants_x),
            Input::Bases(codes) => first::backward(simd, codes, parameters, layer, &record.statistics, dy),
        }
    }
}

/// The backward step of `training_block`, for x, kernel, gamma and beta, and of `training_first_block`, for all but x.
#[derive(Debug)]
struct Step;

/// Registers the gradients of the kernel, gamma and beta, if needed.
fn register(
    found: training::Gradients,
    layer: Layer,
    parents: [Option<burn::backend::autodiff::NodeId>; 3],
    gradients: &mut Gradients,
) {
    let Layer {
        width,
        channels,
        filters,
        ..
    } = layer;
    let [kernel, gamma, beta] = parents;
    if let Some(node) = kernel {
        let gradient = tensor(found.kernel, [width, channels, filters]);
        gradients.register::<Flex>(node, gradient);
    }
    for (node, gradient) in [(gamma, found.gamma), (beta, found.beta)] {
        if let Some(node) = node {
            gradients.register::<Flex>(node, tensor(gradient, [filters]));
        }
    }
}

impl Backward<Flex, 4> for Step {
    type State = (Call, Record);

    fn backward(self, ops: Ops<Self::State, 4>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let upstream = gradients.consume::<Flex>(&ops.node);
        let (call, record) = ops.state;
        let [x, kernel, gamma, beta] = ops.parents.map(|node| node.map(|node| node.id));
        let mut found = call.backward(record, upstream, x.is_some());
        let layer = call.layer;
        if let Some(node) = x {
            let shape = [layer.examples, layer.positions, layer.channels];
            gradients.register::<Flex>(node, tensor(std::mem::take(&mut found.x), shape));
        }
        register(found, layer, [kernel, gamma, beta], gradients);
    }
}

impl Backward<Flex, 3> for Step {
    type State = (Call, Record);

    fn backward(self, ops: Ops<Self::State, 3>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let upstream = gradients.consume::<Flex>(&ops.node);
        let (call, record) = ops.state;
        let parents = ops.parents.map(|node| node.map(|node| node.id));
        let found = call.backward(record, upstream, false);
        register(found, call.layer, parents, gradients);
    }
}

/// The call on `x` [N, L, C].
fn of_channels(x: FloatTensor<Flex>, parameters: [FloatTensor<Flex>; 3], learning: Learning) -> Call {
    let x = x.to_contiguous();
    let shape = x.shape().dims();
    let call = call(Input::Channels(x), shape, parameters, learning);
    let layer = Layer {
        dilation: learning.shape.dilation,
        rectify: learning.shape.rectify,
        ..call.layer
    };
    Call { layer, ..call }
}

/// The call on `bases` [N, L].
fn of_bases(bases: FloatTensor<Flex>, parameters: [FloatTensor<Flex>; 3], learning: Learning) -> Call {
    let bases = bases.to_contiguous();
    let [examples, positions] = bases.shape().dims();
    let shape = [examples, positions, 4];
    let input = Input::Bases(codes(&bases));
    call(input, shape, parameters, learning)
}

fn call(input: Input, shape: [usize; 3], parameters: [FloatTensor<Flex>; 3], learning: Learning) -> Call {
    let [kernel, gamma, beta] = parameters.map(|tensor| tensor.to_contiguous());
    let layer = layer(shape, kernel.shape().dims(), gamma.shape().dims(), learning.shape.pool);
    assert_eq!(gamma.shape(), beta.shape(), "gamma and beta");
    Call {
        input,
        kernel,
        gamma,
        beta,
        learning,
        layer,
    }
}

impl TrainingBackend for Flex {
    fn training_block(
        x: FloatTensor<Self>,
        kernel: FloatTensor<Self>,
        gamma: FloatTensor<Self>,
        beta: FloatTensor<Self>,
        learning: Learning,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>) {
        let call = of_channels(x, [kernel, gamma, beta], learning);
        call.forward().0.into()
    }

    fn training_first_block(
        bases: FloatTensor<Self>,
        kernel: FloatTensor<Self>,
        gamma: FloatTensor<Self>,
        beta: FloatTensor<Self>,
        learning: Learning,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>) {
        let call = of_bases(bases, [kernel, gamma, beta], learning);
        call.forward().0.into()
    }
}

impl<C> TrainingBackend for Autodiff<Flex, C>
where
    C: CheckpointStrategy,
    DispatchTensor: DispatchKindConversion<Self>,
{
    fn training_block(
        x: FloatTensor<Self>,
        kernel: FloatTensor<Self>,
        gamma: FloatTensor<Self>,
        beta: FloatTensor<Self>,
        learning: Learning,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>) {
        let (x, x_node) = x.into_parts();
        let (kernel, kernel_node) = kernel.into_parts();
        let (gamma, gamma_node) = gamma.into_parts();
        let (beta, beta_node) = beta.into_parts();
        let call = of_channels(x, [kernel, gamma, beta], learning);
        let ([y, mean, variance], record) = call.forward();
        let y = match Backward::<Flex, 4>::prepare::<C>(Step, [x_node, kernel_node, gamma_node, beta_node])
            .compute_bound()
            .stateful()
        {
            OpsKind::UnTracked(step) => step.finish(y),
            OpsKind::Tracked(step) => step.finish((call, record), y),
        };
        (y, Self::from_inner(mean), Self::from_inner(variance))
    }

    fn training_first_block(
        bases: FloatTensor<Self>,
        kernel: FloatTensor<Self>,
        gamma: FloatTensor<Self>,
        beta: FloatTensor<Self>,
        learning: Learning,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>) {
        let (kernel, kernel_node) = kernel.into_parts();
        let (gamma, gamma_node) = gamma.into_parts();
        let (beta, beta_node) = beta.into_parts();
        let call = of_bases(bases.into_primitive(), [kernel, gamma, beta], learning);
        let ([y, mean, variance], record) = call.forward();
        let y = match Backward::<Flex, 3>::prepare::<C>(Step, [kernel_node, gamma_node, beta_node])
            .compute_bound()
            .stateful()
        {
            OpsKind::UnTracked(step) => step.finish(y),
            OpsKind::Tracked(step) => step.finish((call, record), y),
        };
        (y, Self::from_inner(mean), Self::from_inner(variance))
    }
}
