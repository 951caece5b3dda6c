//! Compares training with golden numbers: all terms of the loss and all gradients of every variant.

use burn::module::Module;
use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor, TensorData};
use regulens::input::log2_fold_change;
use regulens::model::deep_diff::{self, Inputs};

use super::{Change, Contrast, distance};
use crate::train::golden::{InPlaceOfWeights, TOLERANCE, compare_gradients, error, read};
use crate::train::task::Task;

/// Losses and every gradient of a variant.
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
    // The case lacks the terms that the variant lacks.
    let parts = case.keys().filter(|key| key.starts_with("output.loss_")).count();
    assert_eq!(found.len(), parts, "{name}");

    let gradients = GradientsParams::from_grads(total.backward(), &model);
    let named = task.store(&model.map(&mut InPlaceOfWeights(&gradients)));
    let worst = compare_gradients(name, named.iter(), &case, "output.gradient.", |_| TOLERANCE);
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
    crate::train::golden::on_gpus(changes);
}
