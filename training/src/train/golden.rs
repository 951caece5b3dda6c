//! One step of training against golden numbers: loss, every gradient, their norm, and every weight after the step.

use std::collections::BTreeMap;

use burn::module::{Module, ModuleMapper, Param};
use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor, TensorData};
use regulens::model::attentive_chrome::{Architecture, AttentiveChrome, Sizes};
use regulens::nn::NamedTensors;
use regulens::weights::StateDict;
use safetensors::SafeTensors;

use super::attentive_chrome::{binary_cross_entropy, log_odds};
use super::optimiser::{Optimiser, Settings};

/// The golden files' tolerance of gradients, relative to each tensor's largest.
const TOLERANCE: f64 = 1e-4;

type Case = BTreeMap<String, (Vec<usize>, Vec<f64>)>;

/// The weights and the case; none, saying so, where `shared` is absent. In CI it must be there.
fn read() -> Option<(NamedTensors, Case)> {
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../shared/golden/attentive-chrome/lstm-alpha-beta"
    );
    let file = |part: &str| std::fs::read(format!("{folder}.{part}.safetensors")).ok();
    let (Some(weights), Some(case)) = (file("weights"), file("case")) else {
        assert!(
            std::env::var_os("CI").is_none(),
            "{folder} is missing, and in CI it must be there"
        );
        println!("skipped: {folder} is not there");
        return None;
    };
    let weights = StateDict::read_safetensors("golden", &weights)
        .expect("golden weights are a state dict")
        .tensors;
    let case = SafeTensors::deserialize(&case).expect("a golden case is a safetensors file");
    let doubles = |view: safetensors::tensor::TensorView<'_>| -> Vec<f64> {
        match view.dtype() {
            safetensors::Dtype::F64 => view
                .data()
                .as_chunks::<8>()
                .0
                .iter()
                .map(|&word| f64::from_le_bytes(word))
                .collect(),
            _ => view
                .data()
                .as_chunks::<4>()
                .0
                .iter()
                .map(|&word| f64::from(f32::from_le_bytes(word)))
                .collect(),
        }
    };
    let case = case
        .iter()
        .map(|(name, view)| (name.to_owned(), (view.shape().to_vec(), doubles(view))))
        .collect();
    Some((weights, case))
}

/// Puts each weight's gradient in its place, so that gradients get their names from the model itself.
struct InPlaceOfWeights<'a>(&'a GradientsParams);

impl ModuleMapper for InPlaceOfWeights<'_> {
    fn map_float<const D: usize>(&mut self, parameter: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let gradient = self
            .0
            .get::<D>(parameter.id)
            .expect("every weight has a gradient");
        Param::from_tensor(gradient)
    }
}

/// The largest difference, relative to `scale` of the expected values.
fn error(got: &[f32], expected: &[f64], scale: impl Fn(f64) -> f64) -> f64 {
    assert_eq!(got.len(), expected.len());
    let largest = expected
        .iter()
        .fold(0.0_f64, |largest, value| largest.max(value.abs()));
    let difference = got
        .iter()
        .zip(expected)
        .fold(0.0_f64, |most, (&a, &b)| most.max((f64::from(a) - b).abs()));
    difference / scale(largest)
}

fn one_step(device_name: &str, device: &Device) {
    let Some((weights, case)) = read() else {
        return;
    };
    let device = &device.clone().autodiff();
    let sizes = Sizes {
        bin_rnn_size: 8,
        ..Sizes::default()
    };
    let architecture = Architecture::new("lstm-alpha-beta", sizes).unwrap();
    let model = AttentiveChrome::load(architecture, &weights, device);
    let float = |name: &str| -> (Vec<usize>, Vec<f32>) {
        let (shape, values) = &case[name];
        (
            shape.clone(),
            values.iter().map(|&value| value as f32).collect(),
        )
    };
    let (shape, counts) = float("input.counts");
    let (_, labels) = float("input.label");
    let examples = labels.len();
    let x = Tensor::<3>::from_data(TensorData::new(counts, shape), device);
    let y = Tensor::<1>::from_data(TensorData::new(labels, [examples]), device);

    let loss = binary_cross_entropy(log_odds(model.classify(model.embed(x).gene)), y);
    let gradients = GradientsParams::from_grads(loss.backward(), &model);
    let loss_error = (f64::from(loss.into_scalar::<f32>()) - case["output.loss"].1[0]).abs();
    println!("{device_name} loss {loss_error:.1e}");
    assert!(loss_error < 1e-5, "loss: {loss_error:e}");

    let norm = Optimiser::norm(&model, &gradients);
    let expected = case["output.gradient_norm"].1[0];
    assert!(
        (norm - expected).abs() < TOLERANCE * expected,
        "norm {norm}, expected {expected}"
    );

    let named = model.clone().map(&mut InPlaceOfWeights(&gradients)).store();
    let mut worst = 0.0_f64;
    for (name, gradient) in &named {
        let error = error(
            &gradient.values,
            &case[&format!("output.gradient.{name}")].1,
            |largest| largest,
        );
        worst = worst.max(error);
        assert!(error < TOLERANCE, "gradient of {name}: {error:e}");
    }
    let mut optimiser = Optimiser::new(Settings::PUBLISHED);
    let moved = optimiser.step(model, gradients).store();
    assert_eq!(moved.len(), weights.len());
    let mut furthest = 0.0_f64;
    for (name, tensor) in &moved {
        let error = error(
            &tensor.values,
            &case[&format!("output.after_step.{name}")].1,
            |largest| largest.max(1.0),
        );
        furthest = furthest.max(error);
        assert!(error < TOLERANCE, "{name} after the step: {error:e}");
    }
    println!("{device_name} gradients {worst:.1e}, weights after a step {furthest:.1e}");
}

#[test]
fn one_step_on_the_cpu_is_the_golden_one() {
    one_step("cpu", &Device::flex());
}

#[cfg(feature = "wgpu")]
#[test]
fn one_step_on_wgpu_is_the_golden_one() {
    match regulens::engine::DeviceKind::Wgpu.open() {
        Ok(device) => one_step("wgpu", &device),
        Err(problem) => {
            assert!(
                std::env::var_os("CI").is_none(),
                "in CI an adapter must be there: {problem}"
            );
            println!("skipped: {problem}");
        }
    }
}
