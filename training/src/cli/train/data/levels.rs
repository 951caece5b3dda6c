//! The tables of a training on levels.

use std::path::Path;

use regulens::input::geometry::Geometry;
use regulens::weights::sha256;

use super::overlap::{self, Part};
use crate::cli::error::CliError;
use crate::cli::files;
use crate::cli::levels::Levelled;
use crate::cli::signal::tell_notes;
use crate::cli::train::args::TableArgs;
use crate::cli::train::dealing::Fold;

/// The sets of genes of a run, all with the same marks in the same order and the same bins.
pub struct Levels {
    /// The genes that weights learn from.
    pub training: Levelled,
    /// Validation: chooses the epoch and the seed.
    pub validation: Levelled,
    /// Test: chooses nothing.
    pub test: Option<Levelled>,
    /// SHA-256 over the training and validation sets.
    pub hash: String,
    /// The stretch around a TSS that the bins of all cover.
    pub geometry: Geometry,
    /// The genes that tables share, where that is allowed.
    pub overlap: Option<String>,
    /// The fold that they are of, where one table was dealt into folds.
    pub fold: Option<Fold>,
}

impl Levels {
    /// Reads the table of each set.
    pub fn read(args: &TableArgs, train: &Path, valid: &Path, test: Option<&Path>) -> Result<Self, CliError> {
        let labels = &args.labels;
        let counts = labels.counts()?;
        let mut training = Levelled::read(train, labels, &counts, None)?;
        training.table = args.ordered(training.table)?;
        tell_notes(&training.table);
        let like_training = |path| Levelled::read(path, labels, &counts, Some(&training.table));
        let validation = like_training(valid)?;
        let test = test.map(like_training).transpose()?;
        Self::of(args, [training, validation], test, None)
    }

    /// The data of sets that are read.
    pub fn of(
        args: &TableArgs,
        [training, validation]: [Levelled; 2],
        test: Option<Levelled>,
        fold: Option<Fold>,
    ) -> Result<Self, CliError> {
        let mut parts = vec![
            Part::of("training", &training.table),
            Part::of("validation", &validation.table),
        ];
        parts.extend(test.iter().map(|test| Part::of("test", &test.table)));
        let overlap = overlap::check_sets(args, &parts, fold.as_ref())?;
        let sets = [&training, &validation].into_iter().chain(&test);
        Ok(Self {
            overlap,
            hash: hash(&[&training, &validation]),
            geometry: args.geometry.of(sets.map(|set| &set.table))?,
            training,
            validation,
            test,
            fold,
        })
    }

    /// SHA-256 over the test set, where there is one.
    pub fn test_hash(&self) -> Option<String> {
        self.test.as_ref().map(|test| hash(&[test]))
    }

    /// The sets in words, for the card.
    pub fn split(&self) -> String {
        let words = |set: &Levelled| format!("{} genes ({})", set.levels.len(), files::name(&set.table.file));
        let mut split = format!(
            "training {}; validation {}",
            words(&self.training),
            words(&self.validation)
        );
        if let Some(test) = &self.test {
            split += &format!("; test {}", words(test));
        }
        if let Some(overlap) = &self.overlap {
            split += &format!("; {overlap}");
        }
        split
    }
}

/// SHA-256 over what a run depends on in its tables: marks, bins, signal and levels.
pub fn hash(sets: &[&Levelled]) -> String {
    let mut bytes = Vec::new();
    for Levelled { table, levels } in sets {
        let sizes = format!("{:?} {} {} levels\n", table.marks, table.bins, table.genes.len());
        bytes.extend(sizes.into_bytes());
        bytes.extend(table.values.iter().flat_map(|value| value.to_le_bytes()));
        bytes.extend(levels.iter().flat_map(|level| level.to_le_bytes()));
    }
    sha256(&bytes)
}
