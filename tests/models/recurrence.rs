//! The fused recurrence against its definition in ordinary operations, forward and backward, on every native device.

use crate::common::{self, draw::Draw};
use burn::tensor::{Device, Tensor, TensorData};
use regulens::kernel::{self, BiLstmWeights, Placed, attention, attentive_bilstm, bilstm, composed};

/// Sizes that one call can have: N, T, E, I, H.
type Sizes = [usize; 5];

/// The sizes of the published models (both levels of AttentiveChrome, alone and ragged; DeepDiff's 15 encoders of 200
/// steps and its level of 25 rows; one encoder of all five marks), and odd ones that fill no tile, no register and no
/// workgroup.
const SIZES: [Sizes; 10] = [
    [1, 100, 5, 1, 32],
    [6, 100, 5, 1, 32],
    [3, 5, 1, 64, 16],
    [2, 200, 15, 1, 32],
    [3, 25, 1, 64, 16],
    [3, 100, 1, 5, 32],
    [5, 7, 2, 3, 5],
    [1, 1, 1, 1, 1],
    [9, 2, 15, 1, 12],
    [2, 4, 1, 5, 64],
];

struct Case {
    x: Tensor<4>,
    weights: BiLstmWeights,
}

impl Case {
    /// The same for every device, and wide enough that gates saturate.
    fn new([n, t, e, i, h]: Sizes, scale: f32, device: &Device) -> Self {
        let mut draw = Draw(7);
        let x = draw.tensor([n, t, e, i], scale, device);
        let input = draw.tensor([e, 2, 4 * h, i], 0.7, device);
        let recurrent = draw.tensor([e, 2, 4 * h, h], 0.5, device);
        let bias = draw.tensor([e, 2, 4 * h], 0.5, device);
        Self {
            x,
            weights: BiLstmWeights { input, recurrent, bias },
        }
    }
}

impl Draw {
    fn tensor<const D: usize>(&mut self, shape: [usize; D], width: f32, device: &Device) -> Tensor<D> {
        let values: Vec<f32> = (0..shape.iter().product()).map(|_| self.symmetric() * width).collect();
        Tensor::from_data(TensorData::new(values, shape), device)
    }
}

fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_to_vec().expect("float32")
}

fn error(got: &[f32], expected: &[f32]) -> f64 {
    let expected: Vec<f64> = expected.iter().map(|&value| f64::from(value)).collect();
    common::error(got, &expected)
}

fn forward_agrees(device_name: &str, device: &Device) {
    for sizes in SIZES {
        let expected = {
            let case = Case::new(sizes, 3.0, &Device::flex());
            values(composed::bilstm(case.x, &case.weights))
        };
        let case = Case::new(sizes, 3.0, device);
        let error = error(&values(bilstm(case.x, &case.weights)), &expected);
        common::say(&format!("{device_name} forward {sizes:?} {error:.1e}"));
        assert!(error < 2e-6, "{device_name}, {sizes:?}: {error:e}");
    }
}

/// Gradients of a weighted sum of the states with respect to everything.
fn gradients(sizes: Sizes, device: &Device, run: impl Fn(Tensor<4>, &BiLstmWeights) -> Tensor<4>) -> [Vec<f32>; 4] {
    let case = Case::new(sizes, 1.0, &device.clone().autodiff());
    let x = case.x.require_grad();
    let weights = BiLstmWeights {
        input: case.weights.input.require_grad(),
        recurrent: case.weights.recurrent.require_grad(),
        bias: case.weights.bias.require_grad(),
    };
    let states = run(x.clone(), &weights);
    let gradients = (ramp(&states) * states).sum().backward();
    [
        values(x.grad(&gradients).expect("x has a gradient")),
        values(weights.input.grad(&gradients).expect("input weights have a gradient")),
        values(
            weights
                .recurrent
                .grad(&gradients)
                .expect("recurrent weights have a gradient"),
        ),
        values(weights.bias.grad(&gradients).expect("biases have a gradient")),
    ]
}

fn backward_agrees(device_name: &str, device: &Device) {
    for sizes in SIZES {
        let expected = gradients(sizes, &Device::flex(), composed::bilstm);
        let got = gradients(sizes, device, bilstm);
        for ((what, got), expected) in ["x", "input", "recurrent", "bias"].iter().zip(got).zip(expected) {
            let error = error(&got, &expected);
            common::say(&format!("{device_name} gradient {sizes:?} {what} {error:.1e}"));
            assert!(error < 1e-5, "{device_name}, {sizes:?}, {what}: {error:e}");
        }
    }
}

/// The weighted sums and weights of a level, one after the other, and the gradients of a weighted sum of all of them
/// with respect to x, input weights, recurrent weights, bias and context.
type Level = fn(Tensor<4>, &BiLstmWeights, Tensor<2>) -> (Tensor<3>, Tensor<3>);

