//! In-silico mutagenesis of a model of sequences.

use std::ops::Range;

use super::TrackEngine;
use super::strands::Mean;
use crate::error::Error;
use crate::interpret::mutagenesis::{Mutagenesis, parts};
use crate::interpret::variants::{ScoreSettings, track_sum};
use crate::sequence::Window;

impl TrackEngine {
    /// Exchanges each base of `region` of a record for each other one, and says what that does to each of `tracks`, by
    /// their numbers, in windows that have the region in their middle. Of each exchange only what sees the base is
    /// computed again. `between` is told how many exchanges are done, of how many, before each, and between the steps of
    /// a window; its errors end it.
    ///
    /// # Errors
    /// As [`predict`](Self::predict), and those of `between`.
    ///
    /// # Panics
    /// If the region is beyond the record, or a track beyond the model's.
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
        let exchanges = |code: u8| (0..4).filter(move |&to| to != code);
        let total = codes.iter().map(|&code| exchanges(code).count()).sum();
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
            let sums = |mean: Mean| -> Vec<f64> {
                let prediction = mean.of();
                let sum = |&track: &usize| track_sum(&prediction, sizes.tracks, track, bins.clone());
                tracks.iter().map(sum).collect()
            };
            let mut go_on = async || between(done, total).await;
            let references: Vec<&[u8]> = windows.iter().map(Vec::as_slice).collect();
            let readings = self
                .readings(&references, settings, false, Vec::new(), &mut go_on)
                .await?;
            let mut mean = Mean::default();
            readings
                .iter()
                .for_each(|reading| mean.add(&reading.prediction(sizes.tracks)));
            let without = sums(mean);
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
                for to in exchanges(record[base]) {
                    between(done, total).await?;
                    let mut mean = Mean::default();
                    for (number, reading) in readings.iter().enumerate() {
                        let shift = number / settings.strands.reverse().len();
                        let mut window = windows[shift].clone();
                        let at = base as i64 - part.start + settings.shifts[shift] as i64;
                        // A large shift leaves it outside.
                        if let Some(code) = usize::try_from(at).ok().and_then(|at| window.get_mut(at)) {
                            *code = to;
                        }
                        mean.add(&self.read_with(reading, &window, false).await?.prediction);
                    }
                    let with = sums(mean);
                    for ((found, with), without) in found.iter_mut().zip(with).zip(&without) {
                        found.changes[base - region.start][usize::from(to)] = (with - without) as f32;
                    }
                    done += 1;
                }
            }
        }
        Ok(found)
    }
}
