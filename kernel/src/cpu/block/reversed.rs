//! The gradient with respect to a block's input at prediction: batch norm is folded into the weights, and only the
//! weights and the input are read.
//!
//! ```text
//! dx_t = Σ_k W_k dz_(t + left − k dilation)             0 where x was rectified away
//! ```
//!
//! With max-pooling, dz is dy at the first position of the maximum and 0 elsewhere: only that row of a pool is passed
//! back.

use super::filters::Filters;
use super::{Layer, TILE, window};
use crate::cpu::buffer::{Buffer, product};
use crate::cpu::parallel;
use crate::cpu::simd::{Loops, Simd};
use crate::cpu::vector::Vector;

/// A block's weights, packed for the gradient of its input.
#[derive(Debug, Clone)]
pub struct Reversed {
    simd: Simd,
    layer: Layer,
    weights: Weights,
}

#[derive(Debug, Clone)]
enum Weights {
    /// The reversed filters, [K, F, C], as a layer of their own.
    Turned(Filters, Layer),
    /// The forward filters, which find the maxima, and each filter separately [F, K, C].
    Pooled(Filters, Vec<f32>),
}

impl Reversed {
    /// Packs W [K, C, F] for the backward pass, independently of the layer's positions and examples.
    pub fn new(simd: Simd, kernel: &[f32], layer: Layer) -> Self {
        let Layer {
            width,
            channels,
            filters,
            ..
        } = layer;
        assert_eq!(kernel.len(), width * channels * filters, "weights of a block");
        let weights = if layer.pool > 1 {
            let rows = width * channels;
            let by_filter = (0..filters).flat_map(|f| (0..rows).map(move |row| kernel[row * filters + f]));
            Weights::Pooled(Filters::of_tiles(simd, kernel, layer), by_filter.collect())
        } else {
            let (turned, back) = Filters::turned(simd, kernel, layer, filters);
            Weights::Turned(turned, back)
        };
        Self { simd, layer, weights }
    }

    /// dx [L, C], from the block's input x [L, C] and dy [L / pool, F].
    pub fn input_gradient(&self, x: &[f32], dy: &[f32]) -> Vec<f32> {
        let layer = Layer {
            examples: 1,
            positions: x.len() / self.layer.channels,
            ..self.layer
        };
        assert_eq!(dy.len(), layer.pooled() * layer.filters, "the gradient of a block");
        let mut dx = match &self.weights {
            Weights::Turned(turned, back) => self.every((turned, *back), layer, dy),
            Weights::Pooled(filters, by_filter) => self.pooled(filters, by_filter, layer, x, dy),
        };
        if layer.rectify {
            for (dx, &x) in dx.iter_mut().zip(x) {
                if x <= 0.0 {
                    *dx = 0.0;
                }
            }
        }
        let size = x.len();
        self.simd.show(x, size, &mut dx, size);
        dx
    }

    fn every(&self, turned: (&Filters, Layer), layer: Layer, dy: &[f32]) -> Vec<f32> {
        let mut dx = vec![0.0; product(&[layer.positions, layer.channels])];
        let share = SHARE * TILE;
        parallel::for_each_chunk(&mut dx, share * layer.channels, |index, dx| {
            self.simd.run(Every {
                layer,
                turned,
                dy,
                first: index * share,
                dx,
            });
        });
        dx
    }

    fn pooled(&self, of_maxima: &Filters, by_filter: &[f32], layer: Layer, x: &[f32], dy: &[f32]) -> Vec<f32> {
        let share = SHARE * layer.tile();
        let firsts = (0..).step_by(share).zip(dy.chunks(share * layer.filters));
        let parts = parallel::map(firsts.collect(), |(first, dy)| {
            let part = Pooled {
                layer,
                of_maxima,
                by_filter,
                x,
                dy,
                first,
            };
            self.simd.run(part)
        });
        let mut padded = vec![0.0; product(&[layer.positions + layer.padding(), layer.channels])];
        // Neighbouring parts overlap; in order, so that the sum does not depend on the number of threads.
        for (index, part) in parts.into_iter().enumerate() {
            let to = &mut padded[index * share * layer.pool * layer.channels..];
            for (to, from) in to.iter_mut().zip(part) {
                *to += from;
            }
        }
        padded.drain(..layer.left() * layer.channels);
        padded.truncate(layer.positions * layer.channels);
        padded
    }
}

fn is_zero(values: &[f32]) -> bool {
    values.iter().all(|&value| value == 0.0)
}

