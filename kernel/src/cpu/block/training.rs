//! A block in training. The convolution before batch norm is kept for the backward pass; the rest is recomputed.

use super::filters::Filters;
use super::norm::{Normalisation, Parameters, Statistics, Sums};
use super::{Layer, TILE, window};
use crate::cpu::buffer::{Buffer, product};
use crate::cpu::parallel;
use crate::cpu::product::add_turned;
use crate::cpu::simd::{Loops, Simd};
use crate::cpu::vector::Vector;

/// Approximate number of parts of a batch, independent of the number of threads, so that sums over positions, and
/// trained weights, are as well.
const SHARES: usize = 16;

/// Smallest number of positions of a part.
const SMALLEST: usize = 128;

/// Output of a block.
#[derive(Debug)]
pub struct Output {
    /// [N, L / pool, F].
    pub y: Vec<f32>,
    /// Values for the backward pass.
    pub record: Record,
}

/// Values that the forward pass keeps for the backward pass.
#[derive(Debug, Clone)]
pub struct Record {
    /// The convolution [N L, width]; empty if it is recomputed.
    pub z: Buffer,
    /// Mean and variance of z.
    pub statistics: Statistics,
}

/// Gradients of a block's parameters and input.
#[derive(Debug)]
pub struct Gradients {
    /// [N, L, C]; empty if not needed.
    pub x: Vec<f32>,
    /// [K, C, F].
    pub kernel: Vec<f32>,
    /// `[F]`.
    pub gamma: Vec<f32>,
    /// `[F]`.
    pub beta: Vec<f32>,
}

/// Neighbouring positions of one example, and their pooled positions.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    pub example: usize,
    pub first: usize,
    pub count: usize,
}

impl Span {
    /// The parts of a batch.
    pub fn shares(layer: Layer) -> Vec<Self> {
        let even = (layer.examples * layer.positions).div_ceil(SHARES);
        let size = even.max(SMALLEST).next_multiple_of(layer.pool);
        let spans = |example| {
            (0..layer.positions).step_by(size).map(move |first| Self {
                example,
                first,
                count: size.min(layer.positions - first),
            })
        };
        (0..layer.examples).flat_map(spans).collect()
    }

    /// Its tiles, of whole pools except for the last of an example.
    pub fn tiles(self, layer: Layer) -> impl Iterator<Item = Self> {
        let size = layer.tile() * layer.pool;
        (0..self.count).step_by(size).map(move |first| Self {
            first: self.first + first,
            count: size.min(self.count - first),
            ..self
        })
    }

    /// Index of the first position in [N L].
    pub fn row(self, layer: Layer) -> usize {
        self.example * layer.positions + self.first
    }

    /// Its pooled positions in [N, L / pool].
    pub fn pooled(self, layer: Layer) -> std::ops::Range<usize> {
        let first = self.example * layer.pooled() + self.first / layer.pool;
        first..first + self.count / layer.pool
    }

    /// Its part of a gradient [N, L / pool, F].
    pub fn of(self, y: &[f32], layer: Layer) -> &[f32] {
        let rows = self.pooled(layer);
        &y[rows.start * layer.filters..rows.end * layer.filters]
    }
}

/// Every span with its part of `values`, of length `size(span)`.
pub fn divided<'a>(
    spans: &[Span],
    mut values: &'a mut [f32],
    size: impl Fn(Span) -> usize,
) -> Vec<(Span, &'a mut [f32])> {
    let mut parts = Vec::with_capacity(spans.len());
    for &span in spans {
        let (part, rest) = values.split_at_mut(size(span));
        parts.push((span, part));
        values = rest;
    }
    parts
}

/// The sum over parts of a batch, in order.
pub fn total(shares: Vec<Vec<f32>>) -> Vec<f32> {
    shares
        .into_iter()
        .reduce(|mut total, share| {
            for (to, from) in total.iter_mut().zip(share) {
                *to += from;
            }
            total
        })
        .expect("a batch has positions")
}

/// dγ and dβ.
pub fn of_norm(sums: &Sums, filters: usize) -> (Vec<f32>, Vec<f32>) {
    let float = |sums: &[f64]| sums[..filters].iter().map(|&sum| sum as f32).collect();
    (float(&sums.1), float(&sums.0))
}

