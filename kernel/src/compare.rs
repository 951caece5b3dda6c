//! Detection of NaN and infinities, so that an overflow or missing value is never taken for a number.

/// Values from 2^64 on count as infinite: sums of fewer than 2^30 products of smaller ones with weights below 2^32 are
/// finite in any order.
pub const INFINITE: f32 = (1_u64 << 63) as f32 * 2.0;

/// max(0, x). NaN stays NaN.
#[inline(always)]
pub fn rectified(x: f32) -> f32 {
    if x < 0.0 { 0.0 } else { x }
}

/// The gradient of max(0, x), times `gradient`, from x or the result: 0 where it is not above 0, NaN where it is NaN.
#[inline(always)]
pub fn passed(x: f32, gradient: f32) -> f32 {
    match x > 0.0 {
        true => gradient,
        false if x.is_nan() => x,
        false => 0.0,
    }
}

/// True if all values are finite and below [`INFINITE`].
///
/// Layers check their input once and set the output to NaN if it is not: maxima, gates and clips would hide it, and
/// preserving NaN in every comparison would cost more.
#[inline(never)]
pub fn bounded(values: &[f32]) -> bool {
    bounded_here(values)
}

/// The same, compiled for the instruction set of its caller.
#[inline(always)]
pub fn bounded_here(values: &[f32]) -> bool {
    // Loops, since closures may be compiled without the instruction set; vectorised within a part.
    for part in values.chunks(256) {
        let mut all = true;
        for x in part {
            all &= x.abs() < INFINITE;
        }
        if !all {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAN: f32 = f32::NAN;

    #[test]
    fn what_is_not_a_number_stays_visible() {
        assert!(rectified(NAN).is_nan() && passed(NAN, 1.0).is_nan() && passed(1.0, NAN).is_nan());
        for bits in [0x7fc0_0000, 0x7f80_0001, 0xffff_ffff, 0x7f80_0000, 0xff80_0000] {
            for place in [0, 300, 599] {
                let mut values = vec![1.0; 600];
                values[place] = f32::from_bits(bits);
                assert!(!bounded(&values), "{bits:x}");
            }
        }
        assert!(!bounded(&[f32::MAX]) && !bounded(&[-INFINITE]));
    }

    #[test]
    fn numbers_compare_as_they_do() {
        assert_eq!([rectified(-1.0), rectified(2.0)], [0.0, 2.0]);
        assert_eq!([passed(-1.0, 3.0), passed(0.0, 3.0), passed(0.5, 3.0)], [0.0, 0.0, 3.0]);
        assert!(bounded(&[0.0, -0.0, 1e19, -1e19, 1e-45]) && bounded(&[]));
    }
}
