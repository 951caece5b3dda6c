//! Clusters similar seqlets into patterns.
//!
//! ```text
//! C_s      what each base around seqlet s contributes, at its letter: [21, 4], 4 bases to either side of the seqlet
//! cos      of C_s, moved by up to 6 bases and on either strand, and a pattern's sum
//! ```
//!
//! The largest seqlet begins a pattern. Each next one joins the most similar pattern if its cosine similarity is 0.6 or
//! more, and begins a pattern otherwise. Then all seqlets are reassigned until none changes. Outer columns of a pattern
//! that contribute less than a fifth of the largest column are trimmed.

use std::ops::Range;

use serde::Serialize;

use super::seqlets::{SEQLET, Seqlet};
use crate::interpret::order::{in_order, largest_first};
use crate::sequence::codes::complement;

/// Flanking bases on either side of a seqlet.
const BESIDE: usize = 4;

/// Columns of the compared windows.
const WIDTH: usize = SEQLET + 2 * BESIDE;

/// Largest shift between a seqlet and a pattern, in bases.
const MOST_MOVED: i64 = 6;

/// Smallest cosine similarity of a seqlet and its pattern.
const ALIKE: f64 = 0.6;

/// Fraction of the largest column below which outer columns are trimmed.
const LEAST_COLUMN: f64 = 0.2;

/// Smallest number of seqlets in a pattern.
pub const PATTERN: usize = 4;

/// Largest number of rounds of reassignment.
const ROUNDS: usize = 20;

type Matrix = [[f64; 4]; WIDTH];

/// Similar seqlets, aligned.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "EnginePattern"))]
pub struct Pattern {
    /// Frequencies of A, C, G and T in each column; each row sums to 1.
    pub rows: Vec<[f64; 4]>,
    /// Contribution of each column, averaged over seqlets.
    pub contributions: Vec<f64>,
    /// Seqlets of the pattern.
    pub members: Vec<Member>,
}

/// A seqlet of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "EngineMember"))]
pub struct Member {
    /// Index of the seqlet among the given seqlets, from 0.
    pub seqlet: usize,
    /// Start of the pattern's columns in the sequence; on the reverse strand they are read backwards.
    pub start: i64,
    /// True if the seqlet is on the reverse strand.
    pub reverse: bool,
}

/// Alignment of a seqlet with a pattern.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Fit {
    pattern: usize,
    moved: i64,
    reverse: bool,
}

/// The patterns of at least `least` seqlets, largest first. NaN marks unknown contributions.
pub fn find_patterns(codes: &[u8], contributions: &[f32], seqlets: &[Seqlet], least: usize) -> Vec<Pattern> {
    let seen: Vec<[Matrix; 2]> = seqlets
        .iter()
        .map(|seqlet| {
            let ahead = around(codes, contributions, seqlet.start);
            [ahead, reversed(&ahead)]
        })
        .collect();
    let sizes: Vec<f64> = seqlets.iter().map(|seqlet| seqlet.contribution.abs()).collect();
    let mut sums: Vec<Matrix> = Vec::new();
    let mut fits: Vec<Option<Fit>> = vec![None; seqlets.len()];
    for seqlet in largest_first(&sizes) {
        let fit = best(&seen[seqlet], &sums).unwrap_or_else(|| {
            sums.push([[0.0; 4]; WIDTH]);
            Fit {
                pattern: sums.len() - 1,
                moved: 0,
                reverse: false,
            }
        });
        add(&mut sums[fit.pattern], &seen[seqlet], fit);
        fits[seqlet] = Some(fit);
    }
    for _ in 0..ROUNDS {
        let chosen: Vec<Option<Fit>> = seen.iter().map(|seen| best(seen, &sums)).collect();
        if chosen == fits {
            break;
        }
        fits = chosen;
        sums.fill([[0.0; 4]; WIDTH]);
        for (seen, fit) in seen.iter().zip(&fits) {
            if let Some(fit) = fit {
                add(&mut sums[fit.pattern], seen, *fit);
            }
        }
    }
    let of_pattern = |pattern: usize| {
        let of = fits.iter().enumerate();
        let of = of.filter_map(move |(seqlet, fit)| Some((seqlet, (*fit).filter(|fit| fit.pattern == pattern)?)));
        of.collect::<Vec<(usize, Fit)>>()
    };
    let patterns: Vec<Pattern> = sums
        .iter()
        .enumerate()
        .map(|(number, sum)| (sum, of_pattern(number)))
        .filter(|(_, members)| members.len() >= least.max(1))
        .map(|(sum, members)| pattern(codes, seqlets, sum, &members))
        .collect();
    // Among patterns of equal size, the one with the larger contribution is first already.
    let count = |pattern: usize| patterns[pattern].members.len();
    let order = in_order(patterns.len(), &|a, b| count(b).cmp(&count(a)));
    order.into_iter().map(|pattern| patterns[pattern].clone()).collect()
}

