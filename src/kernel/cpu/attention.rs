//! Attention over slices.

use super::activation::multiply_add;

/// Sums that run side by side in a scalar product, so that it fills vector registers.
const LANES: usize = 8;

/// One call's sizes: R rows (examples times encoders), E encoders, T positions, C values each.
#[derive(Debug, Clone, Copy)]
pub struct Sizes {
    pub rows: usize,
    pub encoders: usize,
    pub positions: usize,
    pub channels: usize,
}

/// The weighted sums [R, C] and the weights [R, T] of `states` [R, T, C]; row r has the context vector r mod E of `context` [E, C].
#[inline(always)]
pub fn run<const FMA: bool>(states: &[f32], context: &[f32], sizes: Sizes) -> (Vec<f32>, Vec<f32>) {
    let Sizes {
        rows,
        encoders,
        positions,
        channels,
    } = sizes;
    let mut sums = vec![0.0; rows * channels];
    let mut weights = vec![0.0; rows * positions];
    for row in 0..rows {
        let states = &states[row * positions * channels..][..positions * channels];
        let context = &context[row % encoders * channels..][..channels];
        let weights = &mut weights[row * positions..][..positions];
        for (weight, state) in weights.iter_mut().zip(states.chunks_exact(channels)) {
            *weight = dot::<FMA>(state, context);
        }
        softmax(weights);
        let sum = &mut sums[row * channels..][..channels];
        for (&weight, state) in weights.iter().zip(states.chunks_exact(channels)) {
            for (sum, &value) in sum.iter_mut().zip(state) {
                *sum = multiply_add::<FMA>(weight, value, *sum);
            }
        }
    }
    (sums, weights)
}

#[inline(always)]
fn dot<const FMA: bool>(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0; LANES];
    let (a_blocks, a_rest) = a.as_chunks::<LANES>();
    let (b_blocks, b_rest) = b.as_chunks::<LANES>();
    for (a, b) in a_blocks.iter().zip(b_blocks) {
        for lane in 0..LANES {
            sums[lane] = multiply_add::<FMA>(a[lane], b[lane], sums[lane]);
        }
    }
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    sums.iter().sum::<f32>() + rest
}

/// In place; the largest value is taken off first, so that nothing overflows.
#[inline(always)]
fn softmax(values: &mut [f32]) {
    let largest = values.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut total = 0.0;
    for value in values.iter_mut() {
        *value = (*value - largest).exp();
        total += *value;
    }
    for value in values {
        *value /= total;
    }
}
