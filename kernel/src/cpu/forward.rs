//! The forward time loop over a tile: a few genes, in one direction of one encoder.

use super::activation::{advance, advance_recorded, power};
use super::buffer::Buffer;
use super::packed::{GATES, Packed};
use super::steps::Steps;
use super::vector::Vector;
use crate::sizes::Sizes;

/// Number of values per gene, time step and unit for the backward pass, each for all units in turn: σ(i), σ(f),
/// tanh(g), σ(o), tanh(c), c.
pub const FIELDS: usize = 6;

/// Scratch memory of a tile of up to `genes` genes, reused for all tiles.
pub struct Tile {
    /// [genes, T, 2 units]: the states of both directions at their positions.
    pub states: Buffer,
    /// [streams, genes of a stream, units]: the current cells. At most two streams of all genes.
    cells: Buffer,
    /// [streams, genes of a stream, units / lanes, gates, lanes]: the powers of the gates in one step.
    gates: Buffer,
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
        let record = || Buffer::of([genes, sizes.steps, fields, units]);
        Self {
            states: Buffer::of([genes, sizes.steps, 2, units]),
            cells: Buffer::of([2, genes, units]),
            gates: Buffer::of([2, genes, GATES, units]),
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

/// The genes of a tile, consecutive in the batch. Slots beyond the last gene repeat it, and their states are not read.
#[derive(Debug, Clone, Copy)]
pub struct Genes {
    /// The first.
    pub first: usize,
    /// Number of genes in the tile.
    pub count: usize,
}

impl Genes {
    /// The gene of the batch in `slot` of the tile.
    #[inline(always)]
    pub fn at(self, slot: usize) -> usize {
        self.first + slot.min(self.count - 1)
    }

    /// The first `count` genes, and the rest, each with the slot where it begins.
    pub fn halves(self, count: usize) -> [(Self, usize); 2] {
        let rest = Self {
            first: self.first + count,
            count: self.count - count,
        };
        [(Self { count, ..self }, 0), (rest, count)]
    }
}

/// One direction of a few genes.
#[derive(Debug, Clone, Copy)]
pub struct Stream {
    /// 2 e + d.
    pub direction: usize,
    /// Its genes.
    pub genes: Genes,
    /// Slot of the first gene.
    pub slot: usize,
}

impl Stream {
    /// Genes at the beginning of the tile.
    pub fn new(direction: usize, genes: Genes) -> Self {
        Self {
            direction,
            genes,
            slot: 0,
        }
    }
}

/// Runs `S` streams of `G` genes over all steps, `U` vectors of units at a time. Writes the states to `tile`, and with
/// `RECORDED` the values for the backward pass.
///
/// An activation is a chain of dependent instructions. So a step computes all gates first, then all their powers of
/// two, and then all cells and states: the chains are short, and several overlap.
#[inline(always)]
pub fn run<V: Vector, const S: usize, const G: usize, const U: usize, const RECORDED: bool>(
    x: &[f32],
    packed: &Packed,
    sizes: Sizes,
    streams: [Stream; S],
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
    for Stream { direction, genes, slot } in streams {
        assert!(x.len() >= (genes.first + genes.count) * steps * encoders * inputs);
        assert!(tile.states.len() >= (slot + G) * steps * 2 * units);
        assert!(!RECORDED || tile.record[direction % 2].len() >= (slot + G) * steps * FIELDS * units);
    }
    assert!(tile.cells.len() >= S * G * units && tile.gates.len() >= S * G * GATES * units);
    tile.cells.fill(0.0);
    let (states, cells) = (tile.states.as_mut_ptr(), tile.cells.as_mut_ptr());
    let (zeros, gates) = (tile.zeros.as_ptr(), tile.gates.as_mut_ptr());
    let records = [0, 1].map(|side: usize| tile.record[side].as_mut_ptr());
    for step in 0..steps {
        for (index, stream) in streams.into_iter().enumerate() {
            let Stream {
                direction,
                genes,
                slot: first,
            } = stream;
            let (t, before) = Steps::of(direction, steps).at(step);
            let values: [*const f32; G] = std::array::from_fn(|slot| {
                x[((genes.at(slot) * steps + t) * encoders + direction / 2) * inputs..].as_ptr()
            });
            let previous: [*const f32; G] = std::array::from_fn(|slot| match before {
                // SAFETY: 2 T states of `units` for each gene, by the assertions above; before < T.
                Some(before) => unsafe { states.add((((first + slot) * steps + before) * 2 + direction % 2) * units) },
                None => zeros,
            });
            let panels = packed.direction(direction);
            for unit in (0..units).step_by(U * V::LANES) {
                let panel = &panels[unit / V::LANES * packed.panel..][..U * packed.panel];
                // SAFETY: U whole panels; `inputs` values at each of `values`, and `hidden` ≤ units at each of
                // `previous`.
                let sums =
                    unsafe { products::<V, G, U>(panel.as_ptr(), packed.panel, values, inputs, previous, hidden) };
                for (slot, sums) in sums.into_iter().enumerate() {
                    for (vector, sums) in sums.into_iter().enumerate() {
                        for (gate, sum) in sums.into_iter().enumerate() {
                            let at = (index * G + slot) * units + unit + vector * V::LANES;
                            // SAFETY: 2 G rows of GATES x units, by the assertion above.
                            unsafe { sum.store(gates.add(at * GATES).add(gate * V::LANES)) };
                        }
                    }
                }
            }
        }
        for at in (0..S * G * GATES * units).step_by(V::LANES) {
            // SAFETY: by the assertion above.
            unsafe { power(V::load(gates.add(at))).store(gates.add(at)) };
        }
        for (index, stream) in streams.into_iter().enumerate() {
            let (t, _) = Steps::of(stream.direction, steps).at(step);
            let side = stream.direction % 2;
            for slot in 0..G {
                let place = (stream.slot + slot) * steps + t;
                for unit in (0..units).step_by(V::LANES) {
                    let at = (index * G + slot) * units + unit;
                    // SAFETY: within the buffers, by the assertions above.
                    unsafe {
                        let gates: [V; GATES] =
                            std::array::from_fn(|gate| V::load(gates.add(at * GATES).add(gate * V::LANES)));
                        let cell = cells.add(at);
                        let state = states.add((place * 2 + side) * units + unit);
                        if RECORDED {
                            let gates = advance_recorded(gates, V::load(cell));
                            gates.cell.store(cell);
                            gates.state.store(state);
                            let record = records[side].add(place * FIELDS * units + unit);
                            for (field, value) in gates.activated.into_iter().enumerate() {
                                value.store(record.add(field * units));
                            }
                            gates.squashed.store(record.add(GATES * units));
                            gates.cell.store(record.add((GATES + 1) * units));
                        } else {
                            let (next, value) = advance(gates, V::load(cell));
                            next.store(cell);
                            value.store(state);
                        }
                    }
                }
            }
        }
    }
}

/// The scaled gates of `G` genes and `U` vectors of units, before activation: bias, and inputs and previous states
/// times their panels.
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
        unsafe { V::load(at.add(vector * size).add(gate * V::LANES)) }
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
            // SAFETY: see above; at the end it points past the panel.
            at = unsafe { at.add(row) };
        }
    }
    sums
}
