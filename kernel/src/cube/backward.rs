//! The backward kernel.

use cubecl::prelude::*;

use super::forward::tanh_saturated;

/// The gradient of the gates before activation, for all time steps of one gene in one direction of an encoder; the
/// equations are in `cpu::backward`.
///
/// ```text
/// states_gradient [N, E, T, 2H]   gates and gradient [N, E, 2, T, 4H]
/// cells [N, E, 2, T, H]           recurrent [E, 2, 4H, H]
/// ```
///
/// A workgroup handles (gene, encoder and direction) with 4H threads. Thread (q, k) holds the k-th column of gate block
/// q of the recurrent weights in registers, and sums its quarter of the gradient of unit k one step back.
#[cube(launch_unchecked)]
pub fn bilstm_backward(
    states_gradient: &[f32],
    gates: &[f32],
    cells: &[f32],
    recurrent: &[f32],
    gradient: &mut [f32],
    #[comptime] steps: usize,
    #[comptime] encoders: usize,
    #[comptime] hidden: usize,
) {
    let row = UNIT_POS_X as usize;
    let gene = CUBE_POS_X as usize;
    let lane = CUBE_POS_Y as usize;
    let encoder = lane / 2;
    let direction = lane % 2;
    let block = row / hidden;
    let unit = row % hidden;

    let mut weights = Array::<f32>::new(hidden);
    #[unroll]
    for j in 0..hidden {
        weights[j] = recurrent[(lane * 4 * hidden + block * hidden + j) * hidden + unit];
    }
    let mut quarter = Shared::<[f32]>::new_slice(4 * hidden);
    let mut dz = Shared::<[f32]>::new_slice(4 * hidden);
    quarter[row] = 0.0f32;
    let mut dc = 0.0f32;
    sync_cube();

    for back in 0..steps {
        let step = steps - 1 - back;
        let mut t = step;
        if direction == 1 {
            t = back;
        }
        let at = (gene * encoders * 2 + lane) * steps + t;
        if row < hidden {
            let dh = states_gradient[((gene * encoders + encoder) * steps + t) * 2 * hidden + direction * hidden + row]
                + quarter[row]
                + quarter[hidden + row]
                + quarter[2 * hidden + row]
                + quarter[3 * hidden + row];
            let i = gates[at * 4 * hidden + row];
            let f = gates[at * 4 * hidden + hidden + row];
            let g = gates[at * 4 * hidden + 2 * hidden + row];
            let o = gates[at * 4 * hidden + 3 * hidden + row];
            let mut previous_cell = 0.0f32;
            if step > 0 {
                let mut previous_t = t + 1;
                if direction == 0 {
                    previous_t = t - 1;
                }
                previous_cell = cells[((gene * encoders * 2 + lane) * steps + previous_t) * hidden + row];
            }
            let squashed = tanh_saturated(cells[at * hidden + row]);
            let through_cell = dc + dh * o * (1.0f32 - squashed * squashed);
            dz[row] = through_cell * g * i * (1.0f32 - i);
            dz[hidden + row] = through_cell * previous_cell * f * (1.0f32 - f);
            dz[2 * hidden + row] = through_cell * i * (1.0f32 - g * g);
            dz[3 * hidden + row] = dh * squashed * o * (1.0f32 - o);
            dc = through_cell * f;
        }
        sync_cube();
        gradient[at * 4 * hidden + row] = dz[row];
        let mut sum = 0.0f32;
        #[unroll]
        for j in 0..hidden {
            sum += weights[j] * dz[block * hidden + j];
        }
        quarter[row] = sum;
        sync_cube();
    }
}
