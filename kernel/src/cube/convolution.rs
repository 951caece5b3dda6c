//! The convolution kernel.

use cubecl::prelude::*;

/// Convolution, ReLU and pooling in one launch, one thread per output.
///
/// ```text
/// x [N, T, E, C]   weight [E, F, C, K]   bias [E, F]   y [N, E, pooled, F]
/// ```
#[cube(launch_unchecked)]
pub fn convolution(
    x: &[f32],
    weight: &[f32],
    bias: &[f32],
    y: &mut [f32],
    outputs: u32,
    #[comptime] positions: usize,
    #[comptime] encoders: usize,
    #[comptime] channels: usize,
    #[comptime] filters: usize,
    #[comptime] width: usize,
    #[comptime] pooled: usize,
    #[comptime] left: usize,
    #[comptime] pool: usize,
) {
    let output = (CUBE_POS_X + CUBE_POS_Y * CUBE_COUNT_X) * CUBE_DIM_X + UNIT_POS_X;
    if output < outputs {
        let output = output as usize;
        let filter = output % filters;
        let frame = output / filters % pooled;
        let encoder = output / (filters * pooled) % encoders;
        let example = output / (filters * pooled * encoders);
        let first_weight = (encoder * filters + filter) * channels * width;
        // Frames after ReLU are not negative, so that the maximum may begin at 0.
        let mut best = 0.0f32;
        for offset in 0..pool {
            let t = frame * pool + offset;
            let mut sum = bias[encoder * filters + filter];
            for k in 0..width {
                // Padding: positions before the first or after the last are zero.
                if t + k >= left && t + k - left < positions {
                    let at = ((example * positions + t + k - left) * encoders + encoder) * channels;
                    for c in 0..channels {
                        sum += weight[first_weight + c * width + k] * x[at + c];
                    }
                }
            }
            best = best.max(sum);
        }
        y[output] = best;
    }
}
