//! Training data of models.

pub mod levels;
pub mod overlap;
pub mod pairs;
pub mod sequences;
pub mod tables;

use std::slice;

use regulens::engine::{Batch, Engine, PrepareOptions, Prepared};
use regulens::input::SignalTable;
use regulens::input::geometry::Geometry;
use regulens::task::Score;
use regulens::weights::card::Transform;
use regulens::weights::sha256;

use super::args::TableArgs;
use super::dealing::Fold;
use crate::cli::error::CliError;
use crate::cli::files;
use crate::train::data::Examples;
use overlap::Part;

/// Genes with their signal, and what was measured of each.
pub trait GeneSet: Sized {
    /// The score of predictions.
    type Score: Score + 'static;

    /// The column of the measurement.
    const MEASURED: &'static str;

    /// The signal; of two cell types that of both, side by side.
    fn table(&self) -> &SignalTable;

    /// The tables as they were read, A's and B's of two cell types.
    fn tables(&self) -> &[SignalTable] {
        slice::from_ref(self.table())
    }

    /// Its genes, with what they are for.
    fn part(&self, role: &'static str) -> Part<'_> {
        Part::of(role, self.table())
    }

    /// True where examples are genes in [cell types](crate::cli::cells); those of a gene stay in one fold.
    fn has_cells(&self) -> bool {
        false
    }

    /// The measurement of each gene: 1 or 0, a level, or a log2 fold change.
    fn measured(&self) -> Vec<f64>;

    /// All that a run depends on in it besides its signal, and what sets it apart from other measurements.
    fn bytes(&self) -> (&'static str, Vec<u8>);

    /// The set in words, for the card.
    fn words(&self) -> String {
        let table = self.table();
        format!("{} genes ({})", table.genes.len(), files::name(&table.file))
    }

    /// As a model takes them.
    fn examples(&self, transform: &Transform) -> Examples;

    /// Some of its genes, by their places, which ascend.
    fn take(&self, places: &[usize]) -> Result<Self, CliError>;

    /// In the form that an engine reads.
    fn prepare(&self, engine: &Engine) -> Result<Prepared, CliError> {
        Ok(engine.prepare(self.table(), &PrepareOptions::default())?)
    }

    /// The predictions as they are scored.
    fn predicted(values: &Batch) -> &[f32];

    /// The score of predictions; none where it is not defined.
    fn score(predicted: &[f64], measured: &[f64]) -> Option<Self::Score>;

    /// Why genes cannot be scored; none where they can.
    fn problem(measured: &[f64]) -> Option<String>;
}

/// A set of genes, with what a model learns from.
pub struct Set<T> {
    /// The genes.
    pub genes: T,
    /// As the model takes them.
    pub examples: Examples,
}

/// The sets of genes of a run, all with the same marks in the same order and the same bins.
pub struct Sets<T> {
    /// Training: fits the weights.
    pub training: Set<T>,
    /// Validation: chooses the epoch and the seed.
    pub validation: Set<T>,
    /// Test: chooses nothing.
    pub test: Option<Set<T>>,
    /// SHA-256 over the training and validation sets.
    pub hash: String,
    /// The stretch around a TSS that the bins of all cover.
    pub geometry: Geometry,
    /// Description of the overlap between the sets, where that is allowed.
    pub overlap: Option<String>,
    /// The fold that they are of, where genes were dealt into folds.
    pub fold: Option<Fold>,
}

impl<T: GeneSet> Sets<T> {
    /// The data of sets that are read.
    pub fn of(
        args: &TableArgs,
        transform: &Transform,
        [training, validation]: [T; 2],
        test: Option<T>,
        fold: Option<Fold>,
    ) -> Result<Self, CliError> {
        let sets = || [&training, &validation].into_iter().chain(&test);
        let roles = ["training", "validation", "test"];
        let parts: Vec<Part<'_>> = sets().zip(roles).map(|(set, role)| set.part(role)).collect();
        let overlap = overlap::check_sets(args, &parts, fold.as_ref())?;
        let geometry = args.geometry.of(sets().flat_map(T::tables))?;
        let hash = hash(&[&training, &validation]);
        let with_examples = |genes: T| Set {
            examples: genes.examples(transform),
            genes,
        };
        Ok(Self {
            training: with_examples(training),
            validation: with_examples(validation),
            test: test.map(with_examples),
            hash,
            geometry,
            overlap,
            fold,
        })
    }

    /// SHA-256 over the test set, where there is one.
    pub fn test_hash(&self) -> Option<String> {
        self.test.as_ref().map(|test| hash(&[&test.genes]))
    }

    /// The sets in words, for the card.
    pub fn split(&self) -> String {
        let [training, validation] = [&self.training, &self.validation].map(|set| set.genes.words());
        let mut split = format!("training {training}; validation {validation}");
        if let Some(test) = &self.test {
            split += &format!("; test {}", test.genes.words());
        }
        if let Some(overlap) = &self.overlap {
            split += &format!("; {overlap}");
        }
        match &self.fold {
            Some(fold) => format!("{}: {split}", fold.words()),
            None => split,
        }
    }
}

/// SHA-256 over what a run depends on in its sets: marks, bins, signal and measurements.
pub fn hash<T: GeneSet>(sets: &[&T]) -> String {
    let mut bytes = Vec::new();
    for set in sets {
        let (kind, measured) = set.bytes();
        let SignalTable {
            marks,
            bins,
            genes,
            values,
            ..
        } = set.table();
        // The sizes as well, so that the same numbers in another shape are other data.
        bytes.extend(format!("{marks:?} {bins} {}{kind}\n", genes.len()).into_bytes());
        bytes.extend(values.iter().flat_map(|value| value.to_le_bytes()));
        bytes.extend(measured);
    }
    sha256(&bytes)
}

/// The problem of genes that are all the same.
fn one_value(what: &str, measured: &[f64]) -> Option<String> {
    let first = measured.first()?;
    let genes = measured.len();
    let found = || format!("found one {what}, {first:.4}, for all {genes} genes; expected several");
    measured.iter().all(|value| value == first).then(found)
}
