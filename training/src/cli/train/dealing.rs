//! A fold of one table, and the flags that say how it is dealt into folds.

use std::fmt;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde_json::{Map, Value};

use crate::cli::error::CliError;

/// Folds of one table, in place of tables for validation and test.
#[derive(Debug, Clone, Default, Args)]
pub struct FoldArgs {
    /// Number of folds of --train for cross-validation, with one model per fold: fold N tests, the next fold validates,
    /// the others train. --out is then a folder (see OUTPUT). Run the same command again to resume
    #[arg(long, value_name = "K", value_parser = number, conflicts_with_all = ["valid", "test"], help_heading = "Cross-validation")]
    pub folds: Option<usize>,
    /// Unit that stays in one fold: all genes of a chromosome, or single genes, although neighbours share signal
    /// [default: chromosome]
    #[arg(long, value_enum, help_heading = "Cross-validation")]
    pub split_by: Option<SplitBy>,
    /// Gene positions for --split-by chromosome: GTF, GFF3 or BED, plain or gzipped. Unnecessary if gene IDs are
    /// positions such as chr1:1000-2000
    #[arg(long, value_name = "FILE", help_heading = "Cross-validation")]
    pub annotation: Option<PathBuf>,
}

impl FoldArgs {
    /// Refuses flags that say how folds are made where none are asked for.
    pub fn refuse_alone(&self) -> Result<(), CliError> {
        let given = [
            (self.split_by.is_some(), "--split-by"),
            (self.annotation.is_some(), "--annotation"),
        ];
        match given.into_iter().find(|&(is_given, _)| is_given) {
            Some((_, flag)) if self.folds.is_none() => Err(CliError::Usage(format!(
                "{flag} applies to --folds; give --folds with it and no --valid, or leave it out"
            ))),
            _ => Ok(()),
        }
    }
}

/// The unit that stays in one fold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum SplitBy {
    /// All genes of a chromosome
    #[default]
    Chromosome,
    /// Single genes
    Gene,
}

impl fmt::Display for SplitBy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Chromosome => "chromosome",
            Self::Gene => "gene",
        })
    }
}

/// Parses `--folds`.
fn number(text: &str) -> Result<usize, String> {
    match text.parse::<usize>() {
        Ok(folds) if folds >= 3 => Ok(folds),
        Ok(folds) => Err(format!(
            "{folds} folds are too few: one fold tests, one validates and the others train; give 3 or more"
        )),
        Err(_) => Err("expected a number of folds, 3 or more".to_owned()),
    }
}

/// The fold that a model was trained without.
#[derive(Debug, Clone)]
pub struct Fold {
    /// Counted from 1.
    pub number: usize,
    /// The number of folds.
    pub of: usize,
    /// The unit that stays in one.
    pub by: SplitBy,
    /// The chromosomes of the test and of the validation fold; none where folds are by gene.
    pub chromosomes: [Vec<String>; 2],
    /// The file that names them.
    pub annotation: Option<PathBuf>,
}

impl Fold {
    /// `fold 2 of 5 by chromosome (test chr2, chr9; validation chr3; the others train)`, for a card.
    pub fn words(&self) -> String {
        let Self { number, of, by, .. } = self;
        let [test, validation] = self.chromosomes.each_ref().map(|names| names.join(", "));
        let which = match by {
            SplitBy::Chromosome => format!(" (test {test}; validation {validation}; the others train)"),
            SplitBy::Gene => String::new(),
        };
        format!("fold {number} of {of} by {by}{which}")
    }

    /// Puts it among the settings of a card.
    pub fn describe(&self, recipe: &mut Map<String, Value>) {
        let Self { number, of, by, .. } = self;
        recipe.extend([
            ("fold".to_owned(), (*number).into()),
            ("folds".to_owned(), (*of).into()),
            ("split_by".to_owned(), by.to_string().into()),
        ]);
    }

    /// The file that named the chromosomes, with its flag.
    pub fn file(&self) -> Option<(&'static str, PathBuf)> {
        self.annotation.clone().map(|path| ("annotation", path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fewer_than_three_folds_leave_none_to_train() {
        assert!(number("2").unwrap_err().contains("give 3 or more"));
        assert_eq!(number("5"), Ok(5));
    }
}
