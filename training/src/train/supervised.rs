//! Supervised training of a [`Task`] on tables of genes.

use burn::module::Module;
use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor, TensorData};
use regulens::engine::Limits;
use regulens::nn::NamedTensors;

use super::data::{Examples, Minibatch};
use super::learner::{Learner, Loss, StepId};
use super::optimiser::{Moments, Optimiser, Settings};
use super::task::Task;
use super::trainer::TrainingError;

/// A model with its optimiser.
pub struct Stepper<T: Task> {
    task: T,
    device: Device,
    model: T::Model,
    optimiser: Optimiser,
}

impl<T: Task> Stepper<T> {
    /// A model with initial weights.
    pub fn new(task: T, weights: &NamedTensors, settings: Settings, device: &Device) -> Self {
        let device = device.clone().autodiff();
        Self {
            model: task.load(weights, &device),
            task,
            device,
            optimiser: Optimiser::new(settings),
        }
    }

    /// Takes one step of Adam, and returns the loss before it.
    pub fn step(&mut self, batch: &Minibatch, examples: &Examples, id: StepId) -> f64 {
        let loss = self.task.loss(&self.model, batch, examples, id, &self.device);
        let gradients = GradientsParams::from_grads(loss.backward(), &self.model);
        self.model = self.optimiser.step(self.model.clone(), gradients);
        f64::from(loss.into_scalar::<f32>())
    }

    /// The current weights, by their published names.
    pub fn weights(&self) -> NamedTensors {
        self.task.store(&self.model)
    }
}

/// A model with its training genes and validation genes.
pub struct Supervised<'a, T: Task> {
    stepper: Stepper<T>,
    batch_size: usize,
    training: &'a Examples,
    validation: &'a Examples,
    /// Batches of the epoch.
    batches: Vec<Minibatch>,
}

impl<'a, T: Task> Supervised<'a, T> {
    /// Takes steps on `batch_size` training genes.
    pub fn new(stepper: Stepper<T>, batch_size: usize, training: &'a Examples, validation: &'a Examples) -> Self {
        Self {
            stepper,
            batch_size,
            training,
            validation,
            batches: Vec::new(),
        }
    }
}

impl<T: Task> Learner for Supervised<'_, T> {
    const METRICS: &'static [&'static str] = T::METRICS;
    const REMEDY: &'static str = "lower --learning-rate, or try --transform log1p";

    fn begin(&mut self, seed: u64, epoch: usize) -> usize {
        self.batches = self.training.shuffled(self.batch_size, seed, epoch);
        self.batches.len()
    }

    fn step(&mut self, id: StepId) -> Loss {
        let batch = &self.batches[id.step - 1];
        Loss {
            mean: self.stepper.step(batch, self.training, id),
            examples: batch.examples,
            rate: self.stepper.optimiser.rate(),
        }
    }

    fn validate(&mut self, epoch: usize) -> Result<Vec<f64>, TrainingError> {
        let Stepper {
            task, model, device, ..
        } = &self.stepper;
        let device = device.clone().inner();
        let predictions = predictions(task, &model.valid(), self.validation, &device);
        // The last step may have diverged, after which no loss was computed.
        if !predictions.iter().all(|prediction| prediction.is_finite()) {
            return Err(TrainingError::ScoresDiverged {
                epoch,
                remedy: Self::REMEDY,
            });
        }
        task.quality(&predictions, self.validation)
    }

    fn score(&self, validation: &[f64]) -> f64 {
        self.stepper.task.score(validation)
    }

    fn weights(&self) -> NamedTensors {
        self.stepper.weights()
    }

    fn moments(&self) -> Moments {
        self.stepper.optimiser.moments()
    }

    fn restore(&mut self, weights: &NamedTensors, _: Option<&NamedTensors>, moments: Moments) {
        let Stepper {
            task,
            model,
            device,
            optimiser,
        } = &mut self.stepper;
        *model = task.load(weights, device);
        optimiser.restore(moments, &device.clone().inner());
    }
}

/// Predictions for each example with a model without autodiff, on its `device`.
pub fn predictions<T: Task>(task: &T, model: &T::Model, examples: &Examples, device: &Device) -> Vec<f64> {
    // Without gradients, batches may be large and fill a GPU.
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
