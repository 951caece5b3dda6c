//! Blocks with batch norm folded into kernel and bias.

use super::filters::Filters;
use super::kmer_tables::{Kmers, Tables};
use super::{Layer, window};
use crate::cpu::buffer::{Buffer, product};
use crate::cpu::parallel;
use crate::cpu::simd::{Loops, Simd};
use crate::cpu::vector::Vector;

/// Tiles per task of a thread.
const SHARE: usize = 2;

/// y [N, L / pool, F] of `x` [N, L, C], `kernel` [K, C, F] and `bias` `[F]`.
pub fn block(simd: Simd, x: &[f32], kernel: &[f32], bias: &[f32], layer: Layer) -> Vec<f32> {
    // Independent of the batch size, so that an example's results do not depend on other examples.
    let filters = Filters::of_call(simd, kernel, layer, layer.positions);
    with_filters(simd, x, &filters, bias, layer)
}

/// The same with packed filters.
pub fn with_filters(simd: Simd, x: &[f32], filters: &Filters, bias: &[f32], layer: Layer) -> Vec<f32> {
    let mut y = share(layer, filters.pooled(layer), |first, y| {
        simd.run(Convolution {
            x,
            filters,
            bias,
            layer,
            first,
            y,
        });
    });
    simd.show(
        x,
        layer.positions * layer.channels,
        &mut y,
        layer.pooled() * layer.filters,
    );
    y
}

/// y [N, L / pool, F] of `codes` [N, L], `kernel` [K, 4, F] and `bias` `[F]`.
pub fn first_block(simd: Simd, codes: &[u8], kernel: &[f32], bias: &[f32], layer: Layer) -> Vec<f32> {
    let kmers = &Kmers::new(codes, layer);
    let tables = &Tables::new(kernel, layer, simd.lanes());
    share(layer, layer.tile(), |first, y| {
        simd.run(Lookup {
            kmers,
            tables,
            bias,
            layer,
            first,
            y,
        });
    })
}

/// Distributes the rows of y over threads: several examples, or whole tiles of one, so that tiles begin at the same
/// rows in any case. `run(first, y)` computes rows from `first` on, to the length of `y`. A single thread takes all,
/// with one set of buffers.
fn share(layer: Layer, tile: usize, run: impl Fn(usize, &mut [f32]) + Sync) -> Vec<f32> {
    let (pooled, filters) = (layer.pooled(), layer.filters);
    let mut y = vec![0.0; product(&layer.result())];
    if parallel::alone() || y.is_empty() {
        run(0, &mut y);
        return y;
    }
    let rows = SHARE * tile;
    let together = (rows / pooled).max(1) * pooled;
    let rows = rows.min(together);
    let mut parts = Vec::new();
    for (index, y) in y.chunks_mut(together * filters).enumerate() {
        let firsts = (index * together..).step_by(rows);
        parts.extend(firsts.zip(y.chunks_mut(rows * filters)));
    }
    parallel::map(parts, |(first, y)| run(first, y));
    y
}

/// Tiles of rows of y, none across two examples. An iterator instead of a closure: a closure too large to be inlined
/// would be compiled without the instruction set.
struct Tiles<'a> {
    layer: Layer,
    /// Largest number of rows of a tile.
    size: usize,
    /// The next row.
    first: usize,
    /// Rows from there on.
    y: &'a mut [f32],
}

impl<'a> Iterator for Tiles<'a> {
    /// The example, the first row in it, and y.
    type Item = (usize, usize, &'a mut [f32]);

    #[inline(always)]
    fn next(&mut self) -> Option<Self::Item> {
        let filters = self.layer.filters;
        let left = self.y.len() / filters;
        if left == 0 {
            return None;
        }
        let pooled = self.layer.pooled();
        let (example, row) = (self.first / pooled, self.first % pooled);
        let count = left.min(self.size).min(pooled - row);
        let (tile, rest) = std::mem::take(&mut self.y).split_at_mut(count * filters);
        self.first += count;
        self.y = rest;
        Some((example, row, tile))
    }
}

/// Max-pooling of `z` [_, width], whole vectors, plus the bias.
#[inline(always)]
fn pool<V: Vector>(z: &[f32], width: usize, bias: &[f32], layer: Layer, y: &mut [f32]) {
    let mut lanes = [0.0; 16];
    assert!(V::LANES <= lanes.len() && layer.filters.next_multiple_of(V::LANES) <= width);
    let rows = z.chunks_exact(layer.pool * width);
    for (rows, y) in rows.zip(y.chunks_exact_mut(layer.filters)) {
        let columns = y.chunks_mut(V::LANES).zip(bias.chunks(V::LANES)).enumerate();
        for (index, (y, bias)) in columns {
            let mut rows = rows.chunks_exact(width).map(|row| {
                // SAFETY: a row has whole vectors, as many as there are of filters.
                unsafe { V::load(row.as_ptr().add(index * V::LANES)) }
            });
            // In a register: storing and reading a sum again for each row takes several times as long.
            let first = rows.next().expect("a tile has rows");
            let largest = rows.fold(first, |largest, row| row.larger(largest));
            // Rounding does not change an order: the largest sum is the sum with the largest.
            // SAFETY: there are as many values, here a whole vector, and there no more than `lanes` has room for.
            unsafe {
                if y.len() == V::LANES {
                    largest.add(V::load(bias.as_ptr())).store(y.as_mut_ptr());
                    continue;
                }
                largest.store(lanes.as_mut_ptr());
            }
            for ((y, largest), bias) in y.iter_mut().zip(lanes).zip(bias) {
                *y = largest + bias;
            }
        }
    }
}

struct Convolution<'a> {
    x: &'a [f32],
    filters: &'a Filters,
    bias: &'a [f32],
    layer: Layer,
    first: usize,
    y: &'a mut [f32],
}

impl Loops for Convolution<'_> {
    type Out = ();

    #[inline(always)]
    fn run<V: Vector, const P: usize>(self) {
        let Self { x, filters, layer, .. } = self;
        let size = layer.positions * layer.channels;
        let rows = filters.pooled(layer);
        let most = rows * layer.pool;
        let mut inside = Buffer::of([filters.rows::<P>(most) + layer.padding(), layer.channels]);
        let mut tile = filters.tile::<P>(most);
        let tiles = Tiles {
            layer,
            size: rows,
            first: self.first,
            y: self.y,
        };
        for (example, row, y) in tiles {
            let count = y.len() / layer.filters * layer.pool;
            let inside = &mut inside[..(filters.rows::<P>(count) + layer.padding()) * layer.channels];
            let first = (row * layer.pool) as isize - layer.left() as isize;
            let x = &x[example * size..][..size];
            window::copy(x, layer.channels, first, layer.rectify, inside);
            filters.sum::<V, P>(inside, count, layer, &mut tile);
            pool::<V>(&tile.z, filters.width(), self.bias, layer, y);
        }
    }
}

struct Lookup<'a> {
    kmers: &'a Kmers,
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
            kmers, tables, layer, ..
        } = self;
        let width = tables.width;
        let mut z = Buffer::of([layer.tile(), layer.pool, width]);
        let tiles = Tiles {
            layer,
            size: layer.tile(),
            first: self.first,
            y: self.y,
        };
        for (example, row, y) in tiles {
            let count = y.len() / layer.filters * layer.pool;
            let z = &mut z[..count * width];
            tables.sum::<V>(kmers, example, row * layer.pool, z);
            pool::<V>(z, width, self.bias, layer, y);
        }
    }
}
