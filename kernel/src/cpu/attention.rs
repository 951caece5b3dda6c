//! Attention over the states of one gene, forward and backward, while they are in cache.

use super::activation::{TOGETHER, softmax};
use super::buffer::{Buffer, pad, unpad};
use super::vector::Vector;

/// Parallel sums, which hide the latency of a multiply-add.
const CHAINS: usize = 4;

/// The weights a and the weighted sum r of `states` h [T, C]:
///
/// ```text
/// a = softmax(h · context)        r = Σ_t a_t h_t
/// ```
///
/// C is a multiple of the lanes; `context` and `sum` are [C], `weights` is [T].
// Calling it for each row makes 256 genes 6 % slower in Chromium with relaxed SIMD. With plain SIMD calls cost nothing,
// and its engine has no room for copies.
#[cfg_attr(all(target_arch = "wasm32", not(feature = "relaxed-simd")), inline(never))]
#[cfg_attr(any(not(target_arch = "wasm32"), feature = "relaxed-simd"), inline(always))]
pub fn attend<V: Vector>(states: &[f32], context: &[f32], sum: &mut [f32], weights: &mut [f32]) {
    for (weight, state) in weights.iter_mut().zip(states.chunks_exact(context.len())) {
        *weight = dot::<V>(state, context);
    }
    softmax::<V>(weights);
    weigh::<V>(states, weights, sum);
}

/// Σ_t a_t h_t: a few positions at a time in float32, and their sums in float64, for any number of positions.
#[inline(always)]
fn weigh<V: Vector>(states: &[f32], weights: &[f32], sum: &mut [f32]) {
    let channels = sum.len();
    sum.fill(0.0);
    let mut totals: Vec<f64> = Vec::new();
    let parts = weights.chunks(TOGETHER).zip(states.chunks(TOGETHER * channels));
    for (part, (weights, states)) in parts.enumerate() {
        if part > 0 {
            totals.resize(channels, 0.0);
            for (total, sum) in totals.iter_mut().zip(&mut *sum) {
                *total += f64::from(std::mem::take(sum));
            }
        }
        for (&weight, state) in weights.iter().zip(states.chunks_exact(channels)) {
            add_scaled::<V>(sum, weight, state);
        }
    }
    for (sum, total) in sum.iter_mut().zip(totals) {
        *sum = (total + f64::from(*sum)) as f32;
    }
}

/// [`attend`] for many rows: sums [R, C] and weights [R, T] of `states` [R, T, C]; row r has the context vector r mod E
/// of `context` [E, C]. Any C.
#[inline(always)]
pub fn attend_rows<V: Vector>(
    states: &[f32],
    context: &[f32],
    positions: usize,
    channels: usize,
) -> (Vec<f32>, Vec<f32>) {
    let width = channels.next_multiple_of(V::LANES);
    let (rows, encoders) = (states.len() / (positions * channels), context.len() / channels);
    let mut padded = Buffer::zeros(positions * width);
    let (mut padded_context, mut sum) = (Buffer::zeros(width), Buffer::zeros(width));
    let mut sums = vec![0.0; rows * channels];
    let mut weights = vec![0.0; rows * positions];
    for row in 0..rows {
        let states = &states[row * positions * channels..][..positions * channels];
        let context = &context[row % encoders * channels..][..channels];
        pad(states, &mut padded, width, channels);
        pad(context, &mut padded_context, width, channels);
        let weights = &mut weights[row * positions..][..positions];
        attend::<V>(&padded, &padded_context, &mut sum, weights);
        sums[row * channels..][..channels].copy_from_slice(&sum[..channels]);
    }
    (sums, weights)
}

