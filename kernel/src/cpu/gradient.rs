//! A whole backward call.
//!
//! It keeps only the inputs of the forward pass, and recomputes each tile, recorded, immediately before its backward
//! pass: a tile's record fits the cache, while writing and reading the record of a batch would cost more than the
//! arithmetic.

use super::attention;
use super::backward::{self, Flow};
use super::buffer::{Buffer, pad, unpad};
use super::forward::{self, Genes, Stream, Tile};
use super::level::{Contexts, Head, come_out_even};
use super::packed::{GATES, Packed};
use super::parallel;
use super::transposed::Transposed;
use super::vector::Vector;
use crate::sizes::Sizes;

/// Genes per task of a thread, whose gradients are summed. Independent of the number of threads, so that sums, and
/// trained weights, are as well.
const BACKWARD_SHARE: usize = 8;

/// The gradients of one call, or their sums over some of its genes.
#[derive(Debug, Clone)]
pub struct Gradients {
    /// [E, 2, 1 + I + H, 4 units]: biases, input weights, recurrent weights.
    weights: Buffer,
    /// [E, 2 units]; zeros without attention.
    context: Buffer,
}

/// The gradients of weights in the shapes of the call.
#[cfg(feature = "autodiff")]
#[derive(Debug)]
pub struct WeightGradients {
    /// [E, 2, 4H, I].
    pub input: Vec<f32>,
    /// [E, 2, 4H, H].
    pub recurrent: Vec<f32>,
    /// [E, 2, 4H].
    pub bias: Vec<f32>,
    /// [E, 2H]; zeros without attention.
    pub context: Vec<f32>,
}

/// Inputs of the backward pass.
#[derive(Clone, Copy)]
pub struct Backward<'a> {
    /// [N, T, E, I].
    pub x: &'a [f32],
    /// Weights for the forward pass.
    pub packed: &'a Packed,
    /// Recurrent weights for the backward pass.
    pub recurrent: &'a Transposed,
    /// Input weights for the backward pass, one per lane, if the gradient of x is requested.
    pub input: Option<&'a Transposed>,
    /// The head after the recurrence.
    pub head: Head<'a>,
    /// [N, E, row].
    pub out_gradient: &'a [f32],
    /// The call's sizes.
    pub sizes: Sizes,
}

/// The gradients of `count` genes from `first` on. `x_gradient` [count, T, E, I] and the output of the forward pass,
/// `out` [count, E, row], are empty if not requested; the weights' gradients are empty without `WEIGHTS`.
#[inline(always)]
pub fn backward<V: Vector, const G: usize, const C: usize, const R: usize, const WEIGHTS: bool>(
    from: Backward<'_>,
    first: usize,
    count: usize,
    x_gradient: &mut [f32],
    out: &mut [f32],
) -> Gradients {
    let Backward {
        x, packed, head, sizes, ..
    } = from;
    let Sizes {
        steps,
        encoders,
        inputs,
        hidden,
        ..
    } = sizes;
    let units = packed.units;
    let row = head.row(sizes);
    let lane = (1 + inputs + hidden) * GATES * units;
    let mut gradients = Gradients {
        weights: Buffer::zeros(if WEIGHTS { 2 * encoders * lane } else { 0 }),
        context: Buffer::zeros(2 * encoders * units),
    };
    let mut tile = Tile::new(sizes, units, G, true);
    let mut flow = Flow::new(sizes, units, G);
    let contexts = Contexts::new(head, sizes, units);
    let mut sum = Buffer::zeros(2 * units);
    let mut sum_gradient = Buffer::zeros(2 * units);
    let (mut weights, mut scores) = (vec![0.0; steps], vec![0.0; steps]);
    let blocks = come_out_even::<V>(units, C);
    for index in (0..count).step_by(G) {
        let genes = Genes {
            first: first + index,
            count: G.min(count - index),
        };
        for encoder in 0..encoders {
            let both = [2 * encoder, 2 * encoder + 1];
            let streams = both.map(|direction| Stream::new(direction, genes));
            forward::run::<V, 2, G, 1, true>(x, packed, sizes, streams, &mut tile);
            for slot in 0..genes.count {
                let at = ((genes.first + slot) * encoders + encoder) * row;
                let out_gradient = &from.out_gradient[at..][..row];
                let here = ((index + slot) * encoders + encoder) * row;
                let out = out.get_mut(here..here + row);
                let states = slot * steps * 2 * units;
                let states = &mut flow.states[states..][..steps * 2 * units];
                match contexts.of(encoder) {
                    None => {
                        if let Some(out) = out {
                            unpad(tile.gene(slot), out, units, hidden);
                        }
                        pad(out_gradient, states, units, hidden);
                    }
                    Some(context) => {
                        attention::attend::<V>(tile.gene(slot), context, &mut sum, &mut weights);
                        if let Some(out) = out {
                            let (total, attention) = out.split_at_mut(2 * hidden);
                            unpad(&sum, total, units, hidden);
                            attention.copy_from_slice(&weights);
                        }
                        let (of_sum, of_weights) = out_gradient.split_at(2 * hidden);
                        pad(of_sum, &mut sum_gradient, units, hidden);
                        attention::backward::<V>(
                            tile.gene(slot),
                            context,
                            &weights,
                            (&sum_gradient, of_weights),
                            &mut scores,
                            states,
                            &mut gradients.context[encoder * 2 * units..][..2 * units],
                        );
                    }
                }
            }
            for direction in both {
                if blocks {
                    backward::run::<V, G, C>(from.recurrent, sizes, direction, &mut tile, &mut flow);
                } else {
                    backward::run::<V, G, 1>(from.recurrent, sizes, direction, &mut tile, &mut flow);
                }
                if WEIGHTS {
                    let gradient = &mut gradients.weights[direction * lane..][..lane];
                    backward::into_weights::<V, R, 4>(x, sizes, direction, genes, &tile, gradient);
                }
                if let Some(input) = from.input {
                    let size = steps * encoders * inputs;
                    let to = &mut x_gradient[index * size..][..genes.count * size];
                    backward::into_inputs::<V>(input, sizes, direction, genes.count, &tile, to);
                }
            }
        }
    }
    gradients
}

