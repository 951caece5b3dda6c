//! A whole forward call: tile by tile, encoder by encoder, with the head computed while the states are in cache.

use super::attention;
use super::buffer::{Buffer, pad, unpad};
use super::forward::{self, Genes, Stream, Tile};
use super::packed::Packed;
use super::parallel;
use super::vector::Vector;
use crate::sizes::Sizes;

/// Genes per task of a thread in a forward pass.
const FORWARD_SHARE: usize = 16;

/// The head after the recurrence, which defines the output of one encoder for one gene.
#[derive(Debug, Clone, Copy)]
pub enum Head<'a> {
    /// None: the states [T, 2H].
    States,
    /// Attention with these context vectors [E, 2H]: the weighted sum [2H] followed by the weights [T].
    Attention(&'a [f32]),
}

impl Head<'_> {
    /// Number of values that one encoder returns for one gene.
    pub fn row(self, sizes: Sizes) -> usize {
        match self {
            Self::States => sizes.steps * 2 * sizes.hidden,
            Self::Attention(_) => 2 * sizes.hidden + sizes.steps,
        }
    }
}

/// Runs the recurrence of `x` [N, T, E, I] and its head into `out` [N, E, row]. `G` genes at a time share reads of the
/// weights, and twice as many share a tile; a single gene runs `U` vectors of units at a time instead.
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
    let most = 2 * G;
    let mut tile = Tile::new(sizes, packed.units, most, false);
    let contexts = Contexts::new(head, sizes, packed.units);
    let mut sum = Buffer::zeros(2 * packed.units);
    let single = come_out_even::<V>(packed.units, U);
    let per_gene = sizes.encoders * row;
    for (index, out) in out.chunks_mut(most * per_gene).enumerate() {
        let genes = Genes {
            first: first + index * most,
            count: out.len() / per_gene,
        };
        for encoder in 0..sizes.encoders {
            let both = [2 * encoder, 2 * encoder + 1];
            if genes.count > 1 {
                // Two streams: halves of many genes in one direction, or both directions of a few.
                let halves = genes.count > G;
                for direction in both.into_iter().take(if halves { 2 } else { 1 }) {
                    let streams = if halves {
                        genes.halves(G).map(|(genes, slot)| Stream { direction, genes, slot })
                    } else {
                        both.map(|direction| Stream::new(direction, genes))
                    };
                    forward::run::<V, 2, G, 1, false>(x, packed, sizes, streams, &mut tile);
                }
            } else {
                for direction in both {
                    let stream = [Stream::new(direction, genes)];
                    if single {
                        forward::run::<V, 1, 1, U, false>(x, packed, sizes, stream, &mut tile);
                    } else {
                        forward::run::<V, 1, 1, 1, false>(x, packed, sizes, stream, &mut tile);
                    }
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

/// Returns true if `count` vectors at a time divide the units evenly.
pub fn come_out_even<V: Vector>(units: usize, count: usize) -> bool {
    (units / V::LANES).is_multiple_of(count)
}

/// Distributes the genes of a forward pass over threads. `run(first, out)` computes genes from `first` on, to the
/// length of `out`.
pub fn share_forward(sizes: Sizes, row: usize, run: impl Fn(usize, &mut [f32]) + Sync) -> Vec<f32> {
    let per_gene = sizes.encoders * row;
    let mut out = vec![0.0; sizes.examples * per_gene];
    parallel::for_each_chunk(&mut out, FORWARD_SHARE * per_gene, |index, out| {
        run(index * FORWARD_SHARE, out);
    });
    out
}

/// The context vectors, padded like the states.
pub struct Contexts {
    values: Option<Buffer>,
    size: usize,
}

impl Contexts {
    /// The context vectors of `head`, if it is attention.
    pub fn new(head: Head<'_>, sizes: Sizes, units: usize) -> Self {
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

    /// [2 units] of one encoder.
    pub fn of(&self, encoder: usize) -> Option<&[f32]> {
        let values = self.values.as_ref()?;
        Some(&values[encoder * self.size..][..self.size])
    }
}
