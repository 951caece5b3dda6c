//! Predictions of windows on both strands and with shifts, and their mean.

use super::edits::Reference;
use super::{TrackBatch, TrackEngine};
use crate::error::Error;
use crate::interpret::variants::{ScoreSettings, Strands};
use crate::model::sequences::StepHook;
use crate::sequence::codes;

/// A window as read on one strand, with the model's predictions.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// True for the reverse strand.
    reverse: bool,
    reference: Reference,
}

/// Predictions to average.
#[derive(Debug, Default)]
pub(super) struct Mean {
    sum: Vec<f64>,
    /// Predictions of an ensemble's members.
    members: Vec<Vec<f64>>,
    count: usize,
}

impl Reading {
    /// Predictions in the bins of the forward strand, without attention.
    pub(super) fn forward(&self, tracks: usize) -> TrackBatch {
        let TrackBatch {
            prediction, members, ..
        } = self.reference.batch();
        let batch = TrackBatch {
            prediction: prediction.clone(),
            attention: Vec::new(),
            members: members.clone(),
        };
        forward(batch, self.reverse, tracks)
    }

    /// Attention on its strand; empty if not requested.
    pub(super) fn attention(&self) -> &[Vec<f32>] {
        &self.reference.batch().attention
    }
}

impl Strands {
    /// One flag per strand: true for the reverse strand.
    pub(super) fn reverse(self) -> &'static [bool] {
        match self {
            Self::Both => &[false, true],
            Self::Forward => &[false],
        }
    }
}

impl TrackEngine {
    /// Reads each of `windows`, one per shift of the settings, on each strand. Reuses readings of the same bases in
    /// `before`. Attention is that of the first window's own strand.
    ///
    /// # Errors
    /// As [`predict`](Self::predict); errors of `between`.
    pub(super) async fn readings(
        &self,
        windows: &[&[u8]],
        settings: &ScoreSettings,
        attention: bool,
        mut before: Vec<Reading>,
        between: &mut dyn StepHook,
    ) -> Result<Vec<Reading>, Error> {
        let mut readings = Vec::with_capacity(2 * windows.len());
        for window in windows {
            for &reverse in settings.strands.reverse() {
                let attention = attention && readings.is_empty();
                let codes = strand(window, reverse);
                let known = before.iter().position(|of| {
                    let attends = !of.attention().is_empty();
                    of.reverse == reverse && of.reference.codes() == codes && (attends || !attention)
                });
                readings.push(match known {
                    Some(place) => before.swap_remove(place),
                    None => Reading {
                        reverse,
                        reference: self.reference(&codes, attention, between).await?,
                    },
                });
            }
        }
        Ok(readings)
    }

    /// Predicts for `window` in place of this one: only what the differing bases reach is computed.
    ///
    /// # Errors
    /// As [`predict`](Self::predict).
    pub(super) async fn read_with(
        &self,
        reading: &Reading,
        window: &[u8],
        attention: bool,
    ) -> Result<TrackBatch, Error> {
        let codes = strand(window, reading.reverse);
        let before = reading.reference.codes();
        let differs = |at: &usize| codes[*at] != before[*at];
        let Some(first) = (0..codes.len()).find(differs) else {
            return Ok(TrackBatch {
                attention: reading.attention().to_vec(),
                ..reading.forward(self.shape().tracks)
            });
        };
        let last = (first..codes.len()).rev().find(differs).expect("one that differs");
        let batch = self
            .edited(&reading.reference, first, &codes[first..=last], attention)
            .await?;
        Ok(forward(batch, reading.reverse, self.shape().tracks))
    }
}

/// The mean prediction of all readings [cropped bins, tracks].
pub(super) fn mean_of(readings: &[Reading], tracks: usize) -> Vec<f32> {
    let mut mean = Mean::default();
    for reading in readings {
        mean.add(&reading.forward(tracks));
    }
    mean.of().prediction
}

impl Mean {
    pub(super) fn add(&mut self, batch: &TrackBatch) {
        add(&mut self.sum, &batch.prediction);
        self.members.resize_with(batch.members.len(), Vec::new);
        for (sum, member) in self.members.iter_mut().zip(&batch.members) {
            add(sum, member);
        }
        self.count += 1;
    }

    /// The mean, without attention.
    pub(super) fn of(self) -> TrackBatch {
        let count = self.count as f64;
        let of = |sums: Vec<f64>| sums.into_iter().map(|sum| (sum / count) as f32).collect();
        TrackBatch {
            prediction: of(self.sum),
            attention: Vec::new(),
            members: self.members.into_iter().map(of).collect(),
        }
    }
}

fn add(sums: &mut Vec<f64>, values: &[f32]) {
    sums.resize(values.len(), 0.0);
    for (sum, value) in sums.iter_mut().zip(values) {
        *sum += f64::from(*value);
    }
}

/// A window as read on a strand.
pub(super) fn strand(window: &[u8], reverse: bool) -> Vec<u8> {
    let mut codes = window.to_vec();
    if reverse {
        codes::reverse_complement(&mut codes);
    }
    codes
}

/// Predictions of a strand in the bins of the forward strand; attention is not changed.
pub(super) fn forward(batch: TrackBatch, reverse: bool, tracks: usize) -> TrackBatch {
    if !reverse {
        return batch;
    }
    let turned = |prediction: &Vec<f32>| prediction.chunks_exact(tracks).rev().flatten().copied().collect();
    TrackBatch {
        prediction: turned(&batch.prediction),
        members: batch.members.iter().map(turned).collect(),
        attention: batch.attention,
    }
}
