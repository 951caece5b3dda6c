//! The softmax kernel.

use cubecl::prelude::*;

/// Softmax of each row [R, T], where it lies. A workgroup of `threads` is one row, of any length.
#[cube(launch_unchecked)]
pub fn softmax(rows: &mut [f32], count: u32, #[comptime] positions: usize, #[comptime] threads: usize) {
    let thread = UNIT_POS_X as usize;
    let row = CUBE_POS_X + CUBE_POS_Y * CUBE_COUNT_X;
    let inside = row < count;
    let first = row as usize * positions;
    let mut partial = Shared::<[f32]>::new_slice(threads);
    let rounds = comptime!(positions.div_ceil(threads));

    let mut largest = f32::new(-3.0e38f32);
    if inside {
        for round in 0..rounds {
            let t = round * threads + thread;
            if t < positions {
                largest = largest.max(rows[first + t]);
            }
        }
    }
    partial[thread] = largest;
    sync_cube();
    for other in 0..threads {
        largest = largest.max(partial[other]);
    }
    // No thread may overwrite the partial results before all have read them.
    sync_cube();

    let mut total = 0.0f32;
    if inside {
        for round in 0..rounds {
            let t = round * threads + thread;
            if t < positions {
                let weight = (rows[first + t] - largest).exp();
                rows[first + t] = weight;
                total += weight;
            }
        }
    }
    partial[thread] = total;
    sync_cube();
    total = 0.0f32;
    for other in 0..threads {
        total += partial[other];
    }
    if inside {
        for round in 0..rounds {
            let t = round * threads + thread;
            if t < positions {
                rows[first + t] /= total;
            }
        }
    }
}
