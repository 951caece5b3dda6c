//! Reading and writing of model files.

use std::collections::BTreeMap;

use safetensors::tensor::Dtype as Element;
use serde_json::Value;

use super::Problem;
use super::container::{self, Container, Source, Wanted};
use super::{Dtype, ModelCard, Tensor, WeightsError, architecture, card, hash};

/// Element types of model files.
const STORED: [Element; 3] = [Element::F16, Element::F32, Element::I8];

/// A model: its card and its weights.
#[derive(Debug, Clone, PartialEq)]
pub struct WeightFile {
    /// The card, with sizes completed from the tensors.
    pub card: ModelCard,
    /// The weights by name, with the names and shapes of the variant; all values are finite.
    pub tensors: BTreeMap<String, Tensor>,
    /// SHA-256 of the whole file, 64 lower-case hexadecimal digits.
    pub sha256: String,
}

impl WeightFile {
    /// Reads a model file. `file` names it in errors.
    ///
    /// # Errors
    /// Any [`Problem`] of the container, the card or the tensors, or if these contradict each other.
    pub fn read(file: &str, bytes: &[u8]) -> Result<Self, WeightsError> {
        let read = read(&bytes, Wanted::Values);
        let (card, tensors, _) = read.map_err(|problem| problem.of(file))?;
        let sha256 = hash::sha256(bytes);
        Ok(Self { card, tensors, sha256 })
    }

    /// Reads the card alone, without comparing it with the tensors, to find the family of a file: from the whole file,
    /// or from its header.
    ///
    /// # Errors
    /// Any [`Problem`] of the header or the card.
    pub fn read_card(file: &str, bytes: &[u8]) -> Result<ModelCard, WeightsError> {
        let card = || {
            let header = container::Header::read(&bytes, "a model file")?;
            let text = header.metadata.get(card::KEY).ok_or(Problem::NoCard)?;
            ModelCard::from_json(text)
        };
        card().map_err(|problem| problem.of(file))
    }

    /// The bytes of a model file, deterministic. The written card has the actual `dtype` and number of parameters,
    /// whatever `card` says.
    ///
    /// # Errors
    /// If [`read`](Self::read) would refuse it; [`Problem::TooLargeForF16`].
    pub fn write(card: &ModelCard, tensors: &BTreeMap<String, Tensor>, dtype: Dtype) -> Result<Vec<u8>, WeightsError> {
        write(card, tensors, dtype).map_err(|problem| problem.of(&card.name))
    }

    /// Checks that weights can be written with an element type, before there is a card; `name` is for the error.
    ///
    /// # Errors
    /// [`Problem::TooLargeForF16`].
    pub fn check_range(name: &str, tensors: &BTreeMap<String, Tensor>, dtype: Dtype) -> Result<(), WeightsError> {
        container::check_range(tensors, dtype).map_err(|problem| problem.of(name))
    }

    /// The weights alone, as float32 by their published names: a state dict in safetensors, without a card. Marks, bins
    /// and transform, which cannot be inferred from tensors, are in the metadata where [`import`](super::import())
    /// finds them.
    ///
    /// # Errors
    /// [`Problem::NotFinite`] for weights that are not from a file.
    pub fn state_dict(&self) -> Result<Vec<u8>, WeightsError> {
        let ModelCard {
            family,
            variant,
            task,
            hyperparameters,
            marks,
            bins,
            transform,
            tracks,
            ..
        } = &self.card;
        // One object under one key: the order of several keys would vary.
        let mut told = hyperparameters.clone();
        told.insert("family".to_owned(), family.as_str().into());
        told.insert("variant".to_owned(), variant.as_str().into());
        // Without it, the default task of the family applies.
        if architecture::family(family).is_ok_and(|family| family.task() != *task) {
            told.insert("task".to_owned(), task.id().into());
        }
        // Structs of plain values, which always serialise.
        if self.card.takes_sequences() {
            let tracks = serde_json::to_value(tracks).unwrap_or_default();
            told.insert("tracks".to_owned(), tracks);
        } else {
            told.insert("marks".to_owned(), marks.clone().into());
            told.insert("bins".to_owned(), (*bins).into());
            let transform = serde_json::to_value(transform).unwrap_or_default();
            told.insert("transform".to_owned(), transform);
        }
        let told = Value::Object(told).to_string();
        container::write(&self.tensors, "hyperparameters", told, Dtype::F32)
            .map_err(|problem| problem.of(&self.card.name))
    }
}

