//! Products of matrices, one tile of sums in registers at a time.
//!
//! With channels last, a convolution along a sequence is such a product: the rows of its left matrix are overlapping
//! windows, read from memory without copies.
//!
//! ```text
//! out[p, f] = Σ_k Σ_c x[(p + k dilation) C + c] w[k C + c, f]
//! ```

use super::buffer::Buffer;
use super::simd::Simd;
use super::vector::Vector;

/// Unrolled steps of a sum, so that offsets are constants in the machine code.
const STEPS: usize = 4;

/// The left matrix: row p has the values x[p row + k tap + c] for taps k and columns c, in this order.
#[derive(Debug, Clone, Copy)]
pub struct Left<'a> {
    values: &'a [f32],
    row: usize,
    taps: usize,
    tap: usize,
    columns: usize,
}

impl<'a> Left<'a> {
    /// Windows of `taps` positions of `channels`, `dilation` apart; one row per first position.
    pub fn windows(values: &'a [f32], channels: usize, taps: usize, dilation: usize) -> Self {
        // Adjacent taps are one run of values.
        let (taps, columns) = if dilation == 1 {
            (1, taps * channels)
        } else {
            (taps, channels)
        };
        Self {
            values,
            row: channels,
            taps,
            tap: dilation * channels,
            columns,
        }
    }

    /// A matrix of `columns` columns, its rows `width` values apart.
    pub fn matrix(values: &'a [f32], width: usize, columns: usize) -> Self {
        Self {
            values,
            row: width,
            taps: 1,
            tap: 0,
            columns,
        }
    }

    /// Values that `rows` rows read.
    fn reads(&self, rows: usize) -> usize {
        (rows - 1) * self.row + (self.taps - 1) * self.tap + self.columns
    }
}

/// A right matrix packed in the order of tiles, with columns padded with zeros to whole vectors.
#[derive(Debug, Clone, PartialEq)]
pub struct Panels {
    values: Buffer,
    depth: usize,
    /// Columns, padded.
    pub width: usize,
}

impl Panels {
    /// Packs a matrix of `depth` rows and `columns` columns with values `at(row, column)`.
    pub fn new(simd: Simd, depth: usize, columns: usize, at: impl Fn(usize, usize) -> f32) -> Self {
        Self::fill(simd, depth, columns, |row, first, to| {
            for (column, to) in (first..columns).zip(to) {
                *to = at(row, column);
            }
        })
    }

    /// Packs a matrix of `columns` columns, stored row by row.
    pub fn of(simd: Simd, matrix: &[f32], columns: usize) -> Self {
        Self::fill(simd, matrix.len() / columns, columns, |row, first, to| {
            let from = &matrix[row * columns..][first..columns];
            let count = from.len().min(to.len());
            to[..count].copy_from_slice(&from[..count]);
        })
    }

    /// `put(row, first, to)` copies a row's columns from `first` on to `to`, limited by both lengths.
    pub fn fill(simd: Simd, depth: usize, columns: usize, put: impl Fn(usize, usize, &mut [f32])) -> Self {
        let lanes = simd.lanes();
        let width = columns.next_multiple_of(lanes);
        let mut values = Buffer::zeros(depth * width);
        for (first, vectors) in tiles(width / lanes, simd.columns()) {
            let (first, size) = (first * lanes, vectors * lanes);
            let panel = values[first * depth..].chunks_exact_mut(size);
            for (row, to) in panel.take(depth).enumerate() {
                put(row, first, to);
            }
        }
        Self { values, depth, width }
    }
}

/// Splits `vectors` vectors of columns evenly into tiles of at most `most`: the first vector and the number of each
/// tile.
fn tiles(vectors: usize, most: usize) -> impl Iterator<Item = (usize, usize)> {
    let count = vectors.div_ceil(most);
    (0..count).map(move |tile| {
        let first = |tile: usize| tile * vectors / count;
        (first(tile), first(tile + 1) - first(tile))
    })
}

/// `out` [rows, width] = left × right. Rows are processed P at a time: `out` and the left matrix have the next multiple
/// of P rows.
///
/// # Panics
/// If one of them is too short.
#[inline(always)]
pub fn multiply<V: Vector, const P: usize>(left: Left<'_>, right: &Panels, rows: usize, out: &mut [f32]) {
    let rows = rows.next_multiple_of(P);
    let Panels { values, depth, width } = right;
    assert_eq!(left.taps * left.columns, *depth, "depth of a product");
    assert!(rows == 0 || left.values.len() >= left.reads(rows), "left");
    assert!(out.len() >= rows * width, "result of a product");
    assert!(width.is_multiple_of(V::LANES) && values.len() >= depth * width);
    for (first, vectors) in tiles(width / V::LANES, V::COLUMNS) {
        let first = first * V::LANES;
        for row in (0..rows).step_by(P) {
            // SAFETY: rows and columns of the tile are within what was asserted.
            unsafe {
                let left = Left {
                    values: left.values.get_unchecked(row * left.row..),
                    ..left
                };
                let right = values.as_ptr().add(first * depth);
                let out = out.as_mut_ptr().add(row * width + first);
                match vectors {
                    1 => tile::<V, P, 1>(left, right, out, *width),
                    3 if V::COLUMNS == 3 => tile::<V, P, 3>(left, right, out, *width),
                    _ => tile::<V, P, 2>(left, right, out, *width),
                }
            }
        }
    }
}

