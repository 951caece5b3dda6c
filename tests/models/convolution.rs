//! Convolution and the last states of a recurrence against their definitions, on every native device.

use crate::common::{self, draw::Draw};
use burn::tensor::{Device, Tensor, TensorData};
use regulens::kernel::convolution::{Stride, composed, convolution};
use regulens::kernel::final_states::{self, final_states};

/// N, T, E, C, F, K and the stride: DeepChrome, both levels of CNN-α,β, and sizes that fill no register and no pool.
const CASES: [([usize; 6], Stride); 6] = [
    ([3, 100, 1, 5, 50, 10], stride(0, 0, 5)),
    ([2, 40, 5, 1, 50, 10], stride(4, 5, 1)),
    ([2, 5, 1, 50, 50, 3], stride(1, 1, 1)),
    ([20, 7, 2, 3, 9, 4], stride(1, 2, 3)),
    ([1, 1, 1, 1, 1, 1], stride(0, 0, 1)),
    ([2, 3, 1, 2, 67, 7], stride(3, 3, 1)),
];

const fn stride(left: usize, right: usize, pool: usize) -> Stride {
    Stride { left, right, pool }
}

/// x [N, T, E, C], weight [E, F, C, K], bias [E, F].
fn case([n, t, e, c, f, k]: [usize; 6]) -> [Vec<f32>; 3] {
    let mut draw = Draw(7);
    [n * t * e * c, e * f * c * k, e * f].map(|count| draw.values(count))
}

/// The definition in float64, index by index.
fn expected([n, t, e, c, f, k]: [usize; 6], stride: Stride, case: &[Vec<f32>; 3]) -> Vec<f64> {
    let [x, weight, bias] = case;
    let frames = stride.frames(t, k);
    let mut y = Vec::new();
    for (example, encoder) in (0..n).flat_map(|n| (0..e).map(move |e| (n, e))) {
        let frame = |at: usize, filter: usize| -> f64 {
            let mut sum = f64::from(bias[encoder * f + filter]);
            for (channel, offset) in (0..c).flat_map(|c| (0..k).map(move |k| (c, k))) {
                let position = (at + offset).checked_sub(stride.left).filter(|&p| p < t);
                let value = position.map_or(0.0, |p| x[((example * t + p) * e + encoder) * c + channel]);
                let weight = weight[((encoder * f + filter) * c + channel) * k + offset];
                sum += f64::from(value) * f64::from(weight);
            }
            sum.max(0.0)
        };
        for pooled in 0..frames / stride.pool {
            for filter in 0..f {
                let of_pool = (0..stride.pool).map(|offset| frame(pooled * stride.pool + offset, filter));
                y.push(of_pool.fold(0.0, f64::max));
            }
        }
    }
    y
}

fn place<const D: usize>(values: &[f32], shape: [usize; D], device: &Device) -> Tensor<D> {
    Tensor::from_data(TensorData::new(values.to_vec(), shape), device)
}

fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_to_vec().expect("float32")
}

fn agrees(device_name: &str, device: &Device) {
    for (sizes, stride) in CASES {
        let [n, t, e, c, f, k] = sizes;
        let case = case(sizes);
        let expected = expected(sizes, stride, &case);
        for device in [device.clone(), device.clone().autodiff()] {
            for operation in [convolution, composed] {
                let y = operation(
                    place(&case[0], [n, t, e, c], &device),
                    place(&case[1], [e, f, c, k], &device),
                    place(&case[2], [e, f], &device),
                    stride,
                );
                assert_eq!(y.dims(), [n, e, stride.frames(t, k) / stride.pool, f]);
                let error = common::error(&values(y), &expected);
                assert!(error < 2e-6, "{device_name}, {sizes:?}: {error:e}");
            }
        }
    }
    for [n, e, t, h] in [[3, 5, 10, 32], [1, 1, 1, 1], [70, 1, 4, 3]] {
        let states = Draw(3).values(n * e * t * 2 * h);
        for device in [device.clone(), device.clone().autodiff()] {
            for operation in [final_states, final_states::composed] {
                let last = values(operation(place(&states, [n, e, t, 2 * h], &device)));
                for (index, last) in last.iter().enumerate() {
                    let (row, unit) = (index / (2 * h), index % (2 * h));
                    let step = if unit < h { t - 1 } else { 0 };
                    assert_eq!(*last, states[(row * t + step) * 2 * h + unit]);
                }
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
