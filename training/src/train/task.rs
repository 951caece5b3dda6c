//! Training tasks, one implementation per family.

use std::fmt::Debug;

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use regulens::nn::NamedTensors;

use super::data::{Examples, Minibatch};
use super::learner::StepId;
use super::trainer::TrainingError;

/// A model, its loss, and the metric that selects the best epoch.
pub trait Task: Clone {
    /// The model.
    type Model: Module + Clone + Debug;

    /// Names of the metrics on the validation genes.
    const METRICS: &'static [&'static str];

    /// All tensors that are trained or stored, with their shapes.
    fn tensors(&self) -> Vec<(String, Vec<usize>)>;

    /// Loads weights by their published names.
    fn load(&self, weights: &NamedTensors, device: &Device) -> Self::Model;

    /// The inverse of [`load`](Self::load).
    fn store(&self, model: &Self::Model) -> NamedTensors;

    /// Bytes per gene in the largest buffer of a forward pass.
    fn predicting(&self) -> u64;

    /// The mean loss of a batch.
    fn loss(
        &self,
        model: &Self::Model,
        batch: &Minibatch,
        examples: &Examples,
        id: StepId,
        device: &Device,
    ) -> Tensor<1>;

    /// The model's prediction for each example of a batch.
    fn predict(&self, model: &Self::Model, batch: &Minibatch, examples: &Examples, device: &Device) -> Vec<f32>;

    /// The [metrics](Self::METRICS) of predictions.
    ///
    /// # Errors
    /// If they are not defined for any model on these examples.
    fn quality(&self, predictions: &[f64], examples: &Examples) -> Result<Vec<f64>, TrainingError>;

    /// Score that selects the epoch, from the [metrics](Self::METRICS); higher is better.
    fn score(&self, validation: &[f64]) -> f64 {
        validation[0]
    }
}
