//! Convolution over slices: each window against all filters, a vector of filters at a time.

use super::attention::dot;
use super::buffer::{Buffer, product};
use super::vector::Vector;
use crate::convolution::{Sizes, Stride};

/// Vectors of filters whose sums are in registers at a time.
const BLOCK: usize = 4;

/// Packed filters: for each encoder the biases, then for each value of a window its factor in all filters.
///
/// ```text
/// [E, 1 + C K, F padded to whole blocks]
/// ```
pub struct Filters {
    values: Buffer,
    /// F padded.
    width: usize,
}

impl Filters {
    /// Packs `weight` [E, F, C, K] and `bias` [E, F], for vectors of `lanes`.
    pub fn new(weight: &[f32], bias: &[f32], sizes: Sizes, lanes: usize) -> Self {
        let width = sizes.filters.next_multiple_of(lanes);
        let window = product(&[sizes.channels, sizes.width]);
        let mut values = Buffer::of([sizes.encoders, 1 + window, width]);
        for filter in 0..sizes.encoders * sizes.filters {
            let (encoder, column) = (filter / sizes.filters, filter % sizes.filters);
            let first = encoder * (1 + window) * width + column;
            values[first] = bias[filter];
            for (row, value) in weight[filter * window..][..window].iter().enumerate() {
                values[first + (1 + row) * width] = *value;
            }
        }
        Self { values, width }
    }
}

/// The frames of the examples from `first` on, to the length of `out` [count, E, pooled, F].
#[inline(always)]
pub fn run<V: Vector>(x: &[f32], filters: &Filters, sizes: Sizes, first: usize, out: &mut [f32]) {
    let Sizes {
        positions,
        encoders,
        channels,
        width,
        pooled,
        stride,
        ..
    } = sizes;
    let mut window = vec![0.0; product(&[channels, width])];
    let mut frame = Buffer::zeros(filters.width);
    let mut best = Buffer::zeros(filters.width);
    let per_encoder = (1 + window.len()) * filters.width;
    for (row, out) in out.chunks_exact_mut(pooled * sizes.filters).enumerate() {
        let (example, encoder) = (first + row / encoders, row % encoders);
        let x = &x[example * positions * encoders * channels..];
        let filters = &filters.values[encoder * per_encoder..][..per_encoder];
        for (index, out) in out.chunks_exact_mut(sizes.filters).enumerate() {
            // Frames after ReLU are not negative, so that the maximum may begin at 0.
            best.fill(0.0);
            for t in index * stride.pool..(index + 1) * stride.pool {
                for (c, window) in window.chunks_exact_mut(width).enumerate() {
                    for (k, value) in window.iter_mut().enumerate() {
                        *value = match (t + k).checked_sub(stride.left) {
                            Some(at) if at < positions => x[(at * encoders + encoder) * channels + c],
                            _ => 0.0,
                        };
                    }
                }
                apply::<V>(filters, &window, &mut frame);
                for (best, &frame) in best.iter_mut().zip(frame.iter()) {
                    *best = best.max(frame);
                }
            }
            out.copy_from_slice(&best[..sizes.filters]);
        }
    }
}

/// The output of every filter for one window, before ReLU.
#[inline(always)]
fn apply<V: Vector>(filters: &[f32], window: &[f32], frame: &mut [f32]) {
    let width = frame.len();
    let mut column = 0;
    while column < width {
        if column + BLOCK * V::LANES <= width {
            block::<V, BLOCK>(filters, window, width, column, frame);
            column += BLOCK * V::LANES;
        } else {
            block::<V, 1>(filters, window, width, column, frame);
            column += V::LANES;
        }
    }
}

/// The same for N vectors of filters from `column` on.
#[inline(always)]
fn block<V: Vector, const N: usize>(filters: &[f32], window: &[f32], width: usize, column: usize, frame: &mut [f32]) {
    assert!(filters.len() >= (1 + window.len()) * width && column + N * V::LANES <= width);
    assert!(frame.len() == width);
    // SAFETY: rows have `width` values, of which these are the last at most; there is a row for the biases and one a
    // window's value.
    unsafe {
        let row = |row: usize| filters.as_ptr().add(row * width + column);
        let mut sums: [V; N] = std::array::from_fn(|n| V::load(row(0).add(n * V::LANES)));
        for (index, &value) in window.iter().enumerate() {
            let value = V::splat(value);
            let row = row(1 + index);
            for (n, sum) in sums.iter_mut().enumerate() {
                *sum = value.mul_add(V::load(row.add(n * V::LANES)), *sum);
            }
        }
        for (n, sum) in sums.into_iter().enumerate() {
            sum.store(frame.as_mut_ptr().add(column + n * V::LANES));
        }
    }
}

/// Filters packed for the backward pass without pooling: [E, C, K reversed, F padded].
pub struct Reversed {
    values: Buffer,
    /// F padded.
    width: usize,
}

