//! Tests that every layer shows infinities and NaN of its input in its output, on all instruction sets.

use super::block::{self, Filters, Parameters, Reversed, training};
use super::cases::{Recurrence, layer, weights as draw};
use super::context::{self, Head as AttentionHead, Query};
use super::context_gradient::{Attended, attended_gradient, mixed_gradient};
use super::level::Head;
use super::packed::Packed;
use super::simd::Simd;
use crate::compare::rectified;
use crate::convolution::{self, Stride};
use crate::training_block::Dropout;

/// Infinities, and NaN with and without a payload, of either sign, quiet and signalling.
const HIDDEN: [u32; 8] = [
    0x7fc0_0000,
    0x7fc0_0001,
    0x7fff_ffff,
    0xffc1_2345,
    0x7f80_0001,
    0x7fc0_01ff,
    0x7f80_0000,
    0xff80_0000,
];

/// Puts each of [`HIDDEN`] at some positions of `x`, the first and the last included. An output of `layer` must then be
/// NaN or infinite, and none before.
fn shows(name: &str, x: &[f32], layer: impl Fn(Simd, &[f32]) -> Vec<f32>) {
    let step = (x.len() / if x.len() < 10_000 { 7 } else { 2 }).max(1);
    let places = (0..x.len()).step_by(step).chain([x.len() - 1]);
    for simd in Simd::available() {
        let of_numbers = layer(simd, x);
        assert!(of_numbers.iter().all(|y| y.is_finite()), "{simd:?}, {name}");
        for place in places.clone() {
            for bits in HIDDEN {
                let mut x = x.to_vec();
                x[place] = f32::from_bits(bits);
                let y = layer(simd, &x);
                let seen = y.iter().any(|y| !y.is_finite());
                assert!(seen, "{simd:?}, {name}: {bits:x} at {place} is not seen");
            }
        }
    }
}

#[test]
fn recurrences_show_it() {
    for case in [[5, 9, 2, 1, 32], [1, 7, 3, 2, 20], [2, 3, 2, 3, 1]].map(Recurrence::new) {
        let (sizes, x) = (case.sizes, &case.x);
        for (name, head) in [("states", Head::States), ("attention", Head::Attention(&case.context))] {
            shows(&format!("{name} of {sizes:?}"), x, |simd, x| {
                let packed = Packed::new(&case.weights(), sizes, simd.lanes());
                simd.forward(x, &packed, head, sizes)
            });
            let gradient = draw(sizes.examples * sizes.encoders * head.row(sizes), 6);
            let of = |simd: Simd, x: &[f32]| simd.input_gradient(x, &case.weights(), head, &gradient, sizes);
            shows(&format!("{name} of {sizes:?}, again"), x, |simd, x| of(simd, x).0);
            shows(&format!("gradient of {name} of {sizes:?}"), x, |simd, x| of(simd, x).1);
        }
    }
}

#[test]
fn attentions_and_connected_layers_show_it() {
    for [rows, encoders, positions, channels] in [[6, 1, 30, 50], [6, 3, 5, 5], [1, 1, 1, 1]] {
        let states = draw(rows * positions * channels, 1);
        let (context, gradient) = (draw(encoders * channels, 2), draw(rows * channels, 3));
        let name = format!("attention of {rows}, {positions}, {channels}");
        let of = |simd: Simd, states: &[f32]| simd.attention(states, &context, positions, channels);
        shows(&name, &states, |simd, states| of(simd, states).0);
        shows(&format!("gradient of {name}"), &states, |simd, states| {
            simd.attention_gradient(states, &context, &gradient, positions, channels)
        });
    }
    for [examples, inputs, outputs] in [[6, 32, 1], [3, 11, 9], [1, 1, 1]] {
        let (x, weight, bias) = (draw(examples * inputs, 1), draw(outputs * inputs, 2), draw(outputs, 3));
        shows(&format!("{inputs} to {outputs}"), &x, |simd, x| {
            let mut y = simd.linear(x, &weight, &bias);
            y.iter_mut().for_each(|y| *y = rectified(*y));
            y
        });
    }
}

