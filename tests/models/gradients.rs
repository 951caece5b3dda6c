//! Every gradient against finite differences, on every native device.
//!
//! The differences are those of the equations themselves, written out here in float64 for one gene at a time: they
//! share no code with what they test, and a step of 1e-4 leaves them exact to 1e-8.

use crate::common::{self, draw::Draw};
use std::collections::BTreeMap;

use burn::module::{Module, ModuleMapper, Param};
use burn::tensor::{Device, Gradients, Tensor, TensorData};
use regulens::kernel::{BiLstmWeights, attention::attention, bilstm};
use regulens::model::attentive_chrome::{Architecture, AttentiveChrome, Sizes};
use regulens::nn::NamedTensors;
use regulens::weights;

/// The largest error of a float32 gradient, over the largest gradient of the same tensor.
const TOLERANCE: f64 = 1e-4;

/// Half the distance between the two points of a difference.
const STEP: f64 = 1e-4;

/// The equations, for one gene.
mod reference {
    /// The states [T, 2H] of one encoder over x [T, I]. `input` is [2, 4H, I], `recurrent` [2, 4H, H], `bias` [2, 4H];
    /// gates stand in the order i, f, g, o.
    pub fn bilstm(x: &[&[f64]], input: &[f64], recurrent: &[f64], bias: &[f64]) -> Vec<Vec<f64>> {
        let (steps, inputs, rows) = (x.len(), x[0].len(), bias.len() / 2);
        let hidden = rows / 4;
        let mut states = vec![vec![0.0; 2 * hidden]; steps];
        for direction in 0..2 {
            let (mut h, mut c) = (vec![0.0; hidden], vec![0.0; hidden]);
            for step in 0..steps {
                let t = if direction == 0 { step } else { steps - 1 - step };
                let z = |gate: usize, unit: usize| {
                    let row = direction * rows + gate * hidden + unit;
                    bias[row]
                        + dot(&input[row * inputs..][..inputs], x[t])
                        + dot(&recurrent[row * hidden..][..hidden], &h)
                };
                let mut next = vec![0.0; hidden];
                for unit in 0..hidden {
                    let [i, f, o] = [0, 1, 3].map(|gate| sigmoid(z(gate, unit)));
                    c[unit] = f * c[unit] + i * z(2, unit).tanh();
                    next[unit] = o * c[unit].tanh();
                }
                h = next;
                states[t][direction * hidden..][..hidden].copy_from_slice(&h);
            }
        }
        states
    }

    /// r [C] of attention over states [T, C] with one context vector.
    pub fn attention(states: &[Vec<f64>], context: &[f64]) -> Vec<f64> {
        let scores = states.iter().map(|state| dot(state, context).exp());
        let scores: Vec<f64> = scores.collect();
        let total: f64 = scores.iter().sum();
        let channel = |c: usize| -> f64 {
            let terms = states
                .iter()
                .zip(&scores)
                .map(|(state, score)| score / total * state[c]);
            terms.sum()
        };
        (0..context.len()).map(channel).collect()
    }

    pub fn dot(a: &[f64], b: &[f64]) -> f64 {
        a.iter().zip(b).map(|(a, b)| a * b).sum()
    }

    fn sigmoid(z: f64) -> f64 {
        1.0 / (1.0 + (-z).exp())
    }
}

/// Variables of a gradient: flat values by name.
type Point = BTreeMap<String, Vec<f64>>;

/// Compares gradients with the differences of `objective` around `point`, at most some hundred of each tensor.
fn agrees(case: &str, got: &BTreeMap<String, Vec<f32>>, point: &Point, objective: impl Fn(&Point) -> f64) {
    assert!(point.keys().eq(got.keys()), "a gradient for everything");
    for (name, values) in point {
        assert_eq!(got[name].len(), values.len(), "{case}, {name}");
        // Odd, so that every gate and every encoder is met.
        let stride = (values.len() / 200) | 1;
        let (mut error, mut largest) = (0.0_f64, 0.0_f64);
        for index in (0..values.len()).step_by(stride) {
            let moved = |by: f64| {
                let mut point = point.clone();
                point.get_mut(name).expect("its own name")[index] += by;
                objective(&point)
            };
            let expected = (moved(STEP) - moved(-STEP)) / (2.0 * STEP);
            let difference = (f64::from(got[name][index]) - expected).abs();
            assert!(!difference.is_nan(), "{case}, {name}");
            error = error.max(difference);
            largest = largest.max(expected.abs());
        }
        common::say(&format!("{case} {name} {error:.1e} of {largest:.1e}"));
        // A variable without influence, such as recurrent weights in a single step, has a gradient of exactly zero.
        assert!(error <= TOLERANCE * largest, "{case}, {name}: {error:e} of {largest:e}");
    }
}

impl Draw {
    /// In [-width, width).
    fn within(&mut self, count: usize, width: f32) -> Vec<f64> {
        (0..count).map(|_| f64::from(self.symmetric() * width)).collect()
    }
}

fn place<const D: usize>(values: &[f64], shape: [usize; D], device: &Device) -> Tensor<D> {
    let values: Vec<f32> = values.iter().map(|&value| value as f32).collect();
    Tensor::from_data(TensorData::new(values, shape), device)
}