/// The gradient [R, T, C] of the states, from the gradient [R, C] of the sums alone; `states` and `context` as for
/// [`attend_rows`].
#[inline(always)]
pub fn rows_gradient<V: Vector>(
    states: &[f32],
    context: &[f32],
    sums_gradient: &[f32],
    positions: usize,
    channels: usize,
) -> Vec<f32> {
    let width = channels.next_multiple_of(V::LANES);
    let encoders = context.len() / channels;
    let buffer = |rows: usize| Buffer::zeros(rows * width);
    let (mut padded, mut gradient) = (buffer(positions), buffer(positions));
    let (mut padded_context, mut padded_gradient) = (buffer(1), buffer(1));
    let (mut sum, mut of_context) = (buffer(1), buffer(1));
    let (mut weights, mut scores) = (vec![0.0; positions], vec![0.0; positions]);
    let none = vec![0.0; positions];
    let mut states_gradient = vec![0.0; states.len()];
    let rows = states
        .chunks_exact(positions * channels)
        .zip(states_gradient.chunks_exact_mut(positions * channels));
    for (row, (states, to)) in rows.enumerate() {
        let context = &context[row % encoders * channels..][..channels];
        pad(states, &mut padded, width, channels);
        pad(context, &mut padded_context, width, channels);
        let of_sum = &sums_gradient[row * channels..][..channels];
        pad(of_sum, &mut padded_gradient, width, channels);
        attend::<V>(&padded, &padded_context, &mut sum, &mut weights);
        backward::<V>(
            &padded,
            &padded_context,
            &weights,
            (&padded_gradient, &none),
            &mut scores,
            &mut gradient,
            &mut of_context,
        );
        unpad(&gradient, to, width, channels);
    }
    states_gradient
}

/// The gradient of the states and of the context, from the gradients dr [C] of the sum and da [T] of the weights:
///
/// ```text
/// s_t = dr · h_t + da_t        ds_t = a_t (s_t - Σ a s)
/// dh_t = a_t dr + ds_t context        dcontext += Σ_t ds_t h_t
/// ```
///
/// `scores` [T] is scratch memory.
#[inline(always)]
pub fn backward<V: Vector>(
    states: &[f32],
    context: &[f32],
    weights: &[f32],
    (sum_gradient, weights_gradient): (&[f32], &[f32]),
    scores: &mut [f32],
    states_gradient: &mut [f32],
    context_gradient: &mut [f32],
) {
    let channels = context.len();
    let mut mean = 0.0_f64;
    for (t, state) in states.chunks_exact(channels).enumerate() {
        scores[t] = dot::<V>(state, sum_gradient) + weights_gradient[t];
        mean += f64::from(weights[t]) * f64::from(scores[t]);
    }
    let mean = mean as f32;
    let rows = states
        .chunks_exact(channels)
        .zip(states_gradient.chunks_exact_mut(channels));
    for (t, (state, gradient)) in rows.enumerate() {
        let score = weights[t] * (scores[t] - mean);
        gradient.fill(0.0);
        add_scaled::<V>(gradient, weights[t], sum_gradient);
        add_scaled::<V>(gradient, score, context);
        add_scaled::<V>(context_gradient, score, state);
    }
}

/// `to += factor * from`; whole vectors.
#[inline(always)]
fn add_scaled<V: Vector>(to: &mut [f32], factor: f32, from: &[f32]) {
    let factor = V::splat(factor);
    let vectors = to.chunks_exact_mut(V::LANES).zip(from.chunks_exact(V::LANES));
    for (to, from) in vectors {
        // SAFETY: a chunk has a register's values.
        unsafe {
            let sum = factor.mul_add(V::load(from.as_ptr()), V::load(to.as_ptr()));
            sum.store(to.as_mut_ptr());
        }
    }
}

/// The scalar product; whole vectors.
#[inline(always)]
pub fn dot<V: Vector>(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [V::splat(0.0); CHAINS];
    let vectors = a.chunks_exact(V::LANES).zip(b.chunks_exact(V::LANES));
    for (a, b) in vectors {
        // SAFETY: a chunk has a register's values.
        let product = unsafe { V::load(a.as_ptr()).mul_add(V::load(b.as_ptr()), sums[0]) };
        // Rotates the oldest sum to the end of the queue.
        sums = [sums[1], sums[2], sums[3], product];
    }
    let total = sums[0].add(sums[1]).add(sums[2].add(sums[3]));
    let mut lanes = [0.0_f32; 16];
    // SAFETY: no instruction set here has more than 16 lanes.
    unsafe { total.store(lanes.as_mut_ptr()) };
    lanes[..V::LANES].iter().sum()
}
