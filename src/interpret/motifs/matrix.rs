//! Score of a site against a motif, and its p-value.
//!
//! ```text
//! q_ic = (n p_ic + 0.1 b_c) / (n + 0.1)          n sites, b the background, 0.1 a pseudocount as FIMO has it
//! s    = Σ_i log2(q_ic / b_c)                     in bits, each term rounded to 1/1024; coarser for a large s
//! p    = P(S ≥ s) of a random site                exact for the rounded scores, by dynamic programming
//! ```
//!
//! Scores: Staden 1989; p-values as FIMO (Grant, Bailey, Noble, Bioinformatics 2011) computes them.

use crate::sequence::codes::complement;
use crate::sequence::motifs::{Motif, MotifFile};

/// Units of score per bit.
const UNITS: f64 = 1024.0;

/// Largest score of a letter, in bits: more than any number of sites gives.
const MOST_BITS: f64 = 64.0;

/// Largest score of a whole site, in units: twice that of any motif of a hundred positions with a uniform background.
const MOST_UNITS: f64 = 409_600.0;

/// Weight of the background, in sites.
const PSEUDOCOUNT: f64 = 0.1;

/// Frequencies of A, C, G and T.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Background(pub [f64; 4]);

impl Background {
    /// Uniform.
    pub const UNIFORM: Self = Self([0.25; 4]);

    /// The background of a motif file; uniform if it has none.
    pub fn stated(file: &MotifFile) -> Self {
        file.background.map_or(Self::UNIFORM, Self)
    }

    /// Background of codes, both strands together; uniform if fewer than a hundred bases are known.
    pub fn of<'a>(codes: impl IntoIterator<Item = &'a u8>) -> Self {
        let mut counts = [0_u64; 4];
        for &code in codes {
            if let Some(count) = counts.get_mut(usize::from(code)) {
                *count += 1;
            }
        }
        let all: u64 = counts.iter().sum();
        if all < 100 {
            return Self::UNIFORM;
        }
        let paired = |letter: usize| {
            // A letter that never occurs would have no logarithm.
            let count = (counts[letter] + counts[3 - letter]) as f64 / 2.0;
            (count + 1.0) / (all as f64 + 4.0)
        };
        Self([0, 1, 2, 3].map(paired))
    }
}

/// A motif with its scores and p-values.
#[derive(Debug, Clone, PartialEq)]
pub struct ScoredMotif {
    /// Score of each letter at each position, in units.
    rows: Vec<[i32; 4]>,
    /// Units in a bit.
    units: f64,
    /// P(S ≥ s) at s = 0, 1, … units.
    tail: Vec<f64>,
}

/// Score of a site on its better strand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Best {
    /// True for the reverse strand.
    pub reverse: bool,
    /// Score, in bits.
    pub bits: f64,
    /// p-value: fraction of random sites that score at least as high on one strand.
    pub p: f64,
}

impl ScoredMotif {
    /// Computes the scores and p-values of a motif.
    pub fn new(motif: &Motif, background: Background) -> Self {
        let Background(b) = background;
        let row = |row: &[f64; 4]| {
            [0, 1, 2, 3].map(|letter: usize| {
                let q = (motif.sites * row[letter] + PSEUDOCOUNT * b[letter]) / (motif.sites + PSEUDOCOUNT);
                (q / b[letter]).log2().clamp(-MOST_BITS, MOST_BITS)
            })
        };
        let bits: Vec<[f64; 4]> = motif.rows.iter().map(row).collect();
        let most: f64 = bits
            .iter()
            .map(|row| row.iter().fold(0.0, |most: f64, bits| most.max(*bits)))
            .sum();
        let mut units = UNITS;
        while most * units > MOST_UNITS {
            units /= 2.0;
        }
        let rows: Vec<[i32; 4]> = bits
            .iter()
            .map(|row| row.map(|bits| (bits * units).round() as i32))
            .collect();
        let tail = tail(&rows, b);
        Self { rows, units, tail }
    }

    /// Scores all motifs of a file.
    pub fn all(file: &MotifFile, background: Background) -> Vec<Self> {
        file.motifs.iter().map(|motif| Self::new(motif, background)).collect()
    }

    /// Length of a site, in bases.
    pub fn width(&self) -> usize {
        self.rows.len()
    }

