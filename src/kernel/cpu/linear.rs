//! A fully connected layer over slices.

use super::attention::dot;
use super::buffer::{Buffer, pad};
use super::vector::Vector;

/// y [N, outputs] = W x + b of `x` [N, inputs], `weight` [outputs, inputs] and `bias` `[outputs]`.
#[inline(always)]
pub fn run<V: Vector>(x: &[f32], weight: &[f32], bias: &[f32]) -> Vec<f32> {
    let inputs = weight.len() / bias.len();
    let width = inputs.next_multiple_of(V::LANES);
    let mut padded = Buffer::zeros(bias.len() * width);
    pad(weight, &mut padded, width, inputs);
    let mut row = Buffer::zeros(width);
    let mut y = Vec::with_capacity(x.len() / inputs * bias.len());
    for x in x.chunks_exact(inputs) {
        row[..inputs].copy_from_slice(x);
        let outputs = padded.chunks_exact(width).zip(bias);
        y.extend(outputs.map(|(weight, bias)| dot::<V>(weight, &row) + bias));
    }
    y
}
