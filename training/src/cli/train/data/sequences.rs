//! The sequences of a training, with their tracks.

use std::path::Path;

use regulens::weights::card::Track;

use crate::cli::error::CliError;
use crate::tracks::dataset::Dataset;
use crate::tracks::manifest::Split;

/// Opens the folder of `regulens prepare tracks`, which has windows to train on and to choose the epoch by.
pub fn open(folder: &Path) -> Result<Dataset, CliError> {
    let data = Dataset::open(folder)?;
    if data.windows(Split::Train).is_empty() || data.windows(Split::Valid).is_empty() {
        return Err(CliError::file(
            folder.display(),
            format!(
                "it has {} training and {} validation windows; training needs both. Hold out a chromosome for \
                    validation with `regulens prepare tracks`",
                data.windows(Split::Train).len(),
                data.windows(Split::Valid).len()
            ),
        ));
    }
    Ok(data)
}

/// The tracks as a card has them.
pub fn tracks(data: &Dataset) -> Vec<Track> {
    let tracks = data.manifest().tracks.iter();
    tracks
        .map(|track| Track {
            name: track.name.clone(),
            assay: track.assay.clone(),
            description: track.description.clone(),
            unit: track.unit.clone(),
        })
        .collect()
}

/// Describes the split of windows: how many, and on which sequences.
pub fn split(data: &Dataset) -> String {
    let words = |name: &str, split| {
        let number = data.windows(split).len();
        format!("{name} {number} windows ({})", sequences(data, split).join(", "))
    };
    let mut text = [words("training", Split::Train), words("validation", Split::Valid)].join("; ");
    if !data.windows(Split::Test).is_empty() {
        text += &format!("; {}", words("test", Split::Test));
    }
    text
}

/// The sequences that windows of a split lie on.
fn sequences(data: &Dataset, split: Split) -> Vec<&str> {
    let manifest = data.manifest();
    let mut numbers: Vec<usize> = data.windows(split).iter().map(|window| window.sequence).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let name = |number: usize| manifest.sequences[number].name.as_str();
    numbers.into_iter().map(name).collect()
}
