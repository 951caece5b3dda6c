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

/// A family's id and the function that builds its models.
type Built = (&'static str, Build);

/// Families of models of on and off.
static ON_OFF: &[Built] = &[(attentive_chrome::FAMILY, attentive_chrome::build)];

/// Families of models of change.
static CHANGE: &[Built] = &[(deep_diff::FAMILY, deep_diff::build)];

/// Builds the table model of a weight file. Reading the file has checked the variant and all tensors.
///
/// # Errors
/// A sentence with the size that exceeds the device's limit.
///
/// # Panics
/// If the file's family does not read tables.
pub fn of_tables(weights: &WeightFile, device: &Device) -> Result<Box<dyn TableModel>, String> {
    build(ON_OFF.iter().chain(CHANGE), weights, device)
}

/// Builds a model of on and off alone: a program that calls only this links no other models.
///
/// # Errors
/// As [`of_tables`].
///
/// # Panics
/// If the file's family has another task.
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

/// Builds a sequence model from its card, to be placed later; takes from `weights` only what is needed before.
#[cfg(any(not(target_family = "wasm"), feature = "sequences"))]
type BuildSequences = fn(&ModelCard, &mut dyn Weights, Room, &Device) -> Result<Box<dyn SequenceModel>, Error>;

/// Families of sequence models.
#[cfg(any(not(target_family = "wasm"), feature = "sequences"))]
static SEQUENCES: &[(&str, BuildSequences)] = &[(basenji::FAMILY, basenji::build)];

/// Builds the sequence model of a card; [`place`](SequenceModel::place) takes its weights.
///
/// # Errors
/// [`Error::Weights`] if the card's sizes are inconsistent; [`Error::Device`] with the size that exceeds the device's
/// limit.
///
/// # Panics
/// If the card's family does not read sequences.
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
