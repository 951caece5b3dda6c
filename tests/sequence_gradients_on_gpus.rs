//! A model of sequences learns on a GPU as it does on the CPU: the same prediction, statistics and gradients.

#![cfg(all(
    feature = "flex",
    feature = "wgpu",
    feature = "autodiff",
    feature = "import",
    not(target_arch = "wasm32")
))]

mod common;

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::{Device, Gradients, Tensor, TensorData};
use common::Golden;
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

/// The prediction, the batch's statistics, and every gradient of a weighted sum of the prediction.
fn step(config: &Config, file: &WeightFile, codes: &[u8], device: &Device) -> Vec<Vec<f32>> {
    let model = TrainableBasenji::load(config, &file.tensors, &device.clone().autodiff());
    let learnt = model.forward(codes, 2, Some(3));
    let shape = learnt.prediction.dims();
    let count: usize = shape.iter().product();
    let weights: Vec<f32> = (0..count)
        .map(|index| (index * 37 % 101) as f32 / 100.0 - 0.4)
        .collect();
    let weights = Tensor::from_data(TensorData::new(weights, shape), &device.clone().autodiff());
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
    let Some(gpu) = common::wgpu() else { return };
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
