//! The first block in training. Nothing is kept for the backward pass: summing table rows is as fast as reading memory.

use super::Layer;
use super::kmer_tables::{Kmers, Tables};
use super::norm::{Normalisation, Parameters, Statistics, Sums};
use super::training::{Gradients, Output, Record, Span, divided, of_norm, total};
use crate::cpu::buffer::{Buffer, product};
use crate::cpu::parallel;
use crate::cpu::simd::{Loops, Simd};
use crate::cpu::vector::Vector;

/// Runs the first block on `codes` [N, L].
pub fn forward(simd: Simd, codes: &[u8], parameters: Parameters<'_>, layer: Layer) -> Output {
    let kmers = &Kmers::new(codes, layer);
    let tables = &Tables::new(parameters.kernel, layer, simd.lanes());
    let spans = Span::shares(layer);
    let sums = parallel::map(spans.clone(), |span| {
        simd.run(Sum {
            kmers,
            tables,
            layer,
            span,
        })
    });
    let statistics = Statistics::of(&Sums::total(sums), layer.examples * layer.positions);
    let normalisation = &Normalisation::new(parameters, &statistics, layer);
    let mut y = vec![0.0; product(&layer.result())];
    let parts = divided(&spans, &mut y, |span| span.pooled(layer).len() * layer.filters);
    parallel::map(parts, |(span, y)| {
        simd.run(Normalise {
            kmers,
            tables,
            normalisation,
            layer,
            span,
            y,
        });
    });
    Output {
        y,
        record: Record {
            z: Buffer::zeros(0),
            statistics,
        },
    }
}

/// From the gradient [N, L / pool, F] of y; other arguments as in [`forward`], which returned `statistics`.
pub fn backward(
    simd: Simd,
    codes: &[u8],
    parameters: Parameters<'_>,
    layer: Layer,
    statistics: &Statistics,
    y_gradient: &[f32],
) -> Gradients {
    let kmers = &Kmers::new(codes, layer);
    let tables = &Tables::new(parameters.kernel, layer, simd.lanes());
    let normalisation = &Normalisation::new(parameters, statistics, layer);
    let spans = Span::shares(layer);
    let sums = parallel::map(spans.clone(), |span| {
        simd.run(SumGradient {
            kmers,
            tables,
            normalisation,
            layer,
            span,
            y_gradient,
        })
    });
    let sums = &Sums::total(sums);
    let kernels = parallel::map(spans, |span| {
        simd.run(Back {
            kmers,
            tables,
            normalisation,
            layer,
            span,
            y_gradient,
            sums,
        })
        .kernel(layer.filters, simd.lanes())
    });
    let (gamma, beta) = of_norm(sums, layer.filters);
    Gradients {
        x: Vec::new(),
        kernel: total(kernels),
        gamma,
        beta,
    }
}

/// Runs `run(tile, z)` on z of every tile of a span.
#[inline(always)]
fn for_each_tile<V: Vector>(
    (kmers, tables): (&Kmers, &Tables),
    layer: Layer,
    span: Span,
    mut run: impl FnMut(Span, &mut [f32]),
) {
    let mut z = Buffer::of([layer.tile(), layer.pool, tables.width]);
    for tile in span.tiles(layer) {
        let z = &mut z[..tile.count * tables.width];
        tables.sum::<V>(kmers, tile.example, tile.first, z);
        run(tile, z);
    }
}

/// The sums of z and z² over a span.
struct Sum<'a> {
    kmers: &'a Kmers,
    tables: &'a Tables,
    layer: Layer,
    span: Span,
}

impl Loops for Sum<'_> {
    type Out = Sums;

    #[inline(always)]
    fn run<V: Vector, const P: usize>(self) -> Sums {
        let mut sums = Sums::zeros(self.tables.width);
        let from = (self.kmers, self.tables);
        for_each_tile::<V>(from, self.layer, self.span, |_, z| sums.add_rows(z));
        sums
    }
}

/// y of a span.
struct Normalise<'a> {
    kmers: &'a Kmers,
    tables: &'a Tables,
    normalisation: &'a Normalisation,
    layer: Layer,
    span: Span,
    y: &'a mut [f32],
}

impl Loops for Normalise<'_> {
    type Out = ();

    #[inline(always)]
    fn run<V: Vector, const P: usize>(self) {
        let Self { layer, span, y, .. } = self;
        for_each_tile::<V>((self.kmers, self.tables), layer, span, |tile, z| {
            let first = (tile.first - span.first) / layer.pool;
            let y = &mut y[first * layer.filters..][..tile.count / layer.pool * layer.filters];
            self.normalisation.forward(z, tile.row(layer), y);
        });
    }
}

/// The sums of g and g ẑ over a span.
struct SumGradient<'a> {
    kmers: &'a Kmers,
    tables: &'a Tables,
    normalisation: &'a Normalisation,
    layer: Layer,
    span: Span,
    y_gradient: &'a [f32],
}

impl Loops for SumGradient<'_> {
    type Out = Sums;

    #[inline(always)]
    fn run<V: Vector, const P: usize>(self) -> Sums {
        let layer = self.layer;
        let mut sums = Sums::zeros(self.tables.width);
        for_each_tile::<V>((self.kmers, self.tables), layer, self.span, |tile, z| {
            let y_gradient = tile.of(self.y_gradient, layer);
            self.normalisation.sum(z, tile.row(layer), y_gradient, &mut sums);
        });
        sums
    }
}

/// A span's contribution to the gradients of table rows.
struct Back<'a> {
    kmers: &'a Kmers,
    tables: &'a Tables,
    normalisation: &'a Normalisation,
    layer: Layer,
    span: Span,
    y_gradient: &'a [f32],
    sums: &'a Sums,
}

impl Loops for Back<'_> {
    type Out = Tables;

    #[inline(always)]
    fn run<V: Vector, const P: usize>(self) -> Tables {
        let layer = self.layer;
        let mut gradients = Tables::zeros(layer, V::LANES);
        for_each_tile::<V>((self.kmers, self.tables), layer, self.span, |tile, z| {
            let y_gradient = tile.of(self.y_gradient, layer);
            let count = layer.examples * layer.positions;
            self.normalisation
                .backward(z, tile.row(layer), y_gradient, self.sums, count);
            gradients.add::<V>(self.kmers, tile.example, tile.first, z);
        });
        gradients
    }
}
