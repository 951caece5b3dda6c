//! σ and tanh over slices, as plain arithmetic that vectorises.

/// log2(e), and ln 2 split so that `x - n * LN2_HIGH` is exact for the n that occur (Cody and Waite).
const LOG2_E: f32 = std::f32::consts::LOG2_E;
const LN2_HIGH: f32 = 0.693_359_4;
const LN2_LOW: f32 = -2.121_944_4e-4;

/// Adding and subtracting 1.5 × 2^23 rounds to the nearest integer, and leaves that integer in the low bits of the sum.
const ROUNDER: f32 = 12_582_912.0;

/// e^x for |x| ≤ 87, relative error below 2e-7.
#[inline(always)]
fn exp<const FMA: bool>(x: f32) -> f32 {
    let shifted = multiply_add::<FMA>(x, LOG2_E, ROUNDER);
    let n = shifted - ROUNDER;
    let r = multiply_add::<FMA>(n, -LN2_HIGH, x);
    let r = multiply_add::<FMA>(n, -LN2_LOW, r);
    // The Taylor terms of e^r up to r^7 / 7!; |r| ≤ ln 2 / 2, so what is left out is below 6e-9.
    let mut p = 1.0 / 5040.0;
    for factorial in [720.0, 120.0, 24.0, 6.0, 2.0, 1.0, 1.0] {
        p = multiply_add::<FMA>(p, r, 1.0 / factorial);
    }
    let power_of_two = f32::from_bits((shifted.to_bits() << 23).wrapping_add(0x3f80_0000));
    p * power_of_two
}

/// σ(x) = 1 / (1 + e^-x), absolute error below 2e-7. Beyond ±87 it is 0 or 1 to the last bit. NaN stays NaN.
#[inline(always)]
fn sigmoid_of<const FMA: bool>(x: f32) -> f32 {
    let x = if x > 87.0 { 87.0 } else { x };
    let x = if x < -87.0 { -87.0 } else { x };
    1.0 / (1.0 + exp::<FMA>(-x))
}

/// `a * b + c`, fused where the machine has it: `mul_add` without that instruction is a slow library call.
#[inline(always)]
pub fn multiply_add<const FMA: bool>(a: f32, b: f32, c: f32) -> f32 {
    if FMA { a.mul_add(b, c) } else { a * b + c }
}

/// Replaces each value by σ of it.
#[inline(always)]
pub fn sigmoid<const FMA: bool>(values: &mut [f32]) {
    for value in values {
        *value = sigmoid_of::<FMA>(*value);
    }
}

/// Replaces each value by its tanh = 2 σ(2x) - 1, absolute error below 2e-7.
#[inline(always)]
pub fn tanh<const FMA: bool>(values: &mut [f32]) {
    for value in values {
        *value = 2.0 * sigmoid_of::<FMA>(2.0 * *value) - 1.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The largest absolute error over a fine grid, and far outside it.
    fn largest_error(approximate: impl Fn(&mut [f32]), exact: impl Fn(f64) -> f64) -> f64 {
        let grid: Vec<f32> = (-400_000..=400_000)
            .map(|i| i as f32 * 5e-5)
            .chain([
                -1e30,
                -5000.0,
                -90.0,
                -87.0,
                87.0,
                90.0,
                5000.0,
                1e30,
                f32::INFINITY,
                f32::NEG_INFINITY,
            ])
            .collect();
        let mut values = grid.clone();
        approximate(&mut values);
        grid.iter()
            .zip(&values)
            .map(|(&x, &y)| (exact(f64::from(x)) - f64::from(y)).abs())
            .fold(0.0, f64::max)
    }

    #[test]
    fn sigmoid_is_within_its_stated_error() {
        let error = largest_error(sigmoid::<false>, |x| 1.0 / (1.0 + (-x).exp()));
        assert!(error < 2e-7, "{error:e}");
    }

    #[test]
    fn tanh_is_within_its_stated_error() {
        let error = largest_error(tanh::<false>, f64::tanh);
        assert!(error < 2e-7, "{error:e}");
    }

    #[test]
    fn not_a_number_stays_visible() {
        let mut values = [f32::NAN];
        sigmoid::<false>(&mut values);
        assert!(values[0].is_nan());
    }
}