fn attended(sizes: Sizes, device: &Device, run: Level) -> [Vec<f32>; 7] {
    let [_, _, e, _, h] = sizes;
    let case = Case::new(sizes, 1.0, &device.clone().autodiff());
    let context = Draw(9).tensor([e, 2 * h], 1.0, &device.clone().autodiff());
    let x = case.x.require_grad();
    let weights = BiLstmWeights {
        input: case.weights.input.require_grad(),
        recurrent: case.weights.recurrent.require_grad(),
        bias: case.weights.bias.require_grad(),
    };
    let context = context.require_grad();
    let (sums, a) = run(x.clone(), &weights, context.clone());
    let gradients = (ramp(&sums) * sums.clone()).sum() + (ramp(&a) * a.clone()).sum();
    let gradients = gradients.backward();
    const HAS: &str = "all that trains has a gradient";
    [
        values(sums.inner()),
        values(a.inner()),
        values(x.grad(&gradients).expect(HAS)),
        values(weights.input.grad(&gradients).expect(HAS)),
        values(weights.recurrent.grad(&gradients).expect(HAS)),
        values(weights.bias.grad(&gradients).expect(HAS)),
        values(context.grad(&gradients).expect(HAS)),
    ]
}

/// The definition in ordinary operations.
fn composed_level(x: Tensor<4>, weights: &BiLstmWeights, context: Tensor<2>) -> (Tensor<3>, Tensor<3>) {
    attention::composed(composed::bilstm(x, weights), context)
}

/// Factors that differ from value to value: a gradient that is put in the wrong place shows.
fn ramp<const D: usize>(tensor: &Tensor<D>) -> Tensor<D> {
    let ramp: Vec<f32> = (0..tensor.shape().num_elements())
        .map(|index| ((index % 17) as f32 - 8.0) / 8.0)
        .collect();
    Tensor::<1>::from_data(ramp.as_slice(), &tensor.device()).reshape(tensor.shape())
}

fn level_agrees(device_name: &str, device: &Device) {
    const WHAT: [&str; 7] = [
        "sums",
        "weights",
        "d x",
        "d input",
        "d recurrent",
        "d bias",
        "d context",
    ];
    for sizes in SIZES {
        let expected = attended(sizes, &Device::flex(), composed_level);
        let got = attended(sizes, device, attentive_bilstm);
        for ((what, got), expected) in WHAT.iter().zip(got).zip(expected) {
            let error = error(&got, &expected);
            common::say(&format!("{device_name} level {sizes:?} {what} {error:.1e}"));
            assert!(error < 1e-5, "{device_name}, {sizes:?}, {what}: {error:e}");
        }
    }
}

/// Placed weights give to the last bit what weights give that are placed for one call.
fn placed_is_the_same(device: &Device) {
    for sizes in SIZES {
        let [_, _, e, _, h] = sizes;
        let case = Case::new(sizes, 3.0, device);
        let context = Draw(9).tensor([e, 2 * h], 1.0, device);
        let placed = Placed::new(case.weights.clone(), context.clone());
        let (sums, weights) = placed.forward(case.x.clone());
        let (expected_sums, expected_weights) = attentive_bilstm(case.x, &case.weights, context);
        assert_eq!(values(sums), values(expected_sums), "{sizes:?}");
        assert_eq!(values(weights), values(expected_weights), "{sizes:?}");
    }
}

#[test]
fn a_level_on_the_cpu_agrees_with_its_definition_gradients_too() {
    level_agrees("cpu", &Device::flex());
}

#[test]
fn placed_weights_give_the_same_on_the_cpu() {
    placed_is_the_same(&Device::flex());
}

#[test]
fn the_cpu_agrees_with_the_definition() {
    forward_agrees("cpu", &Device::flex());
}

#[test]
fn gradients_on_the_cpu_agree_with_those_of_the_definition() {
    backward_agrees("cpu", &Device::flex());
}

#[test]
fn huge_inputs_stay_finite_on_the_cpu() {
    huge_inputs_stay_finite(&Device::flex());
}

fn huge_inputs_stay_finite(device: &Device) {
    let case = Case::new([2, 20, 5, 1, 32], 5000.0, device);
    let states = values(bilstm(case.x, &case.weights));
    assert!(states.iter().all(|state| state.abs() <= 1.0), "a state left [-1, 1]");
}

#[cfg(feature = "wgpu")]
mod wgpu {
    use super::*;

    #[test]
    fn wgpu_agrees_with_the_definition() {
        for (name, device) in common::gpus() {
            forward_agrees(name, &device);
        }
    }

    #[test]
    fn gradients_on_wgpu_agree_with_those_of_the_definition() {
        for (name, device) in common::gpus() {
            backward_agrees(name, &device);
        }
    }

    #[test]
    fn a_level_on_wgpu_agrees_with_its_definition_gradients_too() {
        for (name, device) in common::gpus() {
            level_agrees(name, &device);
        }
    }

    #[test]
    fn placed_weights_give_the_same_on_wgpu() {
        for (_, device) in common::gpus() {
            placed_is_the_same(&device);
        }
    }

    #[test]
    fn huge_inputs_stay_finite_on_wgpu() {
        for (_, device) in common::gpus() {
            huge_inputs_stay_finite(&device);
        }
    }
}

#[test]
fn the_cpu_takes_any_size() {
    assert_eq!(kernel::check_sizes(&Device::flex(), 100_000, 1_000), Ok(()));
}

#[cfg(feature = "wgpu")]
#[test]
fn what_is_too_large_for_a_gpu_is_said_before_it_runs() {
    for (_, device) in common::gpus() {
        let check = |positions, hidden| kernel::check_sizes(&device, positions, hidden);
        assert_eq!(check(4_032, 64), Ok(()));
        assert!(check(4_033, 64).unwrap_err().contains("4033 positions"));
        assert!(check(4_032, 66).unwrap_err().contains("66 hidden units"));
    }
}
