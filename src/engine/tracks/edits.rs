//! Predictions for an edited sequence: only what the edited bases reach is recomputed.

use std::ops::Range;

use super::{TrackBatch, TrackEngine, TrackShape};
use crate::engine::read::read;
use crate::error::Error;
use crate::kernel;
#[cfg(all(feature = "flex", not(target_arch = "wasm32")))]
use crate::model::sequences::CachedLayer;
use crate::model::sequences::{Rest, StepHook};

/// A sequence with its predictions and intermediate results, from which edits of single bases start.
#[derive(Debug, Clone, PartialEq)]
pub struct Reference {
    codes: Vec<u8>,
    /// One per member.
    parts: Vec<Part>,
    /// Mean over the members of an ensemble.
    mean: Option<TrackBatch>,
}

/// Intermediate results of one model.
#[derive(Debug, Clone, PartialEq)]
struct Part {
    trunk: Vec<f32>,
    batch: TrackBatch,
    /// The first attention layer, if cached on the CPU.
    #[cfg(all(feature = "flex", not(target_arch = "wasm32")))]
    kept: Option<CachedLayer>,
}

impl Reference {
    /// Codes of the sequence.
    pub fn codes(&self) -> &[u8] {
        &self.codes
    }

    /// Prediction for the sequence.
    pub fn batch(&self) -> &TrackBatch {
        self.mean.as_ref().unwrap_or(&self.parts[0].batch)
    }
}

impl TrackEngine {
    /// H [bins, channels], after the last block before the context stage; for an ensemble, that of the first member.
    ///
    /// # Errors
    /// As [`predict`](Self::predict).
    ///
    /// # Panics
    /// As [`predict`](Self::predict).
    pub async fn trunk(&self, codes: &[u8]) -> Result<Vec<f32>, Error> {
        self.check(codes);
        let mut go_on = async || Ok(());
        read(self.tiles().trunk(codes, 1, &mut go_on).await?).await
    }

    /// Recomputes in place the part of `trunk` whose receptive field contains `changed`; `codes` are the new bases.
    /// Returns the recomputed bins.
    ///
    /// # Errors
    /// As [`predict`](Self::predict).
    ///
    /// # Panics
    /// As [`predict`](Self::predict), and if `trunk` is not this model's or `changed` is beyond the sequence.
    pub async fn retrunk(&self, trunk: &mut [f32], codes: &[u8], changed: Range<usize>) -> Result<Range<usize>, Error> {
        self.check(codes);
        let (reach, bins) = (self.model.reach(), self.shape().bins);
        assert!(changed.end <= codes.len(), "bases of the sequence");
        if changed.is_empty() {
            return Ok(0..0);
        }
        let seen = reach.seen(changed, codes.len());
        let channels = trunk.len() / bins;
        let mut go_on = async || Ok(());
        let tower = self.tiles().tower(codes, 1, seen.clone(), &mut go_on).await?;
        let tower = read(tower).await?;
        let plain = tower.len() / seen.len();
        // The channels before the dilated blocks come first in each row.
        for (bin, row) in seen.clone().zip(tower.chunks_exact(plain)) {
            trunk[bin * channels..][..plain].copy_from_slice(row);
        }
        if plain == channels {
            return Ok(seen);
        }
        let again = reach.seen_dilated(seen, bins);
        let needed = reach.needed_dilated(again.clone(), bins);
        let rows = trunk[needed.start * channels..needed.end * channels].chunks_exact(channels);
        let rows: Vec<f32> = rows.flat_map(|row| &row[..plain]).copied().collect();
        let x = kernel::tensor(rows, [1, needed.len(), plain], &self.device);
        let y = self.model.dilated(x, &mut go_on).await?;
        let kept = again.start - needed.start..again.end - needed.start;
        let values = read(kernel::stretch(y, kept)).await?;
        trunk[again.start * channels..again.end * channels].copy_from_slice(&values);
        Ok(again)
    }

    /// Runs the layers after the trunk H [bins, channels].
    ///
    /// # Errors
    /// As [`predict`](Self::predict).
    ///
    /// # Panics
    /// If `trunk` is not this model's.
    pub async fn head(&self, trunk: &[f32], attention: bool) -> Result<TrackBatch, Error> {
        let TrackShape { bins, crop, .. } = self.shape();
        let channels = trunk.len() / bins;
        let trunk = kernel::tensor(trunk.to_vec(), [1, bins, channels], &self.device);
        self.head_of(trunk, crop, attention, &mut async || Ok(())).await
    }

    /// Computes the reference for [`edited`](Self::edited). `between` is called as in
    /// [`predict_in_steps`](Self::predict_in_steps).
    ///
    /// # Errors
    /// As [`predict_in_steps`](Self::predict_in_steps).
    ///
    /// # Panics
    /// As [`predict`](Self::predict).
    pub async fn reference(
        &self,
        codes: &[u8],
        attention: bool,
        between: &mut dyn StepHook,
    ) -> Result<Reference, Error> {
        self.check(codes);
        let mut parts = Vec::with_capacity(self.members());
        for member in self.all() {
            parts.push(member.part(codes, attention, between).await?);
        }
        let mean = (parts.len() > 1).then(|| TrackBatch::mean(parts.iter().map(|part| part.batch.clone()).collect()));
        Ok(Reference {
            codes: codes.to_vec(),
            parts,
            mean,
        })
    }

