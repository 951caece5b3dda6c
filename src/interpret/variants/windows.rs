//! The windows through which a variant is predicted.
//!
//! ```text
//! reference      ├───────────[GAT]───────────────┤
//! left           ├───────────[]──────────────────┤ ·· begins at the same base: bins before the variant are the same
//! right       ·· ├──────────────[]───────────────┤    ends at the same base: bins behind the variant are the same
//! ```
//!
//! An insertion or deletion shifts every base on one side of it against the bins. To compare predictions bin by bin,
//! each bin is taken from the window in which the bases on its side did not shift.

use std::cmp::Ordering;
use std::ops::Range;

use super::settings::{ScoreSettings, bins_within};
use crate::sequence::codes::UNKNOWN;
use crate::sequence::vcf::Variant;
use crate::sequence::{Shape, Window};
use crate::task::tracks::VariantKind;

/// Bases that a variant replaces and their replacement, without the bases that both alleles share. Insertions and
/// deletions in a repeat are left-aligned, so that equivalent notations are equal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alleles {
    /// The first replaced base, counted from 0 in the record.
    pub position: usize,
    /// The replaced bases, as codes; empty for an insertion.
    pub from: Vec<u8>,
    /// The replacement, as codes; empty for a deletion.
    pub to: Vec<u8>,
}

/// Trims the bases that both alleles share: the number of leading ones, and the rest of each allele.
pub fn trimmed<'a>(from: &'a [u8], to: &'a [u8]) -> (usize, &'a [u8], &'a [u8]) {
    let same = |(a, b): &(&u8, &u8)| a == b;
    let behind = from.iter().rev().zip(to.iter().rev()).take_while(same).count();
    let (from, to) = (&from[..from.len() - behind], &to[..to.len() - behind]);
    let before = from.iter().zip(to).take_while(same).count();
    (before, &from[before..], &to[before..])
}

impl Alleles {
    /// The alleles of a variant of `record`, shifted left by at most `farthest` bases.
    ///
    /// # Panics
    /// If the variant is beyond the record.
    pub fn of(variant: &Variant, record: &[u8], farthest: usize) -> Self {
        let Variant { from, to, position, .. } = variant;
        assert!(position + from.len() <= record.len(), "bases of the record");
        let (before, from, to) = trimmed(from, to);
        let mut alleles = Self {
            position: position + before,
            from: from.to_vec(),
            to: to.to_vec(),
        };
        alleles.move_left(record, farthest);
        alleles
    }

    /// Left-aligns an insertion or deletion.
    fn move_left(&mut self, record: &[u8], farthest: usize) {
        let only = match (self.from.is_empty(), self.to.is_empty()) {
            (true, false) => &mut self.to,
            (false, true) => &mut self.from,
            _ => return,
        };
        let moved = (0..self.position.min(farthest))
            .take_while(|&moved| {
                let base = record[self.position - 1 - moved];
                base < UNKNOWN && base == only[(only.len() - 1) - moved % only.len()]
            })
            .count();
        let length = only.len();
        only.rotate_right(moved % length);
        self.position -= moved;
    }

    /// Kind of the change.
    pub fn kind(&self) -> VariantKind {
        VariantKind::of(self.from.len(), self.to.len())
    }

    /// The bases of the record that are replaced.
    pub fn bases(&self) -> Range<i64> {
        self.position as i64..(self.position + self.from.len()) as i64
    }
}

/// Position of a variant's windows, which are centred on the replaced bases as closely as possible.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VariantPlace {
    /// Alleles of the variant.
    pub alleles: Alleles,
    /// The first base of the window in the record, counted from 0; negative if the window begins before it.
    pub start: i64,
    /// The predicted bins that are summed, counted from 0.
    pub bins: Range<usize>,
    /// The predicted bins that overlap the record.
    pub whole: Range<usize>,
}

impl VariantPlace {
    /// Longest allele: half of the predicted bases, so that its surroundings are included.
    pub fn longest(shape: &Shape) -> usize {
        shape.cropped() * shape.bin / 2
    }

    /// Places the windows of a variant of `record`; `None` if one of its alleles is longer than
    /// [`longest`](Self::longest).
    ///
    /// # Panics
    /// If the variant is beyond the record.
    pub fn of(variant: &Variant, record: &[u8], shape: &Shape, settings: &ScoreSettings) -> Option<Self> {
        let alleles = Alleles::of(variant, record, shape.length / 4);
        if alleles.from.len().max(alleles.to.len()) > Self::longest(shape) {
            return None;
        }
        let bases = alleles.bases();
        let start = (bases.start + bases.end).div_euclid(2) - (shape.length / 2) as i64;
        Some(Self {
            start,
            bins: settings.bins(start, bases, record.len(), shape),
            whole: bins_within(start, record.len(), shape),
            alleles,
        })
    }

