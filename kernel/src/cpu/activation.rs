//! LSTM gates and softmax in vectors.
//!
//! All functions use 2^x. Weights are packed times [`SIGMOID`] and [`TANH`], so that the products are the exponents
//!
//! ```text
//! a = 2^(SIGMOID z) = e^-z        σ(z)    = 1 / (1 + a)
//! b = 2^(TANH z)    = e^-2z       tanh(z) = (1 - b) / (1 + b)
//! ```
//!
//! σ and tanh are within 2e-7 of the exact values.

use super::vector::Vector;

/// Factor of a gate's z for σ.
pub const SIGMOID: f32 = -std::f32::consts::LOG2_E;

/// Factor of a gate's z for tanh.
pub const TANH: f32 = -2.0 * std::f32::consts::LOG2_E;

/// Exponents are clamped to this. There, σ and tanh are within 1e-9 of their limits, and products of three terms 1 +
/// 2^x stay finite.
const LIMIT: f32 = 30.0;

/// 2^r for |r| ≤ ½, relative error below 1e-7: the minimax polynomial of degree 5 that is exact at 0, with coefficients
/// rounded one after the other.
#[allow(clippy::approx_constant, reason = "fitted: not ln 2, though close")]
const POWER: [f32; 6] = [1.0, 0.693_147, 0.240_222_47, 0.055_507_11, 0.009_671_291, 0.001_326_952];

/// 2^x, clamped to 2^±30.
#[inline(always)]
pub fn power<V: Vector>(x: V) -> V {
    let (n, r) = x.clamp(LIMIT).split();
    let mut p = V::splat(POWER[5]);
    for coefficient in POWER[..5].iter().rev() {
        p = p.mul_add(r, V::splat(*coefficient));
    }
    p.times_power_of_two(n)
}

/// The next cell and state, from the [`power`]s of the scaled gates i, f, g, o and the previous cell.
///
/// ```text
/// c' = σ(f) c + σ(i) tanh(g)      h' = σ(o) tanh(c')
/// ```
///
/// each over a common denominator: two divisions instead of five.
#[inline(always)]
pub fn advance<V: Vector>([i, f, g, o]: [V; 4], cell: V) -> (V, V) {
    let one = V::splat(1.0);
    let (i, f) = (one.add(i), one.add(f));
    let candidate = i.mul(one.add(g));
    let cell = cell.mul(candidate).add(one.sub(g).mul(f)).div(candidate.mul(f));
    let o = one.add(o);
    let squashed = power(cell.mul(V::splat(TANH)));
    let state = one.sub(squashed).div(one.add(squashed).mul(o));
    (cell, state)
}

/// Result of [`advance`], with all values for the backward pass.
pub struct Gates<V> {
    /// σ(i), σ(f), tanh(g), σ(o).
    pub activated: [V; 4],
    /// c'.
    pub cell: V,
    /// tanh(c').
    pub squashed: V,
    /// h'.
    pub state: V,
}

/// [`advance`], gate by gate.
#[inline(always)]
pub fn advance_recorded<V: Vector>([i, f, g, o]: [V; 4], cell: V) -> Gates<V> {
    let (i, f, g, o) = (sigmoid(i), sigmoid(f), tanh(g), sigmoid(o));
    let cell = f.mul_add(cell, i.mul(g));
    let squashed = tanh(power(cell.mul(V::splat(TANH))));
    Gates {
        activated: [i, f, g, o],
        cell,
        squashed,
        state: o.mul(squashed),
    }
}

/// σ(z) from 2^(SIGMOID z).
#[inline(always)]
fn sigmoid<V: Vector>(a: V) -> V {
    let one = V::splat(1.0);
    one.div(one.add(a))
}

/// tanh(z) from 2^(TANH z).
#[inline(always)]
fn tanh<V: Vector>(b: V) -> V {
    let one = V::splat(1.0);
    one.sub(b).div(one.add(b))
}

