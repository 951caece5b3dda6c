//! Fit of a table to a model, before a prediction.

use serde::Serialize;

use crate::input::{Deviation, MarkDistribution, SignalTable, compare_noted, middle_bins};
use crate::weights::ModelCard;

/// Fit of a table to a model. Fields are in camel case in JavaScript.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Understanding {
    /// Number of genes in the table.
    pub genes: usize,
    /// Layout that the table was read as.
    #[cfg_attr(feature = "schema", schemars(with = "crate::input::Layout"))]
    pub layout: &'static str,
    /// Notes on how the table was read, in sentences.
    pub notes: Vec<String>,
    /// Marks of the model with their columns in the table.
    pub marks: Vec<MarkMatch>,
    /// Marks of the table that the model does not use.
    pub extra_marks: Vec<String>,
    /// Bins of the table and of the model.
    pub bins: BinMatch,
    /// Deviations of the table's values from the training data.
    pub deviations: Vec<Deviation>,
    /// Distribution of the table's values, per mark.
    pub distribution: Vec<MarkDistribution>,
    /// True if the model can run on the table: all marks are present, and bins fit or can be selected.
    pub runs: bool,
}

/// One mark of the model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct MarkMatch {
    /// Name of the mark in the model.
    pub mark: String,
    /// Column of the mark in the table, 1-based among the marks; absent if the table lacks it.
    pub column: Option<usize>,
}

/// Bins of the table and of the model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct BinMatch {
    /// Bins per gene in the table.
    pub table: usize,
    /// Bins per gene of the model.
    pub model: usize,
    /// If the table has more bins: the middle bins that can be selected, 1-based, both ends included.
    pub selectable: Option<(usize, usize)>,
}

impl Understanding {
    /// Matches marks by name, and compares the values with `trained`, the card's record of the training data.
    pub(super) fn of(card: &ModelCard, table: &SignalTable, trained: &[MarkDistribution]) -> Self {
        let marks: Vec<MarkMatch> = card
            .marks
            .iter()
            .map(|mark| MarkMatch {
                mark: mark.clone(),
                column: table.mark_column(mark).map(|column| column + 1),
            })
            .collect();
        let taken: Vec<usize> = marks.iter().filter_map(|mark| mark.column).collect();
        let extra_marks = table
            .marks
            .iter()
            .enumerate()
            .filter(|(column, _)| !taken.contains(&(column + 1)))
            .map(|(_, mark)| mark.clone())
            .collect();
        let bins = BinMatch {
            table: table.bins,
            model: card.bins,
            selectable: middle_bins(table.bins, card.bins).filter(|_| table.bins != card.bins),
        };
        let distribution = table.distribution();
        let mut deviations = compare_noted(&table.notes, &distribution, trained);
        deviations.extend(card.geometry().compare(&table.notes, bins.table == bins.model));
        Self {
            genes: table.genes.len(),
            layout: table.layout.name(),
            notes: table.notes.clone(),
            runs: marks.iter().all(|mark| mark.column.is_some())
                && (bins.table == bins.model || bins.selectable.is_some()),
            marks,
            extra_marks,
            deviations,
            bins,
            distribution,
        }
    }
}
