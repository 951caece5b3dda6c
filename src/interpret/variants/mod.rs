//! Effects of variants: predictions and attention with a variant, compared with those without.
//!
//! A variant lies in the centre of a window of the model's length. Predictions of both strands are averaged, as Basenji
//! and Enformer score variants. An insertion or deletion is predicted through two windows, so that bases outside it
//! keep their bins. The score is the difference summed over the bins around the variant; over the whole window, bins
//! that do not change would add noise.
//!
//! ```text
//! Variant ─ Alleles (trimmed, to the left) ─ VariantPlace ─► VariantWindows ─ (predict) ─► TrackChange ─► ScoreRow
//! ```

mod settings;
mod windows;

pub use settings::{ScoreSettings, Strands, bins_within};
pub use windows::{Alleles, VariantPlace, VariantWindows, trimmed};

use std::io::{self, Write};
use std::ops::Range;

use serde::Serialize;

use crate::metrics::mean_and_sd;
use crate::sequence::Shape;
use crate::task::tracks::{EffectNull, Percentile, VariantKind};

/// The first base of a predicted bin in its record, counted from 1; 1 if the bin begins before the record.
pub fn bin_position(start: i64, bin: usize, shape: &Shape) -> u64 {
    let first = start + ((shape.crop + bin) * shape.bin) as i64;
    u64::try_from(first).unwrap_or(0) + 1
}

/// Change of the prediction of one track.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrackChange {
    /// Prediction for the reference allele, summed over the bins around the variant.
    pub reference: f64,
    /// Prediction for the alternative allele, summed over the same bins.
    pub alternative: f64,
    /// The change of the prediction, summed over all bins of the window that overlap the record.
    pub total: f64,
    /// The largest change of log2(prediction + 1) in any bin, by absolute value, signed.
    pub log2: f32,
    /// The bin of that change, counted from the first predicted one.
    pub bin: usize,
}

impl TrackChange {
    /// Alternative minus reference, summed over the bins around the variant: Basenji's SNP activity difference (SAD),
    /// which Basenji sums over the whole window.
    pub fn difference(&self) -> f64 {
        self.alternative - self.reference
    }
}

