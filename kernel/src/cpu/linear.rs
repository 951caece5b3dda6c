//! A fully connected layer over slices.

use super::attention::dot;
use super::buffer::{Buffer, pad};
use super::vector::Vector;

/// Weights [outputs, inputs], each row padded to whole vectors.
pub struct Rows {
    values: Buffer,
    inputs: usize,
    width: usize,
}

impl Rows {
    /// Packs `weight` for vectors of `lanes`.
    pub fn new(weight: &[f32], inputs: usize, lanes: usize) -> Self {
        let width = inputs.next_multiple_of(lanes);
        let mut values = Buffer::zeros(weight.len() / inputs * width);
        pad(weight, &mut values, width, inputs);
        Self { values, inputs, width }
    }
}

/// y [N, outputs] = W x + b of `x` [N, inputs] and `bias` `[outputs]`.
#[inline(always)]
pub fn run<V: Vector>(x: &[f32], weight: &Rows, bias: &[f32], y: &mut [f32]) {
    let mut row = Buffer::zeros(weight.width);
    let examples = x.chunks_exact(weight.inputs).zip(y.chunks_exact_mut(bias.len()));
    for (x, y) in examples {
        row[..weight.inputs].copy_from_slice(x);
        let outputs = weight.values.chunks_exact(weight.width).zip(bias);
        for (y, (weight, bias)) in y.iter_mut().zip(outputs) {
            *y = dot::<V>(weight, &row) + bias;
        }
    }
}

/// Adds to `x_gradient` [N, inputs] the contribution of the gradient of y, [N, outputs] or longer:
///
/// ```text
/// dx = Wᵀ dy
/// ```
#[inline(always)]
pub fn input_gradient(weight: &[f32], y_gradient: &[f32], inputs: usize, x_gradient: &mut [f32]) {
    let examples = x_gradient
        .chunks_exact_mut(inputs)
        .zip(y_gradient.chunks_exact(weight.len() / inputs));
    for (x_gradient, y_gradient) in examples {
        for (row, factor) in weight.chunks_exact(inputs).zip(y_gradient) {
            for (to, weight) in x_gradient.iter_mut().zip(row) {
                *to += factor * weight;
            }
        }
    }
}
