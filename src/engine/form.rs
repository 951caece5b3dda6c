//! The form of table that a model takes: its card says it, so that no weights are needed.

use super::{PrepareOptions, Prepared, Understanding};
use crate::error::Error;
use crate::input::SignalTable;
use crate::weights::ModelCard;

/// Input form of a card's model: matches and prepares tables before anything runs.
#[derive(Debug, Clone, Copy)]
pub struct Form<'a> {
    card: &'a ModelCard,
}

impl<'a> Form<'a> {
    /// That of the model of this card.
    pub fn of(card: &'a ModelCard) -> Self {
        Self { card }
    }

    /// Assesses the fit of a table to the model, as that of one of the model's cell types, counted from 0.
    pub fn understand(&self, table: &SignalTable, cell_type: usize) -> Understanding {
        let trained = self.card.distributions().nth(cell_type);
        Understanding::of(self.card, table, trained.unwrap_or_default())
    }

    /// Puts a table into the form that the model takes.
    ///
    /// # Errors
    /// [`Error::Input`] if a mark is missing, the number of bins is another, or an option names what is not there.
    pub fn prepare(&self, table: &SignalTable, options: &PrepareOptions) -> Result<Prepared, Error> {
        Prepared::new(self.card, table, options)
    }

    /// Puts the tables of two cell types, A and B, into the form that a model of a change takes.
    ///
    /// # Errors
    /// [`Error::Input`] as for [`prepare`](Self::prepare), and if the tables have no gene in common;
    /// [`Error::Explanation`] if the model is of one cell type.
    pub fn prepare_pair(&self, tables: [&SignalTable; 2], options: [&PrepareOptions; 2]) -> Result<Prepared, Error> {
        if self.card.conditions() != 2 {
            return Err(Error::Explanation {
                problem: format!("found two tables; {} reads one. Leave the second out", self.card.name),
            });
        }
        Prepared::pair(self.card, tables, options)
    }
}
