//! Blocks and attention between bins on a GPU against their composed forms on the CPU: odd sizes, dilation, pools, even
//! widths, bases that are not known.

#![cfg(feature = "wgpu")]

use crate::common::{self, draw::Draw};
use burn::tensor::{Device, Tensor, TensorData, f16};
use regulens::kernel::block::{self, Block, block, codes, first_block};
use regulens::kernel::context::{self, attention_head, mix};
use regulens::kernel::halves::{self, Weight};

fn place<const D: usize>(values: &[f32], shape: [usize; D], device: &Device) -> Tensor<D> {
    Tensor::from_data(TensorData::new(values.to_vec(), shape), device)
}

/// The largest difference over the larger of 1 and the largest expected value.
fn error<const D: usize>(got: Tensor<D>, expected: Tensor<D>) -> f64 {
    assert_eq!(got.dims(), expected.dims());
    let [got, expected] = [got, expected].map(|tensor| tensor.into_data().try_to_vec::<f32>().expect("float32"));
    let expected: Vec<f64> = expected.into_iter().map(f64::from).collect();
    common::error(&got, &expected)
}

/// [N, L, C], [K, F], dilation, pool, and whether it rectifies.
type Case = ([usize; 3], [usize; 2], usize, usize, bool);

const BLOCKS: [Case; 14] = [
    ([1, 256, 64], [5, 64], 1, 4, true),
    ([1, 128, 64], [5, 72], 1, 4, true),
    ([2, 67, 9], [6, 13], 1, 4, true),
    ([1, 1, 3], [3, 5], 1, 1, false),
    ([3, 5, 1], [1, 1], 1, 1, false),
    ([1, 64, 72], [3, 32], 16, 1, true),
    // Dilated beyond the sequence, by a number that does not divide it.
    ([2, 50, 7], [3, 33], 64, 1, true),
    ([1, 45, 7], [4, 33], 7, 1, false),
    // Maxima that no thread holds.
    ([1, 45, 7], [3, 9], 2, 3, true),
    ([2, 53, 3], [5, 9], 1, 16, true),
    ([1, 53, 3], [5, 9], 1, 53, false),
    // Wide filters.
    ([1, 80, 5], [20, 17], 1, 2, true),
    ([1, 80, 5], [17, 6], 1, 7, false),
    ([2, 30, 96], [1, 3], 1, 1, true),
];

#[test]
fn a_block_is_its_composed_form() {
    for (_, gpu) in common::gpus() {
        let cpu = Device::flex();
        for ([n, l, c], [k, f], dilation, pool, rectify) in BLOCKS {
            let mut draw = Draw(7);
            let [x, kernel, bias] = [n * l * c, k * c * f, f].map(|count| draw.values(count));
            let shape = Block {
                dilation,
                pool,
                rectify,
            };
            let on = |device: &Device| {
                (
                    place(&x, [n, l, c], device),
                    place(&kernel, [k, c, f], device),
                    place(&bias, [f], device),
                )
            };
            let (x, kernel, bias) = on(&gpu);
            let y = block(x, kernel, bias, shape);
            let (x, kernel, bias) = on(&cpu);
            let error = error(y, block::composed(x, kernel, bias, shape));
            assert!(error < 2e-6, "{n} {l} {c}, {k} {f}, {shape:?}: {error:e}");
        }
    }
}

#[test]
fn a_sequence_in_pieces_with_a_halo_gives_the_same_bins() {
    for (_, gpu) in common::gpus() {
        let (length, channels, filters) = (96, 6, 10);
        let mut draw = Draw(5);
        let x = place(&draw.values(length * channels), [1, length, channels], &gpu);
        let kernel = place(&draw.values(5 * channels * filters), [5, channels, filters], &gpu);
        let bias = place(&draw.values(filters), [filters], &gpu);
        let shape = Block {
            dilation: 1,
            pool: 4,
            rectify: true,
        };
        let whole = block(x.clone(), kernel.clone(), bias.clone(), shape);
        // A bin's worth of halo on either side.
        let piece = block(x.narrow(1, 32, 32), kernel, bias, shape);
        let inside = piece.narrow(1, 1, 6);
        assert_eq!(error(inside, whole.narrow(1, 9, 6)), 0.0);
    }
}

