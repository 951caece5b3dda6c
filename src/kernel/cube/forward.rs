//! The forward kernel.

use cubecl::prelude::*;

/// tanh, saturated: WGSL leaves overflow inside `tanh` to the implementation, and some return NaN for large arguments.
#[cube]
pub(super) fn tanh_saturated(x: f32) -> f32 {
    x.clamp(-15.0f32, 15.0f32).tanh()
}

/// σ, saturated for the same reason.
#[cube]
fn sigmoid_saturated(x: f32) -> f32 {
    1.0f32 / (1.0f32 + (-x.clamp(-80.0f32, 80.0f32)).exp())
}

/// All time steps of one encoder's direction for a few genes.
///
/// ```text
/// x [N, T, E, I]   input [E, 2, 4H, I]   recurrent [E, 2, 4H, H]   bias [E, 2, 4H]
/// states [N, E, T, 2H]   gates [N, E, 2, T, 4H] and cells [N, E, 2, T, H] where `recorded`
/// ```
///
/// A workgroup is (block of `genes`, encoder and direction), 4H threads. Thread r owns gate row r: its recurrent weights stay in
/// registers for all steps and all genes of the block. Between the two barriers of a step, thread r also owns hidden unit
/// r mod H of gene r / H, so that the cell update is spread over all threads.
///
/// Loop bounds around barriers are compile-time values: WGSL requires them uniform.
#[cube(launch_unchecked)]
#[allow(
    clippy::collapsible_if,
    reason = "the outer condition is decided when the kernel is compiled, the inner one on the GPU"
)]
pub fn bilstm_forward(
    x: &[f32],
    input: &[f32],
    recurrent: &[f32],
    bias: &[f32],
    states: &mut [f32],
    gates: &mut [f32],
    cells: &mut [f32],
    examples: u32,
    #[comptime] steps: usize,
    #[comptime] encoders: usize,
    #[comptime] inputs: usize,
    #[comptime] hidden: usize,
    #[comptime] genes: usize,
    #[comptime] recorded: bool,
) {
    let examples = examples as usize;
    let row = UNIT_POS_X as usize;
    let first = CUBE_POS_X as usize * genes;
    let lane = CUBE_POS_Y as usize;
    let encoder = lane / 2;
    let direction = lane % 2;
    let gate_row = lane * 4 * hidden + row;

    let mut weights = Array::<f32>::new(hidden);
    #[unroll]
    for k in 0..hidden {
        weights[k] = recurrent[gate_row * hidden + k];
    }
    let bias_of_row = bias[gate_row];

    // Which (gene of the block, unit) this thread updates; the last threads are idle there where the block is smaller.
    let my_slot = row / hidden;
    let unit = row % hidden;
    let mut my_gene = first + my_slot;
    let in_batch = my_slot < genes && my_gene < examples;
    if !in_batch {
        my_gene = examples - 1;
    }

    let mut previous = Shared::<[f32]>::new_slice(genes * hidden);
    let mut activated = Shared::<[f32]>::new_slice(genes * 4 * hidden);
    if my_slot < genes {
        previous[my_slot * hidden + unit] = 0.0f32;
    }
    let mut cell = 0.0f32;
    sync_cube();

    for step in 0..steps {
        let mut t = step;
        if direction == 1 {
            t = steps - 1 - step;
        }
        #[unroll]
        for slot in 0..genes {
            let mut gene = first + slot;
            if gene >= examples {
                gene = examples - 1;
            }
            let x_at = ((gene * steps + t) * encoders + encoder) * inputs;
            let mut sum = bias_of_row;
            for k in 0..inputs {
                sum += input[gate_row * inputs + k] * x[x_at + k];
            }
            #[unroll]
            for k in 0..hidden {
                sum += weights[k] * previous[slot * hidden + k];
            }
            let mut value = sigmoid_saturated(sum);
            if row / hidden == 2 {
                value = tanh_saturated(sum);
            }
            activated[slot * 4 * hidden + row] = value;
            if comptime!(recorded) {
                if first + slot < examples {
                    gates[((gene * encoders * 2 + lane) * steps + t) * 4 * hidden + row] = value;
                }
            }
        }
        sync_cube();
        if my_slot < genes {
            let own = my_slot * 4 * hidden + unit;
            cell = activated[own + hidden] * cell + activated[own] * activated[own + 2 * hidden];
            let state = activated[own + 3 * hidden] * tanh_saturated(cell);
            previous[my_slot * hidden + unit] = state;
            if in_batch {
                states[((my_gene * encoders + encoder) * steps + t) * 2 * hidden
                    + direction * hidden
                    + unit] = state;
                if comptime!(recorded) {
                    cells[((my_gene * encoders * 2 + lane) * steps + t) * hidden + unit] = cell;
                }
            }
        }
        sync_cube();
    }
}
