//! Training steps of a sequence model, on one or several devices.
//!
//! Data-parallel training uses Burn's parts: a fork of the module on each device, whose gradients are moved back and
//! accumulated. Burn's own learner is not used: it keeps neither the moving statistics nor the state from which a
//! killed run continues to identical bytes.

use std::convert::Infallible;
use std::thread;

use burn::module::Module;
use burn::optim::{GradientsAccumulator, GradientsParams};
use burn::tensor::{Device, Tensor, TensorData};
use rand::seq::SliceRandom;
use rand_chacha::rand_core::Rng;
use regulens::model::basenji::{Statistics, TrainableBasenji};
use regulens::nn::NamedTensors;
use regulens::weights::architecture::basenji::Config;

use super::augment::View;
use super::batch::Batch;
use super::loss::log_poisson;
use super::predict::{load, predict, reach};
use crate::tracks::dataset::Dataset;
use crate::tracks::manifest::Split;
use crate::train::learner::{Learner, Loss, StepId};
use crate::train::optimiser::{Moments, Optimiser};
use crate::train::tracks::recipe::{Choice, TrackRecipe};
use crate::train::trainer::TrainingError;
use crate::train::{Purpose, generator};

/// A model that is trained on the tracks of a data set's training windows.
pub struct TrackLearner<'a> {
    config: Config,
    recipe: TrackRecipe,
    /// The first holds the weights; each gets a part of every batch.
    devices: Vec<Device>,
    model: TrainableBasenji,
    /// The average of its states over steps, if the recipe keeps one.
    average: Option<TrainableBasenji>,
    optimiser: Optimiser,
    data: &'a Dataset,
    /// Factor of each track's loss.
    factors: Vec<f64>,
    /// Windows of the epoch, by index.
    order: Vec<usize>,
}

/// Terms of the training loss.
#[derive(Clone, Copy)]
struct Objective<'a> {
    /// Factor of each track's loss.
    factors: &'a [f64],
    /// L2 penalty of the kernels.
    l2: f64,
    /// L1 penalty of the last kernel.
    l1: f64,
}

/// Result of one device for its part of a batch.
struct Share {
    /// Its part of the batch's mean loss.
    loss: f64,
    gradients: GradientsParams,
    statistics: Vec<Statistics>,
    /// Fraction of the batch.
    weight: f64,
}

