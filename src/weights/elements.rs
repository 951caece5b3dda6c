//! Conversion of stored values to float32.

use half::{bf16, f16};
use safetensors::tensor::Dtype as Element;

use super::Problem;

/// Element types of imported weights.
pub(super) const FLOATING: [Element; 4] = [Element::F16, Element::BF16, Element::F32, Element::F64];

/// Converts little-endian floating-point values to float32; a float64 out of range becomes infinite.
///
/// # Errors
/// [`Problem::ElementType`] for elements that are not in `allowed`, a subset of [`FLOATING`].
pub(super) fn decode(tensor: &str, element: Element, bytes: &[u8], allowed: &[Element]) -> Result<Vec<f32>, Problem> {
    if allowed.contains(&element) {
        match element {
            Element::F16 => return Ok(float16(bytes)),
            Element::BF16 => return Ok(each(bytes, |chunk| bf16::from_le_bytes(chunk).to_f32())),
            Element::F32 => return Ok(float32(bytes)),
            Element::F64 => return Ok(each(bytes, |chunk| f64::from_le_bytes(chunk) as f32)),
            _ => {}
        }
    }
    Err(Problem::ElementType {
        tensor: tensor.to_owned(),
        found: format!("{element} elements"),
        expected: allowed.iter().map(Element::to_string).collect::<Vec<_>>().join(", "),
    })
}

/// Little-endian float16 as float32.
pub fn float16(bytes: &[u8]) -> Vec<f32> {
    each(bytes, |chunk| f16::from_le_bytes(chunk).to_f32())
}

/// Little-endian float32.
pub fn float32(bytes: &[u8]) -> Vec<f32> {
    each(bytes, f32::from_le_bytes)
}

fn each<const N: usize>(bytes: &[u8], number: fn([u8; N]) -> f32) -> Vec<f32> {
    bytes.as_chunks().0.iter().map(|chunk| number(*chunk)).collect()
}

/// Suffix of the name of a batch normalisation's variance.
const VARIANCE: &str = "/moving_variance";

/// Upper bound of weights, 2^32: sums of products with inputs accepted by [`bounded`](crate::kernel::compare::bounded)
/// do not overflow.
const LARGEST: f32 = 4_294_967_296.0;

/// Checks that a tensor's values are finite and below [`LARGEST`], and that variances are not negative.
pub(super) fn check_finite(tensor: &str, values: &[f32]) -> Result<(), Problem> {
    check_finite_from(tensor, 0, values)
}

/// The same for values from index `first` on.
pub(super) fn check_finite_from(tensor: &str, first: usize, values: &[f32]) -> Result<(), Problem> {
    let is_variance = tensor.ends_with(VARIANCE);
    let range = if is_variance {
        0.0..=f32::MAX
    } else {
        -LARGEST..=LARGEST
    };
    let Some(index) = values.iter().position(|value| !range.contains(value)) else {
        return Ok(());
    };
    let (tensor, found, index) = (tensor.to_owned(), values[index], first + index);
    Err(if is_variance && found.is_finite() {
        Problem::NegativeVariance { tensor, index, found }
    } else {
        Problem::NotFinite { tensor, index, found }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weight_that_would_overflow_is_refused() {
        for (weight, fits) in [
            (4e9, true),
            (-4e9, true),
            (5e9, false),
            (-5e9, false),
            (f32::MAX, false),
        ] {
            assert_eq!(check_finite("conv.weight", &[0.0, weight]).is_ok(), fits, "{weight}");
        }
    }

    #[test]
    fn only_a_variance_may_not_be_below_zero() {
        let values = [1.0, 0.0, -0.5, f32::NAN];
        let variance = check_finite_from("cnn0/batch_normalization/moving_variance", 8, &values);
        let Err(Problem::NegativeVariance {
            index: 10, found: -0.5, ..
        }) = variance
        else {
            panic!("{variance:?}");
        };
        let mean = check_finite("cnn0/batch_normalization/moving_mean", &values);
        assert!(matches!(mean, Err(Problem::NotFinite { index: 3, .. })), "{mean:?}");
        assert!(check_finite("cnn0/batch_normalization/moving_variance", &[0.0, -0.0, f32::MAX]).is_ok());
    }
}