#[cfg(feature = "autodiff")]
impl Gradients {
    /// Adds the gradients of other genes.
    fn add(&mut self, other: &Self) {
        for (to, from) in [(&mut self.weights, &other.weights), (&mut self.context, &other.context)] {
            for (to, from) in to.iter_mut().zip(from.iter()) {
                *to += from;
            }
        }
    }

    /// In the shapes of the call, without padding.
    fn unpacked(&self, sizes: Sizes, units: usize) -> WeightGradients {
        let Sizes {
            encoders,
            inputs,
            hidden,
            ..
        } = sizes;
        let rows = 1 + inputs + hidden;
        let columns = 2 * encoders * GATES * hidden;
        let mut gradients = WeightGradients {
            input: vec![0.0; columns * inputs],
            recurrent: vec![0.0; columns * hidden],
            bias: vec![0.0; columns],
            context: vec![0.0; encoders * 2 * hidden],
        };
        for column in 0..columns {
            let (direction, gate) = (column / (GATES * hidden), column / hidden % GATES);
            let from = |row: usize| self.weights[((direction * rows + row) * GATES + gate) * units + column % hidden];
            gradients.bias[column] = from(0);
            for k in 0..inputs {
                gradients.input[column * inputs + k] = from(1 + k);
            }
            for k in 0..hidden {
                gradients.recurrent[column * hidden + k] = from(1 + inputs + k);
            }
        }
        unpad(&self.context, &mut gradients.context, units, hidden);
        gradients
    }
}

/// Distributes genes over threads, for the output of the forward pass, [N, E, row], and the gradient of x alone, [N, T,
/// E, I]. `run(first, count, x_gradient, out)` computes those of its genes.
pub fn share_input_gradient(
    sizes: Sizes,
    row: usize,
    run: impl Fn(usize, usize, &mut [f32], &mut [f32]) + Sync,
) -> (Vec<f32>, Vec<f32>) {
    let (of_x, of_out) = (sizes.steps * sizes.encoders * sizes.inputs, sizes.encoders * row);
    let mut x_gradient = vec![0.0; sizes.examples * of_x];
    let mut out = vec![0.0; sizes.examples * of_out];
    let parts = x_gradient.chunks_mut(BACKWARD_SHARE * of_x);
    let parts = parts.zip(out.chunks_mut(BACKWARD_SHARE * of_out)).enumerate();
    parallel::map(parts.collect(), |(index, (x_gradient, out))| {
        run(index * BACKWARD_SHARE, x_gradient.len() / of_x, x_gradient, out);
    });
    (out, x_gradient)
}

/// Distributes the genes of a backward pass over threads. `run(first, count, x_gradient)` returns the gradients of its
/// genes.
#[cfg(feature = "autodiff")]
pub fn share_backward(
    from: Backward<'_>,
    run: impl Fn(usize, usize, &mut [f32]) -> Gradients + Sync,
) -> (WeightGradients, Vec<f32>) {
    let Sizes {
        examples,
        steps,
        encoders,
        inputs,
        ..
    } = from.sizes;
    let per_gene = match from.input {
        Some(_) => steps * encoders * inputs,
        None => 0,
    };
    let mut x_gradient = vec![0.0; examples * per_gene];
    // Each task has its part of the gradient of x, which is empty if not requested.
    let mut rest = x_gradient.as_mut_slice();
    let mut shares = Vec::with_capacity(examples.div_ceil(BACKWARD_SHARE));
    for first in (0..examples).step_by(BACKWARD_SHARE) {
        let count = BACKWARD_SHARE.min(examples - first);
        let (part, others) = rest.split_at_mut(count * per_gene);
        shares.push((first, count, part));
        rest = others;
    }
    let gradients = parallel::map(shares, |(first, count, part)| run(first, count, part));
    // In order, because float sums depend on it.
    let total = gradients
        .into_iter()
        .reduce(|mut total, share| {
            total.add(&share);
            total
        })
        .expect("a call has genes");
    (total.unpacked(from.sizes, from.packed.units), x_gradient)
}