fn read<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_to_vec().expect("float32")
}

fn gradient<const D: usize>(tensor: &Tensor<D>, gradients: &Gradients) -> Vec<f32> {
    read(tensor.grad(gradients).expect("a tensor that was asked for"))
}

/// Weights that differ from value to value: a gradient that is put in the wrong place shows.
fn ramp(count: usize) -> Vec<f64> {
    (0..count).map(|index| ((index % 17) as f64 - 8.0) / 8.0).collect()
}

fn ramped_sum<const D: usize>(tensor: Tensor<D>) -> Tensor<1> {
    let shape = tensor.dims();
    let ramp = ramp(shape.iter().product());
    (tensor.clone() * place(&ramp, shape, &tensor.device())).sum()
}

/// N, T, E, I, H: several encoders, a plain LSTM's five features, one of everything, the published widths of both
/// levels, and the widest that GPUs take.
const RECURRENCES: [[usize; 5]; 6] = [
    [2, 4, 3, 2, 5],
    [3, 6, 1, 5, 3],
    [1, 1, 1, 1, 1],
    [2, 5, 2, 1, 32],
    [2, 5, 1, 64, 16],
    [1, 2, 1, 3, 64],
];

fn recurrence_agrees(device_name: &str, device: &Device) {
    let device = device.clone().autodiff();
    for sizes in RECURRENCES {
        let [n, t, e, i, h] = sizes;
        let mut draw = Draw(7);
        let point: Point = [
            ("x", n * t * e * i, 1.0),
            ("input", e * 2 * 4 * h * i, 0.7),
            ("recurrent", e * 2 * 4 * h * h, 0.5),
            ("bias", e * 2 * 4 * h, 0.5),
        ]
        .map(|(name, count, width)| (name.to_owned(), draw.within(count, width)))
        .into();

        let x = place(&point["x"], [n, t, e, i], &device).require_grad();
        let weights = BiLstmWeights {
            input: place(&point["input"], [e, 2, 4 * h, i], &device).require_grad(),
            recurrent: place(&point["recurrent"], [e, 2, 4 * h, h], &device).require_grad(),
            bias: place(&point["bias"], [e, 2, 4 * h], &device).require_grad(),
        };
        let gradients = ramped_sum(bilstm(x.clone(), &weights)).backward();
        let got = [
            ("x", gradient(&x, &gradients)),
            ("input", gradient(&weights.input, &gradients)),
            ("recurrent", gradient(&weights.recurrent, &gradients)),
            ("bias", gradient(&weights.bias, &gradients)),
        ]
        .map(|(name, values)| (name.to_owned(), values));

        let objective = |point: &Point| -> f64 {
            let mut states = Vec::new();
            for gene in 0..n {
                for encoder in 0..e {
                    let x: Vec<&[f64]> = (0..t)
                        .map(|t_| &point["x"][((gene * t + t_) * e + encoder) * i..][..i])
                        .collect();
                    let own = |name: &str| {
                        let size = point[name].len() / e;
                        &point[name][encoder * size..][..size]
                    };
                    let of_encoder = reference::bilstm(&x, own("input"), own("recurrent"), own("bias"));
                    states.extend(of_encoder.concat());
                }
            }
            reference::dot(&states, &ramp(states.len()))
        };
        let case = format!("{device_name} recurrence {sizes:?}");
        agrees(&case, &got.into(), &point, objective);
    }
}

/// N, E, T, C: the shape of either level, and odd ones.
const ATTENTIONS: [[usize; 4]; 3] = [[2, 5, 20, 8], [3, 1, 5, 32], [2, 3, 7, 1]];

fn attention_agrees(device_name: &str, device: &Device) {
    let device = device.clone().autodiff();
    for sizes in ATTENTIONS {
        let [n, e, t, c] = sizes;
        let mut draw = Draw(11);
        let point: Point = [("states", n * e * t * c), ("context", e * c)]
            .map(|(name, count)| (name.to_owned(), draw.within(count, 1.0)))
            .into();
        let states = place(&point["states"], [n, e, t, c], &device).require_grad();
        let context = place(&point["context"], [e, c], &device).require_grad();
        let (sums, _) = attention(states.clone(), context.clone());
        let gradients = ramped_sum(sums).backward();
        let got = [
            ("states", gradient(&states, &gradients)),
            ("context", gradient(&context, &gradients)),
        ]
        .map(|(name, values)| (name.to_owned(), values));

        let objective = |point: &Point| -> f64 {
            let rows = point["states"].chunks_exact(t * c).enumerate();
            let sums: Vec<f64> = rows
                .flat_map(|(row, states)| {
                    let states: Vec<Vec<f64>> = states.chunks_exact(c).map(<[f64]>::to_vec).collect();
                    reference::attention(&states, &point["context"][row % e * c..][..c])
                })
                .collect();
            reference::dot(&sums, &ramp(sums.len()))
        };
        let case = format!("{device_name} attention {sizes:?}");
        agrees(&case, &got.into(), &point, objective);
    }
}

