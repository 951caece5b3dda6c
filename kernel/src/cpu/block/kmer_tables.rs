//! Convolution over bases without multiplication: the filters' output for every 3-mer is looked up in tables.
//!
//! ```text
//! filter   ─ 15 taps ─────      z_t = T_0[3-mer at t] + T_1[3-mer at t + 3] + … + T_4[3-mer at t + 12]
//!          0··3··6··9··12··
//! ```
//!
//! The backward pass adds a position's gradient to the rows that the forward pass summed. Windows with anything other
//! than A, C, G and T, such as those that reach beyond an end, are summed tap by tap.

use super::Layer;
use crate::cpu::buffer::{Buffer, pad, product};
use crate::cpu::vector::Vector;

/// Bases of a k-mer. Tables of 32 filters take 40 KiB with three, which fit the L1 cache and are built quickly, and
/// 104 KiB with four.
const KMER: usize = 3;

/// The bases, and the code of an unknown one.
const CODES: usize = 5;

/// The code of an unknown base: a quarter of each.
const UNKNOWN: u8 = 4;

/// The code outside a sequence.
const NOTHING: u8 = 5;

/// Vectors of columns summed together.
const VECTORS: usize = 4;

/// The 3-mers of sequences, with the padding of the convolution.
#[derive(Debug)]
pub struct Kmers {
    codes: Vec<u8>,
    /// The 3-mer that begins at each padded position; codes other than A, C, G and T are mapped to one of these.
    kmers: Vec<u8>,
    /// True for each padded position at which a window without other codes than A, C, G and T begins.
    plain: Vec<bool>,
    /// Padded positions of a sequence.
    stride: usize,
}

impl Kmers {
    /// Reads `codes` [N, L].
    ///
    /// # Panics
    /// If a code is above 5.
    pub fn new(codes: &[u8], layer: Layer) -> Self {
        assert_eq!(codes.len(), layer.examples * layer.positions, "codes");
        assert!(codes.iter().all(|&code| code <= NOTHING), "codes of bases");
        let stride = layer.positions + layer.padding() + KMER;
        let mut all = vec![NOTHING; product(&[layer.examples, stride])];
        let mut kmers = vec![0; all.len()];
        let mut plain = vec![false; all.len()];
        for (example, codes) in codes.chunks_exact(layer.positions).enumerate() {
            let first = example * stride;
            all[first + layer.left()..][..codes.len()].copy_from_slice(codes);
            let padded = &all[first..][..stride];
            let (mut kmer, mut run) = (0_u8, 0);
            for (end, &code) in padded.iter().enumerate() {
                kmer = (kmer << 2 | code & 3) & ((1 << (2 * KMER)) - 1);
                run = if code < UNKNOWN { run + 1 } else { 0 };
                if end + 1 >= KMER {
                    kmers[first + end + 1 - KMER] = kmer;
                }
                if end + 1 >= layer.width {
                    plain[first + end + 1 - layer.width] = run >= layer.width;
                }
            }
        }
        Self {
            codes: all,
            kmers,
            plain,
            stride,
        }
    }

    /// Rows of single taps whose sum is the window of `taps` taps at `start`.
    #[inline(always)]
    fn taps(&self, start: usize, taps: usize) -> impl Iterator<Item = usize> {
        let codes = self.codes[start..][..taps].iter().enumerate();
        codes
            .filter(|&(_, &code)| code != NOTHING)
            .map(|(tap, &code)| tap * CODES + usize::from(code))
    }
}

/// Taps of one table.
#[derive(Debug, Clone, Copy)]
struct Group {
    /// The first tap.
    tap: usize,
    /// The shift that removes the bases of later taps from a 3-mer.
    shift: usize,
    /// The first row of the table among all rows.
    row: usize,
}

impl Group {
    fn rows(self) -> usize {
        1 << (2 * KMER - self.shift)
    }

    /// The taps, each with the shift that leaves its base in the low bits of a row's index.
    fn taps(self) -> impl Iterator<Item = (usize, usize)> {
        let count = KMER - self.shift / 2;
        (0..count).map(move |tap| (self.tap + tap, 2 * (count - 1 - tap)))
    }
}

/// Filter outputs of each 3-mer, or their gradients.
#[derive(Debug)]
pub struct Tables {
    groups: Vec<Group>,
    /// [panel][rows of all groups][columns of the panel], with the division of [`panels`].
    values: Buffer,
    /// One tap, one code: [K, 5, width].
    single: Buffer,
    /// Rows of all groups.
    rows: usize,
    taps: usize,
    /// F, padded.
    pub width: usize,
}

