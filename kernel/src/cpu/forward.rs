//! The forward time loop over a tile: a few genes, one direction of one encoder.

use super::Sizes;
use super::activation::{advance, advance_recorded};
use super::buffer::Buffer;
use super::packed::{GATES, Packed};
use super::steps::Steps;
use super::vector::Vector;

/// What the backward pass needs for each gene, time step and unit: `FIELDS` values, each for all units in turn: σ(i),
/// σ(f), tanh(g), σ(o), tanh(c), c.
pub const FIELDS: usize = 6;

/// The memory of a tile of up to `genes` genes, used for one tile after another.
pub struct Tile {
    /// [genes, T, 2 units]: the states of both directions at the positions they stand for.
    pub states: Buffer,
    /// [genes, units]: the running cells.
    cells: Buffer,
    /// Zeros, the state before the first.
    zeros: Buffer,
    /// [genes, T, FIELDS, units] of each direction; empty unless recorded.
    pub record: [Buffer; 2],
    /// Units of one direction, with padding.
    pub units: usize,
    steps: usize,
}

impl Tile {
    /// Memory for tiles of `genes` genes.
    pub fn new(sizes: Sizes, units: usize, genes: usize, recorded: bool) -> Self {
        let fields = if recorded { FIELDS } else { 0 };
        let record = || Buffer::zeros(genes * sizes.steps * fields * units);
        Self {
            states: Buffer::zeros(genes * sizes.steps * 2 * units),
            cells: Buffer::zeros(genes * units),
            zeros: Buffer::zeros(units),
            record: [record(), record()],
            units,
            steps: sizes.steps,
        }
    }

    /// The states [T, 2 units] of one gene of the tile.
    pub fn gene(&self, gene: usize) -> &[f32] {
        let size = self.steps * 2 * self.units;
        &self.states[gene * size..][..size]
    }
}

/// The genes of a tile: consecutive ones of the batch. Those beyond its end repeat the last, and their states are not
/// read.
#[derive(Debug, Clone, Copy)]
pub struct Genes {
    /// The first.
    pub first: usize,
    /// How many there really are.
    pub count: usize,
}

impl Genes {
    /// The gene of the batch that stands at `slot` of the tile.
    #[inline(always)]
    pub fn at(self, slot: usize) -> usize {
        self.first + slot.min(self.count - 1)
    }
}

/// Runs direction `direction` (2 e + d) over all steps for `G` genes, `U` vectors of units at a time, leaving the
/// states, and with `RECORDED` what the backward pass needs, in `tile`.
#[inline(always)]
pub fn run<V: Vector, const G: usize, const U: usize, const RECORDED: bool>(
    x: &[f32],
    packed: &Packed,
    sizes: Sizes,
    direction: usize,
    genes: Genes,
    tile: &mut Tile,
) {
    let Sizes {
        steps,
        encoders,
        inputs,
        hidden,
        ..
    } = sizes;
    let units = packed.units;
    let (encoder, side) = (direction / 2, direction % 2 * units);
    let panels = packed.direction(direction);
    assert!(x.len() >= (genes.first + genes.count) * steps * encoders * inputs);
    assert!(tile.states.len() >= G * steps * 2 * units && tile.cells.len() >= G * units);
    assert!(!RECORDED || tile.record[direction % 2].len() >= G * steps * FIELDS * units);
    tile.cells.fill(0.0);
    let (states, cells) = (tile.states.as_mut_ptr(), tile.cells.as_mut_ptr());
    let zeros = tile.zeros.as_ptr();
    let record = tile.record[direction % 2].as_mut_ptr();
    for step in 0..steps {
        let (t, before) = Steps::of(direction, steps).at(step);
        let values: [*const f32; G] =
            std::array::from_fn(|slot| x[((genes.at(slot) * steps + t) * encoders + encoder) * inputs..].as_ptr());
        let previous: [*const f32; G] = std::array::from_fn(|slot| match before {
            // SAFETY: G genes of T x 2 units states, by the assertion above; before < T and side + units ≤ 2 units.
            Some(before) => unsafe { states.add((slot * steps + before) * 2 * units + side) },
            None => zeros,
        });
        for block in (0..units).step_by(U * V::LANES) {
            let panel = &panels[block / V::LANES * packed.panel..][..U * packed.panel];
            // SAFETY: U whole panels; `inputs` values at each of `values`, and `hidden` ≤ units at each of `previous`.
            let gates = unsafe { products::<V, G, U>(panel.as_ptr(), packed.panel, values, inputs, previous, hidden) };
            for slot in 0..G {
                for vector in 0..U {
                    let unit = block + vector * V::LANES;
                    // SAFETY: slot < G, t < T and unit + LANES ≤ units, within the buffers by the assertions above.
                    unsafe {
                        let cell = cells.add(slot * units + unit);
                        let state = states.add((slot * steps + t) * 2 * units + side + unit);
                        if RECORDED {
                            let gates = advance_recorded(gates[slot][vector], V::load(cell));
                            gates.cell.store(cell);
                            gates.state.store(state);
                            let record = record.add((slot * steps + t) * FIELDS * units + unit);
                            for (field, value) in gates.activated.into_iter().enumerate() {
                                value.store(record.add(field * units));
                            }
                            gates.squashed.store(record.add(GATES * units));
                            gates.cell.store(record.add((GATES + 1) * units));
                        } else {
                            let (next, value) = advance(gates[slot][vector], V::load(cell));
                            next.store(cell);
                            value.store(state);
                        }
                    }
                }
            }
        }
    }
}

/// The scaled gates of `G` genes and `U` vectors of units, before activation: bias, inputs and previous states times
/// their panels.
///
/// # Safety
/// `panel` begins U panels of `size` floats; `inputs` values are readable at each of `values`, `hidden` at each of
/// `previous`.
#[inline(always)]
#[allow(clippy::needless_range_loop, reason = "two arrays run along together")]
unsafe fn products<V: Vector, const G: usize, const U: usize>(
    panel: *const f32,
    size: usize,
    values: [*const f32; G],
    inputs: usize,
    previous: [*const f32; G],
    hidden: usize,
) -> [[[V; GATES]; U]; G] {
    let row = GATES * V::LANES;
    let weight = |at: *const f32, vector: usize, gate: usize| {
        // SAFETY: a panel has 1 + inputs + hidden rows of GATES vectors.
        unsafe { V::load(at.add(vector * size + gate * V::LANES)) }
    };
    let mut sums = [[[V::splat(0.0); GATES]; U]; G];
    for vector in 0..U {
        for gate in 0..GATES {
            let bias = weight(panel, vector, gate);
            for sums in &mut sums {
                sums[vector][gate] = bias;
            }
        }
    }
    // SAFETY: see above.
    let mut at = unsafe { panel.add(row) };
    for (rows, depth) in [(values, inputs), (previous, hidden)] {
        for k in 0..depth {
            // SAFETY: k < depth values are readable, by this function's contract.
            let factors: [V; G] = std::array::from_fn(|slot| V::splat(unsafe { *rows[slot].add(k) }));
            for vector in 0..U {
                for gate in 0..GATES {
                    let weight = weight(at, vector, gate);
                    for slot in 0..G {
                        sums[slot][vector][gate] = factors[slot].mul_add(weight, sums[slot][vector][gate]);
                    }
                }
            }
            // SAFETY: see above; at the end it points behind the panel.
            at = unsafe { at.add(row) };
        }
    }
    sums
}
