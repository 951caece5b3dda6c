//! The fused recurrence against its definition in ordinary operations, forward and backward, on every native device.

#![cfg(all(feature = "flex", feature = "autodiff", not(target_arch = "wasm32")))]

mod common;

use burn::tensor::{Device, Tensor, TensorData};
use regulens::kernel::{self, BiLstmWeights, bilstm, composed};

/// Sizes that one call can have: N, T, E, I, H.
type Sizes = [usize; 5];

/// The published sizes of both levels, and odd ones that fill no block, no panel and no workgroup.
const SIZES: [Sizes; 7] = [
    [1, 100, 5, 1, 32],
    [6, 100, 5, 1, 32],
    [3, 5, 1, 64, 16],
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
            weights: BiLstmWeights {
                input,
                recurrent,
                bias,
            },
        }
    }
}

/// A generator of the test's own: tests run side by side, and a device's generator is shared by all of them.
struct Draw(u32);

impl Draw {
    fn tensor<const D: usize>(
        &mut self,
        shape: [usize; D],
        width: f32,
        device: &Device,
    ) -> Tensor<D> {
        let values: Vec<f32> = (0..shape.iter().product())
            .map(|_| self.symmetric() * width)
            .collect();
        Tensor::from_data(TensorData::new(values, shape), device)
    }

    /// Uniform in [-1, 1).
    fn symmetric(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) as f32 / 8_388_608.0 - 1.0
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
fn gradients(
    sizes: Sizes,
    device: &Device,
    run: impl Fn(Tensor<4>, &BiLstmWeights) -> Tensor<4>,
) -> [Vec<f32>; 4] {
    let case = Case::new(sizes, 1.0, &device.clone().autodiff());
    let x = case.x.require_grad();
    let weights = BiLstmWeights {
        input: case.weights.input.require_grad(),
        recurrent: case.weights.recurrent.require_grad(),
        bias: case.weights.bias.require_grad(),
    };
    let states = run(x.clone(), &weights);
    // Weights that differ from state to state: a gradient that is put in the wrong place shows.
    let count = states.shape().num_elements();
    let ramp: Vec<f32> = (0..count)
        .map(|index| ((index % 17) as f32 - 8.0) / 8.0)
        .collect();
    let ramp = Tensor::<1>::from_data(ramp.as_slice(), &states.device()).reshape(states.shape());
    let gradients = (states * ramp).sum().backward();
    [
        values(x.grad(&gradients).expect("x has a gradient")),
        values(
            weights
                .input
                .grad(&gradients)
                .expect("input weights have a gradient"),
        ),
        values(
            weights
                .recurrent
                .grad(&gradients)
                .expect("recurrent weights have a gradient"),
        ),
        values(
            weights
                .bias
                .grad(&gradients)
                .expect("biases have a gradient"),
        ),
    ]
}

fn backward_agrees(device_name: &str, device: &Device) {
    for sizes in SIZES {
        let expected = gradients(sizes, &Device::flex(), composed::bilstm);
        let got = gradients(sizes, device, bilstm);
        for ((what, got), expected) in ["x", "input", "recurrent", "bias"]
            .iter()
            .zip(got)
            .zip(expected)
        {
            let error = error(&got, &expected);
            common::say(&format!(
                "{device_name} gradient {sizes:?} {what} {error:.1e}"
            ));
            assert!(error < 1e-5, "{device_name}, {sizes:?}, {what}: {error:e}");
        }
    }
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
fn gradients_agree_with_finite_differences() {
    let sizes = [2, 6, 2, 1, 4];
    let analytic = gradients(sizes, &Device::flex(), bilstm);
    let case = Case::new(sizes, 1.0, &Device::flex());
    let recurrent = values(case.weights.recurrent.clone());
    let shape = case.weights.recurrent.dims();
    let objective = |recurrent: &[f32]| -> f64 {
        let weights = BiLstmWeights {
            recurrent: Tensor::from_data(
                TensorData::new(recurrent.to_vec(), shape),
                &Device::flex(),
            ),
            ..case.weights.clone()
        };
        let states = values(bilstm(case.x.clone(), &weights));
        let ramp = (0..states.len()).map(|index| ((index % 17) as f64 - 8.0) / 8.0);
        states
            .iter()
            .zip(ramp)
            .map(|(&state, weight)| f64::from(state) * weight)
            .sum()
    };
    const STEP: f32 = 1e-2;
    for index in (0..recurrent.len()).step_by(7) {
        let moved = |by: f32| {
            let mut recurrent = recurrent.clone();
            recurrent[index] += by;
            objective(&recurrent)
        };
        let difference = (moved(STEP) - moved(-STEP)) / f64::from(2.0 * STEP);
        let analytic = f64::from(analytic[2][index]);
        assert!(
            (difference - analytic).abs() < 2e-3 * analytic.abs().max(1.0),
            "weight {index}: {analytic} but the difference quotient is {difference}"
        );
    }
}

#[test]
fn huge_inputs_stay_finite_on_the_cpu() {
    huge_inputs_stay_finite(&Device::flex());
}

fn huge_inputs_stay_finite(device: &Device) {
    let case = Case::new([2, 20, 5, 1, 32], 5000.0, device);
    let states = values(bilstm(case.x, &case.weights));
    assert!(
        states.iter().all(|state| state.abs() <= 1.0),
        "a state left [-1, 1]"
    );
}

#[cfg(feature = "wgpu")]
mod wgpu {
    use super::*;

    #[test]
    fn wgpu_agrees_with_the_definition() {
        if let Some(device) = common::wgpu() {
            forward_agrees("wgpu", &device);
        }
    }

    #[test]
    fn gradients_on_wgpu_agree_with_those_of_the_definition() {
        if let Some(device) = common::wgpu() {
            backward_agrees("wgpu", &device);
        }
    }

    #[test]
    fn huge_inputs_stay_finite_on_wgpu() {
        if let Some(device) = common::wgpu() {
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
    let Some(device) = common::wgpu() else {
        return;
    };
    let check = |positions, hidden| kernel::check_sizes(&device, positions, hidden);
    assert_eq!(check(4_032, 64), Ok(()));
    assert!(check(4_033, 64).unwrap_err().contains("4033 positions"));
    assert!(check(4_032, 66).unwrap_err().contains("66 hidden units"));
}
