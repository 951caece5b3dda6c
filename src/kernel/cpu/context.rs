//! Attention of every bin to every other over slices, some rows of scores at a time: no more rows are stored, unless
//! they are requested.

use super::activation::{exponential, tanh_of};
use super::buffer::{Buffer, unpad};
use super::product::{Left, Panels, multiply};
use super::shares;
use super::simd::{Loops, Simd};
use super::vector::Vector;

/// Query bins at a time: their scores and queries stay in cache while all key bins are read.
const ROWS: usize = 32;

/// One head.
#[derive(Debug, Clone, Copy)]
pub struct Head<'a> {
    /// W [d, d].
    pub weight: &'a [f32],
    /// b `[d]`.
    pub bias: &'a [f32],
    /// f at every offset [2L − 1].
    pub position: Option<&'a [f32]>,
    /// Whether scores are rectified.
    pub rectify: bool,
}

/// The context [N, L, d] of `h` [N, L, d], and the attention [N, L, L] if requested.
pub fn attention_head(simd: Simd, h: &[f32], length: usize, head: Head<'_>, weights: bool) -> (Vec<f32>, Vec<f32>) {
    let size = head.bias.len();
    let query = Panels::new(simd, size, size, |row, column| head.weight[row * size + column]);
    let mut bias = Buffer::zeros(query.width);
    bias[..size].copy_from_slice(head.bias);
    let mut context = vec![0.0; h.len()];
    let stored = if weights { length } else { 0 };
    let mut attention = vec![0.0; h.len() / size * stored];
    for (index, h) in h.chunks_exact(length * size).enumerate() {
        let keys = Panels::new(simd, size, length, |row, t| h[t * size + row]);
        let values = Panels::new(simd, length, size, |t, column| h[t * size + column]);
        let context = &mut context[index * h.len()..][..h.len()];
        let attention = &mut attention[index * length * stored..][..length * stored];
        let of_example = OfExample {
            h,
            query: &query,
            bias: &bias,
            keys: &keys,
            values: &values,
            head,
            length,
            size,
        };
        // An empty slice has no chunks, but each share needs its part of it.
        let mut rest = attention;
        let mut parts = Vec::with_capacity(length.div_ceil(ROWS));
        for (index, context) in context.chunks_mut(ROWS * size).enumerate() {
            let (part, others) = rest.split_at_mut(context.len() / size * stored);
            parts.push((index * ROWS, context, part));
            rest = others;
        }
        shares::map(parts, |(first, context, attention)| {
            simd.run(Attend {
                of_example,
                first,
                context,
                attention,
            });
        });
    }
    (context, attention)
}

/// E H [N, L, d] of `h` [N, L, d] and `e` [L, L].
pub fn mix(simd: Simd, h: &[f32], e: &[f32], length: usize, size: usize) -> Vec<f32> {
    let mut mixed = vec![0.0; h.len()];
    let examples = h.chunks_exact(length * size).zip(mixed.chunks_exact_mut(length * size));
    for (h, mixed) in examples {
        let h = &Panels::new(simd, length, size, |t, column| h[t * size + column]);
        shares::for_each_chunk(mixed, ROWS * size, |index, mixed| {
            let e = &e[index * ROWS * length..][..mixed.len() / size * length];
            simd.run(Mix { e, h, size, mixed });
        });
    }
    mixed
}

/// What all rows of an example share.
#[derive(Clone, Copy)]
struct OfExample<'a> {
    h: &'a [f32],
    query: &'a Panels,
    bias: &'a [f32],
    /// Hᵀ.
    keys: &'a Panels,
    /// H.
    values: &'a Panels,
    head: Head<'a>,
    length: usize,
    size: usize,
}

/// The bins from `first` on that `context` has room for.
struct Attend<'a> {
    of_example: OfExample<'a>,
    first: usize,
    context: &'a mut [f32],
    /// Empty if not requested.
    attention: &'a mut [f32],
}

