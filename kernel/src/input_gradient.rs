//! Gradients with respect to a layer's input, on the CPU and without Burn's autodiff, which is larger than the engine
//! that a page loads.
//!
//! Each function takes its layer's input and the gradient of the layer's output, and returns the gradient of the input,
//! so that a model's chain rule is a chain of calls. Nothing is kept from the forward pass: values are recomputed, and
//! recurrences return their output as well.
//!
//! # Panics
//! All of them: if a tensor is not on the CPU, or is tracked by autodiff, or the shapes do not match.

use burn::backend::{DispatchDevice, Flex, tensor::FloatTensor};
use burn::tensor::{Device, Tensor};

use super::compare;
use super::convolution::{self, Stride};
use super::cpu::{Head, Simd, Weights};
use super::{BiLstmWeights, Sizes, tensor};

/// Returns true if these gradients support `device`.
pub fn runs_on(device: &Device) -> bool {
    matches!(device.as_dispatch(), DispatchDevice::Flex(_))
}

/// Gradient of [`bilstm`](super::bilstm): x [N, T, E, I], `gradient` of the states [N, E, T, 2H]. Returns the states,
/// which the backward pass recomputes first, and the gradient of x [N, T, E, I].
pub fn bilstm(x: Tensor<4>, weights: &BiLstmWeights, gradient: Tensor<4>) -> (Tensor<4>, Tensor<4>) {
    let (shape, device) = (gradient.dims(), x.device());
    let (states, gradient) = recurrence(x, weights, None, &values(gradient));
    (tensor(states, shape, &device), gradient)
}

/// Gradient of [`attentive_bilstm`](super::attentive_bilstm): x [N, T, E, I], `gradient` of the weighted sums r [N, E,
/// 2H]. Returns a function for r, which the backward pass recomputes first, and the gradient of x [N, T, E, I].
pub fn attentive_bilstm(
    x: Tensor<4>,
    weights: &BiLstmWeights,
    context: Tensor<2>,
    gradient: Tensor<3>,
) -> (impl FnOnce() -> Tensor<3> + use<>, Tensor<4>) {
    let (steps, device) = (x.dims()[1], x.device());
    let shape = gradient.dims();
    let sums = shape[2];
    // The kernel takes the gradients of sums and attention concatenated; that of attention is 0 here.
    let gradient = values(gradient);
    let mut both = vec![0.0; gradient.len() / sums * (sums + steps)];
    let rows = both.chunks_exact_mut(sums + steps);
    for (row, sum) in rows.zip(gradient.chunks_exact(sums)) {
        row[..sums].copy_from_slice(sum);
    }
    let (both, gradient) = recurrence(x, weights, Some(context), &both);
    let r = move || {
        let rows = both.chunks_exact(sums + steps);
        tensor(rows.flat_map(|row| &row[..sums]).copied().collect(), shape, &device)
    };
    (r, gradient)
}

/// Gradient of a recurrence and its head, from the gradient [N, E, row] of the head's output, which is also returned.
fn recurrence(
    x: Tensor<4>,
    weights: &BiLstmWeights,
    context: Option<Tensor<2>>,
    gradient: &[f32],
) -> (Vec<f32>, Tensor<4>) {
    let (shape, device) = (x.dims(), x.device());
    let sizes = Sizes::forward(
        shape,
        weights.input.dims(),
        weights.recurrent.dims(),
        weights.bias.dims(),
    );
    let (x, input, recurrent, bias) = (
        on_cpu(x),
        on_cpu(weights.input.clone()),
        on_cpu(weights.recurrent.clone()),
        on_cpu(weights.bias.clone()),
    );
    let context = context.map(on_cpu);
    let head = match &context {
        Some(context) => Head::Attention(slice(context)),
        None => Head::States,
    };
    let rows = sizes.examples * sizes.encoders;
    assert_eq!(gradient.len(), rows * head.row(sizes), "the gradient");
    let weights = Weights {
        input: slice(&input),
        recurrent: slice(&recurrent),
        bias: slice(&bias),
    };
    let (out, gradient) = Simd::detect().input_gradient(slice(&x), &weights, head, gradient, sizes);
    (out, tensor(gradient, shape, &device))
}

