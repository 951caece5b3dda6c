//! Loss and correlations of a model on a split, computed without keeping the predictions.

use burn::tensor::Device;
use pollster::block_on;
use regulens::engine::Tiles;
use regulens::metrics::tracks::TrackComparison;
use regulens::model::basenji::Basenji;
use regulens::model::sequences::{Rest, Room, SequenceModel};
use regulens::nn::NamedTensors;
use regulens::task::tracks::TrackScore;
use regulens::weights::architecture::basenji::Config;

use super::loss::log_poisson_of;
use crate::tracks::dataset::Dataset;
use crate::tracks::manifest::Split;

/// Losses and correlations of a model on a split.
#[derive(Debug, Clone, PartialEq)]
pub struct SplitQuality {
    /// Mean loss of each track over the unmasked bins, [T].
    pub losses: Vec<f64>,
    /// Correlations.
    pub score: TrackScore,
}

impl SplitQuality {
    /// The mean of the tracks' losses, as published.
    pub fn loss(&self) -> f64 {
        self.losses.iter().sum::<f64>() / self.losses.len().max(1) as f64
    }

    /// The mean of the tracks' losses, each times its factor.
    pub fn weighed(&self, factors: &[f64]) -> f64 {
        let weighed = self.losses.iter().zip(factors);
        weighed.map(|(loss, factor)| loss * factor).sum::<f64>() / self.losses.len().max(1) as f64
    }
}

/// Predicts every window of a split and passes the prediction to `take` with the measured `columns` of the data,
/// [bins, columns], and the mask of bins (1: masked). `predict` gets a sequence, the number of windows done, and the
/// number of all.
pub fn each_window<P, E>(
    data: &Dataset,
    split: Split,
    columns: &[usize],
    mut predict: impl FnMut(&[u8], usize, usize) -> Result<P, E>,
    mut take: impl FnMut(&P, &[f32], &[u8]),
) -> Result<(), E> {
    let windows = data.windows(split);
    for (done, &window) in windows.iter().enumerate() {
        let masked = data.mask(window);
        let crop = data.manifest().crop();
        let kept = crop..masked.len() - crop;
        let measured: Vec<f32> = data
            .targets(window)
            .chunks_exact(data.tracks())
            .take(kept.end)
            .skip(kept.start)
            .flat_map(|bin| columns.iter().map(|&column| bin[column]))
            .collect();
        let predicted = predict(data.codes(window), done, windows.len())?;
        take(&predicted, &measured, &masked[kept]);
    }
    Ok(())
}

/// Accumulates loss and correlations window by window.
pub struct QualityAccumulator {
    comparison: TrackComparison,
    losses: Vec<f64>,
}

impl QualityAccumulator {
    /// No windows yet, for this number of tracks.
    pub fn new(tracks: usize) -> Self {
        Self {
            comparison: TrackComparison::new(tracks),
            losses: vec![0.0; tracks],
        }
    }

    /// Adds a window: predicted and measured are [bins, tracks].
    pub fn add(&mut self, predicted: &[f32], measured: &[f32], masked: &[u8]) {
        let tracks = self.losses.len();
        self.comparison.add(predicted, measured, Some(masked));
        let bins = predicted.chunks_exact(tracks).zip(measured.chunks_exact(tracks));
        let counted = bins.zip(masked).filter(|(_, mask)| **mask == 0);
        for ((predicted, measured), _) in counted {
            for ((loss, &p), &z) in self.losses.iter_mut().zip(predicted).zip(measured) {
                *loss += log_poisson_of(f64::from(p), f64::from(z));
            }
        }
    }

    /// The loss and correlations of all windows; track names are those of these columns of the data.
    pub fn quality(mut self, data: &Dataset, columns: &[usize]) -> SplitQuality {
        let bins = self.comparison.bins().max(1) as f64;
        self.losses.iter_mut().for_each(|loss| *loss /= bins);
        let of_data = &data.manifest().tracks;
        let names = columns.iter().map(|&column| of_data[column].name.as_str());
        SplitQuality {
            losses: self.losses,
            score: TrackScore::of(self.comparison.bins(), names.zip(self.comparison.fits())),
        }
    }
}

/// Predicts every window of a split and compares each of the model's tracks with its column of the data. `predict`
/// returns the [cropped bins, T] of a sequence; it gets the number of windows done and of all.
pub fn reach<E>(
    data: &Dataset,
    split: Split,
    columns: &[usize],
    predict: impl FnMut(&[u8], usize, usize) -> Result<Vec<f32>, E>,
) -> Result<SplitQuality, E> {
    let mut quality = QualityAccumulator::new(columns.len());
    let take = |predicted: &Vec<f32>, measured: &[f32], masked: &[u8]| quality.add(predicted, measured, masked);
    each_window(data, split, columns, predict, take)?;
    Ok(quality.quality(data, columns))
}

/// Largest activation before the context stage, in bytes: longer sequences are split into tiles.
const WORKING: u64 = 64 << 20;

/// A model for prediction.
pub fn load(config: &Config, weights: NamedTensors, device: &Device) -> Basenji {
    let room = Room {
        buffer: u64::MAX,
        windows: false,
    };
    Basenji::load(config, weights, room, device)
}

/// A model's prediction for one sequence, [cropped bins, T].
pub fn predict(model: &dyn SequenceModel, bases: &[u8]) -> Vec<f32> {
    let rest = Rest {
        crop: model.shape().crop,
        ..Rest::default()
    };
    let go_on = &mut async || Ok(());
    let output = block_on(async {
        let trunk = Tiles::new(model, WORKING).trunk(bases, 1, go_on).await?;
        model.head(trunk, rest, go_on).await
    });
    let output = output.expect("nothing ends it");
    let mut values: Vec<f32> = output
        .before_link
        .into_data()
        .try_to_vec()
        .expect("predictions are float32");
    values.iter_mut().for_each(|y| *y = model.link(*y));
    values
}
