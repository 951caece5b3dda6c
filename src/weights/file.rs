//! A model file, read and written.

use std::collections::BTreeMap;

use safetensors::tensor::Dtype as Element;
use serde_json::Value;

use super::Problem;
use super::container::{self, Container};
use super::{Dtype, ModelCard, Tensor, WeightsError, architecture, card, hash};

/// A model: its card and its weights.
#[derive(Debug, Clone, PartialEq)]
pub struct WeightFile {
    /// The model's card. Sizes that the file's card leaves out are filled in from the tensors.
    pub card: ModelCard,
    /// The weights by name; names and shapes are those of the variant, values are finite.
    pub tensors: BTreeMap<String, Tensor>,
    /// SHA-256 of the whole file, 64 hexadecimal digits in lower case.
    pub sha256: String,
}

impl WeightFile {
    /// Reads a model file. `file` names it in errors.
    ///
    /// # Errors
    /// Any [`Problem`] of the container, the card or the tensors: a file that disagrees with itself is not read.
    pub fn read(file: &str, bytes: &[u8]) -> Result<Self, WeightsError> {
        let (card, tensors) = read(bytes).map_err(|problem| problem.of(file))?;
        let sha256 = hash::sha256(bytes);
        Ok(Self { card, tensors, sha256 })
    }

    /// Reads the card alone, without its agreement with the tensors: to tell which family a file is of.
    ///
    /// # Errors
    /// Any [`Problem`] of the container or the card.
    pub fn read_card(file: &str, bytes: &[u8]) -> Result<ModelCard, WeightsError> {
        let card = || {
            let container = Container::read(bytes, "a model file")?;
            let text = container.metadata.get(card::KEY).ok_or(Problem::NoCard)?;
            ModelCard::from_json(text)
        };
        card().map_err(|problem| problem.of(file))
    }

    /// The bytes of a model file; the same content gives the same bytes. The written card states `dtype` and the number
    /// of parameters as they are, whatever `card` says.
    ///
    /// # Errors
    /// Whatever [`read`](Self::read) would refuse, and [`Problem::TooLargeForF16`].
    pub fn write(card: &ModelCard, tensors: &BTreeMap<String, Tensor>, dtype: Dtype) -> Result<Vec<u8>, WeightsError> {
        write(card, tensors, dtype).map_err(|problem| problem.of(&card.name))
    }

    /// The weights alone, as float32 under their published names: a state dict in safetensors, without a card. What no
    /// tensor tells, the marks, the bins and the transform, stands in the metadata where [`import`](super::import())
    /// looks for it.
    ///
    /// # Errors
    /// [`Problem::NotFinite`] for weights that did not come from a file.
    pub fn state_dict(&self) -> Result<Vec<u8>, WeightsError> {
        let ModelCard {
            family,
            variant,
            hyperparameters,
            marks,
            bins,
            transform,
            tracks,
            ..
        } = &self.card;
        // One object under one key: several keys would come in an order of their own each time.
        let mut told = hyperparameters.clone();
        told.insert("family".to_owned(), family.as_str().into());
        told.insert("variant".to_owned(), variant.as_str().into());
        // Structs of plain values: nothing in them can fail to be written.
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

fn read(bytes: &[u8]) -> Result<(ModelCard, BTreeMap<String, Tensor>), Problem> {
    let container = Container::read(bytes, "a model file")?;
    let text = container.metadata.get(card::KEY).ok_or(Problem::NoCard)?;
    let mut card = ModelCard::from_json(text)?;
    // The family before the tensors: a model of another family is that, not a file with the wrong tensors.
    let variant = architecture::find(&card.family, &card.variant)?;
    let tensors = container.tensors(&[Element::F16, Element::F32, Element::I8])?;
    variant.complete(&mut card, &tensors)?;
    Ok((card, tensors))
}

fn write(card: &ModelCard, tensors: &BTreeMap<String, Tensor>, dtype: Dtype) -> Result<Vec<u8>, Problem> {
    let mut card = ModelCard {
        dtype,
        parameters: 0,
        ..card.clone()
    };
    architecture::find(&card.family, &card.variant)?.complete(&mut card, tensors)?;
    container::write(tensors, card::KEY, card.to_json()?, dtype)
}
