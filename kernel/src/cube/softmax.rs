//! The softmax kernel.

use cubecl::prelude::*;

use super::reduce::{largest, sum};

/// Softmax of each row [R, T], in place. A workgroup of `threads` handles one row, of any length; `planes` as in
/// [`largest`].
#[cube(launch_unchecked)]
pub fn softmax(
    rows: &mut [f32],
    count: u32,
    #[comptime] positions: usize,
    #[comptime] threads: usize,
    #[comptime] planes: bool,
) {
    let thread = UNIT_POS_X as usize;
    let row = CUBE_POS_X + CUBE_POS_Y * CUBE_COUNT_X;
    let inside = row < count;
    let first = row as usize * positions;
    let mut partial = Shared::<[f32]>::new_slice(threads);
    let rounds = comptime!(positions.div_ceil(threads));

    let mut own = f32::new(-3.0e38f32);
    if inside {
        for round in 0..rounds {
            let t = round * threads + thread;
            if t < positions {
                own = own.max(rows[first + t]);
            }
        }
    }
    let largest = largest(own, &mut partial, threads, planes);

    let mut own = 0.0f32;
    if inside {
        for round in 0..rounds {
            let t = round * threads + thread;
            if t < positions {
                let weight = (rows[first + t] - largest).exp();
                rows[first + t] = weight;
                own += weight;
            }
        }
    }
    let total = sum(own, &mut partial, threads, planes);
    if inside {
        for round in 0..rounds {
            let t = round * threads + thread;
            if t < positions {
                rows[first + t] /= total;
            }
        }
    }
}
