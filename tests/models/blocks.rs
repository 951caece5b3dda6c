//! Blocks of a network on sequence, and context between bins, on the CPU, against the same in ordinary tensor
//! operations, with what they learn.

use crate::common::{self, draw::Draw};
use burn::tensor::{Device, Tensor, TensorData};
use regulens::kernel::block::{self, Block, block, codes, first_block};
use regulens::kernel::context::{self, Attended, attention_head, mix};
use regulens::kernel::training_block::{self, Dropout, Normalised, training_block, training_first_block};

/// N, L, C, F, K and how the block goes: the shapes of a published trunk made small, and sizes that fill nothing.
const CASES: [([usize; 5], Block); 10] = [
    ([2, 128, 16, 24, 6], shape(1, 4, true)),
    ([1, 96, 24, 32, 1], shape(1, 2, true)),
    ([1, 64, 40, 12, 3], shape(16, 1, true)),
    ([3, 31, 5, 7, 4], shape(1, 3, true)),
    ([1, 9, 1, 1, 1], shape(1, 1, false)),
    ([2, 50, 513, 3, 2], shape(2, 1, false)),
    ([1, 7, 3, 70, 11], shape(1, 7, true)),
    ([1, 1_100, 48, 40, 5], shape(1, 4, true)),
    ([2, 300, 64, 32, 3], shape(8, 1, true)),
    ([1, 40, 33, 35, 6], shape(1, 2, false)),
];

/// N, L, F, K and the pool of a first block.
const FIRST: [[usize; 5]; 4] = [
    [2, 256, 32, 15, 8],
    [1, 100, 24, 22, 1],
    [3, 33, 5, 4, 2],
    [1, 5, 70, 9, 5],
];

const fn shape(dilation: usize, pool: usize, rectify: bool) -> Block {
    Block {
        dilation,
        pool,
        rectify,
    }
}

impl Draw {
    /// Bases, every tenth or so unknown, some none.
    fn codes(&mut self, count: usize) -> Vec<u8> {
        let draws = self.values(count).into_iter();
        draws
            .map(|draw| match ((draw + 1.0) * 22.0) as u8 {
                code @ 0..4 => code,
                code @ 4..40 => code & 3,
                40..43 => 4,
                _ => 5,
            })
            .collect()
    }
}

fn place<const D: usize>(values: &[f32], shape: [usize; D], device: &Device) -> Tensor<D> {
    Tensor::from_data(TensorData::new(values.to_vec(), shape), device)
}

fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_to_vec().expect("float32")
}

/// The channels of codes [N, L], [N, L, 4].
fn channels(codes: &[u8], [n, l]: [usize; 2], device: &Device) -> Tensor<3> {
    let channel = |code: u8, base: u8| match code {
        4 => 0.25,
        _ if code == base => 1.0,
        _ => 0.0,
    };
    let bases = |&code| (0..4).map(move |base| channel(code, base));
    let values: Vec<f32> = codes.iter().flat_map(bases).collect();
    place(&values, [n, l, 4], device)
}

#[track_caller]
fn close(got: &[f32], expected: &[f32], tolerance: f64, about: &str) {
    let expected: Vec<f64> = expected.iter().map(|&value| f64::from(value)).collect();
    let scale = expected.iter().fold(1.0_f64, |most, x| most.max(x.abs()));
    let error = common::error(got, &expected) / scale;
    assert!(error < tolerance, "{about}: {error:e}");
}

fn blocks_agree(device: &Device) {
    for (sizes @ [n, l, c, f, k], shape) in CASES {
        let mut draw = Draw(7);
        let [x, kernel, bias] = [n * l * c, k * c * f, f].map(|count| draw.values(count));
        let run = |operation: fn(Tensor<3>, Tensor<3>, Tensor<1>, Block) -> Tensor<3>| {
            let y = operation(
                place(&x, [n, l, c], device),
                place(&kernel, [k, c, f], device),
                place(&bias, [f], device),
                shape,
            );
            assert_eq!(y.dims(), [n, l / shape.pool, f]);
            values(y)
        };
        let about = format!("{sizes:?}, {shape:?}");
        let expected = run(block::composed);
        close(&run(block), &expected, 5e-6, &about);
        let kept = |x, kernel, bias, shape| block::Filters::new(kernel, bias, shape).forward(x);
        close(&run(kept), &expected, 5e-6, &about);
    }
    for sizes @ [n, l, f, k, pool] in FIRST {
        let mut draw = Draw(9);
        let bases = draw.codes(n * l);
        let [kernel, bias] = [k * 4 * f, f].map(|count| draw.values(count));
        let (kernel, bias) = (place(&kernel, [k, 4, f], device), place(&bias, [f], device));
        let got = first_block(codes(&bases, n, device), kernel.clone(), bias.clone(), pool);
        let shape = shape(1, pool, false);
        let expected = block::composed(channels(&bases, [n, l], device), kernel, bias, shape);
        close(&values(got), &values(expected), 5e-6, &format!("{sizes:?}"));
    }
}

