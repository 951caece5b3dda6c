//! Interface of the training loop to a model: steps, validation, and the state in checkpoints.

use regulens::nn::NamedTensors;

use super::error::TrainingError;
use super::optimiser::Moments;

/// A model with its optimiser and its data. One implementation for tables of genes, one for sequences with tracks.
pub trait Learner {
    /// Names of the metrics on the validation data after each epoch.
    const METRICS: &'static [&'static str];

    /// Possible remedy if the loss or the predictions are not finite.
    const REMEDY: &'static str;

    /// Prepares an epoch of a run, and returns its number of steps.
    fn begin(&mut self, seed: u64, epoch: usize) -> usize;

    /// Takes a step, and returns the loss before it.
    fn step(&mut self, id: StepId) -> Loss;

    /// The [metrics](Self::METRICS) of the current weights, or of their [average](Self::average).
    ///
    /// # Errors
    /// If they are not defined, or predictions are not finite.
    fn validate(&mut self, epoch: usize) -> Result<Vec<f64>, TrainingError>;

    /// The metric that selects the epoch; higher is better.
    fn score(&self, validation: &[f64]) -> f64 {
        validation[0]
    }

    /// The current weights, by their published names.
    fn weights(&self) -> NamedTensors;

    /// The average of the weights over steps, if any: it is used for validation and is the result of a run.
    fn average(&self) -> Option<NamedTensors> {
        None
    }

    /// The optimiser's state.
    fn moments(&self) -> Moments;

    /// Restores [`weights`](Self::weights), [`average`](Self::average) and [`moments`](Self::moments).
    fn restore(&mut self, weights: &NamedTensors, average: Option<&NamedTensors>, moments: Moments);
}

/// A step of a run, the seed of its random numbers.
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
