//! What a model predicts over a split: its loss and its correlations, without keeping the predictions.

use burn::tensor::Device;
use regulens::metrics::tracks::{TrackComparison, TrackFit};
use regulens::model::basenji::{Basenji, Room};
use regulens::nn::NamedTensors;
use regulens::weights::architecture::basenji::Config;
use regulens::weights::card::{TrackScore, TrackValue};

use super::loss::log_poisson_of;
use crate::tracks::dataset::Dataset;
use crate::tracks::manifest::Split;

/// What a model reaches on a split.
#[derive(Debug, Clone, PartialEq)]
pub struct Reached {
    /// Mean of the loss over bins that count, and over tracks.
    pub loss: f64,
    /// Correlations.
    pub score: TrackScore,
}

/// Predicts every window of a split, and compares each of the model's tracks with the column of the data that `columns` names for it.
/// `predict` gives the [cropped bins, T] of a sequence; it is told how many windows of how many are done.
pub fn reach<E>(
    data: &Dataset,
    split: Split,
    columns: &[usize],
    mut predict: impl FnMut(&[u8], usize, usize) -> Result<Vec<f32>, E>,
) -> Result<Reached, E> {
    let tracks = columns.len();
    let windows = data.windows(split);
    let mut comparison = TrackComparison::new(tracks);
    let mut loss = 0.0;
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
        let masked = &masked[kept];
        comparison.add(&predicted, &measured, Some(masked));
        let bins = predicted
            .chunks_exact(tracks)
            .zip(measured.chunks_exact(tracks));
        let counted = bins.zip(masked).filter(|(_, mask)| **mask == 0);
        loss += counted
            .flat_map(|((predicted, measured), _)| predicted.iter().zip(measured))
            .map(|(&p, &z)| log_poisson_of(f64::from(p), f64::from(z)))
            .sum::<f64>();
    }
    let of_data = &data.manifest().tracks;
    let names = columns.iter().map(|&column| of_data[column].name.as_str());
    Ok(Reached {
        loss: loss / (comparison.bins() * tracks).max(1) as f64,
        score: score(&comparison, names),
    })
}

/// The figures of a comparison under the tracks' names.
pub fn score<'a>(comparison: &TrackComparison, names: impl Iterator<Item = &'a str>) -> TrackScore {
    let fits = comparison.fits();
    let mean = TrackFit::mean(&fits);
    TrackScore {
        n: comparison.bins(),
        // Of tracks without spread nothing is explained.
        pearson: mean.pearson.unwrap_or(0.0),
        log_pearson: mean.log_pearson.unwrap_or(0.0),
        r2: mean.r2.unwrap_or(0.0),
        per_track: fits
            .iter()
            .zip(names)
            .map(|(fit, name)| TrackValue {
                name: name.to_owned(),
                pearson: fit.pearson,
                log_pearson: fit.log_pearson,
                r2: fit.r2,
            })
            .collect(),
    }
}

/// Most bytes of an activation before the context stage: longer sequences go piece by piece.
const WORKING: u64 = 64 << 20;

/// A model as it predicts.
pub fn load(config: &Config, weights: &NamedTensors, device: &Device) -> Basenji {
    let room = Room {
        working: WORKING,
        buffer: u64::MAX,
    };
    Basenji::load(config, weights.clone(), room, device)
}

/// What a model predicts for one sequence, [cropped bins, T].
pub fn predict(model: &Basenji, bases: &[u8]) -> Vec<f32> {
    let config = model.config();
    let output = model.head(model.trunk(bases, 1), config.crop(), false);
    let mut values: Vec<f32> = output
        .before_link
        .into_data()
        .try_to_vec()
        .expect("predictions are float32");
    values.iter_mut().for_each(|y| *y = config.link.apply(*y));
    values
}

/// The mean of each track over the training windows' bins that count and are predicted.
pub fn mean_targets(data: &Dataset) -> Vec<f64> {
    let tracks = data.tracks();
    let crop = data.manifest().crop();
    let (mut sums, mut bins) = (vec![0.0; tracks], 0_usize);
    for &window in data.windows(Split::Train) {
        let masked = data.mask(window);
        let kept = crop..masked.len() - crop;
        let measured = data.targets(window).chunks_exact(tracks).zip(masked);
        for (bin, _) in measured
            .take(kept.end)
            .skip(kept.start)
            .filter(|(_, mask)| **mask == 0)
        {
            sums.iter_mut()
                .zip(bin)
                .for_each(|(sum, &value)| *sum += f64::from(value));
            bins += 1;
        }
    }
    sums.iter_mut().for_each(|sum| *sum /= bins.max(1) as f64);
    sums
}
