//! The backward time loop: from the gradient of the states to the gradient of the gates before activation.

use super::Sizes;
use super::activation::tanh;
use super::panel::Panels;

/// One call's inputs as slices, in the shapes of [`RecurrentBackend::bilstm_backward`](crate::kernel::RecurrentBackend).
pub struct Inputs<'a> {
    pub states_gradient: &'a [f32],
    pub gates: &'a [f32],
    pub cells: &'a [f32],
    pub recurrent: &'a [f32],
}

/// dz [N, E, 2, T, 4H], a block of `GENES` at a time.
///
/// ```text
/// dc += dh o (1 - tanh²c)      dz_i = dc g i(1 - i)    dz_f = dc c' f(1 - f)    dz_g = dc i (1 - g²)
/// dz_o = dh tanh(c) o(1 - o)   then, one step back, dh' = W_hhᵀ dz and dc' = dc f
/// ```
#[inline(always)]
pub fn run<const GENES: usize, const PANEL: usize, const FMA: bool>(
    from: &Inputs<'_>,
    sizes: Sizes,
) -> Vec<f32> {
    let Sizes {
        examples,
        steps,
        encoders,
        hidden,
        ..
    } = sizes;
    let mut gradient = vec![0.0; sizes.gates().iter().product()];
    for lane in 0..2 * encoders {
        let first_gate = lane * 4 * hidden;
        let weights: Panels<PANEL> = Panels::pack(
            4 * hidden,
            hidden,
            |gate, unit| from.recurrent[(first_gate + gate) * hidden + unit],
            |_| 0.0,
        );
        let width = weights.width();
        let mut dz = vec![0.0; GENES * 4 * hidden];
        let mut dh = vec![0.0; GENES * width];
        let mut dc = vec![0.0; GENES * hidden];
        for first in (0..examples).step_by(GENES) {
            let genes = GENES.min(examples - first);
            dh.fill(0.0);
            dc.fill(0.0);
            for step in (0..steps).rev() {
                let t = if lane % 2 == 0 {
                    step
                } else {
                    steps - 1 - step
                };
                let previous = (step > 0).then(|| if lane % 2 == 0 { t - 1 } else { t + 1 });
                for gene in 0..genes {
                    let row = (first + gene) * encoders * 2 + lane;
                    let state = ((first + gene) * encoders + lane / 2) * steps + t;
                    let upstream =
                        &from.states_gradient[state * 2 * hidden + lane % 2 * hidden..][..hidden];
                    let at = row * steps + t;
                    one_gene::<FMA>(OneGene {
                        upstream,
                        gates: &from.gates[at * 4 * hidden..][..4 * hidden],
                        cell: &from.cells[at * hidden..][..hidden],
                        previous_cell: previous
                            .map(|t| &from.cells[(row * steps + t) * hidden..][..hidden]),
                        dh: &dh[gene * width..][..hidden],
                        dc: &mut dc[gene * hidden..][..hidden],
                        dz: &mut dz[gene * 4 * hidden..][..4 * hidden],
                    });
                    gradient[at * 4 * hidden..][..4 * hidden]
                        .copy_from_slice(&dz[gene * 4 * hidden..][..4 * hidden]);
                }
                weights.multiply::<GENES, FMA>(&dz, &mut dh);
            }
        }
    }
    gradient
}

/// One gene at one time step; `dc` is carried from step to step.
struct OneGene<'a> {
    upstream: &'a [f32],
    gates: &'a [f32],
    cell: &'a [f32],
    previous_cell: Option<&'a [f32]>,
    dh: &'a [f32],
    dc: &'a mut [f32],
    dz: &'a mut [f32],
}

#[inline(always)]
fn one_gene<const FMA: bool>(step: OneGene<'_>) {
    let hidden = step.cell.len();
    let (input_gate, rest) = step.gates.split_at(hidden);
    let (forget, rest) = rest.split_at(hidden);
    let (candidate, output) = rest.split_at(hidden);
    let (dz_input, rest) = step.dz.split_at_mut(hidden);
    let (dz_forget, rest) = rest.split_at_mut(hidden);
    let (dz_candidate, dz_output) = rest.split_at_mut(hidden);
    // dz_output holds tanh(c) until its own gradient replaces it.
    dz_output.copy_from_slice(step.cell);
    tanh::<FMA>(dz_output);
    for unit in 0..hidden {
        let (i, f, g, o) = (
            input_gate[unit],
            forget[unit],
            candidate[unit],
            output[unit],
        );
        let squashed = dz_output[unit];
        let dh = step.upstream[unit] + step.dh[unit];
        let dc = step.dc[unit] + dh * o * (1.0 - squashed * squashed);
        let previous = step.previous_cell.map_or(0.0, |cells| cells[unit]);
        dz_input[unit] = dc * g * i * (1.0 - i);
        dz_forget[unit] = dc * previous * f * (1.0 - f);
        dz_candidate[unit] = dc * i * (1.0 - g * g);
        dz_output[unit] = dh * squashed * o * (1.0 - o);
        step.dc[unit] = dc * f;
    }
}
