//! What variants do to a model's predictions and attention.

use std::ops::ControlFlow;

use super::edits::Reference;
use super::tracks::{TrackBatch, TrackEngine, TrackShape};
use crate::error::Error;
use crate::interpret::variants::{Edited, VariantScore, attention_change, track_changes};
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

impl TrackEngine {
    /// What the model says with the variant; `reference` is what it makes of the window without.
    ///
    /// # Errors
    /// As [`predict`](Self::predict).
    pub async fn with_variant(
        &self,
        reference: &Reference,
        edited: &Edited,
        attention: bool,
    ) -> Result<TrackBatch, Error> {
        let changed = edited.changed();
        let codes = &edited.alternative[changed.clone()];
        self.edited(reference, changed.start, codes, attention).await
    }

    /// Scores variants of the records of `fasta`, one after the other, in the `tracks` of these numbers; `None` for one
    /// whose alleles are too long for the window, see [`Edited::of`]. Attention is compared where there is any.
    /// `on_the_way` is told how many are done, of how many, and ends it by breaking. Those of one place share what is
    /// computed without them, as long as they stand beside each other.
    ///
    /// # Errors
    /// As [`predict`](Self::predict), and [`Error::Cancelled`].
    pub async fn score_variants(
        &self,
        fasta: &Fasta,
        variants: &[Variant],
        tracks: &[usize],
        mut on_the_way: impl FnMut(usize, usize) -> ControlFlow<()>,
    ) -> Result<Vec<Option<VariantScore>>, Error> {
        let shape = self.shape();
        let attention = shape.heads > 0;
        let mut scores = Vec::with_capacity(variants.len());
        let mut before: Option<Reference> = None;
        for (done, variant) in variants.iter().enumerate() {
            if on_the_way(done, variants.len()).is_break() {
                return Err(Error::Cancelled);
            }
            let record = &fasta.records[variant.record].codes;
            let Some(edited) = Edited::of(variant, record, &shape.into()) else {
                scores.push(None);
                continue;
            };
            let reference = match before.take() {
                Some(before) if before.codes() == edited.reference => before,
                _ => self.reference(&edited.reference, attention).await?,
            };
            let alternative = self.with_variant(&reference, &edited, attention).await?;
            let without = reference.batch();
            scores.push(Some(VariantScore {
                start: edited.start,
                tracks: track_changes(
                    &without.prediction,
                    &alternative.prediction,
                    shape.tracks,
                    tracks,
                    edited.bins,
                ),
                attention: attention_change(&without.attention, &alternative.attention, shape.bins),
            }));
            before = Some(reference);
        }
        Ok(scores)
    }
}
