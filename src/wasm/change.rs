//! What a model of a change takes: the tables of two cell types.

use js_sys::Object;
use wasm_bindgen::prelude::*;

use super::model::prepare_options;
use super::object::plain;
use super::{Model, Prepared, Table};

#[wasm_bindgen]
impl Model {
    /// What this model makes of a table of the second cell type, before anything runs; see `Understanding` in the
    /// package's types.
    #[wasm_bindgen(js_name = understandB)]
    pub fn understand_b(&self, table: &Table) -> Result<JsValue, JsValue> {
        plain(&self.engine.understand_b(table.inner()))
    }

    /// Puts the tables of two cell types, A and B, into this model's form. Genes are matched by their ids without
    /// versions; those that only one table has are in `unmatched`. Options are those of `prepare`.
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
            .engine
            .prepare_pair([a.inner(), b.inner()], [&options[0], &options[1]])?;
        Ok(Prepared::new(prepared))
    }
}
