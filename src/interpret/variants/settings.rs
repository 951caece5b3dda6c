//! Settings of the predictions behind a score.

use std::ops::Range;

use serde::Deserialize;

use crate::sequence::Shape;
use crate::task::tracks::EffectNull;

/// Strands of a window that are predicted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Strands {
    /// The mean of both, per bin.
    #[default]
    Both,
    /// The given strand.
    Forward,
}

impl Strands {
    /// Name in flags and settings.
    pub fn id(self) -> &'static str {
        match self {
            Self::Both => "both",
            Self::Forward => "forward",
        }
    }
}

/// Settings of the sums over a window's prediction, for variants and mutagenesis.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ScoreSettings {
    /// Number of bins on either side of those that contain the changed bases.
    pub around: usize,
    /// Strands that are averaged.
    pub strands: Strands,
    /// Right shifts of the sequence against the bins, in bases; predictions of all are averaged.
    pub shifts: Vec<isize>,
}

impl ScoreSettings {
    /// Values from 1 to 8 separate planted variants with an effect from those without about equally well, and better
    /// than the whole window: `benches/results/variant-scores-*.md`.
    pub const AROUND: usize = 2;

    /// The null, if its effects were computed with the same settings.
    pub fn fitting<'a>(&self, null: Option<&'a EffectNull>) -> Option<&'a EffectNull> {
        null.filter(|null| {
            (self.around, self.strands.id(), &self.shifts) == (null.around, null.strands.as_str(), &null.shifts)
        })
    }

    /// The predicted bins that are summed for the changed `bases` of the record, counted from 0, in a window that
    /// begins at `start`; for an insertion, those of both neighbouring bases. `length` is the record's.
    pub fn bins(&self, start: i64, bases: Range<i64>, length: usize, shape: &Shape) -> Range<usize> {
        let whole = bins_within(start, length, shape);
        let bases = if bases.is_empty() {
            bases.start - 1..bases.start + 1
        } else {
            bases
        };
        let first = start + (shape.crop * shape.bin) as i64;
        let around = i64::try_from(self.around).unwrap_or(i64::MAX / 4).min(i64::MAX / 4);
        let bin_of = |base: i64| (base - first).div_euclid(shape.bin as i64);
        let within = |bin: i64| bin.clamp(whole.start as i64, whole.end as i64) as usize;
        within(bin_of(bases.start) - around)..within(bin_of(bases.end - 1) + 1 + around)
    }
}

impl Default for ScoreSettings {
    fn default() -> Self {
        Self {
            around: Self::AROUND,
            strands: Strands::default(),
            shifts: vec![0],
        }
    }
}

/// The predicted bins of a window at `start` that overlap a record of `length` bases.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interpret::variants::SHAPE;

    #[test]
    fn bins_around_the_changed_bases_are_summed_as_far_as_the_record_goes() {
        // The window begins at 34, predicted bins at 42, 46, 50 and 54.
        let bins = |bases: Range<i64>, around| {
            let settings = ScoreSettings {
                around,
                ..ScoreSettings::default()
            };
            settings.bins(34, bases, 100, &SHAPE)
        };
        assert_eq!(bins(50..51, 0), 2..3);
        assert_eq!(bins(50..55, 0), 2..4);
        assert_eq!(bins(50..51, 1), 1..4);
        assert_eq!(bins(50..51, usize::MAX), 0..4);
        // An insertion between two bins changes both; one within a bin that alone.
        assert_eq!(bins(50..50, 0), 1..3);
        assert_eq!(bins(51..51, 0), 2..3);
        // Predicted bins begin at 91, 95 and 99 of 100 bases.
        let settings = ScoreSettings {
            around: 1,
            ..ScoreSettings::default()
        };
        assert_eq!(settings.bins(83, 99..100, 100, &SHAPE), 1..3);
    }

    #[test]
    fn bins_without_a_base_of_the_record_do_not_count() {
        // Predicted bins begin at −6, −2, 2 and 6.
        assert_eq!(bins_within(-14, 100, &SHAPE), 1..4);
        assert_eq!(bins_within(-14, 3, &SHAPE), 1..3);
    }

    #[test]
    fn settings_are_read_from_what_is_given_of_them() {
        let read = |text: &str| serde_json::from_str::<ScoreSettings>(text);
        assert_eq!(read("{}").unwrap(), ScoreSettings::default());
        let forward = read(r#"{"strands": "forward", "around": 4, "shifts": [-1, 0, 1]}"#).unwrap();
        assert_eq!(
            forward,
            ScoreSettings {
                around: 4,
                strands: Strands::Forward,
                shifts: vec![-1, 0, 1]
            }
        );
        assert!(read(r#"{"strand": "both"}"#).is_err());
    }
}