    /// The windows of `length` bases over the sequence shifted right by `shift` bases.
    pub fn windows(&self, record: &[u8], length: usize, shift: isize) -> VariantWindows {
        let Self {
            alleles: Alleles { position, from, to },
            start,
            ..
        } = self;
        let start = start - shift as i64;
        let window = Window {
            start,
            keep: 0..0,
            first_bin: 0,
        };
        let first = *position as i64 - start;
        let (before, behind) = (&record[..*position], &record[position + from.len()..]);
        // The alternative allele from base `at` of the window on.
        let with = |at: i64| {
            let mut codes = vec![UNKNOWN; length];
            let mut put = |at: i64, bases: &[u8]| {
                let skipped = usize::try_from(-at).unwrap_or(0).min(bases.len());
                let at = usize::try_from(at).unwrap_or(0).min(length);
                let places = codes[at..].iter_mut();
                places.zip(&bases[skipped..]).for_each(|(to, from)| *to = *from);
            };
            let seen = usize::try_from(at).unwrap_or(0).min(before.len());
            put(at - seen as i64, &before[before.len() - seen..]);
            put(at, to);
            put(at + to.len() as i64, behind);
            codes
        };
        VariantWindows {
            reference: window.codes(record, length),
            left: with(first),
            right: (from.len() != to.len()).then(|| with(first + from.len() as i64 - to.len() as i64)),
            replaced: first..first + from.len() as i64,
        }
    }
}

/// Model inputs without and with a variant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VariantWindows {
    /// Without the variant.
    pub reference: Vec<u8>,
    /// With the variant; bases before it keep their positions.
    pub left: Vec<u8>,
    /// With the variant; bases after it keep their positions. `None` if the alleles are of equal length.
    pub right: Option<Vec<u8>>,
    /// The bases of the reference's window that are replaced.
    pub replaced: Range<i64>,
}

