//! Errors of all calls, in one enum whose [`code`](Error::code) callers can match on.

use crate::input::InputError;
#[cfg(any(not(target_family = "wasm"), feature = "sequences", feature = "prepare"))]
use crate::sequence::SequenceError;
#[cfg(any(not(target_family = "wasm"), feature = "sequences", feature = "prepare"))]
use crate::sequence::vcf::VcfError;
use crate::weights::WeightsError;

/// Error of a call, with a message for a user.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A problem of a table of signal or expression.
    #[error(transparent)]
    Input(#[from] InputError),
    /// A problem of a sequence file.
    #[cfg(any(not(target_family = "wasm"), feature = "sequences", feature = "prepare"))]
    #[error(transparent)]
    Sequence(#[from] SequenceError),
    /// A problem of a file of variants.
    #[cfg(any(not(target_family = "wasm"), feature = "sequences", feature = "prepare"))]
    #[error(transparent)]
    Variants(#[from] VcfError),
    /// A problem of a motif file.
    #[cfg(any(not(target_family = "wasm"), feature = "sequences", feature = "prepare"))]
    #[error(transparent)]
    Motifs(#[from] crate::sequence::motifs::MotifError),
    /// A problem of an annotation or a signal file.
    #[cfg(feature = "signal")]
    #[error(transparent)]
    Prepare(#[from] crate::prepare::PrepareError),
    /// A problem of a model file.
    #[error(transparent)]
    Weights(#[from] WeightsError),
    /// A device that is missing, or failed.
    #[error("{device}: {problem}")]
    Device {
        /// The device as named by the user.
        device: String,
        /// The problem, and its remedy.
        problem: String,
    },
    /// An explanation that is not possible.
    #[error("{problem}")]
    Explanation {
        /// Found and expected content.
        problem: String,
    },
    /// A prediction that is not finite.
    #[error("{of}: {problem}")]
    Prediction {
        /// The gene or the window.
        of: String,
        /// Its index among those run together.
        place: usize,
        /// The value and its location, and the remedy.
        problem: String,
    },
    /// Cancelled by the caller.
    #[error("cancelled; nothing was written")]
    Cancelled,
}

#[cfg(any(not(target_family = "wasm"), feature = "sequences", feature = "prepare"))]
impl From<crate::sequence::GenomeError> for Error {
    fn from(error: crate::sequence::GenomeError) -> Self {
        match error {
            crate::sequence::GenomeError::Sequence(error) => Self::Sequence(error),
            crate::sequence::GenomeError::Cancelled => Self::Cancelled,
        }
    }
}

#[cfg(any(not(target_family = "wasm"), feature = "sequences", feature = "prepare"))]
impl From<crate::sequence::vcf::PlaceError> for Error {
    fn from(error: crate::sequence::vcf::PlaceError) -> Self {
        match error {
            crate::sequence::vcf::PlaceError::Variants(error) => Self::Variants(error),
            crate::sequence::vcf::PlaceError::Sequence(error) => Self::Sequence(error),
        }
    }
}

#[cfg(feature = "signal")]
impl From<crate::prepare::SignalError> for Error {
    fn from(error: crate::prepare::SignalError) -> Self {
        match error {
            crate::prepare::SignalError::Prepare(error) => Self::Prepare(error),
            crate::prepare::SignalError::Cancelled => Self::Cancelled,
        }
    }
}

impl Error {
    /// The same error for the window of this name, if it concerns one.
    #[must_use]
    pub fn of_window(self, name: &str) -> Self {
        self.of_place(|place| (place, name.to_owned()))
    }

    /// The same error for a batch with these names.
    #[must_use]
    pub fn of_genes(self, names: &[impl AsRef<str>]) -> Self {
        self.of_place(|place| {
            let name = names.get(place).map(|name| name.as_ref().to_owned());
            (place, name.unwrap_or_else(|| format!("gene {}", place + 1)))
        })
    }

    /// The same error for a batch of rows derived from `genes` genes; `gene` maps a row to its gene.
    #[must_use]
    pub fn of_rows(self, gene: &dyn Fn(usize) -> usize, genes: usize) -> Self {
        self.of_place(|row| (gene(row), format!("gene {} of these {genes}", gene(row) + 1)))
    }

    fn of_place(self, is: impl FnOnce(usize) -> (usize, String)) -> Self {
        match self {
            Self::Prediction { place, problem, .. } => {
                let (place, of) = is(place);
                Self::Prediction { of, place, problem }
            }
            other => other,
        }
    }

    /// A stable name of this kind of error, in kebab case.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Input(error) => error.code(),
            #[cfg(any(not(target_family = "wasm"), feature = "sequences", feature = "prepare"))]
            Self::Sequence(error) => error.code(),
            #[cfg(any(not(target_family = "wasm"), feature = "sequences", feature = "prepare"))]
            Self::Variants(error) => error.code(),
            #[cfg(any(not(target_family = "wasm"), feature = "sequences", feature = "prepare"))]
            Self::Motifs(error) => error.code(),
            #[cfg(feature = "signal")]
            Self::Prepare(error) => error.code(),
            Self::Weights(error) => error.code(),
            Self::Device { .. } => "device",
            Self::Explanation { .. } => "explanation",
            Self::Prediction { .. } => "prediction",
            Self::Cancelled => "cancelled",
        }
    }
}