/// P rows and N vectors of columns.
///
/// # Safety
/// `left` has the rows, `right` the tile's columns, depth by depth, and `out` both, its rows `width` apart.
#[inline(always)]
unsafe fn tile<V: Vector, const P: usize, const N: usize>(
    left: Left<'_>,
    mut right: *const f32,
    out: *mut f32,
    width: usize,
) {
    let mut sums = [[V::splat(0.0); N]; P];
    // SAFETY: by this function's contract.
    unsafe {
        for tap in 0..left.taps {
            let first = left.values.as_ptr().add(tap * left.tap);
            let mut rows: [*const f32; P] = std::array::from_fn(|p| first.add(p * left.row));
            for _ in 0..left.columns / STEPS {
                for step in 0..STEPS {
                    let columns = columns::<V, N>(right.add(step * N * V::LANES));
                    for (sums, row) in sums.iter_mut().zip(rows) {
                        accumulate(sums, *row.add(step), columns);
                    }
                }
                rows = rows.map(|row| row.add(STEPS));
                right = right.add(STEPS * N * V::LANES);
            }
            for step in 0..left.columns % STEPS {
                let columns = columns::<V, N>(right);
                for (sums, row) in sums.iter_mut().zip(rows) {
                    accumulate(sums, *row.add(step), columns);
                }
                right = right.add(N * V::LANES);
            }
        }
        store(sums, out, width);
    }
}

/// Adds leftᵀ × right to `out` [rows, width]: `left` has rows of `columns` values, the first `rows` of which count,
/// `right` the same number of rows of `width` values.
///
/// ```text
/// out[p, f] += Σ_t left[t columns + p] right[t width + f]
/// ```
///
/// Rows are processed P at a time: `out` has the next multiple of P rows, and `left` as many more values at its end.
/// `rows` may exceed `columns`: a row then extends into the next.
///
/// # Panics
/// If one of them is too short.
#[cfg(feature = "autodiff")]
#[inline(always)]
pub fn add_turned<V: Vector, const P: usize>(
    left: &[f32],
    columns: usize,
    rows: usize,
    right: &[f32],
    width: usize,
    out: &mut [f32],
) {
    let (rows, count) = (rows.next_multiple_of(P), right.len() / width);
    assert!(count == 0 || left.len() >= (count - 1) * columns + rows);
    assert!(out.len() >= rows * width && width.is_multiple_of(V::LANES));
    for (first, vectors) in tiles(width / V::LANES, V::COLUMNS) {
        let first = first * V::LANES;
        for row in (0..rows).step_by(P) {
            // SAFETY: rows and columns of the tile are within what was asserted.
            unsafe {
                let left = (left.as_ptr().add(row), columns);
                let right = (right.as_ptr().add(first), count);
                let out = out.as_mut_ptr().add(row * width + first);
                match vectors {
                    1 => turned_tile::<V, P, 1>(left, right, out, width),
                    3 if V::COLUMNS == 3 => turned_tile::<V, P, 3>(left, right, out, width),
                    _ => turned_tile::<V, P, 2>(left, right, out, width),
                }
            }
        }
    }
}

/// P rows and N vectors of columns.
///
/// # Safety
/// `left` has the rows, at this distance, `right` the columns in `count` rows, and `out` both.
#[cfg(feature = "autodiff")]
#[inline(always)]
unsafe fn turned_tile<V: Vector, const P: usize, const N: usize>(
    (mut left, columns_of_left): (*const f32, usize),
    (mut right, count): (*const f32, usize),
    out: *mut f32,
    width: usize,
) {
    // SAFETY: by this function's contract.
    unsafe {
        let row = |p: usize| columns::<V, N>(out.add(p * width));
        let mut sums: [[V; N]; P] = std::array::from_fn(row);
        for _ in 0..count {
            let columns = columns::<V, N>(right);
            for (p, sums) in sums.iter_mut().enumerate() {
                accumulate(sums, *left.add(p), columns);
            }
            // Wrapping: after the last row they may point beyond their slices.
            left = left.wrapping_add(columns_of_left);
            right = right.wrapping_add(width);
        }
        store(sums, out, width);
    }
}

/// N vectors.
///
/// # Safety
/// They must be readable.
#[inline(always)]
unsafe fn columns<V: Vector, const N: usize>(from: *const f32) -> [V; N] {
    // SAFETY: by this function's contract.
    std::array::from_fn(|n| unsafe { V::load(from.add(n * V::LANES)) })
}

/// Adds `value` times `columns` to a row's sums.
#[inline(always)]
fn accumulate<V: Vector, const N: usize>(sums: &mut [V; N], value: f32, columns: [V; N]) {
    let value = V::splat(value);
    for (sum, column) in sums.iter_mut().zip(columns) {
        *sum = value.mul_add(column, *sum);
    }
}

/// Writes a tile to rows `width` apart.
///
/// # Safety
/// They must be writable.
#[inline(always)]
unsafe fn store<V: Vector, const P: usize, const N: usize>(sums: [[V; N]; P], out: *mut f32, width: usize) {
    for (p, sums) in sums.into_iter().enumerate() {
        for (n, sum) in sums.into_iter().enumerate() {
            // SAFETY: by this function's contract.
            unsafe { sum.store(out.add(p * width + n * V::LANES)) };
        }
    }
}
