//! Descriptions of models, `Description` in the package's types.

use wasm_bindgen::prelude::*;

#[cfg(feature = "tables")]
use super::Model;
use super::object::plain;
use crate::error::Error;
use crate::weights::architecture::Description;
use crate::weights::{ModelCard, WeightFile};

/// The task of a file's model from its card, in kebab case, which decides how to open it. `file` names it in errors;
/// its header suffices.
#[wasm_bindgen(js_name = modelTask)]
pub fn model_task(bytes: &[u8], file: &str) -> Result<String, JsValue> {
    let card = WeightFile::read_card(file, bytes).map_err(Error::from)?;
    Ok(card.task.id().to_owned())
}

#[cfg(feature = "tables")]
#[wasm_bindgen]
impl Model {
    /// Task, family, variant, attention, publications, and memory per gene.
    pub fn describe(&self) -> Result<JsValue, JsValue> {
        described(self.engine.card())
    }
}

/// Describes the model of a card.
pub(super) fn described(card: &ModelCard) -> Result<JsValue, JsValue> {
    let description = Description::of(card).map_err(|problem| Error::from(problem.of(&card.name)))?;
    plain(&description)
}
