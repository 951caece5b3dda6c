//! Weights packed in the order of the loops.

use super::activation::{SIGMOID, TANH};
use super::buffer::{Buffer, product};
use crate::sizes::Sizes;

/// Weights as slices, in the shapes of `bilstm`.
pub struct Weights<'a> {
    pub input: &'a [f32],
    pub recurrent: &'a [f32],
    pub bias: &'a [f32],
}

/// The gates i, f, g, o.
pub const GATES: usize = 4;

/// Factor of each gate's weights: the activation reads scaled products.
const SCALE: [f32; GATES] = [SIGMOID, SIGMOID, TANH, SIGMOID];

/// All weights of the forward pass, for vectors of `lanes` hidden units.
///
/// ```text
/// [E, 2, units / lanes, 1 + I + H, 4, lanes]        the row of biases, the rows of inputs, the rows of states
/// ```
///
/// A panel contains the weights of one vector of units, with adjacent gates: a step ends in the registers where the
/// activation starts. Units are padded with zeros to whole vectors; the state of a padded unit stays 0.
#[derive(Debug, Clone)]
pub struct Packed {
    values: Buffer,
    /// Floats of one panel.
    pub panel: usize,
    /// H rounded up to whole vectors.
    pub units: usize,
    lanes: usize,
}

impl Packed {
    /// Packs for vectors of `lanes`.
    pub fn new(from: &Weights<'_>, sizes: Sizes, lanes: usize) -> Self {
        let Sizes {
            encoders,
            inputs,
            hidden,
            ..
        } = sizes;
        let units = hidden.next_multiple_of(lanes);
        let panel = product(&[1 + inputs + hidden, GATES, lanes]);
        let mut values = Buffer::of([2, encoders, units / lanes, panel]);
        for (index, panel) in values.chunks_exact_mut(panel).enumerate() {
            let (direction, first) = (index / (units / lanes), index % (units / lanes) * lanes);
            for (row, columns) in panel.chunks_exact_mut(GATES * lanes).enumerate() {
                for (gate, columns) in columns.chunks_exact_mut(lanes).enumerate() {
                    for (unit, value) in (first..hidden).zip(columns) {
                        let column = (direction * GATES + gate) * hidden + unit;
                        *value = SCALE[gate]
                            * match row {
                                0 => from.bias[column],
                                row if row <= inputs => from.input[column * inputs + row - 1],
                                row => from.recurrent[column * hidden + row - 1 - inputs],
                            };
                    }
                }
            }
        }
        Self {
            values,
            panel,
            units,
            lanes,
        }
    }

    /// The panels of one direction of one encoder, by `direction` 2 e + d.
    pub fn direction(&self, direction: usize) -> &[f32] {
        let size = self.units / self.lanes * self.panel;
        &self.values[direction * size..][..size]
    }
}
