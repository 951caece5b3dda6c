//! A table in a model's input form.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::error::Error;
use crate::input::{Expression, Paired, SignalTable, without_version};
use crate::weights::ModelCard;

/// Changes to a table before prediction.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PrepareOptions {
    /// Keep these bins of each gene, 1-based, inclusive.
    pub select_bins: Option<(usize, usize)>,
    /// Factors of marks' values.
    pub scale: Vec<(String, f32)>,
}

/// Signal with the model's marks in the model's order and the model's number of bins, not yet transformed.
#[derive(Debug, Clone, PartialEq)]
pub struct Prepared {
    table: SignalTable,
    /// Genes that only one of two tables has.
    unmatched: [Vec<String>; 2],
}

impl Prepared {
    /// Matches marks by name.
    ///
    /// # Errors
    /// [`Error::Input`] if a mark is missing, the number of bins differs, or an option names an unknown mark or bin;
    /// also if the model takes two cell types.
    pub(super) fn new(card: &ModelCard, table: &SignalTable, options: &PrepareOptions) -> Result<Self, Error> {
        if card.conditions() != 1 {
            return Err(table.only_one().into());
        }
        Ok(Self {
            table: of_model(card, table, options)?,
            unmatched: [Vec::new(), Vec::new()],
        })
    }

    /// The same for the tables of two cell types, whose genes are matched by their ids without versions.
    ///
    /// # Errors
    /// As [`new`](Self::new) for either table, and if they have no gene in common.
    ///
    /// # Panics
    /// If the model takes one cell type.
    pub(super) fn pair(
        card: &ModelCard,
        [a, b]: [&SignalTable; 2],
        [options_a, options_b]: [&PrepareOptions; 2],
    ) -> Result<Self, Error> {
        assert_eq!(card.conditions(), 2, "cell types of the model");
        let a = of_model(card, a, options_a)?;
        let b = of_model(card, b, options_b)?;
        let paired = Paired::new(&a, &b)?;
        Ok(Self {
            table: paired.table,
            unmatched: [paired.only_a, paired.only_b],
        })
    }

    /// Genes that only A has, and genes that only B has; empty for a single table.
    pub fn unmatched(&self) -> &[Vec<String>; 2] {
        &self.unmatched
    }

    /// N.
    pub fn genes(&self) -> usize {
        self.table.genes.len()
    }

    /// The genes' names.
    pub fn names(&self) -> &[String] {
        &self.table.genes
    }

    /// Index of each gene among `genes`, `[N]`, matched by ids without versions; `None` for a gene that is missing
    /// there.
    pub fn places_in(&self, genes: &[String]) -> Vec<Option<usize>> {
        let places: HashMap<&str, usize> = genes.iter().map(|gene| without_version(gene)).zip(0..).collect();
        let places = self.names().iter().map(|gene| places.get(without_version(gene)));
        places.map(Option::<&usize>::copied).collect()
    }

    /// Measured counts of the genes, `[N]`, matched by ids without versions; NaN if missing.
    pub fn counts(&self, of: &Expression) -> Vec<f32> {
        let counts = self.found(of).into_iter();
        counts
            .map(|count| count.map_or(f32::NAN, |count| count as f32))
            .collect()
    }

    /// True for genes that are on by measured counts, `[N]`; `None` if missing.
    pub fn on(&self, of: &Expression) -> Vec<Option<bool>> {
        let counts = self.found(of).into_iter();
        counts.map(|count| count.map(|count| of.is_on(count))).collect()
    }

    fn found(&self, of: &Expression) -> Vec<Option<f64>> {
        let counts: HashMap<&str, f64> = of
            .counts()
            .map(|(gene, count)| (without_version(gene), count))
            .collect();
        let genes = self.names().iter();
        genes.map(|gene| counts.get(without_version(gene)).copied()).collect()
    }

    /// Labels, if the table has them.
    pub fn labels(&self) -> Option<&[bool]> {
        self.table.labels.as_deref()
    }

    /// Values [end - start, T, columns] of a range of genes. Columns are marks; with two cell types, those of A and
    /// then those of B.
    pub fn values(&self, start: usize, end: usize) -> &[f32] {
        let size = self.table.bins * self.table.marks.len();
        &self.table.values[start * size..end * size]
    }
}

/// A table with the model's bins, and its marks in the model's order.
fn of_model(card: &ModelCard, table: &SignalTable, options: &PrepareOptions) -> Result<SignalTable, Error> {
    // Tables may be large: a step without changes borrows its input.
    let selected = match options.select_bins {
        Some((first, last)) => Cow::Owned(table.select_bins(first, last)?),
        None => Cow::Borrowed(table),
    };
    selected.expect_bins(card.bins)?;
    let ordered = selected.order_marks(&card.marks)?;
    Ok(if options.scale.is_empty() {
        ordered
    } else {
        ordered.scale(&options.scale)?
    })
}
