//! Tables of signal with the measured levels of their genes, for models of level.

use std::path::Path;

use regulens::input::{Expression, SignalTable, expression_of};
use regulens::task::level::level;

use super::error::CliError;
use super::files;
use super::genes::take;
use super::signal::{LabelArgs, select_bins};

/// Signal of genes with log2(count + 1) of each.
pub struct Levelled {
    /// The signal; labels that the table has are left out.
    pub table: SignalTable,
    /// Gene by gene.
    pub levels: Vec<f64>,
}

impl Levelled {
    /// Reads a table, with the marks and bins of `like` where there is one.
    ///
    /// # Errors
    /// Also where a gene has no count, or all genes have the same.
    pub fn read(
        path: &Path,
        labels: &LabelArgs,
        counts: &Expression,
        like: Option<&SignalTable>,
    ) -> Result<Self, CliError> {
        let mut table = select_bins(files::table(path)?, labels.bins())?;
        if let Some(like) = like {
            table = table.order_marks(&like.marks)?;
            table.expect_bins(like.bins)?;
        }
        table.labels = None;
        let levels: Vec<f64> = expression_of(&table.file, &table.genes, counts)?
            .into_iter()
            .map(level)
            .collect();
        match levels.first() {
            Some(first) if levels.iter().all(|level| level == first) => Err(CliError::file(
                table.file,
                format!(
                    "found the level {first} in all {} genes by {}; expected different levels. Add genes, or check \
                        --expression and --column.",
                    levels.len(),
                    counts.file()
                ),
            )),
            _ => Ok(Self { table, levels }),
        }
    }

    /// Some of its genes, by their places, in that order.
    pub fn of_places(&self, places: &[usize]) -> Self {
        Self {
            table: take(&self.table, places),
            levels: places.iter().map(|&place| self.levels[place]).collect(),
        }
    }
}
