//! A model file that was read, by what its model does.

use std::path::Path;

use regulens::task::Task;
use regulens::weights::WeightFile;

use super::error::CliError;
use super::files;

/// A model that is on no device yet, by its task: each command says of each task what it does with its models.
pub enum Opened {
    /// Reads a table of signal, and tells whether genes are on.
    OnOff(WeightFile),
    /// Reads a table of signal, and tells how much genes are expressed.
    Level(WeightFile),
    /// Reads the tables of two cell types, and tells how genes change.
    Change(WeightFile),
    /// Reads sequences, and tells tracks along them.
    Tracks(WeightFile),
}

impl Opened {
    /// Reads a model file.
    pub fn read(path: &Path) -> Result<Self, CliError> {
        Ok(files::model(path)?.into())
    }
}

impl From<WeightFile> for Opened {
    fn from(weights: WeightFile) -> Self {
        match weights.card.task {
            Task::OnOff => Self::OnOff(weights),
            Task::Level => Self::Level(weights),
            Task::Change => Self::Change(weights),
            Task::Tracks => Self::Tracks(weights),
        }
    }
}
