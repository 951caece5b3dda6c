//! Genes of a training on tables with labels.

use regulens::engine::Batch;
use regulens::input::SignalTable;
use regulens::task::on_off::OnOffScore;
use regulens::weights::card::Transform;

use super::GeneSet;
use crate::cli::error::CliError;
use crate::cli::{cells, files, genes};
use crate::train::data::Examples;

impl GeneSet for SignalTable {
    type Score = OnOffScore;

    const MEASURED: &'static str = "label";

    fn table(&self) -> &SignalTable {
        self
    }

    fn has_cells(&self) -> bool {
        cells::are_in(self)
    }

    fn measured(&self) -> Vec<f64> {
        let labels = self.labels.iter().flatten();
        labels.map(|&on| f64::from(u8::from(on))).collect()
    }

    fn bytes(&self) -> (&'static str, Vec<u8>) {
        ("", self.labels.iter().flatten().map(|&on| u8::from(on)).collect())
    }

    fn words(&self) -> String {
        let on = self.labels.iter().flatten().filter(|&&on| on).count();
        format!("{} genes, {on} on ({})", self.genes.len(), files::name(&self.file))
    }

    fn examples(&self, transform: &Transform) -> Examples {
        Examples::of(self, transform).expect("tables without labels are refused when they are read")
    }

    fn take(&self, places: &[usize]) -> Result<Self, CliError> {
        Ok(genes::take(self, places))
    }

    fn predicted(values: &Batch) -> &[f32] {
        &values.logit
    }

    fn score(log_odds: &[f64], measured: &[f64]) -> Option<OnOffScore> {
        OnOffScore::of_log_odds(log_odds, &labels(measured))
    }

    fn problem(measured: &[f64]) -> Option<String> {
        let on = labels(measured).into_iter().filter(|&on| on).count();
        let class = match on {
            0 => "off",
            on if on == measured.len() => "on",
            _ => return None,
        };
        let genes = measured.len();
        Some(format!("found all {genes} genes {class}; expected both classes"))
    }
}

/// Which genes are on, of their measurements.
pub fn labels(measured: &[f64]) -> Vec<bool> {
    measured.iter().map(|&label| label > 0.5).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::train::data::hash;

    #[test]
    fn the_same_numbers_under_other_marks_or_in_another_shape_are_other_data() {
        let read = |text: &str| SignalTable::read("t.csv", text.as_bytes()).unwrap();
        let table = read("gene,bin,A,B,label\ng,1,1,2,0\ng,2,3,4,0\n");
        let renamed = read("gene,bin,B,A,label\ng,1,1,2,0\ng,2,3,4,0\n");
        let longer = read("gene,bin,A,label\ng,1,1,0\ng,2,2,0\ng,3,3,0\ng,4,4,0\n");
        assert_eq!(hash(&[&table]), hash(&[&table.clone()]));
        assert_ne!(hash(&[&table]), hash(&[&renamed]));
        assert_ne!(hash(&[&table]), hash(&[&longer]));
    }
}
