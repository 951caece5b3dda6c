//! Motif matches that a variant creates, breaks or changes.
//!
//! The best site of each motif that overlaps the changed bases counts, on either strand, in the reference and in the
//! alternative. Its p-value accounts for the number of sites; q-values are those of Benjamini and Hochberg over all
//! motifs and both alleles. An allele has a match if its q is at most the requested one. A match in one allele alone is
//! made or broken; a match in both is reported if its score changes by at least a bit.

use std::ops::Range;

use serde::Serialize;

use super::matrix::ScoredMotif;
use super::naming::{Site, benjamini_hochberg, best_of};
use crate::interpret::order::in_order;
use crate::interpret::variants::Alleles;
use crate::sequence::vcf::Variant;

/// Smallest reported change of a score, in bits: a factor of two in likelihood.
const LEAST_BITS: f64 = 1.0;

/// Effect of a variant on a motif match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ChangeOfMatch {
    /// Only the alternative allele matches.
    Made,
    /// Both alleles match, the alternative with a higher score.
    Strengthened,
    /// Both alleles match, the reference with a higher score.
    Weakened,
    /// Only the reference allele matches.
    Broken,
}

/// A motif match that differs between two alleles.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "EngineMotifChange")
)]
pub struct MotifChange {
    /// Index of the motif among the requested motifs, from 0.
    pub motif: usize,
    /// Effect on the match.
    pub change: ChangeOfMatch,
    /// Q-value of the match, the smaller of both alleles'.
    pub q: f64,
    /// Score of the alternative minus that of the reference, in bits; scores below 0 count as 0.
    pub bits: f64,
    /// Best site of the reference allele, in coordinates of the given sequence; absent if all sites score below 0 bits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<Site>,
    /// Best site of the alternative allele, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alternative: Option<Site>,
}

/// Largest left shift of an insertion or deletion in a repeat, in bases.
const FARTHEST: usize = 100;

/// Number of bases on either side of a variant that [`motif_changes`] needs.
pub fn reach(motifs: &[ScoredMotif]) -> usize {
    FARTHEST + motifs.iter().map(ScoredMotif::width).max().unwrap_or(0)
}

/// The matches that a variant of the record `codes` makes, breaks or changes, lowest q first.
///
/// # Panics
/// If the variant is beyond the record.
pub fn motif_changes(codes: &[u8], variant: &Variant, motifs: &[ScoredMotif], most_q: f64) -> Vec<MotifChange> {
    let Alleles { position, from, to } = Alleles::of(variant, codes, FARTHEST);
    if from == to {
        return Vec::new();
    }
    let alternative = [&codes[..position], &to, &codes[position + from.len()..]].concat();
    let alleles = [(codes, from.len()), (&alternative[..], to.len())];
    let best = motifs.iter().enumerate().flat_map(|(motif, scored)| {
        alleles.map(|(codes, bases)| {
            let starts = on(position, bases, scored.width(), codes.len());
            best_of(codes, starts, motif, scored)
        })
    });
    let best: Vec<Option<(Site, f64)>> = best.collect();
    let p: Vec<f64> = best
        .iter()
        .map(|best| best.as_ref().map_or(1.0, |best| best.1))
        .collect();
    let q = benjamini_hochberg(&p, p.len());
    let site = |best: &Option<(Site, f64)>| best.as_ref().map(|best| best.0.clone());
    let bits = |best: &Option<(Site, f64)>| best.as_ref().map_or(0.0, |best| best.0.bits);
    let pairs = best.chunks_exact(2).zip(q.chunks_exact(2)).enumerate();
    let changes = pairs.filter_map(|(motif, (best, q))| {
        let bits = bits(&best[1]) - bits(&best[0]);
        let change = match [q[0] <= most_q, q[1] <= most_q] {
            [false, true] => ChangeOfMatch::Made,
            [true, false] => ChangeOfMatch::Broken,
            [true, true] if bits >= LEAST_BITS => ChangeOfMatch::Strengthened,
            [true, true] if bits <= -LEAST_BITS => ChangeOfMatch::Weakened,
            _ => return None,
        };
        Some(MotifChange {
            motif,
            change,
            q: q[0].min(q[1]),
            bits,
            reference: site(&best[0]),
            alternative: site(&best[1]),
        })
    });
    let changes: Vec<MotifChange> = changes.collect();
    let surer = |a: usize, b: usize| {
        let (a, b) = (&changes[a], &changes[b]);
        a.q.total_cmp(&b.q).then(b.bits.abs().total_cmp(&a.bits.abs()))
    };
    let order = in_order(changes.len(), &surer);
    order.into_iter().map(|change| changes[change].clone()).collect()
}