/// Softmax in place. Subtracts the largest score first, to avoid overflow; returns it and the sum of exponentials.
#[cfg_attr(target_arch = "wasm32", inline(never))]
#[cfg_attr(not(target_arch = "wasm32"), inline(always))]
pub fn softmax<V: Vector>(scores: &mut [f32]) -> (f32, f32) {
    let (whole, rest) = scores.split_at(scores.len() / V::LANES * V::LANES);
    let largest = across::<V>(whole, f32::NEG_INFINITY, |sum, score| score.larger(sum));
    let largest = largest.into_iter().chain(rest.iter().copied());
    let largest = largest.fold(f32::NEG_INFINITY, f32::max);
    exponential::<V>(scores, largest);
    let total = total::<V>(scores) as f32;
    for score in scores {
        *score /= total;
    }
    (largest, total)
}

/// Values that one lane sums in float32: the sum of this number of equal values is within 1e-6.
pub const TOGETHER: usize = 32;

/// The sum of any number of values: lanes sum a few each in float32, and those sums are added in float64.
#[inline(always)]
fn total<V: Vector>(values: &[f32]) -> f64 {
    let mut total = 0.0;
    for part in values.chunks(TOGETHER * V::LANES) {
        let (whole, rest) = part.split_at(part.len() / V::LANES * V::LANES);
        #[allow(
            clippy::redundant_closure_for_method_calls,
            reason = "a closure is compiled for the instruction set of its caller"
        )]
        let lanes = across::<V>(whole, 0.0, |sum, value| sum.add(value));
        for &value in lanes[..V::LANES].iter().chain(rest) {
            total += f64::from(value);
        }
    }
    total
}

/// Values of the widest register.
const LANES: usize = 16;

/// Folds whole vectors of values lane by lane in a register; other lanes keep `first`.
#[inline(always)]
fn across<V: Vector>(values: &[f32], first: f32, fold: impl Fn(V, V) -> V) -> [f32; LANES] {
    assert!(V::LANES <= LANES);
    let mut lanes = [first; LANES];
    // SAFETY: a chunk has a register's values, and `lanes` has room for them.
    unsafe {
        let vectors = values.chunks_exact(V::LANES).map(|chunk| V::load(chunk.as_ptr()));
        vectors.fold(V::splat(first), fold).store(lanes.as_mut_ptr());
    }
    lanes
}

/// Replaces each x ≤ largest by e^(x − largest), which is at least 2^-60.
#[inline(always)]
pub fn exponential<V: Vector>(values: &mut [f32], largest: f32) {
    let (whole, rest) = values.split_at_mut(values.len() / V::LANES * V::LANES);
    for lanes in whole.chunks_exact_mut(V::LANES) {
        // SAFETY: a chunk has a register's values.
        unsafe {
            let value = V::load(lanes.as_ptr()).sub(V::splat(largest));
            weight(value).store(lanes.as_mut_ptr());
        }
    }
    for value in rest {
        *value = (*value - largest).exp();
    }
}

/// Replaces each x of a row by tanh(x + b); whole vectors.
#[inline(always)]
pub fn tanh_of<V: Vector>(row: &mut [f32], bias: &[f32]) {
    let vectors = row.chunks_exact_mut(V::LANES).zip(bias.chunks_exact(V::LANES));
    for (x, bias) in vectors {
        // SAFETY: a chunk has a register's values.
        unsafe {
            let sum = V::load(x.as_ptr()).add(V::load(bias.as_ptr()));
            tanh(power(sum.mul(V::splat(TANH)))).store(x.as_mut_ptr());
        }
    }
}

/// e^x for x ≤ 0.
#[inline(always)]
fn weight<V: Vector>(x: V) -> V {
    // Squared from e^(x/2), since 2^-30 would not be small enough beside the largest weight of 1.
    let half = power(x.mul(V::splat(0.5 * std::f32::consts::LOG2_E)));
    half.mul(half)
}

#[cfg(test)]
mod tests {
    use super::super::simd::{Loops, Simd};
    use super::super::vector::Portable;
    use super::*;

    /// A fine grid, and far outside it.
    fn grid() -> Vec<f32> {
        (-400_000..=400_000)
            .map(|i| i as f32 * 5e-5)
            .chain([
                -1e30,
                -5000.0,
                -90.0,
                90.0,
                5000.0,
                1e30,
                f32::INFINITY,
                f32::NEG_INFINITY,
            ])
            .collect()
    }

