//! Attention of every bin to every other over slices, computed in blocks of rows of scores: no other rows are stored,
//! unless requested.

use std::ops::Range;

use super::activation::{softmax, tanh_of};
use super::buffer::{Buffer, unpad};
use super::parallel;
use super::product::{Left, Panels, multiply};
use super::simd::{Loops, Simd};
use super::vector::Vector;
use crate::compare::rectified;

/// Query bins at a time: their scores and queries stay in cache while all key bins are read.
const ROWS: usize = 32;

/// One head.
#[derive(Debug, Clone, Copy)]
pub struct Head<'a> {
    /// Its queries.
    pub query: &'a Query,
    /// f at every offset [2L − 1].
    pub position: Option<&'a [f32]>,
    /// True if scores are rectified.
    pub rectify: bool,
}

/// Packed weights of a head's queries.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// W [d, d].
    weight: Panels,
    /// b `[d]`, padded.
    bias: Buffer,
}

impl Query {
    /// Packs W [d, d] and b `[d]`.
    pub fn new(simd: Simd, weight: &[f32], bias: &[f32]) -> Self {
        let weight = Panels::of(simd, weight, bias.len());
        let mut padded = Buffer::zeros(weight.width);
        padded[..bias.len()].copy_from_slice(bias);
        Self { weight, bias: padded }
    }
}

/// The bins of a sequence, packed for all heads of a layer.
#[derive(Debug)]
pub struct Bins {
    /// Hᵀ.
    keys: Panels,
    /// H.
    values: Panels,
    length: usize,
    size: usize,
}

impl Bins {
    /// Packs H [L, d].
    pub fn new(simd: Simd, h: &[f32], size: usize) -> Self {
        let length = h.len() / size;
        Self {
            keys: Panels::new(simd, size, length, |row, t| h[t * size + row]),
            values: Panels::of(simd, h, size),
            length,
            size,
        }
    }
}

/// The context [N, R, d] of the R query bins `rows` of `h` [N, L, d], and their attention [N, R, L] if requested.
pub fn attention_head(
    simd: Simd,
    h: &[f32],
    [length, size]: [usize; 2],
    head: Head<'_>,
    rows: Range<usize>,
    weights: bool,
) -> (Vec<f32>, Vec<f32>) {
    let (examples, asked) = (h.len() / (length * size), rows.len());
    let mut context = vec![0.0; examples * asked * size];
    let stored = if weights { length } else { 0 };
    let mut attention = vec![0.0; examples * asked * stored];
    let asking: Vec<usize> = rows.collect();
    for (index, h) in h.chunks_exact(length * size).enumerate() {
        let into = Rows {
            context: &mut context[index * asked * size..][..asked * size],
            attention: &mut attention[index * asked * stored..][..asked * stored],
            kept: &mut [],
        };
        attend(simd, h, &Bins::new(simd, h, size), head, &asking, into);
    }
    simd.show(h, length * size, &mut context, asked * size);
    simd.show(h, length * size, &mut attention, asked * stored);
    (context, attention)
}

/// Outputs for some query bins, one row each.
pub(super) struct Rows<'a> {
    /// [rows, d].
    pub context: &'a mut [f32],
    /// [rows, L]; empty if not requested.
    pub attention: &'a mut [f32],
    /// The query, the largest score and the sum of exponentials, [rows, d + 2]; empty if not requested.
    pub kept: &'a mut [f32],
}

/// Computes the rows of the query bins `asking` of `h` [L, d], packed as `bins`.
pub(super) fn attend(simd: Simd, h: &[f32], bins: &Bins, head: Head<'_>, asking: &[usize], into: Rows<'_>) {
    if asking.is_empty() {
        return;
    }
    // An empty slice has no chunks, but each part needs its own.
    let (stored, left) = (into.attention.len() / asking.len(), into.kept.len() / asking.len());
    let (mut attention, mut kept) = (into.attention, into.kept);
    let chunks = asking.chunks(ROWS).zip(into.context.chunks_mut(ROWS * bins.size));
    let parts = chunks.map(|(asking, context)| {
        let into = Rows {
            context,
            attention: attention.split_off_mut(..asking.len() * stored).expect("its rows"),
            kept: kept.split_off_mut(..asking.len() * left).expect("its rows"),
        };
        Attend {
            h,
            bins,
            head,
            asking,
            into,
        }
    });
    parallel::map(parts.collect(), |part| simd.run(part));
}

/// The rows [N, R, d] of E H for `h` [N, L, d] and rows `e` [R, L].
pub fn mix(simd: Simd, h: &[f32], e: &[f32], length: usize, size: usize) -> Vec<f32> {
    let rows = e.len() / length;
    let mut mixed = vec![0.0; h.len() / length * rows];
    let examples = h.chunks_exact(length * size).zip(mixed.chunks_exact_mut(rows * size));
    for (h, mixed) in examples {
        product(simd, e, &Panels::of(simd, h, size), size, mixed);
    }
    mixed
}

