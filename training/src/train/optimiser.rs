//! One step of training: clipping by the global norm, then Adam.
//!
//! Own clipping: Burn clips each tensor separately, the recipe the norm over all.

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::optim::{Adam, AdamConfig, AdamState, AdaptiveMomentumState, GradientsParams, Optimizer};
use burn::tensor::{Device, Tensor, TensorData};
use serde::{Deserialize, Serialize};

/// Adam over all weights of a module.
///
/// Burn's Adam does the arithmetic. Burn's module optimiser is not used: it clips each tensor separately, where the
/// recipe clips the norm over all, and it finds states by ids that change on restart.
pub struct Optimiser {
    /// Flattened, in the module's order.
    states: Vec<Option<AdamState<1>>>,
    settings: Settings,
}

/// Settings of an optimiser step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Adam's learning rate.
    pub learning_rate: f64,
    /// Decay rate of Adam's mean of gradients.
    pub beta_1: f32,
    /// Decay rate of Adam's mean of squared gradients.
    pub beta_2: f32,
    /// ε of Adam's denominator.
    pub epsilon: f32,
    /// Largest L2 norm of all gradients together; 0 for no clipping.
    pub clip_norm: f64,
    /// Position of ε.
    pub form: AdamForm,
}

/// Two forms of Adam that differ in ε.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdamForm {
    /// θ ← θ − lr m̂ / (√v̂ + ε), with both means bias-corrected.
    Pytorch,
    /// θ ← θ − lr √(1 − β₂ᵗ)/(1 − β₁ᵗ) m / (√v + ε): ε has more weight in the first steps.
    TensorFlow,
}

impl Optimiser {
    /// Default learning rate of its steps.
    pub fn rate(&self) -> f64 {
        self.settings.learning_rate
    }
}

impl Settings {
    /// As in the authors' PyTorch code.
    pub const PUBLISHED: Self = Self {
        learning_rate: 2e-4,
        beta_1: 0.9,
        beta_2: 0.999,
        epsilon: 1e-8,
        clip_norm: 1.0,
        form: AdamForm::Pytorch,
    };

    /// Burn's Adam at step `time`, counted from 1. Burn has PyTorch's form, in which TensorFlow's ε is ε / √(1 − β₂ᵗ).
    fn adam(&self, time: usize) -> Adam {
        let epsilon = match self.form {
            AdamForm::Pytorch => self.epsilon,
            AdamForm::TensorFlow => {
                let time = i32::try_from(time).unwrap_or(i32::MAX);
                self.epsilon / (1.0 - self.beta_2.powi(time)).sqrt()
            }
        };
        AdamConfig::new()
            .with_beta_1(self.beta_1)
            .with_beta_2(self.beta_2)
            .with_epsilon(epsilon)
            .build()
    }
}

/// State of the optimiser for checkpoints, per weight in the module's order.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Moments {
    /// Steps taken.
    pub time: usize,
    /// Running means of gradients.
    pub first: Vec<Vec<f32>>,
    /// Running means of squared gradients.
    pub second: Vec<Vec<f32>>,
}

impl Optimiser {
    /// A new optimiser.
    pub fn new(settings: Settings) -> Self {
        Self {
            states: Vec::new(),
            settings,
        }
    }

    /// Takes one step with a module's gradients.
    pub fn step<M: Module>(&mut self, module: M, gradients: GradientsParams) -> M {
        self.step_at(self.settings.learning_rate, module, gradients)
    }

    /// The same with another learning rate.
    pub fn step_at<M: Module>(&mut self, rate: f64, module: M, gradients: GradientsParams) -> M {
        let scale = self.clipping(&module, &gradients);
        let mut mapper = Step {
            adam: self.settings.adam(self.time() + 1),
            rate,
            optimiser: self,
            gradients,
            scale,
            index: 0,
        };
        module.map(&mut mapper)
    }

    /// The L2 norm of all gradients together.
    pub fn norm<M: Module>(module: &M, gradients: &GradientsParams) -> f64 {
        let mut squares = SumOfSquares { gradients, sum: 0.0 };
        module.visit(&mut squares);
        squares.sum.sqrt()
    }

    /// Clipping factor of gradients; PyTorch's rule, with its 1e-6.
    fn clipping<M: Module>(&self, module: &M, gradients: &GradientsParams) -> f64 {
        if self.settings.clip_norm == 0.0 {
            return 1.0;
        }
        (self.settings.clip_norm / (Self::norm(module, gradients) + 1e-6)).min(1.0)
    }

    /// Steps taken.
    fn time(&self) -> usize {
        let first = self.states.iter().flatten().next();
        first.map_or(0, |state| state.momentum.time)
    }

    /// The current state.
    pub fn moments(&self) -> Moments {
        let read = |tensor: &Tensor<1>| tensor.to_data().try_to_vec().expect("moments are float32");
        let states: Vec<_> = self.states.iter().flatten().map(|state| &state.momentum).collect();
        Moments {
            time: self.time(),
            first: states.iter().map(|state| read(&state.moment_1)).collect(),
            second: states.iter().map(|state| read(&state.moment_2)).collect(),
        }
    }

    /// Restores [`moments`](Self::moments).
    pub fn restore(&mut self, moments: Moments, device: &Device) {
        let place = |values: Vec<f32>| {
            let size = values.len();
            Tensor::<1>::from_data(TensorData::new(values, [size]), device)
        };
        let time = moments.time;
        self.states = moments
            .first
            .into_iter()
            .zip(moments.second)
            .map(|(first, second)| {
                Some(AdamState::new(AdaptiveMomentumState::new(
                    time,
                    place(first),
                    place(second),
                )))
            })
            .collect();
    }
}

/// Maps every weight to its value after the step.
struct Step<'a> {
    optimiser: &'a mut Optimiser,
    adam: Adam,
    rate: f64,
    gradients: GradientsParams,
    scale: f64,
    index: usize,
}

impl ModuleMapper for Step<'_> {
    fn map_float<const D: usize>(&mut self, parameter: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let index = self.index;
        self.index += 1;
        let states = &mut self.optimiser.states;
        if states.len() == index {
            states.push(None);
        }
        let Some(gradient) = self.gradients.remove::<D>(parameter.id) else {
            return parameter;
        };
        let (id, tensor, mapper) = parameter.consume();
        let shape = tensor.dims();
        let (moved, state) = self.adam.step(
            self.rate,
            tensor.inner().flatten::<1>(0, D - 1),
            gradient.flatten::<1>(0, D - 1).mul_scalar(self.scale),
            states[index].take(),
        );
        states[index] = state;
        let moved = Tensor::from_inner(moved.reshape(shape)).require_grad();
        Param::from_mapped_value(id, moved, mapper)
    }
}

/// Sums squared gradients in float64.
struct SumOfSquares<'a> {
    gradients: &'a GradientsParams,
    sum: f64,
}

impl ModuleVisitor for SumOfSquares<'_> {
    fn visit_float<const D: usize>(&mut self, parameter: &Param<Tensor<D>>) {
        if let Some(gradient) = self.gradients.get::<D>(parameter.id) {
            let values: Vec<f32> = gradient.into_data().try_to_vec().expect("gradients are float32");
            self.sum += values
                .iter()
                .map(|&value| f64::from(value) * f64::from(value))
                .sum::<f64>();
        }
    }
}
