//! A model of sequences with one of them, and the calls that are timed.

use std::path::Path;
use std::time::Instant;

use burn::optim::GradientsParams;
use burn::tensor::Device;
use pollster::block_on;
use regulens::engine::{DeviceKind, TrackBatch, TrackEngine, TrackShape};
use regulens::model::basenji::{Config, TrainableBasenji};
use regulens::nn::NamedTensors;
use regulens::weights::WeightFile;

use super::attentive_chrome::milliseconds;
use super::serve::{self, Timed};
use crate::cli::error::CliError;
use crate::cli::genome::Sequences;
use crate::cli::runner;
use crate::train::optimiser::{Optimiser, Settings};
use crate::train::tracks::loss::{Measured, log_poisson};

/// Model that is timed, with its sequence.
pub struct Sequence {
    engine: TrackEngine,
    device: Device,
    config: Config,
    weights: NamedTensors,
    codes: Vec<u8>,
    found: Option<TrackBatch>,
    training: Option<Training>,
}

/// A training on the way.
struct Training {
    model: TrainableBasenji,
    optimiser: Optimiser,
    losses: Vec<f64>,
}

impl Sequence {
    /// Places the model on the device only. The bases are those of the first record of `fasta`.
    pub fn new(weights: WeightFile, device: DeviceKind, fasta: Option<&Path>) -> Result<Self, CliError> {
        let device = runner::open(device)?;
        let config = Config::of(&weights.card).map_err(|problem| problem.of(&weights.card.name))?;
        let tensors = weights.tensors.clone();
        let engine = TrackEngine::new(weights, &device)?;
        let length = engine.shape().length;
        let codes = match fasta {
            Some(path) => first_record(path, length)?,
            None => random(length),
        };
        Ok(Self {
            engine,
            device,
            config,
            weights: tensors,
            codes,
            found: None,
            training: None,
        })
    }

    /// The model's name.
    pub fn name(&self) -> &str {
        &self.engine.card().name
    }

    /// Bases of the sequence.
    pub fn bases(&self) -> usize {
        self.codes.len()
    }
}

impl Training {
    fn new(config: &Config, weights: &NamedTensors, device: &Device) -> Self {
        Self {
            model: TrainableBasenji::load(config, weights, &device.clone().autodiff()),
            optimiser: Optimiser::new(Settings::PUBLISHED),
            losses: Vec::new(),
        }
    }

    /// Forward, the published loss, backward, clipping and Adam; nothing is dropped.
    fn step(&mut self, codes: &[u8], measured: &Measured<'_>) {
        let output = self.model.forward(codes, measured.examples, None);
        let values = measured.bins() * measured.tracks as f64;
        let loss = log_poisson(output.prediction, measured).sum() / values;
        let gradients = GradientsParams::from_grads(loss.backward(), &self.model);
        let moved = self.optimiser.step(self.model.clone(), gradients);
        self.model = moved.clip_decays();
        self.model.update(output.statistics);
        self.losses.push(f64::from(loss.into_scalar::<f32>()));
    }
}

impl Timed for Sequence {
    fn predict(&mut self, sequences: usize) -> Result<f64, String> {
        check(sequences)?;
        let begin = Instant::now();
        let run = self.engine.predict(&self.codes, false);
        self.found = Some(block_on(run).map_err(|error| error.to_string())?);
        Ok(milliseconds(begin))
    }

    fn outputs(&self) -> Option<Vec<u8>> {
        let TrackShape { cropped, tracks, .. } = self.engine.shape();
        let prediction = &self.found.as_ref()?.prediction;
        let named = ("prediction".to_owned(), vec![cropped, tracks], prediction.as_slice());
        Some(serve::safetensors(&[named]))
    }

    /// A step towards [`targets`], with the settings of a table's step. The next step waits for the updated weights.
    fn step(&mut self, sequences: usize) -> Result<f64, String> {
        check(sequences)?;
        let (targets, counted) = (targets(&self.codes, &self.config), vec![1.0; self.config.cropped()]);
        let measured = Measured {
            targets: &targets,
            counted: &counted,
            examples: 1,
            tracks: self.config.targets,
        };
        let training = self
            .training
            .get_or_insert_with(|| Training::new(&self.config, &self.weights, &self.device));
        let begin = Instant::now();
        training.step(&self.codes, &measured);
        self.device
            .sync()
            .map_err(|error| format!("the device did not finish: {error}"))?;
        Ok(milliseconds(begin))
    }

    fn trained(&self) -> Option<Vec<u8>> {
        let training = self.training.as_ref()?;
        Some(serve::trained(training.model.store(), &training.losses))
    }

    fn reset(&mut self) {
        self.training = None;
    }
}

/// Checks that the request is for one sequence.
fn check(sequences: usize) -> Result<(), String> {
    if sequences == 1 {
        return Ok(());
    }
    Err(format!(
        "asked for {sequences} sequences; a sequence model is timed on one"
    ))
}

/// The target of a training step, [cropped bins, tracks]: an eighth of the number of A, C, G and T in the bin, one base
/// for each track in turn. Other programs can count the same.
fn targets(codes: &[u8], config: &Config) -> Vec<f32> {
    let (crop, tracks) = (config.crop(), config.targets);
    let bins = codes.chunks_exact(config.bin());
    bins.skip(crop)
        .take(config.cropped())
        .flat_map(|bin| {
            let mut counts = [0_u16; 4];
            for &code in bin {
                if let Some(count) = counts.get_mut(usize::from(code)) {
                    *count += 1;
                }
            }
            (0..tracks).map(move |track| f32::from(counts[track % 4]) / 8.0)
        })
        .collect()
}

/// The codes of the first record, cut to the model's length.
fn first_record(path: &Path, length: usize) -> Result<Vec<u8>, CliError> {
    let file = path.display().to_string();
    let record = Sequences::open(path)?.record(0)?;
    if record.codes.len() == length {
        return Ok(record.codes);
    }
    let problem = format!(
        "record {} has {} bases, but the model reads {length}; give a record of that length",
        record.name,
        record.codes.len()
    );
    Err(CliError::file(file, problem))
}

/// Bases of a linear congruential sequence (Numerical Recipes' constants).
fn random(length: usize) -> Vec<u8> {
    let mut state = 2018_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 30) as u8
    };
    (0..length).map(|_| next()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use regulens::model::basenji::Context;

    #[test]
    fn targets_count_the_bases_of_bins_that_are_not_cropped() {
        let config = Config {
            targets: 5,
            ..Config::small(Context::None)
        };
        let mut codes = vec![0; config.length];
        let first = config.buffer;
        codes[first..first + 8].copy_from_slice(&[1, 1, 2, 3, 3, 3, 4, 4]);
        let found = targets(&codes, &config);
        assert_eq!(found.len(), config.cropped() * 5);
        let a = (config.bin() - 8) as f32 / 8.0;
        assert_eq!(found[..5], [a, 0.25, 0.125, 0.375, a]);
        assert_eq!(found[5..10], [a + 1.0, 0.0, 0.0, 0.0, a + 1.0]);
    }
}
