//! Runs every loop once, with sizes that fill registers and tiles and sizes that do not, small enough for Miri.

use super::block::{self, Layer, Parameters, Reversed, training};
use super::cases::{Recurrence, layer, weights};
use super::context::{self, Head as AttentionHead, Query};
use super::context_gradient::{Attended, attended_gradient};
use super::level::Head;
use super::packed::Packed;
use super::simd::Simd;
use crate::convolution::{self, Stride};
use crate::sizes::Dropout;

/// The seed is not used here.
fn draw(count: usize) -> Vec<f32> {
    weights(count, 1)
}

fn finite(values: &[f32]) {
    assert!(!values.is_empty() && values.iter().all(|value| value.is_finite()));
}

#[test]
fn small_recurrences() {
    for case in [[1, 2, 1, 2, 3], [3, 2, 2, 1, 5]].map(Recurrence::new) {
        let (sizes, x, weights) = (case.sizes, &case.x, &case.weights());
        for simd in Simd::available() {
            for head in [Head::States, Head::Attention(&case.context)] {
                let packed = Packed::new(weights, sizes, simd.lanes());
                let gradient = draw(sizes.examples * sizes.encoders * head.row(sizes));
                finite(&simd.forward(x, &packed, head, sizes));
                finite(&simd.input_gradient(x, weights, head, &gradient, sizes).1);
                finite(&simd.backward(x, weights, head, &gradient, sizes, true).1);
            }
        }
    }
}

#[test]
fn small_convolutions_and_connected_layers() {
    let stride = Stride {
        pool: 2,
        ..Stride::same(3)
    };
    for channels in [1, 5] {
        let sizes = convolution::Sizes::new([2, 5, 1, channels], [1, 3, channels, 3], [1, 3], stride);
        let (x, weight, bias) = (draw(10 * channels), draw(9 * channels), draw(3));
        let gradient = draw(sizes.result().iter().product());
        for simd in Simd::available() {
            finite(&simd.convolution(&x, &weight, &bias, sizes));
            finite(&simd.convolution_gradient(&x, &weight, &bias, &gradient, sizes));
            let y = simd.linear(&x, &draw(7 * 5 * channels), &draw(7));
            finite(&simd.linear_gradient(&draw(7 * 5 * channels), &y, 5 * channels));
            let (sums, _) = simd.attention(&draw(2 * 35 * 5), &draw(5), 35, 5);
            finite(&simd.attention_gradient(&draw(2 * 35 * 5), &draw(5), &sums, 35, 5));
        }
    }
}

#[test]
fn small_blocks() {
    // C, F, K, dilation, pool: 33 filters fill the registers of one instruction set and one value of the next.
    for [channels, filters, width, dilation, pool] in [[4, 33, 3, 1, 1], [2, 5, 2, 1, 2], [1, 3, 3, 2, 1]] {
        let layer = layer([2, 6, channels, filters, width, dilation, pool], true);
        let (x, kernel, bias) = (draw(12 * channels), draw(width * channels * filters), draw(filters));
        let gradient = draw(2 * layer.pooled() * filters);
        let of_norm = || Parameters {
            kernel: &kernel,
            gamma: &bias,
            beta: &bias,
            epsilon: 1e-3,
            dropout: Dropout::NONE,
        };
        for simd in Simd::available() {
            finite(&block::block(simd, &x, &kernel, &bias, layer));
            let one = Layer { examples: 1, ..layer };
            let (x_of_one, dy) = (&x[..6 * channels], &gradient[..layer.pooled() * filters]);
            finite(&Reversed::new(simd, &kernel, one).input_gradient(x_of_one, dy));
            let output = training::forward(simd, &x, of_norm(), layer);
            finite(&output.y);
            finite(&training::backward(simd, &x, of_norm(), layer, output.record, &gradient, true).kernel);
        }
    }
}

#[test]
fn small_contexts() {
    let (length, size) = (5, 3);
    let (h, weight, bias) = (draw(length * size), draw(size * size), draw(size));
    let position = draw(2 * length - 1);
    for simd in Simd::available() {
        let query = Query::new(simd, &weight, &bias);
        let head = AttentionHead {
            query: &query,
            position: Some(&position),
            rectify: true,
        };
        let (context, attention) = context::attention_head(simd, &h, [length, size], head, 0..length, true);
        finite(&context);
        finite(&context::mix(simd, &h, &attention, length, size));
        let of = Attended {
            weight: &weight,
            bias: &bias,
            position: Some(&position),
            rectify: true,
        };
        finite(&attended_gradient(simd, &h, &context, of));
    }
}
