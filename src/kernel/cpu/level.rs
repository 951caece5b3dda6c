//! A whole call: tile after tile, encoder after encoder, with what follows the recurrence done while the states are in cache.
//!
//! The backward pass keeps nothing from the forward pass but its inputs. It runs each tile forward again, this time recorded, and
//! back at once: a tile's record fits the cache, where the record of a batch would go to memory and come back, which costs more
//! than the arithmetic.

use super::Sizes;
use super::attention;
use super::backward::{self, Flow};
use super::buffer::{Buffer, pad, unpad};
use super::forward::{self, Genes, Tile};
use super::packed::{GATES, Packed, Transposed};
use super::shares;
use super::vector::Vector;

/// Genes that one thread takes at a time in a forward pass.
const FORWARD_SHARE: usize = 16;

/// Genes whose gradients are summed by one thread. It does not depend on the number of threads, so that sums, and with them trained
/// weights, do not either.
const BACKWARD_SHARE: usize = 8;

/// What follows the recurrence, and so what one encoder gives of one gene.
#[derive(Debug, Clone, Copy)]
pub enum Head<'a> {
    /// Nothing: the states [T, 2H].
    States,
    /// Attention with these context vectors [E, 2H]: the weighted sum [2H] and then the weights [T].
    Attention(&'a [f32]),
}

impl Head<'_> {
    /// Values that one encoder gives of one gene.
    pub fn row(self, sizes: Sizes) -> usize {
        match self {
            Self::States => sizes.steps * 2 * sizes.hidden,
            Self::Attention(_) => 2 * sizes.hidden + sizes.steps,
        }
    }
}

/// Runs the recurrence of `x` [N, T, E, I] and its head into `out` [N, E, row]. `G` genes share a tile; a single one runs `U` vectors of
/// units at a time instead.
#[inline(always)]
pub fn forward<V: Vector, const G: usize, const U: usize>(
    x: &[f32],
    packed: &Packed,
    head: Head<'_>,
    sizes: Sizes,
    first: usize,
    out: &mut [f32],
) {
    let row = head.row(sizes);
    let mut tile = Tile::new(sizes, packed.units, G, false);
    let contexts = Contexts::new(head, sizes, packed.units);
    let mut sum = Buffer::zeros(2 * packed.units);
    let single = single_blocks::<V>(packed.units, U);
    let per_gene = sizes.encoders * row;
    for (index, out) in out.chunks_mut(G * per_gene).enumerate() {
        let genes = Genes {
            first: first + index * G,
            count: out.len() / per_gene,
        };
        for encoder in 0..sizes.encoders {
            for direction in [2 * encoder, 2 * encoder + 1] {
                if genes.count > 1 {
                    forward::run::<V, G, 1, false>(x, packed, sizes, direction, genes, &mut tile);
                } else if single {
                    forward::run::<V, 1, U, false>(x, packed, sizes, direction, genes, &mut tile);
                } else {
                    forward::run::<V, 1, 1, false>(x, packed, sizes, direction, genes, &mut tile);
                }
            }
            for slot in 0..genes.count {
                let out = &mut out[(slot * sizes.encoders + encoder) * row..][..row];
                match contexts.of(encoder) {
                    None => unpad(tile.gene(slot), out, packed.units, sizes.hidden),
                    Some(context) => {
                        let (total, weights) = out.split_at_mut(2 * sizes.hidden);
                        attention::attend::<V>(tile.gene(slot), context, &mut sum, weights);
                        unpad(&sum, total, packed.units, sizes.hidden);
                    }
                }
            }
        }
    }
}

/// Whether `count` vectors at a time come out even.
fn single_blocks<V: Vector>(units: usize, count: usize) -> bool {
    (units / V::LANES).is_multiple_of(count)
}

/// The gradients of one call; those of a share of its genes are summed over them.
#[derive(Debug, Clone)]
pub struct Gradients {
    /// [E, 2, 1 + I + H, 4 units]: biases, input weights, recurrent weights.
    weights: Buffer,
    /// [E, 2 units]; zeros without attention.
    context: Buffer,
}

/// The gradients of weights in the shapes of the call.
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

/// What the backward pass reads.
#[derive(Clone, Copy)]
pub struct Backward<'a> {
    /// [N, T, E, I].
    pub x: &'a [f32],
    /// Weights for the way forward.
    pub packed: &'a Packed,
    /// Recurrent weights for the way back.
    pub recurrent: &'a Transposed,
    /// Input weights for the way back, where the gradient of x is wanted.
    pub input: Option<&'a Transposed>,
    /// What followed the recurrence.
    pub head: Head<'a>,
    /// [N, E, row].
    pub out_gradient: &'a [f32],
    /// The call's sizes.
    pub sizes: Sizes,
}

