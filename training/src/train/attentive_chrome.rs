//! AttentiveChrome's task: classification of genes as on or off.

#[cfg(test)]
mod golden;

use burn::tensor::{Device, Tensor, TensorData};
use regulens::metrics::{auroc, average_precision};
use regulens::model::attentive_chrome::{Architecture, AttentiveChrome};
use regulens::nn::NamedTensors;

use super::data::{Examples, Minibatch};
use super::initialise::uniform;
use super::learner::StepId;
use super::recipe::attentive_chrome::Choice;
use super::supervised::signal;
use super::task::Task;
use super::trainer::TrainingError;
use super::{Purpose, generator};

/// Mean binary cross-entropy on the log-odds.
#[derive(Debug, Clone, Copy)]
pub struct OnOff {
    /// The model.
    pub architecture: Architecture,
    /// Dropout of a gene's vector.
    pub dropout: f64,
    /// Weights in the loss of genes that are off, and of genes that are on.
    pub weights: [f64; 2],
    /// Metric that selects the epoch.
    pub choose: Choice,
}

impl OnOff {
    /// Weight of each gene in the loss; `None` for equal weights.
    fn weights_of(&self, targets: &[f32]) -> Option<Vec<f32>> {
        let [off, on] = self.weights.map(|weight| weight as f32);
        let of = |&target: &f32| off + (on - off) * target;
        (self.weights != [1.0, 1.0]).then(|| targets.iter().map(of).collect())
    }
}

impl Task for OnOff {
    type Model = AttentiveChrome;

    const METRICS: &'static [&'static str] = &["loss", "AUROC", "average precision"];

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
        let gene = gene_in_training(model, signal(batch, examples, device), self.dropout, id);
        let of_genes = |values| Tensor::from_data(TensorData::new(values, [batch.examples]), device);
        let losses = binary_cross_entropy(log_odds(model.classify(gene)), of_genes(batch.targets.clone()));
        match self.weights_of(&batch.targets) {
            Some(weights) => (losses * of_genes(weights)).mean(),
            None => losses.mean(),
        }
    }

    /// Log-odds rank like probabilities, and do not saturate at 1.
    fn predict(&self, model: &AttentiveChrome, batch: &Minibatch, examples: &Examples, device: &Device) -> Vec<f32> {
        predicted(model, signal(batch, examples, device))
    }

    fn quality(&self, predictions: &[f64], examples: &Examples) -> Result<Vec<f64>, TrainingError> {
        let labels = examples.labels();
        let figures = auroc(predictions, &labels).zip(average_precision(predictions, &labels));
        let (auroc, precision) = figures.ok_or(TrainingError::OneClass)?;
        let loss_of = |(&logit, &on): (&f64, &bool)| {
            let wrong = if on { -logit } else { logit };
            self.weights[usize::from(on)] * (wrong.max(0.0) + (-wrong.abs()).exp().ln_1p())
        };
        let loss = predictions.iter().zip(&labels).map(loss_of).sum::<f64>() / labels.len() as f64;
        Ok(vec![loss, auroc, precision])
    }

    fn score(&self, validation: &[f64]) -> f64 {
        match self.choose {
            Choice::Loss => -validation[0],
            Choice::Auroc | Choice::Pearson => validation[1],
        }
    }
}

/// The genes' vectors [N, C] of signal x [N, T, M] in a training step, with dropout.
pub fn gene_in_training(model: &AttentiveChrome, x: Tensor<3>, dropout: f64, id: StepId) -> Tensor<2> {
    let device = x.device();
    let gene = model.embed(x).gene;
    if dropout > 0.0 {
        let shape = gene.dims();
        let kept = dropout_mask(id, shape.iter().product(), dropout);
        return gene * Tensor::from_data(TensorData::new(kept, shape), &device);
    }
    gene
}

/// Outputs of a model for signal x [N, T, M], `[N]`.
pub fn predicted(model: &AttentiveChrome, x: Tensor<3>) -> Vec<f32> {
    let predicted = log_odds(model.classify(model.embed(x).gene));
    predicted.into_data().try_to_vec().expect("scores are float32")
}

/// The log-odds `[N]` of scores [N, 1 or 2]; the difference of two scores, of on and off.
pub fn log_odds(scores: Tensor<2>) -> Tensor<1> {
    let logit = match scores.dims()[1] {
        1 => scores,
        _ => scores.clone().narrow(1, 0, 1) - scores.narrow(1, 1, 1),
    };
    logit.squeeze_dim(1)
}

/// Dropout factors: 0 with probability `dropout`, else 1 / (1 - dropout).
fn dropout_mask(id: StepId, values: usize, dropout: f64) -> Vec<f32> {
    let StepId { seed, epoch, step } = id;
    let mut random = generator(seed, Purpose::Dropout { epoch, step });
    let kept = (1.0 / (1.0 - dropout)) as f32;
    let draw = |_| {
        if uniform(&mut random) < dropout as f32 {
            0.0
        } else {
            kept
        }
    };
    (0..values).map(draw).collect()
}

/// Loss of each gene, −[y ln σ(z) + (1 − y) ln(1 − σ(z))], computed from log-odds z without overflow.
pub fn binary_cross_entropy(logit: Tensor<1>, label: Tensor<1>) -> Tensor<1> {
    let overflow_free = (logit.clone().abs().neg()).exp().log1p();
    logit.clone().clamp_min(0.0) - logit * label + overflow_free
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(seed: u64, epoch: usize, step: usize) -> StepId {
        StepId { seed, epoch, step }
    }

    #[test]
    fn dropout_keeps_the_mean_and_repeats_for_a_step_of_a_seed() {
        let mask = dropout_mask(drawn(1, 2, 3), 10_000, 0.5);
        let mean = mask.iter().sum::<f32>() / 10_000.0;
        assert!((mean - 1.0).abs() < 0.05, "{mean}");
        assert!(mask.iter().all(|&factor| factor == 0.0 || factor == 2.0));
        assert_eq!(mask, dropout_mask(drawn(1, 2, 3), 10_000, 0.5));
        for other in [
            dropout_mask(drawn(1, 2, 4), 10_000, 0.5),
            dropout_mask(drawn(1, 3, 3), 10_000, 0.5),
            dropout_mask(drawn(2, 2, 3), 10_000, 0.5),
        ] {
            assert_ne!(mask, other);
        }
    }

    #[test]
    fn log_odds_of_two_scores_are_their_difference() {
        let scores = Tensor::<2>::from_data([[3.0_f32, 1.0], [-1.0, 0.5]], &Device::flex());
        let odds: Vec<f32> = log_odds(scores).into_data().try_to_vec().unwrap();
        assert_eq!(odds, [2.0, -1.5]);
    }
}