/// Gradient of [`attention`](super::attention::attention): `states` [N, E, T, C], `gradient` of the weighted sums r [N,
/// E, C]; the result is [N, E, T, C].
pub fn attention(states: Tensor<4>, context: Tensor<2>, gradient: Tensor<3>) -> Tensor<4> {
    let (shape, device) = (states.dims(), states.device());
    let [examples, encoders, positions, channels] = shape;
    assert_eq!(context.dims(), [encoders, channels], "context vectors");
    assert_eq!(gradient.dims(), [examples, encoders, channels], "the gradient");
    let (states, context, gradient) = (on_cpu(states), on_cpu(context), on_cpu(gradient));
    let gradient =
        Simd::detect().attention_gradient(slice(&states), slice(&context), slice(&gradient), positions, channels);
    tensor(gradient, shape, &device)
}

/// Gradient of [`linear`](super::linear::linear): `weight` W [outputs, inputs], `gradient` of y [N, outputs]; the
/// result is [N, inputs], independent of the layer's input.
pub fn linear(weight: Tensor<2>, gradient: Tensor<2>) -> Tensor<2> {
    let ([outputs, inputs], device) = (weight.dims(), weight.device());
    let examples = gradient.dims()[0];
    assert_eq!(gradient.dims(), [examples, outputs], "the gradient");
    let (weight, gradient) = (on_cpu(weight), on_cpu(gradient));
    let gradient = Simd::detect().linear_gradient(slice(&weight), slice(&gradient), inputs);
    tensor(gradient, [examples, inputs], &device)
}

/// Gradient of [`convolution`](super::convolution::convolution): x [N, T, E, C], `gradient` of its result
/// [N, E, frames, F]; the result is [N, T, E, C].
pub fn convolution(x: Tensor<4>, weight: Tensor<4>, bias: Tensor<2>, stride: Stride, gradient: Tensor<4>) -> Tensor<4> {
    let (shape, device) = (x.dims(), x.device());
    let sizes = convolution::Sizes::new(shape, weight.dims(), bias.dims(), stride);
    assert_eq!(gradient.dims(), sizes.result(), "the gradient");
    let (x, weight, bias, gradient) = (on_cpu(x), on_cpu(weight), on_cpu(bias), on_cpu(gradient));
    let gradient =
        Simd::detect().convolution_gradient(slice(&x), slice(&weight), slice(&bias), slice(&gradient), sizes);
    tensor(gradient, shape, &device)
}

/// Gradient of [`final_states`](super::final_states::final_states) of `steps` T: `gradient` of the last states [N, E,
/// 2H]; the result is [N, E, T, 2H], 0 for states that are not the last of their direction.
pub fn final_states(gradient: Tensor<3>, steps: usize) -> Tensor<4> {
    let ([examples, encoders, both], device) = (gradient.dims(), gradient.device());
    let gradient = on_cpu(gradient);
    let mut states = vec![0.0; examples * encoders * steps * both];
    let rows = states.chunks_exact_mut(steps * both);
    for (states, gradient) in rows.zip(slice(&gradient).chunks_exact(both)) {
        let (forward, reverse) = gradient.split_at(both / 2);
        states[(steps - 1) * both..][..both / 2].copy_from_slice(forward);
        states[both / 2..both].copy_from_slice(reverse);
    }
    tensor(states, [examples, encoders, steps, both], &device)
}

/// The gradient of y = max(0, x), from y: 0 if y is 0.
pub fn relu<const D: usize>(y: Tensor<D>, gradient: Tensor<D>) -> Tensor<D> {
    let (shape, device) = (y.dims(), y.device());
    assert_eq!(gradient.dims(), shape, "the gradient");
    let (y, gradient) = (on_cpu(y), on_cpu(gradient));
    let passed = slice(&y).iter().zip(slice(&gradient));
    let passed = passed.map(|(&y, &gradient)| compare::passed(y, gradient));
    tensor(passed.collect(), shape, &device)
}

/// A CPU tensor's values, row-major.
pub fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    slice(&on_cpu(tensor)).to_vec()
}

fn on_cpu<const D: usize>(tensor: Tensor<D>) -> FloatTensor<Flex> {
    let primitive = tensor.try_into_primitive::<Flex>();
    primitive
        .expect("a tensor on the CPU that records no gradients")
        .to_contiguous()
}

fn slice(tensor: &FloatTensor<Flex>) -> &[f32] {
    tensor.as_slice::<f32>().expect("a contiguous float32 tensor")
}
