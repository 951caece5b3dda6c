//! Genes of a training on levels.

use regulens::engine::Batch;
use regulens::input::SignalTable;
use regulens::task::level::LevelScore;
use regulens::weights::card::Transform;

use super::{GeneSet, one_value};
use crate::cli::error::CliError;
use crate::cli::levels::Levelled;
use crate::train::data::Examples;

impl GeneSet for Levelled {
    type Score = LevelScore;

    const MEASURED: &'static str = "measured";

    fn table(&self) -> &SignalTable {
        &self.table
    }

    fn measured(&self) -> Vec<f64> {
        self.levels.clone()
    }

    fn bytes(&self) -> (&'static str, Vec<u8>) {
        let levels = self.levels.iter().flat_map(|level| level.to_le_bytes());
        (" levels", levels.collect())
    }

    fn examples(&self, transform: &Transform) -> Examples {
        Examples::of_levels(&self.table, &self.levels, transform)
    }

    fn take(&self, places: &[usize]) -> Result<Self, CliError> {
        Ok(self.of_places(places))
    }

    fn predicted(values: &Batch) -> &[f32] {
        &values.level
    }

    fn score(predicted: &[f64], measured: &[f64]) -> Option<LevelScore> {
        LevelScore::of(predicted, measured)
    }

    fn problem(measured: &[f64]) -> Option<String> {
        one_value("level", measured)
    }
}
