//! Weights as eight-bit integers with a scale per row.
//!
//! ```text
//! NAME        I8   [rows, …]     q = w / scale, rounded half to even, −127 … 127
//! NAME.scale  F16  [rows]        scale = max |w| / 127 over the row, rounded up
//! w ≈ q · scale
//! ```
//!
//! A row is one index of the first dimension: all weights into one unit. In TensorFlow's layout, with names that end in
//! `kernel`, it is an index of the last dimension, and scales have the shape [1, …, filters] that multiplies the tensor
//! directly. Scales are rounded up, so that no weight is outside ±127 and none changes by more than half its row's
//! scale. The scale exceeds the exact one by at most one part in 1,024 in rows whose largest weight is at least 0.008;
//! smaller ones have float16's steps of 6e-8.

use half::f16;
use safetensors::tensor::Dtype as Element;

use super::Problem;
use super::elements::check_finite;

/// Suffix of the name of a tensor's scales.
pub(super) const SUFFIX: &str = ".scale";

/// Element types of scales.
pub(super) const SCALES: [Element; 2] = [Element::F16, Element::F32];

/// The largest integer; −128 is not used, so that a row and its negative are stored alike.
const LARGEST: f64 = 127.0;

/// Bytes of one more tensor in the header: its name, type, shape and offsets.
const ENTRY: usize = 96;

/// Number of rows, and of values in each.
fn rows(shape: &[usize]) -> (usize, usize) {
    match shape {
        [] => (1, 1),
        [rows, columns @ ..] => (*rows, columns.iter().product()),
    }
}

/// Returns true if integers and scales take fewer bytes than float16. Vectors never do.
pub(super) fn pays(tensor: &str, shape: &[usize]) -> bool {
    let (first, columns) = rows(shape);
    let all = first.saturating_mul(columns);
    let rows = match shape.last() {
        Some(&units) if units_last(tensor, shape) => units,
        _ => first,
    };
    all > rows.saturating_mul(2).saturating_add(ENTRY)
}

/// Returns true if units are along the last dimension: TensorFlow's layout, recognised by name.
pub(super) fn units_last(tensor: &str, shape: &[usize]) -> bool {
    tensor.ends_with("/kernel") && shape.len() > 1
}

/// The shape of the scales of a tensor with units last: [1, …, units].
pub(super) fn scales_of_units(shape: &[usize]) -> Vec<usize> {
    let mut scales = vec![1; shape.len()];
    scales[shape.len() - 1] = shape[shape.len() - 1];
    scales
}

/// Row-major [rows, columns] -> [columns, rows].
fn transposed<T: Copy>(values: &[T], columns: usize) -> Vec<T> {
    let column = |column| values.iter().skip(column).step_by(columns.max(1)).copied();
    (0..columns).flat_map(column).collect()
}

/// A tensor's rows as integers, and their scales.
pub(super) struct Rows {
    /// The integers, row-major, as bytes in two's complement.
    pub integers: Vec<u8>,
    /// One scale per row, not negative; 0 for a row of zeros.
    pub scales: Vec<f16>,
}

impl Rows {
    /// Rounds `values`, which must be finite and in float16's range.
    pub fn round(shape: &[usize], values: &[f32]) -> Self {
        let (rows, columns) = rows(shape);
        let mut integers = Vec::with_capacity(values.len());
        let mut scales = Vec::with_capacity(rows);
        for row in values.chunks(columns.max(1)) {
            let largest = row.iter().fold(0.0_f32, |most, value| most.max(value.abs()));
            let scale = up(f64::from(largest) / LARGEST);
            scales.push(scale);
            let scale = f64::from(scale);
            integers.extend(row.iter().map(|&value| {
                // 0 / 0 in a row of zeros is NaN, which converts to 0.
                (f64::from(value) / scale).round_ties_even() as i8 as u8
            }));
        }
        Self { integers, scales }
    }