/// Changes of predictions [bins, tracks] for each of the `chosen` tracks: sums over `bins`, and total and largest
/// change over `whole`.
///
/// # Panics
/// If the predictions differ in length, or a track is out of bounds.
pub fn track_changes(
    reference: &[f32],
    alternative: &[f32],
    tracks: usize,
    chosen: &[usize],
    bins: &Range<usize>,
    whole: &Range<usize>,
) -> Vec<TrackChange> {
    assert_eq!(reference.len(), alternative.len(), "as many predictions");
    let none = TrackChange {
        reference: 0.0,
        alternative: 0.0,
        total: 0.0,
        log2: 0.0,
        bin: bins.start,
    };
    let mut changes = vec![none; chosen.len()];
    let rows = reference.chunks_exact(tracks).zip(alternative.chunks_exact(tracks));
    for (bin, (reference, alternative)) in rows.enumerate().take(whole.end).skip(whole.start) {
        for (change, &track) in changes.iter_mut().zip(chosen) {
            let (without, with) = (reference[track], alternative[track]);
            change.total += f64::from(with) - f64::from(without);
            if bins.contains(&bin) {
                change.reference += f64::from(without);
                change.alternative += f64::from(with);
            }
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

/// The largest change of attention.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AttentionChange {
    /// Total variation distance between the attention of one query bin without and with the variant: half the sum of
    /// absolute differences, from 0 to 1.
    pub variation: f32,
    /// The layer, counted from 0.
    pub layer: usize,
    /// The head, counted from 0.
    pub head: usize,
    /// The query bin, counted from the first bin of the window, cropped ones included.
    pub bin: usize,
}

/// Tolerance within which changes of attention are equal: with several heads that shift entirely from one bin to
/// another, by 1.
const AS_MUCH: f32 = 1e-4;

/// The largest change of attention, [heads, bins, bins] for each layer; the first of those within 1e-4. `None` without
/// attention.
///
/// # Panics
/// If the two differ in length.
pub fn attention_change(reference: &[Vec<f32>], alternative: &[Vec<f32>], bins: usize) -> Option<AttentionChange> {
    assert_eq!(reference.len(), alternative.len(), "as many layers");
    let mut changes = Vec::new();
    for (layer, (reference, alternative)) in reference.iter().zip(alternative).enumerate() {
        assert_eq!(reference.len(), alternative.len(), "as many weights");
        let rows = reference.chunks_exact(bins).zip(alternative.chunks_exact(bins));
        for (row, (reference, alternative)) in rows.enumerate() {
            // Sixteen sums side by side, one per SIMD lane.
            let mut sums = [0.0_f32; 16];
            for (reference, alternative) in reference.chunks(sums.len()).zip(alternative.chunks(sums.len())) {
                for ((sum, a), b) in sums.iter_mut().zip(reference).zip(alternative) {
                    *sum += (a - b).abs();
                }
            }
            changes.push(AttentionChange {
                variation: sums.iter().sum::<f32>() / 2.0,
                layer,
                head: row / bins,
                bin: row % bins,
            });
        }
    }
    let variation = changes.iter().map(|change| change.variation).reduce(f32::max)?;
    let first = changes.iter().find(|change| change.variation >= variation - AS_MUCH);
    first.map(|&first| AttentionChange { variation, ..first })
}

/// Effect of a variant.
#[derive(Debug, Clone, PartialEq)]
pub struct VariantScore {
    /// Kind of variant.
    pub kind: VariantKind,
    /// The first base of the windows in the record, counted from 0.
    pub start: i64,
    /// The predicted bins that are summed, counted from 0.
    pub bins: Range<usize>,
    /// Changes of the chosen tracks.
    pub tracks: Vec<TrackChange>,
    /// Spread of the same tracks over an ensemble; empty for a single model.
    pub spread: Vec<EffectSpread>,
    /// Change of attention, if the model has heads.
    pub attention: Option<AttentionChange>,
}

/// Spread of a variant's effect over several models whose mean is scored.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EffectSpread {
    /// Sample standard deviation of the members' `sad`.
    pub sad_sd: f32,
    /// The lowest of them.
    pub sad_low: f32,
    /// The highest.
    pub sad_high: f32,
}

impl EffectSpread {
    /// The spread of each track's change over the members; empty without members.
    pub fn of(members: &[Vec<TrackChange>]) -> Vec<Self> {
        let of_track = |track: usize| {
            let effects: Vec<f64> = members.iter().map(|changes| changes[track].difference()).collect();
            Self {
                sad_sd: mean_and_sd(&effects).1 as f32,
                sad_low: effects.iter().copied().fold(f64::INFINITY, f64::min) as f32,
                sad_high: effects.iter().copied().fold(f64::NEG_INFINITY, f64::max) as f32,
            }
        };
        (0..members.first().map_or(0, Vec::len)).map(of_track).collect()
    }
}

impl VariantScore {
    /// One row per track; `names` are the tracks', `shape` is the model's, and `null` was fitted with the same
    /// settings.
    pub fn rows<'a>(
        &self,
        names: impl IntoIterator<Item = &'a str>,
        shape: &Shape,
        null: Option<&EffectNull>,
    ) -> Vec<ScoreRow> {
        let attention = self.attention.map(|change| AttentionColumns {
            attention: change.variation,
            attention_layer: change.layer + 1,
            attention_head: change.head + 1,
            attention_position: bin_position(self.start, change.bin, &Shape { crop: 0, ..*shape }),
        });
        let changes = self.tracks.iter().zip(names).enumerate();
        changes
            .map(|(track, (change, name))| {
                let (activity, effect) = (change.reference as f32, change.difference() as f32);
                let of_track = null.and_then(|null| null.track(name));
                ScoreRow {
                    track: name.to_owned(),
                    reference_sum: activity,
                    alternative_sum: change.alternative as f32,
                    sad: effect,
                    spread: self.spread.get(track).copied(),
                    total: change.total as f32,
                    log2: change.log2,
                    log2_position: bin_position(self.start, change.bin, shape),
                    null: of_track.and_then(|null| null.percentile(self.kind, activity, effect)),
                    attention,
                }
            })
            .collect()
    }
}

