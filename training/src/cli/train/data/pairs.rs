//! The tables of a training on two cell types.

use std::path::PathBuf;

use regulens::input::geometry::Geometry;
use regulens::input::{Expression, Paired, SignalTable};
use regulens::weights::card::Transform;
use regulens::weights::sha256;

use super::overlap::{self, Part};
use crate::baseline::deep_diff::Genes;
use crate::cli::error::CliError;
use crate::cli::files;
use crate::cli::pairs::LabelledPair;
use crate::cli::signal::{LabelArgs, tell_notes};
use crate::cli::train::args::TableArgs;
use crate::cli::train::dealing::Fold;
use crate::train::data::Examples;

/// The sets of genes of a run, all with the same marks in the same order and the same bins.
pub struct Pairs {
    /// Training: fits the weights.
    pub training: Set,
    /// Validation: chooses the epoch and the seed.
    pub validation: Set,
    /// Test: chooses nothing.
    pub test: Option<Set>,
    /// SHA-256 over the training and validation sets.
    pub hash: String,
    /// The stretch around a TSS that the bins of all cover.
    pub geometry: Geometry,
    /// Description of the overlap between the sets, where that is allowed.
    pub overlap: Option<String>,
    /// The fold that they are of, where two tables were dealt into folds.
    pub fold: Option<Fold>,
}

/// One set of genes in both cell types.
pub struct Set {
    paired: Paired,
    /// A's table and B's.
    pub tables: [SignalTable; 2],
    /// As the model takes them.
    pub examples: Examples,
    /// As simple predictors take them.
    pub genes: Genes,
}

impl Pairs {
    /// Reads the tables of A and B of each set.
    pub fn read(
        args: &TableArgs,
        transform: &Transform,
        train: &[PathBuf],
        valid: &[PathBuf],
        test: Option<&[PathBuf]>,
    ) -> Result<Self, CliError> {
        let labels = &args.labels;
        let expression = labels.expression_pair()?;
        let training = LabelledPair::read(train, labels, &expression, None)?;
        let training = Set::of(args.ordered_pair(training)?, transform);
        let like_training = |paths: &[PathBuf]| Set::read(paths, labels, &expression, transform, &training);
        let validation = like_training(valid)?;
        let test = test.map(like_training).transpose()?;
        training.tables.iter().for_each(tell_notes);
        Self::of(args, [training, validation], test, None)
    }

    /// The data of sets that are read.
    pub fn of(
        args: &TableArgs,
        [training, validation]: [Set; 2],
        test: Option<Set>,
        fold: Option<Fold>,
    ) -> Result<Self, CliError> {
        let sets = [&training, &validation].into_iter().chain(&test);
        let mut parts = vec![training.part("training"), validation.part("validation")];
        parts.extend(test.iter().map(|test| test.part("test")));
        Ok(Self {
            overlap: overlap::check_sets(args, &parts, fold.as_ref())?,
            hash: hash(&[&training, &validation].map(|set| (&set.paired.table, set.examples.targets.as_slice()))),
            geometry: args.geometry.of(sets.flat_map(|set| &set.tables))?,
            training,
            validation,
            test,
            fold,
        })
    }
}

impl Set {
    /// Reads the tables of A and B, with the marks and bins of `like`.
    fn read(
        paths: &[PathBuf],
        labels: &LabelArgs,
        expression: &[Expression; 2],
        transform: &Transform,
        like: &Self,
    ) -> Result<Self, CliError> {
        let pair = LabelledPair::read(paths, labels, expression, Some(&like.tables[0]))?;
        Ok(Self::of(pair, transform))
    }

    /// The set of a pair that is read.
    pub fn of(LabelledPair { paired, tables, counts }: LabelledPair, transform: &Transform) -> Self {
        Self {
            examples: Examples::of_pair(&paired.table, &counts, transform),
            genes: Genes::new(&paired.table, &tables[0].marks, &counts),
            paired,
            tables,
        }
    }

    /// Its genes, with what they are for.
    fn part(&self, role: &'static str) -> Part<'_> {
        Part::of_pair(role, &self.paired.table, &self.tables)
    }

    /// `200 genes (a.csv, b.csv)`.
    pub fn words(&self) -> String {
        let [a, b] = self.tables.each_ref().map(|table| files::name(&table.file));
        format!("{} genes ({a}, {b})", self.paired.table.genes.len())
    }
}

/// SHA-256 over what a run depends on in its tables: marks, bins, signal and targets.
pub fn hash(sets: &[(&SignalTable, &[f32])]) -> String {
    let mut bytes = Vec::new();
    for (table, targets) in sets {
        let sizes = format!("{:?} {} {}\n", table.marks, table.bins, table.genes.len());
        bytes.extend(sizes.into_bytes());
        let numbers = table.values.iter().chain(*targets);
        bytes.extend(numbers.flat_map(|value| value.to_le_bytes()));
    }
    sha256(&bytes)
}
