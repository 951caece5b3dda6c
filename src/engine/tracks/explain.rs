//! Importance of each base of a window to a track, by all explanations that are tested.

use std::ops::Range;

use super::strands::mean_of;
use super::{Reading, TrackEngine, TrackGradients};
use crate::error::Error;
use crate::interpret::attribution::{SequenceAttribution, SequenceMethod, Steps};
use crate::interpret::deletion::{BaseExplanation, motif_scores, random_bases, received};
use crate::interpret::motifs::ScoredMotif;
use crate::interpret::mutagenesis::Mutagenesis;
use crate::interpret::variants::{ScoreSettings, Strands, track_sum};
use crate::model::sequences::StepHook;

/// Settings of explanations of bases.
#[derive(Debug, Clone, Copy)]
pub struct ExplainedBases<'a> {
    /// Strands that are averaged. Attention is that of the given strand.
    pub strands: Strands,
    /// Number of shuffles of integrated gradients.
    pub shuffles: usize,
    /// Seed of the shuffles and of random numbers.
    pub seed: u64,
    /// Known motifs.
    pub motifs: &'a [ScoredMotif],
}

/// The sum of a track over some predicted bins of a window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrackSum {
    /// The track's number.
    pub track: usize,
    /// The predicted bins.
    pub bins: Range<usize>,
}

impl TrackSum {
    /// Sums a prediction [bins, tracks].
    fn of(&self, prediction: &[f32], tracks: usize) -> f64 {
        track_sum(prediction, tracks, self.track, self.bins.clone())
    }
}

impl TrackEngine {
    /// The explained sum, for a window. `go_on` is called between steps; its error ends it.
    ///
    /// # Errors
    /// As [`predict`](Self::predict); errors of `go_on`.
    ///
    /// # Panics
    /// If bases, tracks or bins are out of bounds.
    pub async fn sum_of(
        &self,
        codes: &[u8],
        sum: &TrackSum,
        strands: Strands,
        go_on: &mut dyn StepHook,
    ) -> Result<f32, Error> {
        let readings = self
            .readings(&[codes], &read_by(strands), false, Vec::new(), go_on)
            .await?;
        Ok(self.sum_of_readings(&readings, sum) as f32)
    }

    /// The same from readings.
    fn sum_of_readings(&self, readings: &[Reading], sum: &TrackSum) -> f64 {
        let tracks = self.shape().tracks;
        sum.of(&mean_of(readings, tracks), tracks)
    }

    /// Importance of `bases` of the window `codes` to a track's sum, one value each. Random numbers are seeded by
    /// `name`. `go_on` is called between steps; its error ends it.
    ///
    /// # Errors
    /// As [`attribute`](Self::attribute).
    ///
    /// # Panics
    /// As [`sum_of`](Self::sum_of), and if `bases` are out of bounds.
    pub async fn base_importance(
        &self,
        gradients: &TrackGradients,
        (name, codes): (&str, &[u8]),
        (sum, bases): (&TrackSum, Range<usize>),
        explanation: BaseExplanation,
        settings: &ExplainedBases<'_>,
        go_on: &mut dyn StepHook,
    ) -> Result<Vec<f32>, Error> {
        let shape = self.shape();
        let of_window = match explanation {
            BaseExplanation::Gradient | BaseExplanation::IntegratedGradients => {
                let method = match explanation {
                    BaseExplanation::Gradient => SequenceMethod::Gradient,
                    _ => SequenceMethod::IntegratedGradients {
                        shuffles: settings.shuffles,
                        seed: settings.seed,
                        steps: Steps::UntilComplete,
                    },
                };
                let summed = (sum.track, sum.bins.clone());
                let progress = &mut async |_: f64| go_on.ask().await;
                self.attribute(gradients, codes, summed, settings.strands, method, progress)
                    .await?
                    .contributions
            }
            BaseExplanation::Mutagenesis => return self.heights(codes, sum, bases, settings, go_on).await,
            BaseExplanation::Attention => {
                let batch = self.predict_in_steps(codes, true, go_on).await?;
                let bins = received(&batch.attention, shape.bins);
                (0..codes.len()).map(|base| bins[base / shape.bin]).collect()
            }
            BaseExplanation::Motifs => motif_scores(codes, settings.motifs),
            BaseExplanation::Random => random_bases(codes.len(), settings.seed, name),
        };
        Ok(of_window[bases].to_vec())
    }

    /// Heights of one window's bases, as in [`Mutagenesis::heights`].
    async fn heights(
        &self,
        codes: &[u8],
        sum: &TrackSum,
        bases: Range<usize>,
        settings: &ExplainedBases<'_>,
        go_on: &mut dyn StepHook,
    ) -> Result<Vec<f32>, Error> {
        let tracks = self.shape().tracks;
        let windows = [codes.to_vec()];
        let read = read_by(settings.strands);
        let readings = self.readings(&[codes], &read, false, Vec::new(), go_on).await?;
        let before = self.sum_of_readings(&readings, sum);
        let summed = |prediction: &[f32]| vec![sum.of(prediction, tracks)];
        let mut changes = Vec::with_capacity(bases.len());
        for base in bases.clone() {
            let place = (&[Some(base)][..], codes[base]);
            let read = (&readings[..], &windows[..]);
            changes.extend(self.exchanges(read, place, &summed, &[before], go_on).await?);
        }
        let found = Mutagenesis {
            start: bases.start,
            reference: codes[bases].to_vec(),
            bins: sum.bins.clone(),
            sum: before as f32,
            changes,
        };
        Ok(SequenceAttribution::of_mutagenesis(&found).contributions)
    }
}

/// Settings of windows without shifts, on these strands.
fn read_by(strands: Strands) -> ScoreSettings {
    ScoreSettings {
        strands,
        ..ScoreSettings::default()
    }
}
