//! Names seqlets by the motifs that they match.
//!
//! The best site of each motif on a seqlet counts, on either strand. Its p-value accounts for the number of sites;
//! q-values are those of Benjamini and Hochberg (1995) over all seqlets and motifs.

use std::ops::Range;

use serde::Serialize;

use super::matrix::{Best, ScoredMotif};
use super::seqlets::{SEQLET, Seqlet};
use crate::interpret::order::in_order;

/// Bases by which a site may extend beyond its seqlet, or a seqlet beyond a shorter site.
const BEYOND: usize = 4;

/// A site of a motif.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "EngineSite"))]
pub struct Site {
    /// Index of the motif among the requested motifs, from 0.
    pub motif: usize,
    /// Its first base, counted from 0.
    pub start: usize,
    /// End of the site, exclusive, counted from 0.
    pub end: usize,
    /// True if the site is on the reverse strand.
    pub reverse: bool,
    /// Score in bits.
    pub bits: f64,
    /// P-value: probability that a random site scores at least as high.
    pub p: f64,
}

/// A seqlet's best match.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "EngineNamed"))]
pub struct Named {
    /// Index of the seqlet, from 0.
    pub seqlet: usize,
    /// The match.
    pub site: Site,
    /// Q-value: expected fraction of wrong names among those with at most this q.
    pub q: f64,
}

/// The name of each seqlet with a q of at most `most_q`, in the order of seqlets.
pub fn name_seqlets(codes: &[u8], seqlets: &[Seqlet], motifs: &[ScoredMotif], most_q: f64) -> Vec<Named> {
    let mut pairs = Vec::new();
    for (number, seqlet) in seqlets.iter().enumerate() {
        for (motif, scored) in motifs.iter().enumerate() {
            if let Some((site, p)) = best(codes, seqlet.start, motif, scored) {
                pairs.push((number, site, p));
            }
        }
    }
    let p: Vec<f64> = pairs.iter().map(|pair| pair.2).collect();
    let q = benjamini_hochberg(&p, seqlets.len() * motifs.len());
    let mut named: Vec<Option<(f64, Named)>> = vec![None; seqlets.len()];
    for ((seqlet, site, p), q) in pairs.into_iter().zip(q) {
        let best = &mut named[seqlet];
        let is_better = |(other, before): &(f64, Named)| (p, -site.bits) < (*other, -before.site.bits);
        if q <= most_q && best.as_ref().is_none_or(is_better) {
            *best = Some((p, Named { seqlet, site, q }));
        }
    }
    named.into_iter().flatten().map(|(_, named)| named).collect()
}

/// The best site of a motif on a seqlet, with a p-value that accounts for the number of sites.
fn best(codes: &[u8], seqlet: usize, motif: usize, scored: &ScoredMotif) -> Option<(Site, f64)> {
    let width = scored.width();
    // Range in which a site may begin, before and after the seqlet's first base.
    let before = BEYOND.max(width.saturating_sub(SEQLET) + BEYOND);
    let first = seqlet.saturating_sub(before.min(width.saturating_sub(1)));
    let last = (seqlet + SEQLET + BEYOND).saturating_sub(width.min(SEQLET)).max(seqlet);
    best_of(codes, first..last + 1, motif, scored)
}

/// The best site of a motif that begins in `starts`, with a p-value that accounts for the number of sites.
pub(super) fn best_of(codes: &[u8], starts: Range<usize>, motif: usize, scored: &ScoredMotif) -> Option<(Site, f64)> {
    let width = scored.width();
    let mut found: Option<Site> = None;
    let mut tried = 0;
    for start in starts {
        let Some(bases) = codes.get(start..start + width) else {
            break;
        };
        tried += 2;
        let Some(Best { reverse, bits, p }) = scored.best_strand(bases) else {
            continue;
        };
        if found.as_ref().is_none_or(|before| bits > before.bits) {
            found = Some(Site {
                motif,
                start,
                end: start + width,
                reverse,
                bits,
                p,
            });
        }
    }
    let site = found?;
    let p = -f64::exp_m1(f64::from(tried) * f64::ln_1p(-site.p.min(1.0 - 1e-16)));
    Some((site, p))
}