/// The product of `left` [rows, depth] and `right` [depth, columns] into `out` [rows, columns].
pub(super) fn product(simd: Simd, left: &[f32], right: &Panels, columns: usize, out: &mut [f32]) {
    let depth = left.len() / (out.len() / columns);
    parallel::for_each_chunk(out, ROWS * columns, |index, mixed| {
        let e = &left[index * ROWS * depth..][..mixed.len() / columns * depth];
        simd.run(Mix {
            e,
            h: right,
            size: columns,
            mixed,
        });
    });
}

/// The rows of [`attend`] for some query bins.
struct Attend<'a> {
    h: &'a [f32],
    bins: &'a Bins,
    head: Head<'a>,
    asking: &'a [usize],
    into: Rows<'a>,
}

impl Loops for Attend<'_> {
    type Out = ();

    #[inline(always)]
    fn run<V: Vector, const P: usize>(self) {
        let Self {
            h,
            bins,
            head,
            asking,
            into,
        } = self;
        let Bins {
            keys,
            values,
            length,
            size,
        } = bins;
        let (length, size) = (*length, *size);
        let Query { weight, bias } = head.query;
        let rows = asking.len().next_multiple_of(P);
        let mut of_asking = Buffer::zeros(rows * size);
        for (to, &bin) in of_asking.chunks_exact_mut(size).zip(asking) {
            to.copy_from_slice(&h[bin * size..][..size]);
        }
        let mut queries = Buffer::zeros(rows * weight.width);
        multiply::<V, P>(Left::matrix(&of_asking, size, size), weight, rows, &mut queries);
        for row in queries.chunks_exact_mut(weight.width) {
            tanh_of::<V>(row, bias);
        }
        let mut scores = Buffer::zeros(rows * keys.width);
        let of_query = Left::matrix(&queries, weight.width, size);
        multiply::<V, P>(of_query, keys, rows, &mut scores);
        for (index, (row, &bin)) in scores.chunks_exact_mut(keys.width).zip(asking).enumerate() {
            let row = &mut row[..length];
            // f(t − i) at t = 0 is f(−i).
            head.weigh(row, length - 1 - bin);
            let (largest, total) = softmax::<V>(row);
            if !into.attention.is_empty() {
                into.attention[index * length..][..length].copy_from_slice(row);
            }
            if KEEPS && !into.kept.is_empty() {
                let kept = &mut into.kept[index * (size + 2)..][..size + 2];
                kept[..size].copy_from_slice(&queries[index * weight.width..][..size]);
                kept[size..].copy_from_slice(&[largest, total]);
            }
        }
        let mut sums = Buffer::zeros(rows * weight.width);
        let scores = Left::matrix(&scores, keys.width, length);
        multiply::<V, P>(scores, values, rows, &mut sums);
        unpad(&sums[..asking.len() * weight.width], into.context, weight.width, size);
    }
}

/// True if [`Rows::kept`] is supported: a page does not need it, which makes its engine smaller.
const KEEPS: bool = cfg!(not(target_arch = "wasm32"));

impl Head<'_> {
    /// Applies the ReLU, if any, to the scores of neighbouring bins, and multiplies by f, whose index for the first bin
    /// is `first`.
    #[inline(always)]
    pub(super) fn weigh(self, scores: &mut [f32], first: usize) {
        if self.rectify {
            for score in scores.iter_mut() {
                *score = rectified(*score);
            }
        }
        if let Some(position) = self.position {
            for (score, f) in scores.iter_mut().zip(&position[first..]) {
                *score *= f;
            }
        }
    }
}

/// The rows of E H for the rows of `e`.
struct Mix<'a> {
    e: &'a [f32],
    h: &'a Panels,
    size: usize,
    mixed: &'a mut [f32],
}

