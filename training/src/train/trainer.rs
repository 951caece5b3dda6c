//! The training loop.

use std::ops::ControlFlow;

use burn::module::Module;
use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor, TensorData};
use regulens::engine::Limits;
use regulens::metrics::{auprc, auroc};
use regulens::model::attentive_chrome::{Architecture, AttentiveChrome};
use regulens::nn::NamedTensors;
use serde::{Deserialize, Serialize};

use super::checkpoint::Checkpoint;
use super::data::{Examples, Minibatch};
use super::initialise::uniform;
use super::optimiser::Optimiser;
use super::recipe::Recipe;
use super::{Purpose, generator};

/// One run: a model, its optimiser, and what has been reached.
pub struct Trainer {
    architecture: Architecture,
    recipe: Recipe,
    seed: u64,
    device: Device,
    model: AttentiveChrome,
    optimiser: Optimiser,
    history: Vec<EpochRecord>,
    best: Option<Best>,
}

/// What one epoch reached.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EpochRecord {
    /// Counted from 1.
    pub epoch: usize,
    /// Mean binary cross-entropy over the training genes, while the weights were moving.
    pub training_loss: f64,
    /// Area under the ROC curve on the validation genes.
    pub validation_auroc: f64,
    /// Area under the precision-recall curve on the validation genes.
    pub validation_auprc: f64,
}

/// The weights of the best epoch so far.
#[derive(Debug, Clone, PartialEq)]
pub struct Best {
    /// Counted from 1.
    pub epoch: usize,
    /// Its validation AUROC.
    pub auroc: f64,
    /// Its weights, by their published names.
    pub weights: NamedTensors,
}

/// What a run tells whoever watches it.
#[derive(Debug)]
pub enum Event<'a> {
    /// A step is done: epoch, step of steps, and the step's mean loss.
    Step {
        epoch: usize,
        step: usize,
        steps: usize,
        loss: f64,
    },
    /// An epoch is done, and is it the best so far? The checkpoint holds all that a resumed run needs.
    Epoch {
        record: &'a EpochRecord,
        best: bool,
        checkpoint: &'a Checkpoint,
    },
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// All epochs are done.
    Finished,
    /// No better epoch came for as long as the recipe waits.
    EarlyStop,
    /// The watcher broke off; the last checkpoint stands.
    Interrupted,
}

/// A run that cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum TrainingError {
    /// The loss is not a number any more.
    #[error(
        "the loss became {loss} in epoch {epoch}, step {step}; lower --learning-rate, or try --transform log1p"
    )]
    Diverged {
        /// Counted from 1.
        epoch: usize,
        /// Counted from 1.
        step: usize,
        /// What it became.
        loss: f64,
    },
    /// Weights that give no numbers any more.
    #[error(
        "the model gives no numbers for the validation genes after epoch {epoch}; lower --learning-rate, or try --transform log1p"
    )]
    ScoresDiverged {
        /// Counted from 1.
        epoch: usize,
    },
    /// Only one class is there to rank.
    #[error(
        "all validation genes have the same label, so that no AUROC exists; give a validation table with both"
    )]
    OneClass,
}

impl Trainer {
    /// A run at its beginning.
    pub fn new(
        architecture: Architecture,
        weights: &NamedTensors,
        recipe: Recipe,
        seed: u64,
        device: &Device,
    ) -> Self {
        let device = device.clone().autodiff();
        Self {
            architecture,
            model: AttentiveChrome::load(architecture, weights, &device),
            optimiser: Optimiser::new(recipe.optimiser()),
            recipe,
            seed,
            device,
            history: Vec::new(),
            best: None,
        }
    }

    /// A run at the end of its last finished epoch.
    pub fn resume(architecture: Architecture, checkpoint: Checkpoint, device: &Device) -> Self {
        let Checkpoint {
            recipe,
            seed,
            history,
            weights,
            moments,
            best,
            ..
        } = checkpoint;
        let mut trainer = Self::new(architecture, &weights, recipe, seed, device);
        trainer.optimiser.restore(moments, device);
        trainer.history = history;
        trainer.best = Some(best);
        trainer
    }