/// Puts each weight's gradient in its place, so that gradients get their names from the model itself.
struct InPlaceOfWeights<'a>(&'a Gradients);

impl ModuleMapper for InPlaceOfWeights<'_> {
    fn map_float<const D: usize>(&mut self, parameter: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let gradient = parameter.val().grad(self.0);
        Param::from_tensor(gradient.expect("every weight has a gradient"))
    }
}

const SIGNAL: &str = "signal";

/// Mean binary cross-entropy of LSTM-α,β with respect to every weight, by its published name, and to the signal.
fn loss_agrees(device_name: &str, device: &Device) {
    let device = device.clone().autodiff();
    let [genes, bins] = [3, 6];
    let config = Sizes {
        marks: 3,
        bin_rnn_size: 4,
        ..Sizes::default()
    };
    let architecture = Architecture::new("lstm-alpha-beta", config).unwrap();
    let labels = [1.0, 0.0, 1.0];
    let mut draw = Draw(5);
    let mut named = NamedTensors::new();
    let mut point = Point::new();
    for (name, shape) in architecture.tensors() {
        let values = draw.within(shape.iter().product(), 0.8);
        let single = values.iter().map(|&value| value as f32).collect();
        named.insert(name.clone(), weights::Tensor::new(shape, single));
        point.insert(name, values);
    }
    let signal = draw.within(genes * bins * config.marks, 2.0);
    point.insert(SIGNAL.to_owned(), signal);

    let model = AttentiveChrome::load(architecture, &named, &device);
    let x = place(&point[SIGNAL], [genes, bins, config.marks], &device).require_grad();
    let logit = model.classify(model.embed(x.clone()).gene).squeeze_dim::<1>(1);
    let y = place(&labels, [genes], &device);
    let loss = ((logit.clone().exp() + 1.0).log() - logit * y).mean();
    let gradients = loss.backward();
    let in_place = model.map(&mut InPlaceOfWeights(&gradients)).store();
    let mut got: BTreeMap<String, Vec<f32>> = in_place
        .into_iter()
        .map(|(name, tensor)| (name, tensor.values))
        .collect();
    got.insert(SIGNAL.to_owned(), gradient(&x, &gradients));

    let objective = |point: &Point| -> f64 {
        let terms = (0..genes).map(|gene| {
            let size = bins * config.marks;
            let z = logit_of(point, &point[SIGNAL][gene * size..][..size], config.marks);
            z.exp().ln_1p() - labels[gene] * z
        });
        terms.sum::<f64>() / genes as f64
    };
    agrees(&format!("{device_name} loss"), &got, &point, objective);
}

/// The logit of one gene's signal [T, M].
fn logit_of(point: &Point, signal: &[f64], marks: usize) -> f64 {
    let encode = |prefix: &str, x: &[&[f64]]| -> Vec<f64> {
        let both = |key: &str| {
            ["", "_reverse"]
                .map(|direction| point[&format!("{prefix}.rnn.{key}{direction}")].as_slice())
                .concat()
        };
        let bias: Vec<f64> = both("bias_ih_l0")
            .iter()
            .zip(both("bias_hh_l0"))
            .map(|(a, b)| a + b)
            .collect();
        let states = reference::bilstm(x, &both("weight_ih_l0"), &both("weight_hh_l0"), &bias);
        reference::attention(&states, &point[&format!("{prefix}.bin_attention.bin_context_vector")])
    };
    let embeddings: Vec<Vec<f64>> = (0..marks)
        .map(|mark| {
            let x: Vec<&[f64]> = signal.chunks_exact(marks).map(|bin| &bin[mark..=mark]).collect();
            encode(&format!("rnn_hms.{mark}"), &x)
        })
        .collect();
    let embeddings: Vec<&[f64]> = embeddings.iter().map(Vec::as_slice).collect();
    let gene = encode("hm_level_rnn_1", &embeddings);
    reference::dot(&gene, &point["fdiff1_1.weight"]) + point["fdiff1_1.bias"][0]
}

#[test]
fn the_recurrences_gradients_on_the_cpu_are_its_difference_quotients() {
    recurrence_agrees("cpu", &Device::flex());
}

#[test]
fn attentions_gradients_on_the_cpu_are_its_difference_quotients() {
    attention_agrees("cpu", &Device::flex());
}

#[test]
fn the_losss_gradients_on_the_cpu_are_its_difference_quotients() {
    loss_agrees("cpu", &Device::flex());
}

#[cfg(feature = "wgpu")]
mod wgpu {
    use super::*;

    #[test]
    fn the_recurrences_gradients_on_wgpu_are_its_difference_quotients() {
        for (name, device) in common::gpus() {
            recurrence_agrees(name, &device);
        }
    }

    #[test]
    fn attentions_gradients_on_wgpu_are_its_difference_quotients() {
        for (name, device) in common::gpus() {
            attention_agrees(name, &device);
        }
    }

    #[test]
    fn the_losss_gradients_on_wgpu_are_its_difference_quotients() {
        for (name, device) in common::gpus() {
            loss_agrees(name, &device);
        }
    }
}
