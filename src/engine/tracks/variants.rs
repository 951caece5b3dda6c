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

/// Predicted effect of a variant.
#[derive(Debug, Clone, PartialEq)]
pub struct VariantEffect {
    /// Without attention, which the readings contain.
    without: TrackBatch,
    /// Prediction and attention with the variant, stitched for insertions and deletions.
    pub alternative: TrackBatch,
    /// Differences between the predictions with and without the variant.
    pub score: VariantScore,
    /// Readings without the variant, to reuse for the next one at the same place.
    pub readings: Vec<Reading>,
}

impl VariantEffect {
    /// Prediction without the variant: the mean over strands and shifts, with the attention of the first window.
    pub fn reference(&self) -> TrackBatch {
        TrackBatch {
            attention: self.readings[0].attention().to_vec(),
            ..self.without.clone()
        }
    }
}

impl TrackEngine {
    /// The bases of `record` that a variant changes, counted from 0, without those that both alleles share. Insertions
    /// and deletions in a repeat are left-aligned, as for their score, so that equivalent notations are equal. For an
    /// insertion, the base before it.
    ///
    /// # Panics
    /// If the variant is beyond the record.
    pub fn changed_bases(&self, record: &[u8], variant: &Variant) -> Range<usize> {
        let place = VariantPlace::of(variant, record, &self.window(), &ScoreSettings::default());
        // Also moves variants that are too long to score.
        let alleles = place.map_or_else(|| Alleles::of(variant, record, record.len()), |place| place.alleles);
        let (start, count) = (alleles.position, alleles.from.len());
        if count == 0 {
            let before = start.saturating_sub(1);
            return before..before + 1;
        }
        start..start + count
    }

    /// Predicts the effect of a variant of `record` on the `tracks`, by index; `None` if its alleles are too long for
    /// the window, see [`VariantPlace::of`]. Compares attention if the model has any. `before` are the readings of an
    /// earlier variant, reused at the same place. `between` is called as in
    /// [`predict_in_steps`](Self::predict_in_steps).
    ///
    /// # Errors
    /// As [`predict`](Self::predict); errors of `between`.
    ///
    /// # Panics
    /// If the variant or a track is out of bounds, or there are no shifts.
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

    /// [`variant`](Self::variant) for each variant of the sequences of `genome`, one after the other; only the bases
    /// around variants are read. `progress` is called with the number done and of all, and cancels by breaking.
    /// Consecutive variants at the same place share their reference predictions.
    ///
    /// # Errors
    /// As [`predict`](Self::predict); [`Error::Cancelled`]; errors of the genome.
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