/// Contributions of the bases around a seqlet, each in the column of its letter.
fn around(codes: &[u8], contributions: &[f32], start: usize) -> Matrix {
    let mut matrix = [[0.0; 4]; WIDTH];
    for (column, row) in matrix.iter_mut().enumerate() {
        let Some(at) = (start + column).checked_sub(BESIDE) else {
            continue;
        };
        let (Some(&code), Some(&value)) = (codes.get(at), contributions.get(at)) else {
            continue;
        };
        if let Some(cell) = row.get_mut(usize::from(code))
            && value.is_finite()
        {
            *cell = f64::from(value);
        }
    }
    matrix
}

fn reversed(matrix: &Matrix) -> Matrix {
    let mut other = *matrix;
    other.reverse();
    for row in &mut other {
        row.reverse();
    }
    other
}

/// The columns of a seqlet and of a pattern that overlap at this shift.
fn overlap(moved: i64) -> (Range<usize>, Range<usize>) {
    let by = moved.unsigned_abs() as usize;
    let (ahead, behind) = (by..WIDTH, 0..WIDTH - by);
    if moved < 0 { (ahead, behind) } else { (behind, ahead) }
}

/// The most similar pattern of a seqlet, if any is similar enough.
fn best(seen: &[Matrix; 2], sums: &[Matrix]) -> Option<Fit> {
    let norm = |matrix: &Matrix| matrix.as_flattened().iter().map(|x| x * x).sum::<f64>().sqrt();
    let own = norm(&seen[0]);
    let mut found: Option<(f64, Fit)> = None;
    for (pattern, sum) in sums.iter().enumerate() {
        let norms = own * norm(sum);
        if norms == 0.0 {
            continue;
        }
        for reverse in [false, true] {
            for moved in -MOST_MOVED..=MOST_MOVED {
                let (from, to) = overlap(moved);
                let (a, b) = (&seen[usize::from(reverse)][from], &sum[to]);
                let product: f64 = a.as_flattened().iter().zip(b.as_flattened()).map(|(a, b)| a * b).sum();
                let cosine = product / norms;
                if cosine >= ALIKE && found.is_none_or(|(before, _)| cosine > before) {
                    let fit = Fit {
                        pattern,
                        moved,
                        reverse,
                    };
                    found = Some((cosine, fit));
                }
            }
        }
    }
    found.map(|(_, fit)| fit)
}

fn add(sum: &mut Matrix, seen: &[Matrix; 2], fit: Fit) {
    let (from, to) = overlap(fit.moved);
    let from = &seen[usize::from(fit.reverse)][from];
    for (to, from) in sum[to].as_flattened_mut().iter_mut().zip(from.as_flattened()) {
        *to += from;
    }
}

