//! Blocks with batch norm folded into kernel and bias.

use super::words::{Tables, Words};
use super::{Layer, window};
use crate::kernel::cpu::buffer::Buffer;
use crate::kernel::cpu::product::{Left, Panels, multiply};
use crate::kernel::cpu::shares;
use crate::kernel::cpu::simd::{Loops, Simd};
use crate::kernel::cpu::vector::Vector;

/// Tiles that one thread takes at a time.
const SHARE: usize = 2;

/// y [N, L / pool, F] of `x` [N, L, C], `kernel` [K, C, F] and `bias` `[F]`.
pub fn block(simd: Simd, x: &[f32], kernel: &[f32], bias: &[f32], layer: Layer) -> Vec<f32> {
    let filters = layer.filters;
    let panels = &Panels::new(simd, layer.width * layer.channels, filters, |row, filter| {
        kernel[row * filters + filter]
    });
    share(layer, |first, y| {
        simd.run(Convolution {
            x,
            panels,
            bias,
            layer,
            first,
            y,
        })
    })
}

/// y [N, L / pool, F] of `codes` [N, L], `kernel` [K, 4, F] and `bias` `[F]`.
pub fn first_block(simd: Simd, codes: &[u8], kernel: &[f32], bias: &[f32], layer: Layer) -> Vec<f32> {
    let words = &Words::new(codes, layer);
    let tables = &Tables::new(kernel, layer, simd.lanes());
    share(layer, |first, y| {
        simd.run(Lookup {
            words,
            tables,
            bias,
            layer,
            first,
            y,
        })
    })
}

/// Shares the rows of y among threads: `run(first, y)` computes those from `first` on that `y` has room for.
fn share(layer: Layer, run: impl Fn(usize, &mut [f32]) + Sync) -> Vec<f32> {
    let mut y = vec![0.0; layer.examples * layer.pooled() * layer.filters];
    let rows = SHARE * layer.tile();
    shares::for_each_chunk(&mut y, rows * layer.filters, |index, y| run(index * rows, y));
    y
}

/// The tiles of rows from `first` on that `y` has room for, none across two examples: `run(example, row, y)`.
#[inline(always)]
fn for_each_tile(layer: Layer, mut first: usize, mut y: &mut [f32], mut run: impl FnMut(usize, usize, &mut [f32])) {
    let pooled = layer.pooled();
    while !y.is_empty() {
        let (example, row) = (first / pooled, first % pooled);
        let count = (y.len() / layer.filters).min(layer.tile()).min(pooled - row);
        let (tile, rest) = y.split_at_mut(count * layer.filters);
        run(example, row, tile);
        first += count;
        y = rest;
    }
}

/// The largest of each `pool` rows of `z` [_, width], and the bias.
#[inline(always)]
fn pool(z: &[f32], width: usize, bias: &[f32], layer: Layer, y: &mut [f32]) {
    let filters = layer.filters;
    for (index, y) in y.chunks_exact_mut(filters).enumerate() {
        let mut rows = z[index * layer.pool * width..].chunks_exact(width);
        let first = rows.next().expect("a tile has rows");
        y.copy_from_slice(&first[..filters]);
        for row in rows.take(layer.pool - 1) {
            for (y, &z) in y.iter_mut().zip(row) {
                *y = if z > *y { z } else { *y };
            }
        }
        // Rounding does not change an order: the largest sum is the sum with the largest.
        for (y, bias) in y.iter_mut().zip(bias) {
            *y += bias;
        }
    }
}

struct Convolution<'a> {
    x: &'a [f32],
    panels: &'a Panels,
    bias: &'a [f32],
    layer: Layer,
    first: usize,
    y: &'a mut [f32],
}

impl Loops for Convolution<'_> {
    type Out = ();

    #[inline(always)]
    fn run<V: Vector, const P: usize>(self) {
        let Self { x, panels, layer, .. } = self;
        let (size, width) = (layer.positions * layer.channels, panels.width);
        let rows = (layer.tile() * layer.pool).next_multiple_of(P);
        let mut inside = Buffer::zeros((rows + layer.padding()) * layer.channels);
        let mut z = Buffer::zeros(rows * width);
        for_each_tile(layer, self.first, self.y, |example, row, y| {
            let count = y.len() / layer.filters * layer.pool;
            let inside = &mut inside[..(count.next_multiple_of(P) + layer.padding()) * layer.channels];
            let first = (row * layer.pool) as isize - layer.left() as isize;
            let x = &x[example * size..][..size];
            window::copy(x, layer.channels, first, layer.rectify, inside);
            let windows = Left::windows(inside, layer.channels, layer.width, layer.dilation);
            multiply::<V, P>(windows, panels, count, &mut z);
            pool(&z, width, self.bias, layer, y);
        });
    }
}

struct Lookup<'a> {
    words: &'a Words,
    tables: &'a Tables,
    bias: &'a [f32],
    layer: Layer,
    first: usize,
    y: &'a mut [f32],
}

impl Loops for Lookup<'_> {
    type Out = ();

    #[inline(always)]
    fn run<V: Vector, const P: usize>(self) {
        let Self {
            words, tables, layer, ..
        } = self;
        let width = tables.width;
        let mut z = Buffer::zeros(layer.tile() * layer.pool * width);
        for_each_tile(layer, self.first, self.y, |example, row, y| {
            let count = y.len() / layer.filters * layer.pool;
            let z = &mut z[..count * width];
            tables.sum::<V>(words, example, row * layer.pool, z);
            pool(z, width, self.bias, layer, y);
        });
    }
}
