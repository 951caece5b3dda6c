//! The effect of changed bases: predictions and attention with a variant, compared with those without.
//!
//! A variant is seen through one window of the model's length with the variant in its middle. Both windows begin at the
//! same base: behind a deletion the alternative one reads further along the sequence, behind an insertion less far.
//! Bins are compared by their place in the window. This is how Basenji and Enformer score variants.

use std::io::{self, Write};
use std::ops::Range;

use serde::Serialize;

use crate::sequence::Shape;
use crate::sequence::codes::UNKNOWN;
use crate::sequence::vcf::Variant;

/// What of a window's prediction is summed, for a score of a variant and for mutagenesis alike.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ScoreSettings {
    /// How many bins on either side of those that hold the changed bases; absent: all that the window predicts of the
    /// record.
    pub around: Option<usize>,
}

impl ScoreSettings {
    /// The predicted bins of the window from `start` on that are summed where bases of the record, counted from 0,
    /// change; `length` is the record's.
    pub fn bins(&self, start: i64, bases: Range<i64>, length: usize, shape: &Shape) -> Range<usize> {
        let whole = bins_within(start, length, shape);
        let Some(around) = self.around else {
            return whole;
        };
        let first = start + (shape.crop * shape.bin) as i64;
        let around = i64::try_from(around).unwrap_or(i64::MAX / 4);
        let bin_of = |base: i64| (base - first).div_euclid(shape.bin as i64);
        let within = |bin: i64| bin.clamp(whole.start as i64, whole.end as i64) as usize;
        within(bin_of(bases.start) - around)..within(bin_of(bases.end - 1) + 1 + around)
    }
}

/// The two windows of a variant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edited {
    /// The first base of both in the record, counted from 0; below 0 where they begin before it.
    pub start: i64,
    /// What the model takes without the variant.
    pub reference: Vec<u8>,
    /// What it takes with it.
    pub alternative: Vec<u8>,
    /// The predicted bins that are summed, counted from 0.
    pub bins: Range<usize>,
}

impl Edited {
    /// The windows of a variant of `record`; `None` where one of its alleles is longer than half of what is predicted,
    /// so that little of its surroundings would be seen.
    pub fn of(variant: &Variant, record: &[u8], shape: &Shape, settings: &ScoreSettings) -> Option<Self> {
        let Variant { from, to, position, .. } = variant;
        let allele = from.len().max(to.len());
        if allele > shape.cropped() * shape.bin / 2 {
            return None;
        }
        let bases = *position as i64..(*position + allele) as i64;
        let start = *position as i64 - (shape.length / 2) as i64;
        let (before, behind) = (&record[..*position], &record[position + from.len()..]);
        let window = |allele: &[u8]| {
            let mut window = vec![UNKNOWN; shape.length];
            let middle = shape.length / 2;
            let left = middle.min(before.len());
            window[middle - left..middle].copy_from_slice(&before[before.len() - left..]);
            let right = allele.iter().chain(behind);
            window[middle..]
                .iter_mut()
                .zip(right)
                .for_each(|(to, from)| *to = *from);
            window
        };
        Some(Self {
            start,
            reference: window(from),
            alternative: window(to),
            bins: settings.bins(start, bases, record.len(), shape),
        })
    }

    /// From the first base that differs to behind the last one; empty where none does.
    pub fn changed(&self) -> Range<usize> {
        let differs = |at: &usize| self.reference[*at] != self.alternative[*at];
        let all = 0..self.reference.len();
        match (all.clone().find(differs), all.rev().find(differs)) {
            (Some(first), Some(last)) => first..last + 1,
            _ => 0..0,
        }
    }
}