    /// The same for a tensor with units last.
    pub fn round_units(shape: &[usize], values: &[f32]) -> Self {
        let units = shape[shape.len() - 1];
        let each = values.len() / units.max(1);
        let Self { integers, scales } = Self::round(&[units, each], &transposed(values, units));
        Self {
            integers: transposed(&integers, each),
            scales,
        }
    }
}

/// The smallest float16 at or above `number`, which is not negative and far below the largest.
fn up(number: f64) -> f16 {
    let near = f16::from_f64(number);
    if f64::from(near) < number {
        f16::from_bits(near.to_bits() + 1)
    } else {
        near
    }
}

/// Expands integers with the `scales` of `tensor`, in their shape in the file.
///
/// # Errors
/// [`Problem::Scale`] if there is not one valid scale per row; [`Problem::NotFinite`] if a product is too large.
pub(super) fn expand(
    tensor: &str,
    shape: &[usize],
    integers: &[u8],
    (scales_shape, scales): (&[usize], &[f32]),
) -> Result<Vec<f32>, Problem> {
    let (rows, columns) = rows(shape);
    let last = scales_shape.len() > 1 && scales_shape == scales_of_units(shape);
    if !last && scales_shape != [rows] {
        let reason = format!("of the shape {scales_shape:?} for {rows} rows");
        return Err(wrong(tensor, reason));
    }
    let unusable = |scale: &f32| !scale.is_finite() || *scale < 0.0;
    if let Some(index) = scales.iter().position(unusable) {
        let reason = format!("with {} at index {index}", scales[index]);
        return Err(wrong(tensor, reason));
    }
    let mut values = Vec::with_capacity(integers.len());
    if last {
        for row in integers.chunks(scales.len().max(1)) {
            let row = row.iter().zip(scales);
            values.extend(row.map(|(&byte, scale)| f32::from(byte as i8) * scale));
        }
        check_finite(tensor, &values)?;
        return Ok(values);
    }
    for (row, scale) in integers.chunks(columns.max(1)).zip(scales) {
        values.extend(row.iter().map(|&byte| f32::from(byte as i8) * scale));
    }
    check_finite(tensor, &values)?;
    Ok(values)
}

/// Problem of invalid scales.
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
            assert!(scale <= number * (1.0 + 1.0 / 1024.0) + 6e-8, "{scale} for {number}");
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
    fn units_along_the_last_dimension_have_their_own_scales() {
        // Two taps, two channels, three filters: the second filter is a thousandth of the others.
        let shape = [2, 2, 3];
        let values: Vec<f32> = (0..12)
            .map(|i| (i as f32 - 6.0) * if i % 3 == 1 { 1e-3 } else { 1.0 })
            .collect();
        assert!(units_last("cnn0/conv1d/kernel", &shape));
        assert!(!units_last("rnn.weight", &shape) && !units_last("x/kernel", &[3]));
        let rows = Rows::round_units(&shape, &values);
        assert_eq!(scales_of_units(&shape), [1, 1, 3]);
        let scales: Vec<f32> = rows.scales.iter().map(|scale| scale.to_f32()).collect();
        let read = expand("w", &shape, &rows.integers, (&[1, 1, 3], &scales)).unwrap();
        for (index, (read, value)) in read.iter().zip(&values).enumerate() {
            let most = 0.51 * scales[index % 3];
            assert!((read - value).abs() <= most, "{read} for {value}");
        }
        expand("w", &shape, &rows.integers, (&[1, 3, 1], &scales)).unwrap_err();
    }

    #[test]
    fn only_what_gets_smaller_is_stored_as_integers() {
        assert!(pays("w", &[128, 32]));
        assert!(pays("w", &[50, 5, 10]));
        for small in [&[][..], &[128], &[128, 1], &[64, 2], &[1, 32], &[0, 4], &[4, 0]] {
            assert!(!pays("w", small), "{small:?}");
        }
    }
}
