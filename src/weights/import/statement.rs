//! Statements of one source about weights: flags, a settings file, or a file's metadata.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::ImportOptions;
use crate::task::Task;
use crate::weights::Problem;
use crate::weights::architecture::{Family, Layout, Variant, agree};
use crate::weights::card::{MAX_BINS, Transform};

/// Entries of a file's metadata that are read; others are ignored.
const IN_METADATA: [&str; 7] = [
    "family",
    "variant",
    "task",
    "hyperparameters",
    "marks",
    "bins",
    "parameters",
];

/// Statements of one source.
#[derive(Debug, Default)]
pub struct Statement {
    /// Name of the source in messages.
    pub source: &'static str,
    /// The names of the marks, in order.
    pub marks: Option<Vec<String>>,
    /// Bins per example.
    pub bins: Option<usize>,
    /// Transform of the input values.
    pub transform: Option<Transform>,
    /// Family and variant, sizes, and settings of sequence models; `marks` here is their number.
    pub(super) others: Map<String, Value>,
}

impl Statement {
    /// Reads the flags.
    pub fn of_flags(options: &ImportOptions) -> Result<Self, Problem> {
        let mut object = options.hyperparameters.clone();
        if let Some(marks) = &options.marks {
            object.insert("marks".to_owned(), marks.clone().into());
        }
        if let Some(bins) = options.bins {
            object.insert("bins".to_owned(), bins.into());
        }
        Self::of_object("the flags", object)
    }

    /// Reads the settings file.
    pub fn of_config(options: &ImportOptions) -> Result<Self, Problem> {
        Self::of_object("the settings file", options.config.clone().unwrap_or_default())
    }

    /// Reads the defaults.
    pub fn of_defaults(options: &ImportOptions) -> Result<Self, Problem> {
        Self::of_object("as published, by default", options.defaults.clone().unwrap_or_default())
    }

    /// Reads the metadata of a safetensors file, as texts or JSON.
    pub fn of_metadata(metadata: &BTreeMap<String, String>) -> Result<Self, Problem> {
        let known = metadata.iter().filter(|(name, _)| IN_METADATA.contains(&name.as_str()));
        let value = |text: &str| serde_json::from_str(text).unwrap_or_else(|_| text.into());
        let object = known.map(|(name, text)| (name.clone(), value(text))).collect();
        Self::of_object("the file's metadata", object)
    }

    /// Reads an object, and an object `hyperparameters` in it.
    fn of_object(source: &'static str, mut object: Map<String, Value>) -> Result<Self, Problem> {
        let mut statement = Self {
            source,
            ..Self::default()
        };
        if let Some(Value::Object(inner)) = object.remove("hyperparameters") {
            statement.take(inner)?;
        }
        statement.take(object)?;
        Ok(statement)
    }

    fn take(&mut self, object: Map<String, Value>) -> Result<(), Problem> {
        for (name, value) in object {
            match (name.as_str(), &value) {
                (_, Value::Null) => {}
                ("marks", Value::Number(_)) => {
                    self.others.insert(name, value);
                }
                ("marks", _) => self.marks = Some(self.names(&value)?),
                ("bins", _) => self.bins = Some(self.bins(&value)?),
                ("transform", _) => self.transform = Some(self.transform(&value)?),
                _ => {
                    self.others.insert(name, value);
                }
            }
        }
        Ok(())
    }

    /// A list of unique names.
    fn names(&self, value: &Value) -> Result<Vec<String>, Problem> {
        let expected = "a list of names, each once";
        let names: Option<Vec<String>> = serde_json::from_value(value.clone()).ok();
        names
            .filter(|names| {
                let distinct = |(index, name): (usize, &String)| !name.is_empty() && !names[..index].contains(name);
                !names.is_empty() && names.iter().enumerate().all(distinct)
            })
            .ok_or_else(|| self.wrong("marks", value, expected))
    }

    /// A number of bins.
    fn bins(&self, value: &Value) -> Result<usize, Problem> {
        let bins = value.as_u64().and_then(|bins| usize::try_from(bins).ok());
        bins.filter(|bins| (1..=MAX_BINS).contains(bins))
            .ok_or_else(|| self.wrong("bins", value, "a whole number from 1 to a million"))
    }

    /// Reads the transform, in the form of a card.
    fn transform(&self, value: &Value) -> Result<Transform, Problem> {
        let expected = "an object such as {\"kind\": \"log1p\"}";
        let transform = serde_json::from_value(value.clone());
        transform.map_err(|_| self.wrong("transform", value, expected))
    }

    fn wrong(&self, what: &str, found: &Value, expected: &'static str) -> Problem {
        Problem::Statement {
            what: what.to_owned(),
            source_name: self.source.to_owned(),
            found: found.to_string(),
            expected,
        }
    }

    /// Checks that the statement does not name another model.
    pub fn check_model(&self, variant: &Variant) -> Result<(), Problem> {
        for (what, expected) in [("family", variant.family), ("variant", variant.variant)] {
            if let Some(found) = self.others.get(what).filter(|found| *found != expected) {
                return Err(Problem::AnotherModel {
                    found: found.as_str().unwrap_or("?").to_owned(),
                    expected: expected.to_owned(),
                });
            }
        }
        Ok(())
    }

    /// The stated task.
    ///
    /// # Errors
    /// [`Problem::Statement`] if the family does not support it.
    pub fn task(&self, family: &dyn Family) -> Result<Option<Task>, Problem> {
        let Some(found) = self.others.get("task") else {
            return Ok(None);
        };
        let task = found.as_str().and_then(Task::find).filter(|&task| family.does(task));
        task.map(Some)
            .ok_or_else(|| self.wrong("task", found, "a task that the family does"))
    }

    /// Checks that stated sizes match the tensors. Settings that the variant does not have become notes.
    pub fn check_sizes(&self, layout: &dyn Layout, notes: &mut Vec<String>) -> Result<(), Problem> {
        if let Some(marks) = &self.marks {
            agree("marks", self.source, marks.len(), layout.marks())?;
        }
        for (name, stated) in &self.others {
            let stated = stated.clone();
            match name.as_str() {
                "family" | "variant" | "task" => {}
                "marks" => agree(name, self.source, stated, layout.marks())?,
                "parameters" => agree(name, self.source, stated, layout.parameters())?,
                _ => match layout.named_sizes().get(name) {
                    Some(held) => agree(name, self.source, stated, held.clone())?,
                    None => notes.push(format!("`{name}` by {} was not used.", self.source)),
                },
            }
        }
        Ok(())
    }
}