    /// The better score of a site on both strands; `None` if it has no score on either.
    ///
    /// # Panics
    /// As [`score`](Self::score).
    pub fn best_strand(&self, site: &[u8]) -> Option<Best> {
        let ahead = self.score(site.iter().copied());
        let back = self.score(site.iter().rev().map(|&code| complement(code)));
        let strands = [(false, ahead), (true, back)];
        let scores = strands
            .into_iter()
            .filter_map(|(reverse, score)| score.map(|(bits, p)| Best { reverse, bits, p }));
        // The first if equal.
        scores.reduce(|best, other| if other.bits > best.bits { other } else { best })
    }

    /// The score of a site in bits, and its p-value; `None` if a base is unknown, or the site is less likely under the
    /// motif than under the background.
    ///
    /// # Panics
    /// If the number of bases differs from the width.
    pub fn score(&self, site: impl ExactSizeIterator<Item = u8>) -> Option<(f64, f64)> {
        assert_eq!(site.len(), self.rows.len(), "a base for each place");
        let mut units = 0_i64;
        for (row, code) in self.rows.iter().zip(site) {
            units += i64::from(*row.get(usize::from(code))?);
        }
        let p = self.tail.get(usize::try_from(units).ok()?)?;
        Some((units as f64 / self.units, *p))
    }
}

/// P(S ≥ s) at s = 0, 1, …; sums that can no longer reach 0 are dropped early.
fn tail(rows: &[[i32; 4]], b: [f64; 4]) -> Vec<f64> {
    let most = |row: &[i32; 4]| row.iter().copied().max().expect("four letters");
    // Largest score of the positions after each, in units.
    let mut ahead: Vec<i32> = rows
        .iter()
        .rev()
        .scan(0, |sum, row| {
            let behind = *sum;
            *sum += most(row);
            Some(behind)
        })
        .collect();
    ahead.reverse();
    let (mut least, mut shares) = (0_i32, vec![1.0_f64]);
    for (row, ahead) in rows.iter().zip(ahead) {
        let end = least + shares.len() as i32 - 1 + most(row);
        let lowest = (least + row.iter().copied().min().expect("four letters")).max(-ahead);
        if end < lowest {
            return vec![0.0];
        }
        let mut next = vec![0.0; (end - lowest + 1) as usize];
        for (&units, share) in row.iter().zip(b) {
            let first = least + units;
            // The first sum that can still reach 0.
            let skipped = (lowest - first).max(0) as usize;
            let Some(kept) = shares.get(skipped..) else { continue };
            let to = &mut next[(first + skipped as i32 - lowest) as usize..];
            for (to, from) in to.iter_mut().zip(kept) {
                *to += share * from;
            }
        }
        (least, shares) = (lowest, next);
    }
    let from_zero = (-least).max(0) as usize;
    let mut tail = vec![0.0; least.max(0) as usize];
    tail.extend(&shares[from_zero.min(shares.len())..]);
    let mut sum = 0.0;
    for share in tail.iter_mut().rev() {
        sum += *share;
        *share = sum;
    }
    tail
}

#[cfg(test)]
mod tests {
    use super::*;

    fn motif(rows: Vec<[f64; 4]>) -> Motif {
        Motif {
            id: "m".to_owned(),
            name: "m".to_owned(),
            rows,
            sites: 30.0,
        }
    }

