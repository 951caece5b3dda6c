//! The fused attention against its definition in ordinary operations, on every native device.

use crate::common;
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
    let mut seed = 11_u32;
    let mut draw = |count: usize, width: f32| -> Vec<f32> {
        let mut next = || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            ((seed >> 8) as f32 / 8_388_608.0 - 1.0) * width
        };
        (0..count).map(|_| next()).collect()
    };
    let states = TensorData::new(draw(n * e * t * c, 1.0), [n, e, t, c]);
    let context = TensorData::new(draw(e * c, width), [e, c]);
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
