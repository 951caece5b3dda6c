//! Named tensors without a card.

use std::collections::BTreeMap;

use super::Problem;
use super::container::{Container, Wanted};
use super::elements::FLOATING;
use super::{Tensor, WeightsError};

/// Named tensors without a card: a state dict, in PyTorch's terms.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StateDict {
    /// The tensors by name, as float32; all values are finite.
    pub tensors: BTreeMap<String, Tensor>,
    /// Further statements of the file: the texts of a safetensors file's `__metadata__`; empty for a `.pt`.
    pub metadata: BTreeMap<String, String>,
    /// Notes on how they were read, for a user.
    pub notes: Vec<String>,
}

impl StateDict {
    /// Reads a safetensors file of float16, bfloat16, float32 or float64 tensors. `file` names it in errors.
    ///
    /// # Errors
    /// Any [`Problem`] of the container or of a tensor.
    pub fn read_safetensors(file: &str, bytes: &[u8]) -> Result<Self, WeightsError> {
        read(bytes).map_err(|problem| problem.of(file))
    }
}

fn read(bytes: &[u8]) -> Result<StateDict, Problem> {
    let container = Container::read(&bytes, "a safetensors file")?;
    let tensors = container.tensors(&bytes, &FLOATING, Wanted::Values)?;
    Ok(StateDict {
        tensors,
        metadata: container.metadata,
        notes: Vec::new(),
    })
}
