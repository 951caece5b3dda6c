//! What an epoch leaves.

use regulens::nn::NamedTensors;
use serde::{Deserialize, Serialize};

/// What one epoch reached.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EpochRecord {
    /// Counted from 1.
    pub epoch: usize,
    /// Mean loss over the training data, while the weights were moving.
    pub training_loss: f64,
    /// The learner's [metrics](super::learner::Learner::METRICS) on the validation data.
    pub validation: Vec<f64>,
    /// The learning rate of its last step.
    pub rate: f64,
    /// How long it took, with its validation.
    pub seconds: f64,
}

/// The weights of the best epoch so far.
#[derive(Debug, Clone, PartialEq)]
pub struct Best {
    /// Counted from 1.
    pub epoch: usize,
    /// What chose it, on the validation data.
    pub score: f64,
    /// Its weights, by their published names.
    pub weights: NamedTensors,
}