/// The predicted bins of a window from `start` on that hold bases of a record of `length`.
pub fn bins_within(start: i64, length: usize, shape: &Shape) -> Range<usize> {
    let bin = shape.bin as i64;
    let first = start + (shape.crop * shape.bin) as i64;
    // Bins that end at or before the record's first base, and bins that begin before its end.
    let before = (-first).div_euclid(bin).max(0);
    let begun = (length as i64 - first + bin - 1).div_euclid(bin).max(0);
    let cropped = shape.cropped() as i64;
    let (from, to) = (before.min(cropped), begun.min(cropped));
    from as usize..to.max(from) as usize
}

/// The first base of a predicted bin in its record, counted from 1; 1 where the bin begins before the record.
pub fn bin_position(start: i64, bin: usize, shape: &Shape) -> u64 {
    let first = start + ((shape.crop + bin) * shape.bin) as i64;
    u64::try_from(first).unwrap_or(0) + 1
}

/// How the prediction of one track changes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrackChange {
    /// The prediction without the variant, summed over bins.
    pub reference: f64,
    /// The prediction with it, summed over bins.
    pub alternative: f64,
    /// The change of log2(prediction + 1) of the bin where that is largest, of either sign.
    pub log2: f32,
    /// That bin, counted from the first predicted one.
    pub bin: usize,
}

impl TrackChange {
    /// Alternative less reference, summed over bins: Basenji's SNP activity difference (SAD).
    pub fn difference(&self) -> f64 {
        self.alternative - self.reference
    }
}

/// How predictions [bins, tracks] change in each of `chosen` of the tracks, over those of the bins that count.
///
/// # Panics
/// If the two are not as long as each other, or a track is beyond them.
pub fn track_changes(
    reference: &[f32],
    alternative: &[f32],
    tracks: usize,
    chosen: &[usize],
    bins: Range<usize>,
) -> Vec<TrackChange> {
    assert_eq!(reference.len(), alternative.len(), "as many predictions");
    let none = TrackChange {
        reference: 0.0,
        alternative: 0.0,
        log2: 0.0,
        bin: bins.start,
    };
    let mut changes = vec![none; chosen.len()];
    let rows = reference.chunks_exact(tracks).zip(alternative.chunks_exact(tracks));
    for (bin, (reference, alternative)) in rows.enumerate().take(bins.end).skip(bins.start) {
        for (change, &track) in changes.iter_mut().zip(chosen) {
            let (without, with) = (reference[track], alternative[track]);
            change.reference += f64::from(without);
            change.alternative += f64::from(with);
            let log2 = (with + 1.0).log2() - (without + 1.0).log2();
            if log2.abs() > change.log2.abs() {
                (change.log2, change.bin) = (log2, bin);
            }
        }
    }
    changes
}

/// The prediction [bins, tracks] of one track, summed over bins.
pub fn track_sum(prediction: &[f32], tracks: usize, track: usize, bins: Range<usize>) -> f64 {
    let rows = prediction.chunks_exact(tracks).take(bins.end);
    rows.skip(bins.start).map(|row| f64::from(row[track])).sum()
}

/// Where attention changes most.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AttentionChange {
    /// How far the distribution of one bin over all bins moved: half of the sum of absolute differences (total
    /// variation), from 0 to 1.
    pub variation: f32,
    /// The layer, counted from 0.
    pub layer: usize,
    /// The head, counted from 0.
    pub head: usize,
    /// The bin that asks, counted from the window's first, cropped ones included.
    pub bin: usize,
}

/// Where attention, [heads, bins, bins] of each layer, changes most; `None` where there is no attention.
///
/// # Panics
/// If the two are not as long as each other.
pub fn attention_change(reference: &[Vec<f32>], alternative: &[Vec<f32>], bins: usize) -> Option<AttentionChange> {
    let mut most: Option<AttentionChange> = None;
    assert_eq!(reference.len(), alternative.len(), "as many layers");
    for (layer, (reference, alternative)) in reference.iter().zip(alternative).enumerate() {
        assert_eq!(reference.len(), alternative.len(), "as many weights");
        let rows = reference.chunks_exact(bins).zip(alternative.chunks_exact(bins));
        for (row, (reference, alternative)) in rows.enumerate() {
            let differences = reference.iter().zip(alternative).map(|(a, b)| (a - b).abs());
            let variation = differences.sum::<f32>() / 2.0;
            if most.is_none_or(|most| variation > most.variation) {
                most = Some(AttentionChange {
                    variation,
                    layer,
                    head: row / bins,
                    bin: row % bins,
                });
            }
        }
    }
    most
}