    /// Lets a resumed run end elsewhere than it was begun to.
    pub fn set_length(&mut self, epochs: usize, patience: usize) {
        self.recipe.epochs = epochs;
        self.recipe.patience = patience;
    }

    /// What each epoch reached so far.
    pub fn history(&self) -> &[EpochRecord] {
        &self.history
    }

    /// The best epoch so far; none before the first has ended.
    pub fn best(&self) -> Option<&Best> {
        self.best.as_ref()
    }

    /// The weights as they are, by their published names.
    pub fn weights(&self) -> NamedTensors {
        self.model.store()
    }

    /// Trains until the recipe or the watcher ends it. `data` names the data in checkpoints.
    ///
    /// # Errors
    /// [`TrainingError`]; checkpoints already given to the watcher stay valid.
    pub fn run(
        &mut self,
        training: &Examples,
        validation: &Examples,
        data: &str,
        mut watch: impl FnMut(Event<'_>) -> ControlFlow<()>,
    ) -> Result<End, TrainingError> {
        for epoch in self.history.len() + 1..=self.recipe.epochs {
            if self.waited_enough() {
                return Ok(End::EarlyStop);
            }
            let Some(training_loss) = self.epoch(epoch, training, &mut watch)? else {
                return Ok(End::Interrupted);
            };
            let scores = scores(
                &self.model.valid(),
                self.architecture,
                validation,
                &self.device.clone().inner(),
            );
            // The last step may have overshot, and no loss was computed after it.
            if !scores.iter().all(|score| score.is_finite()) {
                return Err(TrainingError::ScoresDiverged { epoch });
            }
            let auroc = auroc(&scores, &validation.labels).ok_or(TrainingError::OneClass)?;
            let auprc = auprc(&scores, &validation.labels).ok_or(TrainingError::OneClass)?;
            let weights = self.weights();
            // Published: kept when at least as good, so that ties take the later epoch.
            let better = self.best.as_ref().is_none_or(|best| auroc >= best.auroc);
            if better {
                self.best = Some(Best {
                    epoch,
                    auroc,
                    weights: weights.clone(),
                });
            }
            let record = EpochRecord {
                epoch,
                training_loss,
                validation_auroc: auroc,
                validation_auprc: auprc,
            };
            self.history.push(record.clone());
            let checkpoint = self.checkpoint(weights, data);
            if watch(Event::Epoch {
                record: &record,
                best: better,
                checkpoint: &checkpoint,
            })
            .is_break()
            {
                return Ok(End::Interrupted);
            }
        }
        Ok(End::Finished)
    }

    fn waited_enough(&self) -> bool {
        let waited = self
            .best
            .as_ref()
            .map_or(0, |best| self.history.len() - best.epoch);
        self.recipe.patience > 0 && waited >= self.recipe.patience
    }

    /// One pass over the training genes; the mean loss, or none if the watcher broke off.
    fn epoch(
        &mut self,
        epoch: usize,
        training: &Examples,
        watch: &mut impl FnMut(Event<'_>) -> ControlFlow<()>,
    ) -> Result<Option<f64>, TrainingError> {
        let batches = training.shuffled(self.recipe.batch_size, self.seed, epoch);
        let steps = batches.len();
        let mut sum = 0.0;
        for (index, batch) in batches.iter().enumerate() {
            let step = index + 1;
            let loss = self.step(batch, training, epoch, step);
            if !loss.is_finite() {
                return Err(TrainingError::Diverged { epoch, step, loss });
            }
            sum += loss * batch.labels.len() as f64;
            if watch(Event::Step {
                epoch,
                step,
                steps,
                loss,
            })
            .is_break()
            {
                return Ok(None);
            }
        }
        Ok(Some(sum / training.len() as f64))
    }

    /// One step of Adam; the loss before it. What is dropped depends on the seed and on the epoch and step, counted from 1.
    pub fn step(
        &mut self,
        batch: &Minibatch,
        examples: &Examples,
        epoch: usize,
        step: usize,
    ) -> f64 {
        let mut gene = self.model.embed(signal(batch, examples, &self.device)).gene;
        let dropout = self.recipe.dropout.unwrap_or(0.0);
        if dropout > 0.0 {
            let shape = gene.dims();
            let kept = dropout_mask(self.seed, (epoch, step), shape.iter().product(), dropout);
            gene = gene * Tensor::from_data(TensorData::new(kept, shape), &self.device);
        }
        let logit = log_odds(self.model.classify(gene));
        let labels = Tensor::<1>::from_data(
            TensorData::new(batch.labels.clone(), [batch.labels.len()]),
            &self.device,
        );
        let loss = binary_cross_entropy(logit, labels);
        let gradients = GradientsParams::from_grads(loss.backward(), &self.model);
        self.model = self.optimiser.step(self.model.clone(), gradients);
        f64::from(loss.into_scalar::<f32>())
    }

    fn checkpoint(&self, weights: NamedTensors, data: &str) -> Checkpoint {
        Checkpoint {
            recipe: self.recipe.clone(),
            seed: self.seed,
            data: data.to_owned(),
            history: self.history.clone(),
            weights,
            moments: self.optimiser.moments(),
            best: self.best.clone().expect("an epoch has ended"),
        }
    }
}

/// The log-odds that each example is on, from a model that records no gradients, on its `device`.
pub fn scores(
    model: &AttentiveChrome,
    architecture: Architecture,
    examples: &Examples,
    device: &Device,
) -> Vec<f64> {
    // Large batches need no gradients and fill a GPU.
    const BATCH: usize = 256;
    let pass = Limits::of(device)
        .pass(architecture.predicting())
        .expect("a device that trains on a gene also scores it");
    let mut scores = Vec::with_capacity(examples.len());
    for batch in examples.in_order(BATCH.min(pass)) {
        let gene = model.embed(signal(&batch, examples, device)).gene;
        let logit: Vec<f32> = log_odds(model.classify(gene))
            .into_data()
            .try_to_vec()
            .expect("logits are float32");
        scores.extend(logit.into_iter().map(f64::from));
    }
    scores
}

/// The log-odds `[N]` that scores [N, 1 or 2] give: of two scores, on and off, their difference.
pub fn log_odds(scores: Tensor<2>) -> Tensor<1> {
    let logit = match scores.dims()[1] {
        1 => scores,
        _ => scores.clone().narrow(1, 0, 1) - scores.narrow(1, 1, 1),
    };
    logit.squeeze_dim(1)
}

/// What values are multiplied by: 0 with probability `dropout`, else 1 / (1 - dropout).
fn dropout_mask(seed: u64, (epoch, step): (usize, usize), values: usize, dropout: f64) -> Vec<f32> {
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

/// Mean over the batch of -[y ln σ(z) + (1 - y) ln(1 - σ(z))], computed from log-odds z so that nothing overflows.
pub fn binary_cross_entropy(logit: Tensor<1>, label: Tensor<1>) -> Tensor<1> {
    let overflow_free = (logit.clone().abs().neg()).exp().log1p();
    (logit.clone().clamp_min(0.0) - logit * label + overflow_free).mean()
}

fn signal(batch: &Minibatch, examples: &Examples, device: &Device) -> Tensor<3> {
    let shape = [batch.labels.len(), examples.bins, examples.marks];
    Tensor::from_data(TensorData::new(batch.values.clone(), shape), device)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dropout_keeps_the_mean_and_repeats_for_a_step_of_a_seed() {
        let mask = dropout_mask(1, (2, 3), 10_000, 0.5);
        let mean = mask.iter().sum::<f32>() / 10_000.0;
        assert!((mean - 1.0).abs() < 0.05, "{mean}");
        assert!(mask.iter().all(|&factor| factor == 0.0 || factor == 2.0));
        assert_eq!(mask, dropout_mask(1, (2, 3), 10_000, 0.5));
        for other in [
            dropout_mask(1, (2, 4), 10_000, 0.5),
            dropout_mask(1, (3, 3), 10_000, 0.5),
            dropout_mask(2, (2, 3), 10_000, 0.5),
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
