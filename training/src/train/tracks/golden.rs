//! Compares a training step with golden numbers: prediction with batch statistics, loss, all gradients, and moving
//! statistics after it.

use burn::module::Module;
use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor, TensorData};
use regulens::model::basenji::TrainableBasenji;
use regulens::sequence::codes;
use regulens::weights::architecture::basenji::{Config, Context, is_statistic};
use serde_json::{Map, Value};

use super::loss::{Measured, log_poisson};
use super::predict::{load, predict};
use crate::train::golden::{Case, InPlaceOfWeights, TOLERANCE, compare_gradients, error, read};

/// Tolerance of gradients of decays in the golden files, relative to each tensor's largest value.
const OF_DECAYS: f64 = 1e-3;

/// The cases with a training step.
const CASES: [&str; 4] = ["basenji", "attention-two-sided", "attention-variable", "exp-variable"];

fn config(name: &str) -> Config {
    let path = format!("{}/../../shared/golden/basenji/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let case: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let variant = case["variant"].as_str().unwrap();
    let settings: &Map<String, Value> = case["hyperparameters"].as_object().unwrap();
    Config::read(Context::of(variant).unwrap(), settings, name).unwrap()
}

/// Codes of one-hot channels [N, L, 4].
fn bases(case: &Case) -> Vec<u8> {
    let base = |channels: &[f64]| match channels.iter().position(|&channel| channel == 1.0) {
        Some(base) => base as u8,
        None => codes::UNKNOWN,
    };
    case["input.sequence"].1.chunks_exact(4).map(base).collect()
}

/// The targets of the predicted bins, [N, cropped, T].
fn targets(case: &Case, config: &Config, examples: usize) -> Vec<f32> {
    let of_example = config.bins() * config.targets;
    let kept = config.crop() * config.targets..(config.bins() - config.crop()) * config.targets;
    let all = &case["input.targets"].1;
    (0..examples)
        .flat_map(|example| &all[example * of_example..(example + 1) * of_example][kept.clone()])
        .map(|&target| target as f32)
        .collect()
}

fn floats<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_to_vec().unwrap()
}

fn one_step(device_name: &str, device: &Device, name: &str) -> Option<()> {
    let (weights, case) = read(&format!("basenji/{name}"))?;
    let config = config(name);
    let examples = case["input.sequence"].0[0];
    let (bases, targets) = (bases(&case), targets(&case, &config, examples));
    let counted = vec![1.0; examples * config.cropped()];
    let measured = Measured {
        targets: &targets,
        counted: &counted,
        examples,
        tracks: config.targets,
    };
    let at_most_one = |largest: f64| largest.max(1.0);

    // At inference, the loss of each target.
    let model = load(&config, weights.clone(), device);
    let predicted: Vec<f32> = bases
        .chunks_exact(config.length)
        .flat_map(|bases| predict(&model, bases))
        .collect();
    let shape = [examples, config.cropped(), config.targets];
    let predicted = Tensor::from_data(TensorData::new(predicted, shape), device);
    let losses = log_poisson(predicted, &measured) / measured.bins() as f32;
    let of_losses = error(&floats(losses), &case["output.loss_per_target"].1, at_most_one);
    assert!(of_losses < TOLERANCE, "{name}: loss of targets {of_losses:e}");

    let device = &device.clone().autodiff();
    let model = TrainableBasenji::load(&config, &weights, device);
    let output = model.forward(&bases, examples, None);
    let prediction = floats(output.prediction.clone());
    let of_prediction = error(&prediction, &case["output.training.prediction"].1, at_most_one);
    assert!(of_prediction < TOLERANCE, "{name}: prediction {of_prediction:e}");

    let values = (examples * config.cropped() * config.targets) as f32;
    let loss = log_poisson(output.prediction, &measured).sum() / values;
    let gradients = GradientsParams::from_grads(loss.backward(), &model);
    let of_loss = error(&floats(loss), &case["output.training.loss"].1, at_most_one);
    assert!(of_loss < TOLERANCE, "{name}: loss {of_loss:e}");

    let named = model.clone().map(&mut InPlaceOfWeights(&gradients)).store();
    let fitted = named.iter().filter(|(name, _)| !is_statistic(name));
    let tolerance = |weight: &str| match weight.ends_with("decay_factor") {
        true => OF_DECAYS,
        false => TOLERANCE,
    };
    let worst = compare_gradients(name, fitted, &case, "output.training.gradient.", tolerance);

    let mut model = model;
    model.update(output.statistics);
    let mut of_statistics = 0.0_f64;
    for (statistic, tensor) in model.store().iter().filter(|(name, _)| is_statistic(name)) {
        let expected = &case[&format!("output.training.{statistic}")].1;
        let error = error(&tensor.values, expected, at_most_one);
        of_statistics = of_statistics.max(error);
        assert!(error < TOLERANCE, "{name}: {statistic}: {error:e}");
    }
    println!(
        "{device_name} {name}: prediction {of_prediction:.1e}, loss {of_loss:.1e}, gradients {worst:.1e}, statistics \
            {of_statistics:.1e}"
    );
    Some(())
}

fn all(device_name: &str, device: &Device) {
    for name in CASES {
        if one_step(device_name, device, name).is_none() {
            return;
        }
    }
}

#[test]
fn a_step_on_sequences_on_the_cpu_is_the_golden_one() {
    all("cpu", &Device::flex());
}

#[cfg(feature = "wgpu")]
#[test]
fn a_step_on_sequences_on_wgpu_is_the_golden_one() {
    crate::train::golden::on_gpus(all);
}