fn attends_alike(device: &Device) {
    for sizes @ [n, l, d] in [[2, 70, 24], [1, 1, 3], [1, 129, 5]] {
        let mut draw = Draw(17);
        let [h, weight, bias, f, e] = [n * l * d, d * d, d, 2 * l - 1, l * l].map(|count| draw.values(count));
        let h = place(&h, [n, l, d], device);
        for (rectify, positioned) in [(false, false), (true, true), (false, true)] {
            let about = format!("{sizes:?}, {rectify}, {positioned}");
            let (weight, bias) = (place(&weight, [d, d], device), place(&bias, [d], device));
            let f = positioned.then(|| place(&f, [2 * l - 1], device));
            let (of, rows) = context::composed(h.clone(), weight.clone(), bias.clone(), f.clone(), rectify);
            let Attended { context, weights } =
                attention_head(h.clone(), weight.clone(), bias.clone(), f.clone(), rectify, 0..l, true);
            let of = values(of);
            close(&values(context), &of, 5e-6, &about);
            let weights = values(weights.expect("asked for"));
            close(&weights, &values(rows), 5e-6, &about);
            let Attended { context, weights } = attention_head(h.clone(), weight, bias, f, rectify, 0..l, false);
            assert!(weights.is_none());
            close(&values(context), &of, 5e-6, &about);
        }
        let e = place(&e, [l, l], device);
        let expected = e.clone().unsqueeze_dim::<3>(0).matmul(h.clone());
        let got = values(mix(h, e, 0..l));
        close(&got, &values(expected), 5e-6, &format!("{sizes:?}"));
    }
}

/// Output of a block in training, and the gradients of the sum of y², of all that is differentiated.
fn learnt(normalised: Normalised, parameters: &[Tensor<1>]) -> Vec<Vec<f32>> {
    let Normalised { y, mean, variance } = normalised;
    let mut results = vec![values(y.clone()), values(mean), values(variance)];
    // Not linear, so that the gradient of y differs from place to place.
    let gradients = y.powi_scalar(2).sum().backward();
    for parameter in parameters {
        results.push(values(parameter.grad(&gradients).expect("a gradient")));
    }
    results
}

/// Flat parameters, tracked.
fn tracked(values: [&[f32]; 4], device: &Device) -> Vec<Tensor<1>> {
    let track = |values: &[f32]| place(values, [values.len()], device).require_grad();
    values.into_iter().map(track).collect()
}

fn learns_alike(device: &Device) {
    let device = &device.clone().autodiff();
    for rate in [0.0, 0.2] {
        let dropout = Dropout { rate, seed: 1234 };
        for (sizes @ [n, l, c, f, k], shape) in CASES {
            let mut draw = Draw(11);
            let [x, kernel, gamma, beta] = [n * l * c, k * c * f, f, f].map(|count| draw.values(count));
            let run = |fused: bool| {
                let parameters = tracked([&x, &kernel, &gamma, &beta], device);
                let [x, kernel, gamma, beta] = [0, 1, 2, 3].map(|index| parameters[index].clone());
                let (x, kernel) = (x.reshape([n, l, c]), kernel.reshape([k, c, f]));
                let operation = if fused {
                    training_block
                } else {
                    training_block::composed
                };
                let normalised = operation(x, kernel, gamma, beta, shape, 1e-3, dropout);
                learnt(normalised, &parameters)
            };
            for (index, (got, expected)) in run(true).iter().zip(run(false)).enumerate() {
                let about = format!("{sizes:?}, {shape:?}, {rate}: {index}");
                close(got, &expected, 2e-4, &about);
            }
        }
        for sizes @ [n, l, f, k, pool] in FIRST {
            let mut draw = Draw(13);
            let bases = draw.codes(n * l);
            let [kernel, gamma, beta] = [k * 4 * f, f, f].map(|count| draw.values(count));
            let run = |fused: bool| {
                let parameters = tracked([&kernel, &gamma, &beta, &beta], device);
                let [kernel, gamma, beta] = [0, 1, 2].map(|index| parameters[index].clone());
                let kernel = kernel.reshape([k, 4, f]);
                let normalised = if fused {
                    let codes = codes(&bases, n, device);
                    training_first_block(codes, kernel, gamma, beta, pool, 1e-3, dropout)
                } else {
                    let x = channels(&bases, [n, l], device);
                    let shape = shape(1, pool, false);
                    training_block::composed(x, kernel, gamma, beta, shape, 1e-3, dropout)
                };
                learnt(normalised, &parameters[..3])
            };
            for (index, (got, expected)) in run(true).iter().zip(run(false)).enumerate() {
                let about = format!("{sizes:?}, {rate}: {index}");
                close(got, &expected, 2e-4, &about);
            }
        }
    }
}

#[test]
fn the_cpu_agrees_with_ordinary_operations() {
    blocks_agree(&Device::flex());
}

#[test]
fn the_cpu_attends_as_ordinary_operations_do() {
    attends_alike(&Device::flex());
}

#[test]
fn the_cpu_learns_what_ordinary_operations_learn() {
    learns_alike(&Device::flex());
}