impl VariantWindows {
    /// Merges rows of `width` values per predicted bin, for any number of repetitions: bins before the centre of the
    /// variant from `left`, those after it from `right`, and the mean of both for a bin centred on it.
    ///
    /// # Panics
    /// If the two differ in length.
    pub fn stitch(&self, left: &mut [f32], right: &[f32], width: usize, shape: &Shape) {
        assert_eq!(left.len(), right.len(), "as many values");
        let Shape { bin, crop, .. } = *shape;
        // Twice the centres, which may lie between bases.
        let middle = self.replaced.start + self.replaced.end;
        let rows = left.chunks_exact_mut(width).zip(right.chunks_exact(width));
        for (row, (left, right)) in rows.enumerate() {
            let of_bin = (2 * (crop + row % shape.cropped()) * bin + bin) as i64;
            match of_bin.cmp(&middle) {
                Ordering::Less => {}
                Ordering::Equal => left
                    .iter_mut()
                    .zip(right)
                    .for_each(|(left, right)| *left = (*left + right) / 2.0),
                Ordering::Greater => left.copy_from_slice(right),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interpret::variants::SHAPE;

    fn record() -> Vec<u8> {
        (0..100).map(|base| (base * 7 / 3 % 4) as u8).collect()
    }

    fn variant(position: usize, from: &[u8], to: &[u8]) -> Variant {
        Variant {
            row: 0,
            alternative: 0,
            record: 0,
            position,
            from: from.to_vec(),
            to: to.to_vec(),
        }
    }

    fn place(variant: &Variant, record: &[u8]) -> Option<VariantPlace> {
        VariantPlace::of(variant, record, &SHAPE, &ScoreSettings::default())
    }

    #[test]
    fn shared_bases_are_taken_off_and_an_indel_stands_at_its_first_place() {
        //                0  1  2  3  4  5  6  7  8  9
        let record: Vec<u8> = vec![3, 2, 0, 1, 0, 1, 0, 1, 2, 3];
        let of = |position: usize, from: &[u8], to: &[u8]| {
            let Alleles { position, from, to } = Alleles::of(&variant(position, from, to), &record, 100);
            (position, from, to)
        };
        // One of three repeats of AC goes, however it is written.
        let deleted = (2, vec![0, 1], vec![]);
        assert_eq!(of(1, &[2, 0, 1], &[2]), deleted);
        assert_eq!(of(5, &[1, 0, 1], &[1]), deleted);
        assert_eq!(of(2, &[0, 1, 0, 1], &[0, 1]), deleted);
        assert_eq!(of(6, &[0, 1, 2], &[2]), deleted);
        // And one comes.
        let inserted = (2, vec![], vec![0, 1]);
        assert_eq!(of(7, &[1], &[1, 0, 1]), inserted);
        assert_eq!(of(1, &[2], &[2, 0, 1]), inserted);
        // Rotated where it moves by part of itself.
        assert_eq!(of(2, &[0], &[0, 1, 0]), (2, vec![], vec![0, 1]));
        assert_eq!(of(0, &[3, 2, 0], &[3, 2, 1]), (2, vec![0], vec![1]));
        assert_eq!(of(4, &[0], &[0]), (4, vec![], vec![]));
        // Not farther than it may.
        let near = Alleles::of(&variant(6, &[0, 1], &[]), &record, 3);
        assert_eq!((near.position, near.from), (3, vec![1, 0]));
    }

    #[test]
    fn a_base_changes_in_the_middle_of_its_window() {
        let record = record();
        let place = place(&variant(50, &[record[50]], &[3 - record[50]]), &record).unwrap();
        assert_eq!(place.start, 34);
        let windows = place.windows(&record, 32, 0);
        assert_eq!(windows.reference, record[34..66]);
        let mut changed = windows.reference.clone();
        changed[16] = 3 - record[50];
        assert_eq!((windows.left, windows.right), (changed, None));
        assert_eq!((&place.bins, &place.whole), (&(0..4), &(0..4)));
        // Moved right by three, the window begins three bases before.
        assert_eq!(place.windows(&record, 32, 3).reference, record[31..63]);
    }

    #[test]
    fn on_either_side_of_an_indel_one_window_has_every_base_where_it_was() {
        let record = record();
        for (from, to) in [
            (0..3, vec![]),
            (0..0, vec![1, 1, 1, 2, 3]),
            (0..2, vec![3 - record[50]]),
        ] {
            let variant = variant(50, &record[50 + from.start..50 + from.end], &to);
            let place = place(&variant, &record).unwrap();
            let Alleles { position, from, to } = &place.alleles;
            let VariantWindows {
                reference,
                left,
                right,
                replaced,
            } = place.windows(&record, 32, 0);
            let right = right.unwrap();
            let at = |base: usize| (base as i64 - place.start) as usize;
            let (first, end) = (at(*position), at(position + from.len()));
            assert_eq!(replaced, first as i64..end as i64);
            assert_eq!(left[..first], reference[..first]);
            assert_eq!(right[end..], reference[end..]);
            let all = [&record[..*position], to, &record[position + from.len()..]].concat();
            let begun = place.start as usize;
            assert_eq!(left, all[begun..begun + 32]);
            let begun = begun + to.len() - from.len();
            assert_eq!(right, all[begun..begun + 32]);
        }
    }

    #[test]
    fn near_the_ends_of_a_record_what_is_not_there_is_unknown() {
        let record = record();
        let first = place(&variant(2, &[record[2]], &[3 - record[2]]), &record).unwrap();
        assert_eq!((first.start, first.whole.clone()), (-14, 1..4));
        let windows = first.windows(&record, 32, 0);
        assert_eq!(windows.reference[..14], [UNKNOWN; 14]);
        assert_eq!(windows.reference[14..], record[..18]);
        assert_eq!(windows.left[..14], [UNKNOWN; 14]);
        // Nothing stands before the record's first base, and nothing behind its last.
        let inserted = place(&variant(0, &[], &[0, 0, 3]), &record).unwrap();
        let windows = inserted.windows(&record, 32, 0);
        assert_eq!(windows.left[..16], [UNKNOWN; 16]);
        assert_eq!(windows.left[16..19], [0, 0, 3]);
        let right = windows.right.unwrap();
        assert_eq!(right[..13], [UNKNOWN; 13]);
        assert_eq!(right[13..16], [0, 0, 3]);
        assert_eq!(right[16..], record[..16]);
        let last = place(&variant(99, &[record[99]], &[]), &record).unwrap();
        let windows = last.windows(&record, 32, 0);
        assert_eq!(windows.left[..16], windows.reference[..16]);
        assert_eq!(windows.left[16..], [UNKNOWN; 16]);
    }

    #[test]
    fn bins_come_from_the_window_in_which_their_side_did_not_move() {
        let windows = |replaced| VariantWindows {
            reference: Vec::new(),
            left: Vec::new(),
            right: None,
            replaced,
        };
        let stitched = |replaced| {
            let mut bins = [1.0; 4];
            windows(replaced).stitch(&mut bins, &[3.0; 4], 1, &SHAPE);
            bins
        };
        // Middles of the predicted bins: 10, 14, 18 and 22.
        assert_eq!(stitched(15..17), [1.0, 1.0, 3.0, 3.0]);
        assert_eq!(stitched(14..14), [1.0, 2.0, 3.0, 3.0]);
        assert_eq!(stitched(9..21), [1.0, 1.0, 3.0, 3.0]);
        // Two rows of two bins, as attention has: every head in its own.
        let mut attention = [1.0; 8];
        let two = Shape {
            length: 8,
            bin: 4,
            crop: 0,
        };
        windows(3..3).stitch(&mut attention, &[3.0; 8], 2, &two);
        assert_eq!(attention, [1.0, 1.0, 3.0, 3.0, 1.0, 1.0, 3.0, 3.0]);
    }

    #[test]
    fn an_allele_that_hides_its_surroundings_is_not_scored() {
        let record = record();
        assert!(place(&variant(50, &record[50..50], &[0; 8]), &record).is_some());
        assert!(place(&variant(50, &record[50..50], &[0; 9]), &record).is_none());
    }
}
