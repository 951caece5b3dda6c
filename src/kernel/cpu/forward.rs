//! The forward time loop.

use super::activation::{sigmoid, tanh};
use super::panel::Panels;
use super::{ForwardInputs, Record, Sizes};

/// All states [N, E, T, 2H], a block of `GENES` at a time; `record` takes the gates and cells where training wants them.
#[inline(always)]
pub fn run<const GENES: usize, const PANEL: usize, const FMA: bool>(
    from: &ForwardInputs<'_>,
    sizes: Sizes,
    mut record: Option<&mut Record>,
) -> Vec<f32> {
    let Sizes {
        examples,
        steps,
        encoders,
        hidden,
        ..
    } = sizes;
    let mut states = vec![0.0; sizes.states().iter().product()];
    for lane in 0..2 * encoders {
        let weights = pack_lane::<PANEL>(from, sizes, lane);
        let mut block = Block::new::<GENES>(sizes, weights.width());
        for first in (0..examples).step_by(GENES) {
            let genes = GENES.min(examples - first);
            block.reset();
            for step in 0..steps {
                // Direction 1 reads the sequence from its end; its state stands at the position it has just read.
                let t = if lane % 2 == 0 {
                    step
                } else {
                    steps - 1 - step
                };
                block.read_inputs(from.x, sizes, lane / 2, first, genes, t);
                weights.multiply::<GENES, FMA>(&block.rows, &mut block.gates);
                block.advance::<FMA>(sizes, genes);
                for gene in 0..genes {
                    let at = ((first + gene) * encoders + lane / 2) * steps + t;
                    states[at * 2 * hidden + lane % 2 * hidden..][..hidden]
                        .copy_from_slice(block.state(sizes, gene));
                }
                if let Some(record) = record.as_deref_mut() {
                    block.write_record(record, sizes, lane, first, genes, t);
                }
            }
        }
    }
    states
}

/// The weights of one encoder's direction: rows are its inputs and then its own previous state, columns the gates i, f, g, o.
fn pack_lane<const PANEL: usize>(
    from: &ForwardInputs<'_>,
    sizes: Sizes,
    lane: usize,
) -> Panels<PANEL> {
    let Sizes { inputs, hidden, .. } = sizes;
    let first_gate = lane * 4 * hidden;
    Panels::pack(
        inputs + hidden,
        4 * hidden,
        |row, gate| match row.checked_sub(inputs) {
            None => from.input[(first_gate + gate) * inputs + row],
            Some(unit) => from.recurrent[(first_gate + gate) * hidden + unit],
        },
        |gate| from.bias[first_gate + gate],
    )
}

/// The running state of a block of genes in one direction of one encoder. Genes beyond the batch's end are computed and dropped.
struct Block {
    /// [GENES, I + H]: what the gates are computed from.
    rows: Vec<f32>,
    /// [GENES, width]: the gates i, f, g, o.
    gates: Vec<f32>,
    /// [GENES, H].
    cells: Vec<f32>,
    width: usize,
}

impl Block {
    fn new<const GENES: usize>(sizes: Sizes, width: usize) -> Self {
        Self {
            rows: vec![0.0; GENES * (sizes.inputs + sizes.hidden)],
            gates: vec![0.0; GENES * width],
            cells: vec![0.0; GENES * sizes.hidden],
            width,
        }
    }

    fn reset(&mut self) {
        self.rows.fill(0.0);
        self.cells.fill(0.0);
    }

    #[inline(always)]
    fn read_inputs(
        &mut self,
        x: &[f32],
        sizes: Sizes,
        encoder: usize,
        first: usize,
        genes: usize,
        t: usize,
    ) {
        let Sizes {
            steps,
            encoders,
            inputs,
            hidden,
            ..
        } = sizes;
        for gene in 0..genes {
            let at = (((first + gene) * steps + t) * encoders + encoder) * inputs;
            self.rows[gene * (inputs + hidden)..][..inputs].copy_from_slice(&x[at..at + inputs]);
        }
    }

    /// c = f c + i g and h = o tanh(c), from the gates before activation; leaves the activated gates in place.
    #[inline(always)]
    fn advance<const FMA: bool>(&mut self, sizes: Sizes, genes: usize) {
        let Sizes { inputs, hidden, .. } = sizes;
        for gene in 0..genes {
            let gates = &mut self.gates[gene * self.width..][..4 * hidden];
            sigmoid::<FMA>(&mut gates[..2 * hidden]);
            tanh::<FMA>(&mut gates[2 * hidden..3 * hidden]);
            sigmoid::<FMA>(&mut gates[3 * hidden..]);
            let (input_gate, rest) = gates.split_at(hidden);
            let (forget, rest) = rest.split_at(hidden);
            let (candidate, output) = rest.split_at(hidden);
            let cells = &mut self.cells[gene * hidden..][..hidden];
            let state = &mut self.rows[gene * (inputs + hidden) + inputs..][..hidden];
            for unit in 0..hidden {
                cells[unit] = forget[unit] * cells[unit] + input_gate[unit] * candidate[unit];
                state[unit] = cells[unit];
            }
            tanh::<FMA>(state);
            for unit in 0..hidden {
                state[unit] *= output[unit];
            }
        }
    }

    #[inline(always)]
    fn state(&self, sizes: Sizes, gene: usize) -> &[f32] {
        &self.rows[gene * (sizes.inputs + sizes.hidden) + sizes.inputs..][..sizes.hidden]
    }

    #[inline(always)]
    fn write_record(
        &self,
        record: &mut Record,
        sizes: Sizes,
        lane: usize,
        first: usize,
        genes: usize,
        t: usize,
    ) {
        let Sizes {
            steps,
            encoders,
            hidden,
            ..
        } = sizes;
        for gene in 0..genes {
            let at = ((first + gene) * encoders * 2 + lane) * steps + t;
            record.gates[at * 4 * hidden..][..4 * hidden]
                .copy_from_slice(&self.gates[gene * self.width..][..4 * hidden]);
            record.cells[at * hidden..][..hidden]
                .copy_from_slice(&self.cells[gene * hidden..][..hidden]);
        }
    }
}
