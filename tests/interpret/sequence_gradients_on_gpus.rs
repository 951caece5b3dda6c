//! A model of sequences learns on a GPU as it does on the CPU: the same prediction, statistics and gradients.

#![cfg(feature = "wgpu")]

mod exact;

use crate::common;
use crate::common::{Golden, say};
use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::{Device, Gradients, Tensor, TensorData};
use exact::Exact;
use regulens::model::basenji::{Config, TrainableBasenji};
use regulens::weights::WeightFile;

/// The gradient of each parameter, as the module lists them.
struct Collected<'a> {
    gradients: &'a Gradients,
    found: Vec<Vec<f32>>,
}

impl ModuleVisitor for Collected<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let gradient = param.val().grad(self.gradients).expect("all take part");
        self.found.push(values(gradient));
    }
}

fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_to_vec().expect("float32")
}

/// Weight of each predicted value in the sum that gradients are of.
fn weights_of(count: usize) -> Vec<f32> {
    let weight = |index: usize| (index * 37 % 101) as f32 / 100.0 - 0.4;
    (0..count).map(weight).collect()
}

/// The prediction, the batch's statistics, and every gradient of a weighted sum of the prediction.
fn step(config: &Config, file: &WeightFile, codes: &[u8], device: &Device) -> Vec<Vec<f32>> {
    let model = TrainableBasenji::load(config, &file.tensors, &device.clone().autodiff());
    let learnt = model.forward(codes, 2, Some(3));
    let shape = learnt.prediction.dims();
    let count: usize = shape.iter().product();
    let weights = TensorData::new(weights_of(count), shape);
    let weights = Tensor::from_data(weights, &device.clone().autodiff());
    let gradients = (learnt.prediction.clone() * weights).sum().backward();
    let mut collected = Collected {
        gradients: &gradients,
        found: vec![values(learnt.prediction)],
    };
    for statistics in learnt.statistics {
        collected.found.push(values(statistics.mean));
        collected.found.push(values(statistics.variance));
    }
    model.visit(&mut collected);
    collected.found
}

#[test]
fn a_gpu_learns_as_the_cpu_does() {
    for (_, gpu) in common::gpus() {
        for name in ["basenji", "exp-variable"] {
            let Some(golden) = Golden::of_sequences(name) else {
                return;
            };
            let file = WeightFile::read(name, &golden.model).expect("a golden model");
            let config = Config::of(&file.card).expect("its settings");
            let codes = golden.codes();
            let two = [codes[0].clone(), codes[codes.len() - 1].clone()].concat();
            let expected = step(&config, &file, &two, &Device::flex());
            let got = step(&config, &file, &two, &gpu);
            assert_eq!(got.len(), expected.len());
            for (index, (got, expected)) in got.iter().zip(&expected).enumerate() {
                let expected: Vec<f64> = expected.iter().map(|&value| f64::from(value)).collect();
                let scale = common::largest(&expected).max(1e-3);
                let difference = common::error(got, &expected) * common::largest(&expected).max(1.0);
                assert!(
                    difference <= 1e-3 * scale,
                    "{name}, tensor {index}: {difference:e} of {scale:e}"
                );
            }
        }
    }
}

/// A direction of length 1, along which two passes in float64 compare every value of a tensor: partly that of the
/// gradient, unevenly, so that no error is at a right angle to it; partly its own, so that a gradient of 0 is compared.
fn direction(gradient: &[f32]) -> Vec<f64> {
    let uneven = |index: usize| (index * 37 % 101) as f64 / 100.0;
    let of_length_1 = |values: Vec<f64>| {
        let length = values.iter().map(|value| value * value).sum::<f64>().sqrt().max(1e-30);
        values.into_iter().map(move |value| value / length)
    };
    let gradient = gradient.iter().map(|&value| f64::from(value)).collect();
    let own = (0..).map(|index| uneven(index) - 0.4);
    let along = of_length_1(gradient).enumerate();
    let along: Vec<f64> = along.map(|(index, value)| value * (uneven(index) + 0.5)).collect();
    let own = own.take(along.len()).collect();
    let both = along.into_iter().zip(of_length_1(own)).map(|(along, own)| along + own);
    of_length_1(both.collect()).collect()
}

/// Largest rounding error of float32 before a maximum or a ReLU, on any device.
const ROUNDED: f64 = 4e-6;

/// At the golden weights of attention-none, a value lies so near to a turn of a ReLU or a maximum that CPU and wgpu
/// stand on different sides of it: their gradients of the first blocks differ by 1.5 %, and both from those in float64.
/// Away from turns there is one gradient, and both have it.
#[test]
fn gradients_are_those_of_the_equations_in_float64_on_either_device() {
    for name in ["basenji", "attention-none", "attention-two-sided"] {
        let Some(golden) = Golden::of_sequences(name) else {
            return;
        };
        let file = WeightFile::read(name, &golden.model).expect("a golden model");
        let config = Config::of(&file.card).expect("its settings");
        let codes = golden.codes();
        let two = [codes[0].clone(), codes[codes.len() - 1].clone()].concat();
        // A shift of all that the first block gives moves every value behind it.
        let moved = |shift: f32| {
            let mut moved = file.clone();
            let beta = moved.tensors.get_mut("cnn0/batch_normalization/beta");
            for value in &mut beta.expect("the first block").values {
                *value += shift;
            }
            moved
        };
        let file = (0..20)
            .map(|step| moved(1e-3 * step as f32))
            .find(|file| {
                let turn = Exact::new(&config, file, &two, 2).nearest_turn();
                say(&format!("{name:20} nearest turn {turn:.1e}"));
                turn > ROUNDED
            })
            .expect("a model away from turns");

        let mut exact = Exact::new(&config, &file, &two, 2);
        let prediction = exact.prediction();
        let weights = weights_of(prediction.len());
        let devices = [("cpu", Device::flex())].into_iter().chain(common::gpus());
        let steps: Vec<(&str, Vec<Vec<f32>>)> = devices
            .map(|(name, device)| (name, step(&config, &file, &two, &device)))
            .collect();
        for (device, found) in &steps {
            let error = common::error(&found[0], &prediction);
            assert!(error <= 1e-4, "{name}, {device}: {error:e}");
        }
        let learnt = exact.learnt();
        for (tensor, of) in learnt.iter().enumerate() {
            // Behind the prediction, and mean and variance of each block.
            let gradient = |found: &[Vec<f32>]| found[found.len() - learnt.len() + tensor].clone();
            let on_cpu = gradient(&steps[0].1);
            let scale = on_cpu.iter().fold(1e-3, |most, value| value.abs().max(most));
            let direction = direction(&on_cpu);
            let truth = exact.derivative(of, &direction, &weights);
            for (device, found) in &steps {
                let along = gradient(found);
                let along = along
                    .iter()
                    .zip(&direction)
                    .map(|(&value, along)| f64::from(value) * along);
                let difference = (along.sum::<f64>() - truth).abs();
                assert!(
                    difference <= 2e-4 * f64::from(scale),
                    "{name}, {device}, {of}: {difference:e} of {truth:e}"
                );
            }
        }
    }
}