/// Tiles per task of a thread.
const SHARE: usize = 16;

/// Positions of a block without pooling, each with its own dy.
struct Every<'a> {
    layer: Layer,
    turned: (&'a Filters, Layer),
    dy: &'a [f32],
    first: usize,
    dx: &'a mut [f32],
}

impl Loops for Every<'_> {
    type Out = ();

    #[inline(always)]
    fn run<V: Vector, const P: usize>(self) {
        let Self {
            layer,
            turned: (turned, back),
            dy,
            first,
            dx,
        } = self;
        let (channels, filters) = (layer.channels, layer.filters);
        let mut around = Buffer::of([turned.rows::<P>(TILE) + layer.padding(), filters]);
        let mut of_x = turned.tile::<P>(TILE);
        for (first, dx) in (first..).step_by(TILE).zip(dx.chunks_mut(TILE * channels)) {
            let count = dx.len() / channels;
            let around = &mut around[..(turned.rows::<P>(count) + layer.padding()) * filters];
            let before = first as isize - (layer.padding() - layer.left()) as isize;
            window::copy(dy, filters, before, false, around);
            if is_zero(around) {
                continue;
            }
            turned.sum::<V, P>(around, count, back, &mut of_x);
            for (to, from) in dx.chunks_exact_mut(channels).zip(of_x.z.chunks_exact(turned.width())) {
                to.copy_from_slice(&from[..channels]);
            }
        }
    }
}

/// Pools of a block; for each filter one position of each passes dy back.
struct Pooled<'a> {
    layer: Layer,
    of_maxima: &'a Filters,
    by_filter: &'a [f32],
    x: &'a [f32],
    /// Gradient of these pools.
    dy: &'a [f32],
    /// The first pool.
    first: usize,
}

impl Loops for Pooled<'_> {
    /// Gradient at the positions that these pools read, from the first on, padding included; empty if all are 0.
    type Out = Vec<f32>;

    #[inline(always)]
    fn run<V: Vector, const P: usize>(self) -> Vec<f32> {
        let Self {
            layer,
            of_maxima,
            by_filter,
            x,
            dy,
            first,
        } = self;
        if is_zero(dy) {
            return Vec::new();
        }
        let (channels, filters, pool) = (layer.channels, layer.filters, layer.pool);
        // Adjacent taps are one run of values.
        let (taps, run) = if layer.dilation == 1 {
            (1, layer.width * channels)
        } else {
            (layer.width, channels)
        };
        let tile = layer.tile();
        let most = of_maxima.rows::<P>(tile * pool);
        let width = of_maxima.width();
        let mut inside = Buffer::of([most + layer.padding(), channels]);
        let mut sums = of_maxima.tile::<P>(tile * pool);
        let (mut best, mut at) = (vec![0.0_f32; width], vec![0_u32; width]);
        let mut dx = vec![0.0; product(&[dy.len() / filters * pool + layer.padding(), channels])];
        for (of_tile, dy) in (0..).step_by(tile).zip(dy.chunks(tile * filters)) {
            if is_zero(dy) {
                continue;
            }
            let count = dy.len() / filters * pool;
            let inside = &mut inside[..(of_maxima.rows::<P>(count) + layer.padding()) * channels];
            let before = ((first + of_tile) * pool) as isize - layer.left() as isize;
            window::copy(x, channels, before, layer.rectify, inside);
            of_maxima.sum::<V, P>(inside, count, layer, &mut sums);
            let pools = sums.z.chunks_exact(pool * width).zip(dy.chunks_exact(filters));
            for (place, (z, dy)) in pools.enumerate() {
                largest(z, &mut best, &mut at);
                for ((&g, &at), filter) in dy.iter().zip(&at).zip(by_filter.chunks_exact(taps * run)) {
                    if g == 0.0 {
                        continue;
                    }
                    let position = (of_tile + place) * pool + at as usize;
                    for (tap, filter) in filter.chunks_exact(run).enumerate() {
                        let to = (position + tap * layer.dilation) * channels;
                        add::<V>(&mut dx[to..to + run], g, filter);
                    }
                }
            }
        }
        dx
    }
}

/// The largest of a pool's rows, and its index: the first of equals.
#[inline(always)]
fn largest(z: &[f32], best: &mut [f32], at: &mut [u32]) {
    for (which, z) in z.chunks_exact(best.len()).enumerate() {
        if which == 0 {
            best.copy_from_slice(z);
            at.fill(0);
            continue;
        }
        for ((best, at), &z) in best.iter_mut().zip(at.iter_mut()).zip(z) {
            let larger = z > *best;
            *best = if larger { z } else { *best };
            *at = if larger { which as u32 } else { *at };
        }
    }
}

