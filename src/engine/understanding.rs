//! Fit of a table to a model, before a prediction.

use serde::Serialize;

use crate::input::{Deviation, MarkDistribution, SignalTable, compare_noted, middle_bins};
use crate::weights::ModelCard;

/// Fit of a table to a model. In JavaScript the fields are in camel case.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Understanding {
    /// Genes in the table.
    pub genes: usize,
    /// The layout the table was read as.
    #[cfg_attr(feature = "schema", schemars(with = "crate::input::Layout"))]
    pub layout: &'static str,
    /// Account of its reading, in sentences.
    pub notes: Vec<String>,
    /// For each mark of the model, where the table has it.
    pub marks: Vec<MarkMatch>,
    /// Marks of the table that the model does not take.
    pub extra_marks: Vec<String>,
    /// The number of bins on either side.
    pub bins: BinMatch,
    /// Differences of the table's values from those the model was trained on.
    pub deviations: Vec<Deviation>,
    /// The table's values, mark by mark.
    pub distribution: Vec<MarkDistribution>,
    /// True if the model can run on the table: every mark found, and as many bins as it takes (or some to select).
    pub runs: bool,
}

/// One mark of the model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct MarkMatch {
    /// The mark's name in the model.
    pub mark: String,
    /// Its column in the table, 1-based among the marks; none where the table lacks it.
    pub column: Option<usize>,
}

/// The number of bins on either side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct BinMatch {
    /// Bins of each gene in the table.
    pub table: usize,
    /// Bins that the model takes.
    pub model: usize,
    /// Where the table has more: the bins around the window's middle that could be kept, 1-based, both ends included.
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
