//! Tasks: inputs and outputs of models.
//!
//! | task | reads | predicts |
//! |---|---|---|
//! | `on-off` | a table of signal | whether each gene is on |
//! | `level` | a table of signal | how much each gene is expressed |
//! | `change` | the tables of two cell types | how the expression of each gene changes between them |
//! | `tracks` | DNA sequences | tracks along each sequence |
//!
//! Models are scored by [`on_off::OnOffScore`], `level::LevelScore`, [`change::ChangeScore`] and
//! [`tracks::TrackScore`]; a [`Report`] holds those of one model.
//!
//! A family of models shares equations and supports one or several tasks; several families may support the same task.

pub mod change;
#[cfg(any(not(target_family = "wasm"), feature = "change", feature = "calibrate"))]
pub mod confidence;
mod contrast;
pub mod explanation;
#[cfg(any(not(target_family = "wasm"), feature = "import"))]
pub mod level;
pub mod missing;
pub mod on_off;
mod report;
pub mod tracks;
#[cfg(not(target_family = "wasm"))]
pub mod transfer;

pub use contrast::Contrast;
pub use report::{Named, PearsonSeed, Report, Score, SeedScore};

use std::fmt;

use serde::{Deserialize, Serialize};

/// Input and output of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Task {
    /// Classifies a gene as on or off, from signal around its transcription start site.
    OnOff,
    /// The log2 fold change of a gene's expression from cell type A to B, from the signal of both.
    Change,
    /// Tracks along a sequence, from its bases.
    Tracks,
    /// The level of a gene's expression, log2(count + 1), from signal around its transcription start site.
    Level,
}

impl Task {
    /// Every task.
    pub const ALL: [Self; 4] = [Self::OnOff, Self::Change, Self::Tracks, Self::Level];

    /// The task in kebab case, as in cards.
    pub fn id(self) -> &'static str {
        match self {
            Self::OnOff => "on-off",
            Self::Change => "change",
            Self::Tracks => "tracks",
            Self::Level => "level",
        }
    }

    /// The task of that id.
    pub fn find(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|task| task.id() == id)
    }

    /// Number of cell types of an example: two for a change between them.
    pub fn conditions(self) -> usize {
        match self {
            Self::Change => 2,
            Self::OnOff | Self::Tracks | Self::Level => 1,
        }
    }

    /// Returns true for sequence models, false for table models.
    pub fn takes_sequences(self) -> bool {
        self == Self::Tracks
    }
}

impl fmt::Display for Task {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_is_written_and_found_by_its_id() {
        for task in Task::ALL {
            assert_eq!(serde_json::to_value(task).unwrap(), task.id());
            assert_eq!(Task::find(task.id()), Some(task));
        }
        assert_eq!(Task::find("motifs"), None);
    }
}