/// Splits `vectors` vectors of columns: the first and the number of each part.
fn panels(vectors: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..vectors)
        .step_by(VECTORS)
        .map(move |first| (first, VECTORS.min(vectors - first)))
}

impl Tables {
    /// Zeros.
    pub fn zeros(layer: Layer, lanes: usize) -> Self {
        let width = layer.filters.next_multiple_of(lanes);
        let mut rows = 0;
        let mut groups = Vec::new();
        for tap in (0..layer.width).step_by(KMER) {
            let shift = 2 * (KMER - KMER.min(layer.width - tap));
            let group = Group { tap, shift, row: rows };
            rows += group.rows();
            groups.push(group);
        }
        Self {
            groups,
            values: Buffer::of([rows, width]),
            single: Buffer::of([layer.width, CODES, width]),
            rows,
            taps: layer.width,
            width,
        }
    }

    /// Tables of `kernel` [K, 4, F].
    pub fn new(kernel: &[f32], layer: Layer, lanes: usize) -> Self {
        let mut tables = Self::zeros(layer, lanes);
        let (width, filters, rows) = (tables.width, layer.filters, tables.rows);
        for (tap, single) in tables.single.chunks_exact_mut(CODES * width).enumerate() {
            let bases = &kernel[tap * 4 * filters..][..4 * filters];
            pad(bases, single, width, filters);
            for filter in 0..filters {
                let sum: f32 = (0..4).map(|base| bases[base * filters + filter]).sum();
                single[usize::from(UNKNOWN) * width + filter] = 0.25 * sum;
            }
        }
        for (first, vectors) in panels(width / lanes) {
            let (first, size) = (first * lanes, vectors * lanes);
            for group in &tables.groups {
                for kmer in 0..group.rows() {
                    let row = &mut tables.values[first * rows + (group.row + kmer) * size..][..size];
                    for (tap, shift) in group.taps() {
                        let base = kmer >> shift & 3;
                        let from = &tables.single[(tap * CODES + base) * width + first..][..size];
                        for (to, from) in row.iter_mut().zip(from) {
                            *to += from;
                        }
                    }
                }
            }
        }
        tables
    }

    /// The gradient [K, 4, F] of the kernel, from the gradients of table rows.
    #[cfg(feature = "autodiff")]
    pub fn kernel(&self, filters: usize, lanes: usize) -> Vec<f32> {
        let width = self.width;
        let mut kernel = vec![0.0; product(&[self.taps, 4, filters])];
        for (tap, single) in self.single.chunks_exact(CODES * width).enumerate() {
            let unknown = &single[usize::from(UNKNOWN) * width..][..filters];
            let kernel = &mut kernel[tap * 4 * filters..][..4 * filters];
            for (to, from) in kernel.chunks_exact_mut(filters).zip(single.chunks_exact(width)) {
                for ((to, from), unknown) in to.iter_mut().zip(from).zip(unknown) {
                    *to = from + 0.25 * unknown;
                }
            }
        }
        for (first, vectors) in panels(width / lanes) {
            let (first, size) = (first * lanes, vectors * lanes);
            let columns = size.min(filters - first);
            for group in &self.groups {
                for kmer in 0..group.rows() {
                    let row = &self.values[first * self.rows + (group.row + kmer) * size..][..size];
                    for (tap, shift) in group.taps() {
                        let base = kmer >> shift & 3;
                        let to = &mut kernel[(tap * 4 + base) * filters + first..][..columns];
                        for (to, from) in to.iter_mut().zip(row) {
                            *to += from;
                        }
                    }
                }
            }
        }
        kernel
    }

    /// Sums the positions of `example` from `position` on, to the length of `z` [_, width].
    #[inline(always)]
    pub fn sum<V: Vector>(&self, kmers: &Kmers, example: usize, position: usize, z: &mut [f32]) {
        let start = self.check::<V>(kmers, example, position, z.len());
        for (first, vectors) in panels(self.width / V::LANES) {
            // SAFETY: `check` has checked the bounds.
            unsafe {
                match vectors {
                    1 => self.sum_columns::<V, 1>(kmers, start, first, z),
                    2 => self.sum_columns::<V, 2>(kmers, start, first, z),
                    3 => self.sum_columns::<V, 3>(kmers, start, first, z),
                    _ => self.sum_columns::<V, VECTORS>(kmers, start, first, z),
                }
            }
        }
        for (index, z) in z.chunks_exact_mut(self.width).enumerate() {
            if !kmers.plain[start + index] {
                z.fill(0.0);
                for row in kmers.taps(start + index, self.taps) {
                    let row = &self.single[row * self.width..][..self.width];
                    for (z, from) in z.iter_mut().zip(row) {
                        *z += from;
                    }
                }
            }
        }
    }

