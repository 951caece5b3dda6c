//! The backward time loop over a tile, and the gradients of the weights that follow from it.

use super::attention::dot;
use super::buffer::Buffer;
use super::forward::{FIELDS, Genes, Tile};
use super::packed::GATES;
use super::steps::Steps;
use super::transposed::Transposed;
use super::vector::Vector;
use crate::sizes::Sizes;

/// Scratch memory of the backward pass through a tile, reused for all tiles.
pub struct Flow {
    /// [genes, T, 2 units]: the gradient of the states.
    pub states: Buffer,
    /// [genes, units], from the step after.
    state: Buffer,
    /// [genes, units], from the step after.
    cell: Buffer,
}

impl Flow {
    /// Memory for tiles of `genes` genes.
    pub fn new(sizes: Sizes, units: usize, genes: usize) -> Self {
        Self {
            states: Buffer::of([genes, sizes.steps, 2, units]),
            state: Buffer::of([genes, units]),
            cell: Buffer::of([genes, units]),
        }
    }
}

/// Replaces the activated gates in `tile.record` by the gradient dz of the gates before activation, for the recorded
/// direction. With `from` the gradient of the states,
///
/// ```text
/// dh += from_t         dc += dh o (1 - tanh²c)
/// dz_i = dc g i(1 - i)     dz_f = dc c' f(1 - f)     dz_g = dc i (1 - g²)     dz_o = dh tanh(c) o(1 - o)
/// ```
///
/// and then, one step back, dh = W_hhᵀ dz and dc = dc f. `C` vectors of dh are computed at a time.
#[inline(always)]
pub fn run<V: Vector, const G: usize, const C: usize>(
    recurrent: &Transposed,
    sizes: Sizes,
    direction: usize,
    tile: &mut Tile,
    flow: &mut Flow,
) {
    let steps = sizes.steps;
    let units = tile.units;
    let side = direction % 2 * units;
    let panels = recurrent.direction(direction);
    assert!(recurrent.width == units && units.is_multiple_of(C * V::LANES));
    assert!(tile.record[direction % 2].len() >= G * steps * FIELDS * units);
    assert!(flow.states.len() >= G * steps * 2 * units && flow.state.len() >= G * units);
    flow.state.fill(0.0);
    flow.cell.fill(0.0);
    let record = tile.record[direction % 2].as_mut_ptr();
    let (from, dh, dc) = (flow.states.as_ptr(), flow.state.as_mut_ptr(), flow.cell.as_mut_ptr());
    let one = V::splat(1.0);
    for step in (0..steps).rev() {
        let (t, before) = Steps::of(direction, steps).at(step);
        for slot in 0..G {
            for unit in (0..units).step_by(V::LANES) {
                // SAFETY: slot < G, t and before < T, unit + LANES ≤ units: within the buffers by the assertions above.
                unsafe {
                    let here = record.add((slot * steps + t) * FIELDS * units + unit);
                    let [i, f, g, o, squashed] = std::array::from_fn(|field| V::load(here.add(field * units)));
                    let previous = match before {
                        Some(before) => {
                            V::load(record.add(((slot * steps + before) * FIELDS + GATES + 1) * units + unit))
                        }
                        None => V::splat(0.0),
                    };
                    let from = from.add((slot * steps + t) * 2 * units + side + unit);
                    let state = V::load(from).add(V::load(dh.add(slot * units + unit)));
                    let at = dc.add(slot * units + unit);
                    let through = one.sub(squashed.mul(squashed));
                    let cell = state.mul(o).mul_add(through, V::load(at));
                    let output = state.mul(squashed).mul(o).mul(one.sub(o));
                    cell.mul(f).store(at);
                    cell.mul(g).mul(i).mul(one.sub(i)).store(here);
                    cell.mul(previous).mul(f).mul(one.sub(f)).store(here.add(units));
                    cell.mul(i).mul(one.sub(g.mul(g))).store(here.add(2 * units));
                    output.store(here.add(3 * units));
                }
            }
        }
        if before.is_none() {
            return;
        }
        for first in (0..units).step_by(C * V::LANES) {
            let panel = &panels[first / V::LANES * recurrent.panel..][..C * recurrent.panel];
            // SAFETY: the 4 units values at each row are dz, just written; C whole panels.
            unsafe {
                let rows = std::array::from_fn(|slot| record.add((slot * steps + t) * FIELDS * units));
                let sums = products::<V, G, C>(
                    panel.as_ptr(),
                    recurrent.panel,
                    rows.map(<*mut f32>::cast_const),
                    GATES * units,
                );
                for (slot, sums) in sums.into_iter().enumerate() {
                    for (vector, sum) in sums.into_iter().enumerate() {
                        sum.store(dh.add(slot * units + first + vector * V::LANES));
                    }
                }
            }
        }
    }
}

/// Adds the gradient of this direction to `x_gradient` [N, T, E, I]; dz is in `tile.record`. Each input has a row of
/// `input`: most recurrences read one value per step, for which a panel would be mostly padding.
#[inline(always)]
pub fn into_inputs<V: Vector>(
    input: &Transposed,
    sizes: Sizes,
    direction: usize,
    genes: usize,
    tile: &Tile,
    x_gradient: &mut [f32],
) {
    let Sizes {
        steps,
        encoders,
        inputs,
        ..
    } = sizes;
    let units = tile.units;
    let panels = input.direction(direction);
    for slot in 0..genes {
        for t in 0..steps {
            let row = &tile.record[direction % 2][(slot * steps + t) * FIELDS * units..][..GATES * units];
            let to = ((slot * steps + t) * encoders + direction / 2) * inputs;
            let to = &mut x_gradient[to..to + inputs];
            for (weights, to) in panels.chunks_exact(input.panel).zip(to) {
                *to += dot::<V>(row, weights);
            }
        }
    }
}

