//! A table in the form that one model takes.

use std::borrow::Cow;

use crate::error::Error;
use crate::input::SignalTable;
use crate::weights::ModelCard;

/// What to do with a table before a model sees it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PrepareOptions {
    /// Keep these bins of each gene, 1-based, both ends included.
    pub select_bins: Option<(usize, usize)>,
    /// Multiply these marks' values.
    pub scale: Vec<(String, f32)>,
}

/// Signal with the model's marks in the model's order, and the model's number of bins; not yet transformed.
#[derive(Debug, Clone, PartialEq)]
pub struct Prepared {
    table: SignalTable,
}

impl Prepared {
    /// Matches marks by name, never by position.
    ///
    /// # Errors
    /// [`Error::Input`] if a mark is missing, the number of bins is another, or an option names what is not there.
    pub(super) fn new(
        card: &ModelCard,
        table: &SignalTable,
        options: &PrepareOptions,
    ) -> Result<Self, Error> {
        // Tables may be large: each step that changes nothing borrows what the last one left.
        let selected = match options.select_bins {
            Some((first, last)) => Cow::Owned(table.select_bins(first, last)?),
            None => Cow::Borrowed(table),
        };
        selected.expect_bins(card.bins)?;
        let ordered = selected.order_marks(&card.marks)?;
        let table = if options.scale.is_empty() {
            ordered
        } else {
            ordered.scale(&options.scale)?
        };
        Ok(Self { table })
    }

    /// N.
    pub fn genes(&self) -> usize {
        self.table.genes.len()
    }

    /// The genes' names.
    pub fn names(&self) -> &[String] {
        &self.table.genes
    }

    /// Labels, where the table has them.
    pub fn labels(&self) -> Option<&[bool]> {
        self.table.labels.as_deref()
    }

    /// Values [end - start, T, M] of a range of genes.
    pub fn values(&self, start: usize, end: usize) -> &[f32] {
        let size = self.table.bins * self.table.marks.len();
        &self.table.values[start * size..end * size]
    }
}