/// Trimmed columns of a pattern, with their letter frequencies.
fn pattern(codes: &[u8], seqlets: &[Seqlet], sum: &Matrix, members: &[(usize, Fit)]) -> Pattern {
    let columns = sum.map(|row| row.iter().sum::<f64>());
    let largest = columns
        .iter()
        .fold(0.0_f64, |largest, column| largest.max(column.abs()));
    let counts = |column: &f64| column.abs() >= LEAST_COLUMN * largest;
    let first = columns.iter().position(counts).unwrap_or(0);
    let end = columns.iter().rposition(counts).map_or(WIDTH, |last| last + 1);
    let placed = members.iter().map(|&(seqlet, Fit { moved, reverse, .. })| {
        let seen = seqlets[seqlet].start as i64 - BESIDE as i64;
        // Distance of the pattern's first column before the seqlet; on the other strand, of its last column after it.
        let start = if reverse {
            seen + WIDTH as i64 + moved - end as i64
        } else {
            seen - moved + first as i64
        };
        Member { seqlet, start, reverse }
    });
    let members: Vec<Member> = placed.collect();
    let mut rows = vec![[0.0; 4]; end - first];
    for (column, row) in rows.iter_mut().enumerate() {
        for member in &members {
            let column = if member.reverse {
                end - first - 1 - column
            } else {
                column
            };
            let code = usize::try_from(member.start + column as i64)
                .ok()
                .and_then(|at| codes.get(at));
            let code = code.map(|&code| if member.reverse { complement(code) } else { code });
            if let Some(cell) = code.and_then(|code| row.get_mut(usize::from(code))) {
                *cell += 1.0;
            }
        }
        let known: f64 = row.iter().sum();
        *row = if known > 0.0 {
            row.map(|count| count / known)
        } else {
            [0.25; 4]
        };
    }
    Pattern {
        rows,
        contributions: columns[first..end]
            .iter()
            .map(|column| column / members.len() as f64)
            .collect(),
        members,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sequence::codes::{encode, reverse_complement};

    /// A sequence of no pattern with `sites` planted on either strand, what their bases contribute, and the seqlets.
    fn planted(sites: &[(&str, usize)]) -> (Vec<u8>, Vec<f32>, Vec<Seqlet>, Vec<usize>) {
        let mut state = 7_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state >> 8
        };
        let total: usize = sites.iter().map(|site| site.1).sum();
        let mut codes: Vec<u8> = (0..total * 50 + 50).map(|_| (next() % 4) as u8).collect();
        let mut contributions: Vec<f32> = codes.iter().map(|_| (next() % 100) as f32 / 1000.0 - 0.05).collect();
        let (mut seqlets, mut truth) = (Vec::new(), Vec::new());
        for number in 0..total {
            // One kind after the other in turn.
            let kind = number % sites.len();
            let mut site: Vec<u8> = sites[kind].0.bytes().map(encode).collect();
            if next() % 2 == 0 {
                reverse_complement(&mut site);
            }
            let at = 30 + number * 50;
            codes[at..at + site.len()].copy_from_slice(&site);
            contributions[at..at + site.len()].fill(1.0);
            let start = at - (next() % 4) as usize;
            seqlets.push(Seqlet {
                start,
                contribution: site.len() as f64,
                q: 0.01,
            });
            truth.push(kind);
        }
        (codes, contributions, seqlets, truth)
    }

    #[test]
    fn planted_sites_come_together_by_their_kind_whatever_their_strand() {
        let (codes, contributions, seqlets, truth) =
            planted(&[("TTACCCGGC", 20), ("CACGTGACT", 20), ("GATAAGGCA", 20)]);
        let found = find_patterns(&codes, &contributions, &seqlets, 5);
        assert_eq!(found.len(), 3);
        for pattern in &found {
            assert_eq!(pattern.members.len(), 20);
            let kinds: std::collections::BTreeSet<usize> =
                pattern.members.iter().map(|member| truth[member.seqlet]).collect();
            assert_eq!(kinds.len(), 1, "one kind in each pattern");
            assert_eq!((pattern.rows.len(), pattern.contributions.len()), (9, 9));
            let consensus: Vec<u8> = pattern
                .rows
                .iter()
                .map(|row| row.iter().position(|share| *share == 1.0).expect("one letter") as u8)
                .collect();
            let kind = *kinds.first().expect("a kind");
            let mut site: Vec<u8> = ["TTACCCGGC", "CACGTGACT", "GATAAGGCA"][kind]
                .bytes()
                .map(encode)
                .collect();
            if consensus != site {
                reverse_complement(&mut site);
            }
            assert_eq!(consensus, site);
            for member in &pattern.members {
                let start = member.start as usize;
                let mut own = codes[start..start + 9].to_vec();
                if member.reverse {
                    reverse_complement(&mut own);
                }
                assert_eq!(own, consensus);
            }
        }
    }

    #[test]
    fn few_alike_are_no_pattern_and_signs_stay_apart() {
        let (codes, mut contributions, seqlets, _) = planted(&[("TTACCCGGC", 8)]);
        assert_eq!(find_patterns(&codes, &contributions, &seqlets, 9), []);
        assert_eq!(find_patterns(&codes, &contributions, &[], 1), []);
        // Half of the sites take away what the others add.
        for seqlet in &seqlets[..4] {
            contributions[seqlet.start..seqlet.start + 13]
                .iter_mut()
                .for_each(|value| *value *= -1.0);
        }
        let found = find_patterns(&codes, &contributions, &seqlets, 4);
        assert_eq!(found.len(), 2);
        assert!(found[0].contributions[4] * found[1].contributions[4] < 0.0);
    }
}
