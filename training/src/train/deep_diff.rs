//! DeepDiff's task: the change of expression from A to B.

#[cfg(test)]
mod golden;

use burn::tensor::{Device, Tensor, TensorData};
use clap::ValueEnum;
use regulens::metrics::pearson;
use regulens::model::deep_diff::{Architecture, DeepDiff, Inputs, Output};
use regulens::nn::NamedTensors;
use regulens::weights::architecture::deep_diff::Form;
use serde::{Deserialize, Serialize};

use super::data::{Examples, Minibatch};
use super::initialise::OutputTarget;
use super::learner::StepId;
use super::task::Task;
use super::trainer::TrainingError;

/// The published losses; the validation Pearson correlation selects the epoch.
#[derive(Debug, Clone, Copy)]
pub struct Change {
    /// The model.
    pub architecture: Architecture,
    /// The contrastive loss on the cell types' embeddings, in the siamese variants.
    pub contrast: Contrast,
}

/// The contrastive loss.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contrast {
    /// γ, its weight.
    pub weight: f64,
    /// Distance of the embeddings of a gene that changes.
    pub margin: f64,
    /// |log2 fold change| from which a gene counts as one that changes.
    pub changed_from: f64,
    /// Form of the loss.
    pub form: ContrastForm,
}

impl Contrast {
    /// As in the authors' code.
    pub const PUBLISHED: Self = Self {
        weight: 4.0,
        margin: 2.0,
        changed_from: 2.0,
        form: ContrastForm::Code,
    };
}

/// The form of the contrastive loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ContrastForm {
    /// (1 - S) d² + S max(0, m - d)², as in the authors' code
    Code,
    /// ½ (1 - S) d + ½ S max(0, m - d)², as the paper prints it
    Paper,
}

/// Terms of the loss, [1] each.
#[derive(Debug, Clone)]
pub struct Losses {
    /// mean (ŷ - y)².
    pub differential: Tensor<1>,
    /// mean (ŷ_A - y_A)² and mean (ŷ_B - y_B)², for variants with auxiliary tasks.
    pub auxiliary: Option<[Tensor<1>; 2]>,
    /// The unweighted contrastive loss, for the siamese variants.
    pub contrastive: Option<Tensor<1>>,
}

impl Change {
    /// The terms of the loss; `targets` is [N, 3]: y, y_A, y_B.
    pub fn losses(&self, output: &Output, targets: &Tensor<2>) -> Losses {
        let target = |k| targets.clone().narrow(1, k, 1);
        let mean_square = |prediction: &Tensor<2>, k| (prediction.clone() - target(k)).powi_scalar(2).mean();
        let embeddings = output.embeddings.as_ref().filter(|_| self.architecture.is_siamese());
        Losses {
            differential: mean_square(&output.fold_change, 0),
            auxiliary: output
                .expression
                .as_ref()
                .map(|[a, b]| [mean_square(a, 1), mean_square(b, 2)]),
            contrastive: embeddings
                .map(|embeddings| self.contrast.loss(distance(embeddings), target(0).squeeze_dim(1))),
        }
    }

    /// Total training loss.
    pub fn total(&self, losses: Losses) -> Tensor<1> {
        let mut total = losses.differential;
        if let Some([a, b]) = losses.auxiliary {
            total = total + a + b;
        }
        match losses.contrastive {
            Some(contrastive) => total + contrastive * self.contrast.weight,
            None => total,
        }
    }

    /// Each output with its target.
    pub fn outputs(&self) -> &'static [OutputTarget] {
        match self.architecture.variant().form() {
            Form::Raw => &[("fdiff1_1.bias", 0)],
            Form::Aux | Form::RawAux => &[("predictor_.bias", 0), ("f1_1.bias", 1), ("f2_1.bias", 2)],
        }
    }

    fn forward(&self, model: &DeepDiff, batch: &Minibatch, device: &Device) -> Output {
        let inputs = Inputs::new(self.architecture, batch.values.clone(), batch.examples, device);
        model.forward(inputs)
    }
}

impl Contrast {
    /// The mean over genes of distances `d` `[N]` and changes `y` `[N]`. Bounds are inclusive: a change of exactly 2
    /// counts.
    fn loss(&self, d: Tensor<1>, y: Tensor<1>) -> Tensor<1> {
        let changed = y.abs().greater_equal_scalar(self.changed_from).float();
        let unchanged = changed.clone().neg() + 1.0;
        let short = (d.clone().neg() + self.margin).clamp_min(0.0).powi_scalar(2);
        let loss = match self.form {
            ContrastForm::Code => unchanged * d.powi_scalar(2) + changed * short,
            ContrastForm::Paper => (unchanged * d + changed * short) * 0.5,
        };
        loss.mean()
    }
}

/// d = ‖u_A − u_B + 10⁻⁶‖₂ `[N]` for embeddings u [N, 2M, C], those of A and then of B. 10⁻⁶ is added to each
/// component, as in PyTorch's pairwise distance.
pub fn distance(embeddings: &Tensor<3>) -> Tensor<1> {
    let [examples, both, size] = embeddings.dims();
    let of_cell = |first| embeddings.clone().narrow(1, first, both / 2);
    let difference = (of_cell(0) - of_cell(both / 2) + 1e-6).reshape([examples, both / 2 * size]);
    difference.powi_scalar(2).sum_dim(1).sqrt().squeeze_dim(1)
}

impl Task for Change {
    type Model = DeepDiff;

    const METRICS: &'static [&'static str] = &["Pearson", "MSE"];

    fn tensors(&self) -> Vec<(String, Vec<usize>)> {
        self.architecture.tensors()
    }

    fn load(&self, weights: &NamedTensors, device: &Device) -> DeepDiff {
        DeepDiff::load(self.architecture, weights, device)
    }

    fn store(&self, model: &DeepDiff) -> NamedTensors {
        model.store()
    }

    fn predicting(&self) -> u64 {
        self.architecture.predicting()
    }

    fn loss(&self, model: &DeepDiff, batch: &Minibatch, examples: &Examples, _: StepId, device: &Device) -> Tensor<1> {
        let output = self.forward(model, batch, device);
        let targets = TensorData::new(batch.targets.clone(), [batch.examples, examples.targets_each()]);
        let targets = Tensor::from_data(targets, device);
        self.total(self.losses(&output, &targets))
    }

    fn predict(&self, model: &DeepDiff, batch: &Minibatch, _: &Examples, device: &Device) -> Vec<f32> {
        self.forward(model, batch, device)
            .fold_change
            .into_data()
            .try_to_vec()
            .expect("changes are float32")
    }

    /// Constant predictions have no correlation.
    fn quality(&self, predictions: &[f64], examples: &Examples) -> Result<Vec<f64>, TrainingError> {
        let measured = examples.first_targets();
        let squares = predictions.iter().zip(&measured).map(|(a, b)| (a - b) * (a - b));
        let mse = squares.sum::<f64>() / measured.len() as f64;
        Ok(vec![pearson(predictions, &measured).unwrap_or(f64::NAN), mse])
    }
}
