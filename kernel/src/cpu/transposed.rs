//! Weights packed for the backward pass.

use super::buffer::{Buffer, product};
use super::packed::GATES;
use crate::sizes::Sizes;

/// Weights of the backward pass: for each of `columns`, those of all gates of all units.
///
/// ```text
/// [E, 2, columns / lanes, 4 units, lanes]
/// ```
#[derive(Debug)]
pub struct Transposed {
    values: Buffer,
    /// Floats of one panel.
    pub panel: usize,
    /// The columns rounded up to whole vectors.
    pub width: usize,
    lanes: usize,
}

impl Transposed {
    /// Packs `weights` [E, 2, 4H, columns] for vectors of `lanes` columns; H is padded to `units`.
    pub fn new(weights: &[f32], columns: usize, sizes: Sizes, units: usize, lanes: usize) -> Self {
        let Sizes { encoders, hidden, .. } = sizes;
        let width = columns.next_multiple_of(lanes);
        let panel = product(&[GATES, units, lanes]);
        let mut values = Buffer::of([2, encoders, width / lanes, panel]);
        for (index, panel) in values.chunks_exact_mut(panel).enumerate() {
            let (direction, first) = (index / (width / lanes), index % (width / lanes) * lanes);
            for gate in 0..GATES {
                for unit in 0..hidden {
                    let row = (direction * GATES + gate) * hidden + unit;
                    let lane = &mut panel[(gate * units + unit) * lanes..][..lanes];
                    for (column, value) in (first..columns).zip(lane) {
                        *value = weights[row * columns + column];
                    }
                }
            }
        }
        Self {
            values,
            panel,
            width,
            lanes,
        }
    }

    /// The panels of one direction of one encoder.
    pub fn direction(&self, direction: usize) -> &[f32] {
        let size = self.width / self.lanes * self.panel;
        &self.values[direction * size..][..size]
    }
}
