//! Every way a command can fail, with its exit code.

use std::io;
use std::path::{Path, PathBuf};

use regulens::engine::DeviceKind;
use regulens::input::InputError;
use regulens::interpret::TruthError;
use regulens::prepare::{PrepareError, SignalError};
use regulens::sequence::vcf::{PlaceError, VcfError};
use regulens::sequence::{GenomeError, SequenceError};
use regulens::simulate::hm::SimulationError;
use regulens::weights::WeightsError;
use regulens_serve::ServeError;

use crate::baseline::BaselineError;
use crate::tracks::TracksError;
use crate::train::checkpoint::CheckpointError;
use crate::train::trainer::TrainingError;

/// Why a command failed, in words for a user.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// The command line asks for something impossible, or leaves out something needed.
    #[error("{0}")]
    Usage(String),
    /// A table, a model file or the engine.
    #[error(transparent)]
    Engine(#[from] regulens::Error),
    /// A file that cannot be read or written.
    #[error("{}: {error}. {}", .path.display(), remedy(.error))]
    Io {
        /// Which file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A file that is read here and has the wrong content.
    #[error("{file}: {problem}")]
    File {
        /// Which file.
        file: String,
        /// Line and column where there are some, what was found, what was expected, and what to do.
        problem: String,
    },
    /// Files that do not go together, each named.
    #[error("{0}")]
    Data(String),
    /// A device that is not available.
    #[error("--device {device}: {problem}")]
    Device {
        /// The device as asked for.
        device: DeviceKind,
        /// Missing requirement, and what to do.
        problem: String,
    },
    /// A file of planted truth that is none.
    #[error(transparent)]
    Truth(#[from] TruthError),
    /// A checkpoint that cannot be used.
    #[error(transparent)]
    Checkpoint(CheckpointError),
    /// A training that cannot go on.
    #[error(transparent)]
    Training(#[from] TrainingError),
    /// A baseline that cannot be fitted.
    #[error(transparent)]
    Baseline(#[from] BaselineError),
    /// Settings that cannot be simulated.
    #[error(transparent)]
    Simulation(#[from] SimulationError),
    /// A folder that cannot be served.
    #[error(transparent)]
    Serve(ServeError),
    /// Ctrl-C.
    #[error("interrupted; {0}")]
    Interrupted(String),
}

impl CliError {
    /// The same with the name of the gene, where it is of one of a batch: [`regulens::Error::of_genes`].
    #[must_use]
    pub fn of_genes(self, names: &[String]) -> Self {
        match self {
            Self::Engine(error) => Self::Engine(error.of_genes(names)),
            other => other,
        }
    }

    /// A file that cannot be read or written.
    pub fn io(path: &Path, error: io::Error) -> Self {
        Self::Io {
            path: path.to_owned(),
            error,
        }
    }

    /// A file that is read here and has the wrong content.
    pub fn file(file: impl ToString, problem: impl Into<String>) -> Self {
        Self::File {
            file: file.to_string(),
            problem: problem.into(),
        }
    }

    /// 1 where data or a model failed, 2 where the usage is wrong, 130 (as shells have it) where Ctrl-C ended it.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) | Self::Simulation(_) | Self::Serve(ServeError::Base(_)) => 2,
            // Weights that lack a setting, which a flag can give.
            Self::Engine(regulens::Error::Weights(error)) if error.code() == "unknown-setting" => 2,
            Self::Interrupted(_)
            | Self::Engine(regulens::Error::Cancelled)
            | Self::Baseline(BaselineError::Interrupted) => 130,
            _ => 1,
        }
    }
}

/// Errors of the library that are one of its own.
macro_rules! of_library {
    ($($error:ty),+) => {
        $(impl From<$error> for CliError {
            fn from(error: $error) -> Self {
                Self::Engine(error.into())
            }
        })+
    };
}

of_library!(
    SignalError,
    InputError,
    PrepareError,
    SequenceError,
    GenomeError,
    PlaceError,
    VcfError,
    WeightsError
);

impl From<TracksError> for CliError {
    fn from(error: TracksError) -> Self {
        Self::File {
            file: error.file,
            problem: error.problem,
        }
    }
}

impl From<CheckpointError> for CliError {
    fn from(error: CheckpointError) -> Self {
        match error {
            // As any other file, with a remedy.
            CheckpointError::Io { path, error } => Self::Io { path, error },
            damaged @ CheckpointError::Damaged { .. } => Self::Checkpoint(damaged),
        }
    }
}

/// Remedy for a file that the system refuses.
fn remedy(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::NotFound => "Check the name and the folder.",
        io::ErrorKind::PermissionDenied => "Check the permissions of the file and the folder.",
        io::ErrorKind::IsADirectory => "Name a file in that folder.",
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            "Free some disk space, or write to another disk."
        }
        _ => "Try another location.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ctrl_c_has_one_exit_code_wherever_it_is_heard() {
        for error in [
            CliError::Interrupted("nothing was written".to_owned()),
            BaselineError::Interrupted.into(),
            regulens::Error::Cancelled.into(),
        ] {
            assert_eq!(error.exit_code(), 130, "{error}");
        }
    }

    #[test]
    fn a_checkpoint_that_the_system_refuses_is_an_error_with_a_remedy() {
        let error = CliError::from(CheckpointError::Io {
            path: "m.seed-1.checkpoint".into(),
            error: io::ErrorKind::StorageFull.into(),
        });
        assert!(
            error
                .to_string()
                .ends_with("Free some disk space, or write to another disk.")
        );
    }
}
