//! A model file, read and written.

use std::collections::BTreeMap;

use safetensors::tensor::Dtype as Element;

use super::container::{self, Container};
use super::error::Fault;
use super::{Dtype, ModelCard, Tensor, WeightsError, architecture, card, hash};

/// A model: its card and its weights.
#[derive(Debug, Clone, PartialEq)]
pub struct WeightFile {
    /// What the model is. Sizes that the file's card leaves out are filled in from the tensors.
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
    /// Any [`Fault`] of the container, the card, or the tensors: nothing that disagrees with itself gets through.
    pub fn read(file: &str, bytes: &[u8]) -> Result<Self, WeightsError> {
        let sha256 = hash::sha256(bytes);
        read(bytes)
            .map(|(card, tensors)| Self {
                card,
                tensors,
                sha256,
            })
            .map_err(|fault| fault.of(file))
    }

    /// Reads a model file whose hash is known. The hash is compared before anything else is looked at.
    ///
    /// # Errors
    /// [`Fault::WrongHash`]; else as [`read`](Self::read).
    pub fn read_verified(
        file: &str,
        bytes: &[u8],
        expected_sha256: &str,
    ) -> Result<Self, WeightsError> {
        hash::verify(file, bytes, expected_sha256)?;
        Self::read(file, bytes)
    }

    /// The bytes of a model file; the same content gives the same bytes. The written card states `dtype` and the number
    /// of parameters as they are, whatever `card` says.
    ///
    /// # Errors
    /// What [`read`](Self::read) would refuse, and [`Fault::OverflowsF16`]. The error names the card's model as its file.
    pub fn write(
        card: &ModelCard,
        tensors: &BTreeMap<String, Tensor>,
        dtype: Dtype,
    ) -> Result<Vec<u8>, WeightsError> {
        write(card, tensors, dtype).map_err(|fault| fault.of(&card.name))
    }
}

fn read(bytes: &[u8]) -> Result<(ModelCard, BTreeMap<String, Tensor>), Fault> {
    let container = Container::read(bytes)?;
    let text = container.metadata.get(card::KEY).ok_or(Fault::NoCard)?;
    let mut card = ModelCard::from_json(text)?;
    // The family before the tensors: a model of another family is that, not a file with the wrong tensors.
    let variant = architecture::find(&card.family, &card.variant)?;
    let tensors = container.tensors(&[Element::F16, Element::F32])?;
    variant.complete(&mut card, &tensors)?;
    Ok((card, tensors))
}

fn write(
    card: &ModelCard,
    tensors: &BTreeMap<String, Tensor>,
    dtype: Dtype,
) -> Result<Vec<u8>, Fault> {
    let mut card = ModelCard {
        dtype,
        parameters: 0,
        ..card.clone()
    };
    architecture::find(&card.family, &card.variant)?.complete(&mut card, tensors)?;
    container::write(tensors, card::KEY, card.to_json()?, dtype)
}
