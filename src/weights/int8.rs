//! Weights as eight-bit integers, with a scale for each row.
//!
//! ```text
//! NAME        I8   [rows, …]     q = w / scale, rounded half to even, −127 … 127
//! NAME.scale  F16  [rows]        scale = max |w| / 127 over the row, rounded up
//! w ≈ q · scale
//! ```
//!
//! A row is what belongs to one index of the first dimension: all weights into one unit. A scale rounded up lets no weight
//! fall outside of ±127, so that none is further than half its row's stored scale from what it was. The scale is at most
//! one part in 1,024 above the exact one, in rows whose largest weight is at least 0.008; smaller ones have float16's
//! steps of 6e-8.

use half::f16;
use safetensors::tensor::Dtype as Element;

use super::Problem;
use super::elements::check_finite;

/// What the name of a tensor's scales ends in.
pub(super) const SUFFIX: &str = ".scale";

/// The types that scales may have.
pub(super) const SCALES: [Element; 2] = [Element::F16, Element::F32];

/// The largest of the integers; −128 is not used, so that a row and its negative are stored alike.
const LARGEST: f64 = 127.0;

/// Bytes that one more tensor takes in the header: its name, type, shape and place.
const ENTRY: usize = 96;

/// Rows and the numbers in each.
fn rows(shape: &[usize]) -> (usize, usize) {
    match shape {
        [] => (1, 1),
        [rows, columns @ ..] => (*rows, columns.iter().product()),
    }
}

/// Whether integers with their scales are smaller than float16, the tensor of scales included. Vectors never are.
pub(super) fn pays(shape: &[usize]) -> bool {
    let (rows, columns) = rows(shape);
    rows.saturating_mul(columns) > rows.saturating_mul(2).saturating_add(ENTRY)
}

/// A tensor's rows as integers, and their scales.
pub(super) struct Rows {
    /// The integers, row-major, as bytes in two's complement.
    pub integers: Vec<u8>,
    /// One scale a row, none negative; 0 for a row of zeros.
    pub scales: Vec<f16>,
}

impl Rows {
    /// Rounds `values`, which are finite and within float16's range.
    pub fn round(shape: &[usize], values: &[f32]) -> Self {
        let (rows, columns) = rows(shape);
        let mut integers = Vec::with_capacity(values.len());
        let mut scales = Vec::with_capacity(rows);
        for row in values.chunks(columns.max(1)) {
            let largest = row
                .iter()
                .fold(0.0_f32, |most, value| most.max(value.abs()));
            let scale = up(f64::from(largest) / LARGEST);
            scales.push(scale);
            let scale = f64::from(scale);
            integers.extend(row.iter().map(|&value| {
                // 0 / 0 in a row of zeros is NaN, and NaN as an integer is 0.
                (f64::from(value) / scale).round_ties_even() as i8 as u8
            }));
        }
        Self { integers, scales }
    }
}

/// The smallest float16 that is not below `number`, which is not negative and far below the largest.
fn up(number: f64) -> f16 {
    let near = f16::from_f64(number);
    if f64::from(near) < number {
        f16::from_bits(near.to_bits() + 1)
    } else {
        near
    }
}

/// The numbers that integers stand for. `scales` are those of `tensor`, with the shape they have in the file.
///
/// # Errors
/// [`Problem::Scale`] where there is not one usable scale a row, [`Problem::NotFinite`] where a product is too large.
pub(super) fn expand(
    tensor: &str,
    shape: &[usize],
    integers: &[u8],
    (scales_shape, scales): (&[usize], &[f32]),
) -> Result<Vec<f32>, Problem> {
    let (rows, columns) = rows(shape);
    if scales_shape != [rows] {
        let reason = format!("of the shape {scales_shape:?} for {rows} rows");
        return Err(wrong(tensor, reason));
    }
    let unusable = |scale: &f32| !scale.is_finite() || *scale < 0.0;
    if let Some(index) = scales.iter().position(unusable) {
        let reason = format!("with {} at index {index}", scales[index]);
        return Err(wrong(tensor, reason));
    }
    let mut values = Vec::with_capacity(integers.len());
    for (row, scale) in integers.chunks(columns.max(1)).zip(scales) {
        values.extend(row.iter().map(|&byte| f32::from(byte as i8) * scale));
    }
    check_finite(tensor, &values)?;
    Ok(values)
}

/// Scales that cannot be used.
pub(super) fn wrong(tensor: &str, reason: String) -> Problem {
    Problem::Scale {
        tensor: tensor.to_owned(),
        reason,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_is_the_next_float16_at_or_above_the_exact_one() {
        for number in [0.0, 1e-9, 6e-8, 1.5e-5, 0.000_787, 0.1, 1.0 / 3.0, 515.0] {
            let scale = f64::from(up(number));
            assert!(scale >= number, "{scale} for {number}");
            assert!(
                scale <= number * (1.0 + 1.0 / 1024.0) + 6e-8,
                "{scale} for {number}"
            );
        }
    }

    #[test]
    fn ties_go_to_the_even_integer() {
        // The largest is 127 times a power of two, so that the scale is exact.
        let row = [127.0, 0.5, 1.5, 2.5, -0.5, -1.5, -127.0].map(|value: f32| value / 64.0);
        let rows = Rows::round(&[1, 7], &row);
        assert_eq!(rows.scales[0].to_f32(), 1.0 / 64.0);
        let integers: Vec<i8> = rows.integers.iter().map(|&byte| byte as i8).collect();
        assert_eq!(integers, [127, 0, 2, 2, 0, -2, -127]);
    }

    #[test]
    fn only_what_gets_smaller_is_stored_as_integers() {
        assert!(pays(&[128, 32]));
        assert!(pays(&[50, 5, 10]));
        for small in [
            &[][..],
            &[128],
            &[128, 1],
            &[64, 2],
            &[1, 32],
            &[0, 4],
            &[4, 0],
        ] {
            assert!(!pays(small), "{small:?}");
        }
    }
}
