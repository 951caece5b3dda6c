//! The published models, each under its published name.

pub mod attentive_chrome;
#[cfg(any(not(target_family = "wasm"), feature = "sequences"))]
pub mod basenji;
pub mod deep_diff;
pub mod tables;

use burn::tensor::Device;

use crate::weights::WeightFile;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::task::Task;
    use crate::weights::architecture;

    #[test]
    fn every_family_that_reads_tables_can_be_built() {
        for (task, families) in [(Task::OnOff, ON_OFF), (Task::Change, CHANGE)] {
            let built: Vec<&str> = families.iter().map(|(family, _)| *family).collect();
            let of_task = architecture::FAMILIES.iter().filter(|family| family.task() == task);
            let known: Vec<&str> = of_task.map(|family| family.id()).collect();
            assert_eq!(built, known);
        }
    }
}