#[test]
fn the_first_block_reads_bases_and_what_is_none() {
    for (_, gpu) in common::gpus() {
        let cpu = Device::flex();
        for ([n, l], [k, f], pool) in [
            ([1, 512], [15, 64], 8),
            ([2, 77], [22, 13], 1),
            ([1, 30], [20, 9], 2),
            ([3, 41], [4, 5], 3),
            ([1, 1], [15, 3], 1),
            ([2, 50], [1, 70], 8),
            ([1, 50], [6, 7], 16),
        ] {
            let mut draw = Draw(3);
            let bases: Vec<u8> = (0..n * l).map(|_| (draw.bits() >> 5) as u8 % 6).collect();
            let [kernel, bias] = [k * 4 * f, f].map(|count| draw.values(count));
            let on = |device: &Device| {
                let codes = codes(&bases, n, device);
                let kernel = place(&kernel, [k, 4, f], device);
                (codes, kernel, place(&bias, [f], device))
            };
            let (bases, kernel, bias) = on(&gpu);
            let y = first_block(bases, kernel, bias, pool);
            // Under autodiff the operations are the composed ones.
            let (bases, kernel, bias) = on(&cpu.clone().autodiff());
            let error = error(y, first_block(bases, kernel, bias, pool).inner());
            assert!(error < 2e-6, "{n} {l}, {k} {f}, {pool}: {error:e}");
        }
    }
}

/// Numbers that a float16 file may hold: large ones, and the smallest of the format among them.
fn as_of_a_file(values: &mut [f32]) {
    for (index, value) in values.iter_mut().enumerate() {
        let scale = [1.0, 40.0, 2e-4, 3e-7][index % 4];
        *value = f16::from_f32(*value * scale).to_f32();
    }
}

/// Adapters that read no numbers of 16 bits get float32; CI's reads them.
fn in_16_bits<const D: usize>(values: &[f32], shape: [usize; D], gpu: &Device) -> Option<Tensor<D>> {
    let exact = halves::exact(values, gpu);
    assert!(
        exact.is_some() || option_env!("CI").is_none(),
        "CI's adapter reads 16 bits"
    );
    exact.map(|exact| Weight::place(exact, shape, gpu))
}

#[test]
fn weights_in_16_bits_give_what_they_give_in_32() {
    for (_, gpu) in common::gpus() {
        let cpu = Device::flex();
        for ([n, l, c], [k, f], dilation, pool, rectify) in BLOCKS {
            let mut draw = Draw(7);
            let [x, mut kernel, bias, factors] = [n * l * c, k * c * f, f, f].map(|count| draw.values(count));
            as_of_a_file(&mut kernel);
            let Some(on_gpu) = in_16_bits(&kernel, [k, c, f], &gpu) else {
                continue;
            };
            let shape = Block {
                dilation,
                pool,
                rectify,
            };
            let with_factors = halves::with_factors(&bias, factors.iter().copied().map(f64::from));
            let y = block(
                place(&x, [n, l, c], &gpu),
                on_gpu,
                place(&with_factors, [2 * f], &gpu),
                shape,
            );
            let scaled: Vec<f32> = kernel.iter().zip(factors.iter().cycle()).map(|(w, s)| w * s).collect();
            let (x, scaled) = (place(&x, [n, l, c], &cpu), place(&scaled, [k, c, f], &cpu));
            let expected = block::composed(x, scaled, place(&bias, [f], &cpu), shape);
            let error = error(y, expected);
            assert!(error < 2e-6, "{n} {l} {c}, {k} {f}, {shape:?}: {error:e}");
        }
        let (l, d) = (37, 5);
        let mut draw = Draw(9);
        let [h, mut weight, bias] = [l * d, d * d, d].map(|count| draw.values(count));
        as_of_a_file(&mut weight);
        let Some(on_gpu) = in_16_bits(&weight, [d, d], &gpu) else {
            continue;
        };
        let with_factors = halves::with_factors(&bias, [1.0; 5].into_iter());
        let (x, b) = (place(&h, [1, l, d], &gpu), place(&with_factors, [2 * d], &gpu));
        let attended = attention_head(x, on_gpu, b, None, true, 0..l, true);
        let (x, w, b) = (
            place(&h, [1, l, d], &cpu),
            place(&weight, [d, d], &cpu),
            place(&bias, [d], &cpu),
        );
        let (context, _) = context::composed(x, w, b, None, true);
        let error = error(attended.context, context);
        assert!(error < 5e-6, "a head: {error:e}");
    }
}

