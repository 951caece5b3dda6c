//! The kernel of max-pooling that a block cannot include.

use cubecl::prelude::*;

/// Max-pooling, one thread per output.
///
/// ```text
/// x [N, L, F]   y [N, L / pool, F]
/// ```
#[cube(launch_unchecked)]
pub fn pool(x: &[f32], y: &mut [f32], outputs: u32, length: u32, filters: u32, pool: u32) {
    let output = (CUBE_POS_X + CUBE_POS_Y * CUBE_COUNT_X) * CUBE_DIM_X + UNIT_POS_X;
    if output < outputs {
        let pooled = length / pool;
        let bin = output / filters % pooled;
        let example = output / filters / pooled;
        let mut at = ((example * length + bin * pool) * filters + output % filters) as usize;
        let mut best = x[at];
        for _ in 1..pool {
            at += filters as usize;
            best = best.max(x[at]);
        }
        y[output as usize] = best;
    }
}
