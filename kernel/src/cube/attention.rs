//! The attention kernel.

use cubecl::prelude::*;

/// Scores, softmax and weighted sum of one row in one launch.
///
/// ```text
/// states [R, T, C]   context [E, C]   sums [R, C]   weights [R, T]      row r has the context vector r mod E
/// ```
///
/// A workgroup of `threads` is one row. Each thread scores every `threads`-th position, then all threads read all
/// partial results, which costs less than the barriers of a tree; at last each thread sums every `threads`-th channel.
#[cube(launch_unchecked)]
pub fn attention(
    states: &[f32],
    context: &[f32],
    sums: &mut [f32],
    weights: &mut [f32],
    #[comptime] encoders: usize,
    #[comptime] positions: usize,
    #[comptime] channels: usize,
    #[comptime] threads: usize,
) {
    let thread = UNIT_POS_X as usize;
    let row = CUBE_POS_X as usize + CUBE_POS_Y as usize * CUBE_COUNT_X as usize;
    let first_state = row * positions * channels;
    let first_context = row % encoders * channels;
    let mut scores = Shared::<[f32]>::new_slice(positions);
    let mut partial = Shared::<[f32]>::new_slice(threads);
    let rounds = comptime!(positions.div_ceil(threads));

    let mut largest = f32::new(-3.0e38f32);
    for round in 0..rounds {
        let t = round * threads + thread;
        if t < positions {
            let mut score = 0.0f32;
            for c in 0..channels {
                score += states[first_state + t * channels + c] * context[first_context + c];
            }
            scores[t] = score;
            largest = largest.max(score);
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
    for round in 0..rounds {
        let t = round * threads + thread;
        if t < positions {
            let weight = (scores[t] - largest).exp();
            scores[t] = weight;
            total += weight;
        }
    }
    partial[thread] = total;
    sync_cube();
    total = 0.0f32;
    for other in 0..threads {
        total += partial[other];
    }
    for round in 0..rounds {
        let t = round * threads + thread;
        if t < positions {
            weights[row * positions + t] = scores[t] / total;
        }
    }

    for round in 0..comptime!(channels.div_ceil(threads)) {
        let c = round * threads + thread;
        if c < channels {
            let mut sum = 0.0f32;
            for t in 0..positions {
                sum += scores[t] * states[first_state + t * channels + c];
            }
            sums[row * channels + c] = sum / total;
        }
    }
}
