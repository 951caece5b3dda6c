//! The input form of a model, which its card defines without weights.

use super::{PrepareOptions, Prepared, Understanding};
use crate::error::Error;
use crate::input::SignalTable;
use crate::weights::ModelCard;

/// Input form of a card's model: matches and prepares tables before a prediction.
#[derive(Debug, Clone, Copy)]
pub struct Form<'a> {
    card: &'a ModelCard,
}

impl<'a> Form<'a> {
    /// The form of this card's model.
    pub fn of(card: &'a ModelCard) -> Self {
        Self { card }
    }

    /// Assesses the fit of a table to the model, as the table of one of the model's cell types, counted from 0.
    pub fn understand(&self, table: &SignalTable, cell_type: usize) -> Understanding {
        let trained = self.card.distributions().nth(cell_type);
        Understanding::of(self.card, table, trained.unwrap_or_default())
    }

    /// Converts a table to the model's input form.
    ///
    /// # Errors
    /// [`Error::Input`] if a mark is missing, the number of bins differs, or an option names an unknown mark or bin.
    pub fn prepare(&self, table: &SignalTable, options: &PrepareOptions) -> Result<Prepared, Error> {
        Prepared::new(self.card, table, options)
    }

    /// Converts the tables of two cell types, A and B, to the input form of a model of change.
    ///
    /// # Errors
    /// [`Error::Input`] as for [`prepare`](Self::prepare), and if the tables have no gene in common;
    /// [`Error::Explanation`] if the model takes one cell type.
    pub fn prepare_pair(&self, tables: [&SignalTable; 2], options: [&PrepareOptions; 2]) -> Result<Prepared, Error> {
        if self.card.conditions() != 2 {
            return Err(Error::Explanation {
                problem: format!("found two tables; {} takes one. Leave the second out", self.card.name),
            });
        }
        Prepared::pair(self.card, tables, options)
    }
}