    async fn part(&self, codes: &[u8], attention: bool, between: &mut dyn StepHook) -> Result<Part, Error> {
        let trunk = self.tiles().trunk(codes, 1, between).await?;
        let rest = Rest {
            crop: self.shape().crop,
            attention,
            keep: true,
            ..Rest::default()
        };
        let output = self.model.head(trunk.clone(), rest, between).await?;
        let batch = self.read_output(output.before_link, output.attention).await?;
        #[cfg(all(feature = "flex", not(target_arch = "wasm32")))]
        let (kept, of_first) = output.kept.unzip();
        #[cfg(all(feature = "flex", not(target_arch = "wasm32")))]
        let batch = behind(of_first.unwrap_or_default(), batch);
        Ok(Part {
            batch,
            trunk: read(trunk).await?,
            #[cfg(all(feature = "flex", not(target_arch = "wasm32")))]
            kept,
        })
    }

    /// Predicts for `reference` with the bases from `first` on replaced by `codes`. Results that do not depend on these
    /// are taken from the reference.
    ///
    /// # Errors
    /// As [`predict`](Self::predict).
    ///
    /// # Panics
    /// If the bases are beyond the sequence, or the reference is another model's.
    pub async fn edited(
        &self,
        reference: &Reference,
        first: usize,
        codes: &[u8],
        attention: bool,
    ) -> Result<TrackBatch, Error> {
        let mut all = reference.codes.clone();
        let changed = first..first + codes.len();
        all[changed.clone()].copy_from_slice(codes);
        let mut members = Vec::with_capacity(self.members());
        for (member, part) in self.all().zip(&reference.parts) {
            members.push(member.edited_part(part, &all, changed.clone(), attention).await?);
        }
        Ok(TrackBatch::mean(members))
    }

    /// Predicts for a sequence that differs from the reference in the bases `changed`.
    async fn edited_part(
        &self,
        reference: &Part,
        all: &[u8],
        changed: Range<usize>,
        attention: bool,
    ) -> Result<TrackBatch, Error> {
        let mut trunk = reference.trunk.clone();
        let again = self.retrunk(&mut trunk, all, changed).await?;
        if !self.model.is_local() {
            #[cfg(all(feature = "flex", not(target_arch = "wasm32")))]
            if let Some(batch) = self.attended_again(reference, &trunk, again, attention).await? {
                return Ok(batch);
            }
            return self.head(&trunk, attention).await;
        }
        let TrackShape { bins, crop, tracks, .. } = self.shape();
        let kept = again.start.max(crop)..again.end.min(bins - crop);
        let mut batch = reference.batch.clone();
        if kept.is_empty() {
            return Ok(batch);
        }
        let channels = trunk.len() / bins;
        let rows = trunk[kept.start * channels..kept.end * channels].to_vec();
        let rows = kernel::tensor(rows, [1, kept.len(), channels], &self.device);
        let part = self.head_of(rows, 0, false, &mut async || Ok(())).await?;
        batch.prediction[(kept.start - crop) * tracks..][..part.prediction.len()].copy_from_slice(&part.prediction);
        Ok(batch)
    }

    /// Runs the layers after the trunk H [bins, channels], which differs from the reference in the bins `changed`;
    /// `None` if no bin changed, if more than one in `MOST_CHANGED` did, or if nothing is cached.
    #[cfg(all(feature = "flex", not(target_arch = "wasm32")))]
    async fn attended_again(
        &self,
        reference: &Part,
        trunk: &[f32],
        changed: Range<usize>,
        attention: bool,
    ) -> Result<Option<TrackBatch>, Error> {
        let TrackShape { bins, crop, .. } = self.shape();
        let before: &[f32] = match (attention, reference.batch.attention.first()) {
            (false, _) => &[],
            (true, Some(of_first)) => of_first,
            (true, None) => return Ok(None),
        };
        let few = !changed.is_empty() && MOST_CHANGED * changed.len() <= bins;
        let Some(kept) = reference.kept.as_ref().filter(|_| few) else {
            return Ok(None);
        };
        let (h, of_first) = kept.again(&reference.trunk, trunk, changed, bins, before);
        let channels = h.len() / bins;
        let h = kernel::tensor(h, [1, bins, channels], &self.device);
        let rest = Rest {
            layers: 1,
            crop,
            attention,
            keep: false,
        };
        let output = self.model.head(h, rest, &mut async || Ok(())).await?;
        let batch = self.read_output(output.before_link, output.attention).await?;
        Ok(Some(behind(of_first, batch)))
    }
}

/// `batch` with the attention of its first layer prepended, if there is any.
#[cfg(all(feature = "flex", not(target_arch = "wasm32")))]
fn behind(of_first: Vec<f32>, mut batch: TrackBatch) -> TrackBatch {
    if !of_first.is_empty() {
        batch.attention.insert(0, of_first);
    }
    batch
}

/// Updates attention if at most one in this number of bins changed; otherwise attention is computed anew.
#[cfg(all(feature = "flex", not(target_arch = "wasm32")))]
const MOST_CHANGED: usize = 4;