/// Adds `factor` times `from`.
#[inline(always)]
fn add<V: Vector>(to: &mut [f32], factor: f32, from: &[f32]) {
    let whole = to.len() / V::LANES * V::LANES;
    let times = V::splat(factor);
    for at in (0..whole).step_by(V::LANES) {
        // SAFETY: both have the same length, with a whole vector left.
        unsafe {
            let sum = times.mul_add(V::load(from[at..].as_ptr()), V::load(to[at..].as_ptr()));
            sum.store(to[at..].as_mut_ptr());
        }
    }
    for (to, from) in to[whole..].iter_mut().zip(&from[whole..]) {
        *to += factor * from;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpu::cases::{draw, layer};

    /// By the equations, float64.
    fn expected(x: &[f32], kernel: &[f32], dy: &[f32], layer: Layer) -> Vec<f64> {
        let read = |t: usize, k: usize| (t + k * layer.dilation).checked_sub(layer.left());
        let r = |position: usize, c: usize| {
            let x = f64::from(x[position * layer.channels + c]);
            if layer.rectify { x.max(0.0) } else { x }
        };
        let weight = |k: usize, c: usize, f: usize| f64::from(kernel[(k * layer.channels + c) * layer.filters + f]);
        let mut dx = vec![0.0; x.len()];
        for pooled in 0..layer.pooled() {
            for f in 0..layer.filters {
                let z = |t: usize| -> f64 {
                    let taps = (0..layer.width).filter_map(|k| Some((k, read(t, k)?)));
                    let inside = taps.filter(|&(_, position)| position < layer.positions);
                    let products = |(k, position)| (0..layer.channels).map(move |c| (k, position, c));
                    inside
                        .flat_map(products)
                        .map(|(k, position, c)| weight(k, c, f) * r(position, c))
                        .sum()
                };
                let pool = pooled * layer.pool..(pooled + 1) * layer.pool;
                let best = pool.clone().map(z).fold(f64::NEG_INFINITY, f64::max);
                let at = pool.clone().find(|&t| z(t) == best).expect("a largest");
                for k in 0..layer.width {
                    let Some(position) = read(at, k).filter(|&position| position < layer.positions) else {
                        continue;
                    };
                    for c in 0..layer.channels {
                        if !layer.rectify || x[position * layer.channels + c] > 0.0 {
                            dx[position * layer.channels + c] +=
                                weight(k, c, f) * f64::from(dy[pooled * layer.filters + f]);
                        }
                    }
                }
            }
        }
        dx
    }

    #[test]
    fn the_gradient_of_an_input_is_its_equation_on_every_instruction_set() {
        let sizes = [
            // positions, channels, filters, width, dilation, pool
            [260, 4, 9, 15, 1, 8],
            [3_400, 4, 3, 7, 1, 4],
            [1_700, 3, 5, 3, 2, 1],
            [203, 7, 33, 5, 1, 2],
            [203, 40, 33, 5, 1, 2],
            [110, 33, 36, 6, 1, 4],
            [91, 34, 47, 3, 1, 1],
            [64, 16, 5, 3, 8, 1],
            [19, 3, 4, 4, 2, 3],
            [5, 6, 8, 1, 1, 1],
        ];
        for [positions, channels, filters, width, dilation, pool] in sizes {
            for rectify in [false, true] {
                let layer = layer([1, positions, channels, filters, width, dilation, pool], rectify);
                let (x, kernel) = (draw(positions * channels, 1), draw(width * channels * filters, 2));
                let mut dy = draw(layer.pooled() * filters, 3);
                // Nothing comes from some tiles.
                for dy in dy.iter_mut().take(30 * filters) {
                    *dy = 0.0;
                }
                let expected = expected(&x, &kernel, &dy, layer);
                for simd in Simd::available() {
                    let found = Reversed::new(simd, &kernel, layer).input_gradient(&x, &dy);
                    assert_eq!(found.len(), expected.len());
                    let apart = found.iter().zip(&expected).map(|(a, b)| (f64::from(*a) - b).abs());
                    let apart = apart.fold(0.0, f64::max);
                    assert!(apart < 2e-5, "{simd:?}, {layer:?}: {apart:e}");
                }
            }
        }
    }
}
