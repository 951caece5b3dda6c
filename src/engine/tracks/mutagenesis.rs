//! In-silico mutagenesis with a sequence model.

use std::ops::Range;

use super::TrackEngine;
use super::strands::{Mean, Reading, mean_of};
use crate::error::Error;
use crate::interpret::mutagenesis::{Mutagenesis, parts};
use crate::interpret::variants::{ScoreSettings, track_sum};
use crate::model::sequences::StepHook;
use crate::sequence::Window;

impl TrackEngine {
    /// Replaces each base of `region` of a record by each other base, and returns the effect on each of `tracks`, by
    /// index, in windows centred on the region. For each substitution only what depends on the base is recomputed.
    /// `between` is called with the number of substitutions done and of all, before each and between the steps of a
    /// window; its errors end it.
    ///
    /// # Errors
    /// As [`predict`](Self::predict); errors of `between`.
    ///
    /// # Panics
    /// If the region or a track is out of bounds.
    pub async fn mutagenesis(
        &self,
        record: &[u8],
        region: Range<usize>,
        tracks: &[usize],
        settings: &ScoreSettings,
        mut between: impl AsyncFnMut(usize, usize) -> Result<(), Error>,
    ) -> Result<Vec<Mutagenesis>, Error> {
        let sizes = self.shape();
        let shape = sizes.into();
        let codes = &record[region.clone()];
        let total = codes.iter().map(|&code| others(code).count()).sum();
        let mut found: Vec<Mutagenesis> = Vec::with_capacity(tracks.len());
        let mut done = 0;
        for part in parts(region.clone(), &shape) {
            let windows: Vec<Vec<u8>> = settings
                .shifts
                .iter()
                .map(|&shift| {
                    let window = Window {
                        start: part.start - shift as i64,
                        keep: 0..sizes.cropped,
                        first_bin: 0,
                    };
                    window.codes(record, sizes.length)
                })
                .collect();
            let bases = part.bases.start as i64..part.bases.end as i64;
            let bins = settings.bins(part.start, bases, record.len(), &shape);
            let sums = |prediction: &[f32]| -> Vec<f64> {
                let sum = |&track: &usize| track_sum(prediction, sizes.tracks, track, bins.clone());
                tracks.iter().map(sum).collect()
            };
            let mut go_on = async || between(done, total).await;
            let references: Vec<&[u8]> = windows.iter().map(Vec::as_slice).collect();
            let readings = self
                .readings(&references, settings, false, Vec::new(), &mut go_on)
                .await?;
            let without = sums(&mean_of(&readings, sizes.tracks));
            if found.is_empty() {
                found.extend(without.iter().map(|&sum| Mutagenesis {
                    start: region.start,
                    reference: codes.to_vec(),
                    bins: bins.clone(),
                    sum: sum as f32,
                    changes: vec![[0.0; 4]; region.len()],
                }));
            }
            for base in part.bases {
                let at = settings.shifts.iter().map(|&shift| {
                    let at = usize::try_from(base as i64 - part.start + shift as i64).ok();
                    // Outside after a large shift.
                    at.filter(|&at| at < sizes.length)
                });
                let at: Vec<Option<usize>> = at.collect();
                let mut tell = async || {
                    done += 1;
                    between(done - 1, total).await
                };
                let read = (&readings[..], &windows[..]);
                let changes = self
                    .exchanges(read, (&at, record[base]), &sums, &without, &mut tell)
                    .await?;
                for (found, changes) in found.iter_mut().zip(changes) {
                    found.changes[base - region.start] = changes;
                }
            }
        }
        Ok(found)
    }

    /// Differences of `sums` of the mean prediction from those `without` a substitution, with A, C, G and T in place of
    /// the base `code`, which is at `at` in each window. `go_on` is called before each.
    pub(super) async fn exchanges(
        &self,
        (readings, windows): (&[Reading], &[Vec<u8>]),
        (at, code): (&[Option<usize>], u8),
        sums: &dyn Fn(&[f32]) -> Vec<f64>,
        without: &[f64],
        go_on: &mut dyn StepHook,
    ) -> Result<Vec<[f32; 4]>, Error> {
        let mut changes = vec![[0.0; 4]; without.len()];
        for to in others(code) {
            go_on.ask().await?;
            let with = sums(&self.exchanged(readings, windows, at, to).await?);
            for ((changes, with), without) in changes.iter_mut().zip(with).zip(without) {
                changes[usize::from(to)] = (with - without) as f32;
            }
        }
        Ok(changes)
    }

    /// The mean prediction of `windows`, which `readings` read on the requested strands, with the base `to` at each
    /// `at`; windows without it are not changed.
    async fn exchanged(
        &self,
        readings: &[Reading],
        windows: &[Vec<u8>],
        at: &[Option<usize>],
        to: u8,
    ) -> Result<Vec<f32>, Error> {
        let strands = readings.len() / windows.len();
        let mut mean = Mean::default();
        for ((window, at), readings) in windows.iter().zip(at).zip(readings.chunks_exact(strands)) {
            let mut window = window.clone();
            if let Some(at) = *at {
                window[at] = to;
            }
            for reading in readings {
                mean.add(&self.read_with(reading, &window, false).await?);
            }
        }
        Ok(mean.of().prediction)
    }
}

/// The other bases.
fn others(code: u8) -> impl Iterator<Item = u8> {
    (0..4).filter(move |&to| to != code)
}