/// Effect of a variant on one track: a row of the table of scores, without the columns of the variant itself.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "VariantTrackScore")
)]
pub struct ScoreRow {
    /// The track's name.
    pub track: String,
    /// Prediction for the reference allele, summed over the bins around the variant.
    pub reference_sum: f32,
    /// Prediction for the alternative allele, summed over the same bins.
    pub alternative_sum: f32,
    /// Alternative minus reference in these bins: Basenji's SNP activity difference.
    pub sad: f32,
    /// Its spread over the members of an ensemble.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub spread: Option<EffectSpread>,
    /// Alternative minus reference, summed over all bins of the window.
    pub total: f32,
    /// Change of log2(prediction + 1) in the bin with the largest absolute change.
    pub log2: f32,
    /// First base of that bin, counted from 1.
    pub log2_position: u64,
    /// Percentile of the difference, if the model's card has a null of scores of this kind.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub null: Option<Percentile>,
    /// Changes of attention, for a model with heads.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub attention: Option<AttentionColumns>,
}

/// Largest change of attention; positions are counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AttentionColumns {
    /// Distance between the attention of a bin in both alleles, from 0 to 1.
    pub attention: f32,
    /// Attention layer.
    pub attention_layer: usize,
    /// Attention head.
    pub attention_head: usize,
    /// First base of the query bin.
    pub attention_position: u64,
}

impl ScoreRow {
    /// Column names, tab-separated: those of an ensemble `with_spread`, of the null `with_null`, of attention
    /// `with_attention`.
    pub fn header(with_spread: bool, with_null: bool, with_attention: bool) -> String {
        let mut header = "track\treference_sum\talternative_sum\tsad".to_owned();
        if with_spread {
            header += "\tsad_sd\tsad_low\tsad_high";
        }
        header += "\ttotal\tlog2\tlog2_position";
        if with_null {
            header += "\tpercentile\tpercentile_low\tpercentile_high\tactivity";
        }
        if with_attention {
            header += "\tattention\tattention_layer\tattention_head\tattention_position";
        }
        header
    }

