//! float32 memory aligned to cache lines, so that no vector crosses two.

use std::ops::{Deref, DerefMut};

/// Values of one cache line.
const LINE: usize = 16;

#[derive(Debug, Clone, Copy, PartialEq)]
#[repr(C, align(64))]
struct Line([f32; LINE]);

/// A slice of float32 on the heap, aligned to 64 bytes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Buffer {
    lines: Vec<Line>,
    len: usize,
}

impl Buffer {
    /// Zeros; their number is the product of `sizes`.
    ///
    /// # Panics
    /// As [`product`].
    pub fn of<const N: usize>(sizes: [usize; N]) -> Self {
        Self::zeros(product(&sizes))
    }

    /// `len` zeros.
    pub fn zeros(len: usize) -> Self {
        Self {
            lines: vec![Line([0.0; LINE]); len.div_ceil(LINE)],
            len,
        }
    }
}

/// The product of sizes.
///
/// # Panics
/// If it overflows, which happens early with a page's 32 bits: a wrapped product would make the memory too short.
pub fn product(sizes: &[usize]) -> usize {
    let product = sizes
        .iter()
        .try_fold(1_usize, |product, &size| product.checked_mul(size));
    product.expect("sizes beyond memory")
}

impl Deref for Buffer {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        // SAFETY: lines are arrays of float32 without padding, and there are enough of them.
        unsafe { std::slice::from_raw_parts(self.lines.as_ptr().cast(), self.len) }
    }
}

impl DerefMut for Buffer {
    fn deref_mut(&mut self) -> &mut [f32] {
        // SAFETY: as above, and borrowed exclusively.
        unsafe { std::slice::from_raw_parts_mut(self.lines.as_mut_ptr().cast(), self.len) }
    }
}

/// Copies rows of `size` values into rows of `width`; padding is not changed.
pub fn pad(from: &[f32], to: &mut [f32], width: usize, size: usize) {
    for (from, to) in from.chunks_exact(size).zip(to.chunks_exact_mut(width)) {
        to[..size].copy_from_slice(from);
    }
}

/// Copies rows of `width` values into rows of `size`.
pub fn unpad(from: &[f32], to: &mut [f32], width: usize, size: usize) {
    for (from, to) in from.chunks_exact(width).zip(to.chunks_exact_mut(size)) {
        to.copy_from_slice(&from[..size]);
    }
}

#[cfg(test)]
mod tests {
    use super::super::backward::Flow;
    use super::super::cases::{draw, layer};
    use super::super::forward::Tile;
    use super::super::packed::{Packed, Weights};
    use super::super::simd::Simd;
    use super::super::transposed::Transposed;
    use super::super::{block, convolution};
    use crate::sizes::{Convolved, Sizes, Stride};
    use std::panic::catch_unwind;

    /// A product that wraps round to 0, as in 32 bits one of sizes that fit does.
    #[test]
    fn sizes_beyond_memory_are_no_short_buffer() {
        let sizes = Sizes {
            examples: 1,
            steps: 1 << (usize::BITS - 4),
            encoders: 1,
            inputs: 1,
            hidden: 32,
        };
        assert_eq!(sizes.steps.wrapping_mul(2 * 32), 0);
        for recorded in [false, true] {
            assert!(catch_unwind(|| Tile::new(sizes, 32, 1, recorded)).is_err());
        }
        assert!(catch_unwind(|| Flow::new(sizes, 32, 1)).is_err());
    }

    /// The same of what packs weights, by sizes that no weights have: those that it would read are not there.
    #[test]
    fn weights_of_sizes_beyond_memory_are_not_packed() {
        let none = Weights {
            input: &[],
            recurrent: &[],
            bias: &[],
        };
        let sizes = |encoders, hidden| Sizes {
            examples: 1,
            steps: 1,
            encoders,
            inputs: 1,
            hidden,
        };
        let many = 1_usize << (usize::BITS - 6);
        assert_eq!(many.wrapping_mul(2 * 4 * 8), 0);
        assert!(catch_unwind(|| Packed::new(&none, sizes(many, 8), 8)).is_err());
        assert!(catch_unwind(|| Transposed::new(&[], 8, sizes(many, 8), 8, 8)).is_err());
        let sizes = |encoders, channels, filters| Convolved {
            examples: 1,
            positions: 1,
            encoders,
            channels,
            filters,
            width: 64,
            pooled: 1,
            stride: Stride::same(1),
        };
        assert!(catch_unwind(|| convolution::Filters::new(&[], &[], sizes(1, many, 0), 8)).is_err());
        assert!(catch_unwind(|| convolution::Reversed::new(&[], sizes(many, 1, 8), 8)).is_err());
    }

    /// Blocks of so many examples that their result would be of no length.
    #[test]
    fn blocks_of_sizes_beyond_memory_have_no_short_result() {
        let many = 1 << (usize::BITS - 4);
        let layer = layer([many, 1, 1, 16, 1, 1, 1], false);
        assert_eq!(layer.result().into_iter().fold(1, usize::wrapping_mul), 0);
        let (kernel, bias) = (draw(16, 1), draw(16, 2));
        assert!(catch_unwind(|| block::block(Simd::Portable, &[], &kernel, &bias, layer)).is_err());
    }
}