/// q-values of p-values, of `tests` in all; the others have p = 1.
pub fn benjamini_hochberg(p: &[f64], tests: usize) -> Vec<f64> {
    let order = in_order(p.len(), &|a, b| p[a].total_cmp(&p[b]));
    let mut q = vec![1.0; p.len()];
    let mut least = 1.0_f64;
    for (rank, &at) in order.iter().enumerate().rev() {
        least = least.min(p[at] * tests as f64 / (rank + 1) as f64);
        q[at] = least;
    }
    q
}

#[cfg(test)]
mod tests {
    use super::super::Background;
    use super::*;
    use crate::sequence::codes::encode;
    use crate::sequence::motifs::Motif;

    fn motif(bases: &str) -> ScoredMotif {
        let row = |letter: u8| {
            let mut row = [0.0; 4];
            row[usize::from(encode(letter))] = 1.0;
            row
        };
        let motif = Motif {
            id: bases.to_owned(),
            name: bases.to_owned(),
            rows: bases.bytes().map(row).collect(),
            sites: 20.0,
        };
        ScoredMotif::new(&motif, Background::UNIFORM)
    }

    fn codes(text: &str) -> Vec<u8> {
        text.bytes().map(encode).collect()
    }

    fn seqlet(start: usize) -> Seqlet {
        Seqlet {
            start,
            contribution: 1.0,
            q: 0.0,
        }
    }

    #[test]
    fn a_seqlet_has_the_name_of_the_motif_that_stands_there_on_either_strand() {
        let sequence = codes("GATCTAGCATGCTTACCCGGATTCAGCTAGCTAGGCATTCGCATCGGGTAAGATCAGCATGACTAGCTA");
        let motifs = [motif("TTACCCGG"), motif("GATTACAGATTACA"), motif("TTTTTTTT")];
        let found = name_seqlets(&sequence, &[seqlet(10), seqlet(40), seqlet(25)], &motifs, 0.01);
        assert_eq!(found.len(), 1, "{found:?}");
        let Named {
            seqlet: number,
            site,
            q,
        } = &found[0];
        assert_eq!(
            (*number, site.motif, site.start, site.end, site.reverse),
            (0, 0, 12, 20, false)
        );
        assert!((site.p - 4.0_f64.powi(-8)).abs() < 1e-9 && *q < 0.01);
        // CGGGTAA on the other strand reads TTACCCG.
        let found = name_seqlets(&sequence, &[seqlet(40)], &[motif("TTACCCG")], 0.05);
        assert_eq!((found[0].site.start, found[0].site.reverse), (44, true));
    }

    #[test]
    fn a_uniform_motif_names_nothing() {
        let uniform = Motif {
            id: "u".to_owned(),
            name: "u".to_owned(),
            rows: vec![[0.25; 4]; 8],
            sites: 20.0,
        };
        let uniform = ScoredMotif::new(&uniform, Background::UNIFORM);
        assert!(name_seqlets(&codes(&"ACGT".repeat(20)), &[seqlet(20)], &[uniform], 0.5).is_empty());
    }

    #[test]
    fn q_values_are_those_of_benjamini_and_hochberg() {
        // Their paper's example of fifteen p-values, of which four are discoveries at 5 %.
        let p = [
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528,
            0.7590, 1.0,
        ];
        let q = benjamini_hochberg(&p, p.len());
        assert_eq!(q.iter().filter(|&&q| q <= 0.05).count(), 4);
        assert!((q[3] - 0.0095 * 15.0 / 4.0).abs() < 1e-12);
        assert!(q.windows(2).all(|pair| pair[0] <= pair[1]));
        assert_eq!(benjamini_hochberg(&[0.01], 100), [1.0]);
    }

    #[test]
    fn random_sequence_is_named_no_more_often_than_q_allows() {
        let mut state = 11_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 30) as u8
        };
        let sequence: Vec<u8> = (0..40_000).map(|_| next()).collect();
        let motifs = ["TTACCCGG", "TGACTCATC", "ACACCCATACATC", "GATAAGATT"].map(motif);
        let seqlets: Vec<Seqlet> = (0..1_000).map(|number| seqlet(20 + 39 * number)).collect();
        // All names are wrong here; BH holds that any is given at all to 5 %, so that a few are a rare event.
        let named = name_seqlets(&sequence, &seqlets, &motifs, 0.05);
        assert!(named.len() <= 2, "{named:?}");
    }
}