    fn first(value: Portable) -> f32 {
        let mut lanes = [0.0; 4];
        // SAFETY: four values are writable.
        unsafe { value.store(lanes.as_mut_ptr()) };
        lanes[0]
    }

    fn largest_error(factor: f32, approximate: impl Fn(Portable) -> Portable, exact: impl Fn(f64) -> f64) -> f64 {
        let error = |x: f32| {
            let scaled = power(Portable::splat(x * factor));
            (exact(f64::from(x)) - f64::from(first(approximate(scaled)))).abs()
        };
        grid().into_iter().map(error).fold(0.0, f64::max)
    }

    #[test]
    fn sigmoid_is_within_its_stated_error() {
        let error = largest_error(SIGMOID, sigmoid, |x| 1.0 / (1.0 + (-x).exp()));
        assert!(error < 2e-7, "{error:e}");
    }

    #[test]
    fn tanh_is_within_its_stated_error() {
        let error = largest_error(TANH, tanh, f64::tanh);
        assert!(error < 2e-7, "{error:e}");
    }

    #[test]
    fn one_division_a_line_gives_what_the_gates_give_one_by_one() {
        let points = [-100.0, -9.0, -3.0, -1.0, -0.3, 0.0, 0.2, 0.7, 2.0, 8.0, 100.0];
        for i in points {
            for f in points {
                for g in points {
                    for o in points {
                        let gates = [i, f, g, o].map(Portable::splat).map(power);
                        let cell = Portable::splat(1.7 * g - 0.1 * o);
                        let (cell_at_once, state_at_once) = advance(gates, cell);
                        let one_by_one = advance_recorded(gates, cell);
                        let scale = first(one_by_one.cell).abs().max(1.0);
                        let difference = first(cell_at_once) - first(one_by_one.cell);
                        assert!(difference.abs() < 5e-7 * scale, "{i} {f} {g} {o}");
                        let difference = first(state_at_once) - first(one_by_one.state);
                        assert!(difference.abs() < 5e-7, "{i} {f} {g} {o}");
                    }
                }
            }
        }
    }

    #[test]
    fn not_a_number_stays_visible() {
        let nan = power(Portable::splat(f32::NAN));
        assert!(first(sigmoid(nan)).is_nan());
        let (cell, state) = advance([nan; 4], Portable::splat(0.0));
        assert!(first(cell).is_nan() && first(state).is_nan());
    }

    /// Sums of float32, one after the other, are 9e-3 off at a million bins.
    #[test]
    fn weights_of_a_million_bins_sum_to_one_on_every_instruction_set() {
        struct Softmax(Vec<f32>);
        impl Loops for Softmax {
            type Out = Vec<f32>;

            #[inline(always)]
            fn run<V: Vector, const P: usize>(mut self) -> Vec<f32> {
                softmax::<V>(&mut self.0);
                self.0
            }
        }
        for bins in [1, 15, 100, 4_000, 999_999, 1_000_000] {
            let wave: Vec<f32> = (0..bins).map(|bin| 3.0 * (bin as f32 * 0.7).sin()).collect();
            for scores in [vec![0.3; bins], wave] {
                for simd in Simd::available() {
                    let weights = simd.run(Softmax(scores.clone()));
                    let sum: f64 = weights.iter().map(|&weight| f64::from(weight)).sum();
                    assert!((sum - 1.0).abs() < 1e-6, "{simd:?}, {bins}: {sum}");
                }
            }
        }
    }

    #[test]
    fn softmax_of_far_scores_is_one_and_almost_nothing() {
        let mut scores = vec![-60.0, 0.0, -1.0, -200.0, -17.0];
        softmax::<Portable>(&mut scores);
        let exact = [-60.0_f64, 0.0, -1.0, -200.0, -17.0].map(f64::exp);
        let total: f64 = exact.iter().sum();
        for (weight, exact) in scores.iter().zip(exact) {
            assert!((f64::from(*weight) - exact / total).abs() < 1e-7, "{weight} {exact}");
        }
    }
}
