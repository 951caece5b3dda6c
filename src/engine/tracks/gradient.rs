//! Attribution of a track's sum over bins to bases.

use std::ops::Range;

use super::TrackEngine;
use crate::error::Error;
use crate::interpret::attribution::{Scorer, SequenceAttribution, SequenceMethod, attribute_sequence};
use crate::interpret::variants::Strands;
use crate::model::sequences::{Gradients, ProgressHook, Summed};

/// Weights for gradients, on the CPU even if the model predicts elsewhere. One per member of an ensemble.
pub struct TrackGradients(Vec<Box<dyn Gradients>>);

/// The sum of a track over bins of windows, averaged over the strands.
struct OfWindows<'a> {
    engine: &'a TrackEngine,
    gradients: &'a dyn Gradients,
    summed: Summed,
    strands: Strands,
    /// Progress, from 0 to 1.
    share: f64,
    progress: &'a mut dyn ProgressHook,
}

impl TrackEngine {
    /// The weights for gradients; make them once per model.
    pub fn gradients(&self) -> TrackGradients {
        TrackGradients(self.all().map(|member| member.model.gradients()).collect())
    }

    /// Attributes the sum of a track over predicted `bins` of the window `codes` to its bases. The attribution of an
    /// ensemble is the mean over its members, which is that of their mean prediction. `progress` is called between the
    /// steps of each pass with the fraction that is done at least; its error ends it.
    ///
    /// # Errors
    /// As [`attribute_sequence`]; errors of `progress`.
    ///
    /// # Panics
    /// If bases, tracks or bins are out of bounds.
    pub async fn attribute(
        &self,
        gradients: &TrackGradients,
        codes: &[u8],
        (track, bins): (usize, Range<usize>),
        strands: Strands,
        method: SequenceMethod,
        progress: &mut dyn ProgressHook,
    ) -> Result<SequenceAttribution, Error> {
        self.check(codes);
        let mut members = Vec::with_capacity(self.members());
        for (engine, gradients) in self.all().zip(&gradients.0) {
            let (done, all) = (members.len() as f64, self.members() as f64);
            let progress = &mut async |share: f64| progress.tell((done + share) / all).await;
            let mut scorer = OfWindows {
                engine,
                gradients: &**gradients,
                summed: Summed {
                    track,
                    bins: bins.clone(),
                },
                strands,
                share: 0.0,
                progress,
            };
            members.push(attribute_sequence(&mut scorer, codes, method).await?);
        }
        Ok(SequenceAttribution::mean(members))
    }
}

impl OfWindows<'_> {
    /// The window as read on each strand. The other strand's channels are those of this one reversed: reversing A, C,
    /// G, T gives T, G, C, A.
    fn strands(&self, window: &[f32]) -> Vec<(bool, Vec<f32>, Summed)> {
        let cropped = self.engine.shape().cropped;
        let read = self.strands.reverse().iter().map(|&reverse| {
            let Summed { track, bins } = self.summed.clone();
            if reverse {
                let bins = cropped - bins.end..cropped - bins.start;
                (reverse, window.iter().rev().copied().collect(), Summed { track, bins })
            } else {
                (reverse, window.to_vec(), Summed { track, bins })
            }
        });
        read.collect()
    }
}

impl Scorer for OfWindows<'_> {
    type Failure = Error;

    async fn scores(&mut self, values: &[f32], genes: usize) -> Result<Vec<f32>, Error> {
        let mut scores = Vec::with_capacity(genes);
        for window in values.chunks_exact(values.len() / genes) {
            let (mut sum, count) = (0.0, self.strands.reverse().len());
            for (_, x, summed) in self.strands(window) {
                let (share, progress) = (self.share, &mut *self.progress);
                let between = &mut async || progress.tell(share).await;
                sum += self.gradients.sum(x, &summed, between).await?;
            }
            scores.push((sum / count as f64) as f32);
        }
        Ok(scores)
    }

    async fn gradient(&mut self, values: &[f32], genes: usize) -> Result<Vec<f32>, Error> {
        Ok(self.scored_gradient(values, genes).await?.1)
    }

    async fn scored_gradient(&mut self, values: &[f32], genes: usize) -> Result<(Vec<f32>, Vec<f32>), Error> {
        let mut scores = Vec::with_capacity(genes);
        let mut gradients = Vec::with_capacity(values.len());
        for window in values.chunks_exact(values.len() / genes) {
            let (mut mean, mut sum) = (vec![0.0; window.len()], 0.0);
            let count = self.strands.reverse().len();
            let part = 1.0 / count as f32;
            for (reverse, x, summed) in self.strands(window) {
                let (share, progress) = (self.share, &mut *self.progress);
                let between = &mut async || progress.tell(share).await;
                let found = self.gradients.input_gradient(x, &summed, between).await?;
                sum += found.sum;
                let add = |(mean, slope): (&mut f32, &f32)| *mean += part * slope;
                if reverse {
                    mean.iter_mut().zip(found.gradient.iter().rev()).for_each(add);
                } else {
                    mean.iter_mut().zip(&found.gradient).for_each(add);
                }
            }
            scores.push((sum / count as f64) as f32);
            gradients.extend(mean);
        }
        Ok((scores, gradients))
    }

    fn has_done(&mut self, share: f64) {
        self.share = share;
    }

    async fn go_on(&mut self) -> Result<(), Error> {
        self.progress.tell(self.share).await
    }
}
