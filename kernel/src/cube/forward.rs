//! The forward kernel.

use cubecl::prelude::*;

/// tanh, saturated: WGSL does not define overflow inside `tanh`, and some implementations return NaN for large
/// arguments.
#[cube]
pub(super) fn tanh_saturated(x: f32) -> f32 {
    x.clamp(-15.0f32, 15.0f32).tanh()
}

/// σ, saturated for the same reason.
#[cube]
fn sigmoid_saturated(x: f32) -> f32 {
    1.0f32 / (1.0f32 + (-x.clamp(-80.0f32, 80.0f32)).exp())
}

/// All time steps of one encoder for a few genes.
///
/// ```text
/// x [N, T, E, I]   input [E, 2, 4H, I]   recurrent [E, 2, 4H, H]   bias [E, 2, 4H]
/// states [N, E, T, 2H]   gates [N, E, 2, T, 4H] and cells [N, E, 2, T, H] where `recorded`
/// ```
///
/// A workgroup handles (block of `genes`, encoder) with 2H threads. Thread d H + u computes hidden unit u of direction
/// d with its four gates: their recurrent weights stay in registers for all steps and genes of the block, one read of a
/// state serves four products, and gates and cells never leave the thread. Only the states are shared. They are
/// double-buffered, so that one barrier per step is enough.
///
/// Loop bounds around the barrier are compile-time values: WGSL requires them uniform.
#[cube(launch_unchecked)]
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
    let thread = UNIT_POS_X as usize;
    let first = CUBE_POS_X as usize * genes;
    let encoder = CUBE_POS_Y as usize;
    let direction = thread / hidden;
    let unit = thread % hidden;
    let lane = encoder * 2 + direction;
    // Rows of the four gates, in the order i, f, g, o.
    let row_i = lane * 4 * hidden + unit;
    let row_f = row_i + hidden;
    let row_g = row_f + hidden;
    let row_o = row_g + hidden;

    let mut weights_i = Array::<f32>::new(hidden);
    let mut weights_f = Array::<f32>::new(hidden);
    let mut weights_g = Array::<f32>::new(hidden);
    let mut weights_o = Array::<f32>::new(hidden);
    #[unroll]
    for k in 0..hidden {
        weights_i[k] = recurrent[row_i * hidden + k];
        weights_f[k] = recurrent[row_f * hidden + k];
        weights_g[k] = recurrent[row_g * hidden + k];
        weights_o[k] = recurrent[row_o * hidden + k];
    }
    let bias_i = bias[row_i];
    let bias_f = bias[row_f];
    let bias_g = bias[row_g];
    let bias_o = bias[row_o];

    let mut shared = Shared::<[f32]>::new_slice(2 * genes * 2 * hidden);
    let mut cell = Array::<f32>::new(genes);
    #[unroll]
    for slot in 0..genes {
        shared[slot * 2 * hidden + thread] = 0.0f32;
        cell[slot] = 0.0f32;
    }
    sync_cube();

    for step in 0..steps {
        let mut t = step;
        if direction == 1 {
            t = steps - 1 - step;
        }
        let read = step % 2 * genes * 2 * hidden;
        let write = (step + 1) % 2 * genes * 2 * hidden;
        #[unroll]
        for slot in 0..genes {
            let mut gene = first + slot;
            if gene >= examples {
                gene = examples - 1;
            }
            let x_at = ((gene * steps + t) * encoders + encoder) * inputs;
            let mut z_i = bias_i;
            let mut z_f = bias_f;
            let mut z_g = bias_g;
            let mut z_o = bias_o;
            for k in 0..inputs {
                let value = x[x_at + k];
                z_i += input[row_i * inputs + k] * value;
                z_f += input[row_f * inputs + k] * value;
                z_g += input[row_g * inputs + k] * value;
                z_o += input[row_o * inputs + k] * value;
            }
            let previous = read + slot * 2 * hidden + direction * hidden;
            #[unroll]
            for k in 0..hidden {
                let state = shared[previous + k];
                z_i += weights_i[k] * state;
                z_f += weights_f[k] * state;
                z_g += weights_g[k] * state;
                z_o += weights_o[k] * state;
            }
            let i = sigmoid_saturated(z_i);
            let f = sigmoid_saturated(z_f);
            let g = tanh_saturated(z_g);
            let o = sigmoid_saturated(z_o);
            let c = f * cell[slot] + i * g;
            cell[slot] = c;
            let state = o * tanh_saturated(c);
            shared[write + slot * 2 * hidden + thread] = state;
            if first + slot < examples {
                states[((gene * encoders + encoder) * steps + t) * 2 * hidden + thread] = state;
                if comptime!(recorded) {
                    let at = (gene * encoders * 2 + lane) * steps + t;
                    gates[at * 4 * hidden + unit] = i;
                    gates[at * 4 * hidden + hidden + unit] = f;
                    gates[at * 4 * hidden + 2 * hidden + unit] = g;
                    gates[at * 4 * hidden + 3 * hidden + unit] = o;
                    cells[at * hidden + unit] = c;
                }
            }
        }
        sync_cube();
    }
}
