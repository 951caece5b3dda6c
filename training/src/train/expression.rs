//! How much is a gene expressed? AttentiveChrome as a regression, in one cell type: what DeepDiff's paper compares a
//! model of the change with.

use burn::tensor::{Device, Tensor, TensorData};
use regulens::metrics::{mse, pearson};
use regulens::model::attentive_chrome::{Architecture, AttentiveChrome};
use regulens::nn::NamedTensors;

use super::attentive_chrome::log_odds;
use super::data::{Examples, Minibatch};
use super::initialise::OutputTarget;
use super::learner::StepId;
use super::supervised::signal;
use super::task::Task;
use super::trainer::TrainingError;

/// Mean squared error on log2(count + 1), which the classifier gives without a sigmoid; validation Pearson chooses.
#[derive(Debug, Clone, Copy)]
pub struct Expressed {
    /// Which model.
    pub architecture: Architecture,
}

impl Expressed {
    /// Its output with the target that it is to give.
    pub const OUTPUTS: &[OutputTarget] = &[("fdiff1_1.bias", 0)];

    /// `[N]`, log2(count + 1).
    fn forward(&self, model: &AttentiveChrome, batch: &Minibatch, examples: &Examples, device: &Device) -> Tensor<1> {
        let gene = model.embed(signal(batch, examples, device)).gene;
        log_odds(model.classify(gene))
    }
}

impl Task for Expressed {
    type Model = AttentiveChrome;

    const METRICS: &'static [&'static str] = &["Pearson", "MSE"];

    fn load(&self, weights: &NamedTensors, device: &Device) -> AttentiveChrome {
        AttentiveChrome::load(self.architecture, weights, device)
    }

    fn store(&self, model: &AttentiveChrome) -> NamedTensors {
        model.store()
    }

    fn predicting(&self) -> u64 {
        self.architecture.predicting()
    }

    fn loss(
        &self,
        model: &AttentiveChrome,
        batch: &Minibatch,
        examples: &Examples,
        _: StepId,
        device: &Device,
    ) -> Tensor<1> {
        let targets = TensorData::new(batch.targets.clone(), [batch.examples]);
        let targets = Tensor::from_data(targets, device);
        (self.forward(model, batch, examples, device) - targets)
            .powi_scalar(2)
            .mean()
    }

    fn predict(&self, model: &AttentiveChrome, batch: &Minibatch, examples: &Examples, device: &Device) -> Vec<f32> {
        self.forward(model, batch, examples, device)
            .into_data()
            .try_to_vec()
            .expect("log counts are float32")
    }

    /// Predictions without spread have no correlation.
    fn quality(&self, predictions: &[f64], examples: &Examples) -> Result<Vec<f64>, TrainingError> {
        let measured = examples.first_targets();
        Ok(vec![
            pearson(predictions, &measured).unwrap_or(f64::NAN),
            mse(predictions, &measured).unwrap_or(f64::INFINITY),
        ])
    }
}

impl Examples {
    /// One cell type's examples out of those of a pair: its marks, and its log2(count + 1).
    pub fn of_cell(pair: &Self, cell: usize) -> Self {
        let columns = pair.columns / 2;
        let values = pair.values.chunks_exact(columns).skip(cell).step_by(2);
        Self {
            values: values.flatten().copied().collect(),
            // A pair has the change, and then both log counts.
            targets: pair.targets.chunks_exact(3).map(|targets| targets[1 + cell]).collect(),
            bins: pair.bins,
            columns,
        }
    }
}

#[cfg(test)]
mod tests {
    use regulens::model::attentive_chrome::Sizes;
    use regulens::weights::Tensor as Weights;

    use super::super::initialise::initialise;
    use super::*;
    use crate::train::initialise::Initialisation;

    fn pair() -> Examples {
        Examples {
            values: vec![1.0, 2.0, 10.0, 20.0, 3.0, 4.0, 30.0, 40.0],
            targets: vec![1.0, 5.0, 6.0],
            bins: 2,
            columns: 4,
        }
    }

    #[test]
    fn a_cell_type_has_its_own_marks_and_counts() {
        let [a, b] = [0, 1].map(|cell| Examples::of_cell(&pair(), cell));
        assert_eq!(a.values, [1.0, 2.0, 3.0, 4.0]);
        assert_eq!(b.values, [10.0, 20.0, 30.0, 40.0]);
        assert_eq!((a.targets, b.targets), (vec![5.0], vec![6.0]));
        assert_eq!((a.bins, a.columns), (2, 2));
    }

    #[test]
    fn the_loss_is_the_squared_error_of_what_is_predicted() {
        let sizes = Sizes {
            marks: 2,
            bins: 2,
            bin_rnn_size: 4,
            ..Sizes::default()
        };
        let architecture = Architecture::new("lstm-alpha-beta", sizes).unwrap();
        let task = Expressed { architecture };
        let mut weights = initialise(&architecture.tensors(), Initialisation::Uniform, 0.1, 1);
        weights.insert("fdiff1_1.bias".to_owned(), Weights::new(vec![1], vec![7.0]));
        let device = Device::flex();
        let model = task.load(&weights, &device);
        let examples = Examples::of_cell(&pair(), 1);
        let batch = examples.in_order(1).next().unwrap();
        let predicted = task.predict(&model, &batch, &examples, &device)[0];
        let id = StepId {
            seed: 1,
            epoch: 1,
            step: 1,
        };
        let loss: f32 = task.loss(&model, &batch, &examples, id, &device).into_scalar();
        assert!((loss - (predicted - 6.0).powi(2)).abs() < 1e-4, "{loss} {predicted}");
        // No sigmoid keeps it below 1.
        assert!((6.0..8.0).contains(&predicted), "{predicted}");
    }
}
