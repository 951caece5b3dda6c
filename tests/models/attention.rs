//! The fused attention against its definition in ordinary operations, on every native device.

use crate::common::{self, draw::Draw};
use burn::tensor::{Device, Tensor, TensorData};
use regulens::kernel::attention::{attention, composed};

/// N, E, T, C: the published sizes of both levels, and odd ones that fill no workgroup; 1,000 positions fill several
/// rounds.
const SIZES: [[usize; 4]; 6] = [
    [6, 5, 100, 64],
    [6, 1, 5, 32],
    [3, 2, 7, 5],
    [1, 1, 1, 1],
    [2, 15, 200, 24],
    [2, 1, 1000, 130],
];

/// States in [-1, 1], as a recurrence gives them, and context vectors wide enough for sharp peaks.
fn case([n, e, t, c]: [usize; 4], width: f32, device: &Device) -> (Tensor<4>, Tensor<2>) {
    let mut draw = Draw(11);
    let states = TensorData::new(draw.values(n * e * t * c), [n, e, t, c]);
    let wide = draw.values(e * c).into_iter().map(|value| value * width).collect();
    let context = TensorData::new(wide, [e, c]);
    (Tensor::from_data(states, device), Tensor::from_data(context, device))
}

fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_to_vec().expect("float32")
}

fn agrees(device_name: &str, device: &Device) {
    for (sizes, width) in SIZES.iter().flat_map(|sizes| [(*sizes, 1.0), (*sizes, 1000.0)]) {
        let (states, context) = case(sizes, width, &Device::flex());
        let (sum, weights) = composed(states, context);
        let (states, context) = case(sizes, width, device);
        let (got_sum, got_weights) = attention(states, context);
        for (what, got, expected) in [
            ("sum", values(got_sum), values(sum)),
            ("weights", values(got_weights), values(weights)),
        ] {
            let expected: Vec<f64> = expected.into_iter().map(f64::from).collect();
            let error = common::error(&got, &expected);
            // Scores of a thousand differ by 1e-4 from rounding alone, and softmax passes that on.
            let tolerance = if width > 1.0 { 1e-3 } else { 5e-6 };
            assert!(
                error < tolerance,
                "{device_name}, {sizes:?}, width {width}, {what}: {error:e}"
            );
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
