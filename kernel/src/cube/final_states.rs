//! The kernel that selects the last state of each direction.

use cubecl::prelude::*;

/// states [R, T, 2H] -> y [R, 2H], one thread per value.
#[cube(launch_unchecked)]
pub fn final_states(states: &[f32], y: &mut [f32], values: u32, #[comptime] steps: usize, #[comptime] hidden: usize) {
    let value = (CUBE_POS_X + CUBE_POS_Y * CUBE_COUNT_X) * CUBE_DIM_X + UNIT_POS_X;
    if value < values {
        let value = value as usize;
        let row = value / (2 * hidden);
        let unit = value % (2 * hidden);
        // The forward direction ends at the last step, the reverse one at the first.
        let mut step = 0;
        if unit < hidden {
            step = steps - 1;
        }
        y[value] = states[(row * steps + step) * 2 * hidden + unit];
    }
}
