//! The training loop.

use std::ops::ControlFlow;
use std::time::Instant;

use regulens::nn::NamedTensors;
use serde_json::Value;

use super::checkpoint::Checkpoint;
use super::epoch::is_better;
pub use super::epoch::{Best, EpochRecord};
pub use super::error::TrainingError;
use super::learner::{Learner, StepId};

/// A run: the learner, and its state.
pub struct Trainer<L: Learner> {
    learner: L,
    length: Length,
    settings: Value,
    seed: u64,
    history: Vec<EpochRecord>,
    best: Option<Best>,
}

/// Length of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Length {
    /// Passes over the training data.
    pub epochs: usize,
    /// Epochs without improvement after which it stops; 0 for never.
    pub patience: usize,
}

/// Event of a run, for its watcher.
#[derive(Debug)]
pub enum Event<'a> {
    /// End of a step: epoch, step and number of steps, and the step's mean loss.
    Step {
        epoch: usize,
        step: usize,
        steps: usize,
        loss: f64,
    },
    /// End of an epoch, and true if it is the best so far. The checkpoint contains the state for resuming.
    Epoch {
        record: &'a EpochRecord,
        best: bool,
        checkpoint: &'a Checkpoint,
    },
}

/// Reason why a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// All epochs ran.
    Finished,
    /// No improvement for as long as the recipe's patience.
    EarlyStop,
    /// Stopped by the watcher; the last checkpoint remains.
    Interrupted,
}

impl<L: Learner> Trainer<L> {
    /// A new run. `settings` are compared when a run is resumed.
    pub fn new(learner: L, length: Length, settings: Value, seed: u64) -> Self {
        Self {
            learner,
            length,
            settings,
            seed,
            history: Vec::new(),
            best: None,
        }
    }

    /// A run resumed at the end of its last finished epoch.
    pub fn resume(mut learner: L, length: Length, checkpoint: Checkpoint) -> Self {
        let average = checkpoint.average.as_ref();
        learner.restore(&checkpoint.weights, average, checkpoint.moments);
        Self {
            learner,
            length,
            settings: checkpoint.settings,
            seed: checkpoint.seed,
            history: checkpoint.history,
            best: Some(checkpoint.best),
        }
    }

    /// Records of the epochs so far.
    pub fn history(&self) -> &[EpochRecord] {
        &self.history
    }

    /// The best epoch so far, if any has ended.
    pub fn best(&self) -> Option<&Best> {
        self.best.as_ref()
    }

    /// Trains until the recipe or the watcher ends it. `data` identifies the data in checkpoints.
    ///
    /// # Errors
    /// [`TrainingError`]; checkpoints already given to the watcher stay valid.
    pub fn run(
        &mut self,
        data: &str,
        mut watch: impl FnMut(Event<'_>) -> ControlFlow<()>,
    ) -> Result<End, TrainingError> {
        for epoch in self.history.len() + 1..=self.length.epochs {
            if self.waited_enough() {
                return Ok(End::EarlyStop);
            }
            let begin = Instant::now();
            let Some((training_loss, rate)) = self.epoch(epoch, &mut watch)? else {
                return Ok(End::Interrupted);
            };
            let validation = self.learner.validate(epoch)?;
            let score = self.learner.score(&validation);
            let weights = self.learner.weights();
            let average = self.learner.average();
            let better = self.best.as_ref().is_none_or(|best| is_better(score, best.score));
            if better {
                self.best = Some(Best {
                    epoch,
                    score,
                    weights: average.as_ref().unwrap_or(&weights).clone(),
                });
            }
            let record = EpochRecord {
                epoch,
                training_loss,
                validation,
                rate,
                seconds: begin.elapsed().as_secs_f64(),
            };
            self.history.push(record.clone());
            let checkpoint = self.checkpoint(weights, average, data);
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
        let waited = self.best.as_ref().map_or(0, |best| self.history.len() - best.epoch);
        self.length.patience > 0 && waited >= self.length.patience
    }

    /// One pass over the training data; returns the mean loss and the last rate, or `None` if the watcher stopped it.
    fn epoch(
        &mut self,
        epoch: usize,
        watch: &mut impl FnMut(Event<'_>) -> ControlFlow<()>,
    ) -> Result<Option<(f64, f64)>, TrainingError> {
        let steps = self.learner.begin(self.seed, epoch);
        let (mut sum, mut examples, mut rate) = (0.0, 0, 0.0);
        for step in 1..=steps {
            let id = StepId {
                seed: self.seed,
                epoch,
                step,
            };
            let loss = self.learner.step(id);
            if !loss.mean.is_finite() {
                return Err(TrainingError::Diverged {
                    epoch,
                    step,
                    loss: loss.mean,
                    remedy: L::REMEDY,
                });
            }
            sum += loss.mean * loss.examples as f64;
            examples += loss.examples;
            rate = loss.rate;
            if watch(Event::Step {
                epoch,
                step,
                steps,
                loss: loss.mean,
            })
            .is_break()
            {
                return Ok(None);
            }
        }
        Ok(Some((sum / examples as f64, rate)))
    }

    fn checkpoint(&self, weights: NamedTensors, average: Option<NamedTensors>, data: &str) -> Checkpoint {
        Checkpoint {
            settings: self.settings.clone(),
            seed: self.seed,
            data: data.to_owned(),
            history: self.history.clone(),
            weights,
            average,
            moments: self.learner.moments(),
            best: self.best.clone().expect("an epoch has ended"),
        }
    }
}
