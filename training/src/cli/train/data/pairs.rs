//! Genes of a training on two cell types.

use regulens::engine::{Batch, Engine, PrepareOptions, Prepared};
use regulens::input::{SignalTable, log2_fold_change};
use regulens::task::change::ChangeScore;
use regulens::weights::card::Transform;

use super::overlap::Part;
use super::{GeneSet, one_value};
use crate::cli::error::CliError;
use crate::cli::files;
use crate::cli::pairs::LabelledPair;
use crate::train::data::{Examples, change_and_levels};

impl GeneSet for LabelledPair {
    type Score = ChangeScore;

    const MEASURED: &'static str = "value";

    fn table(&self) -> &SignalTable {
        &self.paired.table
    }

    fn tables(&self) -> &[SignalTable] {
        &self.tables
    }

    fn part(&self, role: &'static str) -> Part<'_> {
        Part::of_pair(role, &self.paired.table, &self.tables)
    }

    fn measured(&self) -> Vec<f64> {
        self.counts.iter().map(|&counts| log2_fold_change(counts)).collect()
    }

    fn bytes(&self) -> (&'static str, Vec<u8>) {
        let targets = self.counts.iter().flat_map(change_and_levels);
        ("", targets.flat_map(f32::to_le_bytes).collect())
    }

    /// `200 genes (a.csv, b.csv)`.
    fn words(&self) -> String {
        let [a, b] = self.tables.each_ref().map(|table| files::name(&table.file));
        format!("{} genes ({a}, {b})", self.paired.table.genes.len())
    }

    fn examples(&self, transform: &Transform) -> Examples {
        Examples::of_pair(&self.paired.table, &self.counts, transform)
    }

    fn take(&self, places: &[usize]) -> Result<Self, CliError> {
        self.of_places(places)
    }

    fn prepare(&self, engine: &Engine) -> Result<Prepared, CliError> {
        let options = PrepareOptions::default();
        let [a, b] = &self.tables;
        Ok(engine.prepare_pair([a, b], [&options, &options])?)
    }

    fn predicted(values: &Batch) -> &[f32] {
        &values.fold_change
    }

    fn score(predicted: &[f64], measured: &[f64]) -> Option<ChangeScore> {
        ChangeScore::of(predicted, measured)
    }

    fn problem(measured: &[f64]) -> Option<String> {
        one_value("log2 fold change", measured)
    }
}
