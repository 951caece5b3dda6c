//! Level of expression: AttentiveChrome as a regression in one cell type, a task of its own and a baseline of
//! DeepDiff's paper.

use burn::tensor::{Device, Tensor, TensorData};
use regulens::metrics::{mse, pearson, spearman};
use regulens::model::attentive_chrome::{Architecture, AttentiveChrome, Variant};
use regulens::nn::NamedTensors;

use super::attentive_chrome::{gene_in_training, log_odds, predicted};
use super::data::{Examples, Minibatch};
use super::initialise::OutputTarget;
use super::learner::StepId;
use super::recipe::attentive_chrome::Choice;
use super::supervised::signal;
use super::task::Task;
use super::trainer::TrainingError;

/// Mean squared error on log2(count + 1), the output of the classifier without a sigmoid.
#[derive(Debug, Clone, Copy)]
pub struct Level {
    /// The model.
    pub architecture: Architecture,
    /// Dropout of a gene's vector.
    pub dropout: f64,
    /// Metric that selects the epoch: the loss, or the Pearson correlation.
    pub choose: Choice,
}

impl Level {
    /// Its output with its target.
    pub fn outputs(&self) -> &'static [OutputTarget] {
        match self.architecture.variant() {
            Variant::LstmAlpha if self.architecture.sizes().head_hidden > 0 => &[("fdiff1_2.bias", 0)],
            Variant::CnnAttn | Variant::DeepChrome => &[("linear_3.bias", 0)],
            Variant::LstmAlphaBeta | Variant::LstmAlpha | Variant::LstmAttn | Variant::Lstm | Variant::CnnAlphaBeta => {
                &[("fdiff1_1.bias", 0)]
            }
        }
    }
}

impl Task for Level {
    type Model = AttentiveChrome;

    const METRICS: &'static [&'static str] = &["loss", "Pearson", "Spearman"];

    fn tensors(&self) -> Vec<(String, Vec<usize>)> {
        self.architecture.tensors()
    }

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
        id: StepId,
        device: &Device,
    ) -> Tensor<1> {
        let targets = TensorData::new(batch.targets.clone(), [batch.examples]);
        let targets = Tensor::from_data(targets, device);
        let gene = gene_in_training(model, signal(batch, examples, device), self.dropout, id);
        (log_odds(model.classify(gene)) - targets).powi_scalar(2).mean()
    }

    fn predict(&self, model: &AttentiveChrome, batch: &Minibatch, examples: &Examples, device: &Device) -> Vec<f32> {
        predicted(model, signal(batch, examples, device))
    }

    /// Constant predictions have no correlation.
    fn quality(&self, predictions: &[f64], examples: &Examples) -> Result<Vec<f64>, TrainingError> {
        let measured = examples.first_targets();
        Ok(vec![
            mse(predictions, &measured).unwrap_or(f64::INFINITY),
            pearson(predictions, &measured).unwrap_or(f64::NAN),
            spearman(predictions, &measured).unwrap_or(f64::NAN),
        ])
    }

    fn score(&self, validation: &[f64]) -> f64 {
        match self.choose {
            Choice::Loss => -validation[0],
            Choice::Auroc | Choice::Pearson => validation[1],
        }
    }
}

impl Examples {
    /// One cell type's examples of those of a pair: its marks, and its log2(count + 1).
    pub fn of_cell(pair: &Self, cell: usize) -> Self {
        let columns = pair.columns / 2;
        let values = pair.values.chunks_exact(columns).skip(cell).step_by(2);
        Self {
            values: values.flatten().copied().collect(),
            // Targets of a pair are the change, followed by both log counts.
            targets: pair.targets.chunks_exact(3).map(|targets| targets[1 + cell]).collect(),
            bins: pair.bins,
            columns,
        }
    }
}

#[cfg(test)]
mod tests {
    use burn::module::Module;
    use burn::optim::GradientsParams;
    use regulens::model::attentive_chrome::{Sizes, variants};
    use regulens::weights::Tensor as Weights;

    use super::super::initialise::{at_means, initialise};
    use super::*;
    use crate::train::golden::InPlaceOfWeights;
    use crate::train::initialise::Initialisation;

    const ID: StepId = StepId {
        seed: 1,
        epoch: 1,
        step: 1,
    };

    fn pair() -> Examples {
        Examples {
            values: vec![1.0, 2.0, 10.0, 20.0, 3.0, 4.0, 30.0, 40.0],
            targets: vec![1.0, 5.0, 6.0],
            bins: 2,
            columns: 4,
        }
    }

    /// Three genes of 15 bins and two marks, with their levels.
    fn genes() -> Examples {
        Examples {
            values: (0..90).map(|i| ((i * 37 % 11) as f32).ln_1p()).collect(),
            targets: vec![5.0, 6.5, 9.0],
            bins: 15,
            columns: 2,
        }
    }