/// A model file whose weights are read one by one when placed, so that they are never in memory twice.
#[derive(Debug)]
pub struct StoredWeights {
    container: Container,
    /// Size of the file in bytes.
    size: usize,
}

impl StoredWeights {
    /// Reads a model file except its weights, which are only checked, if `check` is true. Returns its card, as in a
    /// [`WeightFile`]. `file` names it in errors.
    ///
    /// # Errors
    /// As [`WeightFile::read`].
    pub fn open(file: &str, source: &dyn Source, check: bool) -> Result<(ModelCard, Self), WeightsError> {
        let wanted = if check { Wanted::Checks } else { Wanted::Shapes };
        let (card, _, container) = read(source, wanted).map_err(|problem| problem.of(file))?;
        let size = source.size();
        Ok((card, Self { container, size }))
    }

    /// SHA-256 of the file, as in a [`WeightFile`].
    pub fn sha256(source: &dyn Source) -> String {
        hash::sha256_of(source)
    }

    /// Its weights in `source`.
    ///
    /// # Errors
    /// If `source` no longer has the whole file.
    pub fn reading<'a>(&'a self, source: &'a dyn Source) -> Result<Reading<'a>, Problem> {
        let held = source.size();
        if held != self.size {
            return Err(Problem::CutShort {
                part: "the file".to_owned(),
                needed: self.size as u64,
                held: held as u64,
            });
        }
        Ok(Reading {
            stored: self,
            source,
            problem: None,
        })
    }
}

/// Weights by their published names, taken by a model when it is placed.
pub trait Weights {
    /// The values of one tensor; call once.
    ///
    /// # Panics
    /// If there is no such tensor; opening a file checks the names.
    fn take(&mut self, name: &str) -> Vec<f32>;

    /// Returns true if a tensor could not be read, whose values are then zeros.
    fn failed(&self) -> bool {
        false
    }
}

impl Weights for BTreeMap<String, Tensor> {
    fn take(&mut self, name: &str) -> Vec<f32> {
        let tensor = self.remove(name);
        tensor.unwrap_or_else(|| panic!("no tensor named {name}")).values
    }
}

/// The weights of a file, read on demand.
pub struct Reading<'a> {
    stored: &'a StoredWeights,
    source: &'a dyn Source,
    problem: Option<Problem>,
}

impl Reading<'_> {
    /// Reports a problem of the tensors that were taken, if the file was not checked when opened.
    ///
    /// # Errors
    /// The first [`Problem`] of a tensor, whose values were replaced by zeros.
    pub fn outcome(self) -> Result<(), Problem> {
        self.problem.map_or(Ok(()), Err)
    }
}

impl Weights for Reading<'_> {
    fn take(&mut self, name: &str) -> Vec<f32> {
        let container = &self.stored.container;
        match container.values(self.source, name, &STORED, true) {
            Ok(values) => values,
            Err(problem) => {
                self.problem.get_or_insert(problem);
                vec![0.0; container.count(name)]
            }
        }
    }

    fn failed(&self) -> bool {
        self.problem.is_some()
    }
}

fn read(source: &dyn Source, wanted: Wanted) -> Result<(ModelCard, BTreeMap<String, Tensor>, Container), Problem> {
    let container = Container::read(source, "a model file")?;
    let text = container.metadata.get(card::KEY).ok_or(Problem::NoCard)?;
    let mut card = ModelCard::from_json(text)?;
    // The family first: a model of another family is reported as such, not as a file with wrong tensors.
    let variant = architecture::find(&card.family, &card.variant)?;
    let tensors = container.tensors(source, &STORED, wanted)?;
    complete(variant, &mut card, &tensors)?;
    Ok((card, tensors, container))
}

/// Compares a card with its tensors, of a single model or an ensemble.
fn complete(
    variant: &architecture::Variant,
    card: &mut ModelCard,
    tensors: &BTreeMap<String, Tensor>,
) -> Result<(), Problem> {
    #[cfg(any(not(target_family = "wasm"), feature = "change"))]
    if !card.members.is_empty() {
        return super::ensemble::complete(card, tensors);
    }
    variant.complete(card, tensors)
}

fn write(card: &ModelCard, tensors: &BTreeMap<String, Tensor>, dtype: Dtype) -> Result<Vec<u8>, Problem> {
    let mut card = ModelCard {
        dtype,
        parameters: 0,
        ..card.clone()
    };
    complete(architecture::find(&card.family, &card.variant)?, &mut card, tensors)?;
    container::write(tensors, card::KEY, card.to_json()?, dtype)
}
