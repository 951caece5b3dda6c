//! The kernel of blocks, and of all other products along a sequence.

#![allow(
    clippy::used_underscore_binding,
    reason = "what CubeCL makes of a type that is defined at launch"
)]

use cubecl::prelude::*;

use super::forward::tanh_saturated;

/// Operation on a sum before it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ending {
    /// None.
    Plain,
    /// tanh.
    Tanh,
    /// As a score of bin f for bin t: optionally rectified, then optionally multiplied by the position function at f −
    /// t.
    Score { rectified: bool, positioned: bool },
}

/// Values that one thread computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Tile {
    /// Positions, `dilation` apart.
    pub positions: usize,
    /// Filters, [`LANES`] apart.
    pub filters: usize,
    /// Taps at a time: each value that is read is used for as many as possible.
    pub taps: usize,
    /// Width of max-pooling; divides `positions`.
    pub pool: usize,
}

/// Threads of a workgroup with the same positions and adjacent filters.
pub const LANES: usize = 8;

/// Threads of a workgroup with different positions.
pub const STRANDS: usize = 8;

/// Convolution, bias and pooling in one launch.
///
/// ```text
/// x [N, L, C]   kernel [K, C, F]   bias [F]   y [N, L / pool, F]
/// ```
///
/// If filters are `scaled`, factors [F] follow the biases, and multiply the convolution.
///
/// A thread keeps all sums of its tile in registers; `x` and `kernel` are read from memory through caches: neighbouring
/// threads read the same values and adjacent weights. Without workgroup memory there are no barriers, and all sizes are
/// runtime values: one shader serves all layers of a width, and compiles in a fraction of the time.
///
/// Positions of a thread are `dilation` apart, so that with any dilation, positions + taps − 1 values serve all its
/// taps. Positions outside the sequence count as zero; the first position is read in their place.
///
/// `x_step` and `kernel_step` are the distances between examples; 0 if all share the same.
#[cube(launch_unchecked)]
pub fn block<W: Float>(
    x: &[f32],
    kernel: &[W],
    bias: &[f32],
    function: &[f32],
    y: &mut [f32],
    x_step: u32,
    kernel_step: u32,
    length: u32,
    channels: u32,
    filters: u32,
    dilation: u32,
    left: u32,
    #[comptime] width: usize,
    #[comptime] tile: Tile,
    #[comptime] rectify: bool,
    #[comptime] biased: bool,
    #[comptime] scaled: bool,
    #[comptime] ending: Ending,
    #[define(W)] _weights: ElemType,
) {
    let positions = comptime!(tile.positions);
    let columns = comptime!(tile.filters);
    let taps = comptime!(tile.taps);
    let pool = comptime!(tile.pool);
    let rows = comptime!(tile.positions + tile.taps - 1);
    let lanes = comptime!(LANES as u32);

    let length = length as usize;
    let channels = channels as usize;
    let filters = filters as usize;
    let dilation = dilation as usize;
    let left = left as usize;
    let example = CUBE_POS_Z as usize;
    let first_x = example * x_step as usize;
    let first_kernel = example * kernel_step as usize;
    let strand = (CUBE_POS_X * comptime!(STRANDS as u32) + UNIT_POS_X / lanes) as usize;
    let first_position = strand / dilation * positions * dilation + strand % dilation;
    let first_filter = (CUBE_POS_Y * comptime!((LANES * tile.filters) as u32) + UNIT_POS_X % lanes) as usize;

    // Filters beyond the last repeat it, and are not stored.
    let mut filter = Array::<usize>::new(columns);
    #[unroll]
    for r in 0..columns {
        filter[r] = (first_filter + r * comptime!(LANES)).min(filters - 1);
    }
    let mut sums = Array::<f32>::new(comptime!(tile.positions * tile.filters));
    #[unroll]
    for r in 0..columns {
        let mut start = 0.0f32;
        if comptime!(biased && !scaled) {
            start = bias[filter[r]];
        }
        #[unroll]
        for p in 0..positions {
            sums[p * columns + r] = start;
        }
    }

    let mut row = Array::<usize>::new(rows);
    let mut least = Array::<f32>::new(rows);
    let mut most = Array::<f32>::new(rows);
    let mut value = Array::<f32>::new(rows);
    let mut weight = Array::<f32>::new(columns);
    for step in 0..comptime!(width / tile.taps) {
        #[unroll]
        for j in 0..rows {
            let at = first_position + (step * taps + j) * dilation;
            let inside = at >= left && at < length + left;
            row[j] = first_x + select(inside, at - left, 0) * channels;
            // One pair of limits rectifies and pads.
            most[j] = select(inside, 3.0e38f32, 0.0f32);
            least[j] = 0.0f32;
            if comptime!(!rectify) {
                least[j] = -most[j];
            }
        }
        for c in 0..channels {
            #[unroll]
            for j in 0..rows {
                value[j] = x[row[j] + c].clamp(least[j], most[j]);
            }
            #[unroll]
            for k in 0..taps {
                let at = first_kernel + ((step * taps + k) * channels + c) * filters;
                #[unroll]
                for r in 0..columns {
                    weight[r] = f32::cast_from(kernel[at + filter[r]]);
                }
                #[unroll]
                for p in 0..positions {
                    #[unroll]
                    for r in 0..columns {
                        sums[p * columns + r] += value[p + k] * weight[r];
                    }
                }
            }
        }
    }

    let pooled = length / pool;
    #[unroll]
    for r in 0..columns {
        let column = first_filter + r * comptime!(LANES);
        if comptime!(scaled) {
            let factor = bias[filters + filter[r]];
            #[unroll]
            for p in 0..positions {
                sums[p * columns + r] = sums[p * columns + r] * factor + bias[filter[r]];
            }
        }
        #[unroll]
        for group in 0..comptime!(tile.positions / tile.pool) {
            let mut best = sums[group * pool * columns + r];
            #[unroll]
            for offset in 1..pool {
                best = best.max(sums[(group * pool + offset) * columns + r]);
            }
            let position = first_position + group * pool * dilation;
            let at = position / pool;
            if column < filters && at < pooled {
                if comptime!(ending == Ending::Tanh) {
                    best = tanh_saturated(best);
                }
                if comptime!(matches!(ending, Ending::Score { rectified: true, .. })) {
                    best = best.max(0.0f32);
                }
                if comptime!(matches!(ending, Ending::Score { positioned: true, .. })) {
                    best *= function[column + length - 1 - at];
                }
                y[(example * pooled + at) * filters + column] = best;
            }
        }
    }
}
