//! Attention after some bins have changed. The other bins reuse their queries and update their sums:
//!
//! ```text
//! e_it = exp(S_it − m_i)      Z_i = Σ_t e_it      context_i = Σ_t e_it h_t / Z_i
//!
//! m'_i = max(m_i, S'_it)      e'_it = exp(S'_it − m'_i)      c_i = exp(m_i − m'_i)           t over the changed bins
//! Z'_i = c_i (Z_i − Σ_t e_it) + Σ_t e'_it
//! context'_i = (c_i (Z_i context_i − Σ_t e_it h_t) + Σ_t e'_it h'_t) / Z'_i
//! ```
//!
//! Changed bins are computed anew, and so are bins whose total shrinks too much, where rounding errors would show.

use std::ops::Range;

use super::activation::exponential;
use super::buffer::{Buffer, unpad};
use super::context::{Bins, Head, Query, Rows, attend};
use super::parallel;
use super::product::{Left, Panels, multiply};
use super::simd::{Loops, Simd};
use super::vector::Vector;

/// Bins at a time.
const ROWS: usize = 32;

/// Largest factor by which a total may shrink before its bin is computed anew: rounding errors grow by this factor.
const SMALLER: f32 = 4.0;

/// State of one head over one sequence, which [`ChangedBins`] updates.
#[derive(Debug, Clone, PartialEq)]
pub struct CachedHead {
    query: Query,
    position: Option<Vec<f32>>,
    rectify: bool,
    /// A bin's query, m and Z, [L, d + 2].
    rows: Vec<f32>,
    /// [L, d].
    context: Vec<f32>,
}

impl CachedHead {
    /// Computes the context of `h` [L, d], whose keys are `bins`, and writes the attention [L, L], unless it is empty.
    pub fn new(simd: Simd, h: &[f32], bins: &Bins, size: usize, head: Head<'_>, attention: &mut [f32]) -> Self {
        let length = h.len() / size;
        let (mut rows, mut context) = (vec![0.0; length * (size + 2)], vec![0.0; h.len()]);
        let into = Rows {
            context: &mut context,
            attention,
            kept: &mut rows,
        };
        attend(simd, h, bins, head, &(0..length).collect::<Vec<_>>(), into);
        Self {
            query: head.query.clone(),
            position: head.position.map(<[f32]>::to_vec),
            rectify: head.rectify,
            rows,
            context,
        }
    }

    /// The context [L, d].
    pub fn context(&self) -> &[f32] {
        &self.context
    }

    fn head(&self) -> Head<'_> {
        Head {
            query: &self.query,
            position: self.position.as_deref(),
            rectify: self.rectify,
        }
    }
}

/// A sequence with some changed bins, shared by all heads of a layer.
#[derive(Debug)]
pub struct ChangedBins<'a> {
    h: &'a [f32],
    bins: Bins,
    changed: Range<usize>,
    /// The changed bins before and after the change, transposed.
    keys: Panels,
    /// The same, one row a bin.
    values: Panels,
    size: usize,
}

impl<'a> ChangedBins<'a> {
    /// Takes H [L, d] before and after the change; they differ in the bins `changed`.
    pub fn new(simd: Simd, before: &[f32], h: &'a [f32], changed: Range<usize>, size: usize) -> Self {
        let rows = changed.start * size..changed.end * size;
        let both = [&before[rows.clone()], &h[rows]].concat();
        Self {
            h,
            bins: Bins::new(simd, h, size),
            keys: Panels::new(simd, size, 2 * changed.len(), |row, bin| both[bin * size + row]),
            values: Panels::of(simd, &both, size),
            changed,
            size,
        }
    }

    /// The context [L, d] of one head. Updates the attention `before` [L, L] into `now`; both are empty if it is not
    /// requested.
    pub fn attend(&self, simd: Simd, cached: &CachedHead, before: &[f32], now: &mut [f32]) -> Vec<f32> {
        let (size, length) = (self.size, self.h.len() / self.size);
        let stored = before.len() / length;
        let mut context = cached.context.clone();
        let mut parts = Vec::with_capacity(length.div_ceil(ROWS));
        let mut rest = &mut *now;
        for (index, context) in context.chunks_mut(ROWS * size).enumerate() {
            let rows = context.len() / size * stored;
            parts.push(Update {
                of: self,
                cached,
                first: index * ROWS,
                context,
                before: &before[index * ROWS * stored..][..rows],
                attention: rest.split_off_mut(..rows).expect("its rows"),
            });
        }
        let anew: Vec<usize> = parallel::map(parts, |part| simd.run(part)).concat();
        let mut rows = (vec![0.0; anew.len() * size], vec![0.0; anew.len() * stored]);
        let into = Rows {
            context: &mut rows.0,
            attention: &mut rows.1,
            kept: &mut [],
        };
        attend(simd, self.h, &self.bins, cached.head(), &anew, into);
        for (index, bin) in anew.into_iter().enumerate() {
            context[bin * size..][..size].copy_from_slice(&rows.0[index * size..][..size]);
            now[bin * stored..][..stored].copy_from_slice(&rows.1[index * stored..][..stored]);
        }
        context
    }
}

/// Updates `context`, which begins at bin `first` and holds the context before the change. Returns the bins to compute
/// anew.
struct Update<'a> {
    of: &'a ChangedBins<'a>,
    cached: &'a CachedHead,
    first: usize,
    context: &'a mut [f32],
    /// Attention of these bins before the change.
    before: &'a [f32],
    attention: &'a mut [f32],
}