#[test]
fn convolutions_show_it() {
    for [n, t, e, c, f, k, pool] in [[2, 20, 1, 5, 50, 10, 1], [2, 20, 5, 1, 7, 4, 3], [3, 6, 1, 6, 3, 3, 2]] {
        let stride = Stride {
            pool,
            ..Stride::same(k)
        };
        let sizes = convolution::Sizes::new([n, t, e, c], [e, f, c, k], [e, f], stride);
        let (x, weight, bias) = (draw(n * t * e * c, 1), draw(e * f * c * k, 2), draw(e * f, 3));
        let gradient = draw(sizes.result().iter().product(), 4);
        let name = format!("{sizes:?}");
        shows(&name, &x, |simd, x| simd.convolution(x, &weight, &bias, sizes));
        shows(&format!("gradient of {name}"), &x, |simd, x| {
            simd.convolution_gradient(x, &weight, &bias, &gradient, sizes)
        });
    }
}

#[test]
fn blocks_show_it() {
    // N, L, C, F, K, dilation, pool: whole windows, and minimal filtering.
    for sizes in [
        [2, 40, 3, 5, 4, 1, 4],
        [1, 30, 3, 17, 3, 2, 1],
        [1, 1_040, 33, 34, 5, 1, 8],
        [1, 1_040, 33, 34, 3, 1, 1],
    ] {
        let [examples, positions, channels, filters, width, ..] = sizes;
        for rectify in [false, true] {
            let layer = layer(sizes, rectify);
            let x = draw(examples * positions * channels, 1);
            let (kernel, bias) = (draw(width * channels * filters, 2), draw(filters, 3));
            shows(&format!("{layer:?}"), &x, |simd, x| {
                block::block(simd, x, &kernel, &bias, layer)
            });
            shows(&format!("{layer:?} for many calls"), &x, |simd, x| {
                block::with_filters(simd, x, &Filters::new(simd, &kernel, layer), &bias, layer)
            });
            let gradient = draw(examples * layer.pooled() * filters, 4);
            let of_norm = Parameters {
                kernel: &kernel,
                gamma: &bias,
                beta: &bias,
                epsilon: 1e-3,
                dropout: Dropout::NONE,
            };
            shows(&format!("{layer:?} in training"), &x, |simd, x| {
                training::forward(simd, x, of_norm, layer).y
            });
            if examples == 1 {
                let all = gradient.as_slice();
                shows(&format!("gradient of {layer:?}"), &x, |simd, x| {
                    let of_x = Reversed::new(simd, &kernel, layer).input_gradient(x, all);
                    of_x.into_iter()
                        .chain(block::block(simd, x, &kernel, &bias, layer))
                        .collect()
                });
            }
        }
    }
}

/// The example shows it, at any position of a maximum; no other example does.
#[test]
fn every_place_of_a_pool_shows_it() {
    let layer = layer([4, 6, 2, 19, 1, 1, 6], false);
    let (x, kernel, bias) = (draw(48, 1), draw(38, 2), draw(19, 3));
    for simd in Simd::available() {
        for place in 0..24 {
            for bits in HIDDEN {
                let mut x = x.clone();
                x[2 * place] = f32::from_bits(bits);
                let y = block::block(simd, &x, &kernel, &bias, layer);
                for (index, y) in y.chunks_exact(19).enumerate() {
                    let hit = index == place / 6;
                    assert!(
                        y.iter().all(|y| y.is_finite() != hit),
                        "{simd:?}, {bits:x} at {place}: {y:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn contexts_show_it() {
    let (length, size) = (37, 5);
    let h = draw(length * size, 1);
    let (weight, bias, position) = (draw(size * size, 2), draw(size, 3), draw(2 * length - 1, 4));
    let dc = draw(length * size, 5);
    for rectify in [false, true] {
        shows("a head", &h, |simd, h| {
            let query = Query::new(simd, &weight, &bias);
            let head = AttentionHead {
                query: &query,
                position: Some(&position),
                rectify,
            };
            context::attention_head(simd, h, [length, size], head, 0..length, false).0
        });
        let head = Attended {
            weight: &weight,
            bias: &bias,
            position: Some(&position),
            rectify,
        };
        shows("a head's gradient", &h, |simd, h| attended_gradient(simd, h, &dc, head));
    }
    let e = draw(length * length, 6);
    shows("mixed bins", &h, |simd, h| context::mix(simd, h, &e, length, size));
    shows("a gradient of mixed bins", &dc, |simd, dc| {
        mixed_gradient(simd, &e, dc, size)
    });
}