/// Runs a block in training on `x` [N, L, C].
pub fn forward(simd: Simd, x: &[f32], parameters: Parameters<'_>, layer: Layer) -> Output {
    let filters = &Filters::of_call(simd, parameters.kernel, layer, layer.examples * layer.positions);
    let (spans, width) = (Span::shares(layer), filters.width());
    let mut z = Buffer::of([layer.examples, layer.positions, width]);
    let parts = divided(&spans, &mut z, |span| span.count * width);
    let sums = parallel::map(parts, |(span, z)| {
        simd.run(Convolve {
            x,
            filters,
            layer,
            span,
            z,
        })
    });
    let statistics = Statistics::of(&Sums::total(sums), layer.examples * layer.positions);
    let normalisation = &Normalisation::new(parameters, &statistics, layer);
    let mut y = vec![0.0; product(&layer.result())];
    let parts = divided(&spans, &mut y, |span| span.pooled(layer).len() * layer.filters);
    parallel::map(parts, |(span, y)| {
        simd.run(Normalise {
            normalisation,
            z: &z[span.row(layer) * width..],
            first: span.row(layer),
            y,
        });
    });
    // Statistics cover all examples.
    simd.show(x, x.len(), &mut y, layer.examples * layer.pooled() * layer.filters);
    Output {
        y,
        record: Record { z, statistics },
    }
}

/// From the gradient [N, L / pool, F] of y; other arguments as in [`forward`], which returned `record`.
pub fn backward(
    simd: Simd,
    x: &[f32],
    parameters: Parameters<'_>,
    layer: Layer,
    record: Record,
    y_gradient: &[f32],
    wants_x: bool,
) -> Gradients {
    let Record { mut z, statistics } = record;
    let width = statistics.mean.len();
    let normalisation = &Normalisation::new(parameters, &statistics, layer);
    let spans = Span::shares(layer);
    let sums = parallel::map(spans.clone(), |span| {
        simd.run(SumGradient {
            normalisation,
            z: &z[span.row(layer) * width..],
            first: span.row(layer),
            y_gradient: span.of(y_gradient, layer),
        })
    });
    let sums = &Sums::total(sums);
    let parts = divided(&spans, &mut z, |span| span.count * width);
    parallel::map(parts, |(span, z)| {
        simd.run(Denormalise {
            normalisation,
            z,
            first: span.row(layer),
            y_gradient: span.of(y_gradient, layer),
            sums,
            count: layer.examples * layer.positions,
        });
    });
    let z_gradient = &*z;
    // dx_t = Σ_k dz_(t + left − k dilation) W_kᵀ
    let turned = wants_x.then(|| Filters::turned(simd, parameters.kernel, layer, width));
    let size = if wants_x { layer.channels } else { 0 };
    let mut x_gradient = vec![0.0; product(&[layer.examples, layer.positions, size])];
    let parts = divided(&spans, &mut x_gradient, |span| span.count * size);
    let kernels = parallel::map(parts, |(span, x_gradient)| {
        simd.run(Back {
            x,
            z_gradient,
            width,
            turned: turned.as_ref(),
            layer,
            span,
            x_gradient,
        })
    });
    let (gamma, beta) = of_norm(sums, layer.filters);
    Gradients {
        x: x_gradient,
        kernel: total(kernels),
        gamma,
        beta,
    }
}

/// z of a span, and the sums of z and z².
struct Convolve<'a> {
    x: &'a [f32],
    filters: &'a Filters,
    layer: Layer,
    span: Span,
    z: &'a mut [f32],
}

impl Loops for Convolve<'_> {
    type Out = Sums;

    #[inline(always)]
    fn run<V: Vector, const P: usize>(self) -> Sums {
        let Self {
            x,
            filters,
            layer,
            span,
            z,
        } = self;
        let (size, width) = (layer.positions * layer.channels, filters.width());
        let x = &x[span.example * size..][..size];
        let most = layer.tile() * layer.pool;
        let mut inside = Buffer::of([filters.rows::<P>(most) + layer.padding(), layer.channels]);
        let mut tile = filters.tile::<P>(most);
        let mut sums = Sums::zeros(width);
        for part in span.tiles(layer) {
            let rows = filters.rows::<P>(part.count) + layer.padding();
            let inside = &mut inside[..rows * layer.channels];
            let first = part.first as isize - layer.left() as isize;
            window::copy(x, layer.channels, first, layer.rectify, inside);
            filters.sum::<V, P>(inside, part.count, layer, &mut tile);
            let tile = &tile.z[..part.count * width];
            sums.add_rows(tile);
            z[(part.first - span.first) * width..][..tile.len()].copy_from_slice(tile);
        }
        sums
    }
}

/// y of a span's z.
struct Normalise<'a> {
    normalisation: &'a Normalisation,
    z: &'a [f32],
    first: usize,
    y: &'a mut [f32],
}

impl Loops for Normalise<'_> {
    type Out = ();

    #[inline(always)]
    fn run<V: Vector, const P: usize>(self) {
        self.normalisation.forward(self.z, self.first, self.y);
    }
}

