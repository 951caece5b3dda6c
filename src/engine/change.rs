//! What a model of a change makes of the tables of two cell types, A and B.

use super::{Engine, PrepareOptions, Prepared, Understanding};
use crate::error::Error;
use crate::input::SignalTable;

impl Engine {
    /// What this model makes of a table of B, before anything runs.
    pub fn understand_b(&self, table: &SignalTable) -> Understanding {
        Understanding::of(&self.card, table, &self.card.input_distribution_b)
    }

    /// Puts the tables of two cell types, A and B, into the form that a model of a change takes.
    ///
    /// # Errors
    /// [`Error::Input`] as for [`prepare`](Self::prepare), and if the tables have no gene in common;
    /// [`Error::Explanation`] if the model is of one cell type.
    pub fn prepare_pair(&self, tables: [&SignalTable; 2], options: [&PrepareOptions; 2]) -> Result<Prepared, Error> {
        if self.card.conditions() != 2 {
            return Err(Error::Explanation {
                problem: format!("found two tables; {} takes one. Leave the second out", self.card.name),
            });
        }
        Prepared::pair(&self.card, tables, options)
    }
}
