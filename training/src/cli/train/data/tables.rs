//! The tables of a training.

use std::path::Path;

use regulens::input::SignalTable;
use regulens::input::geometry::Geometry;
use regulens::weights::card::Transform;

use super::overlap::{self, Part};
use crate::cli::error::CliError;
use crate::cli::signal::tell_notes;
use crate::cli::train::args::TableArgs;
use crate::cli::train::dealing::Fold;
use crate::train::data::Examples;

/// The tables of a run, labelled, all with the same marks in the same order and the same bins.
pub struct Data {
    /// Training: fits the weights.
    pub training: SignalTable,
    /// Validation: chooses the epoch and the seed.
    pub validation: SignalTable,
    /// Test: chooses nothing.
    pub test: Option<SignalTable>,
    /// SHA-256 over the training and validation tables.
    pub hash: String,
    /// The stretch around a TSS that the bins of all cover.
    pub geometry: Geometry,
    /// Description of the overlap between the tables, where that is allowed.
    pub overlap: Option<String>,
    /// The fold that they are of, where one table was dealt into folds.
    pub fold: Option<Fold>,
}

impl Data {
    /// Reads the table of each set.
    pub fn read(args: &TableArgs, train: &Path, valid: &Path, test: Option<&Path>) -> Result<Self, CliError> {
        let labels = &args.labels;
        let expression = labels.expression(None)?;
        let expression = expression.as_ref();
        let training = args.ordered(labels.table(train, expression)?)?;
        tell_notes(&training);
        let like_training = |path| labels.table_like(path, expression, &training);
        let validation = like_training(valid)?;
        let test = test.map(like_training).transpose()?;
        Self::of(args, [training, validation], test, None)
    }

    /// The data of tables that are read.
    pub fn of(
        args: &TableArgs,
        [training, validation]: [SignalTable; 2],
        test: Option<SignalTable>,
        fold: Option<Fold>,
    ) -> Result<Self, CliError> {
        let mut parts = vec![Part::of("training", &training), Part::of("validation", &validation)];
        parts.extend(test.iter().map(|test| Part::of("test", test)));
        Ok(Self {
            overlap: overlap::check_sets(args, &parts, fold.as_ref())?,
            hash: hash(&[&training, &validation]),
            geometry: args.geometry.of([&training, &validation].into_iter().chain(&test))?,
            training,
            validation,
            test,
            fold,
        })
    }

    /// SHA-256 over the test table, where there is one.
    pub fn test_hash(&self) -> Option<String> {
        self.test.as_ref().map(|table| hash(&[table]))
    }
}

/// A table's examples as the model takes them.
pub fn examples(table: &SignalTable, transform: &Transform) -> Examples {
    Examples::of(table, transform).expect("tables without labels are refused when they are read")
}

/// SHA-256 over what a run depends on in its tables: marks, bins, signal and labels.
pub fn hash(tables: &[&SignalTable]) -> String {
    let mut bytes = Vec::new();
    for table in tables {
        // The sizes as well, so that the same numbers in another shape are other data.
        let sizes = format!("{:?} {} {}\n", table.marks, table.bins, table.genes.len());
        bytes.extend(sizes.into_bytes());
        bytes.extend(table.values.iter().flat_map(|value| value.to_le_bytes()));
        bytes.extend(table.labels.iter().flatten().map(|&on| u8::from(on)));
    }
    regulens::weights::sha256(&bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

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
