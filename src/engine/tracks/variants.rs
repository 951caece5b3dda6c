//! What variants do to a model's predictions and attention.

use std::ops::ControlFlow;

use super::edits::Reference;
use super::{TrackBatch, TrackEngine, TrackShape};
use crate::error::Error;
use crate::interpret::variants::{Edited, ScoreSettings, VariantScore, attention_change, track_changes};
use crate::model::basenji::Between;
use crate::sequence::vcf::Variant;
use crate::sequence::{Fasta, Shape};

impl From<TrackShape> for Shape {
    fn from(shape: TrackShape) -> Self {
        Self {
            length: shape.length,
            bin: shape.bin,
            crop: shape.crop,
        }
    }
}

/// What the model makes of a variant.
#[derive(Debug, Clone, PartialEq)]
pub struct VariantEffect {
    /// The window without the variant.
    pub reference: Reference,
    /// What the model says with it.
    pub alternative: TrackBatch,
    /// What the two differ by.
    pub score: VariantScore,
}

impl TrackEngine {
    /// What a variant of `record` does to the `tracks` of these numbers; `None` where its alleles are too long for the
    /// window, see [`Edited::of`]. Attention is compared where there is any. `before` is the window of an earlier
    /// variant: one of the same place takes it instead of computing it again. `between` is asked as
    /// [`predict_in_steps`](Self::predict_in_steps) does.
    ///
    /// # Errors
    /// As [`predict`](Self::predict), and those of `between`.
    ///
    /// # Panics
    /// If the variant is beyond the record, or a track beyond the model's.
    pub async fn variant(
        &self,
        record: &[u8],
        variant: &Variant,
        tracks: &[usize],
        settings: &ScoreSettings,
        before: Option<Reference>,
        between: &mut impl Between<Error>,
    ) -> Result<Option<VariantEffect>, Error> {
        let shape = self.shape();
        let Some(edited) = Edited::of(variant, record, &shape.into(), settings) else {
            return Ok(None);
        };
        let attention = shape.heads > 0;
        let reference = match before {
            Some(before) if before.codes() == edited.reference => before,
            _ => {
                let codes = &edited.reference;
                self.reference_in_steps(codes, attention, between).await?
            }
        };
        between().await?;
        let changed = edited.changed();
        let codes = &edited.alternative[changed.clone()];
        let alternative = self.edited(&reference, changed.start, codes, attention).await?;
        let without = reference.batch();
        let score = VariantScore {
            start: edited.start,
            tracks: track_changes(
                &without.prediction,
                &alternative.prediction,
                shape.tracks,
                tracks,
                edited.bins.clone(),
            ),
            bins: edited.bins,
            attention: attention_change(&without.attention, &alternative.attention, shape.bins),
        };
        Ok(Some(VariantEffect {
            reference,
            alternative,
            score,
        }))
    }

    /// [`variant`](Self::variant) of each of the records of `fasta`, one after the other. `on_the_way` is told how many
    /// are done, of how many, and ends it by breaking. Those of one place share what is computed without them, as long
    /// as they stand beside each other.
    ///
    /// # Errors
    /// As [`predict`](Self::predict), and [`Error::Cancelled`].
    pub async fn score_variants(
        &self,
        fasta: &Fasta,
        variants: &[Variant],
        tracks: &[usize],
        settings: &ScoreSettings,
        mut on_the_way: impl FnMut(usize, usize) -> ControlFlow<()>,
    ) -> Result<Vec<Option<VariantScore>>, Error> {
        let mut scores = Vec::with_capacity(variants.len());
        let mut before: Option<Reference> = None;
        for (done, variant) in variants.iter().enumerate() {
            if on_the_way(done, variants.len()).is_break() {
                return Err(Error::Cancelled);
            }
            let record = &fasta.records[variant.record].codes;
            let go_on = &mut async || Ok::<_, Error>(());
            let effect = self.variant(record, variant, tracks, settings, before.take(), go_on);
            scores.push(effect.await?.map(|effect| {
                before = Some(effect.reference);
                effect.score
            }));
        }
        Ok(scores)
    }
}
