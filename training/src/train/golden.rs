//! Training against golden numbers: of AttentiveChrome one step, its loss, every gradient, their norm, and every weight
//! after it; of DeepDiff's variants every part of the loss and every gradient.

use std::collections::BTreeMap;

use burn::module::{Module, ModuleMapper, Param};
use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor, TensorData};
use regulens::input::log2_fold_change;
use regulens::model::attentive_chrome::{Architecture, AttentiveChrome, Sizes};
use regulens::model::deep_diff::{self, Inputs};
use regulens::nn::NamedTensors;
use regulens::weights::StateDict;
use safetensors::SafeTensors;

use super::attentive_chrome::{binary_cross_entropy, log_odds};
use super::deep_diff::{Change, Contrast, distance};
use super::optimiser::{Optimiser, Settings};
use super::task::Task;

/// The golden files' tolerance of gradients, relative to each tensor's largest.
const TOLERANCE: f64 = 1e-4;

/// Tensors of a case: shape and values.
pub type Case = BTreeMap<String, (Vec<usize>, Vec<f64>)>;

/// The weights and the case `name`, FAMILY/STEM; none, saying so, where `shared` is absent. In CI it must be there.
pub fn read(name: &str) -> Option<(NamedTensors, Case)> {
    let folder = format!("{}/../../shared/golden/{name}", env!("CARGO_MANIFEST_DIR"));
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
            safetensors::Dtype::F16 => view
                .data()
                .as_chunks::<2>()
                .0
                .iter()
                .map(|&word| half(u16::from_le_bytes(word)))
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

/// A finite float16.
fn half(bits: u16) -> f64 {
    let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f64::from(bits & 1023) / 1024.0);
    sign * match exponent {
        0 => fraction * 2.0_f64.powi(-14),
        exponent => (1.0 + fraction) * 2.0_f64.powi(exponent - 15),
    }
}

/// Puts each weight's gradient in its place, so that gradients get their names from the model itself.
pub struct InPlaceOfWeights<'a>(pub &'a GradientsParams);

impl ModuleMapper for InPlaceOfWeights<'_> {
    fn map_float<const D: usize>(&mut self, parameter: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let gradient = self.0.get::<D>(parameter.id).expect("every weight has a gradient");
        Param::from_tensor(gradient)
    }
}

/// The largest difference, relative to `scale` of the expected values.
pub fn error(got: &[f32], expected: &[f64], scale: impl Fn(f64) -> f64) -> f64 {
    assert_eq!(got.len(), expected.len());
    let largest = expected.iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
    let difference = got
        .iter()
        .zip(expected)
        .fold(0.0_f64, |most, (&a, &b)| most.max((f64::from(a) - b).abs()));
    difference / scale(largest)
}

fn one_step(device_name: &str, device: &Device) {
    let Some((weights, case)) = read("attentive-chrome/lstm-alpha-beta") else {
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
        (shape.clone(), values.iter().map(|&value| value as f32).collect())
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

/// Losses and every gradient of a variant of DeepDiff.
fn change(device_name: &str, device: &Device, name: &str) -> Option<()> {
    let (weights, case) = read(&format!("deep-diff/{name}"))?;
    let device = &device.clone().autodiff();
    let numbers = |name: &str| &case[name].1;
    let [genes, bins, marks] = case["input.counts_a"].0[..] else {
        panic!("counts are [N, T, M]")
    };
    let sizes = deep_diff::Sizes {
        marks,
        bins,
        bin_rnn_size: 8,
    };
    let architecture = deep_diff::Architecture::new(name, sizes).unwrap();
    let task = Change {
        architecture,
        contrast: Contrast::PUBLISHED,
    };
    let by_bin = |name: &str| {
        numbers(name)
            .chunks_exact(marks)
            .map(<[f64]>::to_vec)
            .collect::<Vec<_>>()
    };
    let bins_of_both = by_bin("input.counts_a").into_iter().zip(by_bin("input.counts_b"));
    let values = bins_of_both
        .flat_map(|(a, b)| [a, b].concat())
        .map(|value| value as f32)
        .collect();
    let expression = |cell: &str| numbers(&format!("input.expression_{cell}")).clone();
    let targets: Vec<f32> = expression("a")
        .into_iter()
        .zip(expression("b"))
        .flat_map(|(a, b)| [log2_fold_change([a, b]), (a + 1.0).log2(), (b + 1.0).log2()])
        .map(|target| target as f32)
        .collect();

    let model = task.load(&weights, device);
    let output = model.forward(Inputs::new(architecture, values, genes, device));
    let targets = Tensor::<2>::from_data(TensorData::new(targets, [genes, 3]), device);
    let losses = task.losses(&output, &targets);
    let scalar = |loss: &Tensor<1>| f64::from(loss.clone().into_scalar::<f32>());
    let mut found = vec![("loss_differential", scalar(&losses.differential))];
    if let Some([a, b]) = &losses.auxiliary {
        found.push(("loss_auxiliary_a", scalar(a)));
        found.push(("loss_auxiliary_b", scalar(b)));
    }
    if let Some(contrastive) = &losses.contrastive {
        found.push(("loss_contrastive", scalar(contrastive)));
        let embeddings = output.embeddings.as_ref().expect("a siamese variant");
        let distances: Vec<f32> = distance(embeddings).into_data().try_to_vec().unwrap();
        let error = error(&distances, numbers("output.embedding_distance"), |most| most.max(1.0));
        assert!(error < 1e-5, "{name}: distances {error:e}");
    }
    let total = task.total(losses);
    found.push(("loss_total", scalar(&total)));
    let mut furthest = 0.0_f64;
    for (loss, value) in &found {
        let expected = numbers(&format!("output.{loss}"))[0];
        let error = (value - expected).abs() / expected.abs().max(1.0);
        furthest = furthest.max(error);
        assert!(error < 1e-5, "{name}: {loss} {value}, expected {expected}");
    }
    // The parts that a variant does not have are not in its case either.
    let parts = case.keys().filter(|key| key.starts_with("output.loss_")).count();
    assert_eq!(found.len(), parts, "{name}");

    let gradients = GradientsParams::from_grads(total.backward(), &model);
    let named = task.store(&model.map(&mut InPlaceOfWeights(&gradients)));
    let mut worst = 0.0_f64;
    for (weight, gradient) in &named {
        let expected = numbers(&format!("output.gradient.{weight}"));
        let error = error(&gradient.values, expected, |largest| largest);
        worst = worst.max(error);
        assert!(error < TOLERANCE, "{name}: gradient of {weight}: {error:e}");
    }
    println!("{device_name} {name}: losses {furthest:.1e}, gradients {worst:.1e}");
    Some(())
}

fn changes(device_name: &str, device: &Device) {
    for name in deep_diff::variants() {
        if change(device_name, device, name).is_none() {
            return;
        }
    }
}

#[test]
fn losses_and_gradients_of_a_change_on_the_cpu_are_the_golden_ones() {
    changes("cpu", &Device::flex());
}

#[cfg(feature = "wgpu")]
#[test]
fn losses_and_gradients_of_a_change_on_wgpu_are_the_golden_ones() {
    match regulens::engine::DeviceKind::Wgpu.open() {
        Ok(device) => changes("wgpu", &device),
        Err(problem) => {
            assert!(
                std::env::var_os("CI").is_none(),
                "in CI an adapter must be there: {problem}"
            );
            println!("skipped: {problem}");
        }
    }
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