/// The sums of g and g ẑ over a span.
struct SumGradient<'a> {
    normalisation: &'a Normalisation,
    z: &'a [f32],
    first: usize,
    y_gradient: &'a [f32],
}

impl Loops for SumGradient<'_> {
    type Out = Sums;

    #[inline(always)]
    fn run<V: Vector, const P: usize>(self) -> Sums {
        let mut sums = Sums::zeros(self.normalisation.width());
        self.normalisation.sum(self.z, self.first, self.y_gradient, &mut sums);
        sums
    }
}

/// Replaces z of a span by dz.
struct Denormalise<'a> {
    normalisation: &'a Normalisation,
    z: &'a mut [f32],
    first: usize,
    y_gradient: &'a [f32],
    sums: &'a Sums,
    count: usize,
}

impl Loops for Denormalise<'_> {
    type Out = ();

    #[inline(always)]
    fn run<V: Vector, const P: usize>(self) {
        self.normalisation
            .backward(self.z, self.first, self.y_gradient, self.sums, self.count);
    }
}

/// A span's contribution to the gradient [K, C, F] of the kernel, and its gradient of x, if requested:
///
/// ```text
/// dW_kcf = Σ_t r_(t + k dilation − left),c dz_tf
/// ```
struct Back<'a> {
    x: &'a [f32],
    /// [N L, width].
    z_gradient: &'a [f32],
    width: usize,
    turned: Option<&'a (Filters, Layer)>,
    layer: Layer,
    span: Span,
    x_gradient: &'a mut [f32],
}

impl Loops for Back<'_> {
    type Out = Vec<f32>;

    #[inline(always)]
    fn run<V: Vector, const P: usize>(self) -> Vec<f32> {
        let Self {
            x,
            z_gradient,
            width,
            turned,
            layer,
            span,
            x_gradient,
        } = self;
        let (positions, channels) = (layer.positions, layer.channels);
        let x = &x[span.example * positions * channels..][..positions * channels];
        let z_gradient = &z_gradient[span.example * positions * width..][..positions * width];
        let most = TILE.next_multiple_of(P);
        // Rows are processed P at a time: the last ones may read beyond the window, and are dropped.
        let spare = P.div_ceil(channels);
        let mut inside = Buffer::of([most + layer.padding() + spare, channels]);
        let rows_of_x = |count| turned.map_or(0, |(turned, _)| turned.rows::<P>(count) + layer.padding());
        let mut around = Buffer::of([rows_of_x(TILE), width]);
        // Adjacent taps are one run of rows.
        let (taps, rows) = if layer.dilation == 1 {
            (1, layer.width * channels)
        } else {
            (layer.width, channels)
        };
        let size = product(&[rows.next_multiple_of(P), width]);
        let mut of_kernel = Buffer::of([taps, size]);
        let mut of_x = turned.map(|(turned, _)| turned.tile::<P>(TILE));
        for first in (span.first..span.first + span.count).step_by(TILE) {
            let count = TILE.min(span.first + span.count - first);
            let inside = &mut inside[..(count + layer.padding() + spare) * channels];
            let before = first as isize - layer.left() as isize;
            window::copy(x, channels, before, layer.rectify, inside);
            let here = &z_gradient[first * width..][..count * width];
            for (tap, of_kernel) in of_kernel.chunks_exact_mut(size).enumerate() {
                let from = &inside[tap * layer.dilation * channels..];
                add_turned::<V, P>(from, channels, rows, here, width, of_kernel);
            }
            let (Some((turned, back)), Some(of_x)) = (turned, &mut of_x) else {
                continue;
            };
            let around = &mut around[..rows_of_x(count) * width];
            let before = first as isize - (layer.padding() - layer.left()) as isize;
            window::copy(z_gradient, width, before, false, around);
            turned.sum::<V, P>(around, count, *back, of_x);
            let to = x_gradient[(first - span.first) * channels..].chunks_exact_mut(channels);
            let x = x[first * channels..].chunks_exact(channels);
            for ((to, x), from) in to.zip(x).zip(of_x.z.chunks_exact(turned.width())).take(count) {
                for ((to, &x), &from) in to.iter_mut().zip(x).zip(from) {
                    *to = if layer.rectify && x <= 0.0 { 0.0 } else { from };
                }
            }
        }
        let mut kernel = Vec::with_capacity(layer.width * channels * layer.filters);
        for of_kernel in of_kernel.chunks_exact(size) {
            for row in of_kernel.chunks_exact(width).take(rows) {
                kernel.extend_from_slice(&row[..layer.filters]);
            }
        }
        kernel
    }
}
