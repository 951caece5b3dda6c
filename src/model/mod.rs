//! The published models, each under its published name.

pub mod attentive_chrome;
pub mod basenji;
pub mod deep_diff;
pub mod tables;

use burn::tensor::Device;

use crate::weights::WeightFile;
use tables::TableModel;

/// Builds a model from its weights.
type Build = fn(&WeightFile, &Device) -> Result<Box<dyn TableModel>, String>;

/// The families whose models read tables.
static FAMILIES: &[(&str, Build)] = &[
    (attentive_chrome::FAMILY, attentive_chrome::build),
    (deep_diff::FAMILY, deep_diff::build),
];

/// Builds the model of tables that a weight file holds. A file that has been read names a known variant and has all its
/// tensors, so that nothing can be missing.
///
/// # Errors
/// What is too large for the device, in a sentence with the limit.
///
/// # Panics
/// If the file's family reads no tables.
pub fn of_tables(weights: &WeightFile, device: &Device) -> Result<Box<dyn TableModel>, String> {
    let (_, build) = FAMILIES
        .iter()
        .find(|(family, _)| *family == weights.card.family)
        .expect("a family whose models read tables");
    build(weights, device)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::task::Task;
    use crate::weights::architecture;

    #[test]
    fn every_family_that_reads_tables_can_be_built() {
        let built: Vec<&str> = FAMILIES.iter().map(|(family, _)| *family).collect();
        let of_tables = architecture::FAMILIES
            .iter()
            .filter(|family| family.task() != Task::Tracks);
        let known: Vec<&str> = of_tables.map(|family| family.id()).collect();
        assert_eq!(built, known);
    }
}
