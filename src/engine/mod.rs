//! Loads a model file, describes it and runs it: the interface that the command line and the web bindings share.
//!
//! ```text
//! bytes ─► Engine::load ─► card                      what it is
//! table ─► Engine::prepare ─► Prepared               marks by name, bins checked, rescaled as asked
//!          Engine::predict(Prepared, progress) ─► Predictions
//!          Engine::saliency, class_optimisation ─► what a score depends on
//!
//! bytes ─► TrackEngine::load                         a model of sequences
//! codes ─► TrackEngine::predict ─► TrackBatch
//!          TrackEngine::score_variants, mutagenesis ─► the effect of a base
//! ```
//!
//! Layers are known to [`model`](crate::model) alone.

mod change;
mod device;
#[cfg(any(not(target_family = "wasm"), feature = "change"))]
mod ensemble;
#[cfg(feature = "attribution")]
mod explain;
mod finite;
mod form;
#[cfg(any(not(target_family = "wasm"), feature = "change"))]
mod guarantee;
mod limits;
mod predictions;
mod prepared;
mod read;
#[cfg(feature = "schema")]
mod schema;
mod self_test;
#[cfg(any(not(target_family = "wasm"), feature = "sequences"))]
mod tracks;
mod understanding;

pub use device::DeviceKind;
#[cfg(any(not(target_family = "wasm"), feature = "change"))]
pub use ensemble::Spread;
#[cfg(feature = "attribution")]
pub use explain::ClassOptimisation;
pub use form::Form;
#[cfg(any(not(target_family = "wasm"), feature = "sequences"))]
pub use guarantee::TrackGuarantee;
#[cfg(any(not(target_family = "wasm"), feature = "change"))]
pub use guarantee::{Guarantee, NoGuarantee};
pub use limits::Limits;
pub use predictions::{Batch, Predictions};
pub use prepared::{PrepareOptions, Prepared};
#[cfg(feature = "schema")]
pub use schema::schema;
pub use self_test::{Outputs, SelfTest, TOLERANCE, largest_difference, most_different};
#[cfg(all(feature = "attribution", any(not(target_family = "wasm"), feature = "sequences")))]
pub use tracks::{ExplainedBases, TrackGradients, TrackSum};
#[cfg(any(not(target_family = "wasm"), feature = "sequences"))]
pub use tracks::{Reading, Reference, Tiles, TrackBatch, TrackEngine, TrackShape, VariantEffect};
pub use understanding::{BinMatch, MarkMatch, Understanding};

use std::fmt;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use burn::tensor::Device;

use crate::error::Error;
use crate::input::SignalTable;
use crate::interpret::attribution::other_cell_type;
use crate::model::{self, tables::TableModel};
use crate::task::Task;
use crate::weights::architecture::{Attends, Description};
use crate::weights::{ModelCard, Problem, WeightFile};

/// A model on a device, or an ensemble of models with the same input, whose mean is predicted.
pub struct Engine {
    models: Models,
    card: ModelCard,
    attends: Attends,
    /// Bytes per gene in the largest buffer of a pass, which limit the number of genes per pass.
    footprint: u64,
    sha256: String,
    device: Device,
    limits: Limits,
    /// True if changes are predicted in the symmetric form.
    symmetric: AtomicBool,
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine")
            .field("model", &self.card.name)
            .field("sha256", &self.sha256)
            .finish_non_exhaustive()
    }
}

impl Engine {
    /// Reads a model file and moves its weights to `device`.
    ///
    /// # Errors
    /// [`Error::Weights`] if the file is not a complete model file of a known family; [`Error::Device`] if the model is
    /// too large for the device.
    pub fn load(file: &str, bytes: &[u8], device: &Device) -> Result<Self, Error> {
        Self::named(WeightFile::read(file, bytes)?, file, device, model::of_tables)
    }

    /// As [`load`](Self::load), for models of on and off alone: a program that calls no other loader does not link
    /// other models.
    ///
    /// # Errors
    /// As [`load`](Self::load); also [`Error::Weights`] if the model is of another task.
    pub fn load_on_off(file: &str, bytes: &[u8], device: &Device) -> Result<Self, Error> {
        let weights = WeightFile::read(file, bytes)?;
        if weights.card.task == Task::Change {
            let problem = Problem::AnotherInput {
                family: weights.card.family,
                found: "the tables of two cell types",
                expected: "one table of signal",
            };
            return Err(problem.of(file).into());
        }
        #[cfg(all(target_family = "wasm", not(feature = "change")))]
        if weights.card.task == Task::Level
            || ["members", "calibration"]
                .iter()
                .any(|&field| weights.card.extra.contains_key(field))
        {
            return Err(Problem::AnotherEngine.of(file).into());
        }
        Self::named(weights, file, device, model::on_off)
    }