/// What a variant does.
#[derive(Debug, Clone, PartialEq)]
pub struct VariantScore {
    /// The first base of the windows in the record, counted from 0.
    pub start: i64,
    /// The predicted bins that are summed, counted from 0.
    pub bins: Range<usize>,
    /// For each of the chosen tracks.
    pub tracks: Vec<TrackChange>,
    /// Where the model has heads of attention.
    pub attention: Option<AttentionChange>,
}

impl VariantScore {
    /// A row for each track, of these names; `shape` is the model's.
    pub fn rows(&self, names: impl IntoIterator<Item = impl Into<String>>, shape: &Shape) -> Vec<ScoreRow> {
        let attention = self.attention.map(|change| AttentionColumns {
            attention: change.variation,
            attention_layer: change.layer + 1,
            attention_head: change.head + 1,
            attention_position: bin_position(self.start, change.bin, &Shape { crop: 0, ..*shape }),
        });
        let changes = self.tracks.iter().zip(names);
        changes
            .map(|(change, name)| ScoreRow {
                track: name.into(),
                reference_sum: change.reference as f32,
                alternative_sum: change.alternative as f32,
                sad: change.difference() as f32,
                log2: change.log2,
                log2_position: bin_position(self.start, change.bin, shape),
                attention,
            })
            .collect()
    }
}

/// What a variant does to one track: a row of the table of scores, behind the columns that say which variant it is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ScoreRow {
    /// The track's name.
    pub track: String,
    /// The prediction without the variant, summed over bins.
    pub reference_sum: f32,
    /// The prediction with it, summed over the same bins.
    pub alternative_sum: f32,
    /// [`TrackChange::difference`].
    pub sad: f32,
    /// [`TrackChange::log2`].
    pub log2: f32,
    /// The first base of the bin of that change, counted from 1.
    pub log2_position: u64,
    /// Of a model with heads.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub attention: Option<AttentionColumns>,
}

/// Where attention changes most, as a table has it: counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct AttentionColumns {
    /// [`AttentionChange::variation`].
    pub attention: f32,
    /// The layer.
    pub attention_layer: usize,
    /// The head.
    pub attention_head: usize,
    /// The first base of the bin that asks.
    pub attention_position: u64,
}

