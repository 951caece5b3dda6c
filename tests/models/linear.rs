//! The fully connected layer, rectified or not, against its definition in ordinary operations, on every native device.

use crate::common::{self, draw::Draw};
use burn::tensor::{Device, Tensor, TensorData};
use regulens::kernel::linear::{composed, linear, rectified_linear};

/// N, inputs, outputs: the published classifier, one gene, and sizes that fill no register.
const SIZES: [[usize; 3]; 6] = [[6, 32, 1], [1, 32, 1], [3, 64, 10], [2, 7, 3], [1, 1, 1], [40, 900, 62]];

fn case([n, i, o]: [usize; 3], device: &Device) -> (Tensor<2>, Tensor<2>, Tensor<1>) {
    let mut draw = Draw(5);
    (
        Tensor::from_data(TensorData::new(draw.values(n * i), [n, i]), device),
        Tensor::from_data(TensorData::new(draw.values(o * i), [o, i]), device),
        Tensor::from_data(TensorData::new(draw.values(o), [o]), device),
    )
}

fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_to_vec().expect("float32")
}

type Layer = fn(Tensor<2>, Tensor<2>, Tensor<1>) -> Tensor<2>;

fn agrees(device_name: &str, device: &Device) {
    for sizes in SIZES {
        for (rectified, layer) in [(false, linear as Layer), (true, rectified_linear as Layer)] {
            let (x, weight, bias) = case(sizes, &Device::flex());
            let expected: Vec<f64> = values(composed(x, weight, bias, rectified))
                .into_iter()
                .map(f64::from)
                .collect();
            for device in [device.clone(), device.clone().autodiff()] {
                let (x, weight, bias) = case(sizes, &device);
                let error = common::error(&values(layer(x, weight, bias)), &expected);
                assert!(error < 2e-6, "{device_name}, {sizes:?}: {error:e}");
            }
        }
    }
}

#[test]
fn the_cpu_agrees_with_the_definition() {
    agrees("cpu", &Device::flex());
}

#[cfg(feature = "wgpu")]
#[test]
fn wgpu_agrees_with_the_definition() {
    for (name, device) in common::gpus() {
        agrees(name, &device);
    }
}
