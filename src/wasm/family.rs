//! Which family a model file is of.

use wasm_bindgen::prelude::*;

use crate::error::Error;
use crate::weights::WeightFile;

/// The family of a model file, as its card says, in kebab case.
#[wasm_bindgen(js_name = modelFamily)]
pub fn model_family(bytes: &[u8], file: &str) -> Result<String, JsValue> {
    let card = WeightFile::read_card(file, bytes).map_err(Error::from)?;
    Ok(card.family)
}
