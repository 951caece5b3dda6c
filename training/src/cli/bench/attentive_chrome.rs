//! A model and its genes, and the calls that are timed.

use std::ops::ControlFlow;
use std::time::Instant;

use burn::tensor::Device;
use pollster::block_on;
use regulens::engine::{DeviceKind, Engine, Predictions, PrepareOptions, Prepared};
use regulens::input::SignalTable;
use regulens::model::attentive_chrome::Architecture;
use regulens::nn::NamedTensors;
use regulens::weights::WeightFile;

use super::serve::{self, Timed};
use crate::cli::error::CliError;
use crate::cli::runner::{self, BATCH, Runner};
use crate::train::attentive_chrome::OnOff;
use crate::train::data::{Examples, Minibatch};
use crate::train::learner::StepId;
use crate::train::recipe::attentive_chrome::{Choice, Recipe};
use crate::train::recipe::common::GeneRecipe as _;
use crate::train::supervised::Stepper;

/// Model that is timed, with its table of genes.
pub struct Subject {
    engine: Engine,
    device: Device,
    weights: NamedTensors,
    architecture: Architecture,
    /// In the model's order of marks.
    table: SignalTable,
    /// The first genes, as many as the last prediction took.
    prepared: Option<Prepared>,
    predictions: Option<Predictions>,
    training: Option<Training>,
}

/// Nothing is drawn in a step without dropout.
const FIRST_STEP: StepId = StepId {
    seed: 1,
    epoch: 1,
    step: 1,
};

/// A training on the way.
struct Training {
    stepper: Stepper<OnOff>,
    losses: Vec<f64>,
}

impl Subject {
    /// Places the model on the device only: the CPU does not take over.
    pub fn new(weights: WeightFile, kind: DeviceKind, table: &SignalTable) -> Result<Self, CliError> {
        if !weights.card.members.is_empty() {
            return Err(CliError::Usage(format!(
                "{} joins {} models; bench times a single one. Give the file of one seed, as written by `train \
                    --keep-seeds`",
                weights.card.name,
                weights.card.members.len()
            )));
        }
        let tensors = weights.tensors.clone();
        let architecture = Architecture::of(&weights.card);
        let runner = Runner::new(weights, kind)?;
        if runner.device() != kind {
            return Err(CliError::Device {
                device: kind,
                problem: "the device failed its self-test, so that there is nothing to time. Choose another --device"
                    .to_owned(),
            });
        }
        let engine = runner.into_engine();
        // Refuses what the model cannot take, in the words of every command.
        engine.prepare(table, &PrepareOptions::default())?;
        let table = table.order_marks(&engine.card().marks)?;
        Ok(Self {
            engine,
            device: runner::open(kind)?,
            weights: tensors,
            architecture,
            table,
            prepared: None,
            predictions: None,
            training: None,
        })
    }

    /// The model's name.
    pub fn name(&self) -> &str {
        &self.engine.card().name
    }

    /// Genes that there are.
    pub fn genes(&self) -> usize {
        self.table.genes.len()
    }

    /// Returns true if it is known which genes are on.
    pub fn has_labels(&self) -> bool {
        self.table.labels.is_some()
    }

    fn check(&self, genes: usize) -> Result<(), String> {
        match self.genes() {
            there if genes <= there => Ok(()),
            there => Err(format!(
                "asked for {genes} genes, but the table has {there}; give a larger table with --input"
            )),
        }
    }

    fn first(&self, genes: usize) -> SignalTable {
        let table = &self.table;
        SignalTable {
            genes: table.genes[..genes].to_vec(),
            values: table.values[..genes * table.bins * table.marks.len()].to_vec(),
            labels: table.labels.as_ref().map(|labels| labels[..genes].to_vec()),
            windows: None,
            ..table.clone()
        }
    }

    fn minibatch(&self, genes: usize) -> Result<(Examples, Minibatch), String> {
        let examples = Examples::of(&self.first(genes), &self.engine.card().transform)
            .ok_or("the table has no labels to train on; give one with a column `label`")?;
        let batch = examples.in_order(genes).next().expect("at least one gene");
        Ok((examples, batch))
    }
}

impl Timed for Subject {
    fn predict(&mut self, genes: usize) -> Result<f64, String> {
        self.check(genes)?;
        let prepared = match self.prepared.take() {
            Some(prepared) if prepared.genes() == genes => prepared,
            _ => self
                .engine
                .prepare(&self.first(genes), &PrepareOptions::default())
                .map_err(|error| error.to_string())?,
        };
        let begin = Instant::now();
        let run = self.engine.predict(&prepared, BATCH, |_, _| ControlFlow::Continue(()));
        let predictions = block_on(run).map_err(|error| error.to_string())?;
        let time = milliseconds(begin);
        self.prepared = Some(prepared);
        self.predictions = Some(predictions);
        Ok(time)
    }

    fn outputs(&self) -> Option<Vec<u8>> {
        self.predictions.as_ref().map(serve::outputs)
    }

    /// By the published recipe: forward, backward, clipping and Adam.
    fn step(&mut self, genes: usize) -> Result<f64, String> {
        self.check(genes)?;
        let (examples, batch) = self.minibatch(genes)?;
        let training = self.training.get_or_insert_with(|| Training {
            stepper: Stepper::new(
                OnOff {
                    architecture: self.architecture,
                    dropout: 0.0,
                    weights: [1.0, 1.0],
                    choose: Choice::Auroc,
                },
                &self.weights,
                Recipe::published().optimiser(),
                &self.device,
            ),
            losses: Vec::new(),
        });
        let begin = Instant::now();
        let loss = training.stepper.step(&batch, &examples, FIRST_STEP);
        let time = milliseconds(begin);
        training.losses.push(loss);
        Ok(time)
    }

    fn trained(&self) -> Option<Vec<u8>> {
        let training = self.training.as_ref()?;
        Some(serve::trained(training.stepper.weights(), &training.losses))
    }

    fn reset(&mut self) {
        self.training = None;
    }
}

/// Since then.
pub fn milliseconds(begin: Instant) -> f64 {
    begin.elapsed().as_secs_f64() * 1e3
}
