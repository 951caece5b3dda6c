//! Hand-written gradients with respect to inputs against Burn's autodiff of the definitions.

use crate::common::draw::Draw;
use burn::tensor::{Device, Tensor, TensorData};
use regulens::kernel::convolution::{self, Stride};
use regulens::kernel::{BiLstmWeights, attention, composed, final_states, input_gradient, linear};
use regulens::model::attentive_chrome::{Architecture, AttentiveChrome, Sizes, variants};
use regulens::model::deep_diff::{self, DeepDiff, Inputs};
use regulens::model::tables::Gradients;
use regulens::nn::NamedTensors;
use regulens::weights;

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

/// N, T, E, C, F, K of convolutions.
const CONVOLUTIONS: [[usize; 6]; 5] = [
    [3, 100, 1, 5, 50, 10],
    [2, 20, 5, 1, 7, 4],
    [17, 5, 1, 6, 3, 3],
    [1, 1, 1, 1, 1, 1],
    [2, 11, 3, 2, 9, 5],
];

impl Draw {
    fn tensor<const D: usize>(&mut self, shape: [usize; D], width: f32) -> Tensor<D> {
        let values: Vec<f32> = (0..shape.iter().product()).map(|_| self.symmetric() * width).collect();
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

fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    input_gradient::values(tensor).into_iter().map(f64::from).collect()
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
        let states = values(composed::bilstm(x.clone(), &weights));
        let (out, got) = input_gradient::bilstm(x, &weights, direction);
        agrees(&format!("bilstm {sizes:?}"), got, &expected);
        agrees(&format!("states of bilstm {sizes:?}"), out, &states);
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
        let states = composed::bilstm(x.clone(), &weights);
        let sums = values(attention::composed(states, context.clone()).0);
        let (out, got) = input_gradient::attentive_bilstm(x, &weights, context, direction);
        agrees(&format!("attentive bilstm {sizes:?}"), got, &expected);
        agrees(&format!("sums of attentive bilstm {sizes:?}"), out(), &sums);
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
        let expected = autodiff(&x, &direction, |x| linear::composed(x, w.clone(), b.clone(), false));
        let got = input_gradient::linear(weight, direction);
        agrees(&format!("linear {:?}", [n, inputs, outputs]), got, &expected);
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

#[test]
fn of_a_pooled_convolution() {
    for [n, t, e, c, f, k] in CONVOLUTIONS {
        let without = Stride {
            left: 0,
            right: 0,
            pool: 1,
        };
        for stride in [
            without,
            Stride::same(k),
            Stride { pool: 3, ..without },
            Stride {
                pool: 2,
                ..Stride::same(k)
            },
        ] {
            let frames = stride.frames(t, k) / stride.pool;
            if frames == 0 {
                continue;
            }
            let mut draw = Draw(8);
            let x = draw.tensor([n, t, e, c], 1.0);
            let weight = draw.tensor([e, f, c, k], 0.5);
            let bias = draw.tensor([e, f], 0.5);
            let direction = draw.tensor([n, e, frames, f], 1.0);
            let (w, b) = (recording(&weight), recording(&bias));
            let expected = autodiff(&x, &direction, |x| {
                convolution::composed(x, w.clone(), b.clone(), stride)
            });
            let got = input_gradient::convolution(x, weight, bias, stride, direction);
            let case = format!("convolution {:?}, {stride:?}", [n, t, e, c, f, k]);
            agrees(&case, got, &expected);
        }
    }
}

#[test]
fn of_a_recurrences_last_states() {
    for [n, e, t, both] in [[2, 3, 7, 10], [1, 1, 1, 2]] {
        let mut draw = Draw(9);
        let states = draw.tensor([n, e, t, both], 1.0);
        let direction = draw.tensor([n, e, both], 1.0);
        let expected = autodiff(&states, &direction, final_states::composed);
        agrees("last states", input_gradient::final_states(direction, t), &expected);
    }
}

/// The published sizes, and sizes of which none fills a register.
fn sizes() -> [Sizes; 3] {
    let odd = Sizes {
        marks: 3,
        bins: 33,
        bin_rnn_size: 6,
        head_hidden: 5,
        filters: 7,
        width: 4,
        hm_filters: 3,
        hm_width: 3,
        hidden_1: 11,
        hidden_2: 9,
        scores: 2,
    };
    let direct = Sizes {
        marks: 7,
        head_hidden: 0,
        ..odd
    };
    [Sizes::default(), odd, direct]
}

/// Weights under these names, such that sums over many inputs stay about as large as sums over few.
fn drawn(draw: &mut Draw, shapes: impl IntoIterator<Item = (String, Vec<usize>)>) -> NamedTensors {
    let mut tensors = NamedTensors::new();
    for (name, shape) in shapes {
        let fan_in = shape.iter().skip(1).product::<usize>().max(1) as f32;
        let values = draw.tensor([shape.iter().product()], 1.5 / fan_in.sqrt());
        let tensor = weights::Tensor::new(shape, input_gradient::values(values));
        tensors.insert(name, tensor);
    }
    tensors
}

/// DeepDiff's inputs by tensor operations, which record gradients.
fn inputs_of(variant: deep_diff::Variant, x: Tensor<3>, marks: usize) -> Inputs {
    use deep_diff::Variant;
    let [genes, bins, _] = x.dims();
    let (a, b) = (x.clone().narrow(2, 0, marks), x.clone().narrow(2, marks, marks));
    let difference = a.clone() - b.clone();
    let raw = match variant {
        Variant::RawD => Some(difference),
        Variant::RawC => Some(x.clone()),
        Variant::Raw | Variant::RawAux | Variant::RawAuxSiamese => Some(Tensor::cat(vec![x.clone(), difference], 2)),
        Variant::Aux | Variant::AuxSiamese => None,
    };
    let cells = match variant {
        Variant::Aux | Variant::RawAux => Some(x),
        Variant::AuxSiamese | Variant::RawAuxSiamese => {
            Some(Tensor::stack::<4>(vec![a, b], 1).reshape([2 * genes, bins, marks]))
        }
        _ => None,
    };
    Inputs { raw, cells }
}

#[test]
fn of_the_fold_change_of_every_variant() {
    for (bins, marks, bin_rnn_size) in [(100, 5, 32), (7, 3, 5), (1, 1, 2)] {
        let sizes = deep_diff::Sizes {
            bins,
            marks,
            bin_rnn_size,
        };
        for variant in deep_diff::variants() {
            let architecture = deep_diff::Architecture::new(variant, sizes).expect("a variant");
            let mut draw = Draw(11);
            let tensors = drawn(&mut draw, architecture.tensors());
            let x = draw.tensor([3, bins, 2 * marks], 2.0);
            let direction = draw.tensor([3, 1], 1.0);
            let mut model = DeepDiff::load(architecture, &tensors, &Device::flex());
            let recorded = DeepDiff::load(architecture, &tensors, &Device::flex().autodiff());
            let expected = autodiff(&x, &direction, |x| {
                recorded
                    .forward(inputs_of(architecture.variant(), x, marks))
                    .fold_change
            });
            let case = format!("{variant}, {sizes:?}");
            let given = input_gradient::values(x.clone());
            let inputs = Inputs::new(architecture, given.clone(), 3, &Device::flex());
            let fold_change = values(model.forward(inputs).fold_change);
            for placed in [false, true] {
                if placed {
                    model.place();
                }
                let (out, got) = model.input_gradient(architecture, given.clone(), direction.clone());
                let got: Tensor<3> = Tensor::from_data(TensorData::new(got, x.dims()), &Device::flex());
                agrees(&format!("{case}, placed: {placed}"), got, &expected);
                agrees(&format!("fold change of {case}, placed: {placed}"), out, &fold_change);
            }
        }
    }
}

#[test]
fn of_the_scores_of_every_variant() {
    for sizes in sizes() {
        for variant in variants() {
            let architecture = Architecture::new(variant, sizes).expect("a variant");
            let mut draw = Draw(10);
            let tensors = drawn(&mut draw, architecture.tensors());
            let x = draw.tensor([3, sizes.bins, sizes.marks], 2.0);
            let mut model = AttentiveChrome::load(architecture, &tensors, &Device::flex());
            let direction = draw.tensor([3, model.outputs()], 1.0);
            let recorded = AttentiveChrome::load(architecture, &tensors, &Device::flex().autodiff());
            let expected = autodiff(&x, &direction, |x| recorded.classify(recorded.embed(x).gene));
            let case = format!("{variant}, {sizes:?}");
            let scores = values(model.classify(model.embed(x.clone()).gene));
            for placed in [false, true] {
                if placed {
                    model.place();
                }
                let (out, got) = model.input_gradient(x.clone(), direction.clone());
                agrees(&format!("{case}, placed: {placed}"), got, &expected);
                agrees(&format!("scores of {case}, placed: {placed}"), out, &scores);
            }
        }
    }
}