    fn rows(width: usize) -> Vec<[f64; 4]> {
        let mut state = 5_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f64::from(state >> 8) / 16_777_216.0
        };
        let row = |_| {
            let row = [next().powi(3), next().powi(3), next().powi(3), next().powi(3)];
            let sum: f64 = row.iter().sum();
            row.map(|value| value / sum)
        };
        (0..width).map(row).collect()
    }

    #[test]
    fn p_values_are_the_share_of_all_sites_that_score_as_high() {
        let background = Background([0.31, 0.19, 0.19, 0.31]);
        let motif = motif(rows(7));
        let scored = ScoredMotif::new(&motif, background);
        // All 4^7 sites, their unrounded scores and their likelihood by chance.
        let exact = |site: &[u8]| -> f64 {
            let terms = site.iter().zip(&motif.rows).map(|(&code, row)| {
                let (p, b) = (row[usize::from(code)], background.0[usize::from(code)]);
                ((30.0 * p + 0.1 * b) / 30.1 / b).log2()
            });
            terms.sum()
        };
        let sites: Vec<Vec<u8>> = (0..4_usize.pow(7))
            .map(|number| (0..7).map(|place| (number >> (2 * place) & 3) as u8).collect())
            .collect();
        let mut all: Vec<(f64, f64)> = sites
            .iter()
            .map(|site| {
                (
                    exact(site),
                    site.iter().map(|&code| background.0[usize::from(code)]).product(),
                )
            })
            .collect();
        all.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut checked = 0;
        for site in sites.iter().step_by(7) {
            let score = exact(site);
            let found = scored.score(site.iter().copied());
            if score < 0.01 {
                assert!(score < -0.01 && found.is_none() || score >= -0.01);
                continue;
            }
            let (bits, p) = found.expect("more likely by the motif");
            // Rounding may move a score by half a unit a place.
            assert!((bits - score).abs() <= 7.0 * 0.5 / UNITS);
            let at_least = |score: f64| -> f64 { all.iter().take_while(|one| one.0 >= score).map(|one| one.1).sum() };
            let (least, most) = (at_least(score + 0.01), at_least(score - 0.01));
            assert!(
                (least * 0.999..=most * 1.001).contains(&p),
                "{p} is not from {least} to {most}"
            );
            checked += 1;
        }
        assert!(checked > 30, "{checked}");
    }

    #[test]
    fn uniform_columns_match_nothing_in_particular_and_unknown_bases_nothing() {
        let scored = ScoredMotif::new(&motif(vec![[0.25; 4]; 6]), Background::UNIFORM);
        assert_eq!(scored.score([0, 1, 2, 3, 0, 1].into_iter()), Some((0.0, 1.0)));
        let scored = ScoredMotif::new(&motif(vec![[1.0, 0.0, 0.0, 0.0]; 3]), Background::UNIFORM);
        let (bits, p) = scored.score([0, 0, 0].into_iter()).expect("a match");
        assert!(bits > 5.9 && (p - 1.0 / 64.0).abs() < 1e-12);
        assert_eq!(scored.score([0, 4, 0].into_iter()), None);
        assert_eq!(scored.score([0, 1, 0].into_iter()), None);
    }

    #[test]
    fn backgrounds_without_a_letter_and_boundless_counts_have_scores_too() {
        for (tiny, sites) in [(1e-310, 30.0), (1e-300, 1e300), (1e-4, f64::INFINITY)] {
            let rest = (1.0 - tiny) / 3.0;
            let mut motif = motif(vec![[1.0, 0.0, 0.0, 0.0]; 60]);
            motif.sites = sites;
            let scored = ScoredMotif::new(&motif, Background([tiny, rest, rest, rest]));
            assert!(scored.tail.len() as f64 <= MOST_UNITS + 1.0, "{}", scored.tail.len());
            if sites.is_finite() {
                let (bits, p) = scored.score([0; 60].into_iter()).expect("the best site");
                assert_eq!(bits, 60.0 * MOST_BITS);
                assert!((0.0..1e-100).contains(&p), "{p}");
            }
        }
    }

    #[test]
    fn long_motifs_have_p_values_too() {
        let scored = ScoredMotif::new(&motif(rows(30)), Background::UNIFORM);
        assert_eq!(scored.width(), 30);
        assert!((0.0..1.0).contains(&scored.tail[0]) && scored.tail.windows(2).all(|pair| pair[0] >= pair[1]));
        let (_, p) = scored
            .score(
                scored
                    .rows
                    .iter()
                    .map(|row| (0..4_u8).max_by_key(|&code| row[usize::from(code)]).expect("four"))
                    .collect::<Vec<u8>>()
                    .into_iter(),
            )
            .expect("the best site");
        assert!(p > 0.0 && p < 1e-17, "{p}");
    }

    #[test]
    fn the_background_is_that_of_both_strands() {
        let codes: Vec<u8> = (0..1_000).map(|at| u8::from(at % 10 >= 8)).collect();
        let Background(b) = Background::of(&codes);
        assert!((b[0] - 0.4).abs() < 1e-3 && (b[3] - 0.4).abs() < 1e-3 && (b[2] - 0.1).abs() < 1e-3);
        assert_eq!(Background::of(&[0; 50]), Background::UNIFORM);
    }
}