impl Loops for Update<'_> {
    type Out = Vec<usize>;

    #[inline(always)]
    fn run<V: Vector, const P: usize>(self) -> Vec<usize> {
        let ChangedBins {
            changed,
            keys,
            values,
            size,
            h,
            ..
        } = self.of;
        let (size, length, count) = (*size, h.len() / size, self.context.len() / size);
        let rows = count.next_multiple_of(P);
        let kept = &self.cached.rows[self.first * (size + 2)..][..count * (size + 2)];
        let mut queries = Buffer::zeros(rows * size);
        for (to, from) in queries.chunks_exact_mut(size).zip(kept.chunks_exact(size + 2)) {
            to.copy_from_slice(&from[..size]);
        }
        let mut scores = Buffer::zeros(rows * keys.width);
        multiply::<V, P>(Left::matrix(&queries, size, size), keys, rows, &mut scores);
        let mut anew = Vec::new();
        for (index, kept) in kept.chunks_exact(size + 2).enumerate() {
            let bin = self.first + index;
            let padded = &mut scores[index * keys.width..][..keys.width];
            let (largest, total) = (kept[size], kept[size + 1]);
            let (before, rest) = padded.split_at_mut(changed.len());
            let (now, unused) = rest.split_at_mut(changed.len());
            for scores in [&mut *before, &mut *now] {
                self.cached.head().weigh(scores, length - 1 + changed.start - bin);
            }
            let most = now
                .iter()
                .fold(largest, |most, &score| if score > most { score } else { most });
            before.iter_mut().for_each(|score| *score -= largest);
            now.iter_mut().for_each(|score| *score -= most);
            unused.fill(0.0);
            let smaller = (largest - most).exp();
            exponential::<V>(padded, 0.0);
            let (before, rest) = padded.split_at_mut(changed.len());
            let now = &mut rest[..changed.len()];
            let left = (total - before.iter().sum::<f32>()) * smaller + now.iter().sum::<f32>();
            // False for NaN as well.
            let enough = SMALLER * left >= total * smaller;
            if changed.contains(&bin) || !enough {
                anew.push(bin);
                continue;
            }
            before.iter_mut().for_each(|weight| *weight *= -smaller / left);
            now.iter_mut().for_each(|weight| *weight /= left);
            let factor = total * smaller / left;
            let context = &mut self.context[index * size..][..size];
            context.iter_mut().for_each(|value| *value *= factor);
            if !self.attention.is_empty() {
                let attention = &mut self.attention[index * length..][..length];
                for (weight, before) in attention.iter_mut().zip(&self.before[index * length..]) {
                    *weight = before * factor;
                }
                attention[changed.clone()].copy_from_slice(now);
            }
        }
        let mut sums = Buffer::zeros(rows * values.width);
        let weights = Left::matrix(&scores, keys.width, 2 * changed.len());
        multiply::<V, P>(weights, values, rows, &mut sums);
        let mut differences = vec![0.0; self.context.len()];
        unpad(&sums[..count * values.width], &mut differences, values.width, size);
        for (value, difference) in self.context.iter_mut().zip(differences) {
            *value += difference;
        }
        anew
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpu::cases::draw;
    use crate::cpu::context::attention_head;

    #[test]
    fn changed_bins_are_attended_to_as_if_all_were_new_on_every_instruction_set() {
        for [length, size, first, changes] in [[128, 16, 60, 5], [37, 5, 0, 2], [70, 33, 69, 1], [3, 3, 1, 1]] {
            // Some bins attend almost only to the changed ones.
            for height in [0.5, 6.0] {
                let mut before: Vec<f32> = draw(length * size, 1);
                for value in &mut before[first * size..(first + changes) * size] {
                    *value *= height;
                }
                let changed = first..first + changes;
                let mut h = before.clone();
                h[first * size..changed.end * size].copy_from_slice(&draw(changes * size, 5));
                let (weight, bias, position) = (draw(size * size, 2), draw(size, 3), draw(2 * length - 1, 4));
                for (rectify, position) in [(true, Some(position.as_slice())), (false, None)] {
                    for simd in Simd::available() {
                        let head = Head {
                            query: &Query::new(simd, &weight, &bias),
                            position,
                            rectify,
                        };
                        for (before, h) in [(&before, &h), (&h, &before)] {
                            let about = format!("{simd:?}, {length}, {size}, {height}, {rectify}");
                            let bins = Bins::new(simd, before, size);
                            let mut attention = vec![0.0; length * length];
                            let cached = CachedHead::new(simd, before, &bins, size, head, &mut attention);
                            let (context, weights) =
                                attention_head(simd, before, [length, size], head, 0..length, true);
                            assert_eq!(
                                (cached.context(), &attention),
                                (context.as_slice(), &weights),
                                "{about}"
                            );
                            let (context, weights) = attention_head(simd, h, [length, size], head, 0..length, true);
                            let changed = ChangedBins::new(simd, before, h, changed.clone(), size);
                            let mut moved = attention.clone();
                            let again = changed.attend(simd, &cached, &attention, &mut moved);
                            assert_eq!(changed.attend(simd, &cached, &[], &mut []), again, "{about}");
                            // Contexts are as large as the bins.
                            let most = 1e-6 * height.max(4.0);
                            for (found, expected, most) in [(again, context, most), (moved, weights, 2e-6)] {
                                let apart = found.iter().zip(&expected).map(|(a, b)| (a - b).abs());
                                let apart = apart.fold(0.0, f32::max);
                                assert!(apart <= most, "{about}: {apart:e}");
                            }
                        }
                    }
                }
            }
        }
    }
}
