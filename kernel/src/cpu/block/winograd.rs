//! Convolutions along a sequence with fewer multiplications: minimal filtering (Winograd 1980; Toom and Cook).
//!
//! A stretch of eight positions contains m = 9 − K windows of a filter of K taps. Their m sums are coefficients of a
//! polynomial of degree seven, which is determined by its values at eight points: eight products per channel and
//! filter, where direct sums take m K. Along a sequence of channels each of the eight is a product of matrices.
//!
//! ```text
//! U_p = Σ_k G_pk W_k          the filters at point p        X_p = Σ_t B_pt x_t          a stretch at point p
//! M_p = X_p U_p               [stretches, F]                z_i = Σ_p A_ip M_p          its m sums
//! ```
//!
//! With dilation, the positions of a stretch are that far apart, those in between belong to neighbouring stretches, and
//! `dilation` stretches make `dilation` m consecutive sums.
//!
//! The points are 0, ±1, ±2, ±½ and ∞ (Lavin and Gray 2016, `arXiv:1509.09308`). Sums of products that differ in size
//! lose accuracy: rounding errors are two to three times those of a direct sum of K C products, at 368 channels 1.3e-6
//! of the sums' root mean square.

use super::Layer;
use crate::cpu::buffer::Buffer;
use crate::cpu::product::{Left, Panels, multiply};
use crate::cpu::simd::Simd;
use crate::cpu::vector::Vector;

/// Positions of a stretch, and points.
const POINTS: usize = 8;

/// The finite points with the divisors of the filters there: Π (p − q) over the other points q, except for the sign at
/// 0.
const FINITE: [(f64, f64); POINTS - 1] = [
    (0.0, 1.0),
    (1.0, -4.5),
    (-1.0, -4.5),
    (2.0, 90.0),
    (-2.0, 90.0),
    (0.5, 45.0 / 32.0),
    (-0.5, 45.0 / 32.0),
];

/// Smallest number of channels and filters: with fewer, additions cost more than is saved.
const FEWEST: usize = 32;

/// Largest number of consecutive sums computed together.
const WIDEST: usize = 512;

/// A block's filters at each point.
#[derive(Debug, Clone)]
pub struct Winograd {
    points: Vec<Panels>,
    channels: usize,
    /// m.
    sums: usize,
    dilation: usize,
}

/// Memory for a tile.
#[derive(Debug)]
pub struct Scratch {
    stretches: Buffer,
    products: Buffer,
}

impl Winograd {
    /// Returns true if the block becomes faster.
    pub fn suits(layer: Layer) -> bool {
        (3..=7).contains(&layer.width)
            && layer.channels.min(layer.filters) >= FEWEST
            && (POINTS + 1 - layer.width) * layer.dilation <= WIDEST
    }

    /// Rows of sums for `count` positions.
    pub fn rows_of(layer: Layer, count: usize) -> usize {
        count.next_multiple_of((POINTS + 1 - layer.width) * layer.dilation)
    }

    /// Transforms W [K, C, F].
    pub fn new(simd: Simd, kernel: &[f32], layer: Layer) -> Self {
        let Layer {
            width,
            channels,
            filters,
            ..
        } = layer;
        let at = |point: usize| {
            Panels::fill(simd, channels, filters, |channel, first, to| {
                let mut sums = [0.0_f64; MOST_COLUMNS];
                let count = to.len().min(filters - first);
                for (tap, factor) in factors(point, width).enumerate() {
                    let row = &kernel[(tap * channels + channel) * filters + first..][..count];
                    for (sum, &weight) in sums.iter_mut().zip(row) {
                        *sum += factor * f64::from(weight);
                    }
                }
                for (to, sum) in to.iter_mut().zip(sums).take(count) {
                    *to = sum as f32;
                }
            })
        };
        Self {
            points: (0..POINTS).map(at).collect(),
            channels,
            sums: POINTS + 1 - width,
            dilation: layer.dilation,
        }
    }

    /// Columns of the sums, padded.
    pub fn width(&self) -> usize {
        self.points[0].width
    }

    /// Rows of sums computed together.
    pub fn together(&self) -> usize {
        self.sums * self.dilation
    }

    /// Rows of sums for `count` positions.
    pub fn rows(&self, count: usize) -> usize {
        count.next_multiple_of(self.together())
    }

    /// Memory for tiles of at most `rows` rows.
    pub fn scratch<const P: usize>(&self, rows: usize) -> Scratch {
        let stretches = POINTS * (rows / self.sums).next_multiple_of(P);
        Scratch {
            stretches: Buffer::of([stretches, self.channels]),
            products: Buffer::of([stretches, self.width()]),
        }
    }

