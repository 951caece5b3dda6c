//! Load a model file, describe it, run it: the one interface that the command line and the web bindings call.
//!
//! ```text
//! bytes ─► Engine::load ─► card                      what it is
//! table ─► Engine::prepare ─► Prepared               marks by name, bins checked, rescaled as asked
//!          Engine::predict(Prepared, progress) ─► Predictions
//! ```
//!
//! Nothing here knows a layer; [`model`](crate::model) does.

mod device;
mod known_case;
mod loaded;
mod predictions;
mod prepared;
mod understanding;

pub use device::DeviceKind;
pub use known_case::{KnownCase, TOLERANCE, largest_difference};
pub use predictions::{Batch, Predictions};
pub use prepared::{PrepareOptions, Prepared};
pub use understanding::{BinMatch, MarkMatch, Understanding};

use std::ops::ControlFlow;

use burn::tensor::{Device, Tensor, TensorData};

use crate::error::Error;
use crate::input::SignalTable;
use crate::weights::{ModelCard, WeightFile};
use loaded::Loaded;

/// A model on a device.
#[derive(Debug)]
pub struct Engine {
    model: Loaded,
    card: ModelCard,
    sha256: String,
    device: Device,
}

impl Engine {
    /// Reads a model file and places its weights on `device`.
    ///
    /// # Errors
    /// [`Error::Weights`] if the file is not a whole model file of a known family; nothing of it has run then. [`Error::Device`]
    /// if the model is too large for the device.
    pub fn load(file: &str, bytes: &[u8], device: &Device) -> Result<Self, Error> {
        Self::new(WeightFile::read(file, bytes)?, device)
    }

    /// As [`load`](Self::load), from a file that is read already.
    ///
    /// # Errors
    /// [`Error::Device`] if the model is too large for the device.
    pub fn new(weights: WeightFile, device: &Device) -> Result<Self, Error> {
        let model = Loaded::new(&weights, device)?;
        Ok(Self {
            model,
            card: weights.card,
            sha256: weights.sha256,
            device: device.clone(),
        })
    }

    /// What the model is.
    pub fn card(&self) -> &ModelCard {
        &self.card
    }

    /// SHA-256 of the file, in lower-case hexadecimal.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// What this model makes of a table, before anything runs.
    pub fn understand(&self, table: &SignalTable) -> Understanding {
        Understanding::of(&self.card, table)
    }

    /// Puts a table into the form that this model takes.
    ///
    /// # Errors
    /// [`Error::Input`] if a mark is missing, the number of bins is another, or an option names what is not there.
    pub fn prepare(
        &self,
        table: &SignalTable,
        options: &PrepareOptions,
    ) -> Result<Prepared, Error> {
        Prepared::new(&self.card, table, options)
    }

    /// Runs one batch: `values` [genes, T, M] as [`Prepared`] holds them, T being the card's bins.
    ///
    /// A GPU holds the states of the whole batch in one buffer of genes x M x T x 2H float32, and devices bound that: at the
    /// published sizes 128 MiB, the least that WebGPU promises, are 1,048 genes. A few hundred fill any GPU.
    ///
    /// # Errors
    /// [`Error::Device`] if the device does not give its results back.
    ///
    /// # Panics
    /// If `values` are not genes x T x M, or the batch is too large for the GPU's buffers.
    pub async fn predict_batch(&self, values: &[f32], genes: usize) -> Result<Batch, Error> {
        let (bins, marks) = (self.card.bins, self.card.marks.len());
        assert_eq!(
            values.len(),
            genes * bins * marks,
            "a batch is genes x bins x marks values"
        );
        if genes == 0 {
            return Ok(Batch::default());
        }
        let mut values = values.to_vec();
        self.card.transform.apply(&mut values);
        let x = Tensor::<3>::from_data(TensorData::new(values, [genes, bins, marks]), &self.device);
        self.model.predict(x).await
    }

    /// Runs all genes, `batch` at a time. `progress` hears how many are done of how many before each batch and at the end, and
    /// may break off.
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
        let mut predictions = Predictions::new(&self.card, prepared);
        let mut done = 0;
        while done < total {
            if progress(done, total).is_break() {
                return Err(Error::Cancelled);
            }
            let end = total.min(done + batch.max(1));
            predictions.append(
                self.predict_batch(prepared.values(done, end), end - done)
                    .await?,
            );
            done = end;
        }
        // All is done: there is nothing left to break off.
        let _ = progress(total, total);
        Ok(predictions)
    }
}
