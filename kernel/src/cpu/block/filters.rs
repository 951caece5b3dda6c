//! A block's filters, packed for the loops: for whole windows, or at the points of minimal filtering.

use super::Layer;
use super::winograd::{Scratch, Winograd};
use crate::cpu::buffer::Buffer;
use crate::cpu::product::{Left, Panels, multiply};
use crate::cpu::simd::Simd;
use crate::cpu::vector::Vector;

/// Smallest number of positions for which filters are transformed to the points for a single call.
const SHORTEST: usize = 1024;

/// W [K, C, F].
#[derive(Debug, Clone)]
pub enum Filters {
    /// For products of windows and filters.
    Windows(Panels),
    /// For fewer products, of stretches with several windows each.
    Winograd(Winograd),
}

/// Memory for the sums of a tile.
#[derive(Debug)]
pub struct Tile {
    /// z [rows, width].
    pub z: Buffer,
    scratch: Option<Scratch>,
}

impl Filters {
    /// Returns true if packing takes long.
    pub fn take_long(layer: Layer) -> bool {
        Winograd::suits(layer)
    }

    /// Packs W [K, C, F] for many calls, independently of the layer's positions and examples.
    pub fn new(simd: Simd, kernel: &[f32], layer: Layer) -> Self {
        if Winograd::suits(layer) {
            Self::Winograd(Winograd::new(simd, kernel, layer))
        } else {
            Self::Windows(Panels::of(simd, kernel, layer.filters))
        }
    }

    /// The same for tiles of any size.
    pub fn of_tiles(simd: Simd, kernel: &[f32], layer: Layer) -> Self {
        if layer.dilation == 1 {
            Self::new(simd, kernel, layer)
        } else {
            Self::Windows(Panels::of(simd, kernel, layer.filters))
        }
    }

    /// The same for one call with this number of positions.
    pub fn of_call(simd: Simd, kernel: &[f32], layer: Layer, positions: usize) -> Self {
        if positions >= SHORTEST {
            Self::of_tiles(simd, kernel, layer)
        } else {
            Self::Windows(Panels::of(simd, kernel, layer.filters))
        }
    }

    /// The reversed filters, [K, width, C], which map gradients [_, width] of the sums to those of the channels, and
    /// the layer that they make.
    #[cfg(any(feature = "autodiff", feature = "attribution"))]
    pub fn turned(simd: Simd, kernel: &[f32], layer: Layer, width: usize) -> (Self, Layer) {
        let turned = Layer {
            channels: width,
            filters: layer.channels,
            pool: 1,
            rectify: false,
            ..layer
        };
        let mut values = Buffer::of([layer.width, width, layer.channels]);
        for (row, values) in values.chunks_exact_mut(layer.channels).enumerate() {
            let (tap, filter) = (layer.width - 1 - row / width, row % width);
            if filter >= layer.filters {
                continue;
            }
            let from = kernel[tap * layer.channels * layer.filters + filter..].iter();
            for (to, from) in values.iter_mut().zip(from.step_by(layer.filters)) {
                *to = *from;
            }
        }
        (Self::of_tiles(simd, &values, turned), turned)
    }

    /// Returns true if filters for many calls would compute most of their values beyond the layer's positions.
    pub fn exceed(layer: Layer) -> bool {
        Winograd::suits(layer) && Winograd::rows_of(layer, layer.positions) > 2 * layer.positions
    }

    /// Pooled positions of one tile.
    pub fn pooled(&self, layer: Layer) -> usize {
        match self {
            Self::Windows(_) => layer.tile(),
            Self::Winograd(winograd) => layer.tile().max(winograd.together() / layer.pool),
        }
    }

    /// Columns of the sums, padded.
    pub fn width(&self) -> usize {
        match self {
            Self::Windows(panels) => panels.width,
            Self::Winograd(winograd) => winograd.width(),
        }
    }

    /// Number of rows that are computed for `count` positions. They read as many positions, plus the padding.
    pub fn rows<const P: usize>(&self, count: usize) -> usize {
        match self {
            Self::Windows(_) => count.next_multiple_of(P),
            Self::Winograd(winograd) => winograd.rows(count),
        }
    }

    /// Memory for tiles of at most `count` positions.
    pub fn tile<const P: usize>(&self, count: usize) -> Tile {
        let rows = self.rows::<P>(count);
        let scratch = match self {
            Self::Windows(_) => None,
            Self::Winograd(winograd) => Some(winograd.scratch::<P>(rows)),
        };
        Tile {
            z: Buffer::of([rows, self.width()]),
            scratch,
        }
    }

    /// z of `count` positions, whose windows begin at those of `inside`.
    ///
    /// # Panics
    /// If `inside` or the tile is too short.
    #[inline(always)]
    pub fn sum<V: Vector, const P: usize>(&self, inside: &[f32], count: usize, layer: Layer, tile: &mut Tile) {
        match (self, &mut tile.scratch) {
            (Self::Winograd(winograd), Some(scratch)) => {
                winograd.multiply::<V, P>(inside, winograd.rows(count), scratch, &mut tile.z);
            }
            (Self::Windows(panels), _) => {
                let windows = Left::windows(inside, layer.channels, layer.width, layer.dilation);
                multiply::<V, P>(windows, panels, count, &mut tile.z);
            }
            (Self::Winograd(_), None) => unreachable!("a tile of other filters"),
        }
    }
}
