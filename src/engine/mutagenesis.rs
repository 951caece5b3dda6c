//! In-silico mutagenesis of a model of sequences.

use std::ops::{ControlFlow, Range};

use super::tracks::{TrackBatch, TrackEngine};
use crate::error::Error;
use crate::interpret::mutagenesis::{Mutagenesis, parts};
use crate::interpret::variants::{bins_within, track_sum};
use crate::sequence::Window;

impl TrackEngine {
    /// Exchanges each base of `region` of a record for each other one, and says what that does to a track, by its
    /// number, summed over the bins of a window that has the region in its middle. Of each exchange only what sees the
    /// base is computed again. `on_the_way` is told how many exchanges are done, of how many, and ends it by breaking.
    ///
    /// # Errors
    /// As [`predict`](Self::predict), and [`Error::Cancelled`].
    ///
    /// # Panics
    /// If the region is beyond the record, or the track beyond the model's.
    pub async fn mutagenesis(
        &self,
        record: &[u8],
        region: Range<usize>,
        track: usize,
        mut on_the_way: impl FnMut(usize, usize) -> ControlFlow<()>,
    ) -> Result<Mutagenesis, Error> {
        let sizes = self.shape();
        let shape = sizes.into();
        let reference_codes = record[region.clone()].to_vec();
        let exchanges = |code: u8| (0..4).filter(move |&to| to != code);
        let total = reference_codes.iter().map(|&code| exchanges(code).count()).sum();
        let mut changes = vec![[0.0; 4]; region.len()];
        let mut done = 0;
        for part in parts(region.clone(), &shape) {
            let window = Window {
                start: part.start,
                keep: 0..sizes.cropped,
                first_bin: 0,
            };
            let codes = window.codes(record, sizes.length);
            let bins = bins_within(part.start, record.len(), &shape);
            let sum = |batch: &TrackBatch| track_sum(&batch.prediction, sizes.tracks, track, bins.clone());
            let reference = self.reference(&codes, false).await?;
            let without = sum(reference.batch());
            for base in part.bases {
                let at = (base as i64 - part.start) as usize;
                for to in exchanges(codes[at]) {
                    if on_the_way(done, total).is_break() {
                        return Err(Error::Cancelled);
                    }
                    let with = sum(&self.edited(&reference, at, &[to], false).await?);
                    changes[base - region.start][usize::from(to)] = (with - without) as f32;
                    done += 1;
                }
            }
        }
        Ok(Mutagenesis {
            start: region.start,
            reference: reference_codes,
            changes,
        })
    }
}