impl Loops for Attend<'_> {
    type Out = ();

    #[inline(always)]
    fn run<V: Vector, const P: usize>(self) {
        let OfExample {
            h,
            query,
            bias,
            keys,
            values,
            head,
            length,
            size,
        } = self.of_example;
        let count = self.context.len() / size;
        let rows = count.next_multiple_of(P);
        let mut asking = Buffer::zeros(rows * size);
        asking[..count * size].copy_from_slice(&h[self.first * size..][..count * size]);
        let mut queries = Buffer::zeros(rows * query.width);
        let asking = Left::matrix(&asking, size, size);
        multiply::<V, P>(asking, query, rows, &mut queries);
        for row in queries.chunks_exact_mut(query.width) {
            tanh_of::<V>(row, bias);
        }
        let mut scores = Buffer::zeros(rows * keys.width);
        let queries = Left::matrix(&queries, query.width, size);
        multiply::<V, P>(queries, keys, rows, &mut scores);
        let scored = scores.chunks_exact_mut(keys.width).take(count);
        for (index, row) in scored.enumerate() {
            let row = &mut row[..length];
            if head.rectify {
                for score in row.iter_mut() {
                    *score = if *score < 0.0 { 0.0 } else { *score };
                }
            }
            if let Some(position) = head.position {
                // f(t − i) at t = 0 is f(−i).
                let of_row = &position[length - 1 - (self.first + index)..];
                for (score, f) in row.iter_mut().zip(of_row) {
                    *score *= f;
                }
            }
            softmax::<V>(row);
            if !self.attention.is_empty() {
                self.attention[index * length..][..length].copy_from_slice(row);
            }
        }
        let mut sums = Buffer::zeros(rows * query.width);
        let scores = Left::matrix(&scores, keys.width, length);
        multiply::<V, P>(scores, values, rows, &mut sums);
        unpad(&sums[..count * query.width], self.context, query.width, size);
    }
}

/// Values that are gone through side by side where there are more: the longest register's.
const LANES: usize = 16;

/// Turns scores into weights that sum to 1. The largest is taken off first, so that nothing overflows.
#[inline(always)]
fn softmax<V: Vector>(scores: &mut [f32]) {
    let mut largest = [f32::NEG_INFINITY; LANES];
    for chunk in scores.chunks(LANES) {
        for (largest, &score) in largest.iter_mut().zip(chunk) {
            *largest = if score > *largest { score } else { *largest };
        }
    }
    let largest = largest.into_iter().fold(f32::NEG_INFINITY, f32::max);
    exponential::<V>(scores, largest);
    let mut totals = [0.0; LANES];
    for chunk in scores.chunks(LANES) {
        for (total, score) in totals.iter_mut().zip(chunk) {
            *total += score;
        }
    }
    let total: f32 = totals.into_iter().sum();
    for score in scores {
        *score /= total;
    }
}

/// The rows of E H that `e` has rows for.
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

    fn draw(count: usize, seed: u32) -> Vec<f32> {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / 8_388_608.0 - 1.0
        };
        (0..count).map(|_| next()).collect()
    }

    /// Context and attention by the equations, float64.
    fn expected(h: &[f32], length: usize, head: Head<'_>) -> (Vec<f64>, Vec<f64>) {
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
                    let head = Head {
                        weight: &weight,
                        bias: &bias,
                        position,
                        rectify,
                    };
                    let (context, attention) = expected(&h, length, head);
                    for simd in Simd::available() {
                        let about = format!("{simd:?}, {examples}, {length}, {size}");
                        let (got, none) = attention_head(simd, &h, length, head, false);
                        assert!(none.is_empty());
                        let error = difference(&got, &context);
                        assert!(error < 3e-6, "{about}: {error:e}");
                        let (got, weights) = attention_head(simd, &h, length, head, true);
                        assert!(difference(&got, &context) < 3e-6, "{about}");
                        let error = difference(&weights, &attention);
                        assert!(error < 2e-6, "{about}: {error:e}");
                    }
                }
            }
        }
    }

    #[test]
    fn scores_far_apart_make_one_weight_of_one() {
        let h = [40.0, 0.0, 0.0, 1.0, -40.0, 0.0];
        let head = Head {
            weight: &[1.0, 0.0, 0.0, 1.0],
            bias: &[0.0, 0.0],
            position: None,
            rectify: false,
        };
        let (_, weights) = attention_head(Simd::detect(), &h, 3, head, true);
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
