//! Tables of two cell types, A and B, as input to a model of change.

use super::{Engine, Form, PrepareOptions, Prepared};
use crate::error::Error;
use crate::input::SignalTable;

impl Engine {
    /// Converts the tables of two cell types, A and B, to the input form of a model of change.
    ///
    /// # Errors
    /// As [`Form::prepare_pair`].
    pub fn prepare_pair(&self, tables: [&SignalTable; 2], options: [&PrepareOptions; 2]) -> Result<Prepared, Error> {
        Form::of(&self.card).prepare_pair(tables, options)
    }
}