impl ScoreRow {
    /// The names of the columns, tab-separated; those of attention `with_attention`.
    pub fn header(with_attention: bool) -> &'static str {
        if with_attention {
            "track\treference_sum\talternative_sum\tsad\tlog2\tlog2_position\tattention\tattention_layer\tattention_head\tattention_position"
        } else {
            "track\treference_sum\talternative_sum\tsad\tlog2\tlog2_position"
        }
    }

    /// Writes the columns, tab-separated.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let Self {
            track,
            reference_sum,
            alternative_sum,
            sad,
            log2,
            log2_position,
            attention,
        } = self;
        write!(
            out,
            "{track}\t{reference_sum}\t{alternative_sum}\t{sad}\t{log2}\t{log2_position}"
        )?;
        match attention {
            Some(change) => write!(
                out,
                "\t{}\t{}\t{}\t{}",
                change.attention, change.attention_layer, change.attention_head, change.attention_position
            ),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: ScoreSettings = ScoreSettings { around: None };

    /// Eight bins of 4 bp, of which the inner four are predicted.
    const SHAPE: Shape = Shape {
        length: 32,
        bin: 4,
        crop: 2,
    };

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

    #[test]
    fn a_base_changes_in_the_middle_of_its_window() {
        let record = record();
        let edited = Edited::of(&variant(50, &[record[50]], &[3 - record[50]]), &record, &SHAPE, &WHOLE).unwrap();
        assert_eq!(edited.start, 34);
        assert_eq!(edited.reference, record[34..66]);
        assert_eq!(edited.changed(), 16..17);
        assert_eq!(edited.alternative[16], 3 - record[50]);
        assert_eq!(edited.bins, 0..4);
    }

    #[test]
    fn behind_a_deletion_more_of_the_sequence_is_read_and_behind_an_insertion_less() {
        let record = record();
        let deletion = Edited::of(&variant(50, &record[50..53], &record[50..51]), &record, &SHAPE, &WHOLE).unwrap();
        assert_eq!(deletion.reference, record[34..66]);
        assert_eq!(deletion.alternative, [&record[34..51], &record[53..68]].concat());
        let insertion = Edited::of(
            &variant(50, &record[50..51], &[record[50], 2, 2]),
            &record,
            &SHAPE,
            &WHOLE,
        )
        .unwrap();
        assert_eq!(
            insertion.alternative,
            [&record[34..51], &[2, 2], &record[51..64]].concat()
        );
        assert!(insertion.changed().start >= 17 && insertion.changed().end <= 32);
    }

    #[test]
    fn near_the_ends_of_a_record_what_is_not_there_is_unknown_and_does_not_count() {
        let record = record();
        let first = Edited::of(&variant(2, &[record[2]], &[3 - record[2]]), &record, &SHAPE, &WHOLE).unwrap();
        assert_eq!(first.start, -14);
        assert_eq!(first.reference[..14], [UNKNOWN; 14]);
        assert_eq!(first.reference[14..], record[..18]);
        // Predicted bins begin at −6, −2, 2 and 6: the first holds no base of the record.
        assert_eq!(first.bins, 1..4);
        let last = Edited::of(&variant(99, &[record[99]], &[3 - record[99]]), &record, &SHAPE, &WHOLE).unwrap();
        assert_eq!(last.reference[17..], [UNKNOWN; 15]);
        // They begin at 91, 95, 99 and 103.
        assert_eq!(last.bins, 0..3);
        let short = Edited::of(
            &variant(1, &[record[1]], &[3 - record[1]]),
            &record[..3],
            &SHAPE,
            &WHOLE,
        )
        .unwrap();
        assert_eq!(short.bins, 1..3);
        assert_eq!(bin_position(-14, 0, &SHAPE), 1);
        assert_eq!(bin_position(-14, 2, &SHAPE), 3);
    }

    #[test]
    fn bins_around_the_changed_bases_are_summed_or_all_that_hold_bases_of_the_record() {
        let record = record();
        let around = |position: usize, to: &[u8], around| {
            let variant = variant(position, &record[position..=position], to);
            Edited::of(&variant, &record, &SHAPE, &ScoreSettings { around })
                .unwrap()
                .bins
        };
        // The window begins at 34, predicted bins at 42, 46, 50 and 54.
        assert_eq!(around(50, &[0], Some(0)), 2..3);
        assert_eq!(around(50, &[0; 5], Some(0)), 2..4);
        assert_eq!(around(50, &[0], Some(1)), 1..4);
        assert_eq!(around(50, &[0], Some(usize::MAX)), 0..4);
        assert_eq!(around(50, &[0], None), 0..4);
        // At 94 and 98 of 100 bases, in a window from 83 on.
        assert_eq!(around(99, &[0], Some(1)), 1..3);
    }

    #[test]
    fn a_row_is_written_as_its_columns_are_named() {
        let change = TrackChange {
            reference: 4.0,
            alternative: 3.0,
            log2: -0.5,
            bin: 1,
        };
        let mut score = VariantScore {
            start: 8,
            bins: 0..4,
            tracks: vec![change],
            attention: None,
        };
        for attention in [
            None,
            Some(AttentionChange {
                variation: 0.25,
                layer: 0,
                head: 1,
                bin: 2,
            }),
        ] {
            score.attention = attention;
            let rows = score.rows(["ATAC"], &SHAPE);
            let mut out = Vec::new();
            rows[0].write(&mut out).unwrap();
            let text = String::from_utf8(out).unwrap();
            let serde_json::Value::Object(fields) = serde_json::to_value(&rows[0]).unwrap() else {
                panic!("an object")
            };
            let header: Vec<&str> = ScoreRow::header(attention.is_some()).split('\t').collect();
            let mut names: Vec<&String> = fields.keys().collect();
            let mut sorted = header.clone();
            names.sort();
            sorted.sort_unstable();
            assert_eq!(names, sorted);
            let cells: Vec<String> = header
                .iter()
                .map(|name| {
                    fields[*name]
                        .as_str()
                        .map_or_else(|| fields[*name].to_string(), str::to_owned)
                })
                .collect();
            let numbers = |text: &str| text.parse::<f64>().map_err(|_| text.to_owned());
            let written: Vec<_> = text.split('\t').map(numbers).collect();
            assert_eq!(written, cells.iter().map(|cell| numbers(cell)).collect::<Vec<_>>());
        }
    }

    #[test]
    fn an_allele_that_hides_its_surroundings_is_not_scored() {
        let record = record();
        assert!(Edited::of(&variant(50, &record[50..51], &[0; 8]), &record, &SHAPE, &WHOLE).is_some());
        assert!(Edited::of(&variant(50, &record[50..51], &[0; 9]), &record, &SHAPE, &WHOLE).is_none());
    }

    #[test]
    fn changes_are_summed_over_bins_and_the_largest_is_found() {
        // Three bins of two tracks.
        let reference = [1.0, 5.0, 3.0, 5.0, 7.0, 5.0];
        let alternative = [1.0, 5.0, 1.0, 5.5, 8.0, 5.0];
        let changes = track_changes(&reference, &alternative, 2, &[0, 1], 0..3);
        assert_eq!((changes[0].reference, changes[0].alternative), (11.0, 10.0));
        assert_eq!(
            (changes[0].difference(), changes[0].log2, changes[0].bin),
            (-1.0, -1.0, 1)
        );
        assert_eq!((changes[1].difference(), changes[1].bin), (0.5, 1));
        for (track, change) in changes.iter().enumerate() {
            let sum = track_sum(&alternative, 2, track, 0..3);
            assert_eq!(sum, change.alternative);
        }
        assert_eq!(track_sum(&reference, 2, 0, 1..2), 3.0);
        let outer = track_changes(&reference, &alternative, 2, &[0, 1], 2..3);
        assert_eq!(track_changes(&reference, &alternative, 2, &[1], 0..3), changes[1..]);
        assert_eq!((outer[0].difference(), outer[0].bin), (1.0, 2));
        assert_eq!((outer[1].difference(), outer[1].log2, outer[1].bin), (0.0, 0.0, 2));
    }

    #[test]
    fn the_largest_change_of_attention_is_found_with_its_head_and_bin() {
        // Two heads over two bins, two layers.
        let even = vec![0.5; 8];
        let mut moved = even.clone();
        moved[6..].copy_from_slice(&[0.25, 0.75]);
        let change = attention_change(&[even.clone(), even.clone()], &[even.clone(), moved], 2).unwrap();
        assert_eq!((change.layer, change.head, change.bin), (1, 1, 1));
        assert_eq!(change.variation, 0.25);
        assert_eq!(attention_change(&[], &[], 2), None);
        assert_eq!(
            attention_change(std::slice::from_ref(&even), std::slice::from_ref(&even), 2)
                .unwrap()
                .variation,
            0.0
        );
    }
}
