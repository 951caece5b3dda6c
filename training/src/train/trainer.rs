//! The training loop.

use std::ops::ControlFlow;

use burn::module::Module;
use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor, TensorData};
use regulens::engine::Limits;
use regulens::nn::NamedTensors;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::checkpoint::Checkpoint;
use super::data::{Examples, Minibatch};
use super::optimiser::{Optimiser, Settings};
use super::task::{Drawn, Task};

/// One run: a model, its optimiser, and what has been reached.
pub struct Trainer<T: Task> {
    task: T,
    schedule: Schedule,
    settings: Value,
    seed: u64,
    device: Device,
    model: T::Model,
    optimiser: Optimiser,
    history: Vec<EpochRecord>,
    best: Option<Best>,
}

/// How long a run goes on, and in which steps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Schedule {
    /// Passes over the training genes.
    pub epochs: usize,
    /// Epochs without a better one after which it stops; 0 never stops early.
    pub patience: usize,
    /// Genes in one step.
    pub batch_size: usize,
    /// How far and how carefully a step goes.
    pub optimiser: Settings,
}

/// What one epoch reached.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EpochRecord {
    /// Counted from 1.
    pub epoch: usize,
    /// Mean loss over the training genes, while the weights were moving.
    pub training_loss: f64,
    /// The task's [metrics](Task::METRICS) on the validation genes; the first chooses the epoch.
    pub validation: [f64; 2],
}

/// The weights of the best epoch so far.
#[derive(Debug, Clone, PartialEq)]
pub struct Best {
    /// Counted from 1.
    pub epoch: usize,
    /// What chose it, on the validation genes.
    pub score: f64,
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

impl<T: Task> Trainer<T> {
    /// A run at its beginning. `settings` is what a resumed run is compared with.
    pub fn new(
        task: T,
        weights: &NamedTensors,
        schedule: Schedule,
        settings: Value,
        seed: u64,
        device: &Device,
    ) -> Self {
        let device = device.clone().autodiff();
        Self {
            model: task.load(weights, &device),
            task,
            optimiser: Optimiser::new(schedule.optimiser),
            schedule,
            settings,
            seed,
            device,
            history: Vec::new(),
            best: None,
        }
    }

    /// A run at the end of its last finished epoch.
    pub fn resume(task: T, checkpoint: Checkpoint, schedule: Schedule, device: &Device) -> Self {
        let Checkpoint {
            settings,
            seed,
            history,
            weights,
            moments,
            best,
            ..
        } = checkpoint;
        let mut trainer = Self::new(task, &weights, schedule, settings, seed, device);
        trainer.optimiser.restore(moments, device);
        trainer.history = history;
        trainer.best = Some(best);
        trainer
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
        self.task.store(&self.model)
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
        for epoch in self.history.len() + 1..=self.schedule.epochs {
            if self.waited_enough() {
                return Ok(End::EarlyStop);
            }
            let Some(training_loss) = self.epoch(epoch, training, &mut watch)? else {
                return Ok(End::Interrupted);
            };
            let device = self.device.clone().inner();
            let predictions = predictions(&self.task, &self.model.valid(), validation, &device);
            // The last step may have overshot, and no loss was computed after it.
            if !predictions.iter().all(|prediction| prediction.is_finite()) {
                return Err(TrainingError::ScoresDiverged { epoch });
            }
            let quality = self.task.quality(&predictions, validation)?;
            let weights = self.weights();
            // Published: kept when at least as good, so that ties take the later epoch.
            let better = self
                .best
                .as_ref()
                .is_none_or(|best| quality[0] >= best.score);
            if better {
                self.best = Some(Best {
                    epoch,
                    score: quality[0],
                    weights: weights.clone(),
                });
            }
            let record = EpochRecord {
                epoch,
                training_loss,
                validation: quality,
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
        self.schedule.patience > 0 && waited >= self.schedule.patience
    }

    /// One pass over the training genes; the mean loss, or none if the watcher broke off.
    fn epoch(
        &mut self,
        epoch: usize,
        training: &Examples,
        watch: &mut impl FnMut(Event<'_>) -> ControlFlow<()>,
    ) -> Result<Option<f64>, TrainingError> {
        let batches = training.shuffled(self.schedule.batch_size, self.seed, epoch);
        let steps = batches.len();
        let mut sum = 0.0;
        for (index, batch) in batches.iter().enumerate() {
            let step = index + 1;
            let drawn = Drawn {
                seed: self.seed,
                epoch,
                step,
            };
            let loss = self.step(batch, training, drawn);
            if !loss.is_finite() {
                return Err(TrainingError::Diverged { epoch, step, loss });
            }
            sum += loss * batch.examples as f64;
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

    /// One step of Adam; the loss before it.
    pub fn step(&mut self, batch: &Minibatch, examples: &Examples, drawn: Drawn) -> f64 {
        let loss = self
            .task
            .loss(&self.model, batch, examples, drawn, &self.device);
        let gradients = GradientsParams::from_grads(loss.backward(), &self.model);
        self.model = self.optimiser.step(self.model.clone(), gradients);
        f64::from(loss.into_scalar::<f32>())
    }

    fn checkpoint(&self, weights: NamedTensors, data: &str) -> Checkpoint {
        Checkpoint {
            settings: self.settings.clone(),
            seed: self.seed,
            data: data.to_owned(),
            history: self.history.clone(),
            weights,
            moments: self.optimiser.moments(),
            best: self.best.clone().expect("an epoch has ended"),
        }
    }
}

/// What a model that records no gradients predicts for each example, on its `device`.
pub fn predictions<T: Task>(
    task: &T,
    model: &T::Model,
    examples: &Examples,
    device: &Device,
) -> Vec<f64> {
    // Large batches need no gradients and fill a GPU.
    const BATCH: usize = 256;
    let pass = Limits::of(device)
        .pass(task.predicting())
        .expect("a device that trains on a gene also scores it");
    let mut predictions = Vec::with_capacity(examples.len());
    for batch in examples.in_order(BATCH.min(pass)) {
        let of_batch = task.predict(model, &batch, examples, device);
        predictions.extend(of_batch.into_iter().map(f64::from));
    }
    predictions
}

/// A batch's signal on a device, [N, T, columns].
pub fn signal(batch: &Minibatch, examples: &Examples, device: &Device) -> Tensor<3> {
    let shape = [batch.examples, examples.bins, examples.columns];
    Tensor::from_data(TensorData::new(batch.values.clone(), shape), device)
}
