//! Compares one training step with golden numbers: its loss, all gradients, their norm, and all weights after it.

use burn::module::Module;
use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor, TensorData};
use regulens::model::attentive_chrome::{Architecture, AttentiveChrome, Sizes};

use super::{binary_cross_entropy, log_odds};
use crate::train::golden::{InPlaceOfWeights, TOLERANCE, compare_gradients, error, read};
use crate::train::optimiser::{Optimiser, Settings};

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

    let loss = binary_cross_entropy(log_odds(model.classify(model.embed(x).gene)), y).mean();
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
    let worst = compare_gradients("lstm-alpha-beta", named.iter(), &case, "output.gradient.", |_| {
        TOLERANCE
    });
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
    crate::train::golden::on_gpus(one_step);
}
