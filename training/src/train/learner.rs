//! The learner that a run trains, as the loop sees it: steps, validation, and all that a checkpoint keeps.

use regulens::nn::NamedTensors;

use super::error::TrainingError;
use super::optimiser::Moments;

/// A model with its optimiser and its data. One implementation for tables of genes, one for sequences with tracks.
pub trait Learner {
    /// Names of the metrics on the validation data after each epoch.
    const METRICS: &'static [&'static str];

    /// Possible remedy where the loss or the predictions stop being numbers.
    const REMEDY: &'static str;

    /// Readies an epoch of a run: the number of its steps.
    fn begin(&mut self, seed: u64, epoch: usize) -> usize;

    /// Takes a step; the loss before it.
    fn step(&mut self, id: StepId) -> Loss;

    /// The [metrics](Self::METRICS) of the weights as they are, or of their [average](Self::average).
    ///
    /// # Errors
    /// If they are not defined, or the predictions are no numbers.
    fn validate(&mut self, epoch: usize) -> Result<Vec<f64>, TrainingError>;

    /// The metric that chooses the epoch: higher is better.
    fn score(&self, validation: &[f64]) -> f64 {
        validation[0]
    }

    /// The weights as they are, by their published names.
    fn weights(&self) -> NamedTensors;

    /// The average of the weights over steps, where one is kept: it is then what is validated and what a run ends with.
    fn average(&self) -> Option<NamedTensors> {
        None
    }

    /// The optimiser's memory.
    fn moments(&self) -> Moments;

    /// Takes up where [`weights`](Self::weights), [`average`](Self::average) and [`moments`](Self::moments) were read.
    fn restore(&mut self, weights: &NamedTensors, average: Option<&NamedTensors>, moments: Moments);
}

/// Which step of which run: what random numbers of it are drawn from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StepId {
    /// The run's seed.
    pub seed: u64,
    /// Counted from 1.
    pub epoch: usize,
    /// Counted from 1.
    pub step: usize,
}

/// Loss of a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Loss {
    /// Mean over the examples of the step.
    pub mean: f64,
    /// Number of examples.
    pub examples: usize,
    /// The learning rate of the step.
    pub rate: f64,
}
