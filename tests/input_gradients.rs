//! Hand-written gradients with respect to inputs against Burn's autodiff of the definitions.

#![cfg(all(feature = "flex", feature = "autodiff", not(target_arch = "wasm32")))]

mod common;

use burn::tensor::{Device, Tensor, TensorData};
use regulens::kernel::attention;
use regulens::kernel::linear;
use regulens::kernel::{BiLstmWeights, composed, input_gradient};

/// Differences, relative to the largest gradient, that are rounding alone.
const TOLERANCE: f64 = 5e-6;

/// N, T, E, I, H of recurrences: the published levels, and sizes that fill no tile and no register.
const RECURRENCES: [[usize; 5]; 7] = [
    [6, 100, 5, 1, 32],
    [3, 5, 1, 64, 16],
    [2, 40, 1, 5, 32],
    [5, 7, 2, 3, 5],
    [1, 1, 1, 1, 1],
    [9, 2, 3, 1, 12],
    [17, 3, 1, 2, 3],
];

/// N, E, T, C of attentions.
const ATTENTIONS: [[usize; 4]; 5] = [
    [6, 1, 100, 50],
    [3, 5, 7, 64],
    [2, 3, 5, 5],
    [1, 1, 1, 1],
    [3, 1, 33, 7],
];

/// N, inputs, outputs.
const LINEARS: [[usize; 3]; 5] = [[6, 32, 1], [2, 900, 625], [3, 11, 9], [1, 1, 1], [4, 7, 2]];

struct Draw(u32);

impl Draw {
    fn tensor<const D: usize>(&mut self, shape: [usize; D], width: f32) -> Tensor<D> {
        let mut next = || {
            self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            ((self.0 >> 8) as f32 / 8_388_608.0 - 1.0) * width
        };
        let values: Vec<f32> = (0..shape.iter().product()).map(|_| next()).collect();
        Tensor::from_data(TensorData::new(values, shape), &Device::flex())
    }

    fn recurrence(&mut self, [n, t, e, i, h]: [usize; 5]) -> (Tensor<4>, BiLstmWeights) {
        let x = self.tensor([n, t, e, i], 1.5);
        let weights = BiLstmWeights {
            input: self.tensor([e, 2, 4 * h, i], 0.7),
            recurrent: self.tensor([e, 2, 4 * h, h], 0.5),
            bias: self.tensor([e, 2, 4 * h], 0.5),
        };
        (x, weights)
    }
}

fn recording<const D: usize>(tensor: &Tensor<D>) -> Tensor<D> {
    tensor.clone().autodiff()
}

fn recording_weights(weights: &BiLstmWeights) -> BiLstmWeights {
    BiLstmWeights {
        input: recording(&weights.input),
        recurrent: recording(&weights.recurrent),
        bias: recording(&weights.bias),
    }
}

/// The gradient of Σ `direction` · function(x) with respect to x, by Burn.
fn autodiff<const D: usize, const R: usize>(
    x: &Tensor<D>,
    direction: &Tensor<R>,
    function: impl Fn(Tensor<D>) -> Tensor<R>,
) -> Vec<f64> {
    let x = recording(x).require_grad();
    let y = (function(x.clone()) * recording(direction)).sum();
    let gradient = x.grad(&y.backward()).expect("x is part of y");
    let values: Vec<f32> = gradient.into_data().try_to_vec().expect("float32");
    values.into_iter().map(f64::from).collect()
}

fn agrees<const D: usize>(case: &str, got: Tensor<D>, expected: &[f64]) {
    let got = input_gradient::values(got);
    assert_eq!(got.len(), expected.len(), "{case}");
    let scale = expected.iter().fold(1e-3_f64, |most, x| most.max(x.abs()));
    for (got, expected) in got.iter().zip(expected) {
        let error = (f64::from(*got) - expected).abs() / scale;
        assert!(error < TOLERANCE, "{case}: {got} {expected}, {error:e}");
    }
}

#[test]
fn of_a_recurrences_states() {
    for sizes in RECURRENCES {
        let [n, t, e, _, h] = sizes;
        let mut draw = Draw(3);
        let (x, weights) = draw.recurrence(sizes);
        let direction = draw.tensor([n, e, t, 2 * h], 1.0);
        let recorded = recording_weights(&weights);
        let expected = autodiff(&x, &direction, |x| composed::bilstm(x, &recorded));
        let got = input_gradient::bilstm(x, &weights, direction);
        agrees(&format!("bilstm {sizes:?}"), got, &expected);
    }
}

#[test]
fn of_an_attended_recurrences_sums() {
    for sizes in RECURRENCES {
        let [n, _, e, _, h] = sizes;
        let mut draw = Draw(4);
        let (x, weights) = draw.recurrence(sizes);
        let context = draw.tensor([e, 2 * h], 1.0);
        let direction = draw.tensor([n, e, 2 * h], 1.0);
        let recorded = recording_weights(&weights);
        let recorded_context = recording(&context);
        let expected = autodiff(&x, &direction, |x| {
            attention::composed(composed::bilstm(x, &recorded), recorded_context.clone()).0
        });
        let got = input_gradient::attentive_bilstm(x, &weights, context, direction);
        agrees(&format!("attentive bilstm {sizes:?}"), got, &expected);
    }
}

#[test]
fn of_an_attentions_sums() {
    for [n, e, t, c] in ATTENTIONS {
        let mut draw = Draw(5);
        let states = draw.tensor([n, e, t, c], 1.0);
        let context = draw.tensor([e, c], 1.0);
        let direction = draw.tensor([n, e, c], 1.0);
        let recorded = recording(&context);
        let expected = autodiff(&states, &direction, |states| {
            attention::composed(states, recorded.clone()).0
        });
        let got = input_gradient::attention(states, context, direction);
        agrees(&format!("attention {:?}", [n, e, t, c]), got, &expected);
    }
}

#[test]
fn of_a_fully_connected_layer() {
    for [n, inputs, outputs] in LINEARS {
        let mut draw = Draw(6);
        let x = draw.tensor([n, inputs], 1.0);
        let weight = draw.tensor([outputs, inputs], 1.0);
        let bias = draw.tensor([outputs], 1.0);
        let direction = draw.tensor([n, outputs], 1.0);
        let (w, b) = (recording(&weight), recording(&bias));
        let expected = autodiff(&x, &direction, |x| {
            linear::composed(x, w.clone(), b.clone())
        });
        let got = input_gradient::linear(weight, direction);
        agrees(
            &format!("linear {:?}", [n, inputs, outputs]),
            got,
            &expected,
        );
    }
}

#[test]
fn of_a_rectified_layer_nothing_passes_where_it_is_silent() {
    let mut draw = Draw(7);
    let x = draw.tensor([3, 17], 1.0);
    let direction = draw.tensor([3, 17], 1.0);
    let expected = autodiff(&x, &direction, burn::tensor::activation::relu);
    let got = input_gradient::relu(burn::tensor::activation::relu(x), direction);
    agrees("relu", got, &expected);
}
