//! Load a model file, describe it, run it: the one interface that the command line and the web bindings call.
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
//! Nothing here knows a layer; [`model`](crate::model) does.

#[cfg(any(not(target_family = "wasm"), feature = "change"))]
mod believed;
mod change;
mod device;
#[cfg(any(not(target_family = "wasm"), feature = "change"))]
mod ensemble;
#[cfg(feature = "attribution")]
mod explain;
mod form;
mod limits;
mod predictions;
mod prepared;
mod read;
#[cfg(feature = "schema")]
mod schema;
mod self_test;
mod sound;
#[cfg(any(not(target_family = "wasm"), feature = "sequences"))]
mod tracks;
mod understanding;

#[cfg(any(not(target_family = "wasm"), feature = "sequences"))]
pub use believed::TrackGuarantee;
#[cfg(any(not(target_family = "wasm"), feature = "change"))]
pub use believed::{Guarantee, NoGuarantee};
pub use device::DeviceKind;
#[cfg(any(not(target_family = "wasm"), feature = "change"))]
pub use ensemble::Spread;
#[cfg(feature = "attribution")]
pub use explain::ClassOptimisation;
pub use form::Form;
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

/// A model on a device, or several of the same input whose mean it predicts.
pub struct Engine {
    models: Models,
    card: ModelCard,
    attends: Attends,
    /// Bytes of one gene in the largest buffer of a pass, which bound how many genes fit into one.
    footprint: u64,
    sha256: String,
    device: Device,
    limits: Limits,
    /// True where a change is half the difference of the two orders of its cell types.
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
    /// Reads a model file and places its weights on `device`.
    ///
    /// # Errors
    /// [`Error::Weights`] if the file is not a whole model file of a known family; nothing of it has run then.
    /// [`Error::Device`] if the model is too large for the device.
    pub fn load(file: &str, bytes: &[u8], device: &Device) -> Result<Self, Error> {
        Self::named(WeightFile::read(file, bytes)?, file, device, model::of_tables)
    }

    /// As [`load`](Self::load), for models that say whether a gene is on alone: a program that loads none in another
    /// way has no others linked.
    ///
    /// # Errors
    /// As [`load`](Self::load); [`Error::Weights`] too if the model is of another task.
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

    /// As [`load`](Self::load), from a file that is read already.
    ///
    /// # Errors
    /// [`Error::Weights`] if the model takes sequences, [`Error::Device`] if it is too large for the device.
    pub fn new(weights: WeightFile, device: &Device) -> Result<Self, Error> {
        let name = weights.card.name.clone();
        Self::named(weights, &name, device, model::of_tables)
    }

    /// Places a model that errors call by this name.
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

    /// Holds every pass to these limits instead of the device's own, to bound its memory.
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// Takes the symmetric form of a change or leaves it, whatever the card says: (f(A, B) − f(B, A)) / 2, which is 0
    /// where both cell types are the same. Other models stay as they are.
    pub fn set_symmetric(&self, symmetric: bool) {
        let symmetric = symmetric && self.card.task == Task::Change;
        self.symmetric.store(symmetric, Ordering::Relaxed);
    }

    /// True where changes are of the symmetric form.
    pub fn is_symmetric(&self) -> bool {
        self.symmetric.load(Ordering::Relaxed)
    }

    /// Card of the model.
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

    /// Assesses the fit of a table to this model, before anything runs.
    pub fn understand(&self, table: &SignalTable) -> Understanding {
        Form::of(&self.card).understand(table, 0)
    }

    /// Puts a table into the form that this model takes.
    ///
    /// # Errors
    /// [`Error::Input`] if a mark is missing, the number of bins is another, or an option names what is not there.
    pub fn prepare(&self, table: &SignalTable, options: &PrepareOptions) -> Result<Prepared, Error> {
        Form::of(&self.card).prepare(table, options)
    }

    /// Runs one batch: `values` [genes, T, columns] as [`Prepared`] holds them, T being the card's bins. A batch that
    /// the device does not take at once runs in several passes, and gives the same.
    ///
    /// # Errors
    /// [`Error::Device`] if the device does not take even one gene, or does not give its results back;
    /// [`Error::Prediction`] where what comes out is no number, or a value is none.
    ///
    /// # Panics
    /// If `values` are not genes x T x columns.
    pub async fn predict_batch(&self, values: &[f32], genes: usize) -> Result<Batch, Error> {
        let name = |gene| format!("gene {} of these {genes}", gene + 1);
        self.predict_genes(values, genes, &name).await
    }

    /// The same of genes that have names.
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

    /// Runs what the device takes at once.
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

    /// Runs one model on what the device takes at once.
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
                "one gene needs a buffer of {} bytes; it allows at most {}. Use the CPU",
                self.footprint, self.limits.buffer
            ),
        }
    }

    /// Runs all genes, `batch` at a time. `progress` hears how many are done of how many before each batch and at the
    /// end, and may break off.
    ///
    /// # Errors
    /// [`Error::Cancelled`] if `progress` broke off; [`Error::Device`] as for [`predict_batch`](Self::predict_batch).
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
        // All is done: there is nothing left to break off.
        let _ = progress(total, total);
        Ok(predictions)
    }
}

/// Builds the models of a file; with the bytes of one gene in the largest buffer of a pass.
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

/// Half of the difference from what the reverse order gives.
fn antisymmetric(of: &mut [f32], reverse: &[f32]) {
    for (value, reverse) in of.iter_mut().zip(reverse) {
        *value = (*value - reverse) / 2.0;
    }
}

/// A model that takes something else than the caller has.
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
