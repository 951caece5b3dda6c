//! Comparisons that keep NaN, and make it of infinities that they would hide: an overflow must not pass for a number.

/// max(0, x).
#[inline(always)]
#[allow(clippy::eq_op, reason = "0, but NaN of −∞")]
pub fn rectified(x: f32) -> f32 {
    if x < 0.0 { x - x } else { x }
}

/// Whether a maximum of `best` becomes `x`.
#[inline(always)]
pub fn exceeds(x: f32, best: f32) -> bool {
    x > best || x.is_nan()
}

/// The larger of `x` and a running maximum.
#[inline(always)]
pub fn larger(best: f32, x: f32) -> f32 {
    if exceeds(x, best) { x } else { best }
}

/// The part of `gradient` that goes back through max(0, x), from either x or the result: 0 where that is not above 0.
#[inline(always)]
#[allow(clippy::eq_op, reason = "as above")]
pub fn passed(x: f32, gradient: f32) -> f32 {
    if x > 0.0 { gradient } else { x - x }
}

/// Whether no value is NaN or infinite.
#[inline(always)]
pub fn finite(values: &[f32]) -> bool {
    // Without its sign, a float32 has the order of its bits.
    const INFINITE: u32 = f32::INFINITY.to_bits() << 1;
    values.iter().fold(0, |most: u32, value| most.max(value.to_bits() << 1)) < INFINITE
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAN: f32 = f32::NAN;
    const INFINITE: f32 = f32::INFINITY;

    #[test]
    fn what_is_not_a_number_stays_visible_on_either_side() {
        assert!(
            [rectified(NAN), rectified(-INFINITE), rectified(INFINITE)]
                .iter()
                .all(|x| !x.is_finite())
        );
        assert!(
            [passed(NAN, 1.0), passed(-INFINITE, 1.0), passed(1.0, NAN)]
                .iter()
                .all(|x| x.is_nan())
        );
        assert!(larger(NAN, 1.0).is_nan() && larger(1.0, NAN).is_nan());
        assert!(exceeds(NAN, 1.0) && !exceeds(1.0, NAN));
        for bits in [0x7fc0_0000, 0x7f80_0001, 0xffff_ffff, 0x7f80_0000, 0xff80_0000] {
            assert!(!finite(&[1.0, f32::from_bits(bits), 2.0]), "{bits:x}");
        }
    }

    #[test]
    fn numbers_compare_as_they_do() {
        assert_eq!([rectified(-1.0), rectified(2.0)], [0.0, 2.0]);
        assert_eq!([larger(1.0, 2.0), larger(2.0, 1.0)], [2.0, 2.0]);
        assert_eq!([passed(-1.0, 3.0), passed(0.0, 3.0), passed(0.5, 3.0)], [0.0, 0.0, 3.0]);
        assert!(finite(&[0.0, -0.0, f32::MAX, f32::MIN, 1e-45]) && finite(&[]));
    }
}
