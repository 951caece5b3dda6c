//! Effects of variants on a model's predictions and attention.

use std::ops::{ControlFlow, Range};

use super::strands::{Mean, Reading};
use super::{TrackBatch, TrackEngine, TrackShape};
use crate::error::Error;
use crate::interpret::variants::{
    Alleles, EffectSpread, ScoreSettings, VariantPlace, VariantScore, attention_change, track_changes,
};
use crate::model::sequences::StepHook;
use crate::sequence::vcf::Variant;
use crate::sequence::{Bases, Shape};

impl From<TrackShape> for Shape {
    fn from(shape: TrackShape) -> Self {
        Self {
            length: shape.length,
            bin: shape.bin,
            crop: shape.crop,
        }
    }
}

/// Effect of a variant, as the model predicts it.
#[derive(Debug, Clone, PartialEq)]
pub struct VariantEffect {
    /// Without attention, which the readings have.
    without: TrackBatch,
    /// Prediction and attention with the variant, stitched where bases move.
    pub alternative: TrackBatch,
    /// Differences between the predictions with and without the variant.
    pub score: VariantScore,
    /// The windows without the variant, for the next one of the same place.
    pub readings: Vec<Reading>,
}

impl VariantEffect {
    /// Prediction without the variant: the mean over strands and shifts, attention of the first window.
    pub fn reference(&self) -> TrackBatch {
        TrackBatch {
            attention: self.readings[0].attention().to_vec(),
            ..self.without.clone()
        }
    }
}

impl TrackEngine {
    /// The bases of `record` that a variant changes, counted from 0: without those that both alleles share, and of an
    /// insertion or deletion in a repeat at the first place, where its score has it too, so that it is the same
    /// however it is written. Of an insertion it is the base before.
    ///
    /// # Panics
    /// If the variant is beyond the record.
    pub fn changed_bases(&self, record: &[u8], variant: &Variant) -> Range<usize> {
        let place = VariantPlace::of(variant, record, &self.window(), &ScoreSettings::default());
        // One that is too long for a score moves as well.
        let alleles = place.map_or_else(|| Alleles::of(variant, record, record.len()), |place| place.alleles);
        let (start, count) = (alleles.position, alleles.from.len());
        if count == 0 {
            let before = start.saturating_sub(1);
            return before..before + 1;
        }
        start..start + count
    }

    /// Predicts the effect of a variant of `record` on the `tracks` of these numbers; `None` where its alleles are too
    /// long for the window, see [`VariantPlace::of`]. Attention is compared where there is any. `before` are the
    /// windows of an earlier variant: one of the same place takes them instead of computing them again. `between` is
    /// asked as [`predict_in_steps`](Self::predict_in_steps) does.
    ///
    /// # Errors
    /// As [`predict`](Self::predict), and those of `between`.
    ///
    /// # Panics
    /// If the variant is beyond the record, a track beyond the model's, or there are no shifts.
    pub async fn variant(
        &self,
        record: &[u8],
        variant: &Variant,
        tracks: &[usize],
        settings: &ScoreSettings,
        before: Vec<Reading>,
        between: &mut dyn StepHook,
    ) -> Result<Option<VariantEffect>, Error> {
        assert!(!settings.shifts.is_empty(), "at least one shift");
        let sizes = self.shape();
        let shape: Shape = sizes.into();
        let Some(place) = VariantPlace::of(variant, record, &shape, settings) else {
            return Ok(None);
        };
        let shifts = settings.shifts.iter();
        let windows: Vec<_> = shifts
            .map(|&shift| place.windows(record, shape.length, shift))
            .collect();
        let references: Vec<&[u8]> = windows.iter().map(|of| of.reference.as_slice()).collect();
        let attends = sizes.heads > 0;
        let readings = self.readings(&references, settings, attends, before, between).await?;
        let (mut without, mut with) = (Mean::default(), Mean::default());
        let mut attention = Vec::new();
        let of_a_shift = settings.strands.reverse().len();
        for (number, reading) in readings.iter().enumerate() {
            let windows = &windows[number / of_a_shift];
            let attends = attends && number == 0;
            between.ask().await?;
            let mut alternative = self.read_with(reading, &windows.left, attends).await?;
            if let Some(right) = &windows.right {
                between.ask().await?;
                let right = self.read_with(reading, right, attends).await?;
                windows.stitch(&mut alternative.prediction, &right.prediction, sizes.tracks, &shape);
                for (left, right) in alternative.members.iter_mut().zip(&right.members) {
                    windows.stitch(left, right, sizes.tracks, &shape);
                }
                let uncropped = Shape { crop: 0, ..shape };
                for (left, right) in alternative.attention.iter_mut().zip(&right.attention) {
                    windows.stitch(left, right, sizes.bins, &uncropped);
                }
            }
            without.add(&reading.forward(sizes.tracks));
            with.add(&alternative);
            if attends {
                attention = alternative.attention;
            }
        }
        let without = without.of();
        let alternative = TrackBatch { attention, ..with.of() };
        let changes = |without: &[f32], with: &[f32]| {
            track_changes(without, with, sizes.tracks, tracks, &place.bins, &place.whole)
        };
        let of_members = without.members.iter().zip(&alternative.members);
        let of_members: Vec<_> = of_members.map(|(without, with)| changes(without, with)).collect();
        let score = VariantScore {
            kind: place.alleles.kind(),
            start: place.start,
            tracks: changes(&without.prediction, &alternative.prediction),
            spread: EffectSpread::of(&of_members),
            bins: place.bins.clone(),
            attention: attention_change(readings[0].attention(), &alternative.attention, sizes.bins),
        };
        Ok(Some(VariantEffect {
            without,
            alternative,
            score,
            readings,
        }))
    }

    /// [`variant`](Self::variant) of each on the sequences of `genome`, one after the other; of it only what lies
    /// around them is read. `progress` is told how many are done, of how many, and ends it by breaking. Those of one
    /// place share what is computed without them, as long as they stand beside each other.
    ///
    /// # Errors
    /// As [`predict`](Self::predict), [`Error::Cancelled`], and those of the genome.
    pub async fn score_variants(
        &self,
        genome: &mut impl Bases,
        variants: &[Variant],
        tracks: &[usize],
        settings: &ScoreSettings,
        mut progress: impl FnMut(usize, usize) -> ControlFlow<()>,
    ) -> Result<Vec<Option<VariantScore>>, Error> {
        let mut scores = Vec::with_capacity(variants.len());
        let mut before: Vec<Reading> = Vec::new();
        for (done, variant) in variants.iter().enumerate() {
            if progress(done, variants.len()).is_break() {
                return Err(Error::Cancelled);
            }
            let bases = variant.position as u64..(variant.position + variant.from.len()) as u64;
            let (first, codes) = genome.around(variant.record, bases, self.shape().length as u64)?;
            let within = Variant {
                position: variant.position - first as usize,
                ..variant.clone()
            };
            let go_on = &mut async || Ok(());
            let effect = self.variant(&codes, &within, tracks, settings, std::mem::take(&mut before), go_on);
            scores.push(effect.await?.map(|effect| {
                before = effect.readings;
                let start = effect.score.start + first as i64;
                VariantScore { start, ..effect.score }
            }));
        }
        Ok(scores)
    }
}