/// First bases of sites that overlap `bases` bases from `position` on; with no bases, of sites that span the position.
fn on(position: usize, bases: usize, width: usize, length: usize) -> Range<usize> {
    let first = (position + 1 + usize::from(bases == 0)).saturating_sub(width);
    // Exclusive.
    let end = if bases == 0 { position } else { position + bases };
    first..end.min((length + 1).saturating_sub(width)).max(first)
}

#[cfg(test)]
mod tests {
    use super::super::Background;
    use super::*;
    use crate::sequence::codes::{encode, reverse_complement};
    use crate::sequence::motifs::Motif;

    fn codes(letters: &str) -> Vec<u8> {
        letters.bytes().map(encode).collect()
    }

    fn motif(consensus: &str) -> ScoredMotif {
        let row = |code: u8| {
            let mut row = [0.02; 4];
            row[usize::from(code)] = 0.94;
            row
        };
        let motif = Motif {
            id: consensus.to_owned(),
            name: consensus.to_owned(),
            rows: codes(consensus).into_iter().map(row).collect(),
            sites: 100.0,
        };
        ScoredMotif::new(&motif, Background::UNIFORM)
    }

    fn changes_of(
        codes: &[u8],
        position: usize,
        alleles: [&[u8]; 2],
        motifs: &[ScoredMotif],
        q: f64,
    ) -> Vec<MotifChange> {
        let [from, to] = alleles.map(<[u8]>::to_vec);
        let variant = Variant {
            row: 0,
            alternative: 0,
            record: 0,
            position,
            from,
            to,
        };
        motif_changes(codes, &variant, motifs, q)
    }

    /// The consensus alone has so small a q.
    const MOST: f64 = 0.001;

    const AROUND: &str = "GATCTGCATGCAAGCTAGGACC";

    #[test]
    fn a_match_is_broken_by_its_variant_and_made_by_the_way_back() {
        let motifs = [motif("TTACCCGGC"), motif("CACGTGACT")];
        let reference = codes(&format!("{AROUND}TTACCCGGC{AROUND}"));
        let at = AROUND.len() + 3;
        let changes = |of: &[MotifChange]| of.iter().map(|one| one.change).collect::<Vec<_>>();
        // One letter of nine is still a match where so few motifs are asked about.
        let weaker = changes_of(&reference, at, [&[1], &[0]], &motifs, 0.05);
        assert_eq!(changes(&weaker), [ChangeOfMatch::Weakened]);
        let found = changes_of(&reference, at, [&[1], &[0]], &motifs, MOST);
        assert_eq!(found.len(), 1, "{found:?}");
        let broken = &found[0];
        assert!(broken.change == ChangeOfMatch::Broken && broken.motif == 0 && broken.bits < -3.0);
        let site = broken.reference.as_ref().expect("a match");
        assert_eq!((site.start, site.reverse), (AROUND.len(), false));

        let mut alternative = reference;
        alternative[at] = 0;
        let made = changes_of(&alternative, at, [&[0], &[1]], &motifs, MOST);
        assert!(made.len() == 1 && made[0].change == ChangeOfMatch::Made);
        assert_eq!(made[0].bits, -broken.bits);

        // The other strand.
        reverse_complement(&mut alternative);
        let at = alternative.len() - 1 - at;
        let made = changes_of(&alternative, at, [&[3], &[2]], &motifs, MOST);
        let site = made[0].alternative.as_ref().expect("a match");
        assert!(made.len() == 1 && made[0].change == ChangeOfMatch::Made && site.reverse);
    }

    #[test]
    fn deletions_and_insertions_are_read_across_what_they_join() {
        let motifs = [motif("TTACCCGGC")];
        let reference = codes(&format!("{AROUND}TTACAGCCGGC{AROUND}"));
        let at = AROUND.len() + 3;
        // However it is written: CAG -> C.
        let made = changes_of(&reference, at, [&codes("CAG"), &codes("C")], &motifs, 0.05);
        let site = made[0].alternative.as_ref().expect("a match");
        assert!(made[0].change == ChangeOfMatch::Made && site.start == AROUND.len());
        let whole = codes(&format!("{AROUND}TTACCCGGC{AROUND}"));
        let broken = changes_of(&whole, at, [&codes("C"), &codes("CAG")], &motifs, 0.05);
        assert!(broken.len() == 1 && broken[0].change == ChangeOfMatch::Broken);
    }

    #[test]
    fn bases_beside_a_match_and_equal_alleles_change_nothing() {
        let motifs = [motif("TTACCCGGC")];
        let reference = codes(&format!("{AROUND}TTACCCGGC{AROUND}"));
        for at in [0, AROUND.len() - 1, AROUND.len() + 9, reference.len() - 1] {
            for to in 0..4 {
                assert_eq!(
                    changes_of(&reference, at, [&reference[at..=at], &[to]], &motifs, 0.05),
                    []
                );
            }
        }
        let same = codes("ACC");
        assert_eq!(
            changes_of(&reference, AROUND.len() + 2, [&same, &same], &motifs, 0.05),
            []
        );
    }
}
