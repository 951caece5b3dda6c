//! Seqlets: short stretches that contribute more to a track than stretches of shuffled sequence do.
//!
//! ```text
//! S_i = |Σ of contributions over 13 bases from i on|
//! peaks: the largest S, then the largest that does not overlap it, and so on
//! q(T) = share of bases of shuffles that begin a peak of S ≥ T / the same share of the sequence
//! ```
//!
//! A seqlet is a peak whose q, the fraction of false ones among peaks at least as large, is at most the requested one.

use serde::Serialize;

use crate::interpret::order::{in_order, largest_first};

/// Length of a seqlet, about that of a motif.
pub const SEQLET: usize = 13;

/// A short stretch of bases with a large contribution, about as long as a motif.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "EngineSeqlet"))]
pub struct Seqlet {
    /// Its first base, counted from 0.
    pub start: usize,
    /// Sum of the contributions of its bases.
    pub contribution: f64,
    /// Q-value: expected fraction of false seqlets among those with at least this contribution.
    pub q: f64,
}

/// The seqlets of a sequence, from left to right. `null` are contributions of shuffled sequences; NaN, in either, marks
/// unknown ones.
pub fn find_seqlets(contributions: &[f32], null: &[Vec<f32>], most_false: f64) -> Vec<Seqlet> {
    let peaks_of = peaks(contributions);
    let sizes = |of: &[(usize, f64)]| of.iter().map(|peak| peak.1.abs()).collect::<Vec<f64>>();
    let by_chance: Vec<f64> = null.iter().flat_map(|one| sizes(&peaks(one))).collect();
    let by_chance: Vec<f64> = largest_first(&by_chance).into_iter().map(|at| by_chance[at]).collect();
    let known = |values: &[f32]| values.iter().filter(|value| !value.is_nan()).count();
    let null_bases: usize = null.iter().map(|one| known(one)).sum();
    let scale = known(contributions) as f64 / null_bases.max(1) as f64;
    // Largest first: q refers to all that are at least as large.
    let order = largest_first(&sizes(&peaks_of));
    let q = |(rank, peak): (usize, &usize)| {
        let as_large = by_chance.partition_point(|&value| value >= peaks_of[*peak].1.abs());
        // Plus one, so that q is never 0 with finitely many shuffles.
        ((as_large + 1) as f64 * scale / (rank + 1) as f64).min(1.0)
    };
    let mut rates: Vec<f64> = order.iter().enumerate().map(q).collect();
    // q does not decrease with a smaller contribution.
    let mut least = 1.0_f64;
    for rate in rates.iter_mut().rev() {
        least = least.min(*rate);
        *rate = least;
    }
    let seqlets: Vec<Seqlet> = order
        .into_iter()
        .zip(rates)
        .filter(|(_, q)| *q <= most_false)
        .map(|(peak, q)| {
            let (start, contribution) = peaks_of[peak];
            Seqlet { start, contribution, q }
        })
        .collect();
    let order = in_order(seqlets.len(), &|a, b| seqlets[a].start.cmp(&seqlets[b].start));
    order.into_iter().map(|at| seqlets[at].clone()).collect()
}

/// Non-overlapping stretches, each the local maximum, with their sums.
fn peaks(contributions: &[f32]) -> Vec<(usize, f64)> {
    let sums: Vec<f64> = contributions
        .windows(SEQLET)
        .map(|window| window.iter().map(|&value| f64::from(value)).sum())
        .collect();
    let sizes: Vec<f64> = sums.iter().map(|sum| sum.abs()).collect();
    let mut taken = vec![false; contributions.len()];
    let mut peaks = Vec::new();
    for start in largest_first(&sizes) {
        let bases = start..start + SEQLET;
        if !sums[start].is_finite() || sums[start] == 0.0 || taken[bases.clone()].contains(&true) {
            continue;
        }
        taken[bases].fill(true);
        peaks.push((start, sums[start]));
    }
    peaks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(bases: usize, seed: u32) -> Vec<f32> {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / 8_388_608.0 - 1.0
        };
        (0..bases).map(|_| next() + next() + next()).collect()
    }

    #[test]
    fn what_stands_out_of_shuffles_is_found_whatever_its_sign() {
        let mut contributions = noise(5_000, 1);
        for (start, height) in [(300, 6.0), (2_000, -6.0), (4_100, 6.0)] {
            contributions[start..start + 9]
                .iter_mut()
                .for_each(|value| *value += height);
        }
        contributions[3_000..3_100].fill(f32::NAN);
        let null = [noise(5_000, 2), noise(5_000, 3)];
        let found = find_seqlets(&contributions, &null, 0.2);
        let starts: Vec<usize> = found.iter().map(|seqlet| seqlet.start).collect();
        assert_eq!(found.len(), 3, "{found:?}");
        for (start, planted) in starts.iter().zip([300_usize, 2_000, 4_100]) {
            assert!(start.abs_diff(planted) <= 6, "{starts:?}");
        }
        assert!(found[1].contribution < 0.0 && found[0].contribution > 0.0);
    }

    #[test]
    fn of_noise_alone_hardly_anything_is_called_a_seqlet() {
        let mut called = 0;
        for seed in 10..60 {
            let null = [
                noise(3_000, 1_000 + seed),
                noise(3_000, 2_000 + seed),
                noise(3_000, 3_000 + seed),
            ];
            called += usize::from(!find_seqlets(&noise(3_000, seed), &null, 0.2).is_empty());
        }
        // Any call is a false one: of 50 sequences about a fifth at most.
        assert!(called <= 16, "{called}");
        assert!(find_seqlets(&[0.0; 200], &[vec![0.0; 200]], 0.05).is_empty());
        assert!(find_seqlets(&[1.0; 5], &[], 0.05).is_empty());
    }
}