    fn task(variant: &str) -> Level {
        let sizes = Sizes {
            marks: 2,
            bins: 15,
            bin_rnn_size: 4,
            head_hidden: 6,
            filters: 5,
            width: 3,
            hm_filters: 4,
            hidden_1: 7,
            hidden_2: 6,
            scores: 1,
            ..Sizes::default()
        };
        Level {
            architecture: Architecture::new(variant, sizes).unwrap(),
            dropout: 0.0,
            choose: Choice::Loss,
        }
    }

    fn loss(task: &Level, weights: &NamedTensors, device: &Device) -> Tensor<1> {
        let examples = genes();
        let batch = examples.in_order(3).next().unwrap();
        task.loss(&task.load(weights, device), &batch, &examples, ID, device)
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
        let task = Level {
            architecture,
            ..task("lstm-alpha-beta")
        };
        let mut weights = initialise(&architecture.tensors(), Initialisation::Uniform, 0.1, 1);
        weights.insert("fdiff1_1.bias".to_owned(), Weights::new(vec![1], vec![7.0]));
        let device = Device::flex();
        let model = task.load(&weights, &device);
        let examples = Examples::of_cell(&pair(), 1);
        let batch = examples.in_order(1).next().unwrap();
        let predicted = task.predict(&model, &batch, &examples, &device)[0];
        let loss: f32 = task.loss(&model, &batch, &examples, ID, &device).into_scalar();
        assert!((loss - (predicted - 6.0).powi(2)).abs() < 1e-4, "{loss} {predicted}");
        // No sigmoid keeps it below 1.
        assert!((6.0..8.0).contains(&predicted), "{predicted}");
    }

    #[test]
    fn every_variant_has_one_output_that_starts_at_the_mean_level() {
        for variant in variants() {
            let task = task(variant);
            let (device, examples) = (Device::flex(), genes());
            let shapes = task.architecture.tensors();
            let mut weights = initialise(&shapes, Initialisation::Uniform, 0.01, 1);
            at_means(&mut weights, task.outputs(), &examples);
            let (bias, _) = task.outputs()[0];
            assert_eq!(weights[bias].values, [20.5 / 3.0], "{variant}");
            assert_eq!(&shapes.last().unwrap().0, bias, "{variant}: the last layer's");
            let batch = examples.in_order(3).next().unwrap();
            let predicted = task.predict(&task.load(&weights, &device), &batch, &examples, &device);
            assert_eq!(predicted.len(), 3, "{variant}");
            for level in &predicted {
                assert!((level - 20.5 / 3.0).abs() < 0.1, "{variant}: {predicted:?}");
            }
            let squares = predicted
                .iter()
                .zip(&examples.targets)
                .map(|(a, b)| f64::from(a - b).powi(2));
            let expected = squares.sum::<f64>() / 3.0;
            let found: f32 = loss(&task, &weights, &device).into_scalar();
            assert!(
                (f64::from(found) - expected).abs() < 1e-4,
                "{variant}: {found} {expected}"
            );
        }
    }

    /// By central differences of the loss itself, at the largest gradient of each tensor.
    #[test]
    fn gradients_of_the_loss_are_its_slopes_in_every_variant() {
        const STEP: f32 = 0.01;
        for variant in variants() {
            let task = task(variant);
            let (plain, device) = (Device::flex(), Device::flex().autodiff());
            // Far from the levels, so that slopes are large beside what float32 rounds.
            let weights = initialise(&task.architecture.tensors(), Initialisation::Pytorch, 0.3, 2);
            let model = task.load(&weights, &device);
            let examples = genes();
            let batch = examples.in_order(3).next().unwrap();
            let loss_of = task.loss(&model, &batch, &examples, ID, &device);
            let gradients = GradientsParams::from_grads(loss_of.backward(), &model);
            let mut compared = 0;
            for (name, gradient) in task.store(&model.map(&mut InPlaceOfWeights(&gradients))) {
                let sizes = gradient.values.iter().map(|value| value.abs()).enumerate();
                let (at, size) = sizes.max_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
                if size < 0.02 {
                    continue;
                }
                let [above, below] = [STEP, -STEP].map(|step| {
                    let mut moved = weights.clone();
                    moved.get_mut(&name).unwrap().values[at] += step;
                    loss(&task, &moved, &plain).into_scalar::<f32>()
                });
                let slope = (above - below) / (2.0 * STEP);
                let found = gradient.values[at];
                assert!(
                    (slope - found).abs() < 0.05 * size + 1e-3,
                    "{variant}: {name}: {found}, by differences {slope}"
                );
                compared += 1;
            }
            assert!(compared >= 1, "{variant}: {compared} tensors");
        }
    }
}