#[test]
fn weights_that_16_bits_would_change_stay_as_they_are() {
    for (_, gpu) in common::gpus() {
        for changed in [0.1, 64.0, 1e-9, f32::INFINITY, f32::NAN] {
            assert!(halves::exact(&[0.5, changed], &gpu).is_none(), "{changed}");
        }
    }
    assert!(
        halves::exact(&[0.5], &Device::flex()).is_none(),
        "the CPU reads float32"
    );
}

#[test]
fn a_head_of_attention_is_its_composed_form() {
    for (_, gpu) in common::gpus() {
        let cpu = Device::flex();
        for [n, l, d] in [[1, 128, 72], [2, 37, 5], [1, 1, 3], [1, 70, 1]] {
            for (positioned, rectify) in [(false, false), (true, false), (true, true), (false, true)] {
                let mut draw = Draw(9);
                let h = draw.values(n * l * d);
                let weight = draw.values(d * d);
                let bias = draw.values(d);
                let f: Vec<f32> = draw.values(2 * l - 1).iter().map(|v| v.abs()).collect();
                let on = |device: &Device| {
                    let position = positioned.then(|| place(&f, [2 * l - 1], device));
                    (
                        place(&h, [n, l, d], device),
                        place(&weight, [d, d], device),
                        place(&bias, [d], device),
                        position,
                    )
                };
                let (x, w, b, position) = on(&gpu);
                let attended = attention_head(x, w, b, position, rectify, 0..l, true);
                let (x, w, b, position) = on(&cpu);
                let (context, weights) = context::composed(x, w, b, position, rectify);
                let case = format!("{n} {l} {d}, positioned {positioned}, rectified {rectify}");
                let of_context = error(attended.context, context);
                assert!(of_context < 5e-6, "{case}: {of_context:e}");
                let of_weights = error(attended.weights.expect("asked for"), weights);
                assert!(of_weights < 5e-6, "{case}: {of_weights:e}");
            }
            let mut draw = Draw(1);
            let (h, e) = (draw.values(n * l * d), draw.values(l * l));
            let on = |device: &Device| (place(&h, [n, l, d], device), place(&e, [l, l], device));
            let (x, weights) = on(&gpu);
            let mixed = mix(x, weights, 0..l);
            let (x, weights) = on(&cpu);
            let error = error(mixed, weights.unsqueeze_dim::<3>(0).matmul(x));
            assert!(error < 2e-6, "{n} {l} {d}: {error:e}");
        }
    }
}

#[test]
fn great_scores_do_not_overflow() {
    for (_, gpu) in common::gpus() {
        let cpu = Device::flex();
        let (l, d) = (20, 4);
        let mut draw = Draw(2);
        let h: Vec<f32> = draw.values(l * d).iter().map(|v| 300.0 * v).collect();
        let weight = draw.values(d * d);
        let on = |device: &Device| {
            (
                place(&h, [1, l, d], device),
                place(&weight, [d, d], device),
                place(&[0.5; 4], [d], device),
            )
        };
        let (x, w, b) = on(&gpu);
        let attended = attention_head(x, w, b, None, false, 0..l, true);
        let (x, w, b) = on(&cpu);
        let (context, _) = context::composed(x, w, b, None, false);
        let error = error(attended.context, context);
        assert!(error < 1e-3, "{error:e}");
    }
}