    /// Writes the columns, tab-separated. The columns of the null are empty for a kind of variant that it lacks.
    ///
    /// # Errors
    /// Errors of `out`.
    pub fn write(&self, with_null: bool, out: &mut dyn Write) -> io::Result<()> {
        let Self {
            track,
            reference_sum,
            alternative_sum,
            sad,
            spread,
            total,
            log2,
            log2_position,
            null,
            attention,
        } = self;
        write!(out, "{track}\t{reference_sum}\t{alternative_sum}\t{sad}")?;
        if let Some(EffectSpread {
            sad_sd,
            sad_low,
            sad_high,
        }) = spread
        {
            write!(out, "\t{sad_sd}\t{sad_low}\t{sad_high}")?;
        }
        write!(out, "\t{total}\t{log2}\t{log2_position}")?;
        match null {
            _ if !with_null => {}
            None => write!(out, "\t\t\t\t")?,
            Some(Percentile {
                percentile,
                percentile_low,
                percentile_high,
                activity,
            }) => write!(out, "\t{percentile}\t{percentile_low}\t{percentile_high}\t{activity}")?,
        }
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

/// The shape in these tests: eight bins of 4 bp, the inner four of which are predicted.
#[cfg(test)]
const SHAPE: Shape = Shape {
    length: 32,
    bin: 4,
    crop: 2,
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::task::tracks::{NullDraw, TrackNull};

    #[test]
    fn a_row_is_written_as_its_columns_are_named() {
        let change = TrackChange {
            reference: 4.0,
            alternative: 3.0,
            total: -1.5,
            log2: -0.5,
            bin: 1,
        };
        let mut score = VariantScore {
            kind: VariantKind::Base,
            start: 8,
            bins: 0..4,
            tracks: vec![change],
            spread: Vec::new(),
            attention: None,
        };
        let draws = (0..100).map(|step| NullDraw {
            kind: VariantKind::Base,
            activity: 4.0,
            effect: step as f32 / 25.0,
        });
        let null = EffectNull {
            genome: "genome.2bit".to_owned(),
            drawn: "one".to_owned(),
            seed: 1,
            around: 2,
            strands: "both".to_owned(),
            shifts: vec![0],
            tracks: vec![TrackNull::of("ATAC", &draws.collect::<Vec<_>>())],
        };
        let attends = AttentionChange {
            variation: 0.25,
            layer: 0,
            head: 1,
            bin: 2,
        };
        let of_two = EffectSpread::of(&[
            vec![change],
            vec![TrackChange {
                alternative: 5.0,
                ..change
            }],
        ]);
        assert_eq!((of_two[0].sad_low, of_two[0].sad_high), (-1.0, 1.0));
        assert!((of_two[0].sad_sd - 2.0_f32.sqrt()).abs() < 1e-6);
        let cases = [
            (None, None, &[][..]),
            (None, Some(attends), &of_two),
            (Some(&null), Some(attends), &of_two),
        ];
        for (null, attention, spread) in cases {
            score.attention = attention;
            score.spread = spread.to_vec();
            let rows = score.rows(["ATAC"], &SHAPE, null);
            let mut out = Vec::new();
            rows[0].write(null.is_some(), &mut out).unwrap();
            let text = String::from_utf8(out).unwrap();
            let serde_json::Value::Object(fields) = serde_json::to_value(&rows[0]).unwrap() else {
                panic!("an object")
            };
            let header = ScoreRow::header(!spread.is_empty(), null.is_some(), attention.is_some());
            let header: Vec<&str> = header.split('\t').collect();
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
            let numbers = |text: &str| text.parse::<f32>().map_err(|_| text.to_owned());
            let written: Vec<_> = text.split('\t').map(numbers).collect();
            assert_eq!(written, cells.iter().map(|cell| numbers(cell)).collect::<Vec<_>>());
        }
        // 1 of effects from 0 to 4 in steps of a 25th.
        let unusual = score.rows(["ATAC"], &SHAPE, Some(&null))[0].null.unwrap();
        assert!((unusual.percentile - 25.0).abs() < 1.0, "{unusual:?}");
        score.kind = VariantKind::Bases;
        let row = &score.rows(["ATAC"], &SHAPE, Some(&null))[0];
        assert_eq!(row.null, None);
        let mut out = Vec::new();
        row.write(true, &mut out).unwrap();
        let header = ScoreRow::header(true, true, true);
        assert_eq!(out.split(|&byte| byte == b'\t').count(), header.split('\t').count());
    }

    #[test]
    fn a_bin_is_named_by_its_first_base_and_by_the_records_where_it_begins_before() {
        assert_eq!(bin_position(-14, 0, &SHAPE), 1);
        assert_eq!(bin_position(-14, 2, &SHAPE), 3);
    }

    #[test]
    fn changes_are_summed_over_bins_and_the_largest_is_found() {
        // Three bins of two tracks.
        let reference = [1.0, 5.0, 3.0, 5.0, 7.0, 5.0];
        let alternative = [1.0, 5.0, 1.0, 5.5, 8.0, 5.0];
        let changes = |chosen: &[usize], bins, whole| track_changes(&reference, &alternative, 2, chosen, &bins, &whole);
        let all = changes(&[0, 1], 0..3, 0..3);
        assert_eq!((all[0].reference, all[0].alternative), (11.0, 10.0));
        assert_eq!(
            (all[0].difference(), all[0].total, all[0].log2, all[0].bin),
            (-1.0, -1.0, -1.0, 1)
        );
        assert_eq!((all[1].difference(), all[1].bin), (0.5, 1));
        for (track, change) in all.iter().enumerate() {
            assert_eq!(track_sum(&alternative, 2, track, 0..3), change.alternative);
        }
        assert_eq!(track_sum(&reference, 2, 0, 1..2), 3.0);
        assert_eq!(changes(&[1], 0..3, 0..3), all[1..]);
        // The bins around the variant, within a part of the window that gives the total and the largest change.
        let around = changes(&[0, 1], 2..3, 0..3);
        assert_eq!(
            (around[0].difference(), around[0].total, around[0].log2, around[0].bin),
            (1.0, -1.0, -1.0, 1)
        );
        // Bins without a base of the record count nowhere.
        let within = changes(&[0, 1], 2..3, 2..3);
        assert_eq!((within[0].total, within[0].bin), (1.0, 2));
        assert_eq!((within[1].total, within[1].log2, within[1].bin), (0.0, 0.0, 2));
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
        // A change that rounding alone makes larger is not the largest.
        let mut both = even.clone();
        both[..2].copy_from_slice(&[0.250_01, 0.749_99]);
        both[6..].copy_from_slice(&[0.25, 0.75]);
        let change = attention_change(std::slice::from_ref(&even), &[both], 2).unwrap();
        assert_eq!((change.head, change.bin, change.variation), (0, 0, 0.25));
        assert_eq!(attention_change(&[], &[], 2), None);
        assert_eq!(
            attention_change(std::slice::from_ref(&even), std::slice::from_ref(&even), 2)
                .unwrap()
                .variation,
            0.0
        );
    }
}