    /// As [`load`](Self::load), from a file that has been read.
    ///
    /// # Errors
    /// [`Error::Weights`] if the model takes sequences; [`Error::Device`] if it is too large for the device.
    pub fn new(weights: WeightFile, device: &Device) -> Result<Self, Error> {
        let name = weights.card.name.clone();
        Self::named(weights, &name, device, model::of_tables)
    }

    /// Places a model; errors use this name.
    fn named(weights: WeightFile, name: &str, device: &Device, build: model::Build) -> Result<Self, Error> {
        if weights.card.takes_sequences() {
            return Err(takes_another(&weights.card).of(name).into());
        }
        let described = described(&weights.card);
        let (models, footprint) = built(&weights, device, build)?;
        Ok(Self {
            models,
            symmetric: weights.card.is_symmetric().into(),
            attends: described.attends,
            footprint,
            card: weights.card,
            sha256: weights.sha256,
            device: device.clone(),
            limits: Limits::of(device),
        })
    }

    /// Replaces the device's own limits of each pass, to bound memory.
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// Switches the symmetric form of a change on or off, whatever the card says: (f(A, B) − f(B, A)) / 2, which is 0
    /// for equal cell types. Other models are not affected.
    pub fn set_symmetric(&self, symmetric: bool) {
        let symmetric = symmetric && self.card.task == Task::Change;
        self.symmetric.store(symmetric, Ordering::Relaxed);
    }

    /// True if changes are predicted in the symmetric form.
    pub fn is_symmetric(&self) -> bool {
        self.symmetric.load(Ordering::Relaxed)
    }

    /// The model's card.
    pub fn card(&self) -> &ModelCard {
        &self.card
    }

    /// Axes of the model's attention.
    pub fn attends(&self) -> Attends {
        self.attends
    }

    /// SHA-256 of the file, in lower-case hexadecimal.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// Assesses the fit of a table to this model.
    pub fn understand(&self, table: &SignalTable) -> Understanding {
        Form::of(&self.card).understand(table, 0)
    }

    /// Converts a table to this model's input form.
    ///
    /// # Errors
    /// [`Error::Input`] if a mark is missing, the number of bins differs, or an option names an unknown mark or bin.
    pub fn prepare(&self, table: &SignalTable, options: &PrepareOptions) -> Result<Prepared, Error> {
        Form::of(&self.card).prepare(table, options)
    }

    /// Runs one batch: `values` [genes, T, columns] of a [`Prepared`] table, with T the card's bins. A batch that
    /// exceeds the device's limits runs in several passes, with the same results.
    ///
    /// # Errors
    /// [`Error::Device`] if the device does not take a single gene, or does not return its results;
    /// [`Error::Prediction`] if an input or a result is not finite.
    ///
    /// # Panics
    /// If `values` are not genes x T x columns.
    pub async fn predict_batch(&self, values: &[f32], genes: usize) -> Result<Batch, Error> {
        let name = |gene| format!("gene {} of these {genes}", gene + 1);
        self.predict_genes(values, genes, &name).await
    }

    /// The same for named genes.
    async fn predict_genes(
        &self,
        values: &[f32],
        genes: usize,
        name: &dyn Fn(usize) -> String,
    ) -> Result<Batch, Error> {
        let mut batch = self.one_order_of(values, genes).await?;
        if self.is_symmetric() {
            let exchanged = other_cell_type(values, self.card.marks.len());
            let reverse = self.one_order_of(&exchanged, genes).await?;
            antisymmetric(&mut batch.fold_change, &reverse.fold_change);
            antisymmetric(&mut batch.members, &reverse.members);
        }
        #[cfg(any(not(target_family = "wasm"), feature = "change"))]
        if let Some(calibration) = &self.card.calibration {
            batch.calibrate(calibration);
        }
        batch.checked(&self.card, values, genes, name)
    }

    async fn one_order_of(&self, values: &[f32], genes: usize) -> Result<Batch, Error> {
        let size = self.card.bins * self.card.columns();
        assert_eq!(values.len(), genes * size, "a batch is genes x bins x marks values");
        let pass = self.limits.pass(self.footprint);
        let pass = pass.ok_or_else(|| self.too_large())?;
        let mut batch = Batch::with_room(genes, &self.card, self.attends);
        for values in values.chunks(pass.saturating_mul(size)) {
            batch.append(self.pass(values).await?);
        }
        Ok(batch)
    }

