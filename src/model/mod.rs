//! The published models, each under its published name.

pub mod attentive_chrome;
#[cfg(any(not(target_family = "wasm"), feature = "sequences"))]
pub mod basenji;
pub mod deep_diff;
#[cfg(any(not(target_family = "wasm"), feature = "sequences"))]
pub mod sequences;
pub mod tables;

use burn::tensor::Device;

#[cfg(any(not(target_family = "wasm"), feature = "sequences"))]
use crate::error::Error;
use crate::weights::WeightFile;
#[cfg(any(not(target_family = "wasm"), feature = "sequences"))]
use crate::weights::{ModelCard, Weights};
#[cfg(any(not(target_family = "wasm"), feature = "sequences"))]
use sequences::{Room, SequenceModel};
use tables::TableModel;

/// Builds a model from its weights.
pub(crate) type Build = fn(&WeightFile, &Device) -> Result<Box<dyn TableModel>, String>;

/// A family by its id, and what builds its models.
type Built = (&'static str, Build);

/// The families whose models say whether a gene is on.
static ON_OFF: &[Built] = &[(attentive_chrome::FAMILY, attentive_chrome::build)];

/// Those whose models say how genes change.
static CHANGE: &[Built] = &[(deep_diff::FAMILY, deep_diff::build)];

/// Builds the model of tables that a weight file holds. A file that has been read names a known variant and has all its
/// tensors, so that nothing can be missing.
///
/// # Errors
/// A sentence with the size that is too large for the device and the limit.
///
/// # Panics
/// If the file's family reads no tables.
pub fn of_tables(weights: &WeightFile, device: &Device) -> Result<Box<dyn TableModel>, String> {
    build(ON_OFF.iter().chain(CHANGE), weights, device)
}

/// Builds a model that says whether a gene is on, and no other: what calls this alone has no other linked.
///
/// # Errors
/// As [`of_tables`].
///
/// # Panics
/// If the file's family does something else.
pub fn on_off(weights: &WeightFile, device: &Device) -> Result<Box<dyn TableModel>, String> {
    build(ON_OFF.iter(), weights, device)
}

fn build(
    mut among: impl Iterator<Item = &'static Built>,
    weights: &WeightFile,
    device: &Device,
) -> Result<Box<dyn TableModel>, String> {
    let (_, build) = among
        .find(|(family, _)| *family == weights.card.family)
        .expect("a family whose models read these tables");
    build(weights, device)
}

/// Builds a model of sequences by its card, to be placed; of `weights` it takes what must be known before.
#[cfg(any(not(target_family = "wasm"), feature = "sequences"))]
type BuildSequences = fn(&ModelCard, &mut dyn Weights, Room, &Device) -> Result<Box<dyn SequenceModel>, Error>;

/// The families whose models read sequences, and what builds them.
#[cfg(any(not(target_family = "wasm"), feature = "sequences"))]
static SEQUENCES: &[(&str, BuildSequences)] = &[(basenji::FAMILY, basenji::build)];

/// Builds the model of sequences that a card describes, whose weights [`place`](SequenceModel::place) takes.
///
/// # Errors
/// [`Error::Weights`] if the card's sizes do not go together; [`Error::Device`] with the size that is too large for the
/// device and the limit.
///
/// # Panics
/// If the card's family reads no sequences.
#[cfg(any(not(target_family = "wasm"), feature = "sequences"))]
pub fn of_sequences(
    card: &ModelCard,
    weights: &mut dyn Weights,
    room: Room,
    device: &Device,
) -> Result<Box<dyn SequenceModel>, Error> {
    let (_, build) = SEQUENCES
        .iter()
        .find(|(family, _)| *family == card.family)
        .expect("a family whose models read sequences");
    build(card, weights, room, device)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::task::Task;
    use crate::weights::architecture;

    #[test]
    fn every_family_can_be_built() {
        let of_tables = |families: &[Built]| families.iter().map(|(family, _)| *family).collect();
        let of_sequences = SEQUENCES.iter().map(|(family, _)| *family).collect();
        let built: [(Task, Vec<&str>); 3] = [
            (Task::OnOff, of_tables(ON_OFF)),
            (Task::Change, of_tables(CHANGE)),
            (Task::Tracks, of_sequences),
        ];
        for (task, built) in built {
            let of_task = architecture::FAMILIES.iter().filter(|family| family.task() == task);
            let known: Vec<&str> = of_task.map(|family| family.id()).collect();
            assert_eq!(built, known);
        }
    }
}