/// The gradients of `count` genes from `first` on; `x_gradient` [count, T, E, I] is empty where it is not wanted.
#[inline(always)]
pub fn backward<V: Vector, const G: usize, const C: usize, const R: usize>(
    from: Backward<'_>,
    first: usize,
    count: usize,
    x_gradient: &mut [f32],
) -> Gradients {
    let Backward {
        x,
        packed,
        head,
        sizes,
        ..
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
        weights: Buffer::zeros(2 * encoders * lane),
        context: Buffer::zeros(2 * encoders * units),
    };
    let mut tile = Tile::new(sizes, units, G, true);
    let mut flow = Flow::new(sizes, units, G);
    let contexts = Contexts::new(head, sizes, units);
    let mut sum = Buffer::zeros(2 * units);
    let mut sum_gradient = Buffer::zeros(2 * units);
    let (mut weights, mut scores) = (vec![0.0; steps], vec![0.0; steps]);
    let blocks = single_blocks::<V>(units, C);
    for index in (0..count).step_by(G) {
        let genes = Genes {
            first: first + index,
            count: G.min(count - index),
        };
        for encoder in 0..encoders {
            let both = [2 * encoder, 2 * encoder + 1];
            for direction in both {
                forward::run::<V, G, 1, true>(x, packed, sizes, direction, genes, &mut tile);
            }
            for slot in 0..genes.count {
                let at = ((genes.first + slot) * encoders + encoder) * row;
                let out_gradient = &from.out_gradient[at..][..row];
                let states = slot * steps * 2 * units;
                let states = &mut flow.states[states..][..steps * 2 * units];
                match contexts.of(encoder) {
                    None => pad(out_gradient, states, units, hidden),
                    Some(context) => {
                        attention::attend::<V>(tile.gene(slot), context, &mut sum, &mut weights);
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
                    backward::run::<V, G, C>(
                        from.recurrent,
                        sizes,
                        direction,
                        &mut tile,
                        &mut flow,
                    );
                } else {
                    backward::run::<V, G, 1>(
                        from.recurrent,
                        sizes,
                        direction,
                        &mut tile,
                        &mut flow,
                    );
                }
                let gradient = &mut gradients.weights[direction * lane..][..lane];
                backward::into_weights::<V, R, 4>(x, sizes, direction, genes, &tile, gradient);
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

impl Gradients {
    /// Adds another share's.
    fn add(&mut self, other: &Self) {
        for (to, from) in [
            (&mut self.weights, &other.weights),
            (&mut self.context, &other.context),
        ] {
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
            let from = |row: usize| {
                self.weights[((direction * rows + row) * GATES + gate) * units + column % hidden]
            };
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

/// Shares the genes of a forward pass among threads. `run(first, out)` computes the genes that `out` has rows for.
pub fn share_forward(sizes: Sizes, row: usize, run: impl Fn(usize, &mut [f32]) + Sync) -> Vec<f32> {
    let per_gene = sizes.encoders * row;
    let mut out = vec![0.0; sizes.examples * per_gene];
    shares::for_each_chunk(&mut out, FORWARD_SHARE * per_gene, |index, out| {
        run(index * FORWARD_SHARE, out);
    });
    out
}

/// Shares the genes of a backward pass among threads. `run(first, count, x_gradient)` gives the gradients of its genes.
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
    // Each share has its part of the gradient of x, which is empty where that is not wanted.
    let mut rest = x_gradient.as_mut_slice();
    let mut shares = Vec::with_capacity(examples.div_ceil(BACKWARD_SHARE));
    for first in (0..examples).step_by(BACKWARD_SHARE) {
        let count = BACKWARD_SHARE.min(examples - first);
        let (part, others) = rest.split_at_mut(count * per_gene);
        shares.push((first, count, part));
        rest = others;
    }
    let gradients = shares::map(shares, |(first, count, part)| run(first, count, part));
    // In order: a sum of floats depends on it.
    let total = gradients
        .into_iter()
        .reduce(|mut total, share| {
            total.add(&share);
            total
        })
        .expect("a call has genes");
    (total.unpacked(from.sizes, from.packed.units), x_gradient)
}

/// The context vectors, padded as the states are.
struct Contexts {
    values: Option<Buffer>,
    size: usize,
}

impl Contexts {
    fn new(head: Head<'_>, sizes: Sizes, units: usize) -> Self {
        let values = match head {
            Head::States => None,
            Head::Attention(contexts) => {
                let mut padded = Buffer::zeros(sizes.encoders * 2 * units);
                pad(contexts, &mut padded, units, sizes.hidden);
                Some(padded)
            }
        };
        Self {
            values,
            size: 2 * units,
        }
    }

    fn of(&self, encoder: usize) -> Option<&[f32]> {
        let values = self.values.as_ref()?;
        Some(&values[encoder * self.size..][..self.size])
    }
}