    /// Runs one pass.
    async fn pass(&self, values: &[f32]) -> Result<Batch, Error> {
        let (bins, columns) = (self.card.bins, self.card.columns());
        let genes = values.len() / (bins * columns);
        let mut values = values.to_vec();
        self.card.transform.apply(&mut values);
        let shape = [genes, bins, columns];
        #[cfg(any(not(target_family = "wasm"), feature = "change"))]
        if self.models.len() > 1 {
            let mut members = Vec::with_capacity(self.models.len());
            for model in &self.models {
                members.push(self.one(&**model, values.clone(), shape).await?);
            }
            let marks = &self.card.marks;
            let same = [
                self.attends.rows(marks),
                self.attends.columns(marks),
                self.attends.auxiliary(marks),
            ];
            return Ok(Batch::mean(&members, same.map(|names| !names.is_empty())));
        }
        self.one(&*self.models[0], values, shape).await
    }

    /// Runs one model on one pass.
    async fn one(&self, model: &dyn TableModel, values: Vec<f32>, shape: [usize; 3]) -> Result<Batch, Error> {
        let batch = Batch::read(model.forward(values, shape, &self.device)).await;
        #[cfg(any(not(target_family = "wasm"), feature = "change"))]
        if self.card.task == Task::Level {
            return batch.map(Batch::of_levels);
        }
        batch
    }

    fn too_large(&self) -> Error {
        Error::Device {
            device: "the GPU".to_owned(),
            problem: format!(
                "one gene takes a buffer of {} bytes; it gives {} at most. Use the CPU",
                self.footprint, self.limits.buffer
            ),
        }
    }

    /// Runs all genes, `batch` at a time. `progress` is called with the number done and of all, before each batch and
    /// at the end, and may cancel.
    ///
    /// # Errors
    /// [`Error::Cancelled`] if `progress` cancelled; [`Error::Device`] as for [`predict_batch`](Self::predict_batch).
    pub async fn predict(
        &self,
        prepared: &Prepared,
        batch: usize,
        mut progress: impl FnMut(usize, usize) -> ControlFlow<()>,
    ) -> Result<Predictions, Error> {
        let total = prepared.genes();
        let mut predictions = Predictions::new(&self.card, prepared, self.attends);
        let mut done = 0;
        while done < total {
            if progress(done, total).is_break() {
                return Err(Error::Cancelled);
            }
            let end = total.min(done + batch.max(1));
            let name = |gene: usize| prepared.names()[done + gene].clone();
            let next = self.predict_genes(prepared.values(done, end), end - done, &name);
            predictions.values.append(next.await?);
            done = end;
        }
        // Complete: cancelling has no effect.
        let _ = progress(total, total);
        Ok(predictions)
    }
}

/// Builds the models of a file; also returns the bytes per gene in the largest buffer of a pass.
fn built(weights: &WeightFile, device: &Device, build: model::Build) -> Result<(Models, u64), Error> {
    let failed = |problem| read::failed("the GPU", problem);
    #[cfg(any(not(target_family = "wasm"), feature = "change"))]
    if !weights.card.members.is_empty() {
        let members = weights.members();
        let models = members
            .iter()
            .map(|member| build(member, device).map(Arc::from).map_err(failed));
        let footprint = members.iter().map(|member| footprint(&member.card)).max();
        return Ok((models.collect::<Result<_, _>>()?, footprint.unwrap_or_default()));
    }
    let model = build(weights, device).map_err(failed)?;
    Ok((vec![model.into()], footprint(&weights.card)))
}

/// The models of a file: one, or the members of an ensemble.
type Models = Vec<Arc<dyn TableModel>>;

fn footprint(card: &ModelCard) -> u64 {
    described(card).bytes_per_example.unwrap_or_default()
}

fn described(card: &ModelCard) -> Description {
    let Ok(described) = Description::of(card) else {
        panic!("a weight file that was read names a known variant");
    };
    described
}

/// Half the difference from the prediction for the reversed order of cell types.
fn antisymmetric(of: &mut [f32], reverse: &[f32]) {
    for (value, reverse) in of.iter_mut().zip(reverse) {
        *value = (*value - reverse) / 2.0;
    }
}

/// The error for a model of another input than the caller has.
fn takes_another(card: &ModelCard) -> Problem {
    let (found, expected) = if card.takes_sequences() {
        ("sequences", "tables of signal")
    } else {
        ("tables of signal", "sequences")
    };
    Problem::AnotherInput {
        family: card.family.clone(),
        found,
        expected,
    }
}