impl Loops for Mix<'_> {
    type Out = ();

    #[inline(always)]
    fn run<V: Vector, const P: usize>(self) {
        let count = self.mixed.len() / self.size;
        let (length, rows) = (self.e.len() / count, count.next_multiple_of(P));
        let mut e = Buffer::zeros(rows * length);
        e[..self.e.len()].copy_from_slice(self.e);
        let mut sums = Buffer::zeros(rows * self.h.width);
        let e = Left::matrix(&e, length, length);
        multiply::<V, P>(e, self.h, rows, &mut sums);
        let sums = &sums[..count * self.h.width];
        unpad(sums, self.mixed, self.h.width, self.size);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpu::cases::draw;

    /// A head as the equations have it.
    #[derive(Clone, Copy)]
    struct Plain<'a> {
        weight: &'a [f32],
        bias: &'a [f32],
        position: Option<&'a [f32]>,
        rectify: bool,
    }

    impl Plain<'_> {
        fn attend(self, simd: Simd, h: &[f32], length: usize, weights: bool) -> (Vec<f32>, Vec<f32>) {
            let head = Head {
                query: &Query::new(simd, self.weight, self.bias),
                position: self.position,
                rectify: self.rectify,
            };
            attention_head(simd, h, [length, self.bias.len()], head, 0..length, weights)
        }
    }

    /// Context and attention by the equations, float64.
    fn expected(h: &[f32], length: usize, head: Plain<'_>) -> (Vec<f64>, Vec<f64>) {
        let size = head.bias.len();
        let (mut context, mut attention) = (Vec::new(), Vec::new());
        for h in h.chunks_exact(length * size) {
            let h = |t: usize, c: usize| f64::from(h[t * size + c]);
            for i in 0..length {
                let query = |column: usize| {
                    let products = (0..size).map(|c| h(i, c) * f64::from(head.weight[c * size + column]));
                    (products.sum::<f64>() + f64::from(head.bias[column])).tanh()
                };
                let query: Vec<f64> = (0..size).map(query).collect();
                let weight = |t: usize| {
                    let mut score: f64 = (0..size).map(|c| query[c] * h(t, c)).sum();
                    if head.rectify {
                        score = score.max(0.0);
                    }
                    if let Some(position) = head.position {
                        score *= f64::from(position[t + length - 1 - i]);
                    }
                    score.exp()
                };
                let weights: Vec<f64> = (0..length).map(weight).collect();
                let total: f64 = weights.iter().sum();
                let weight = |t: usize| weights[t] / total;
                attention.extend((0..length).map(weight));
                context.extend((0..size).map(|c| (0..length).map(|t| weight(t) * h(t, c)).sum::<f64>()));
            }
        }
        (context, attention)
    }

    fn difference(got: &[f32], expected: &[f64]) -> f64 {
        assert_eq!(got.len(), expected.len());
        let differences = got.iter().zip(expected);
        differences
            .map(|(&got, expected)| (f64::from(got) - expected).abs())
            .fold(0.0, f64::max)
    }

    #[test]
    fn heads_are_their_equations_on_every_instruction_set() {
        for [examples, length, size] in [[1, 128, 16], [2, 37, 5], [1, 1, 3], [3, 70, 33]] {
            let h = draw(examples * length * size, 1);
            let (weight, bias) = (draw(size * size, 2), draw(size, 3));
            let position = draw(2 * length - 1, 4);
            for rectify in [false, true] {
                for position in [None, Some(position.as_slice())] {
                    let head = Plain {
                        weight: &weight,
                        bias: &bias,
                        position,
                        rectify,
                    };
                    let (context, attention) = expected(&h, length, head);
                    for simd in Simd::available() {
                        let about = format!("{simd:?}, {examples}, {length}, {size}");
                        let (got, none) = head.attend(simd, &h, length, false);
                        assert!(none.is_empty());
                        let error = difference(&got, &context);
                        assert!(error < 3e-6, "{about}: {error:e}");
                        let (got, weights) = head.attend(simd, &h, length, true);
                        assert!(difference(&got, &context) < 3e-6, "{about}");
                        let error = difference(&weights, &attention);
                        assert!(error < 2e-6, "{about}: {error:e}");
                    }
                }
            }
        }
    }

    #[test]
    fn no_bins_that_ask_get_nothing() {
        let h = [1.0, 2.0, 3.0, 4.0];
        let simd = Simd::detect();
        let query = Query::new(simd, &[1.0, 0.0, 0.0, 1.0], &[0.0, 0.0]);
        let head = Head {
            query: &query,
            position: None,
            rectify: false,
        };
        let (context, attention) = attention_head(simd, &h, [2, 2], head, 1..1, true);
        assert!(context.is_empty() && attention.is_empty());
    }

    #[test]
    fn scores_far_apart_make_one_weight_of_one() {
        let h = [40.0, 0.0, 0.0, 1.0, -40.0, 0.0];
        let head = Plain {
            weight: &[1.0, 0.0, 0.0, 1.0],
            bias: &[0.0, 0.0],
            position: None,
            rectify: false,
        };
        let (_, weights) = head.attend(Simd::detect(), &h, 3, true);
        assert!((weights[0] - 1.0).abs() < 1e-6 && weights[2] < 1e-17, "{weights:?}");
    }

    #[test]
    fn mixing_is_a_product_on_every_instruction_set() {
        for [examples, length, size] in [[1, 128, 16], [2, 37, 5], [1, 1, 3], [2, 65, 67]] {
            let (h, e) = (draw(examples * length * size, 1), draw(length * length, 2));
            let mut expected = Vec::new();
            for h in h.chunks_exact(length * size) {
                for e in e.chunks_exact(length) {
                    expected.extend((0..size).map(|c| {
                        let products = e.iter().zip(h.iter().skip(c).step_by(size));
                        products.map(|(&e, &h)| f64::from(e) * f64::from(h)).sum::<f64>()
                    }));
                }
            }
            for simd in Simd::available() {
                let error = difference(&mix(simd, &h, &e, length, size), &expected);
                assert!(error < 5e-6, "{simd:?}, {length}, {size}: {error:e}");
            }
        }
    }
}
