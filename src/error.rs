//! Every way a call can fail, in one enum whose [`code`](Error::code) callers can match on.

use crate::input::InputError;
use crate::sequence::SequenceError;
use crate::sequence::vcf::VcfError;
use crate::weights::WeightsError;

/// Error of a call, in words for a user.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A table of signal or of expression could not be used.
    #[error(transparent)]
    Input(#[from] InputError),
    /// A file of sequences could not be used.
    #[error(transparent)]
    Sequence(#[from] SequenceError),
    /// A file of variants could not be used.
    #[error(transparent)]
    Variants(#[from] VcfError),
    /// A file of motifs could not be used.
    #[error(transparent)]
    Motifs(#[from] crate::sequence::motifs::MotifError),
    /// An annotation or a signal file could not be used.
    #[cfg(feature = "signal")]
    #[error(transparent)]
    Prepare(#[from] crate::prepare::PrepareError),
    /// A model file could not be used.
    #[error(transparent)]
    Weights(#[from] WeightsError),
    /// A device could not be had, or failed.
    #[error("{device}: {problem}")]
    Device {
        /// The device as the user named it.
        device: String,
        /// Failure of the device, and its remedy.
        problem: String,
    },
    /// An explanation was asked for that cannot be had.
    #[error("{problem}")]
    Explanation {
        /// Finding, and what was expected instead.
        problem: String,
    },
    /// A prediction came out as no number.
    #[error("{of}: {problem}")]
    Prediction {
        /// The gene or the window.
        of: String,
        /// Its place among those that were run together, counted from 0.
        place: usize,
        /// The value that was found and where, and the remedy.
        problem: String,
    },
    /// The caller asked to stop.
    #[error("cancelled; nothing was written")]
    Cancelled,
}

impl From<crate::sequence::GenomeError> for Error {
    fn from(error: crate::sequence::GenomeError) -> Self {
        match error {
            crate::sequence::GenomeError::Sequence(error) => Self::Sequence(error),
            crate::sequence::GenomeError::Cancelled => Self::Cancelled,
        }
    }
}

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
    /// The same of the window of this name, where it is of one.
    #[must_use]
    pub fn of_window(self, name: &str) -> Self {
        self.of_place(|place| (place, name.to_owned()))
    }

    /// The same of a batch whose places have these names.
    #[must_use]
    pub fn of_genes(self, names: &[impl AsRef<str>]) -> Self {
        self.of_place(|place| {
            let name = names.get(place).map(|name| name.as_ref().to_owned());
            (place, name.unwrap_or_else(|| format!("gene {}", place + 1)))
        })
    }

    /// The same of a batch of rows that are made of `genes` genes, of which `gene` says whose a row is.
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
            Self::Sequence(error) => error.code(),
            Self::Variants(error) => error.code(),
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