/// `C` vectors of columns for each of `G` rows: row times panel.
///
/// # Safety
/// `panel` begins C panels of `size` floats, `depth` vectors each; `depth` values are readable at each of `rows`.
#[inline(always)]
#[allow(clippy::needless_range_loop, reason = "two arrays run along together")]
unsafe fn products<V: Vector, const G: usize, const C: usize>(
    panel: *const f32,
    size: usize,
    rows: [*const f32; G],
    depth: usize,
) -> [[V; C]; G] {
    let mut sums = [[V::splat(0.0); C]; G];
    for k in 0..depth {
        for vector in 0..C {
            // SAFETY: by this function's contract.
            let weight = unsafe { V::load(panel.add(vector * size + k * V::LANES)) };
            for slot in 0..G {
                // SAFETY: by this function's contract.
                let factor = V::splat(unsafe { *rows[slot].add(k) });
                sums[slot][vector] = factor.mul_add(weight, sums[slot][vector]);
            }
        }
    }
    sums
}

/// Adds to `gradient` [1 + I + H, 4 units] of one direction the contribution of a tile: dz times one, times the inputs,
/// and times the previous states. `R` rows and `C` vectors of columns stay in registers over all genes and steps.
#[inline(always)]
pub fn into_weights<V: Vector, const R: usize, const C: usize>(
    x: &[f32],
    sizes: Sizes,
    direction: usize,
    genes: Genes,
    tile: &Tile,
    gradient: &mut [f32],
) {
    let Sizes {
        steps,
        encoders,
        inputs,
        hidden,
        ..
    } = sizes;
    let units = tile.units;
    let width = GATES * units;
    let (encoder, side) = (direction / 2, direction % 2 * units);
    assert!(gradient.len() >= (1 + inputs + hidden) * width);
    assert!(width.is_multiple_of(C * V::LANES));
    let outer = Outer {
        dz: &tile.record[direction % 2],
        stride: FIELDS * units,
        width,
        direction,
        genes: genes.count,
        steps,
    };
    let (bias, rest) = gradient.split_at_mut(width);
    let (input, recurrent) = rest.split_at_mut(inputs * width);
    outer.add::<V, 1, C>(&[1.0], |_, _, _| Some(0), bias);
    outer.add_rows::<V, R, C>(
        x,
        |slot, t, _| Some((((genes.first + slot) * steps + t) * encoders + encoder) * inputs),
        inputs,
        input,
    );
    outer.add_rows::<V, R, C>(
        &tile.states,
        |slot, _, before| before.map(|before| (slot * steps + before) * 2 * units + side),
        hidden,
        recurrent,
    );
}

/// Sums over genes and steps of an outer product with dz.
struct Outer<'a> {
    /// [genes, T, stride], of which `width` are dz.
    dz: &'a [f32],
    stride: usize,
    width: usize,
    direction: usize,
    genes: usize,
    steps: usize,
}

impl Outer<'_> {
    /// [`add`](Self::add) for `depth` rows, R at a time.
    #[inline(always)]
    fn add_rows<V: Vector, const R: usize, const C: usize>(
        &self,
        values: &[f32],
        at: impl Fn(usize, usize, Option<usize>) -> Option<usize>,
        depth: usize,
        gradient: &mut [f32],
    ) {
        let mut row = 0;
        for rows in gradient[..depth * self.width].chunks_mut(R * self.width) {
            let at = |slot, t, before| at(slot, t, before).map(|at| at + row);
            if rows.len() == R * self.width {
                self.add::<V, R, C>(values, at, rows);
            } else {
                for (extra, one) in rows.chunks_exact_mut(self.width).enumerate() {
                    let at = |slot, t, before| at(slot, t, before).map(|at| at + extra);
                    self.add::<V, 1, C>(values, at, one);
                }
            }
            row += R;
        }
    }

    /// `gradient` [R, width] += Σ values[at(slot, t, before) + r] dz[slot, t]; steps without a position are skipped.
    #[inline(always)]
    fn add<V: Vector, const R: usize, const C: usize>(
        &self,
        values: &[f32],
        at: impl Fn(usize, usize, Option<usize>) -> Option<usize>,
        gradient: &mut [f32],
    ) {
        assert!(gradient.len() >= R * self.width);
        for column in (0..self.width).step_by(C * V::LANES) {
            let mut sums = [[V::splat(0.0); C]; R];
            for slot in 0..self.genes {
                for step in 0..self.steps {
                    let (t, before) = Steps::of(self.direction, self.steps).at(step);
                    let Some(at) = at(slot, t, before) else {
                        continue;
                    };
                    let values: &[f32; R] = values[at..].first_chunk().expect("R rows");
                    let dz = &self.dz[(slot * self.steps + t) * self.stride + column..][..C * V::LANES];
                    for (vector, dz) in dz.chunks_exact(V::LANES).enumerate() {
                        // SAFETY: a chunk has a register's values.
                        let dz = unsafe { V::load(dz.as_ptr()) };
                        for row in 0..R {
                            sums[row][vector] = V::splat(values[row]).mul_add(dz, sums[row][vector]);
                        }
                    }
                }
            }
            for (row, sums) in sums.into_iter().enumerate() {
                let to = &mut gradient[row * self.width + column..][..C * V::LANES];
                for (to, sum) in to.chunks_exact_mut(V::LANES).zip(sums) {
                    // SAFETY: a chunk has a register's values.
                    unsafe { V::load(to.as_ptr()).add(sum).store(to.as_mut_ptr()) };
                }
            }
        }
    }
}
