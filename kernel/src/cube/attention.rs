//! The attention kernel.

use cubecl::prelude::*;

use super::reduce::{largest, sum};

/// Scores, softmax and weighted sum of one row in one launch.
///
/// ```text
/// states [R, T, C]   context [E, C]   sums [R, C]   weights [R, T]      row r has the context vector r mod E
/// ```
///
/// A workgroup of `threads` handles one row. Each thread scores every `threads`-th position, and finally sums every
/// `threads`-th channel; `planes` as in [`largest`].
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
    #[comptime] planes: bool,
) {
    let thread = UNIT_POS_X as usize;
    let row = CUBE_POS_X as usize + CUBE_POS_Y as usize * CUBE_COUNT_X as usize;
    let first_state = row * positions * channels;
    let first_context = row % encoders * channels;
    let mut scores = Shared::<[f32]>::new_slice(positions);
    let mut partial = Shared::<[f32]>::new_slice(threads);
    let rounds = comptime!(positions.div_ceil(threads));

    let mut own = f32::new(-3.0e38f32);
    for round in 0..rounds {
        let t = round * threads + thread;
        if t < positions {
            let mut score = 0.0f32;
            for c in 0..channels {
                score += states[first_state + t * channels + c] * context[first_context + c];
            }
            scores[t] = score;
            own = own.max(score);
        }
    }
    let largest = largest(own, &mut partial, threads, planes);

    let mut own = 0.0f32;
    for round in 0..rounds {
        let t = round * threads + thread;
        if t < positions {
            let weight = (scores[t] - largest).exp();
            scores[t] = weight;
            own += weight;
        }
    }
    let total = sum(own, &mut partial, threads, planes);
    for round in 0..rounds {
        let t = round * threads + thread;
        if t < positions {
            weights[row * positions + t] = scores[t] / total;
        }
    }

    for round in 0..comptime!(channels.div_ceil(threads)) {
        let c = round * threads + thread;
        if c < channels {
            let mut attended = 0.0f32;
            for t in 0..positions {
                attended += scores[t] * states[first_state + t * channels + c];
            }
            sums[row * channels + c] = attended / total;
        }
    }
}