impl Reversed {
    /// Packs `weight` [E, F, C, K] for vectors of `lanes`.
    pub fn new(weight: &[f32], sizes: Sizes, lanes: usize) -> Self {
        let width = sizes.filters.next_multiple_of(lanes);
        let window = product(&[sizes.channels, sizes.width]);
        let mut values = Buffer::of([sizes.encoders, window, width]);
        for (filter, weights) in weight.chunks_exact(window).enumerate() {
            let (encoder, column) = (filter / sizes.filters, filter % sizes.filters);
            for (c, weights) in weights.chunks_exact(sizes.width).enumerate() {
                for (k, weight) in weights.iter().rev().enumerate() {
                    values[((encoder * sizes.channels + c) * sizes.width + k) * width + column] = *weight;
                }
            }
        }
        Self { values, width }
    }

    /// Returns true if they suit these sizes: no pooling, and no frame in the padding alone.
    pub fn suit(sizes: Sizes) -> bool {
        let Stride { left, right, pool } = sizes.stride;
        pool == 1 && left.max(right) < sizes.width
    }
}

/// [`input_gradient`] without pooling: each value of x gets the scalar product of the filters with the gradients of the
/// frames that read it.
#[inline(always)]
pub fn unpooled_gradient<V: Vector>(
    frames: &[f32],
    reversed: &Reversed,
    gradient: &[f32],
    sizes: Sizes,
    first: usize,
    x_gradient: &mut [f32],
) {
    let Sizes {
        positions,
        encoders,
        channels,
        filters,
        width,
        stride,
        ..
    } = sizes;
    let count = stride.frames(positions, width) * filters;
    let window = width * reversed.width;
    // Frames before the first or after the last have no gradient: their rows stay 0.
    let mut passed = Buffer::of([positions + width - 1, reversed.width]);
    let before = (width - 1 - stride.left) * reversed.width;
    for (index, x_gradient) in x_gradient.chunks_exact_mut(positions * encoders * channels).enumerate() {
        for encoder in 0..encoders {
            let row = ((first + index) * encoders + encoder) * count;
            let frames = frames[row..][..count].chunks_exact(filters);
            let gradients = gradient[row..][..count].chunks_exact(filters);
            let rows = passed[before..].chunks_exact_mut(reversed.width);
            for (to, (frame, gradient)) in rows.zip(frames.zip(gradients)) {
                for (to, (&frame, &gradient)) in to.iter_mut().zip(frame.iter().zip(gradient)) {
                    *to = if frame > 0.0 { gradient } else { 0.0 };
                }
            }
            for (position, bin) in x_gradient.chunks_exact_mut(encoders * channels).enumerate() {
                let passed = &passed[position * reversed.width..][..window];
                let weights = reversed.values[encoder * channels * window..].chunks_exact(window);
                for (to, weights) in bin[encoder * channels..][..channels].iter_mut().zip(weights) {
                    *to = dot::<V>(weights, passed);
                }
            }
        }
    }
}

/// Filters packed for the backward pass with pooling, [E, F, K, C].
pub fn windows(weight: &[f32], sizes: Sizes) -> Vec<f32> {
    let Sizes { channels, width, .. } = sizes;
    let mut windows = Vec::with_capacity(weight.len());
    for filter in weight.chunks_exact(channels * width) {
        for k in 0..width {
            windows.extend(filter.iter().skip(k).step_by(width));
        }
    }
    windows
}

/// The gradient of x, [count, T, E, C], for the examples from `first` on, from `frames` y [N, E, frames, F] before
/// pooling and the `gradient` [N, E, pooled, F] after pooling. It is passed to the first frame of the maximum, unless
/// that is 0, and from there to its window:
///
/// ```text
/// dx_(t + k - left),c += Σ_f W_fck dy_tf
/// ```
pub fn input_gradient(
    frames: &[f32],
    windows: &[f32],
    gradient: &[f32],
    sizes: Sizes,
    first: usize,
    x_gradient: &mut [f32],
) {
    let Sizes {
        positions,
        encoders,
        channels,
        filters,
        width,
        pooled,
        stride,
        ..
    } = sizes;
    let window = width * channels;
    let mut padded = vec![0.0; product(&[stride.left + positions + stride.right, channels])];
    let rows = stride.frames(positions, width) * filters;
    for (index, x_gradient) in x_gradient.chunks_exact_mut(positions * encoders * channels).enumerate() {
        for encoder in 0..encoders {
            let row = (first + index) * encoders + encoder;
            let frames = &frames[row * rows..][..rows];
            let gradient = &gradient[row * pooled * filters..][..pooled * filters];
            padded.fill(0.0);
            for (place, &gradient) in gradient.iter().enumerate() {
                let (block, filter) = (place / filters, place % filters);
                let mut largest = (0.0, None);
                for t in block * stride.pool..(block + 1) * stride.pool {
                    let frame = frames[t * filters + filter];
                    if frame > largest.0 {
                        largest = (frame, Some(t));
                    }
                }
                let Some(t) = largest.1 else {
                    continue;
                };
                let weights = &windows[(encoder * filters + filter) * window..][..window];
                for (to, weight) in padded[t * channels..].iter_mut().zip(weights) {
                    *to += gradient * weight;
                }
            }
            let inner = padded[stride.left * channels..].chunks_exact(channels);
            let bins = x_gradient.chunks_exact_mut(encoders * channels);
            for (to, from) in bins.zip(inner) {
                to[encoder * channels..][..channels].copy_from_slice(from);
            }
        }
    }
}