impl<'a> TrackLearner<'a> {
    /// A model with initial weights, trained on `data` with a factor for each track's loss.
    pub fn new(
        config: &Config,
        recipe: &TrackRecipe,
        weights: &NamedTensors,
        devices: &[Device],
        (data, factors): (&'a Dataset, &[f64]),
    ) -> Self {
        let devices: Vec<Device> = devices.iter().map(|device| device.clone().autodiff()).collect();
        let model = TrainableBasenji::load(config, weights, &devices[0]);
        Self {
            average: recipe.kept(0).map(|_| model.clone()),
            model,
            config: config.clone(),
            recipe: recipe.clone(),
            devices,
            optimiser: Optimiser::new(recipe.optimiser()),
            factors: factors.to_vec(),
            data,
            order: Vec::new(),
        }
    }

    /// Steps per epoch.
    fn steps(&self) -> usize {
        let windows = self.data.windows(Split::Train).len();
        windows.div_ceil(self.recipe.steps.batch_size)
    }

    /// The windows of a part of a batch, all with the same view.
    fn gather(&self, numbers: &[usize], view: View) -> Batch {
        let windows = self.data.windows(Split::Train);
        let mut batch = Batch::new(self.config.crop(), self.config.targets);
        for &number in numbers {
            let window = windows[number];
            let masked = self.data.mask(window);
            batch.push(self.data.codes(window), self.data.targets(window), masked, view);
        }
        batch
    }
}

/// The gradient of a part of a batch, whose mean loss is over `bins` bins.
fn gradient(
    model: &TrainableBasenji,
    batch: &Batch,
    bins: f64,
    weight: f64,
    objective: Objective<'_>,
    seed: u64,
) -> Share {
    let measured = batch.measured();
    let output = model.forward(&batch.codes, batch.examples, Some(seed));
    let values = bins * measured.tracks as f64;
    let losses = log_poisson(output.prediction, &measured);
    let Objective { factors, l2, l1 } = objective;
    let factors: Vec<f32> = factors.iter().map(|&factor| factor as f32).collect();
    let factors = Tensor::from_data(TensorData::new(factors, [measured.tracks]), &losses.device());
    let loss = (losses * factors).sum() / values;
    let cost = match (l2, l1) {
        (0.0, 0.0) => loss.clone(),
        (l2, l1) => loss.clone() + model.penalty(l2 * weight, l1 * weight),
    };
    let gradients = GradientsParams::from_grads(cost.backward(), model);
    Share {
        loss: f64::from(loss.into_scalar::<f32>()),
        gradients,
        statistics: output.statistics,
        weight,
    }
}

/// Mean of the parts' statistics by their weights, on `device`.
fn averaged(mut shares: Vec<(f64, Vec<Statistics>)>, device: &Device) -> Vec<Statistics> {
    if shares.len() == 1 {
        return shares.swap_remove(0).1;
    }
    let blocks = shares[0].1.len();
    let of_block = |block: usize| {
        let sum = |part: fn(&Statistics) -> &Tensor<1>| {
            shares
                .iter()
                .map(|(weight, blocks)| part(&blocks[block]).clone().to_device(device) * *weight)
                .reduce(|sum, share| sum + share)
                .expect("a share")
        };
        Statistics {
            mean: sum(|block| &block.mean),
            variance: sum(|block| &block.variance),
        }
    };
    (0..blocks).map(of_block).collect()
}

impl Learner for TrackLearner<'_> {
    const METRICS: &'static [&'static str] = &["loss", "Pearson", "log Pearson"];
    const REMEDY: &'static str = "lower --learning-rate, or set --clip-norm 1";

    fn begin(&mut self, seed: u64, epoch: usize) -> usize {
        self.order = (0..self.data.windows(Split::Train).len()).collect();
        self.order.shuffle(&mut generator(seed, Purpose::Shuffle(epoch)));
        self.steps()
    }

    /// Each device computes the gradient of its part with its own batch statistics; the sum updates the weights.
    fn step(&mut self, id: StepId) -> Loss {
        let StepId { seed, epoch, step } = id;
        let first = (step - 1) * self.recipe.steps.batch_size;
        let last = (first + self.recipe.steps.batch_size).min(self.order.len());
        let examples = last - first;
        let TrackRecipe {
            augmentation,
            most_shift,
            ..
        } = self.recipe;
        let view = augmentation.view(most_shift, seed, epoch, step);
        let each = examples.div_ceil(self.devices.len());
        let batches: Vec<Batch> = self.order[first..last]
            .chunks(each)
            .map(|numbers| self.gather(numbers, view))
            .collect();
        let bins: f64 = batches.iter().map(|batch| batch.measured().bins()).sum();
        let bins = bins.max(1.0);
        let dropout = generator(seed, Purpose::Dropout { epoch, step }).next_u64();
        let weight = |batch: &Batch| batch.examples as f64 / examples as f64;
        let objective = Objective {
            factors: &self.factors,
            l2: self.recipe.l2,
            l1: self.recipe.l1,
        };

        let shares: Vec<Share> = if let [batch] = &batches[..] {
            vec![gradient(&self.model, batch, bins, 1.0, objective, dropout)]
        } else {
            thread::scope(|scope| {
                let running: Vec<_> = batches
                    .iter()
                    .zip(&self.devices)
                    .enumerate()
                    .map(|(index, (batch, device))| {
                        let dropout = dropout.wrapping_add(index as u64);
                        // Burn's fork is a copy on the device with its own autodiff graph.
                        let replica = self.model.clone().fork(device);
                        scope.spawn(move || gradient(&replica, batch, bins, weight(batch), objective, dropout))
                    })
                    .collect();
                running
                    .into_iter()
                    .map(|share| share.join().expect("a device that fails ends the run"))
                    .collect()
            })
        };
        let main = self.devices[0].clone().inner();
        let mut gradients = GradientsAccumulator::new();
        let (mut loss, mut statistics) = (0.0, Vec::new());
        for share in shares {
            gradients.accumulate(&self.model, share.gradients.to_device(&main, &self.model));
            loss += share.loss;
            statistics.push((share.weight, share.statistics));
        }
        let (taken, steps) = ((epoch - 1) * self.steps() + step - 1, self.steps());
        let rate = self.recipe.rate().at(taken, steps * self.recipe.steps.epochs);
        let model = self.model.clone();
        let moved = self.optimiser.step_at(rate, model, gradients.grads());
        self.model = moved.clip_decays();
        self.model.update(averaged(statistics, &self.devices[0]));
        if let (Some(average), Some(keep)) = (self.average.take(), self.recipe.kept(taken)) {
            self.average = Some(average.towards(&self.model, keep));
        }
        Loss {
            mean: loss,
            examples,
            rate,
        }
    }

    fn validate(&mut self, epoch: usize) -> Result<Vec<f64>, TrainingError> {
        let device = self.devices[0].clone().inner();
        let weights = self.average().unwrap_or_else(|| self.weights());
        let model = load(&self.config, weights, &device);
        let columns: Vec<usize> = (0..self.config.targets).collect();
        let Ok(reached) = reach(self.data, Split::Valid, &columns, |bases, _, _| {
            Ok::<_, Infallible>(predict(&model, bases))
        });
        let loss = reached.weighed(&self.factors);
        if !loss.is_finite() {
            return Err(TrainingError::ScoresDiverged {
                epoch,
                remedy: Self::REMEDY,
            });
        }
        let score = reached.score;
        Ok(vec![loss, score.pearson, score.log_pearson])
    }

    fn score(&self, validation: &[f64]) -> f64 {
        match self.recipe.choose {
            Choice::Loss => -validation[0],
            Choice::Pearson => validation[1],
        }
    }

    fn weights(&self) -> NamedTensors {
        self.model.store()
    }

    fn average(&self) -> Option<NamedTensors> {
        self.average.as_ref().map(TrainableBasenji::store)
    }

    fn moments(&self) -> Moments {
        self.optimiser.moments()
    }

    fn restore(&mut self, weights: &NamedTensors, average: Option<&NamedTensors>, moments: Moments) {
        let load = |weights: &NamedTensors| TrainableBasenji::load(&self.config, weights, &self.devices[0]);
        let (model, average) = (load(weights), average.map(load));
        self.model = model;
        self.average = average;
        let device = self.devices[0].clone().inner();
        self.optimiser.restore(moments, &device);
    }
}
