//! Interpretation of models: attention, attributions, tests of explanations, and recovery of planted truth.

pub mod attribution;
pub mod change;
pub mod class_optimisation;
pub mod deletion;
pub mod held_out;
pub mod importance;
mod maps;
pub mod motifs;
pub mod mutagenesis;
mod order;
pub mod perturbation;
mod planted;
mod planted_sites;
mod random;
mod recovery;
mod summary;
pub mod variants;

pub use maps::{Maps, Profile, ProfileSum, tss_distance, weigh};
pub use planted::{PlantedTruth, Stretch, TruthError};
pub use planted_sites::{Found, FoundSites, PlantedSite, PlantedSites, recover_bases, recover_bins, sites_within};
pub use recovery::{Mean, Recovered, Recovery, top_share};
pub use summary::{AttentionMeans, AttentionSummary};

use crate::error::Error;

/// Checks the number of values, and that they are finite: a single NaN would make results NaN, or orders arbitrary.
pub(crate) fn check_numbers(what: &str, numbers: &[f32], expected: usize) -> Result<(), Error> {
    if numbers.len() != expected {
        return refuse(format!(
            "found {} numbers of {what}; expected {expected}",
            numbers.len()
        ));
    }
    match numbers.iter().position(|number| !number.is_finite()) {
        Some(place) => refuse(format!(
            "found {} in {what} at place {place}; expected finite numbers",
            numbers[place]
        )),
        None => Ok(()),
    }
}

pub(crate) fn refuse<T>(problem: String) -> Result<T, Error> {
    Err(Error::Explanation { problem })
}
