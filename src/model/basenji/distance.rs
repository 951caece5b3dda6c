//! Distance between two bins in the context stages, for a query bin i and a key bin t; an offset is t − i.

use super::{Config, Context, Equations, Position};

/// Offset above which the code's table exp(−|i − t|) is 0 in float32, and so are its powers.
const FAR: usize = 103;

/// The position function of one head at t − i = −(L − 1) … L − 1, for L of the model's bins; `None` if it has none.
/// `decays` are α, or α_l and α_r.
///
/// ```text
/// one-sided:  f = exp(−α |t − i|)
/// two-sided:  f = min(exp(−0.01 α_l max(t − i + L/2, 0)), exp(−0.01 α_r max(i − t + L/2, 0)))
/// f(i, i) = 0
/// ```
///
/// In the report's equations, α applies in full on both sides, and f(i, i) is no exception.
pub fn position(config: &Config, decays: &[f64], length: usize) -> Option<Vec<f32>> {
    let Context::Attention(position) = config.context else {
        return None;
    };
    let scale = scale(config);
    let offsets = 1 - length as i64..length as i64;
    let of_offset = |offset: i64| {
        if !counts(config, offset) {
            return 0.0;
        }
        let exponents = decays.iter().zip(distances(config, offset));
        let exponents = exponents.map(|(decay, distance)| scale * decay * distance);
        (-exponents.fold(f64::NEG_INFINITY, f64::max)).exp()
    };
    let f = || offsets.map(|offset| of_offset(offset) as f32).collect();
    (position != Position::None).then(f)
}

/// True if a bin attends to the one at an offset.
pub fn counts(config: &Config, offset: i64) -> bool {
    let far = config.zero_far && config.context == Context::Attention(Position::OneSided);
    (offset != 0 || config.equations == Equations::Paper) && !(far && offset.unsigned_abs() as usize > FAR)
}

/// Distances at an offset for α, or for α_l and α_r, in units of [`scale`]: f is the exponential of −α times the
/// distance, the smaller one of two.
pub fn distances(config: &Config, offset: i64) -> [f64; 2] {
    let offset = offset as f64;
    if config.context != Context::Attention(Position::TwoSided) {
        return [offset.abs(); 2];
    }
    let half = (config.bins() / 2) as f64;
    [(offset + half).max(0.0), (half - offset).max(0.0)]
}

/// Unit of distances.
pub fn scale(config: &Config) -> f64 {
    match (config.context, config.equations) {
        (Context::Attention(Position::TwoSided), Equations::Code) => 0.01,
        _ => 1.0,
    }
}

/// E [L, L] of one exponential, row-major:
///
/// ```text
/// exp-constant:  E_it = exp(−α |i − t|)
/// exp-variable:  P_it = exp(−α |i − t|),  E = softmax of P over i: every column sums to 1
/// E_ii and P_ii are 0, or 1 by the report's equations
/// ```
pub fn mixing(config: &Config, decay: f64, length: usize) -> Vec<f32> {
    let diagonal = f64::from(u8::from(counts(config, 0)));
    let by_distance: Vec<f64> = (0..length)
        .map(|distance| match distance {
            0 => diagonal,
            _ => (-decay * distance as f64).exp(),
        })
        .collect();
    let at = |i: usize, t: usize| by_distance[i.abs_diff(t)];
    let pairs = (0..length).flat_map(|i| (0..length).map(move |t| (i, t)));
    if config.context == Context::ConstantExponentials {
        return pairs.map(|(i, t)| at(i, t) as f32).collect();
    }
    let raised: Vec<f64> = by_distance.iter().map(|p| p.exp()).collect();
    // P lies in [0, 1], so that no exponential overflows.
    let sums: Vec<f64> = (0..length)
        .map(|t| (0..length).map(|i| raised[i.abs_diff(t)]).sum())
        .collect();
    pairs.map(|(i, t)| (raised[i.abs_diff(t)] / sums[t]) as f32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(variant: &str) -> Config {
        Config::small(Context::of(variant).unwrap())
    }

    #[test]
    fn a_bin_does_not_weigh_itself_by_the_codes_equations() {
        for variant in ["attention-variable", "attention-two-sided"] {
            let mut config = config(variant);
            let f = position(&config, &[0.5, 0.5], 8).unwrap();
            assert_eq!((f.len(), f[7]), (15, 0.0), "{variant}");
            config.equations = Equations::Paper;
            assert!(position(&config, &[0.5, 0.5], 8).unwrap()[7] > 0.0);
        }
        assert_eq!(position(&config("attention-none"), &[], 8), None);
        assert_eq!(position(&config("standard"), &[], 8), None);
    }

    #[test]
    fn the_two_sided_function_peaks_where_the_reference_says() {
        let config = config("attention-two-sided");
        let bins = config.bins();
        let (left, right) = (0.5, 1.5);
        let f = position(&config, &[left, right], bins).unwrap();
        let peak = (0..f.len()).max_by(|&a, &b| f[a].total_cmp(&f[b])).unwrap();
        let expected = bins as f64 / 2.0 * (right - left) / (right + left);
        let found = peak as f64 - (bins as f64 - 1.0);
        assert!((found - expected).abs() <= 1.0, "{found} for {expected}");
    }

    #[test]
    fn far_bins_count_nothing_where_the_stored_table_underflows() {
        let mut config = config("attention-variable");
        let at = |config: &Config, offset: usize| position(config, &[1e-4], 120).unwrap()[119 + offset];
        assert!(at(&config, 104) > 0.9);
        config.zero_far = true;
        assert!(at(&config, 103) > 0.9);
        assert_eq!(at(&config, 104), 0.0);
    }

    #[test]
    fn learned_exponentials_are_a_softmax_of_each_column() {
        let e = mixing(&config("exp-variable"), 0.3, 5);
        for t in 0..5 {
            let sum: f32 = (0..5).map(|i| e[i * 5 + t]).sum();
            assert!((sum - 1.0).abs() < 1e-6);
        }
        let e = mixing(&config("exp-constant"), 0.3, 5);
        assert_eq!(e[0], 0.0);
        assert_eq!(e[1], (-0.3_f64).exp() as f32);
    }
}