    /// z [rows, width] of `x` [rows + (K − 1) dilation, C].
    ///
    /// # Panics
    /// If one is too short, or `rows` is not a multiple of the rows computed together.
    #[inline(always)]
    pub fn multiply<V: Vector, const P: usize>(&self, x: &[f32], rows: usize, scratch: &mut Scratch, z: &mut [f32]) {
        let (channels, width, stretches) = (self.channels, self.width(), rows / self.sums);
        let (apart, together) = (self.dilation, self.together());
        assert!(rows.is_multiple_of(together) && channels >= V::LANES);
        assert!(x.len() >= (rows + (POINTS - self.sums) * apart) * channels && z.len() >= rows * width);
        // The position at which a stretch begins, and the row of its first sum.
        let first = |stretch: usize| stretch / apart * together + stretch % apart;
        // At each point as many rows as a product takes.
        let padded = stretches.next_multiple_of(P);
        let of_point = padded * channels;
        let Scratch {
            stretches: at_points,
            products,
        } = scratch;
        assert!(at_points.len() >= POINTS * of_point && products.len() >= POINTS * padded * width);
        for stretch in 0..stretches {
            let first = first(stretch);
            for channel in (0..channels).step_by(V::LANES) {
                // The last vector overlaps the previous one if channels are not whole vectors.
                let channel = channel.min(channels - V::LANES);
                // SAFETY: a stretch and its points lie within what was asserted, and the vector within the channels.
                unsafe {
                    let from = x.as_ptr().add(first * channels + channel);
                    let at = points::<V>(std::array::from_fn(|t| V::load(from.add(t * apart * channels))));
                    let to = at_points.as_mut_ptr().add(stretch * channels + channel);
                    for (point, value) in at.into_iter().enumerate() {
                        value.store(to.add(point * of_point));
                    }
                }
            }
        }
        for (point, filters) in self.points.iter().enumerate() {
            let left = Left::matrix(&at_points[point * of_point..], channels, channels);
            multiply::<V, P>(left, filters, stretches, &mut products[point * padded * width..]);
        }
        for stretch in 0..stretches {
            let first = first(stretch);
            for column in (0..width).step_by(V::LANES) {
                // SAFETY: as above; the columns are whole vectors.
                unsafe {
                    let from = products.as_ptr().add(stretch * width + column);
                    let at = std::array::from_fn(|point| V::load(from.add(point * padded * width)));
                    let to = z.as_mut_ptr().add(first * width + column);
                    let width = apart * width;
                    match self.sums {
                        2 => store(sums::<V, 2>(at), to, width),
                        3 => store(sums::<V, 3>(at), to, width),
                        4 => store(sums::<V, 4>(at), to, width),
                        5 => store(sums::<V, 5>(at), to, width),
                        _ => store(sums::<V, 6>(at), to, width),
                    }
                }
            }
        }
    }
}

/// Largest number of columns of a panel.
const MOST_COLUMNS: usize = 48;

/// G of a point for K taps.
fn factors(point: usize, width: usize) -> impl Iterator<Item = f64> {
    (0..width).map(move |tap| match FINITE.get(point) {
        Some((point, divisor)) => point.powi(tap as i32) / divisor,
        None => f64::from(u8::from(tap + 1 == width)),
    })
}

/// B x: a stretch at the points, in their order.
#[inline(always)]
fn points<V: Vector>(x: [V; POINTS]) -> [V; POINTS] {
    let times = |value: V, factor: f32| value.mul(V::splat(factor));
    let plus = |value: V, factor: f32, sum: V| V::splat(factor).mul_add(value, sum);
    // Even and odd terms, for a point and its negative.
    let even = [
        plus(x[4], -4.25, x[2].add(x[6])),
        plus(x[2], 0.25, plus(x[4], -1.25, x[6])),
        plus(x[2], 4.0, plus(x[4], -5.0, x[6])),
    ];
    let odd = [
        plus(x[3], -4.25, x[1].add(x[5])),
        plus(x[5], 2.0, plus(x[3], -2.5, times(x[1], 0.5))),
        plus(x[5], 0.5, plus(x[3], -2.5, times(x[1], 2.0))),
    ];
    [
        plus(x[4].sub(x[2]), 5.25, x[0].sub(x[6])),
        even[0].add(odd[0]),
        even[0].sub(odd[0]),
        even[1].add(odd[1]),
        even[1].sub(odd[1]),
        even[2].add(odd[2]),
        even[2].sub(odd[2]),
        plus(x[3].sub(x[5]), 5.25, x[7].sub(x[1])),
    ]
}

/// A M: the sums of M windows from the products at the points.
#[inline(always)]
fn sums<V: Vector, const M: usize>(at: [V; POINTS]) -> [V; M] {
    let even = [at[1].add(at[2]), at[3].add(at[4]), at[5].add(at[6])];
    let odd = [at[1].sub(at[2]), at[3].sub(at[4]), at[5].sub(at[6])];
    std::array::from_fn(|i| {
        let [one, two, half] = if i % 2 == 0 { even } else { odd };
        let power = (1_u32 << i) as f32;
        let sum = V::splat(power).mul_add(two, V::splat(power.recip()).mul_add(half, one));
        let sum = if i == 0 { sum.add(at[0]) } else { sum };
        if i + 1 == M { sum.add(at[7]) } else { sum }
    })
}

/// Writes rows `width` apart.
///
/// # Safety
/// They must be writable.
#[inline(always)]
unsafe fn store<V: Vector, const M: usize>(sums: [V; M], to: *mut f32, width: usize) {
    for (i, sum) in sums.into_iter().enumerate() {
        // SAFETY: by this function's contract.
        unsafe { sum.store(to.add(i * width)) };
    }
}