    /// Adds the gradient `z` of these positions to the rows that were summed for them.
    #[cfg(feature = "autodiff")]
    #[inline(always)]
    pub fn add<V: Vector>(&mut self, kmers: &Kmers, example: usize, position: usize, z: &[f32]) {
        let start = self.check::<V>(kmers, example, position, z.len());
        for (first, vectors) in panels(self.width / V::LANES) {
            // SAFETY: `check` has checked the bounds.
            unsafe {
                match vectors {
                    1 => self.add_columns::<V, 1>(kmers, start, first, z),
                    2 => self.add_columns::<V, 2>(kmers, start, first, z),
                    3 => self.add_columns::<V, 3>(kmers, start, first, z),
                    _ => self.add_columns::<V, VECTORS>(kmers, start, first, z),
                }
            }
        }
        for (index, z) in z.chunks_exact(self.width).enumerate() {
            if !kmers.plain[start + index] {
                for row in kmers.taps(start + index, self.taps) {
                    let row = &mut self.single[row * self.width..][..self.width];
                    for (to, z) in row.iter_mut().zip(z) {
                        *to += z;
                    }
                }
            }
        }
    }

    /// Index of the first window, after checking the bounds.
    #[inline(always)]
    fn check<V: Vector>(&self, kmers: &Kmers, example: usize, position: usize, len: usize) -> usize {
        let count = len / self.width;
        let start = example * kmers.stride + position;
        assert!(position + count + self.taps + KMER <= kmers.stride + 1);
        assert!(start + count + self.taps <= kmers.kmers.len() + 1);
        assert!(self.width.is_multiple_of(V::LANES));
        start
    }

    /// N vectors of columns from vector `first` on.
    ///
    /// # Safety
    /// The windows from `start` on are within `kmers`, and the columns within the tables.
    #[inline(always)]
    unsafe fn sum_columns<V: Vector, const N: usize>(&self, kmers: &Kmers, start: usize, first: usize, z: &mut [f32]) {
        let size = N * V::LANES;
        for (index, z) in z.chunks_exact_mut(self.width).enumerate() {
            let mut sums = [V::splat(0.0); N];
            // SAFETY: by this function's contract; a 3-mer has no more values than its table has rows.
            unsafe {
                let table = self.values.as_ptr().add(first * V::LANES * self.rows);
                for group in &self.groups {
                    let kmer = *kmers.kmers.get_unchecked(start + index + group.tap);
                    let row = table.add((group.row + usize::from(kmer >> group.shift)) * size);
                    for (n, sum) in sums.iter_mut().enumerate() {
                        *sum = sum.add(V::load(row.add(n * V::LANES)));
                    }
                }
                let z = z.as_mut_ptr().add(first * V::LANES);
                for (n, sum) in sums.into_iter().enumerate() {
                    sum.store(z.add(n * V::LANES));
                }
            }
        }
    }

    /// The reverse of [`sum_columns`](Self::sum_columns), for windows without other codes.
    ///
    /// # Safety
    /// As for [`sum_columns`](Self::sum_columns).
    #[cfg(feature = "autodiff")]
    #[inline(always)]
    unsafe fn add_columns<V: Vector, const N: usize>(&mut self, kmers: &Kmers, start: usize, first: usize, z: &[f32]) {
        let size = N * V::LANES;
        let table = &mut self.values[first * V::LANES * self.rows..];
        for (index, z) in z.chunks_exact(self.width).enumerate() {
            if !kmers.plain[start + index] {
                continue;
            }
            // SAFETY: as above.
            unsafe {
                let z = z.as_ptr().add(first * V::LANES);
                let z: [V; N] = std::array::from_fn(|n| V::load(z.add(n * V::LANES)));
                for group in &self.groups {
                    let kmer = *kmers.kmers.get_unchecked(start + index + group.tap);
                    let row = (group.row + usize::from(kmer >> group.shift)) * size;
                    let row = table.as_mut_ptr().add(row);
                    for (n, z) in z.iter().enumerate() {
                        let to = row.add(n * V::LANES);
                        V::load(to).add(*z).store(to);
                    }
                }
            }
        }
    }
}
