//! `--init-from` of models of tables: weights that start as another model's, mark by mark.

use std::path::{Path, PathBuf};

use regulens::input::SignalTable;
use regulens::input::geometry::Geometry;
use regulens::nn::NamedTensors;
use regulens::task::Task;
use regulens::weights::WeightFile;
use regulens::weights::architecture::Variant;
use regulens::weights::card::Transform;
use serde_json::{Map, Value};

use crate::cli::error::CliError;
use crate::cli::files;
use crate::train::marks::{Marks, take};

/// The model that weights start from.
pub struct Init {
    path: PathBuf,
    model: WeightFile,
    /// The place of each of the new model's marks among that model's.
    marks: Marks,
    /// Marks that it has and the data lack.
    dropped: Vec<String>,
    /// Marks that the data have and it lacks.
    added: Vec<String>,
}

impl Init {
    /// Reads a model to start a variant of so many bins from, whose sizes are among these settings.
    ///
    /// # Errors
    /// Where it is of another family, variant or task, or of other sizes but for marks.
    pub fn read(
        path: &Path,
        (variant, task): (&'static Variant, Task),
        settings: &Map<String, Value>,
        table: &SignalTable,
    ) -> Result<Self, CliError> {
        let model = files::model(path)?;
        let card = &model.card;
        if !card.members.is_empty() {
            return Err(CliError::Usage(format!(
                "--init-from {}: found {} models joined in one file; expected one. Give the file of one seed, as \
                    written by --keep-seeds",
                path.display(),
                card.members.len()
            )));
        }
        let differs = |what: &str, found: &dyn std::fmt::Display, asked: &dyn std::fmt::Display, remedy: &str| {
            Err(CliError::Usage(format!(
                "--init-from {}: found {what} {found}; expected {asked}, as in this training. {remedy}",
                path.display()
            )))
        };
        if card.family != variant.family {
            return differs(
                "a model of",
                &card.family,
                &variant.family,
                "Give a model of the same family",
            );
        }
        if card.variant != variant.variant {
            return differs(
                "the variant",
                &card.variant,
                &variant.variant,
                "Give the model's --variant",
            );
        }
        if card.task != task {
            return differs(
                "a model of the task",
                &card.task.id(),
                &task.id(),
                "Give a model of the same --outcome",
            );
        }
        if card.bins != table.bins {
            return differs(
                "bins:",
                &card.bins,
                &table.bins,
                "Give tables with the same number of bins, or --select-bins",
            );
        }
        for &name in variant.sizes {
            let [found, asked] = [&card.hyperparameters, settings].map(|sizes| sizes.get(name).and_then(Value::as_f64));
            if let (Some(found), Some(asked)) = (found, asked)
                && found != asked
            {
                let remedy = format!("Give --{} {found}", name.replace('_', "-"));
                return differs(name, &found, &asked, &remedy);
            }
        }
        let place = |mark: &String| card.marks.iter().position(|other| other.eq_ignore_ascii_case(mark));
        let from: Vec<Option<usize>> = table.marks.iter().map(place).collect();
        let missing = |mark: &&String| table.mark_column(mark).is_none();
        let added = table.marks.iter().zip(&from).filter(|(_, place)| place.is_none());
        Ok(Self {
            dropped: card.marks.iter().filter(missing).cloned().collect(),
            added: added.map(|(mark, _)| mark.clone()).collect(),
            marks: Marks {
                from,
                of: card.marks.len(),
            },
            path: path.to_owned(),
            model,
        })
    }

    /// Prints what comes over and what does not, and where the data are treated in another way.
    pub fn tell(&self, transform: &Transform, geometry: Geometry) {
        let Self { path, model, .. } = self;
        let path = path.display();
        eprintln!("--init-from {path}: {}", self.words());
        if model.card.transform != *transform {
            eprintln!(
                "warning: --init-from {path}: the model's transform is {}, this training's is {}; the weights were \
                    trained on values of the former (see --transform)",
                words(&model.card.transform),
                words(transform)
            );
        }
        if model.card.geometry() != geometry {
            eprintln!(
                "warning: --init-from {path}: the model reads {}, these tables have {geometry}",
                model.card.geometry()
            );
        }
    }

    fn words(&self) -> String {
        let matched = self.marks.from.iter().flatten().count();
        let mut words = format!("{matched} of {} marks by name", self.marks.from.len());
        for (what, marks) in [
            ("new, at initial weights", &self.added),
            ("not in the data, left out", &self.dropped),
        ] {
            if !marks.is_empty() {
                words += &format!("; {what}: {}", marks.join(", "));
            }
        }
        words
    }

    /// Puts the model's weights over initial ones.
    pub fn start(&self, weights: &mut NamedTensors) {
        take(weights, &self.model.tensors, &self.model.card.variant, &self.marks);
    }

    /// Puts the model, and the marks that did not come over, among the settings of a card.
    pub fn describe(&self, recipe: &mut Map<String, Value>) {
        let name = files::name(&self.path.display().to_string()).to_owned();
        recipe.insert("init_from".to_owned(), name.into());
        recipe.insert("init_from_sha256".to_owned(), self.model.sha256.clone().into());
        for (key, marks) in [
            ("init_from_new_marks", &self.added),
            ("init_from_left_out_marks", &self.dropped),
        ] {
            if !marks.is_empty() {
                recipe.insert(key.to_owned(), marks.join(", ").into());
            }
        }
    }
}

/// Puts the file's hash, where there is one, among the settings that a resumed run must agree on.
pub fn set(settings: &mut Map<String, Value>, init: Option<&Init>) {
    if let Some(init) = init {
        settings.insert("init_from".to_owned(), init.model.sha256.clone().into());
    }
}

fn words(transform: &Transform) -> String {
    serde_json::to_string(transform).unwrap_or_else(|error| unreachable!("a name and numbers: {error}"))
}

/// The marks of a table as `--init-from` has them, in its order, and behind them those that it lacks. The order decides
/// what a level above the marks sees, so that it stays the model's.
///
/// # Errors
/// Where no mark is in both.
pub fn marks_in_order(path: &Path, table: &SignalTable) -> Result<Vec<String>, CliError> {
    let card = files::model(path)?.card;
    let has = |marks: &[String], mark: &String| marks.iter().any(|other| other.eq_ignore_ascii_case(mark));
    let (known, added): (Vec<&String>, Vec<&String>) = table.marks.iter().partition(|&mark| has(&card.marks, mark));
    if known.is_empty() {
        return Err(CliError::Usage(format!(
            "--init-from {}: found a model of {}; expected at least one of {}, the marks of {}. Give a model of \
                these marks, or rename the columns to the model's",
            path.display(),
            card.marks.join(", "),
            table.marks.join(", "),
            table.file
        )));
    }
    let in_data = card.marks.iter().filter(|mark| has(&table.marks, mark));
    Ok(in_data.chain(added).cloned().collect())
}
