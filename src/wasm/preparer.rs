//! Converts tables to a model's input form, in any engine.

use js_sys::Object;
use wasm_bindgen::prelude::*;

use super::object::plain;
use super::prepared::prepare_options;
use super::{Prepared, Table};
use crate::engine::Form;
use crate::error::Error;
use crate::weights::{ModelCard, WeightFile};

/// Converts tables to a model's input form; holds the model's card alone.
#[wasm_bindgen]
pub struct Preparer {
    card: ModelCard,
}

#[wasm_bindgen]
impl Preparer {
    /// Reads the card of the model of a file; `file` names it in errors.
    #[wasm_bindgen(constructor)]
    pub fn new(bytes: &[u8], file: &str) -> Result<Preparer, JsValue> {
        let card = WeightFile::read_card(file, bytes).map_err(Error::from)?;
        Ok(Self { card })
    }

    /// Reports the fit of the table of one of the model's cell types, counted from 0; see `Understanding` in the
    /// package's types.
    pub fn understand(&self, table: &Table, cell_type: usize) -> Result<JsValue, JsValue> {
        plain(&self.form().understand(table.inner(), cell_type))
    }

    /// Converts a table to the model's input form. `selectBins` keeps bins first…last (1-based, inclusive); `scale`
    /// multiplies marks.
    pub fn prepare(&self, table: &Table, options: Option<Object>) -> Result<Prepared, JsValue> {
        let options = prepare_options(options)?;
        Ok(Prepared::new(self.form().prepare(table.inner(), &options)?))
    }

    /// Converts the tables of two cell types, A and B, to the input form of a model of change. Genes are matched by
    /// their ids without versions; genes that only one table has are in `unmatched`. Options are those of `prepare`.
    #[wasm_bindgen(js_name = preparePair)]
    pub fn prepare_pair(
        &self,
        a: &Table,
        b: &Table,
        options_a: Option<Object>,
        options_b: Option<Object>,
    ) -> Result<Prepared, JsValue> {
        let options = [prepare_options(options_a)?, prepare_options(options_b)?];
        let prepared = self
            .form()
            .prepare_pair([a.inner(), b.inner()], [&options[0], &options[1]])?;
        Ok(Prepared::new(prepared))
    }
}

impl Preparer {
    fn form(&self) -> Form<'_> {
        Form::of(&self.card)
    }
}
